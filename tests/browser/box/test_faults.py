"""Zero lost, zero doubled: each fault on the real server, in a real browser."""

from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, expect
from playwright.sync_api import Error as PlaywrightError

from tests.browser.box.phone import GUILT, SAVED, URGE, Phone, entries_of, entries_since
from tests.support.chromium import FLAGS, find_chromium
from tests.support.screens import PHONE
from tests.support.server import PATIENCE, Server
from tests.support.wire import Fault, Wire

WAITS = "1 entry waits"


def test_two_taps_without_a_connection_are_kept_and_sent_when_there_is_one(
    marks: tuple[BrowserContext, Phone], server: Server, wire: Wire
) -> None:
    context, phone = marks
    before = entries_of(server)
    wire.cut()
    context.set_offline(offline=True)
    phone.rate("7", "8")
    expect(phone.page.locator("[data-said]")).to_have_text(SAVED)
    expect(phone.page.get_by_text(WAITS)).to_be_visible()
    assert entries_since(server, before) == []
    wire.mend()
    context.set_offline(offline=False)
    phone.has_sent_all()
    expect(phone.page.get_by_text(WAITS)).to_be_hidden()
    assert entries_since(server, before) == [(7, 8)]


def test_it_is_kept_and_said_before_anything_is_asked_of_the_network(
    marks: tuple[BrowserContext, Phone], server: Server, wire: Wire
) -> None:
    _, phone = marks
    before = entries_of(server)
    wire.hold("/box")
    phone.rate("3", "7")
    expect(phone.page.locator("[data-said]")).to_be_visible(timeout=2000)
    assert len(phone.waiting()) == 1
    assert entries_since(server, before) == []
    wire.mend()
    phone.has_sent_all()
    assert entries_since(server, before) == [(3, 7)]


def test_the_connection_may_go_and_come_between_all_steps(
    marks: tuple[BrowserContext, Phone], server: Server, wire: Wire
) -> None:
    _, phone = marks
    before = entries_of(server)
    phone.open_now()
    wire.cut()
    phone.step(GUILT, "5").tap(force=True)
    wire.mend()
    phone.step(URGE, "6").tap(force=True)
    expect(phone.page.locator("[data-said]")).to_be_visible()
    phone.has_sent_all()
    wire.cut()
    phone.page.get_by_role("link", name="And now?").tap()
    phone.step(GUILT, "3").last.tap(force=True)
    phone.page.locator("section[data-screen=again] [name=urge][value='2']").tap(force=True)
    expect(phone.page.locator("[data-said]")).to_be_visible()
    assert len(phone.waiting()) == 1
    wire.mend()
    phone.page.reload()
    phone.has_sent_all()
    assert entries_since(server, before) == [(5, 6)]


@pytest.mark.parametrize("fault", list(Fault))
def test_whatever_happens_to_the_request_it_counts_once(
    fault: Fault, marks: tuple[BrowserContext, Phone], server: Server, wire: Wire
) -> None:
    _, phone = marks
    before = entries_of(server)
    wire.fail_once(fault, "POST", "/box")
    phone.rate("4", "9")
    expect(phone.page.locator("[data-said]")).to_be_visible()
    phone.open_now()
    phone.has_sent_all()
    assert entries_since(server, before) == [(4, 9)]


def test_a_tab_that_is_closed_while_it_sends_loses_nothing(
    marks: tuple[BrowserContext, Phone], server: Server, wire: Wire
) -> None:
    context, phone = marks
    before = entries_of(server)
    wire.fail(Fault.LOST, "POST", "/box")
    phone.rate("2", "3")
    phone.page.close()
    wire.mend()
    again = Phone(context.new_page())
    again.open_now()
    again.has_sent_all()
    assert entries_since(server, before) == [(2, 3)]


def test_a_browser_that_is_killed_while_it_sends_loses_nothing(
    server: Server, wire: Wire, tmp_path: Path, chromium: Chromium
) -> None:
    before = entries_of(server)
    profile = tmp_path / "profile"
    first = _persistent(chromium, profile, wire.url)
    phone = Phone(first.new_page())
    phone.sign_in(server.sign_in_of("patient"))
    phone.be_ready()
    wire.fail(Fault.LOST, "POST", "/box")
    phone.rate("6", "1")
    _kill(first, profile)
    wire.mend()
    second = _persistent(chromium, profile, wire.url)
    again = Phone(second.new_page())
    again.sign_in(server.sign_in_of("patient"))  # a browser that is killed may have lost its cookies as well
    again.has_sent_all()
    second.close()
    assert entries_since(server, before) == [(6, 1)]


def test_a_cold_start_without_a_connection_opens_now_and_takes_an_entry(
    server: Server, wire: Wire, tmp_path: Path, chromium: Chromium
) -> None:
    before = entries_of(server)
    profile = tmp_path / "profile"
    first = _persistent(chromium, profile, wire.url)
    phone = Phone(first.new_page())
    phone.sign_in(server.sign_in_of("patient"))
    phone.be_ready()
    first.close()
    wire.cut()
    second = _persistent(chromium, profile, wire.url)
    again = Phone(second.new_page())
    again.rate("7", "1")
    expect(again.page.get_by_text(WAITS)).to_be_visible()
    again.page.goto("/open")
    expect(again.page.locator("[data-module=phone]")).to_be_visible()
    wire.mend()
    again.page.reload()
    again.has_sent_all()
    second.close()
    assert entries_since(server, before) == [(7, 1)]


def test_four_tabs_with_five_entries_make_five_rows(
    marks: tuple[BrowserContext, Phone], server: Server, wire: Wire
) -> None:
    context, phone = marks
    before = entries_of(server)
    wire.cut()
    for urge in range(5):
        phone.rate("1", str(urge))
    tabs = [phone, *(Phone(context.new_page()) for _ in range(3))]
    wire.mend()
    for tab in tabs:
        tab.page.goto("/now", wait_until="commit")
    phone.has_sent_all()
    assert entries_since(server, before) == [(1, urge) for urge in range(5)]
    assert len([each for each in wire.passed if each == ("POST", "/box")]) == 5


def test_a_server_that_is_down_for_a_while_gets_it_when_it_is_back(
    marks: tuple[BrowserContext, Phone], server: Server, wire: Wire
) -> None:
    _, phone = marks
    before = entries_of(server)
    wire.faults = lambda _method, _path: Fault.BUSY
    phone.rate("8", "8")
    expect(phone.page.get_by_text(WAITS)).to_be_visible()
    wire.mend()
    phone.page.reload()
    phone.has_sent_all()
    assert entries_since(server, before) == [(8, 8)]


def test_what_cant_be_read_is_set_aside_and_said_and_the_rest_goes_on(
    marks: tuple[BrowserContext, Phone], server: Server, wire: Wire
) -> None:
    _, phone = marks
    before = entries_of(server)
    wire.cut()
    phone.rate("1", "1")
    phone.rate("2", "2")
    phone.page.evaluate(SPOIL_THE_FIRST)
    wire.mend()
    phone.open_now()
    expect(phone.page.get_by_text("Something is left here")).to_be_visible()
    assert entries_since(server, before) == [(2, 2)]
    assert [each["aside"] for each in phone.waiting()] == [True]
    phone.page.get_by_text("Something is left here").tap()
    phone.page.once("dialog", lambda dialog: dialog.accept())
    phone.press("Throw it away")
    phone.has_sent_all()


SPOIL_THE_FIRST = """async () => {
  const opened = await new Promise((done) => {
    const request = indexedDB.open("companion");
    request.onsuccess = () => done(request.result);
  });
  await new Promise((done) => {
    const items = opened.transaction("items", "readwrite").objectStore("items");
    items.getAll().onsuccess = ({ target }) => {
      const first = target.result.find(({ number }) => number === 1);
      first.sealed[first.sealed.length - 1] ^= 1;
      items.put(first).onsuccess = done;
    };
  });
  opened.close();
}"""


def test_a_full_phone_sends_it_straight_away_or_says_so_and_keeps_the_form(
    marks: tuple[BrowserContext, Phone], server: Server, wire: Wire
) -> None:
    _, phone = marks
    before = entries_of(server)
    phone.open_now()
    # A stub of the browser's: Chromium lets so little be written whatever quota it is told.
    phone.page.evaluate(FULL)
    wire.cut()
    phone.step(GUILT, "9").tap(force=True)
    phone.step(URGE, "4").tap(force=True)
    expect(phone.page.get_by_role("alert")).to_contain_text("no room left")
    expect(phone.step(GUILT, "9")).to_be_checked()
    wire.mend()
    phone.press("Save")
    expect(phone.page.locator("[data-said]")).to_be_visible()
    assert entries_since(server, before) == [(9, 4)]


FULL = "() => { IDBObjectStore.prototype.add = () => { throw new DOMException('', 'QuotaExceededError'); }; }"


def _persistent(chromium: Chromium, profile: Path, url: str) -> BrowserContext:
    return chromium.browser_type.launch_persistent_context(
        str(profile), executable_path=find_chromium(), args=list(FLAGS), base_url=url, viewport=PHONE, has_touch=True
    )


def _kill(context: BrowserContext, profile: Path) -> None:
    """End the browser as a phone that runs out of memory does: nothing of it is asked first."""
    mine = [
        each
        for each in psutil.process_iter(["cmdline"])
        if f"--user-data-dir={profile}" in (each.info["cmdline"] or [])
    ]
    for process in mine:
        process.kill()
    psutil.wait_procs(mine, timeout=PATIENCE)
    with suppress(PlaywrightError):  # as it says itself, it is gone
        context.close()
