"""Local days: of pauses, of versions in force, of reviews; pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Scope(StrEnum):
    """What a pause covers."""

    TASK = "task"
    GOAL = "goal"
    EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class Days:
    """Local days from the first until another, which is excluded; None goes on."""

    first_day: date
    until: date | None = None

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day and (self.until is None or day < self.until)

    def within(self, other: "Days") -> "Days | None":
        """The days that are in both, None where there are none."""
        ends = [until for until in (self.until, other.until) if until is not None]
        first_day, until = max(self.first_day, other.first_day), min(ends, default=None)
        return None if until is not None and until <= first_day else Days(first_day, until)


class Phase(StrEnum):
    """Where a pause stands on a day."""

    AHEAD = "ahead"
    """Set beforehand: it hasn't begun."""
    RESTS = "rests"
    OVER = "over"
    """It goes on again, or the pause was taken back before it began."""


def phase(days: Days, today: date) -> Phase:
    """Where a pause of these days stands on a local day of the patient."""
    if days.until is not None and days.until <= max(days.first_day, today):
        return Phase.OVER
    return Phase.RESTS if days.first_day <= today else Phase.AHEAD


def not_before(day: date, earlier: date) -> date:
    """The day on which something ends or follows that began on `earlier`.

    Whoever travels west may be a day younger than before; what they do then belongs to the day it began.
    """
    return max(day, earlier)


def is_overdue(review_on: date | None, today: date) -> bool:
    """Whether a version's review date has gone by, on this local day of the patient."""
    return review_on is not None and review_on < today
