"""What a push service's answer means."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

from companion.reminders.push.messages import Kind, Outcome

SHORTEST_WAIT: Final = timedelta(seconds=5)
LONGEST_WAIT: Final = timedelta(days=1)
"""Bounds of what is believed of a Retry-After."""
MOST_DIGITS: Final = 9
"""Of seconds that are read at all: more wouldn't fit into a duration."""

KINDS: Final[dict[int, Kind]] = {
    HTTPStatus.OK: Kind.HANDED_OVER,
    HTTPStatus.CREATED: Kind.HANDED_OVER,
    HTTPStatus.ACCEPTED: Kind.HANDED_OVER,
    HTTPStatus.UNAUTHORIZED: Kind.REFUSED,
    HTTPStatus.FORBIDDEN: Kind.REFUSED,
    HTTPStatus.NOT_FOUND: Kind.GONE,
    HTTPStatus.GONE: Kind.GONE,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Kind.TOO_LARGE,
    HTTPStatus.TOO_MANY_REQUESTS: Kind.LATER,
}


def outcome_of(status: int, retry_after: str | None, at: datetime) -> Outcome:
    """What became of a message that was answered with this status and this Retry-After, at this instant (UTC)."""
    kind = KINDS.get(status, Kind.LATER if status >= HTTPStatus.INTERNAL_SERVER_ERROR else Kind.FAILED)
    return Outcome(kind, str(status), retry_at(retry_after, at) if kind is Kind.LATER else None)


def retry_at(retry_after: str | None, at: datetime) -> datetime | None:
    """The instant (UTC) that a Retry-After names, in seconds or as a date, within bounds. None for none, or garbage."""
    wait = _wait((retry_after or "").strip(), at)
    return at + min(max(wait, SHORTEST_WAIT), LONGEST_WAIT) if wait is not None else None


def _wait(told: str, at: datetime) -> timedelta | None:
    if told.isascii() and told.isdigit():
        return timedelta(seconds=int(told[:MOST_DIGITS]))
    try:
        date = parsedate_to_datetime(told)
    except (ValueError, OverflowError):
        return None
    return (date if date.tzinfo else date.replace(tzinfo=UTC)) - at
