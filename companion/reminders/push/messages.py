"""A message, what came of it, and who takes messages: no part of it knows how they are sent."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

LONGEST_BODY: Final = 3993
"""Bytes of clear text: sealed, with its header and tag, they fill the 4,096 that a push service has to take."""
LONGEST_TTL: Final = 7200
"""Seconds. A reminder of something two hours ago reminds of nothing."""
TOPIC: Final = re.compile(r"[A-Za-z0-9_-]{1,32}")


class Urgency(StrEnum):
    """What a phone may be woken for (RFC 8030): with NORMAL one in standby waits until it is next awake."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one subscription. Whose it is and what it says is absent from `repr`."""

    endpoint: str = field(repr=False)
    p256dh: str = field(repr=False)
    """The phone's public point, in base64url."""
    auth: str = field(repr=False)
    """The secret shared with it, in base64url."""
    body: bytes = field(repr=False)
    topic: str
    """Of two that wait for the same phone under the same topic, the push service keeps the newer."""
    urgency: Urgency
    ttl: int
    """Seconds for which the push service keeps it for a phone that can't be reached."""

    def __post_init__(self) -> None:
        """Refuse, with ValueError, what no message of ours may be."""
        if not self.body:
            msg = "a message without a body is one that no page can show"
            raise ValueError(msg)
        if not TOPIC.fullmatch(self.topic):
            msg = "a topic is 1 to 32 letters of base64url"
            raise ValueError(msg)
        if not 0 <= self.ttl <= LONGEST_TTL:
            msg = f"a message lives 0 to {LONGEST_TTL} seconds, not {self.ttl}"
            raise ValueError(msg)


class Kind(StrEnum):
    """What became of a message, by what is to be done about it."""

    HANDED_OVER = "handed over"
    """The push service has it. Not that anybody saw it."""
    GONE = "gone"
    """There is no such subscription any more: forget it."""
    LATER = "later"
    """Not now: again, but not before `retry_at`."""
    REFUSED = "refused"
    """It doesn't take our signature: the operator must look. The subscription may be made with another VAPID_KEY."""
    TOO_LARGE = "too large"
    BAD_KEY = "bad key"
    """The subscription's keys are none: forget it."""
    BLOCKED = "blocked"
    """An address that isn't pushed to, or a name that leads to one inside our own network."""
    FAILED = "failed"
    """Any other answer, redirects among them; again would bring the same."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message."""

    kind: Kind
    because: str = ""
    """The answer's status, or the kind of error: for a log, so nothing of the message."""
    retry_at: datetime | None = None
    """With LATER, where the push service named an instant (UTC); None leaves it to the sender's own patience."""


class PushService(Protocol):
    """Takes messages for phones."""

    def send_all(self, messages: Sequence[Message], at: datetime) -> Sequence[Outcome]:
        """Hand over all of them at this instant (UTC), and say of each, in their order, what became of it."""
        ...
