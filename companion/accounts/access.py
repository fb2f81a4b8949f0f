"""Who may open what: each route declares its policy, and a route without one opens for nobody.

What a therapist opens about a patient is noted in the audit before the page goes out. Covers that are over are closed
before anything is read.
"""

from collections.abc import Callable
from enum import StrEnum
from http import HTTPStatus
from typing import TypeVar, cast

from flask import Flask, Response, abort, current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from companion.accounts import queries, services
from companion.accounts.rules.people import Actor, Role
from companion.accounts.rules.sessions import LIMITS, is_confirmed
from companion.audit.rules import Event
from companion.audit.services import note
from companion.transaction import transaction
from companion.web.now import now

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

SHOWS_SOMETHING = frozenset({HTTPStatus.OK, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY})
"""Answers that are a page; others lead on, or are not there."""
ASKED_BY_BROWSERS = frozenset({"static", "accounts.worker"})
"""Beside every page, and the same for everybody: who is signed in is not looked up for them."""


class Policy(StrEnum):
    """Which people a route serves. Which objects they see is decided where an object is loaded."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    PATIENT = "patient"
    STAFF = "staff"
    THERAPIST = "therapist"
    ADMIN = "admin"

    def admits(self, role: Role) -> bool:
        if self is Policy.STAFF:
            return role.is_staff
        return self in {Policy.PUBLIC, Policy.SIGNED_IN} or self.value == role.value


class SignInNeededError(Exception):
    """Something was sent without being signed in, as after a session ran out."""


class ConfirmationNeededError(Exception):
    """Something sensitive was sent, and it is a while since the person showed that it is they."""


def access(policy: Policy, *, confirmed: bool = False) -> Callable[[View], View]:
    """Declare a view's policy; stands below the route's own decorator.

    With `confirmed` the person must have shown within the last minutes that it is they.
    """

    def declare(view: View) -> View:
        view.access_policy = policy  # type: ignore[attr-defined]
        view.needs_confirmation = confirmed  # type: ignore[attr-defined]
        return view

    return declare


def policy_of(endpoint: str) -> Policy | None:
    if endpoint == "static":
        return Policy.PUBLIC
    return getattr(current_app.view_functions[endpoint], "access_policy", None)


def needs_confirmation(endpoint: str) -> bool:
    return getattr(current_app.view_functions[endpoint], "needs_confirmation", False)


def actor() -> Actor:
    """The signed-in person; only for views whose policy isn't public."""
    return cast("Actor", current_user._get_current_object())  # noqa: SLF001  # werkzeug's own way to unwrap a proxy


def visitor() -> Actor | None:
    """The signed-in person, or None."""
    person = actor()
    return person if person.is_authenticated else None


def token_of_session() -> str:
    """The token in this browser's cookie, alive or not; "" where there is none."""
    return str(session.get("_user_id", ""))


def init_app(app: Flask) -> None:
    app.before_request(enforce)
    app.before_request(close_covers)
    app.before_request(note_use)
    app.after_request(note_read)


def enforce() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None  # no such route: the 404 comes by itself
    policy = policy_of(request.endpoint)
    if policy is None:
        abort(HTTPStatus.FORBIDDEN)
    if policy is Policy.PUBLIC:
        return None
    person = visitor()
    if person is None:
        if request.method == "POST":
            raise SignInNeededError
        return redirect(url_for("accounts.sign_in", next=request.path))
    if not policy.admits(person.role):
        abort(HTTPStatus.NOT_FOUND)
    if needs_confirmation(request.endpoint) and not is_confirmed(person.confirmed_at, now()):
        if request.method == "POST":
            raise ConfirmationNeededError
        return redirect(url_for("accounts.confirm", next=request.path))
    return None


def close_covers() -> None:
    """Whoever asks, and whatever for: a cover that is over is closed, so that the reads need no clock.

    What is being asked for was allowed, or not, by nothing of the cover's: that is decided where an object is loaded.
    """
    person = visitor() if request.endpoint and request.endpoint not in ASKED_BY_BROWSERS else None
    if person and person.next_cover_ends_at and person.next_cover_ends_at <= now():
        with transaction():
            services.end_covers_that_ran_out(now())


def note_use() -> None:
    """Now and then, so that what is looked at doesn't cost a write each time."""
    person = visitor() if request.endpoint and request.endpoint not in ASKED_BY_BROWSERS else None
    if person and person.last_seen_at and now() - person.last_seen_at >= LIMITS[person.role].noted_every:
        with transaction():
            services.note_use(person, now())


def note_read(response: Response) -> Response:
    """Whoever opens a page about somebody else is noted, or doesn't get it."""
    patient_id = (request.view_args or {}).get("patient_id")
    person = visitor() if response.status_code in SHOWS_SOMETHING else None
    if person is None or person.role is not Role.THERAPIST:
        return response
    if patient_id is not None:
        with transaction():
            note(Event.READ, now(), actor_id=person.id, person_id=patient_id, page=request.endpoint)
    elif request.endpoint == "review.caseload":
        with transaction():
            people = queries.ids_of_patients_of(person)
            note(Event.CASELOAD_READ, now(), actor_id=person.id, people=people)
    return response
