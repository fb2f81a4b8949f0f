"""The routes there are, read from the url map: whom each is for, where it leads, which methods it knows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from companion.accounts.access import Policy, policy_of
from companion.accounts.rules import Actor, Role
from tests.factories.one_of_each import OneOfEach
from tests.factories.people import Practice
from tests.support.client import Browser

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE")
SAFE = {"GET", "HEAD", "OPTIONS"}
OF_FILES = {"filename", "version"}
"""What varies in the path of static files, and is nobody's."""


@dataclass(frozen=True)
class Route:
    """One rule of the url map, with the policy that its view declares."""

    rule: Rule
    policy: Policy | None

    def __str__(self) -> str:
        return f"{'/'.join(sorted(self.methods - {'HEAD', 'OPTIONS'}))} {self.rule.rule}"

    @property
    def endpoint(self) -> str:
        return str(self.rule.endpoint)

    @property
    def arguments(self) -> set[str]:
        """The names of what varies in its path, ids all but `OF_FILES`."""
        return self.rule.arguments

    @property
    def methods(self) -> set[str]:
        return set(self.rule.methods or ())

    @property
    def changes(self) -> bool:
        """Whether it may change something."""
        return bool(self.methods - SAFE)

    @property
    def method(self) -> str:
        """The one it is there for."""
        return next(iter(self.methods - SAFE), "GET")

    def admits(self, actor: Actor | None) -> bool:
        """Whether its policy opens it to somebody, whatever the path is about; None is who isn't signed in."""
        if self.policy is None or actor is None:
            return self.policy is Policy.PUBLIC
        return self.policy.admits(actor.role)

    @property
    def is_of_one_account(self) -> bool:
        """Whether it is about something that somebody has for themselves, whatever their role."""
        return not {"login_id", "passkey_id"}.isdisjoint(self.arguments)

    def path(self, things: OneOfEach) -> str:
        """Its path about things that are there."""
        return self.path_of(things.ids_for(self.endpoint, self.arguments))

    def missing_path(self) -> str:
        """Its path about what doesn't exist."""
        return self.path_of({name: uuid4() for name in self.arguments})

    def path_of(self, ids: dict[str, object]) -> str:
        built = self.rule.build(ids)
        assert built, f"{self} needs {self.arguments}"
        return built[1]


def routes(app: Flask) -> list[Route]:
    """Every route, that of static files included."""
    with app.app_context():
        return [Route(rule, policy_of(rule.endpoint)) for rule in app.url_map.iter_rules()]


def changing(app: Flask) -> list[Route]:
    """Those that may change something."""
    return [route for route in routes(app) if route.changes]


def pages(app: Flask) -> list[Route]:
    """Those that can be looked at, without static files."""
    return [route for route in routes(app) if "GET" in route.methods and route.endpoint != "static"]


def methods_at(route: Route, among: Iterable[Route]) -> set[str]:
    """What may be sent to a route's path, where one route shows a page and another takes what it sends."""
    return set[str]().union(*(other.methods for other in among if other.rule.rule == route.rule.rule))


def client_of(app: Flask, actor: Actor | None) -> FlaskClient:
    return Browser(app.test_client()).sign_in(actor).client if actor else app.test_client()


def by_role(practice: Practice) -> dict[Role, Actor]:
    """The right person of each role: the patient, the therapist who treats them now, the office."""
    return {Role.PATIENT: practice.patient, Role.THERAPIST: practice.therapist, Role.ADMIN: practice.admin}


def right_people(route: Route, practice: Practice) -> Iterator[Actor | None]:
    """Everybody of a practice whom a route is for; a public one is for who isn't signed in."""
    if route.policy is Policy.PUBLIC:
        yield None
    elif route.is_of_one_account:
        yield practice.patient
    else:
        yield from (actor for actor in by_role(practice).values() if route.admits(actor))
