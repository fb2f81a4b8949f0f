"""Whose phone it is: signed out, expired, another patient, another key, another clock, another version of the app."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, expect

from companion.checkins.models import CheckIn
from tests.browser.box.phone import SAVED, Phone, entries_of, entries_since, phone_of, rows_of
from tests.support.server import Server
from tests.support.wire import Fault, Wire

LONG = 30_000
"""ms; more than all that signing out waits for, one after the other."""


def test_whoever_signs_out_is_asked_about_what_has_not_got_through(
    marks: tuple[BrowserContext, Phone], server: Server, wire: Wire
) -> None:
    _, phone = marks
    before = entries_of(server)
    wire.cut()
    phone.rate("3", "3")
    wire.faults = lambda _method, path: Fault.BUSY if path == "/box" else None
    phone.page.goto("/settings")
    phone.press("Sign out")
    expect(phone.page.get_by_text("Something that you entered here has not got through yet.")).to_be_visible()
    phone.press("Sign out; it stays here, sealed, and is sent when I sign in again")
    expect(phone.page).to_have_title("Sign in · companion")
    assert len(phone.waiting()) == 1
    wire.mend()
    phone.sign_in(server.sign_in_of("patient"))
    phone.has_sent_all()
    assert entries_since(server, before) == [(3, 3)]


def test_signing_out_sends_what_waits_first_and_leaves_nothing(
    marks: tuple[BrowserContext, Phone], server: Server, wire: Wire
) -> None:
    _, phone = marks
    before = entries_of(server)
    wire.fail_once(Fault.BUSY, "POST", "/box")
    phone.rate("3", "4")
    phone.page.goto("/settings")
    phone.press("Sign out")
    expect(phone.page).to_have_title("Sign in · companion")
    assert entries_since(server, before) == [(3, 4)]
    assert phone.waiting() == []
    assert phone.page.evaluate("caches.keys()") == []
    assert phone.page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0


def test_without_a_connection_signing_out_says_so_and_clears_nothing(
    marks: tuple[BrowserContext, Phone], wire: Wire
) -> None:
    _, phone = marks
    phone.page.goto("/settings")
    wire.cut()
    phone.press("Sign out")
    expect(phone.page.get_by_text("No connection: you are still signed in here.")).to_be_visible()
    assert phone.page.evaluate("caches.keys()") != []
    wire.mend()
    phone.press("Sign out")
    expect(phone.page).to_have_title("Sign in · companion")


def test_a_sign_out_without_an_answer_says_so_and_can_be_tried_again(
    marks: tuple[BrowserContext, Phone], wire: Wire
) -> None:
    _, phone = marks
    phone.page.goto("/settings")
    wire.hold("/sign-out")
    phone.press("Sign out")
    expect(phone.page.get_by_text("No connection: you are still signed in here.")).to_be_visible(timeout=LONG)
    wire.mend()
    phone.press("Sign out")
    expect(phone.page).to_have_title("Sign in · companion")


@pytest.mark.parametrize("hanging", ["indexedDB.open", "caches.keys", "navigator.locks.request"])
def test_a_browser_that_never_answers_keeps_nobody_from_signing_out(
    marks: tuple[BrowserContext, Phone], hanging: str
) -> None:
    """Here what the phone is asked for comes to no end, as happens where its storage is broken."""
    _, phone = marks
    never = "{}" if hanging == "indexedDB.open" else "new Promise(() => {})"
    phone.page.add_init_script(f"{hanging} = () => ({never})")
    phone.page.goto("/settings")
    phone.press("Sign out")
    expect(phone.page).to_have_title("Sign in · companion", timeout=LONG)


def test_a_page_of_who_was_here_before_is_gone_once_another_has_signed_in(
    marks: tuple[BrowserContext, Phone], second: dict[str, str]
) -> None:
    context, phone = marks
    phone.page.goto("/lines")
    phone.page.get_by_label("What do I want here?").fill("Of the first")
    context.clear_cookies()
    other = Phone(context.new_page())
    other.sign_in(second)
    expect(phone.page.get_by_label("What do I want here?")).to_have_value("")


def test_a_session_that_has_run_out_keeps_it_and_asks_to_sign_in(
    marks: tuple[BrowserContext, Phone], server: Server
) -> None:
    context, phone = marks
    before = entries_of(server)
    phone.open_now()
    context.clear_cookies()
    phone.rate("5", "5")
    expect(phone.page.locator("[data-said]")).to_have_text(SAVED)
    expect(phone.page.get_by_text("To send it, sign in again.")).to_be_visible()
    assert entries_since(server, before) == []
    phone.sign_in(server.sign_in_of("patient"))
    phone.has_sent_all()
    assert entries_since(server, before) == [(5, 5)]


def test_what_one_has_written_is_never_sent_as_another(
    marks: tuple[BrowserContext, Phone], server: Server, wire: Wire, second: dict[str, str]
) -> None:
    context, phone = marks
    before = entries_of(server)
    wire.cut()
    phone.rate("6", "6")
    wire.mend()
    context.clear_cookies()
    wire.faults = lambda _method, path: Fault.BUSY if path == "/box" else None
    phone.sign_in(second)
    wire.mend()
    phone.be_ready()
    phone.page.goto("/phone")
    expect(phone.page.get_by_text("until its account signs in")).to_be_visible()
    phone.rate("7", "7")
    expect(phone.page.locator("[data-said]")).to_be_visible()
    phone.has_only(1)
    assert entries_since(server, before) == [(7, 7)]
    context.clear_cookies()
    phone.sign_in(server.sign_in_of("patient"))
    phone.has_sent_all()
    mine = rows_of(server, CheckIn.client_id, CheckIn.patient_id, CheckIn.guilt)
    new = {client_id for client_id, *_ in entries_of(server)} - {client_id for client_id, *_ in before}
    owners = {guilt: patient_id for client_id, patient_id, guilt in mine if client_id in new}
    assert owners[6] != owners[7]


def test_the_old_key_still_opens_what_was_sealed_before_the_new_one(
    marks: tuple[BrowserContext, Phone], server: Server, wire: Wire
) -> None:
    _, phone = marks
    before = entries_of(server)
    wire.cut()
    phone.rate("4", "1")
    server.command("renew-box-key")
    wire.mend()
    phone.page.reload()
    phone.has_sent_all()
    phone.rate("4", "2")
    phone.has_sent_all()
    assert entries_since(server, before) == [(4, 1), (4, 2)]


@pytest.mark.parametrize("off", [timedelta(days=1), timedelta(days=-1)])
def test_a_clock_that_is_wrong_by_a_day_and_a_zone_that_changed(
    off: timedelta, chromium: Chromium, server: Server, wire: Wire
) -> None:
    before = entries_of(server)
    with phone_of(chromium, wire.url, timezone_id="America/St_Johns") as (context, phone):
        context.clock.install(time=datetime.now(UTC) + off)
        phone.sign_in(server.sign_in_of("patient"))
        phone.be_ready()
        wire.cut()
        written = datetime.now(UTC)
        phone.rate("2", "6")
        context.clock.fast_forward(40 * 60 * 1000)
        wire.mend()
        phone.page.reload()
        phone.has_sent_all()
    received = datetime.now(UTC)
    known = {row[0] for row in before}
    found = [
        row for row in rows_of(server, CheckIn.client_id, CheckIn.occurred_at, CheckIn.zone) if row[0] not in known
    ]
    assert len(found) == 1
    _, occurred_at, zone = found[0]
    assert zone == "America/St_Johns"
    # It waited for forty minutes by the phone's own clock, wrong as that is.
    assert abs(received - timedelta(minutes=40) - occurred_at) < timedelta(minutes=2)
    assert written <= received


def test_a_new_version_of_the_app_sends_what_the_old_one_kept(
    marks: tuple[BrowserContext, Phone], server: Server, wire: Wire
) -> None:
    context, phone = marks
    before = entries_of(server)
    wire.cut()
    phone.rate("1", "9")
    wire.mend()
    wire.faults = lambda _method, path: Fault.BUSY if path == "/box" else None
    wire.rewrite = _another_version
    other = Phone(context.new_page())
    other.page.goto("/")
    other.page.evaluate("navigator.serviceWorker.getRegistration().then((found) => found.update())")
    wire.mend()
    other.open_now()
    phone.rate("1", "8")
    phone.has_sent_all()
    assert entries_since(server, before) == [(1, 8), (1, 9)]


def _another_version(path: str, content: bytes) -> bytes:
    """As if the server had been renewed: its worker is another one."""
    return content + b"\n// another\n" if path == "/sw.js" else content
