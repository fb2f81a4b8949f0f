"""Without a connection, on the real server: what opens, what doesn't, and that the phone keeps nothing of anybody's."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, expect

from companion import create_app
from companion.accounts.models import Clinic
from companion.config import Settings
from companion.extensions import db
from companion.transaction import transaction
from companion.web.pwa import MARK
from tests.browser.steps import sign_in, until_kept
from tests.support.screens import LAPTOP, PHONE
from tests.support.screenshots import PATIENT_PAGES, THERAPIST_PAGES, signed_in
from tests.support.server import Server, running

KEPT = """async () => {
  const found = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const answer = await cache.match(request, { ignoreVary: true });
      found[new URL(request.url).pathname] = [Object.fromEntries(answer.headers), await answer.text()];
    }
  }
  return found;
}"""
PLANT = """async (words) => {
  const [name] = await caches.keys();
  await (await caches.open(name)).put("/agreement", new Response(words));
}"""
UPDATE = "async () => { await (await navigator.serviceWorker.getRegistration()).update(); }"
WAITS = "async () => Boolean((await navigator.serviceWorker.getRegistration()).waiting)"
CACHES = "() => caches.keys()"
WORKERS = "async () => (await navigator.serviceWorker.getRegistrations()).length"
ANOTHER_NAME = "The house by the river"
LONGEST_PATIENCE = 20
Kept = dict[str, tuple[dict[str, str], str]]


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Server]:
    with running(tmp_path) as server:
        yield server


@pytest.fixture
def phone_of_mark(chromium: Chromium, demo: Server) -> Iterator[BrowserContext]:
    context = chromium.new_context(base_url=demo.url, viewport=PHONE, has_touch=True, is_mobile=True)
    yield context
    context.close()


@pytest.fixture
def page(phone_of_mark: BrowserContext, demo: Server) -> Page:
    """Mark has looked at Today once."""
    page = phone_of_mark.new_page()
    sign_in(page, demo, "patient")
    until_kept(page)
    return page


@contextmanager
def in_place_of(server: Server, answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[None]:
    """The server is gone, and something else answers where it was."""

    class Stub(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server.kill()
    stub = None
    deadline = monotonic() + LONGEST_PATIENCE
    while stub is None and monotonic() < deadline:
        with suppress(OSError):  # its port isn't free yet
            stub = ThreadingHTTPServer(("127.0.0.1", urlsplit(server.url).port or 0), Stub)
        sleep(0.1)
    assert stub
    stub.daemon_threads = True
    Thread(target=stub.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        stub.shutdown()
        stub.server_close()


def of_a_proxy(request: BaseHTTPRequestHandler) -> None:
    request.send_response(503)
    request.end_headers()
    request.wfile.write(b"nobody behind")


def never(_request: BaseHTTPRequestHandler) -> None:
    sleep(LONGEST_PATIENCE)


def rename_practice(server: Server) -> None:
    app = create_app(Settings.from_env(server.environment))
    with app.app_context():
        with transaction():
            db.session.execute(sa.update(Clinic).values(name=ANOTHER_NAME))
        db.engine.dispose()


def heading(page: Page, path: str) -> str:
    page.goto(path)
    return page.get_by_role("heading", level=1).inner_text()


def test_a_cold_start_without_a_server_opens_what_is_everybodys(
    page: Page, phone_of_mark: BrowserContext, demo: Server
) -> None:
    page.close()
    demo.kill()
    phone_of_mark.set_offline(offline=True)
    for path, expected in (
        ("/help", "Help"),
        ("/leave", "Closed"),
        ("/phone/away", "No connection"),
        ("/locked?next=/agreement", "Locked"),
        ("/agreement", "No connection"),
        ("/", "No connection"),
    ):
        page = phone_of_mark.new_page()
        assert heading(page, path) == expected
        expect(page).to_have_url(demo.url + path)
        assert page.locator("body").evaluate("body => getComputedStyle(body).margin").startswith("0px"), "unstyled"
        page.close()


def test_help_is_found_from_a_page_that_did_not_come(page: Page, demo: Server) -> None:
    demo.kill()
    page.goto("/agreement")
    page.locator("main").get_by_role("link", name="Help").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Help")
    expect(page.locator("main")).to_contain_text("112")
    expect(page.get_by_role("link", name="Now", exact=True)).to_be_visible()


def test_a_page_that_did_not_come_comes_with_the_connection(page: Page, phone_of_mark: BrowserContext) -> None:
    phone_of_mark.set_offline(offline=True)
    assert heading(page, "/agreement") == "No connection"
    phone_of_mark.set_offline(offline=False)
    expect(page.get_by_role("heading", level=1)).to_have_text("Our agreement")


def test_where_a_proxy_answers_for_us_it_is_as_without_a_connection(page: Page, demo: Server) -> None:
    with in_place_of(demo, of_a_proxy):
        assert heading(page, "/help") == "Help"
        assert heading(page, "/agreement") == "No connection"


def test_help_does_not_wait_for_a_server_that_says_nothing(page: Page, demo: Server) -> None:
    with in_place_of(demo, never):
        begun = monotonic()
        assert heading(page, "/help") == "Help"
        assert 2.5 < monotonic() - begun < 10


def test_with_a_connection_help_says_who_treats_one_and_no_page_is_stood_in_for(page: Page) -> None:
    page.goto("/help")
    expect(page.locator("main")).to_contain_text("Who treats me")
    for path in ("/", "/agreement", "/learned"):
        assert heading(page, path) != "No connection"


def test_after_a_whole_look_around_all_that_is_kept_is_nobodys(page: Page) -> None:
    read = set[str]()
    for path in PATIENT_PAGES.values():
        page.goto(path)
        read |= {each.strip() for each in page.locator("main .own-words").all_inner_texts()}
    words = [each for each in read if len(each) > 8]
    assert len(words) > 5
    kept: Kept = page.evaluate(KEPT)
    assert {"/phone/away", "/phone/help", "/phone/locked", "/leave"} <= kept.keys()
    for path, (headers, text) in kept.items():
        assert headers.get(MARK.lower()) == "1" or headers["cache-control"].startswith("public"), path
        assert "set-cookie" not in headers
        assert 'name="csrf_token"' not in text
    assert found_in(kept, words) == []
    page.evaluate(PLANT, f"<p>{words[0]}</p>")
    assert found_in(page.evaluate(KEPT), words) == ["/agreement"]


def found_in(kept: Kept, words: list[str]) -> list[str]:
    return [path for path, (_, text) in kept.items() if any(each in text for each in words)]


def test_a_new_version_waits_for_the_old_page_and_takes_over_at_the_next_opening(
    page: Page, phone_of_mark: BrowserContext, demo: Server, tmp_path: Path
) -> None:
    [old] = page.evaluate(CACHES)
    demo.kill()
    rename_practice(demo)
    with running(tmp_path, port=urlsplit(demo.url).port):
        page.evaluate(UPDATE)
        page.wait_for_function(WAITS)
        assert set(page.evaluate(CACHES)) > {old}
        assert heading(page, "/learned") == "Learned"
        assert page.evaluate(WAITS)
        page.goto("about:blank")
        page.close()
        page = phone_of_mark.new_page()
        page.goto("/leave")
        page.wait_for_function(f"async () => (await ({CACHES})()).length === 1")
        assert page.evaluate(CACHES) != [old]
    phone_of_mark.set_offline(offline=True)
    page.goto("/help")
    expect(page.locator("main")).to_contain_text(ANOTHER_NAME)


def test_nothing_is_kept_for_a_therapist_or_before_somebody_signs_in(chromium: Chromium, demo: Server) -> None:
    context = chromium.new_context(base_url=demo.url, viewport=LAPTOP)
    page = context.new_page()
    for path in ("/sign-in", "/help", "/begin"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
    assert (page.evaluate(WORKERS), page.evaluate(CACHES)) == (0, [])
    context.close()
    with signed_in(chromium, demo, "therapist", "light") as page:
        for path in THERAPIST_PAGES.values():
            page.goto(path)
            page.wait_for_load_state("networkidle")
        assert (page.evaluate(WORKERS), page.evaluate(CACHES)) == (0, [])
