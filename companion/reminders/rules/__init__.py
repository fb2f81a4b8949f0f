"""What is due when, as a pure function of what P set, planned, agreed, paused and tapped.

`schedule` says what is to come, `due` what may go out now; both are put together in scheduling.py from small rules
that each know one thing: kinds, slots, snoozes, stops, quiet, pace, limits. Instants are aware and in UTC, days are
local dates, and local times are read on P's own clock, wherever P then is. Every number is ours, and not validated.
"""

from companion.reminders.rules.facts import (
    AskedGoal,
    Facts,
    Meeting,
    PlannedOccasion,
    SecondLook,
    Sent,
    Settings,
    Snooze,
    SnoozeFor,
    WaitingVersion,
    WeeklyDays,
)
from companion.reminders.rules.kinds import Kind, Rank, Series, rank_of
from companion.reminders.rules.limits import counts_at
from companion.reminders.rules.pace import Pace, pace_of
from companion.reminders.rules.quiet import QuietHours
from companion.reminders.rules.scheduling import due, schedule
from companion.reminders.rules.slots import Slot

__all__ = [
    "AskedGoal",
    "Facts",
    "Kind",
    "Meeting",
    "Pace",
    "PlannedOccasion",
    "QuietHours",
    "Rank",
    "SecondLook",
    "Sent",
    "Series",
    "Settings",
    "Slot",
    "Snooze",
    "SnoozeFor",
    "WaitingVersion",
    "WeeklyDays",
    "counts_at",
    "due",
    "pace_of",
    "rank_of",
    "schedule",
]
