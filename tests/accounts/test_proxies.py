"""Behind proxies of one's own, tries are counted by the address that the last of them saw, and by no older hearsay."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from companion import create_app
from companion.accounts.rules.throttling import Tries
from companion.accounts.services import passwords
from companion.extensions import db
from companion.kernel.clock import FrozenClock
from tests.support.databases import settings_for
from tests.support.ways_in import new_browser

CAP = Tries.ACCOUNT_FROM_NETWORK.value.cap
REFUSED, THROTTLED = 422, 429


@pytest.fixture(autouse=True)
def nothing_is_hashed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_matches", lambda _stored, _password: False)


@pytest.fixture
def behind(database_url: str, clock: FrozenClock, tmp_path: Path) -> Iterator[Flask]:
    """An application with one proxy in front."""
    app = create_app(replace(settings_for(database_url, tmp_path), proxies=1), clock)
    app.testing = True
    yield app
    with app.app_context():
        db.engine.dispose()


def tries(app: Flask, forwarded: list[str], seen_from: str = "127.0.0.1") -> list[int]:
    """Guess once for each of these headers; the answers."""
    browser = new_browser(app, seen_from)
    fields = {"username": "nora", "password": "wrong words", "csrf_token": browser.csrf_token()}
    return [
        browser.client.post("/sign-in", data=fields, headers={"X-Forwarded-For": each}).status_code
        for each in forwarded
    ]


def test_what_the_sender_wrote_before_the_last_hop_is_ignored(behind: Flask) -> None:
    spoofed = [f"198.51.100.{n}, 203.0.113.9" for n in range(CAP + 1)]
    assert tries(behind, spoofed) == [REFUSED] * CAP + [THROTTLED]


def test_the_last_hop_tells_people_apart(behind: Flask) -> None:
    assert tries(behind, ["203.0.113.9"] * (CAP + 1))[-1] == THROTTLED
    assert tries(behind, ["203.0.113.9, 203.0.113.10"]) == [REFUSED]
    assert tries(behind, ["203.0.113.10, 203.0.113.9"]) == [THROTTLED]


def test_garbage_from_a_proxy_is_one_network(behind: Flask) -> None:
    assert tries(behind, [f"garbage {n}" for n in range(CAP + 1)]) == [REFUSED] * CAP + [THROTTLED]


def test_without_proxies_the_header_is_not_read_at_all(app: Flask) -> None:
    assert tries(app, [f"203.0.113.{n}" for n in range(CAP + 1)]) == [REFUSED] * CAP + [THROTTLED]
    assert tries(app, ["203.0.113.9"], seen_from="198.51.100.7") == [REFUSED]
