"""The kinds of reminder, when each comes unless P says otherwise, and which goes first; pure.

Times and intervals are ours, and not validated.
"""

from dataclasses import dataclass
from datetime import time, timedelta
from enum import IntEnum, StrEnum
from typing import Final
from uuid import UUID


class Kind(StrEnum):
    """What a reminder is about. Its text on a lock screen says nothing of it."""

    PLAN = "plan"
    WEEKLY = "weekly"
    DEBRIEF = "debrief"
    SECOND_LOOK = "second_look"
    LOOK_BACK = "look_back"
    SESSION = "session"
    AGREEMENT = "agreement"
    GOALS = "goals"
    BRIEF = "brief"
    """To the therapist; all others are to the patient."""


TO_PATIENT: Final = frozenset(Kind) - {Kind.BRIEF}
"""P's pauses, quiet hours, limits and taps are about these."""

PLAN_BEFORE: Final = timedelta(hours=2)
"""How long before a planned occasion begins, where P set no time of its own."""

DEBRIEF_AFTER: Final = timedelta(hours=2)
"""How long after the window; once more on the next local day, at the same time of day."""

SESSION_BEFORE: Final = timedelta(hours=24)

AGREEMENT_AFTER: Final = timedelta(hours=48)
"""How long a version may wait for P's answer; said once."""

SUNDAY: Final = 6
"""As `date.weekday` counts."""

LOOK_BACK_AT: Final = time(18)
"""On Sundays, local time."""

GOALS_AT: Final = time(12)
"""Local time, on the day from which a goal is asked about. Noon keeps it clear of a Sunday's look-back."""

BRIEF_AT: Final = time(8)
"""The therapist's local time, on the day of the session."""


class Rank(IntEnum):
    """Who goes first where reminders compete: the lowest."""

    ASKED_FOR = 0
    PLAN = 1
    DEBRIEF = 2
    WEEKLY = 3
    REST = 4


_RANKS: Final = {Kind.PLAN: Rank.PLAN, Kind.DEBRIEF: Rank.DEBRIEF, Kind.WEEKLY: Rank.WEEKLY}


def rank_of(kind: Kind, *, asked_for: bool) -> Rank:
    """Return where this stands among those that compete.

    Asked for is a second look, a snooze, or a plan's own time. The time of a weekly reminder is always P's choice,
    so that alone doesn't make one.
    """
    return Rank.ASKED_FOR if asked_for else _RANKS.get(kind, Rank.REST)


@dataclass(frozen=True, slots=True)
class Series:
    """What P can snooze or call an order: reminders of one kind about one thing.

    The subject is the occasion (plan, debrief), the task's lineage (weekly), the check-in (second look), the session
    (session, brief), the version (agreement); None for a look-back and for goals, which are about all there is.
    """

    kind: Kind
    subject_id: UUID | None = None
