"""Locking, opening and the PIN, as the patient meets them."""

from datetime import timedelta

import pytest
from flask import Flask

from companion.accounts import services
from companion.accounts.rules.lock import OPEN_FOR
from companion.kernel.clock import FrozenClock
from companion.transaction import transaction
from tests.conftest import NOON
from tests.factories.people import Practice, username_of
from tests.factories.signing_in import PASSWORD, hash_of
from tests.support.client import Browser, Page, attributes
from tests.support.noted import noted

PIN, WRONG = "2580", "2581"
MOMENT = timedelta(microseconds=1)


@pytest.fixture
def with_pin(app: Flask, as_patient: Browser) -> Browser:
    """The patient, who has just set a PIN."""
    page = as_patient.submit(as_patient.get("/settings/lock"), {"pin": PIN})
    assert "The PIN is set." in page.text
    return as_patient


@pytest.fixture
def locked(with_pin: Browser) -> Browser:
    """And has locked the app."""
    assert with_pin.send("/lock", {"leave": ""}).path == "/locked"
    return with_pin


def test_the_pin_leads_on_to_where_one_was_going(locked: Browser) -> None:
    page = locked.get("/settings/zone")
    assert page.path == "/locked"
    assert page.title.startswith("Locked")
    assert locked.submit(page, {"pin": PIN}).path == "/settings/zone"


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_it_leads_nowhere_else(locked: Browser, onward: str) -> None:
    assert locked.send("/locked", {"pin": PIN, "next": onward, "draft": ""}).path == "/"


def test_without_a_pin_leaving_locks_and_one_tap_opens(as_patient: Browser) -> None:
    assert as_patient.send("/lock", {"leave": "1"}).path == "/leave"
    page = as_patient.get("/agreement")
    assert page.path == "/locked"
    assert not page.document.query("main input[type=password]")
    assert as_patient.submit(page).path == "/agreement"
    assert as_patient.get("/agreement").path == "/agreement"


def test_with_a_pin_it_locks_after_five_minutes_without_use(with_pin: Browser, clock: FrozenClock) -> None:
    clock.move_to(NOON + OPEN_FOR - MOMENT)
    assert with_pin.get("/agreement").path == "/agreement"
    clock.move_to(NOON + 2 * OPEN_FOR - 2 * MOMENT)
    assert with_pin.get("/agreement").path == "/agreement"
    clock.move_to(NOON + 3 * OPEN_FOR - 2 * MOMENT)
    assert with_pin.get("/agreement").path == "/locked"


def test_what_is_there_while_locked_keeps_nothing_open(with_pin: Browser, clock: FrozenClock) -> None:
    clock.move_to(NOON + timedelta(minutes=4))
    for path in ("/now", "/help", "/locked"):
        with_pin.get(path)
    clock.move_to(NOON + OPEN_FOR)
    assert with_pin.get("/agreement").path == "/locked"


def test_the_top_bar_has_lock_beside_leave_only_where_there_is_a_pin(as_patient: Browser) -> None:
    def buttons() -> list[str]:
        return [each.to_text().strip() for each in as_patient.get("/").document.query(".topbar button")]

    def locks() -> bool:
        return "data-locks" in attributes(as_patient.get("/").document.query("body")[0])

    assert (buttons(), locks()) == (["Leave"], False)
    as_patient.submit(as_patient.get("/settings/lock"), {"pin": PIN})
    assert (buttons(), locks()) == (["Leave", "Lock"], True)
    as_patient.send("/settings/lock/remove")
    assert (buttons(), locks()) == (["Leave"], False)


def test_the_first_page_after_opening_says_so_to_its_scripts_once(locked: Browser) -> None:
    for path in ("/agreement", "/help"):
        opened = locked.submit(locked.get(f"/locked?next={path}"), {"pin": PIN})
        assert opened.path == path
        assert "data-opened" in told_to_scripts(opened)
        assert "data-opened" not in told_to_scripts(locked.get(path))
        locked.send("/lock", {"leave": ""})


def told_to_scripts(page: Page) -> dict[str, str]:
    return next(known for each in page.document.query("script") if "data-locked" in (known := attributes(each)))


def test_a_page_that_is_there_while_locked_says_so_to_its_scripts(with_pin: Browser) -> None:
    assert "data-stays" in told_to_scripts(with_pin.get("/now"))
    assert "data-stays" not in told_to_scripts(with_pin.get("/agreement"))


def test_what_was_sent_while_locked_is_sent_once_it_is_open(locked: Browser) -> None:
    kept = locked.send("/settings/name", {"name": "Marco"}, expect=423)
    assert "What you were writing is kept" in kept.text
    assert "Marco" not in kept.html
    again = locked.submit(kept, {"pin": PIN})
    assert "It is still here" in again.text
    assert "Your name is changed." in locked.submit(again).text
    assert "Marco" in locked.get("/settings").text


def test_it_survives_a_wrong_pin_and_signing_in_instead(app: Flask, locked: Browser, practice: Practice) -> None:
    locked = signed_in_anew(app, practice)
    kept = locked.send("/settings/name", {"name": "Marco"}, expect=423)
    wrong = locked.submit(kept, {"pin": WRONG}, expect=422)
    sign_in = locked.submit(wrong, number=1)
    again = locked.submit(sign_in, {"username": username_of(practice.patient.id), "password": PASSWORD})
    assert "Your name is changed." in locked.submit(again).text


def test_what_was_being_written_is_there_to_go_on_with(locked: Browser) -> None:
    writing = {"path": "/lines", "fields": "want=A+walk.%0AAlone.&view=&words_private=y"}
    kept = locked.send("/locked/writing", writing)
    assert "What you were writing is kept" in kept.text
    assert "A walk." not in kept.html
    again = locked.submit(kept, {"pin": PIN})
    page = locked.submit(again, expect=422)
    assert page.path == "/lines"
    assert page.value("want") == "A walk.\nAlone."
    assert page.form()["words_private"]
    assert page.errors() == []
    assert "What you write will be kept here." in locked.get("/lines").text
    assert "Alone." in locked.submit(page).text


def test_keeping_it_locks(with_pin: Browser) -> None:
    assert with_pin.send("/locked/writing", {"path": "/lines", "fields": "want=A+walk"}).title.startswith("Locked")
    assert with_pin.get("/agreement").path == "/locked"


def test_no_secret_is_kept_that_was_being_typed(locked: Browser) -> None:
    page = locked.send("/locked/writing", {"path": "/settings/password", "fields": "password=a+quiet+evening"})
    assert page.form()["draft"] == ""
    assert page.form()["next"] == "/settings/password"


def give_password(app: Flask, practice: Practice) -> None:
    with app.app_context(), transaction():
        services.change_password(practice.patient, hash_of(), NOON)


def test_the_last_wrong_pin_ends_the_session_and_keeps_what_was_sent(
    app: Flask, with_pin: Browser, practice: Practice
) -> None:
    with_pin = signed_in_anew(app, practice)
    page = with_pin.send("/settings/name", {"name": "Marco"}, expect=423)
    for left in ("4 more times", "3 more times", "2 more times", "once more"):
        page = with_pin.submit(page, {"pin": WRONG}, expect=422)
        assert f"You can try {left}" in page.text
    page = with_pin.submit(page, {"pin": WRONG}, expect=401)
    assert "you are signed out here" in page.text
    with app.app_context():
        assert noted("session_ended")[-1].by == practice.patient.id
    again = with_pin.submit(page, {"username": username_of(practice.patient.id), "password": PASSWORD})
    assert "Your name is changed." in with_pin.submit(again).text


def signed_in_anew(app: Flask, practice: Practice) -> Browser:
    """With a password, which ends the sessions before, and locked."""
    give_password(app, practice)
    return signed_in_elsewhere(app, practice)


def test_whoever_tries_pins_shuts_nobody_out(app: Flask, with_pin: Browser, practice: Practice) -> None:
    """Neither from signing in, nor from the PIN on another phone."""
    mine, found = signed_in_anew(app, practice), signed_in_elsewhere(app, practice)
    for expect in (422, 422, 422, 422, 401):
        found.submit(found.get("/locked"), {"pin": WRONG}, expect=expect)
    assert mine.submit(mine.get("/agreement"), {"pin": PIN}).path == "/agreement"
    again = signed_in_elsewhere(app, practice)
    assert again.submit(again.get("/locked"), {"pin": PIN}).path == "/"


def signed_in_elsewhere(app: Flask, practice: Practice) -> Browser:
    browser = Browser(app.test_client())
    browser.submit(browser.get("/sign-in"), {"username": username_of(practice.patient.id), "password": PASSWORD})
    browser.send("/lock", {"leave": ""})
    return browser


def test_tries_come_back_with_the_right_pin(locked: Browser) -> None:
    for _ in range(3):
        for _ in range(4):
            locked.submit(locked.get("/locked"), {"pin": WRONG}, expect=422)
        assert locked.submit(locked.get("/locked"), {"pin": PIN}).path == "/"
        locked.send("/lock", {"leave": ""})


@pytest.mark.parametrize("pin", ["1234", "0000", "1212", "258", "123456789", "abcd", ""])
def test_a_pin_that_can_not_be_is_refused_beside_its_field(as_patient: Browser, pin: str) -> None:
    page = as_patient.submit(as_patient.get("/settings/lock"), {"pin": pin}, expect=422)
    assert page.errors()
    assert not pin or f'value="{pin}"' not in page.html
    assert "no PIN" in as_patient.get("/settings").text


@pytest.mark.parametrize(("path", "fields"), [("/settings/lock", {"pin": "1470"}), ("/settings/lock/remove", {})])
def test_who_only_has_the_open_phone_changes_no_pin(
    with_pin: Browser, clock: FrozenClock, path: str, fields: dict[str, str]
) -> None:
    for minute in range(0, 16, 4):  # in use all the time
        clock.move_to(NOON + timedelta(minutes=minute))
        with_pin.get("/agreement")
    assert with_pin.get("/settings/lock").path == "/confirm"
    assert with_pin.send(path, fields, expect=401).title.startswith("Is it you?")
    with_pin.send("/lock", {"leave": ""})
    assert with_pin.submit(with_pin.get("/agreement"), {"pin": PIN}).path == "/agreement"


def test_removing_the_pin(with_pin: Browser) -> None:
    assert "The PIN is removed." in with_pin.send("/settings/lock/remove").text
    with_pin.send("/lock", {"leave": "1"})
    assert with_pin.submit(with_pin.get("/agreement")).path == "/agreement"


def test_a_page_that_stood_open_too_long_can_still_be_locked(as_patient: Browser) -> None:
    page = as_patient.send("/lock", {"leave": "", "csrf_token": "old"}, expect=422)
    assert "Not locked yet" in page.text
    assert as_patient.get("/agreement").path == "/agreement"


def test_nothing_that_was_still_to_be_said_is_said_on_the_lock(as_patient: Browser) -> None:
    as_patient.client.post("/settings/name", data={"name": "Marco", "csrf_token": as_patient.csrf_token()})
    assert "changed" not in as_patient.send("/lock", {"leave": ""}).text
    as_patient.submit(as_patient.get("/locked"))
    assert "changed" not in as_patient.get("/settings").text


def test_signing_out_works_while_locked(locked: Browser) -> None:
    assert locked.send("/sign-out").path == "/sign-in"
    assert locked.get("/locked").path == "/sign-in"


def test_signed_out_meanwhile_one_signs_in_and_goes_on_without_the_lock(
    app: Flask, with_pin: Browser, practice: Practice
) -> None:
    give_password(app, practice)
    page = with_pin.get("/locked?next=/agreement")
    assert page.path == "/sign-in"
    signed_in = {"username": username_of(practice.patient.id), "password": PASSWORD}
    assert with_pin.submit(page, signed_in).path == "/agreement"


def test_the_therapist_has_no_lock(as_therapist: Browser) -> None:
    for path in ("/locked", "/settings/lock"):
        as_therapist.get(path, expect=404)
    as_therapist.send("/lock", {"leave": ""}, expect=404)
    assert "Lock" not in as_therapist.get("/settings").text


def test_a_pin_is_never_kept_as_a_draft(app: Flask, with_pin: Browser, clock: FrozenClock) -> None:
    clock.move_to(NOON + OPEN_FOR)
    page = with_pin.send("/settings/lock", {"pin": "1470"}, expect=423)
    assert page.form()["draft"] == ""
    assert page.form()["next"] == "/settings/lock"
