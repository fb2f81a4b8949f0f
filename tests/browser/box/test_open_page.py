"""Pages that were open when the connection went: what is sent from them is kept, and goes on later."""

import re

import pytest
from playwright.sync_api import BrowserContext, expect

from companion.checkins.models import CheckInDetail, Decision, Reflection, ReRating
from companion.experiments.models import Debrief
from tests.browser.box.phone import SAVED, Phone, rows_of
from tests.support.server import Server
from tests.support.wire import Fault, Wire


def test_a_debrief_from_an_open_page(marks: tuple[BrowserContext, Phone], server: Server, wire: Wire) -> None:
    _, phone = marks
    before = len(rows_of(server, Debrief.id))
    phone.page.goto("/plan/already")
    phone.page.get_by_role("radio").first.check()
    phone.page.get_by_role("radio", name="tennis").check()
    phone.page.get_by_role("radio", name="Done", exact=True).check()
    wire.cut()
    phone.page.locator("main form button[type=submit]").last.tap()
    expect(phone.page.get_by_role("heading", name=SAVED)).to_be_visible()
    expect(phone.page.get_by_text("It is kept on this phone, sealed, until it gets through.")).to_be_visible()
    assert len(rows_of(server, Debrief.id)) == before
    wire.mend()
    phone.page.reload()
    phone.has_sent_all()
    assert len(rows_of(server, Debrief.id)) == before + 1


def test_what_is_dropped_from_an_open_page_stops_once_it_gets_through(
    marks: tuple[BrowserContext, Phone], server: Server, wire: Wire
) -> None:
    _, phone = marks
    paths = [phone.plan("pottery", days) for days in (1, 2)]
    phone.page.goto(f"{paths[0]}/after")
    phone.page.get_by_role("radio", name="I stopped before it began").check()
    expect(phone.page.get_by_role("heading", name="Is anyone expecting you?")).to_be_visible()
    phone.page.get_by_text("More questions, if I want them").tap()
    phone.page.get_by_role("radio", name="Drop pottery: it isn't for me").check()
    wire.cut()
    phone.page.locator("main form button[type=submit]").last.tap()
    expect(phone.page.get_by_role("heading", name=SAVED)).to_be_visible()
    assert (True,) not in rows_of(server, Debrief.called_off)
    wire.mend()
    phone.page.reload()
    phone.has_sent_all()
    assert rows_of(server, Debrief.called_off).count((True,)) == 1
    for path, words in zip(paths, ("pottery is dropped", "Called off."), strict=True):
        phone.page.goto(path)
        expect(phone.page.locator("main")).to_contain_text(words)


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.LOST, Fault.UNAVAILABLE])
def test_lines_that_are_sent_while_the_connection_goes_are_there_once(
    fault: Fault, marks: tuple[BrowserContext, Phone], server: Server, wire: Wire
) -> None:
    _, phone = marks
    before = len(rows_of(server, Reflection.id))
    phone.page.goto("/lines")
    phone.page.get_by_label("What do I want here?").fill(f"A quiet hour, {fault.name}.")
    wire.faults = lambda method, path: fault if (method, path) == ("POST", "/lines") or path == "/box" else None
    phone.page.locator("main form button[type=submit]").first.tap()
    expect(phone.page.get_by_role("heading", name=SAVED)).to_be_visible()
    wire.mend()
    phone.page.reload()
    phone.has_sent_all()
    assert len(rows_of(server, Reflection.id)) == before + 1


def test_what_follows_on_an_entry_needs_no_connection_either(
    marks: tuple[BrowserContext, Phone], server: Server, wire: Wire
) -> None:
    _, phone = marks
    before = [len(rows_of(server, model.id)) for model in (CheckInDetail, ReRating, Decision)]
    wire.cut()
    phone.rate("8", "7")
    phone.press("Go on, smaller")
    expect(phone.page.get_by_text("You go on in a smaller way, and the guilt may come along.")).to_be_visible()
    expect(phone.page.locator("#what-next")).to_be_hidden()
    phone.page.get_by_role("link", name="Add something, if you like").tap()
    phone.page.get_by_label("A thought").fill("They will manage.")
    phone.page.locator("section[data-screen=more] button[type=submit]").tap()
    phone.page.get_by_role("link", name="And now?").tap()
    for scale in ("guilt", "urge"):
        phone.page.locator(f"section[data-screen=again] [name={scale}][value='4']").tap(force=True)
    expect(phone.page.locator("[data-said]")).to_be_visible()
    assert len(phone.waiting()) == 4
    wire.mend()
    phone.page.reload()
    phone.has_sent_all()
    after = [len(rows_of(server, model.id)) for model in (CheckInDetail, ReRating, Decision)]
    assert after == [count + 1 for count in before]


def test_what_is_only_to_be_gone_on_with_is_not_taken_in(
    marks: tuple[BrowserContext, Phone], server: Server, wire: Wire
) -> None:
    _, phone = marks
    before = len(rows_of(server, Reflection.id))
    phone.page.goto("/lines")
    phone.page.get_by_label("What do I want here?").fill("Half a line")
    phone.page.evaluate(AS_UNSENT)
    wire.cut()
    phone.page.locator("main form button[type=submit]").first.tap(no_wait_after=True)
    phone.page.wait_for_timeout(1000)
    wire.mend()
    phone.open_now()
    phone.page.wait_for_timeout(1000)
    assert phone.waiting() == []
    assert len(rows_of(server, Reflection.id)) == before


AS_UNSENT = """() => {
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name: "unsent", value: "1" });
  document.querySelector("main form").append(field);
}"""
"""As the page that hands back what was being written when the app locked."""


def test_what_the_server_shows_again_is_not_sent_behind_its_back(
    marks: tuple[BrowserContext, Phone], wire: Wire
) -> None:
    _, phone = marks
    phone.page.goto("/plan/already")
    phone.page.locator("main form button[type=submit]").last.tap()
    expect(phone.page.get_by_role("heading", name=re.compile("Not saved yet"))).to_be_visible()
    assert phone.waiting() == []
    assert ("POST", "/box") not in wire.passed
