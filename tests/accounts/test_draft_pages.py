"""What was being written survives the end of a session, and being asked again: one tap, and it lands."""

from collections.abc import Callable
from datetime import timedelta
from html import escape
from uuid import uuid4

import pytest
from flask import Flask

from companion.accounts import queries
from companion.accounts.access import Policy, needs_confirmation, policy_of
from companion.accounts.rules import Role
from companion.accounts.rules.sessions import CONFIRMATION_HOLDS, LIMITS
from companion.kernel.clock import FrozenClock
from tests.conftest import NOON
from tests.factories.people import Practice
from tests.factories.signing_in import PASSWORD, Known, add_passkey, nora
from tests.support.client import Browser, Page
from tests.support.noted import noted
from tests.support.soft_passkey import SoftPasskey
from tests.support.ways_in import (
    asked_by,
    by_passkey,
    by_password,
    cookie_of,
    is_in,
    new_browser,
    token_of,
    with_cookie,
)

WRITTEN = "Norina, said so"
LATER = CONFIRMATION_HOLDS


@pytest.fixture
def as_vera(browser: Browser, vera: Known) -> Browser:
    return browser.sign_in(vera.actor)


def name_of(app: Flask, person: Known) -> str:
    with app.app_context():
        return queries.account_of(person.actor).name


def write_too_late(browser: Browser, clock: FrozenClock, role: Role) -> Page:
    """Open a page, let the session run out, and send what was written."""
    page = browser.get("/settings/name")
    clock.move_to(NOON + LIMITS[role].idle)
    return browser.submit(page, {"name": WRITTEN}, expect=401)


def assert_hidden(page: Page) -> None:
    """What was written stands in the page, and nowhere readable."""
    assert page.value("draft")
    assert WRITTEN not in page.html
    assert escape(WRITTEN) not in page.html


@pytest.mark.parametrize("way", ["code", "recovery code", "passkey"])
def test_what_a_therapist_wrote_lands_with_one_tap_after_signing_in(
    app: Flask, as_vera: Browser, vera: Known, passkey: SoftPasskey, clock: FrozenClock, way: str
) -> None:
    page = write_too_late(as_vera, clock, Role.THERAPIST)
    assert_hidden(page)
    assert "kept, and yours to send" in page.text
    if way == "passkey":
        after = by_passkey(as_vera, passkey, page=page)
    else:
        second = by_password(as_vera, "vera", page=page)
        assert_hidden(second)
        code = vera.code(clock.now()) if way == "code" else vera.recovery_codes[0]
        after = as_vera.submit(second, {"code": code})
    assert "It is still here" in after.text
    assert name_of(app, vera) == "Vera"
    as_vera.submit(after)
    assert name_of(app, vera) == WRITTEN


def test_what_a_patient_wrote_lands_after_mistakes_too(
    app: Flask, browser: Browser, patient: Known, clock: FrozenClock
) -> None:
    page = write_too_late(browser.sign_in(patient.actor), clock, Role.PATIENT)
    again = by_password(browser, "nora", "wrong words", page=page, expect=422)
    assert_hidden(again)
    browser.submit(by_password(browser, "nora", page=again))
    assert name_of(app, patient) == WRITTEN


def test_a_session_ended_from_elsewhere_loses_nothing_either(
    app: Flask, browser: Browser, patient: Known, clock: FrozenClock
) -> None:
    page = browser.sign_in(patient.actor).get("/settings/name")
    elsewhere = new_browser(app).sign_in(patient.actor)
    elsewhere.send("/settings/devices/end")
    asked = browser.submit(page, {"name": WRITTEN}, expect=401)
    browser.submit(by_password(browser, "nora", page=asked))
    assert name_of(app, patient) == WRITTEN


def test_another_person_at_this_browser_gets_nothing_of_it(
    app: Flask, browser: Browser, patient: Known, practice: Practice, clock: FrozenClock
) -> None:
    with app.app_context():
        other = nora(practice, "otto")
    page = write_too_late(browser.sign_in(patient.actor), clock, Role.PATIENT)
    after = by_password(browser, "otto", page=page)
    assert is_in(browser)
    assert "It is still here" not in after.text
    assert WRITTEN not in after.html
    assert (name_of(app, other), name_of(app, patient)) == ("Nora", "Nora")


def test_a_tap_that_comes_too_late_is_asked_again_and_nobody_is_led_astray(
    app: Flask, browser: Browser, patient: Known, clock: FrozenClock
) -> None:
    elsewhere = new_browser(app).sign_in(patient.actor)
    devices = browser.sign_in(patient.actor).get("/settings/devices")
    clock.move_to(NOON + LIMITS[Role.PATIENT].idle)
    assert devices.document.query("form[action='/settings/devices/end']")
    asked = browser.send("/settings/devices/end", expect=401)
    after = by_password(browser, "nora", page=asked)
    assert "has not been done yet" in after.text
    assert browser.submit(after).path == "/settings/devices"
    assert not is_in(elsewhere)


def test_secrets_are_never_kept(browser: Browser, patient: Known, clock: FrozenClock) -> None:
    page = browser.sign_in(patient.actor).get("/settings/password")
    clock.move_to(NOON + LIMITS[Role.PATIENT].idle)
    asked = browser.submit(page, {"password": "another long one"}, expect=401)
    assert "another long one" not in asked.html
    assert asked.value("draft") == ""
    assert by_password(browser, "nora", page=asked).path == "/settings/password"


def test_who_never_was_signed_in_leaves_nothing(browser: Browser) -> None:
    page = browser.send("/settings/name", {"name": WRITTEN}, expect=401)
    assert page.value("draft") == ""
    assert WRITTEN not in page.html


# Asked again


def sensitive(app: Flask) -> set[tuple[str, str]]:
    """Every route that asks again, with a method of it."""
    with app.app_context():
        return {
            (rule.endpoint, method)
            for rule in app.url_map.iter_rules()
            if needs_confirmation(rule.endpoint)
            for method in {"GET", "POST"} & (rule.methods or set())
        }


def test_what_changes_who_gets_in_is_asked_again(app: Flask) -> None:
    ways = {"password", "change_password", "passkeys", "add_passkey", "remove_passkey"}
    ways |= {"authenticator", "set_authenticator", "new_recovery_codes"}
    assert {f"accounts.{way}" for way in ways} <= {endpoint for endpoint, _ in sensitive(app)}
    assert any(endpoint.startswith("sessions.") for endpoint, _ in sensitive(app))  # codes for patients, end of care


def test_each_such_route_asks_after_ten_minutes_and_not_before(
    app: Flask, as_vera: Browser, as_patient: Browser, clock: FrozenClock
) -> None:
    routes = [(rule, method) for rule in app.url_map.iter_rules() for method in ("GET", "POST")]
    for rule, method in routes:
        if (rule.endpoint, method) not in sensitive(app) or method not in (rule.methods or ()):
            continue
        built = rule.build({name: uuid4() for name in rule.arguments})
        assert built
        with app.app_context():
            browser = as_patient if policy_of(rule.endpoint) is Policy.PATIENT else as_vera
        for age, asks in ((-timedelta(microseconds=1), False), (timedelta(0), True)):
            clock.move_to(NOON + CONFIRMATION_HOLDS + age)
            data = {"csrf_token": browser.csrf_token()}
            answer = browser.client.open(built[1], method=method, data=data if method == "POST" else None)
            asked = answer.status_code == 401 or answer.headers.get("Location", "").startswith("/confirm")
            assert asked is asks, (rule, method, answer.status_code)


CONFIRMS: dict[str, Callable[[Browser, Page, Known, SoftPasskey], Page]] = {
    "code": lambda browser, page, vera, _: browser.submit(
        page, {"password": PASSWORD, "code": vera.code(NOON + LATER)}
    ),
    "recovery code": lambda browser, page, vera, _: browser.submit(
        page, {"password": PASSWORD, "code": vera.recovery_codes[0]}
    ),
    "passkey": lambda browser, page, _, passkey: by_passkey(browser, passkey, page=page),
}


@pytest.mark.parametrize("way", CONFIRMS)
def test_showing_that_it_is_oneself_leads_on_under_a_new_token(
    app: Flask, as_vera: Browser, vera: Known, passkey: SoftPasskey, clock: FrozenClock, way: str
) -> None:
    clock.move_to(NOON + LATER)
    asked = as_vera.get("/settings/passkeys")
    assert asked.path == "/confirm"
    before, copied = token_of(as_vera), cookie_of(as_vera)
    assert CONFIRMS[way](as_vera, asked, vera, passkey).path == "/settings/passkeys"
    assert token_of(as_vera) != before
    assert is_in(as_vera)
    assert not is_in(with_cookie(app, copied))
    clock.move_to(NOON + 2 * LATER - timedelta(seconds=1))
    assert as_vera.get("/settings/passkeys").path == "/settings/passkeys"
    with app.app_context():
        (event,) = noted("confirmed")
        assert (event.by, event.about) == (vera.actor.id, vera.actor.id)


@pytest.mark.parametrize("way", CONFIRMS)
def test_what_was_sent_meanwhile_is_sent_by_one_tap(
    app: Flask, as_vera: Browser, vera: Known, passkey: SoftPasskey, clock: FrozenClock, way: str
) -> None:
    with app.app_context():
        known = queries.ways_in(vera.actor).passkeys[0]
    clock.move_to(NOON + LATER)
    asked = as_vera.send(f"/settings/passkeys/{known.id}/remove", expect=401)
    after = CONFIRMS[way](as_vera, asked, vera, passkey)
    assert "has not been done yet" in after.text
    assert "The passkey is removed." in as_vera.submit(after).text


def test_a_patient_shows_it_by_password(browser: Browser, patient: Known, clock: FrozenClock) -> None:
    browser.sign_in(patient.actor)
    clock.move_to(NOON + LATER)
    asked = browser.get("/settings/password")
    wrong = browser.submit(asked, {"password": "wrong words"}, expect=422)
    assert "This is not your password." in wrong.errors()
    assert browser.submit(wrong, {"password": PASSWORD}).path == "/settings/password"


@pytest.mark.parametrize(
    ("password", "code"), [(PASSWORD, "000000"), ("wrong words", None), (PASSWORD, ""), ("", None)]
)
def test_half_of_it_confirms_nothing(
    as_vera: Browser, vera: Known, clock: FrozenClock, password: str, code: str | None
) -> None:
    clock.move_to(NOON + LATER)
    asked = as_vera.get("/settings/passkeys")
    right = vera.code(NOON + LATER)
    as_vera.submit(asked, {"password": password, "code": right if code is None else code}, expect=422)
    assert as_vera.get("/settings/passkeys").path == "/confirm"
    assert CONFIRMS["code"](as_vera, asked, vera, SoftPasskey()).path == "/settings/passkeys"  # the code is unspent


def test_a_passkey_of_somebody_else_confirms_nothing(
    app: Flask, as_vera: Browser, passkey: SoftPasskey, practice: Practice, clock: FrozenClock
) -> None:
    with app.app_context():
        others = add_passkey(practice.other_therapist)
    clock.move_to(NOON + LATER)
    page = by_passkey(as_vera, others, page=as_vera.get("/settings/passkeys"), expect=422)
    assert "of another account" in page.text
    assert as_vera.get("/settings/passkeys").path == "/confirm"


def test_an_answer_made_for_signing_in_confirms_nothing(
    as_vera: Browser, passkey: SoftPasskey, app: Flask, clock: FrozenClock
) -> None:
    clock.move_to(NOON + LATER)
    elsewhere = new_browser(app)
    answer = passkey.get(_asked(elsewhere))
    as_vera.send("/confirm/passkey", {"answer": answer, "next": "", "draft": ""}, expect=422)
    assert as_vera.get("/settings/passkeys").path == "/confirm"


def _asked(browser: Browser) -> dict[str, object]:
    return asked_by(browser.get("/sign-in"))


def test_a_stolen_session_can_not_guess_the_password(as_vera: Browser, vera: Known, clock: FrozenClock) -> None:
    clock.move_to(NOON + LATER)
    page = as_vera.get("/settings/passkeys")
    answers = [
        as_vera.client.post("/confirm", data=page.form() | {"password": "wrong words", "code": "1"}).status_code
        for _ in range(9)
    ]
    assert answers == [422] * 8 + [429]
