"""How many reminders come, how far apart, and which of several; pure.

A day is P's local date and a week begins on Monday, both where P then is. What P asked for always comes, and takes up
room like any other. Numbers are ours, and not validated.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Final

from companion.kernel.week import ZoneHistory, as_utc, monday_of
from companion.reminders.rules.kinds import Kind, Rank
from companion.reminders.rules.slots import Slot

MOST_A_DAY: Final = 2
MOST_A_WEEK: Final = 8
APART: Final = timedelta(hours=3)

ON_TIME: Final = timedelta(minutes=5)
"""Handed over this soon, a reminder counts at the instant it was due: nobody feels the difference."""


def counts_at(due_at: datetime, handed_over_at: datetime) -> datetime:
    """Return the instant (UTC) at which what went out counts: when it was due, or when it went out if it was late."""
    is_on_time = as_utc(handed_over_at) - as_utc(due_at) <= ON_TIME
    return as_utc(due_at if is_on_time else handed_over_at)


def fits(at: datetime, others: Collection[datetime], zones: ZoneHistory) -> bool:
    """Say whether one more at this instant keeps the limits beside others (all UTC)."""
    day = zones.local_date(at)
    days = [zones.local_date(other) for other in others]
    return (
        days.count(day) < MOST_A_DAY
        and sum(monday_of(other) == monday_of(day) for other in days) < MOST_A_WEEK
        and all(abs(other - at) >= APART for other in others)
    )


def within_limits(slots: Iterable[Slot], gone: Iterable[datetime], zones: ZoneHistory) -> list[Slot]:
    """Choose among slots, beside what went out before (UTC): the whole week's, by rank, then by time.

    One week after another, so that what is chosen of a week doesn't depend on how far ahead somebody looks.
    """
    waiting = sorted(slots, key=lambda slot: _turn(slot, zones))
    chosen = [slot for slot in waiting if slot.rank is Rank.ASKED_FOR]
    taken = [*gone, *(slot.at for slot in chosen)]
    for slot in waiting:
        if slot.rank is not Rank.ASKED_FOR and fits(slot.at, taken, zones):
            chosen.append(slot)
            taken.append(slot.at)
    return chosen


def _turn(slot: Slot, zones: ZoneHistory) -> tuple[date, Rank, datetime, int, str]:
    return monday_of(zones.local_date(slot.at)), slot.rank, slot.at, list(Kind).index(slot.kind), slot.key
