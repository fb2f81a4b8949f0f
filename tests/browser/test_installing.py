"""Onto the home screen, as far as Chromium on a computer can say: whether it would install us, and as what."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from tests.browser.steps import sign_in, until_kept
from tests.support.chromium import FLAGS, find_chromium
from tests.support.screens import PHONE
from tests.support.server import Server, running


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Server]:
    with running(tmp_path) as server:
        yield server


@pytest.fixture
def phone_that_keeps(chromium: Chromium, demo: Server, tmp_path: Path) -> Iterator[BrowserContext]:
    """A browser with a profile of its own: where nothing is kept, nothing is installed."""
    context = chromium.browser_type.launch_persistent_context(
        tmp_path / "profile",
        executable_path=find_chromium(),
        args=list(FLAGS),
        base_url=demo.url,
        viewport=PHONE,
        has_touch=True,
        is_mobile=True,
    )
    yield context
    context.close()


@pytest.fixture
def page(phone_that_keeps: BrowserContext, demo: Server) -> Page:
    page = phone_that_keeps.new_page()
    sign_in(page, demo, "patient")
    until_kept(page)
    return page


def asked(page: Page, method: str) -> dict[str, object]:
    session: CDPSession = page.context.new_cdp_session(page)
    answer: dict[str, object] = session.send(method)
    session.detach()
    return answer


def test_either_can_be_installed_and_the_browser_offers_it(page: Page) -> None:
    for look, name in (("companion", "companion"), ("days", "Days")):
        page.goto(f"/install?as={look}")
        page.wait_for_load_state("networkidle")
        assert asked(page, "Page.getInstallabilityErrors") == {"installabilityErrors": []}
        found = asked(page, "Page.getAppManifest")
        assert found["errors"] == []
        assert str(found["url"]).endswith(f"/{look}.webmanifest")
        assert json.loads(str(found["data"]))["name"] == name
        expect(page.get_by_role("button", name=f"Put {name} on the home screen")).to_be_visible()


def test_the_guard_sees_a_page_that_cannot_be_installed(page: Page) -> None:
    page.goto("/sign-in?again")
    page.goto("/leave")
    page.locator("link[rel=manifest]").evaluate_all("links => links.map(link => link.remove())")
    assert asked(page, "Page.getInstallabilityErrors")["installabilityErrors"] != []


def test_without_scripts_the_page_says_how_and_has_no_button_that_does_nothing(
    chromium: Chromium, demo: Server
) -> None:
    context = chromium.new_context(base_url=demo.url, viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, demo, "patient")
    page.goto("/install")
    expect(page.locator("main > ol")).to_be_visible()
    expect(page.get_by_role("button", name="on the home screen")).to_be_hidden()
    page.get_by_role("link", name="Days").click()
    assert page.locator("link[rel=manifest]").get_attribute("href") == "/days.webmanifest"
    context.close()


def test_the_home_screen_s_addresses_open(page: Page) -> None:
    page.goto("/open")
    expect(page).to_have_title("Today · companion")
    page.goto("/now")
    expect(page).to_have_title("Now · companion")
