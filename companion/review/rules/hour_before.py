"""The guilt in the hour before stopping; pure.

Of an occasion that was stopped, it is the highest guilt rated in the 60 minutes up to its stopping, both edges
included. Where more than one instant may be taken for the stopping - when it happened, by the patient's word, or "stop
for now" in an entry about it - the guilt before any of them counts. Minutes and numbers are ours, and not validated.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from companion.review.rules import FEWEST_TO_GENERALISE

BEFORE: Final = timedelta(minutes=60)
MUCH_GUILT: Final = 6


@dataclass(frozen=True, slots=True)
class HourBefore:
    """The highest guilt 0-10 before each stopping, where any was rated."""

    peaks: tuple[int, ...]

    @property
    def n(self) -> int:
        """How many stoppings there is a guilt of."""
        return len(self.peaks)

    @property
    def with_much(self) -> int:
        """How many of them had much."""
        return sum(peak >= MUCH_GUILT for peak in self.peaks)

    @property
    def is_enough(self) -> bool:
        """Whether they may be put together."""
        return self.n >= FEWEST_TO_GENERALISE


def hour_before(rated: Collection[tuple[datetime, int]], stoppings: Iterable[Collection[datetime]]) -> HourBefore:
    """Look at what was rated (when, guilt) before each stopping, told as the instants it may be taken to be at."""
    known = [(at.astimezone(UTC), guilt) for at, guilt in rated]
    peaks = (
        max((guilt for at, guilt in known if any(_is_before(at, stopped) for stopped in instants)), default=None)
        for instants in stoppings
    )
    return HourBefore(tuple(peak for peak in peaks if peak is not None))


def _is_before(at: datetime, stopped: datetime) -> bool:
    return timedelta(0) <= stopped.astimezone(UTC) - at <= BEFORE
