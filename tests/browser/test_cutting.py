"""The cutting door by touch: two taps to saved, and what came of it told later."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from tests.support.screens import PHONE
from tests.support.server import Server, running

URGE = "How strong is the urge to say it?"
SAVED = re.compile(r"Saved\. You can stop here\.|It's kept\. You can put the phone away\.")
"""What follows on an entry: the second, once there were three within the hour."""
DOOR, ONE_ENTRY = re.compile("/now/words"), re.compile("/now/[0-9a-f-]{36}$")


@pytest.fixture(scope="module")
def demo_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("cutting")) as server:
        yield server


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without"])
def door(chromium: Chromium, demo_server: Server, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Mark's phone, with the door open."""
    context = chromium.new_context(
        base_url=demo_server.url,
        viewport=PHONE,
        has_touch=True,
        is_mobile=True,
        java_script_enabled=request.param,
        service_workers="block",
    )
    page = context.new_page()
    mark = demo_server.sign_in_of("patient")
    page.goto("/sign-in")
    page.get_by_label("Username").fill(mark["username"])
    page.get_by_label("Password", exact=True).fill(mark["password"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/")
    page.goto("/now")
    page.get_by_role("link", name="Wanting to say something cutting").tap()
    page.wait_for_load_state("networkidle")
    yield page
    context.close()


def rate(page: Page, value: str) -> None:
    page.get_by_role("group", name=URGE).get_by_role("radio", name=value, exact=True).tap(force=True)


def test_two_taps_save(door: Page) -> None:
    rate(door, "7")
    expect(door).to_have_url(DOOR)  # one tap alone saves nothing
    door.get_by_role("button", name="I said something else").tap()
    expect(door.locator("main")).to_contain_text(SAVED)
    expect(door).to_have_url(ONE_ENTRY)
    expect(door.locator("main")).to_contain_text("7. I said something else")


def test_what_came_of_it_is_told_later(door: Page) -> None:
    rate(door, "9")
    door.get_by_role("button", name="It is still going on").tap()
    expect(door.locator("main")).to_contain_text(SAVED)
    expect(door).to_have_url(ONE_ENTRY)
    path = urlsplit(door.url).path
    door.goto("/now/earlier")
    door.locator(f"main a[href='{path}']").tap()
    expect(door).to_have_url(ONE_ENTRY)
    door.get_by_role("button", name="It came out sideways").tap()
    expect(door.locator("main")).to_contain_text("9. It came out sideways")
    expect(door.get_by_role("button", name="I said it", exact=True)).to_have_count(0)


def test_all_answers_fit_on_one_screen_with_targets_for_a_thumb(door: Page) -> None:
    bar = door.get_by_role("navigation", name="Places").bounding_box()
    last = door.get_by_role("button", name="It is still going on").bounding_box()
    assert bar
    assert last
    assert last["y"] + last["height"] <= bar["y"]
    for target in door.locator(".step, main .button:visible").all():
        box = target.bounding_box()
        assert box
        assert box["height"] >= 44, target


def test_enter_on_a_number_answers_nothing_for_one(door: Page) -> None:
    rate(door, "7")
    door.get_by_role("group", name=URGE).get_by_role("radio", name="7", exact=True).press("Enter")
    expect(door.locator(".error-summary")).to_contain_text("What came of it?")
    expect(door.get_by_role("radio", name="7", exact=True)).to_be_checked()
    door.get_by_role("button", name="I said it", exact=True).tap()
    expect(door.locator("main")).to_contain_text("7. I said it")
