"""Guilt in the minutes after going on and after stopping, from what was rated and decided; pure.

A fall is the guilt last answered up to a decision minus that answered last 5 to 60 minutes after it, both edges
included, and before another decision: the latest, not the lowest, which would flatter. "I can't tell" is no number, and
leaves the pair out. The minutes and numbers are ours, and not validated.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Final

from companion.checkins.rules import Next, Rated
from companion.review.rules import FEWEST_TO_GENERALISE

SOONEST_AFTER: Final = timedelta(minutes=5)
LATEST_AFTER: Final = timedelta(minutes=60)

GOING_ON: Final = frozenset({Next.GO_ON, Next.SMALLER})
STOPPING: Final = frozenset({Next.STOP_FOR_NOW})


@dataclass(frozen=True, slots=True)
class Rating:
    """What was said of the guilt at an instant."""

    at: datetime
    guilt: Rated


@dataclass(frozen=True, slots=True)
class Choice:
    """What was decided at an instant."""

    at: datetime
    choice: Next


@dataclass(frozen=True, slots=True)
class Change:
    """Guilt 0-10 before a decision and after it."""

    at: datetime
    """When it was decided."""
    before: int
    after: int

    @property
    def fall(self) -> int:
        """By how much it fell; negative where it rose."""
        return self.before - self.after


@dataclass(frozen=True, slots=True)
class Changes:
    """What followed one kind of decision, each time."""

    each: tuple[Change, ...]

    @property
    def n(self) -> int:
        """Times with both numbers."""
        return len(self.each)

    @property
    def median_fall(self) -> float | None:
        """None where they are too few to be put together."""
        return median(change.fall for change in self.each) if self.n >= FEWEST_TO_GENERALISE else None


def changes(ratings: Iterable[Rating], choices: Iterable[Choice], wanted: frozenset[Next]) -> tuple[Change, ...]:
    """What followed the decisions of these kinds about one entry, in the order in which they were made."""
    said = sorted(((_utc(each.at), each.guilt) for each in ratings if _is_answer(each.guilt)), key=lambda one: one[0])
    decided = sorted(((_utc(each.at), each.choice) for each in choices), key=lambda one: one[0])
    found = []
    for number, (at, choice) in enumerate(decided):
        until = decided[number + 1][0] if number + 1 < len(decided) else None
        if choice in wanted and (change := _change(said, at, until)):
            found.append(change)
    return tuple(found)


def _change(said: list[tuple[datetime, Rated]], at: datetime, until: datetime | None) -> Change | None:
    before = [guilt.value for when, guilt in said if when <= at]
    after = [
        guilt.value
        for when, guilt in said
        if SOONEST_AFTER <= when - at <= LATEST_AFTER and (until is None or when <= until)
    ]
    if not before or not after or before[-1] is None or after[-1] is None:
        return None
    return Change(at, before[-1], after[-1])


def _is_answer(guilt: Rated) -> bool:
    return guilt != Rated()


def _utc(at: datetime) -> datetime:
    # Two local times of one zone are subtracted by the clock on the wall, which an hour may be missing from.
    return at.astimezone(UTC)
