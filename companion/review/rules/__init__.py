"""Which weeks a review looks at, and what may be said of a few occasions together; pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from statistics import mean
from typing import Final

from companion.kernel.week import ONE_WEEK, ZoneHistory, monday_of, week_closes_at

WEEKS_LOOKED_BACK_AT: Final = 4
"""A brief looks at this many closed weeks, beside the whole therapy. Ours, and not validated."""

FEWEST_TO_GENERALISE: Final = 3
"""Under this many occasions nothing is said of them together. Ours, and not validated."""


def mean_of(numbers: Collection[int]) -> float | None:
    """The mean, to a tenth; None where they are too few to be put together."""
    return round(mean(numbers), 1) if len(numbers) >= FEWEST_TO_GENERALISE else None


@dataclass(frozen=True, slots=True)
class Pairs:
    """What was expected and what was seen of it, 0-10, each time that both are known."""

    each: tuple[tuple[int, int], ...]

    @property
    def n(self) -> int:
        """How many."""
        return len(self.each)

    @property
    def expected(self) -> float | None:
        """The mean, to a tenth; None where they are too few to be put together."""
        return mean_of([expected for expected, _ in self.each])

    @property
    def seen(self) -> float | None:
        """Likewise."""
        return mean_of([seen for _, seen in self.each])


@dataclass(frozen=True, slots=True)
class Weeks:
    """The weeks from one Monday until another, the latter excluded."""

    from_monday: date
    until_monday: date


def lately(now: datetime, zones: ZoneHistory) -> Weeks:
    """The last four closed weeks and the days since.

    Weeks still open count nothing by themselves; what was settled in them, such as a one-off that was done, belongs
    to what happened lately.
    """
    this_monday = monday_of(zones.local_date(now))
    last_closed = this_monday - ONE_WEEK
    while now < week_closes_at(last_closed, zones):
        last_closed -= ONE_WEEK
    return Weeks(last_closed - (WEEKS_LOOKED_BACK_AT - 1) * ONE_WEEK, this_monday + ONE_WEEK)


def open_mondays(now: datetime, zones: ZoneHistory) -> tuple[date, ...]:
    """The weeks that have begun and aren't closed, oldest first: this one, and until Thursday the one before."""
    this_monday = monday_of(zones.local_date(now))
    before = this_monday - ONE_WEEK
    return (this_monday,) if now >= week_closes_at(before, zones) else (before, this_monday)


@dataclass(frozen=True, slots=True)
class Beside:
    """In how many occasions someone suffered less than expected, as much, or more."""

    less: int
    as_much: int
    more: int

    @property
    def n(self) -> int:
        """Occasions in which both are known."""
        return self.less + self.as_much + self.more


def beside(pairs: Iterable[tuple[int, int]]) -> Beside | None:
    """Compare (expected, seen) ratings 0-10; None where they are too few to be put together."""
    differences = [seen - expected for expected, seen in pairs]
    if len(differences) < FEWEST_TO_GENERALISE:
        return None
    return Beside(
        less=sum(difference < 0 for difference in differences),
        as_much=sum(difference == 0 for difference in differences),
        more=sum(difference > 0 for difference in differences),
    )
