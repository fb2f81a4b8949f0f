"""Without a connection, on the real server: what opens, what doesn't, and that the phone keeps nothing of anybody's."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.steps import sign_in, until_kept
from tests.support.screens import PHONE
from tests.support.server import Server, running

KEPT = """async () => {
  const found = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      found[request.url] = await (await cache.match(request, { ignoreVary: true })).text();
    }
  }
  return found;
}"""
CACHES = "() => caches.keys()"


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Server]:
    with running(tmp_path) as server:
        yield server


@pytest.fixture
def marks_phone(chromium: Chromium, demo: Server) -> Iterator[BrowserContext]:
    context = chromium.new_context(base_url=demo.url, viewport=PHONE, has_touch=True, is_mobile=True)
    yield context
    context.close()


@pytest.fixture
def page(marks_phone: BrowserContext, demo: Server) -> Page:
    """Mark has looked at Today once."""
    page = marks_phone.new_page()
    sign_in(page, demo, "patient")
    until_kept(page)
    return page


def test_a_cold_start_without_a_server_opens_what_is_everybodys(
    page: Page, marks_phone: BrowserContext, demo: Server
) -> None:
    page.close()
    demo.kill()
    marks_phone.set_offline(True)
    for path, heading in (
        ("/help", "Help"),
        ("/leave", "Closed"),
        ("/phone/away", "No connection"),
        ("/locked", "Locked"),
        ("/agreement", "No connection"),
        ("/", "No connection"),
    ):
        page = marks_phone.new_page()
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        expect(page).to_have_url(demo.url + path)
        assert page.locator("body").evaluate("body => getComputedStyle(body).margin") == "0px", "the sheets came too"
        page.close()
