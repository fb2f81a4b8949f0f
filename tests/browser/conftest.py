"""A real Chromium on the real server: at phone size for the patient, at laptop size for the therapist."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, expect, sync_playwright

from tests.browser.steps import phone_in_rome
from tests.support.chromium import FLAGS, find_chromium
from tests.support.postgres import TemporaryPostgres
from tests.support.screens import LAPTOP, PHONE
from tests.support.server import Server, running

PATIENCE = 10_000
"""Milliseconds in which something must be there, on a busy machine."""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        expect.set_options(timeout=PATIENCE)
        yield browser
        browser.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """A practice in which nobody is yet."""
    url = None
    if request.param == "postgresql":
        postgres: TemporaryPostgres = request.getfixturevalue("postgres_server")
        postgres.create_database(name := f"browser_{tmp_path.name}")
        url = postgres.url(name)
    with running(tmp_path, "--no-demo", database_url=url) as server:
        yield server


@pytest.fixture
def phone(chromium: Chromium, server: Server) -> Iterator[BrowserContext]:
    """The patient's phone, in Rome."""
    context = phone_in_rome(chromium, server.url)
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def phone_without_javascript(chromium: Chromium, server: Server) -> Iterator[BrowserContext]:
    context = chromium.new_context(base_url=server.url, viewport=PHONE, has_touch=True, java_script_enabled=False)
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def laptop(chromium: Chromium, server: Server) -> Iterator[BrowserContext]:
    """The therapist's laptop."""
    context = chromium.new_context(base_url=server.url, viewport=LAPTOP, timezone_id="Europe/Rome", locale="en-GB")
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()
