"""Two taps to saved, on the server's page: what a thumb, a keyboard and the Back button make of it.

Here the browser keeps nothing of ours; Now as it lies on the phone is in tests/browser/box.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Locator, Page, expect

from tests.support.screens import PHONE
from tests.support.server import Server, running

GUILT, URGE = "How strong is the guilt?", "How much do you want to drop"
SAVED = "Saved. You can stop here."
STILL_OPEN, ONE_ENTRY = re.compile("/now$"), re.compile("/now/.+")


@pytest.fixture(scope="module")
def demo_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("now")) as server:
        yield server


@pytest.fixture
def now(chromium: Chromium, demo_server: Server) -> Iterator[Page]:
    """Mark's phone, with Now open."""
    context = chromium.new_context(
        base_url=demo_server.url, viewport=PHONE, has_touch=True, is_mobile=True, service_workers="block"
    )
    page = signed_in(context.new_page(), demo_server)
    open_now(page)
    yield page
    context.close()


def signed_in(page: Page, server: Server) -> Page:
    mark = server.sign_in_of("patient")
    page.goto("/sign-in")
    page.get_by_label("Username").fill(mark["username"])
    page.get_by_label("Password", exact=True).fill(mark["password"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/")
    return page


def open_now(page: Page) -> None:
    """Open Now and let its behaviours arrive; who is quicker than they are finds a Save button."""
    page.goto("/now")
    page.wait_for_load_state("networkidle")


def step(page: Page, question: str, answer: str) -> Locator:
    return page.get_by_role("group", name=question).get_by_role("radio", name=answer, exact=True)


def entries(page: Page) -> list[str | None]:
    """The patient's own list, newest first."""
    page.goto("/now/earlier")
    return [link.get_attribute("href") for link in page.locator("main a[href^='/now/']").all()]


def test_two_taps_save_and_a_third_one_changes_nothing(now: Page) -> None:
    before = entries(now)
    open_now(now)
    step(now, GUILT, "7").tap(force=True)
    step(now, URGE, "8").tap(force=True, no_wait_after=True)
    expect(now.locator("main")).to_contain_text(SAVED)
    assert entries(now)[1] == before[0]


def test_nothing_is_chosen_beforehand_and_one_tap_alone_saves_nothing(now: Page) -> None:
    assert now.locator("input:checked").count() == 0
    step(now, GUILT, "7").tap(force=True)
    expect(now.get_by_role("button", name="Save", exact=True)).to_be_visible()
    expect(now).to_have_url(STILL_OPEN)


def test_passing_over_numbers_with_the_arrow_keys_sends_nothing(now: Page) -> None:
    step(now, GUILT, "0").focus()
    now.keyboard.press("Space")
    step(now, URGE, "0").focus()
    for _ in range(4):
        now.keyboard.press("ArrowRight")
    expect(step(now, URGE, "4")).to_be_checked()
    expect(now).to_have_url(STILL_OPEN)


def test_empty_is_one_tap(now: Page) -> None:
    now.get_by_role("button", name="Empty, still").tap()
    expect(now.locator("main")).to_contain_text("Nobody reads this live.")
    expect(now).to_have_url(ONE_ENTRY)


def test_back_and_another_rating_is_another_entry(now: Page) -> None:
    before = entries(now)
    open_now(now)
    for guilt in ("3", "4"):
        step(now, GUILT, guilt).tap(force=True)
        step(now, URGE, "2").tap(force=True)
        expect(now).to_have_url(ONE_ENTRY)
        now.go_back()
        expect(now.get_by_role("group", name=GUILT)).to_be_visible()
        assert now.locator("input:checked").count() == 0
    after = entries(now)
    assert len({after[0], after[1], before[0]}) == 3
    assert after[2] == before[0]


def test_both_questions_fit_on_one_screen_with_targets_for_a_thumb(now: Page) -> None:
    bar = now.get_by_role("navigation", name="Places").bounding_box()
    last = step(now, URGE, "10").locator("xpath=..").bounding_box()
    assert bar
    assert last
    assert last["y"] + last["height"] <= bar["y"]
    for target in now.locator(".step, .button, .place, .topbar a, .topbar button").locator("visible=true").all():
        box = target.bounding_box()
        assert box
        assert box["height"] >= 44, target


def test_the_pages_own_zone_travels_with_the_entry(chromium: Chromium, demo_server: Server) -> None:
    context = chromium.new_context(
        base_url=demo_server.url, viewport=PHONE, timezone_id="America/St_Johns", service_workers="block"
    )
    page = signed_in(context.new_page(), demo_server)
    open_now(page)
    for field in page.locator("main input[name='zone']").all():
        expect(field).to_have_value("America/St_Johns")
    page.get_by_role("button", name="Something good").click()
    expect(page).to_have_url(ONE_ENTRY)
    page.goto("/settings")
    expect(page.locator("main")).to_contain_text("America/St Johns")
    context.close()
