"""Two instants of one thing: when somebody entered it, and when it came to us."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self


@dataclass(frozen=True, slots=True)
class When:
    """Aware instants in UTC; the same where a page sent it at once."""

    entered_at: datetime
    """As truly as can be told, whatever the phone's clock said."""
    received_at: datetime

    @classmethod
    def at_once(cls, now: datetime) -> Self:
        """As from a page that is open now."""
        return cls(now, now)
