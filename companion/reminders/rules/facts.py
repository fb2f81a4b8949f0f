"""What is known of one patient when it is asked what is due; pure. The order of nothing in it matters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from companion.contract.rules import Days
from companion.contract.rules.goals import ROUND, LastSaid, asked_on
from companion.experiments.adherence import Record
from companion.kernel.week import ZoneHistory, as_utc
from companion.reminders.rules.kinds import Kind, Series
from companion.reminders.rules.quiet import QuietHours

# What P set


@dataclass(frozen=True, slots=True)
class WeeklyDays:
    """The weekdays (0 is Monday) and the local time that P picked for a weekly task."""

    lineage_id: UUID
    weekdays: frozenset[int]
    at: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What P decided about reminders. Weekly ones and second looks come only where picked or asked for.

    `set_at` (UTC) is when P last set a kind, or took it up again after it had become rarer: what happened before that
    makes it no rarer any more.
    """

    off: frozenset[Kind] = frozenset()
    weekly: tuple[WeeklyDays, ...] = ()
    quiet: QuietHours = field(default_factory=QuietHours)
    set_at: Mapping[Kind, datetime] = field(default_factory=dict)


class SnoozeFor(StrEnum):
    """For how long P put a reminder off."""

    HALF_AN_HOUR = "half_an_hour"
    THIS_EVENING = "this_evening"
    NOT_TODAY = "not_today"


@dataclass(frozen=True, slots=True)
class Snooze:
    """P put off what a reminder was about, at this instant (UTC). In each series the latest one holds."""

    series: Series
    chosen: SnoozeFor
    asked_at: datetime


# What there is to be reminded of


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedOccasion:
    """One planned occasion of a task; instants are UTC.

    `remind_at` is P's own time, None for the default. `has_word` is whether P said anything of it: how it went, that
    it shall be changed, that it is called off.
    """

    id: UUID
    lineage_id: UUID
    starts_at: datetime
    ends_at: datetime
    activity_id: UUID | None = None
    remind_at: datetime | None = None
    has_word: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondLook:
    """P asked for a second look at a check-in (UTC); `is_done` once it was rated again."""

    check_in_id: UUID
    asked_at: datetime
    is_done: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A session that wasn't taken off (UTC), and where its therapist was when."""

    id: UUID
    at: datetime
    therapist_zones: ZoneHistory


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingVersion:
    """A version proposed to P (UTC). Answered in whatever way, or called an order, it doesn't wait for P."""

    id: UUID
    proposed_at: datetime
    is_answered: bool = False
    is_flagged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedGoal:
    """A goal, the local days on which it was in force and rested, and P's own last answer about it."""

    in_force: Days
    last: LastSaid | None = None
    rests: tuple[Days, ...] = ()

    def is_asked_on(self, day: date) -> bool:
        """Say whether this is the local day from which P is asked about it, or one every four weeks after."""
        since = day - asked_on(self.in_force.first_day, self.last)
        is_the_day = since.days >= 0 and not since % ROUND
        return is_the_day and day in self.in_force and not any(day in rest for rest in self.rests)


# What went out


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A reminder that was handed over. `at` (UTC) is what `limits.counts_at` says.

    `shown_at` and `tapped_at` are the receipts, whichever action was tapped; None where none came.
    """

    key: str
    kind: Kind
    at: datetime
    asked_for: bool = False
    shown_at: datetime | None = None
    tapped_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything about one patient that decides what is due, as it stands at `record.now` (UTC).

    `record` has the zones P lived in, the tasks in force with their pauses, and what was said of the week.
    `dropped_activities` are those P dropped; `flagged` the lineages, and `flagged_series` the reminders, that P called
    an order; `stopped_at` (UTC) each "stop for now". Given must be all that was `sent` in the last eight days, and of
    each kind all since P last set it; and the plans since then, of which every other may have been left out.
    """

    patient_id: UUID
    record: Record
    settings: Settings = field(default_factory=Settings)
    plans: tuple[PlannedOccasion, ...] = ()
    second_looks: tuple[SecondLook, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    versions: tuple[WaitingVersion, ...] = ()
    goals: tuple[AskedGoal, ...] = ()
    dropped_activities: frozenset[UUID] = frozenset()
    flagged: frozenset[UUID] = frozenset()
    flagged_series: frozenset[Series] = frozenset()
    stopped_at: tuple[datetime, ...] = ()
    snoozes: tuple[Snooze, ...] = ()
    sent: tuple[Sent, ...] = ()

    @property
    def zones(self) -> ZoneHistory:
        """Where P was when."""
        return self.record.zones

    @property
    def now(self) -> datetime:
        """The instant at which all this is so (UTC)."""
        return as_utc(self.record.now)
