"""The only reader of time. Everything else is handed an instant."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the present instant, as an aware datetime in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FrozenClock:
    """Stands still until it is moved; for tests and for building the demo practice."""

    def __init__(self, at: datetime) -> None:
        self._at = _aware(at)

    def now(self) -> datetime:
        return self._at

    def move_to(self, at: datetime) -> None:
        """Set the instant, which may lie in the past."""
        self._at = _aware(at)

    def advance(self, **delta: float) -> None:
        """Go on by a `timedelta(**delta)`."""
        self._at += timedelta(**delta)


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        msg = "an instant needs a time zone"
        raise ValueError(msg)
    return at.astimezone(UTC)
