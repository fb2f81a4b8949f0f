"""What all views of accounts share: going in, going on, and the words of a throttle."""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import login_user
from flask_wtf.csrf import generate_csrf
from itsdangerous import BadData, URLSafeSerializer

from companion.accounts import services
from companion.accounts.access import token_of_session, works_while_locked
from companion.accounts.rules.factors import By, ChallengeFor
from companion.accounts.rules.people import Actor, Role
from companion.accounts.rules.sessions import local_path
from companion.accounts.rules.throttling import network_of
from companion.accounts.services import Site
from companion.transaction import transaction
from companion.web.drafts import open_draft
from companion.web.now import now

bp = Blueprint("accounts", __name__)

REFUSED: Final = HTTPStatus.UNPROCESSABLE_ENTITY
OPENED: Final = "opened"
THROTTLED: Final = HTTPStatus.TOO_MANY_REQUESTS
TOO_OLD_SECRET = _l("This page had been open for a long time. Please take the new picture below into the app.")
TOO_MANY_TRIES = _l("Too many tries. Please wait a few minutes; nothing is locked, and nothing is lost.")


def network() -> str:
    """Where the request comes from, for counting tries; a header that anybody can write is not asked."""
    return network_of(request.remote_addr)


def site() -> Site:
    """For whom passkeys are made."""
    public_url: str = current_app.extensions["settings"].public_url
    return Site(name=urlsplit(public_url).hostname or "", origin=public_url)


def challenge_for(purpose: str) -> ChallengeFor:
    """What a passkey is asked for, bound to this browser."""
    generate_csrf()  # type: ignore[no-untyped-call]  # sees to it that the cookie holds something to bind to
    return ChallengeFor(purpose, session["csrf_token"])


def enter(person: Actor) -> None:
    """Begin a session that has nothing of the one before, not even its CSRF token."""
    session.clear()
    g.pop("csrf_token", None)
    login_user(person)
    session.permanent = True
    if person.role is Role.PATIENT:
        say_opened()


def say_opened() -> None:
    """The next page of the app tells its scripts that it has been opened: see static/js/veil.js."""
    session[OPENED] = True


@bp.app_template_global()
def just_opened() -> bool:
    """Whether this is the first page since the app was opened. It is said once."""
    return bool(session.pop(OPENED, False))


@bp.app_template_global()
def stays() -> bool:
    """Whether this page is there while the app is locked, too."""
    return request.endpoint is not None and works_while_locked(request.endpoint)


def go_in(user_id: UUID, by: By, wanted: str = "", draft: str = "") -> ResponseReturnValue:
    """Begin a session in place of the one that this browser had, and go on to what was wanted or being written."""
    with transaction():
        person = services.begin_session(user_id, by, request.user_agent.string, now(), instead_of=token_of_session())
    enter(person)
    return go_on(person, wanted, draft)


def go_on(person: Actor, wanted: str, draft: str) -> ResponseReturnValue:
    """Where somebody was going; what they were writing is theirs to send, with one more tap."""
    onward = local_path(wanted) or url_for("review.today")
    if found := open_draft(draft, person.id, now()):
        return render_template("accounts/draft.html", layout=between_pages(person), draft=found, onward=onward)
    return redirect(onward)


def page_here() -> str:
    """Where something was sent to, if that is a page as well; some places only take what is sent."""
    adapter = current_app.create_url_adapter(request)
    return request.path if adapter and adapter.test(method="GET") else ""


def between_pages(person: Actor) -> str:
    """The frame of what stands between two pages: a patient's locks as theirs do."""
    return "layouts/patient.html" if person.role is Role.PATIENT else "layouts/plain.html"


def changed(said: str, where: str = "accounts.settings") -> ResponseReturnValue:
    flash(said)
    return redirect(url_for(where))


def signed(what: str, told: object, holds_for: timedelta) -> str:
    """Told to the page, to be handed back unchanged by the same browser, within a while."""
    until = (now() + holds_for).isoformat()
    return str(_serializer(what).dumps([challenge_for(what).browser, until, told]))


def unsigned(what: str, given: str) -> Any:  # noqa: ANN401  # whatever was told
    """What the page was told; None for anything else, for another browser, and once its time is over."""
    try:
        browser, until, told = _serializer(what).loads(given)
        in_time = now() < datetime.fromisoformat(until)
    except (BadData, ValueError, TypeError):
        return None
    return told if in_time and browser == challenge_for(what).browser else None


def _serializer(what: str) -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=f"companion {what}")
