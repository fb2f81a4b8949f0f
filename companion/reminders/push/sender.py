"""Sending by Web Push: many at once, over connections that are kept. For the worker process alone."""

import asyncio
import logging
import ssl
from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Final, Self

import aiohttp
from http_ece import ECEException
from pywebpush import WebPusher, WebPushException
from yarl import URL

from companion.config import Settings
from companion.reminders.push.answers import outcome_of
from companion.reminders.push.endpoints import is_allowed, origin_of
from companion.reminders.push.messages import LONGEST_BODY, Kind, Message, Outcome
from companion.reminders.push.resolver import BlockedAddressError, PublicResolver
from companion.reminders.push.vapid import Signatures

ENCODING: Final = "aes128gcm"
BAD_KEYS: Final = (ValueError, IndexError, ECEException, WebPushException)
"""What pywebpush raises for keys that are none, by how they are none."""
LEVELS: Final = {Kind.HANDED_OVER: logging.DEBUG, Kind.GONE: logging.INFO, Kind.REFUSED: logging.ERROR}

logger = logging.getLogger(__name__)


class BadKeyError(Exception):
    """A subscription's keys are none. Says no more: they are secret."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long is waited, in seconds, and how many messages are on their way at once."""

    connecting: float = 5.0
    """For a connection: looking up the name, connecting, TLS."""
    whole: float = 10.0
    """For a message, from the connection to the answer's head."""
    closing: float = 2.0
    in_flight: int = 32


class WebPush:
    """A `PushService` that pushes, within a `with` block. It runs a loop of its own, for one call at a time.

    A call takes at most `whole` seconds for each `in_flight` messages, whatever the push services do.
    """

    def __init__(
        self,
        key: bytes,
        subject: str,
        extra_hosts: Collection[str] = (),
        *,
        tls: ssl.SSLContext | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._signatures = Signatures(key, subject)
        self._extra_hosts = extra_hosts
        self._tls = tls or ssl.create_default_context()
        self._limits = limits or Limits()

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._session = self._loop.run_until_complete(self._open())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Drop what is still on its way, and let go of the connections, within the time for it."""
        try:
            self._loop.run_until_complete(self._close())
        finally:
            # Without waiting for a name that is being looked up in a thread: that ends by itself.
            self._loop.close()

    def send_all(self, messages: Sequence[Message], at: datetime) -> list[Outcome]:
        """Hand over all of them; see `PushService`."""
        outcomes = self._loop.run_until_complete(self._send_all(messages, at))
        _log(messages, outcomes)
        return outcomes

    async def _open(self) -> aiohttp.ClientSession:
        limits = self._limits
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                ssl=self._tls, limit=limits.in_flight, resolver=PublicResolver(self._extra_hosts)
            ),
            timeout=aiohttp.ClientTimeout(total=limits.whole, connect=limits.connecting),
            cookie_jar=aiohttp.DummyCookieJar(),  # or a service could tell that two subscriptions are of one practice
            auto_decompress=False,
            trust_env=False,
        )

    async def _close(self) -> None:
        waiting = asyncio.all_tasks() - {asyncio.current_task()}
        with suppress(TimeoutError):
            async with asyncio.timeout(self._limits.closing):
                # First: it cuts connections off, where a task would take leave of the other side.
                await self._session.close()
                for task in waiting:
                    task.cancel()
                await asyncio.gather(*waiting, return_exceptions=True)
                await asyncio.sleep(0)  # what was cut off goes in the next round of the loop

    async def _send_all(self, messages: Sequence[Message], at: datetime) -> list[Outcome]:
        slots = asyncio.Semaphore(self._limits.in_flight)

        async def in_a_slot(message: Message) -> Outcome:
            async with slots:
                return await self._send(message, at)

        return await asyncio.gather(*(in_a_slot(message) for message in messages))

    async def _send(self, message: Message, at: datetime) -> Outcome:
        try:
            return self._kept_back(message) or await self._post(message, _sealed(message), at)
        except Exception as error:  # noqa: BLE001  # or nobody would know of the others that they were handed over
            return Outcome(_kind_of(error), type(error).__name__)

    def _kept_back(self, message: Message) -> Outcome | None:
        """What isn't even tried. An endpoint was allowed when it subscribed, but the list may have changed since."""
        if not is_allowed(message.endpoint, self._extra_hosts):
            return Outcome(Kind.BLOCKED, "endpoint")
        if len(message.body) > LONGEST_BODY:
            return Outcome(Kind.TOO_LARGE, f"{len(message.body)} bytes")
        return None

    async def _post(self, message: Message, sealed: bytes, at: datetime) -> Outcome:
        """Send it, and read the answer's head. Its body isn't waited for: the status says all that there is to do."""
        headers = {
            "Authorization": self._signatures.header(origin_of(message.endpoint), at),
            "Content-Encoding": ENCODING,
            "Content-Type": "application/octet-stream",
            "TTL": str(message.ttl),
            "Topic": message.topic,
            "Urgency": message.urgency,
        }
        address = URL(message.endpoint, encoded=True)  # to the letter: it isn't ours to write it in another way
        answer = await self._session.post(address, data=sealed, headers=headers, allow_redirects=False)
        # A connection on which a body is still to come is closed by this, any other is kept.
        answer.release()
        return outcome_of(answer.status, answer.headers.get("Retry-After"), at)


def web_push(settings: Settings) -> WebPush:
    """The sender that the settings describe."""
    return WebPush(settings.vapid_key, settings.vapid_subject, settings.push_hosts)


def _sealed(message: Message) -> bytes:
    """The body, sealed so that only the phone opens it. Raises BadKeyError for keys that nothing is sealed to."""
    keys = {"p256dh": message.p256dh, "auth": message.auth}
    try:
        pusher = WebPusher({"endpoint": message.endpoint, "keys": keys})
        return bytes(pusher.encode(message.body, content_encoding=ENCODING)["body"])
    except BAD_KEYS:
        raise BadKeyError from None


def _kind_of(error: Exception) -> Kind:
    """What is to be done about a message that this came of."""
    match error:
        case BadKeyError():
            return Kind.BAD_KEY
        case BlockedAddressError():
            return Kind.BLOCKED
        case aiohttp.ClientError() | OSError():  # a time-out is an OSError
            return Kind.LATER
        case _:
            return Kind.FAILED


def _log(messages: Sequence[Message], outcomes: Sequence[Outcome]) -> None:
    """One line for each origin and what it said: not a word of what, nor to whom."""
    found = Counter(
        (_origin(message), outcome.kind, outcome.because) for message, outcome in zip(messages, outcomes, strict=True)
    )
    for (origin, kind, because), count in found.items():
        logger.log(LEVELS.get(kind, logging.WARNING), "%s: %d %s (%s)", origin, count, kind, because)


def _origin(message: Message) -> str:
    try:
        return origin_of(message.endpoint)
    except ValueError:
        return "no endpoint"
