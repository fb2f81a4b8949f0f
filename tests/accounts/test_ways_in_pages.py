"""One's own ways in: password, passkeys, authenticator, recovery codes, devices; and who looked."""

from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask

from companion.accounts import queries, services
from companion.accounts.models import LoginSession
from companion.extensions import db
from companion.kernel.clock import FrozenClock
from companion.transaction import transaction
from tests.conftest import NOON
from tests.factories.people import Practice
from tests.factories.signing_in import PASSWORD, STEP, Known, add_passkey
from tests.support.client import Browser, Page, attributes
from tests.support.noted import Event, noted
from tests.support.soft_passkey import SoftPasskey
from tests.support.ways_in import (
    asked_by,
    by_code,
    by_passkey,
    by_password,
    cookie_of,
    is_in,
    make_passkey,
    new_browser,
    with_cookie,
)

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Mobile/15E148 Safari/604.1"


@pytest.fixture
def as_nora(app: Flask, patient: Known) -> Browser:
    return new_browser(app, user_agent=PHONE).sign_in(patient.actor)


@pytest.fixture
def as_vera(app: Flask, vera: Known) -> Browser:
    return new_browser(app).sign_in(vera.actor)


# Password


def test_a_new_password_signs_out_everybody_else(app: Flask, as_nora: Browser, patient: Known) -> None:
    elsewhere, copied = new_browser(app).sign_in(patient.actor), cookie_of(as_nora)
    page = as_nora.submit(as_nora.get("/settings/password"), {"password": "another long one"})
    assert "Other devices have to sign in again." in page.text
    assert not is_in(elsewhere)
    assert is_in(as_nora)
    by_password(new_browser(app), "nora", expect=422)
    by_password(new_browser(app), "nora", "another long one")
    assert copied


@pytest.mark.parametrize("password", ["", "short", "x" * 129, "with\x00nul and more"])
def test_a_password_that_cannot_be_one_is_refused(app: Flask, as_nora: Browser, password: str) -> None:
    assert as_nora.submit(as_nora.get("/settings/password"), {"password": password}, expect=422).errors()
    by_password(new_browser(app), "nora")


def test_who_has_only_a_passkey_gets_no_password_alone(app: Flask, practice: Practice) -> None:
    browser = new_browser(app)
    with app.app_context():
        add_passkey(practice.therapist)
    browser.sign_in(practice.therapist)
    browser.get("/settings/password", expect=404)
    browser.send("/settings/password", {"password": PASSWORD}, expect=404)
    with app.app_context():
        assert not queries.ways_in(practice.therapist).has_password


# Passkeys


def test_a_patient_adds_a_passkey_and_signs_in_with_it(app: Flask, as_nora: Browser, patient: Known) -> None:
    passkey = make_passkey(as_nora, as_nora.get("/settings/passkeys"))
    assert "Safari on iPhone" in as_nora.get("/settings/passkeys").text
    other = new_browser(app)
    by_passkey(other, passkey)
    assert is_in(other)
    assert "last used Wed 5 Mar" in as_nora.get("/settings/passkeys").text


def test_a_passkey_is_called_what_its_owner_says(as_nora: Browser) -> None:
    page = as_nora.get("/settings/passkeys")
    fields = {"answer": SoftPasskey().create(asked_by(page)), "label": "Grey phone"}
    page = as_nora.submit(page, fields)
    assert "The passkey is added." in page.text
    assert "Grey phone" in page.text


def test_an_answer_for_signing_in_or_from_another_page_adds_none(app: Flask, as_nora: Browser, vera: Known) -> None:
    theirs = asked_by(new_browser(app).sign_in(vera.actor).get("/settings/passkeys"))
    answer = SoftPasskey().create(theirs)
    page = as_nora.send("/settings/passkeys", {"answer": answer, "label": "x"}, expect=422)
    assert "could not be used here" in page.text
    for garbage in ("", "[]", "null", "{}"):
        as_nora.send("/settings/passkeys", {"answer": garbage, "label": "x"}, expect=422)
    assert "None yet." in as_nora.get("/settings/passkeys").text


def remove_first(browser: Browser, expect: int = 200) -> Page:
    page = browser.get("/settings/passkeys")
    (action, *_) = [
        attributes(form)["action"] for form in page.document.query("form") if "/remove" in attributes(form)["action"]
    ]
    return browser.send(urlsplit(action).path, expect=expect)


def test_a_lost_passkey_is_removed_and_signs_nobody_in(app: Flask, as_nora: Browser) -> None:
    passkey = make_passkey(as_nora, as_nora.get("/settings/passkeys"))
    assert "The passkey is removed." in remove_first(as_nora).text
    by_passkey(new_browser(app), passkey, expect=422)


def test_the_last_way_in_stays(app: Flask, practice: Practice) -> None:
    with app.app_context():
        add_passkey(practice.therapist)
    browser = new_browser(app).sign_in(practice.therapist)
    page = remove_first(browser, expect=422)
    assert any("your only way in" in error for error in page.errors())


def test_nobody_removes_another_s_passkey(app: Flask, as_nora: Browser, vera: Known) -> None:
    with app.app_context():
        add_passkey(vera.actor)
        (theirs,) = queries.ways_in(vera.actor).passkeys
    for passkey_id in (theirs.id, uuid4()):
        as_nora.send(f"/settings/passkeys/{passkey_id}/remove", expect=404)
    with app.app_context():
        assert len(queries.ways_in(vera.actor).passkeys) == 1


# Authenticator and recovery codes


def secret_on(page: Page) -> str:
    return "".join(page.document.query(".secret")[0].to_text().split())


def codes_on(page: Page) -> list[str]:
    return [each.to_text().strip() for each in page.document.query(".codes li")]


def test_who_has_a_passkey_adds_password_and_authenticator_together(app: Flask, practice: Practice) -> None:
    with app.app_context():
        passkey = add_passkey(practice.therapist)
        username = queries.account_of(practice.therapist).username
    browser = new_browser(app).sign_in(practice.therapist)
    page = browser.get("/settings/authenticator")
    me = Known(practice.therapist, username, secret_on(page))
    refused = browser.submit(page, {"code": me.code(NOON), "password": ""}, expect=422)
    codes = codes_on(browser.submit(refused, {"code": me.code(NOON), "password": PASSWORD}))
    assert len(codes) == 10
    by_code(new_browser(app), me, me.code(NOON + STEP))
    by_code(new_browser(app), me, codes[0])
    by_passkey(new_browser(app), passkey)  # which still works


def test_another_authenticator_is_taken_by_its_own_code_only(app: Flask, as_vera: Browser, vera: Known) -> None:
    page = as_vera.get("/settings/authenticator")
    assert not page.document.query("[name=password]")
    new = Known(vera.actor, "vera", secret_on(page))
    refused = as_vera.submit(page, {"code": vera.code(NOON)}, expect=422)
    as_vera.submit(refused, {"code": new.code(NOON)})
    by_code(new_browser(app), vera, vera.code(NOON + STEP), expect=422)
    by_code(new_browser(app), vera, vera.recovery_codes[0], expect=422)
    by_code(new_browser(app), new, new.code(NOON + STEP))


@pytest.mark.parametrize("secret", ["", "x", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"])
def test_a_secret_that_the_page_did_not_show_is_not_taken(as_vera: Browser, vera: Known, secret: str) -> None:
    known = Known(vera.actor, "vera", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    page = as_vera.send("/settings/authenticator", {"secret": secret, "code": known.code(NOON)}, expect=422)
    assert any("open for a long time" in error for error in page.errors())


def test_new_recovery_codes_are_shown_once_and_void_the_old(app: Flask, as_vera: Browser, vera: Known) -> None:
    codes = codes_on(as_vera.send("/settings/recovery-codes"))
    assert len(set(codes)) == 10
    assert not [code for code in codes if code in as_vera.get("/settings/passkeys").html]
    by_code(new_browser(app), vera, vera.recovery_codes[0], expect=422)
    by_code(new_browser(app), vera, codes[0])
    assert "9 recovery codes are left" in as_vera.get("/settings/passkeys").text


def test_a_patient_has_no_authenticator(as_nora: Browser) -> None:
    as_nora.get("/settings/authenticator", expect=404)
    as_nora.send("/settings/authenticator", {"code": "1"}, expect=404)
    as_nora.send("/settings/recovery-codes", expect=404)


def test_no_recovery_codes_without_an_authenticator(as_therapist: Browser) -> None:
    as_therapist.send("/settings/recovery-codes", expect=404)


# Devices


def test_each_device_is_listed_with_its_kind_and_when(
    app: Flask, as_nora: Browser, patient: Known, clock: FrozenClock
) -> None:
    clock.advance(days=1)
    by_password(new_browser(app, user_agent="Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0"), "nora")
    text = as_nora.get("/settings/devices").text
    assert "Safari on iPhone this one, since Wed 5 Mar, 12:00" in text
    assert "Firefox on Windows since Thu 6 Mar, 12:00, last used about Thu 6 Mar, 12:00" in text


def test_a_device_is_signed_out_from_another_at_once(app: Flask, as_nora: Browser, patient: Known) -> None:
    lost = new_browser(app)
    by_password(lost, "nora")
    assert is_in(lost)
    page = as_nora.get("/settings/devices")
    page = as_nora.submit(page)
    assert "That device is signed out." in page.text
    assert "Sign out all others" not in page.text
    assert not is_in(lost)
    assert is_in(as_nora)


def test_all_others_are_signed_out_at_once(app: Flask, as_nora: Browser, patient: Known) -> None:
    others = [new_browser(app).sign_in(patient.actor) for _ in range(3)]
    assert "All other devices are signed out." in as_nora.send("/settings/devices/end").text
    assert [is_in(each) for each in (as_nora, *others)] == [True, False, False, False]


def test_nobody_signs_out_another_s_device(app: Flask, as_nora: Browser, as_vera: Browser, vera: Known) -> None:
    with app.app_context():
        theirs = db.session.scalars(sa.select(LoginSession.id).where(LoginSession.user_id == vera.actor.id)).one()
    for session_id in (theirs, uuid4()):
        as_nora.send(f"/settings/devices/{session_id}/end", expect=404)
    assert is_in(as_vera)
    assert is_in(with_cookie(app, cookie_of(as_vera)))


# Who looked


def test_a_patient_reads_who_looked(
    app: Flask, practice: Practice, as_patient: Browser, as_therapist: Browser, clock: FrozenClock
) -> None:
    assert "Nobody has opened anything yet." in as_patient.get("/settings/looked").text
    as_therapist.get(f"/patients/{practice.patient.id}")
    as_patient.get("/settings")
    text = as_patient.get("/settings/looked").text
    assert "Wed 5 Mar" in text
    assert "Vera Conti: the summary before you meet 12:00" in text
    with app.app_context():
        told = {"page": "review.brief"}
        assert noted("read") == [Event("read", practice.therapist.id, practice.patient.id, told)]


def test_who_may_not_open_a_page_is_not_noted_as_having_read_it(
    app: Flask, practice: Practice, as_therapist: Browser
) -> None:
    as_therapist.get(f"/patients/{practice.other_patient.id}", expect=404)
    with app.app_context():
        assert noted("read") == []


def test_the_operator_mends_what_a_therapist_has_lost(app: Flask, as_vera: Browser, vera: Known) -> None:
    with app.app_context():
        passkey = add_passkey(vera.actor)
        with transaction():
            code = services.restore("VERA ", NOON)
    assert not is_in(as_vera)
    by_passkey(new_browser(app), passkey, expect=422)  # nor could who found the laptop go in again
    by_password(new_browser(app), "vera", expect=422)
    browser = new_browser(app)
    page = browser.submit(browser.get("/begin"), {"code": code})
    new = Known(vera.actor, "vera", secret_on(page))
    browser.submit(page, {"password": "another long one", "shown": new.code(NOON)}, number=1)
    by_passkey(new_browser(app), passkey, expect=422)
    by_password(new_browser(app), "vera", expect=422)
    with app.app_context():
        told = [(event.code, event.by) for event in noted("code_made", "code_used", "passkey_removed")][-3:]
    assert told == [("passkey_removed", None), ("code_made", None), ("code_used", vera.actor.id)]
