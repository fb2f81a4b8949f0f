"""A push service that stands here, and a sender that trusts it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from companion.reminders.push.sender import Limits, WebPush
from tests.support.databases import VAPID_KEY
from tests.support.push_sink import HOST, PushSink, push_sink

SUBJECT = "mailto:office@practice.example"
SOON = Limits(connecting=1.0, whole=2.0, closing=0.5)
Sending = Callable[..., WebPush]


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[PushSink]:
    with push_sink(tmp_path) as sink:
        yield sink


@pytest.fixture
def sending(sink: PushSink) -> Iterator[Sending]:
    """Makes senders that may reach the sink; they end with the test."""
    with ExitStack() as stack:

        def make(
            limits: Limits = SOON, key: bytes = VAPID_KEY, extra_hosts: frozenset[str] = frozenset({HOST})
        ) -> WebPush:
            return stack.enter_context(WebPush(key, SUBJECT, extra_hosts, tls=sink.trust(), limits=limits))

        yield make


@pytest.fixture
def sender(sending: Sending) -> WebPush:
    return sending()


@pytest.fixture
def at() -> datetime:
    """Now: the sink looks at the real clock, as a push service does."""
    return datetime.now(UTC)
