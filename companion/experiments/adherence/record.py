"""The facts of one patient that counting reads; pure. How they are counted is in counting.py."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from companion.contract.rules import TaskKind
from companion.experiments.rules import Place, Result, Telling, place_of
from companion.kernel.week import DAYS_IN_A_WEEK, ZoneHistory, as_utc

FROM_MEMORY_AFTER: Final = timedelta(hours=24)
"""An entry made later than this is labelled "from memory"; it counts all the same. Ours, and not validated."""

TOGETHER_WITHIN, FEWEST_TOGETHER = timedelta(minutes=10), 3
"""So many entries that tell of earlier, each made so soon after the one before, are marked as written together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """The local days a task's lineage was in force in one version, agreed by both.

    `from_day` is the day of agreement, which belongs to the new version; `until_day` is the first day no longer in
    force, None while it is. A weekly task has a target of 1-7 times a week, a one-off the last local day of its window;
    other kinds are never counted. `telling` marks a task about telling someone the truth.
    """

    lineage_id: UUID
    kind: TaskKind
    from_day: date
    until_day: date | None = None
    target: int | None = None
    window_until: date | None = None
    telling: bool = False

    def __post_init__(self) -> None:
        """Refuse a counted task that could not be counted."""
        if self.kind is TaskKind.WEEKLY and not (self.target and 1 <= self.target <= DAYS_IN_A_WEEK):
            msg = f"a weekly task needs a target of 1-7: {self.target}"
            raise ValueError(msg)
        if self.kind is TaskKind.ONE_OFF and self.window_until is None:
            msg = "a one-off task needs the last day of its window"
            raise ValueError(msg)

    def holds_on(self, day: date) -> bool:
        """Say whether this version of the task was in force on this local day."""
        return self.from_day <= day and (self.until_day is None or day < self.until_day)


@dataclass(frozen=True, slots=True, kw_only=True)
class PausedDays:
    """Local days on which a lineage rested; None is everything. A paused goal is given as its lineages.

    The first day is paused, the day of resuming is not; None goes on.
    """

    lineage_id: UUID | None
    first_day: date
    resumed_on: date | None = None

    def covers(self, lineage_id: UUID, day: date) -> bool:
        """Say whether this lineage rested on this local day."""
        in_scope = self.lineage_id is None or self.lineage_id == lineage_id
        return in_scope and self.first_day <= day and (self.resumed_on is None or day < self.resumed_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """P's word on one occasion: the latest correction of its debrief.

    `local_date` is the one frozen at entry. `tellings` has one answer for each person told. `asked_before_window_end`
    matters only for a renegotiated occasion: the one-off task's window, or the planned occasion's in a weekly task.
    `agreed_on` is the day of agreement of the version the occasion hangs on, and `spoken_on` the local day on which a
    change was asked for or an obstacle was known, where that isn't `local_date`: what `speaks_of` goes by. `called_off`
    marks what was planned of an activity that P dropped meanwhile.
    """

    occasion_id: UUID
    lineage_id: UUID
    happened_at: datetime
    local_date: date
    result: Result
    tellings: tuple[Telling, ...] = ()
    asked_before_window_end: bool = False
    agreed_on: date | None = None
    spoken_on: date | None = None
    called_off: bool = False

    @property
    def place(self) -> Place:
        """Where this occasion stands in N, or outside it."""
        return place_of(self.result, asked_before_window_end=self.asked_before_window_end)

    def speaks_of(self, agreed_on: date) -> bool:
        """Say whether this is a word on the version agreed on this local day, or on a later one.

        What was done, given up or left is so whatever was agreed since. What leaves the denominator does so for what
        was agreed when it was said: agreed anew since, the task is asked for anew. On the very day of agreement a word
        on an occasion of the version before came first.
        """
        if self.place is not Place.OUTSIDE or (self.agreed_on is not None and self.agreed_on >= agreed_on):
            return True
        return (self.spoken_on or self.local_date) > agreed_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Everything about one patient that counting reads, as it stands at `now` (UTC).

    `said_all` holds the (lineage, Monday) of each "that's all this week". Order never matters.
    Raises ValueError when an occasion comes twice: pass logs through `latest_of_each` first.
    """

    segments: tuple[Segment, ...]
    logs: tuple[Log, ...]
    zones: ZoneHistory
    now: datetime
    pauses: tuple[PausedDays, ...] = ()
    said_all: frozenset[tuple[UUID, date]] = frozenset()

    def __post_init__(self) -> None:
        """Refuse to count one occasion twice."""
        if len({log.occasion_id for log in self.logs}) < len(self.logs):
            msg = "an occasion counts once: keep only the latest correction of each debrief"
            raise ValueError(msg)

    def segment_on(self, lineage_id: UUID, day: date) -> Segment | None:
        """Return the version of this task in force on this local day, the newest where two claim it, or None."""
        holding = (s for s in self.segments if s.lineage_id == lineage_id and s.holds_on(day))
        return max(holding, key=lambda segment: segment.from_day, default=None)

    def is_paused(self, lineage_id: UUID, day: date) -> bool:
        """Say whether this lineage rested on this local day."""
        return any(pause.covers(lineage_id, day) for pause in self.pauses)

    def asked_on(self, lineage_id: UUID, kind: TaskKind, day: date) -> Segment | None:
        """Return the version that asked for this kind of task on this local day: in force, and not paused."""
        segment = self.segment_on(lineage_id, day)
        if segment is None or segment.kind is not kind or self.is_paused(lineage_id, day):
            return None
        return segment

    def is_telling_in_force_on(self, day: date) -> bool:
        """Say whether any task about telling someone the truth was in force on this local day; a paused one is."""
        return any(segment.telling and segment.holds_on(day) for segment in self.segments)

    def belongs(self, log: Log, kind: TaskKind) -> bool:
        """Say whether the log's day was one on which its lineage was in force as this kind, paused or not."""
        segment = self.segment_on(log.lineage_id, log.local_date)
        return segment is not None and segment.kind is kind

    def lineages(self, kind: TaskKind) -> frozenset[UUID]:
        """Return the lineages that were ever in force as this kind of task."""
        return frozenset(segment.lineage_id for segment in self.segments if segment.kind is kind)


def latest_of_each(rows: Iterable[Log]) -> tuple[Log, ...]:
    """Return one log an occasion from append-only rows given in server order: the latest computes."""
    return tuple({row.occasion_id: row for row in rows}.values())


def is_from_memory(*, happened_at: datetime, entered_at: datetime) -> bool:
    """Say whether an entry is labelled "from memory": made over 24 h after it happened. It counts all the same."""
    return as_utc(entered_at) - as_utc(happened_at) > FROM_MEMORY_AFTER


def written_together(entered: Iterable[tuple[UUID, datetime]]) -> dict[UUID, int]:
    """How many entries each was written together with, itself included; without those that weren't.

    `entered` are the entries that tell of something earlier, by id, with when each was made (aware), in any order.
    They count like all others; how many there were says only how they came about.
    """
    sittings: list[list[UUID]] = []
    before: datetime | None = None
    for entry_id, at in sorted(entered, key=lambda entry: (as_utc(entry[1]), entry[0])):
        if before is None or as_utc(at) - before > TOGETHER_WITHIN:
            sittings.append([])
        sittings[-1].append(entry_id)
        before = as_utc(at)
    whole = (sitting for sitting in sittings if len(sitting) >= FEWEST_TOGETHER)
    return {entry_id: len(sitting) for sitting in whole for entry_id in sitting}
