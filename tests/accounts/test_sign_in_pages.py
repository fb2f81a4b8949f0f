"""Signing in and out by the pages: by password, by password and code, by passkey; and being asked again."""

from datetime import timedelta

import pytest
from flask import Flask

from companion.accounts.rules import Role
from companion.accounts.rules.throttling import Tries
from companion.accounts.services import passwords
from companion.kernel.clock import FrozenClock
from tests.conftest import NOON
from tests.factories.signing_in import PASSWORD, STEP, Known, add_passkey, staff
from tests.support.client import Browser
from tests.support.noted import noted
from tests.support.soft_passkey import SoftPasskey
from tests.support.ways_in import (
    asked_by,
    by_code,
    by_passkey,
    by_password,
    cookie_of,
    is_in,
    new_browser,
    token_of,
    with_cookie,
)

NOT_TOGETHER = "Username and password don't belong together."


# By password


def test_a_patient_signs_in_by_password_and_stays(app: Flask, browser: Browser, patient: Known) -> None:
    assert by_password(browser, " NORA ").path == "/"
    assert is_in(browser)
    with browser.client.session_transaction() as session:
        assert session.permanent  # a phone drops other cookies whenever its browser restarts
    cookie = browser.client.get_cookie("session")
    assert cookie
    assert cookie.expires
    with app.app_context():
        assert [(event.by, event.told["by"]) for event in noted("signed_in")] == [(patient.actor.id, "password")]


def test_signing_in_leads_back_to_the_page_asked_for(browser: Browser, patient: Known) -> None:
    asked = browser.get("/settings/zone")
    assert asked.path == "/sign-in"
    assert by_password(browser, "nora", page=asked).path == "/settings/zone"


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example/", "/\\evil.example", "plan"])
def test_signing_in_leads_to_no_other_site(browser: Browser, patient: Known, wanted: str) -> None:
    fields = {"username": "nora", "password": PASSWORD, "next": wanted, "csrf_token": browser.csrf_token()}
    assert browser.client.post("/sign-in", data=fields).headers["Location"] == "/"


@pytest.mark.parametrize(("username", "password"), [("nora", "wrong words"), ("nobody", PASSWORD), ("nora ", "")])
def test_what_does_not_belong_together_is_refused(
    browser: Browser, patient: Known, username: str, password: str
) -> None:
    page = by_password(browser, username, password, expect=422)
    assert page.value("username") == username.strip()
    assert page.value("password") == ""
    assert "Not signed in yet" in page.text
    assert not is_in(browser)


def test_known_and_unknown_names_get_the_same_page(browser: Browser, patient: Known, vera: Known) -> None:
    texts = {by_password(browser, name, "wrong words", expect=422).text for name in ("nora", "vera", "nobody")}
    assert len(texts) == 1
    assert NOT_TOGETHER in texts.pop()


def test_nothing_of_the_session_before_is_carried_into_the_new_one(browser: Browser, patient: Known) -> None:
    with browser.client.session_transaction() as session:
        session["left"] = "over"
        session["csrf_token"] = before = "1" * 40
    by_password(browser, "nora")
    with browser.client.session_transaction() as session:
        assert "left" not in session
        assert session.get("csrf_token") != before


def test_the_token_is_another_at_each_sign_in_and_the_one_before_is_void(
    app: Flask, browser: Browser, patient: Known
) -> None:
    by_password(browser, "nora")
    before, copied = token_of(browser), cookie_of(browser)
    fields = {"username": "nora", "password": PASSWORD, "next": "", "csrf_token": browser.csrf_token()}
    assert browser.client.post("/sign-in", data=fields).status_code == 302
    assert token_of(browser) != before
    assert is_in(browser)
    assert not is_in(with_cookie(app, copied))


def test_signing_out_voids_the_cookie_wherever_it_was_copied_to(app: Flask, browser: Browser, patient: Known) -> None:
    by_password(browser, "nora")
    copied = cookie_of(browser)
    assert is_in(with_cookie(app, copied))
    page = browser.submit(browser.get("/settings"))
    assert page.path == "/sign-in"
    assert "You are signed out." in page.text
    assert not is_in(browser)
    assert not is_in(with_cookie(app, copied))


def test_signing_out_by_a_link_does_nothing(browser: Browser, patient: Known) -> None:
    by_password(browser, "nora")
    browser.get("/sign-out", expect=405)
    assert is_in(browser)


def test_signing_out_when_the_session_has_run_out_is_no_question(
    browser: Browser, vera: Known, clock: FrozenClock
) -> None:
    by_code(browser, vera, vera.code(NOON))
    settings = browser.get("/settings")
    clock.advance(days=1)
    assert "You are signed out." in browser.submit(settings).text


def test_someone_signed_in_is_not_asked_again(browser: Browser, patient: Known) -> None:
    by_password(browser, "nora")
    assert browser.client.get("/sign-in").headers["Location"] == "/"


@pytest.mark.parametrize("cookie", ["x", "x|y", "x|é", "|", "\u00ff|\u00ff"])
def test_no_other_cookie_signs_anybody_in(browser: Browser, patient: Known, cookie: str) -> None:
    browser.client.set_cookie("remember_token", cookie)
    assert not is_in(browser)


# By password and code


def test_the_password_alone_lets_nobody_in_who_sees_others_words(browser: Browser, vera: Known) -> None:
    page = by_password(browser, "vera")
    assert "Your code" in page.text
    assert not is_in(browser)
    assert browser.submit(page, {"code": vera.code(NOON)}).path != "/sign-in"
    assert is_in(browser)


def test_how_somebody_signed_in_is_noted(app: Flask, browser: Browser, vera: Known, passkey: SoftPasskey) -> None:
    by_code(browser, vera, vera.code(NOON))
    by_code(new_browser(app), vera, vera.recovery_codes[0])
    by_passkey(new_browser(app), passkey)
    with app.app_context():
        ways = [event.told["by"] for event in noted("signed_in") if event.by == vera.actor.id]
    assert ways == ["password_and_code", "password_and_recovery_code", "passkey"]


def test_a_code_and_a_recovery_code_work_once(app: Flask, vera: Known) -> None:
    for code in (vera.code(NOON), vera.recovery_codes[0]):
        by_code(new_browser(app), vera, code)
        page = by_code(new_browser(app), vera, code, expect=422)
        assert "Each works once" in page.text


def test_what_the_page_between_carries_shows_no_hash_and_serves_one_browser(
    app: Flask, browser: Browser, vera: Known
) -> None:
    page = by_password(browser, "vera")
    assert "argon2" not in page.html
    other = new_browser(app)
    fields = page.form() | {"code": vera.code(NOON)}
    refused = other.send("/sign-in/code", fields, expect=422)
    assert "begin with the password again" in refused.text
    assert not is_in(other)
    assert browser.submit(page, {"code": vera.code(NOON)}).path != "/sign-in"


@pytest.mark.parametrize(("late", "status"), [(timedelta(minutes=5, seconds=-1), 200), (timedelta(minutes=5), 422)])
def test_the_code_follows_the_password_within_five_minutes(
    browser: Browser, vera: Known, clock: FrozenClock, late: timedelta, status: int
) -> None:
    page = by_password(browser, "vera")
    clock.move_to(NOON + late)
    browser.submit(page, {"code": vera.code(NOON + late)}, expect=status)
    assert is_in(browser) is (status == 200)


@pytest.mark.parametrize("ticket", ["", "x", "x.y.z", "\x00"])
def test_no_code_without_the_password(browser: Browser, vera: Known, ticket: str) -> None:
    fields = {"ticket": ticket, "code": vera.code(NOON), "next": "", "draft": ""}
    browser.send("/sign-in/code", fields, expect=422)
    assert not is_in(browser)


@pytest.mark.parametrize("path", ["/sign-in/code", "/sign-in/passkey"])
def test_coming_back_to_a_page_in_between_leads_to_the_first(browser: Browser, path: str) -> None:
    assert browser.get(path).path == "/sign-in"


# By passkey


@pytest.mark.parametrize("role", [Role.THERAPIST, Role.ADMIN])
def test_a_passkey_is_enough(app: Flask, browser: Browser, role: Role) -> None:
    with app.app_context():
        passkey = add_passkey(staff(role=role).actor)
    by_passkey(browser, passkey, page=browser.get("/settings/zone"))
    assert browser.get("/settings/zone").path == "/settings/zone"


def test_a_spent_answer_signs_in_from_no_other_browser_nor_again_from_its_own(
    app: Flask, browser: Browser, passkey: SoftPasskey
) -> None:
    page = browser.get("/sign-in")
    answer = {"answer": passkey.get(asked_by(page)), "next": "", "draft": ""}
    other = new_browser(app)
    other.get("/sign-in")
    other.send("/sign-in/passkey", answer, expect=422)  # unspent, and made for another browser
    assert not is_in(other)
    browser.send("/sign-in/passkey", answer)
    assert is_in(browser)
    other.send("/sign-in/passkey", answer, expect=422)
    with_cookie(app, cookie_of(browser)).send("/sign-in/passkey", answer, expect=422)
    assert not is_in(other)


@pytest.mark.parametrize("answer", ["", "null", "7", "[]", '"x"', "{}", "{", "[" * 50_000, "\x00"])
def test_garbage_in_place_of_an_answer_is_refused(browser: Browser, vera: Known, answer: str) -> None:
    page = browser.send("/sign-in/passkey", {"answer": answer, "next": "", "draft": ""}, expect=422)
    assert "Not signed in yet" in page.text


def test_json_is_no_form(browser: Browser, vera: Known) -> None:
    for path in ("/sign-in", "/sign-in/code", "/sign-in/passkey"):
        for body in ("[]", "null", "7", "{}"):
            answer = browser.client.post(path, data=body, content_type="application/json")
            assert answer.status_code == 422


# Throttled


def many_tries(browser: Browser, username: str, times: int) -> list[int]:
    token = browser.csrf_token()
    fields = {"username": username, "password": "wrong words", "csrf_token": token}
    return [browser.client.post("/sign-in", data=fields).status_code for _ in range(times)]


def test_whoever_guesses_is_stopped_and_the_owner_elsewhere_is_not(
    app: Flask, browser: Browser, patient: Known
) -> None:
    cap = Tries.ACCOUNT_FROM_NETWORK.value.cap
    assert many_tries(browser, "nora", cap + 2) == [422] * cap + [429] * 2
    page = by_password(browser, "nora", expect=429)  # even by the right password, from there
    assert "nothing is locked" in page.text
    assert not is_in(browser)
    owner = new_browser(app, "198.51.100.7")
    by_password(owner, "nora")
    assert is_in(owner)


def test_a_name_nobody_has_is_counted_alike(browser: Browser, patient: Known) -> None:
    cap = Tries.ACCOUNT_FROM_NETWORK.value.cap
    assert many_tries(browser, "nobody", cap + 1) == many_tries(browser, "nora", cap + 1)


def test_a_network_that_tries_every_name_is_stopped(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_matches", lambda _stored, _password: False)  # which would take a second in all
    cap = Tries.NETWORK.value.cap
    token = {"password": "wrong words", "csrf_token": browser.csrf_token()}
    answers = [
        browser.client.post("/sign-in", data={"username": f"name{n}", **token}).status_code for n in range(cap + 1)
    ]
    assert answers == [422] * cap + [429]


def test_getting_in_gives_the_tries_back(app: Flask, browser: Browser, patient: Known) -> None:
    cap = Tries.ACCOUNT_FROM_NETWORK.value.cap
    many_tries(browser, "nora", cap - 1)
    by_password(browser, "nora")
    assert many_tries(new_browser(app), "nora", cap + 1) == [422] * cap + [429]


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "Client-IP"])
def test_no_header_makes_an_attacker_somebody_else(browser: Browser, patient: Known, header: str) -> None:
    cap, token = Tries.ACCOUNT_FROM_NETWORK.value.cap, browser.csrf_token()
    fields = {"username": "nora", "password": "wrong words", "csrf_token": token}
    answers = [
        browser.client.post("/sign-in", data=fields, headers={header: f"203.0.113.{n}"}).status_code
        for n in range(cap + 1)
    ]
    assert answers == [422] * cap + [429]


def test_one_household_has_one_network_of_ipv6(app: Flask, patient: Known) -> None:
    cap = Tries.ACCOUNT_FROM_NETWORK.value.cap
    answers = [many_tries(new_browser(app, f"2001:db8::{n:x}"), "nora", 1)[0] for n in range(cap + 1)]
    assert answers == [422] * cap + [429]
    assert many_tries(new_browser(app, "2001:db8:0:1::1"), "nora", 1) == [422]


def test_guessing_codes_is_stopped_after_few(app: Flask, browser: Browser, vera: Known) -> None:
    cap = Tries.CODE_FROM_NETWORK.value.cap
    page = by_password(browser, "vera")
    for _ in range(cap):
        browser.submit(page, {"code": "000000"}, expect=422)
    browser.submit(page, {"code": vera.code(NOON)}, expect=429)
    assert not is_in(browser)
    owner = new_browser(app, "198.51.100.7")
    by_code(owner, vera, vera.code(NOON))
    assert is_in(owner)


def test_who_has_stolen_the_password_is_stopped_in_a_thousand_networks(app: Flask, vera: Known) -> None:
    browser, cap = new_browser(app), Tries.CODE_OF_ACCOUNT.value.cap
    page = by_password(browser, "vera")
    answers = []
    for n in range(cap + 1):
        browser.client.environ_base["REMOTE_ADDR"] = f"203.0.113.{n}"
        fields = page.form() | {"code": "000000"}
        answers.append(browser.client.post("/sign-in/code", data=fields).status_code)
    assert answers == [422] * cap + [429]


def test_a_step_later_another_code_signs_in_elsewhere(app: Flask, browser: Browser, vera: Known) -> None:
    by_code(browser, vera, vera.code(NOON))
    other = new_browser(app)
    by_code(other, vera, vera.code(NOON + STEP))
    assert is_in(browser)
    assert is_in(other)


def test_no_secret_is_logged(
    browser: Browser, vera: Known, passkey: SoftPasskey, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    by_password(browser, "vera", "wrong words", expect=422)
    by_code(browser, vera, vera.code(NOON))
    tokens = [token_of(browser)]
    by_passkey(with_cookie(browser.client.application, ""), passkey)
    tokens += [PASSWORD, "wrong words", vera.code(NOON), vera.secret, *vera.recovery_codes]
    assert all(token for token in tokens)
    assert not [token for token in tokens if token in caplog.text]
