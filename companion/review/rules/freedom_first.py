"""Freedom or curiosity, and the guilt that came after it; pure.

Free is an entry with freedom or curiosity of 5 or more and guilt of 4 or less; one by the door "Something good", which
asks for no guilt, counts, too, and "I can't tell" doesn't. It is followed by guilt where guilt of 6 or more was rated
within the next 12 hours, in an entry or at "And now?". Free entries less than 12 hours apart, with no such guilt
between, are one stretch, and one guilt belongs to one stretch: neither is counted twice. Hours and numbers are ours,
and not validated.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from companion.review.rules import FEWEST_TO_GENERALISE

FREE_FROM: Final = 5
FREE_AT_GUILT: Final = 4
GUILTY_FROM: Final = 6
WITHIN: Final = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Felt:
    """What was rated at one instant, 0-10 or unknown."""

    at: datetime
    guilt: int | None = None
    freedom: int | None = None
    curiosity: int | None = None
    asked_no_guilt: bool = False

    @property
    def how_free(self) -> int | None:
        """The higher of freedom and curiosity, where it was free; otherwise None."""
        highest = max((each for each in (self.freedom, self.curiosity) if each is not None), default=0)
        little_guilt = self.asked_no_guilt or (self.guilt is not None and self.guilt <= FREE_AT_GUILT)
        return highest if highest >= FREE_FROM and little_guilt else None

    @property
    def is_guilty(self) -> bool:
        """Whether there was much guilt."""
        return self.guilt is not None and self.guilt >= GUILTY_FROM


@dataclass(frozen=True, slots=True)
class Pair:
    """Freedom or curiosity 0-10, and the guilt 0-10 that came after it."""

    free_at: datetime
    free: int
    guilty_at: datetime
    guilt: int


@dataclass(frozen=True, slots=True)
class FreedomFirst:
    """How often it was free, and which times guilt came after it."""

    times_free: int
    pairs: tuple[Pair, ...]
    """Oldest first."""

    @property
    def n(self) -> int:
        """Times guilt came after it."""
        return len(self.pairs)

    @property
    def is_enough(self) -> bool:
        """Whether the times it was free may be put together."""
        return self.times_free >= FEWEST_TO_GENERALISE


def freedom_first(felt: Iterable[Felt]) -> FreedomFirst:
    """Walk through what was rated, in the order of time."""
    times, pairs = 0, []
    last: Felt | None = None
    for each in sorted(felt, key=lambda one: one.at.astimezone(UTC)):
        is_near = last is not None and each.at.astimezone(UTC) - last.at.astimezone(UTC) <= WITHIN
        if each.how_free is not None:
            times += not is_near
            last = each
        elif each.is_guilty:
            if last is not None and is_near:
                pairs.append(Pair(last.at, last.how_free or 0, each.at, each.guilt or 0))
            last = None
    return FreedomFirst(times, tuple(pairs))
