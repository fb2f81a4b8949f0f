"""A browser that looks at every kind of page asks nobody but us for anything."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, Request

from tests.support.screenshots import PATIENT_PAGES, THERAPIST_PAGES, signed_in
from tests.support.server import Server, running

ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
LINKS = "links => links.map(link => link.href)"
ANYBODY_S = {"sign_in": "/sign-in", "begin": "/begin", "help": "/help", "leave": "/leave"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("demo")) as server:
        yield server


@contextmanager
def asked_by(context: BrowserContext) -> Iterator[list[str]]:
    """The address of everything that is asked for meanwhile."""
    seen: list[str] = []

    def note(request: Request) -> None:
        seen.append(request.url)

    context.on("request", note)
    yield seen
    context.remove_listener("request", note)


def kind_of(address: str) -> str:
    """A page's path without its ids: one of each kind is enough."""
    return ID.sub("…", urlsplit(address).path)


def walk(page: Page, server: Server, paths: dict[str, str]) -> set[str]:
    """Look at these pages, and at one of each kind that they lead to; returns the kinds."""
    ahead, seen = [server.url + path for path in paths.values()], set[str]()
    while ahead:
        address = ahead.pop(0)
        if address.startswith(server.url) and kind_of(address) not in seen:
            seen.add(kind_of(address))
            page.goto(address)
            page.wait_for_load_state("networkidle")
            ahead += page.locator("a[href]").evaluate_all(LINKS)
    return seen


def elsewhere(asked: list[str], server: Server) -> list[str]:
    return [address for address in asked if not address.startswith(f"{server.url}/")]


@pytest.mark.parametrize(("role", "paths"), [("patient", PATIENT_PAGES), ("therapist", THERAPIST_PAGES)])
def test_no_page_of_somebody_asks_anybody_else(
    chromium: Chromium, demo: Server, role: str, paths: dict[str, str]
) -> None:
    with signed_in(chromium, demo, role, "light") as page, asked_by(page.context) as asked:
        seen = walk(page, demo, paths)
    assert seen >= set(paths.values())
    assert len(seen) > 10
    assert len(asked) > len(seen)
    assert elsewhere(asked, demo) == []


def test_no_page_before_signing_in_asks_anybody_else(chromium: Chromium, demo: Server) -> None:
    context = chromium.new_context()
    with asked_by(context) as asked:
        assert walk(context.new_page(), demo, ANYBODY_S) >= set(ANYBODY_S.values())
    context.close()
    assert elsewhere(asked, demo) == []


def test_the_guard_sees_another_origin(chromium: Chromium, demo: Server) -> None:
    context = chromium.new_context()
    other = demo.url.replace("localhost", "127.0.0.1")
    with asked_by(context) as asked:
        context.new_page().goto(f"{other}/help")
    context.close()
    assert f"{other}/help" in elsewhere(asked, demo)
