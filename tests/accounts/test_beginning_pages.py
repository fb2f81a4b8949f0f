"""What a handed code opens, by the pages: a patient's beginning, a new password, a way in for the practice."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from companion.accounts import queries, services
from companion.accounts.models import LoginSession
from companion.accounts.rules import Actor, Role
from companion.accounts.rules.throttling import Tries
from companion.extensions import db
from companion.kernel.clock import FrozenClock
from companion.transaction import transaction
from tests.conftest import NOON
from tests.factories.people import Practice
from tests.factories.signing_in import PASSWORD, ROME, STEP, Known, add_passkey, hash_of, nora
from tests.support.client import Browser, Page
from tests.support.noted import noted
from tests.support.soft_passkey import SoftPasskey
from tests.support.ways_in import asked_by, by_passkey, by_password, is_in, make_passkey, new_browser

KATHMANDU = "Asia/Kathmandu"
SOMEONE = Actor(UUID(int=1), Role.THERAPIST, ROME, "en")


@pytest.fixture
def code(app: Flask, practice: Practice) -> str:
    """A code just made for Nora, who is yet to begin."""
    with app.app_context(), transaction():
        return services.invite_patient(practice.therapist, "Nora", NOON)[1]


@pytest.fixture
def staff_code(app: Flask) -> str:
    """A code just made for Vera, who is to work here."""
    with app.app_context(), transaction():
        return services.create_staff(Role.THERAPIST, "vera", "Vera Conti", NOON, ROME)


def open_code(browser: Browser, code: str, expect: int = 200) -> Page:
    return browser.submit(browser.get("/begin"), {"code": code}, expect=expect)


# A patient begins


def test_a_patient_begins(app: Flask, browser: Browser, practice: Practice, code: str) -> None:
    page = open_code(browser, code.lower().replace("-", ""))
    assert "Hello, Nora." in page.text
    for said in ("Nobody reads this live.", "not for emergencies", "before a session", "kept to yourself"):
        assert said in page.text
    assert page.value("zone") == practice.therapist.zone
    fields = {"username": "Nora", "password": PASSWORD, "zone": KATHMANDU, "agreed": "y"}
    assert browser.submit(page, fields).path == "/"
    assert "What I agreed to on" in browser.get("/settings").text
    with app.app_context():
        (begun,) = [one for one in queries.patients_of(practice.therapist) if one.name == "Nora"]
        assert (begun.has_begun, begun.zone) == (True, KATHMANDU)
        told = [(event.code, event.by) for event in noted("code_used", "password_set", "signed_in")]
        assert told == [("code_used", begun.id), ("password_set", begun.id), ("signed_in", begun.id)]


def test_the_code_stands_in_no_address(browser: Browser, code: str) -> None:
    page = open_code(browser, code)
    assert page.path == "/begin"
    links = [str((link.attrs or {}).get("href")) for link in page.document.query("a")]
    assert not [link for link in links if code in link]
    assert page.value("code") == code


def test_a_code_that_opens_nothing_gets_a_kind_word(browser: Browser) -> None:
    page = open_code(browser, "AAAA-BBBB-CCCC", expect=422)
    assert "your therapist can give you a new one" in page.text
    assert page.value("code") == "AAAA-BBBB-CCCC"


BEHIND = ["/begin/you", "/begin/password", "/begin/passkey", "/begin/authenticator"]


@pytest.mark.parametrize("path", BEHIND)
@pytest.mark.parametrize("kind", ["spent", "unknown", "of another kind"])
def test_a_code_that_opens_nothing_leads_back_to_the_door(
    app: Flask, browser: Browser, practice: Practice, code: str, staff_code: str, path: str, kind: str
) -> None:
    with app.app_context(), transaction():
        spent = services.invite_patient(practice.therapist, "Otto", NOON)[1]
        services.begin(spent, "otto", hash_of(), ROME, NOON)
    another = staff_code if path in BEHIND[:2] else code
    sent = {"spent": spent, "unknown": "AAAA-BBBB-CCCC", "of another kind": another}[kind]
    page = browser.send(path, {"code": sent}, expect=422)
    assert "This code doesn't open anything." in page.text
    assert not is_in(browser)


@pytest.mark.parametrize("path", BEHIND)
def test_coming_back_to_a_page_behind_the_door_leads_to_the_door(browser: Browser, path: str) -> None:
    assert browser.get(path).path == "/begin"


@pytest.mark.parametrize("path", ["/begin", *BEHIND])
def test_whoever_tries_codes_is_stopped_wherever_they_send_them(
    app: Flask, browser: Browser, code: str, path: str
) -> None:
    token, cap = browser.csrf_token(), Tries.HANDED_CODE.value.cap
    answers = [
        browser.client.post(path, data={"code": f"AAAA-BBBB-{n:04}", "csrf_token": token}).status_code
        for n in range(cap + 1)
    ]
    assert answers == [422] * cap + [429]
    open_code(browser, code, expect=429)  # the right one, from there
    assert "Hello, Nora." in open_code(new_browser(app, "198.51.100.7"), code).text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"username": ""}, "Please write something here."),
        ({"username": "x" * 41}, "This is too long"),
        ({"username": "two words"}, "without blanks"),
        ({"username": "a\x00b"}, "can't be kept"),
        ({"username": "taken"}, "Somebody has this name already."),
        ({"password": "short"}, "This is too short"),
        ({"password": "x" * 129}, "This is too long"),
        ({"password": "with\x00nul and more"}, "can't be kept"),
        ({"zone": "Europe/Atlantis"}, "Not a valid choice"),
        ({"agreed": ""}, "Please tick this"),
        ({"role": "therapist"}, "that this page doesn't ask for"),
    ],
)
def test_what_is_wrong_at_the_beginning_is_said_and_the_rest_kept(
    app: Flask, browser: Browser, practice: Practice, code: str, changed: dict[str, str], said: str
) -> None:
    with app.app_context():
        nora(practice, "taken")
    fields = {"username": "nora", "password": PASSWORD, "zone": KATHMANDU, "agreed": "y"} | changed
    if not fields["agreed"]:
        del fields["agreed"]
    refused = browser.submit(open_code(browser, code), fields, expect=422)
    assert any(said in error for error in refused.errors())
    if "username" not in changed:
        assert refused.value("username") == "nora"
    if "zone" not in changed:
        assert refused.value("zone") == KATHMANDU
        assert not refused.document.query("select[data-module=zone]")  # what was chosen isn't offered over
    assert refused.value("password") == ""
    with app.app_context():
        assert queries.invited_by(code, NOON)


# A lost password or phone


def test_a_lost_phone_is_mended_by_the_therapist(app: Flask, practice: Practice, as_therapist: Browser) -> None:
    with app.app_context():
        person = nora(practice)
        passkey = add_passkey(person.actor)
    stolen = new_browser(app).sign_in(person.actor)
    assert is_in(stolen)
    care = as_therapist.send(f"/patients/{person.actor.id}/care/code")
    assert not is_in(stolen)
    by_password(new_browser(app), "nora", expect=422)  # nor can whoever has the phone go in again
    by_passkey(new_browser(app), passkey, expect=422)
    browser = new_browser(app)
    page = open_code(browser, care.document.query(".code")[0].to_text().strip())
    assert "You sign in as nora" in page.text
    assert not page.document.query("[name=zone]")
    refused = browser.submit(page, {"password": "short"}, expect=422)
    assert any("too short" in error for error in refused.errors())
    assert browser.submit(refused, {"password": "another long one"}).path == "/"
    by_password(new_browser(app), "nora", expect=422)
    by_passkey(new_browser(app), passkey, expect=422)
    by_password(new_browser(app), "nora", "another long one")
    with app.app_context():
        mended = [event for event in noted() if event.about == person.actor.id and event.code != "read"][-7:]
    assert [(event.code, event.by) for event in mended] == [
        ("session_ended", practice.therapist.id),
        ("passkey_removed", practice.therapist.id),
        ("code_made", practice.therapist.id),
        ("code_used", person.actor.id),
        ("password_set", person.actor.id),
        ("signed_in", person.actor.id),
        ("signed_in", person.actor.id),
    ]


# Somebody at the practice


def test_a_therapist_sets_up_by_passkey(app: Flask, browser: Browser, staff_code: str) -> None:
    page = open_code(browser, staff_code)
    assert "Hello, Vera Conti." in page.text
    passkey = make_passkey(browser, page)
    assert is_in(browser)
    by_password(new_browser(app), "vera", expect=422)  # there is none
    other = new_browser(app)
    by_passkey(other, passkey)
    assert is_in(other)
    with app.app_context():
        codes = [event.code for event in noted() if event.code != "caseload_read"]
        assert codes[-4:] == ["code_used", "passkey_added", "signed_in", "signed_in"]


def fields_for(page: Page, at_secret: Known) -> dict[str, str]:
    return {"password": PASSWORD, "shown": at_secret.code(NOON)}


def secret_on(page: Page) -> str:
    return "".join(page.document.query(".secret")[0].to_text().split())


def test_a_therapist_sets_up_by_password_and_authenticator(app: Flask, browser: Browser, staff_code: str) -> None:
    page = open_code(browser, staff_code)
    vera = Known(SOMEONE, "vera", secret_on(page))
    wrong = page_number(browser, page, {"password": PASSWORD, "shown": "000000"}, expect=422)
    assert any("doesn't fit" in error for error in wrong.errors())
    assert secret_on(wrong) == vera.secret  # it stands in the app already
    codes = page_number(browser, wrong, fields_for(wrong, vera))
    assert len(codes.document.query(".codes li")) == 10
    assert is_in(browser)
    other = new_browser(app)
    second = by_password(other, "vera")
    other.submit(second, {"code": vera.code(NOON)}, expect=422)  # it has been used to set up
    other.submit(second, {"code": vera.code(NOON + STEP)})
    assert is_in(other)


def page_number(browser: Browser, page: Page, fields: dict[str, str], expect: int = 200) -> Page:
    return browser.submit(page, fields, number=1, expect=expect)


def test_a_secret_shown_long_ago_is_shown_anew(browser: Browser, staff_code: str, clock: FrozenClock) -> None:
    page = open_code(browser, staff_code)
    vera = Known(SOMEONE, "vera", secret_on(page))
    clock.advance(hours=1)
    late = page_number(browser, page, {"password": PASSWORD, "shown": vera.code(clock.now())}, expect=422)
    assert any("open for a long time" in error for error in late.errors())
    assert secret_on(late) != vera.secret


def test_a_secret_of_another_page_is_not_taken(app: Flask, browser: Browser, staff_code: str) -> None:
    other = new_browser(app)
    theirs = open_code(other, staff_code)
    mine = open_code(browser, staff_code)
    attacker = Known(SOMEONE, "vera", secret_on(theirs))
    fields = {"password": PASSWORD, "shown": attacker.code(NOON), "secret": theirs.value("secret")}
    page_number(browser, mine, fields, expect=422)
    assert not is_in(browser)


def test_setting_up_takes_the_place_of_whoever_was_signed_in_there(
    app: Flask, browser: Browser, practice: Practice, staff_code: str
) -> None:
    browser.sign_in(practice.admin)
    with app.app_context():
        before = str(db.session.scalars(sa.select(LoginSession.id)).one())
    page = open_code(browser, staff_code)
    page_number(browser, page, fields_for(page, Known(SOMEONE, "vera", secret_on(page))))
    with app.app_context():
        assert before in [event.told["session"] for event in noted("session_ended")]


def test_an_answer_for_one_code_sets_up_no_other(app: Flask, browser: Browser, staff_code: str) -> None:
    with app.app_context(), transaction():
        other_code = services.create_staff(Role.THERAPIST, "paolo", "Paolo Neri", NOON, ROME)
    answer = SoftPasskey().create(asked_by(open_code(browser, staff_code)))
    browser.send("/begin/passkey", {"code": other_code, "answer": answer, "label": ""}, expect=422)
    assert not is_in(browser)
    browser.send("/begin/passkey", {"code": staff_code, "answer": answer, "label": ""})
    assert is_in(browser)


@pytest.mark.parametrize(("age", "opens"), [(timedelta(days=7, seconds=-1), True), (timedelta(days=7), False)])
def test_a_code_is_for_seven_days(
    browser: Browser, staff_code: str, clock: FrozenClock, age: timedelta, *, opens: bool
) -> None:
    clock.move_to(NOON + age)
    assert ("Hello, Vera Conti." in open_code(browser, staff_code, expect=200 if opens else 422).text) is opens


def test_no_code_nor_secret_is_logged(browser: Browser, staff_code: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    page = open_code(browser, staff_code)
    vera = Known(SOMEONE, "vera", secret_on(page))
    codes = page_number(browser, page, fields_for(page, vera))
    secrets = [staff_code, vera.secret, vera.code(NOON), PASSWORD]
    secrets += [each.to_text().strip() for each in codes.document.query(".codes li")]
    assert not [secret for secret in secrets if secret in caplog.text]
