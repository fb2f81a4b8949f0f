"""A locked app still takes entries, and what was half written when it got out of sight is neither lost nor readable."""

import re

from playwright.sync_api import BrowserContext, expect

from companion.checkins.models import CheckInDetail
from tests.browser.box.phone import SAVED, Phone, entries_of, entries_since, rows_of
from tests.browser.test_lock import HIDES, PIN
from tests.support.server import Server


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


def _set_pin(phone: Phone) -> None:
    phone.page.goto("/settings/lock")
    phone.page.get_by_label("New PIN").fill(PIN)
    phone.page.get_by_role("button", name=re.compile("(Set|Change) the PIN")).tap()
    phone.page.wait_for_url("**/settings")
    phone.open_now()
    phone.page.wait_for_timeout(500)
