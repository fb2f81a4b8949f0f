"""One demo practice for a file of tests, a wire to it, and Mark's phone at the other end."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext

from tests.browser.box.phone import Phone, another_patient, phone_of
from tests.support.server import Server, running
from tests.support.wire import Wire, wired


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("box")) as server:
        yield server


@pytest.fixture(scope="module")
def second(server: Server) -> dict[str, str]:
    """How somebody else of the practice signs in."""
    return another_patient(server)


@pytest.fixture
def wire(server: Server) -> Iterator[Wire]:
    with wired(server.url) as wire:
        yield wire


@pytest.fixture
def marks(chromium: Chromium, server: Server, wire: Wire) -> Iterator[tuple[BrowserContext, Phone]]:
    """Mark's phone, signed in, with the app on it."""
    with phone_of(chromium, wire.url) as (context, phone):
        phone.sign_in(server.sign_in_of("patient"))
        phone.be_ready()
        yield context, phone
