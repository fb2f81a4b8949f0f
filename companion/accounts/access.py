"""Who may open what: each route declares its policy, and a route without one opens for nobody."""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar, cast

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from companion.accounts.rules import Actor, Role

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


class Policy(StrEnum):
    """Which people a route serves. Which objects they see is decided where an object is loaded."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    PATIENT = "patient"
    THERAPIST = "therapist"
    ADMIN = "admin"

    def admits(self, role: Role) -> bool:
        return self in {Policy.PUBLIC, Policy.SIGNED_IN} or self.value == role.value


def access(policy: Policy) -> Callable[[View], View]:
    """Declare a view's policy; stands below the route's own decorator."""

    def declare(view: View) -> View:
        view.access_policy = policy  # type: ignore[attr-defined]
        return view

    return declare


def policy_of(endpoint: str) -> Policy | None:
    if endpoint == "static":
        return Policy.PUBLIC
    return getattr(current_app.view_functions[endpoint], "access_policy", None)


def actor() -> Actor:
    """The signed-in person; only for views whose policy isn't public."""
    return cast("Actor", current_user._get_current_object())  # noqa: SLF001  # werkzeug's own way to unwrap a proxy


def visitor() -> Actor | None:
    """The signed-in person, or None."""
    return actor() if current_user.is_authenticated else None


def init_app(app: Flask) -> None:
    @app.before_request
    def enforce() -> ResponseReturnValue | None:
        if request.endpoint is None:
            return None  # no such route: the 404 comes by itself
        policy = policy_of(request.endpoint)
        if policy is None:
            abort(403)
        if policy is Policy.PUBLIC:
            return None
        if not current_user.is_authenticated:
            return redirect(url_for("accounts.sign_in", next=request.path if request.method == "GET" else None))
        if not policy.admits(actor().role):
            abort(404)
        return None
