"""A form that is taken as its page shows it is refused with one field more."""

from collections.abc import Iterator

from werkzeug.test import TestResponse

from companion.accounts.rules import Actor
from companion.web.forms import UNSENT
from tests.support.client import Browser
from tests.support.forms import Forms, filled_in
from tests.support.ground import Ground
from tests.support.routes import Route, changing, client_of, right_people
from tests.support.writes import Writes, nothing_kept

UNKNOWN = {"is_admin": "1"}
SAID = ("this page doesn't ask for", "That could not be read. Nothing was changed.", '"outcome":"unreadable"')
ONLY_THEY_CAN = {
    "accounts.check_password",
    "accounts.check_code",
    "accounts.check_passkey",
    "accounts.check_confirmation",
    "accounts.confirm_by_passkey",
    "accounts.add_passkey",
    "accounts.set_authenticator",
    "accounts.set_up_passkey",
    "accounts.set_up_authenticator",
}
"""What asks for a password, a code of this minute or the answer of a device, which nobody reads off a page."""
CHANGES_NOTHING = {
    "accounts.open_code",
    "accounts.sign_out",
    "accounts.end_session",
    "accounts.end_other_sessions",
    "accounts.move",
    "accounts.lock",
    "accounts.open_up",
    "accounts.begin_instead",
    "accounts.keep_writing",
    "accounts.remove_pin",
    "accounts.end_cover",
    "privacy.give_copy",
    "contract.begin_draft",
    "contract.begin_my_draft",
    "contract.ask_for_smaller",
    "contract.change_pause",
    "experiments.offer_again",
}
"""What opens a page, ends, locks or opens a session, hands out a copy, or says what stands already."""


def says_so(browser: Browser, answer: TestResponse) -> bool:
    """Whether the page that answers, or the one it leads to, says that something was sent which it doesn't know."""
    text = answer.text if not answer.location else browser.client.get(answer.location).text
    return any(words in text.replace("&#39;", "'") for words in SAID)


def everyone(ground: Ground) -> Iterator[tuple[Route, Actor | None]]:
    for route in changing(ground.app):
        for actor in right_people(route, ground.practice):
            yield route, actor


def not_taken(ground: Ground, forms: Forms, kept: Writes) -> Iterator[str]:
    for route, actor in everyone(ground):
        browser = Browser(client_of(ground.app, actor))
        _sent, answer = filled_in(browser, forms.of(route, actor))
        is_taken = answer.status_code < 400 and (kept.kept or route.endpoint in CHANGES_NOTHING)
        if says_so(browser, answer) or not (is_taken or route.endpoint in ONLY_THEY_CAN):
            yield f"{route}: {answer.status} {kept.kept}"
        kept.clear()


def taken_with_more(ground: Ground, forms: Forms, kept: Writes) -> Iterator[str]:
    for route, actor in everyone(ground):
        browser, form = Browser(client_of(ground.app, actor)), forms.of(route, actor)
        sent, _answer = filled_in(browser, form)
        kept.clear()
        browser = Browser(client_of(ground.app, actor))
        sent |= {"csrf_token": browser.csrf_token()}
        answer = browser.client.post(form.path, data=sent | UNKNOWN)
        if kept.kept or not says_so(browser, answer):
            yield f"{route}: {answer.status} {kept.kept}"


def test_the_form_of_every_page_is_taken_as_it_is(ground: Ground, forms: Forms) -> None:
    with nothing_kept(ground.app) as kept:
        assert list(not_taken(ground, forms, kept)) == []


def taken_unsent(ground: Ground, forms: Forms, kept: Writes) -> Iterator[str]:
    for route, actor in everyone(ground):
        browser, form = Browser(client_of(ground.app, actor)), forms.of(route, actor)
        sent, _answer = filled_in(browser, form)
        kept.clear()
        browser = Browser(client_of(ground.app, actor))
        browser.client.post(form.path, data=sent | {"csrf_token": browser.csrf_token(), UNSENT: "1"})
        if kept.kept:
            yield f"{route}: {kept.kept}"


def test_what_is_still_being_written_is_not_taken(ground: Ground, forms: Forms) -> None:
    with nothing_kept(ground.app) as kept:
        assert list(taken_unsent(ground, forms, kept)) == []


def test_with_a_field_that_no_page_has_it_is_refused(ground: Ground, forms: Forms) -> None:
    with nothing_kept(ground.app) as kept:
        assert list(taken_with_more(ground, forms, kept)) == []
