"""A locked app still takes entries, and what was half written when it got out of sight is neither lost nor readable."""

import json
import re

from playwright.sync_api import BrowserContext, expect

from companion.checkins.models import CheckInDetail
from companion.kernel.ids import new_id
from tests.browser.box.phone import SAVED, Phone, entries_of, entries_since, rows_of
from tests.browser.test_lock import HIDES, PIN
from tests.support.server import Server
from tests.support.wire import Wire

OCCASION = "Dinner with the Hollis brothers"


def test_out_of_sight_what_is_half_written_is_kept_and_nothing_can_be_read(
    marks: tuple[BrowserContext, Phone], server: Server
) -> None:
    _, phone = marks
    _set_pin(phone)
    before = len(rows_of(server, CheckInDetail.id))
    phone.rate("5", "6")
    phone.has_sent_all()
    phone.page.get_by_role("link", name="Add something, if you like").tap()
    phone.page.get_by_label("A thought").fill("Half a sentence about")
    phone.page.evaluate(f"({HIDES})(true)")
    expect(phone.page.locator("section[data-screen=doors]")).to_be_visible()
    assert phone.page.get_by_label("A thought").input_value() == ""
    phone.has_sent_all()
    assert len(rows_of(server, CheckInDetail.id)) == before + 1
    phone.page.evaluate(f"({HIDES})(false)")
    phone.page.goto("/agreement")
    expect(phone.page).to_have_url(re.compile("/locked"))


def test_a_locked_app_takes_entries_and_sends_them(marks: tuple[BrowserContext, Phone], server: Server) -> None:
    _, phone = marks
    _set_pin(phone)
    before = entries_of(server)
    phone.page.goto("/")
    phone.page.get_by_role("button", name="Lock", exact=True).tap()
    expect(phone.page).to_have_url(re.compile("/locked"))
    phone.rate("2", "9")
    expect(phone.page.locator("[data-said]")).to_have_text(SAVED)
    phone.has_sent_all()
    assert entries_since(server, before) == [(2, 9)]


def test_a_pin_that_was_just_set_holds_without_a_connection_too(
    marks: tuple[BrowserContext, Phone], wire: Wire
) -> None:
    _, phone = marks
    _remove_pin(phone)
    _set_pin(phone, then_now=False)
    wire.cut()
    phone.rate("5", "5")
    phone.page.get_by_role("link", name="Add something, if you like").tap()
    phone.page.get_by_label("A thought").fill("Half a sentence about")
    phone.page.evaluate(f"({HIDES})(true)")
    expect(phone.page.locator("section[data-screen=doors]")).to_be_visible()
    assert phone.page.get_by_label("A thought").input_value() == ""
    assert len(phone.waiting()) == 2


def test_what_it_is_about_stands_nowhere_once_the_app_is_out_of_sight(
    marks: tuple[BrowserContext, Phone], wire: Wire
) -> None:
    _, phone = marks
    _set_pin(phone)
    wire.rewrite = _with_an_occasion
    phone.open_now()
    expect(phone.page.get_by_text(OCCASION).first).to_be_visible()
    assert OCCASION in (phone.page.locator("#rate").text_content() or "")
    phone.page.evaluate(f"({HIDES})(true)")
    expect(phone.page.locator("section[data-screen=doors]")).not_to_contain_text(OCCASION)
    assert OCCASION not in (phone.page.locator("main").text_content() or "")


def test_now_locks_at_once_where_there_is_a_pin(marks: tuple[BrowserContext, Phone]) -> None:
    _, phone = marks
    _set_pin(phone)
    phone.page.get_by_role("link", name="Lock", exact=True).tap()
    expect(phone.page).to_have_url(re.compile("/locked"))
    phone.page.goto("/agreement")
    expect(phone.page).to_have_url(re.compile("/locked"))


def _with_an_occasion(path: str, content: bytes) -> bytes:
    """As if something were planned for just now."""
    if path != "/box":
        return content
    told = json.loads(content)
    return json.dumps(told | {"occasion": {"id": str(new_id()), "activity": OCCASION}}).encode()


def _remove_pin(phone: Phone) -> None:
    phone.page.goto("/settings/lock")
    remove = phone.page.get_by_role("button", name="Remove the PIN")
    if remove.count():
        remove.tap()
        phone.page.wait_for_url("**/settings")


def _set_pin(phone: Phone, *, then_now: bool = True) -> None:
    phone.page.goto("/settings/lock")
    phone.page.get_by_label("New PIN").fill(PIN)
    phone.page.get_by_role("button", name=re.compile("(Set|Change) the PIN")).tap()
    phone.page.wait_for_url("**/settings")
    phone.page.wait_for_load_state("networkidle")
    if not then_now:
        return
    phone.open_now()
    phone.page.wait_for_timeout(500)
