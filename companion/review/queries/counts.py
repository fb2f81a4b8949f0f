"""Adherence of a patient as a page shows it: each task lately, over the whole therapy, and in the weeks still open."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from companion.contract.rules import Idea, TaskKind
from companion.experiments.adherence import (
    OneOffState,
    Record,
    ResponseCount,
    Tally,
    TellingCounts,
    Tellings,
    ToldMoment,
    one_off_count,
    period_responses,
    period_tally,
    period_tellings,
    shows_percentage,
    weekly_count,
    whole_percent,
)
from companion.kernel.week import monday_of
from companion.review.rules import Weeks, lately, open_mondays

COUNTED = frozenset({TaskKind.ONE_OFF, TaskKind.WEEKLY})
NEVER_COUNTED = frozenset({TaskKind.PRACTICE, TaskKind.IN_SESSION})


@dataclass(frozen=True)
class OpenWeek:
    """A week of a weekly task that isn't closed: "d of N so far"."""

    monday: date
    tally: Tally
    said_all: bool
    """Whether the patient said "that's all this week"."""


@dataclass(frozen=True)
class TaskInForce:
    """A task of the version in force, as counting and a page need it."""

    lineage_id: UUID
    text: str
    kind: TaskKind
    target: int | None
    idea: Idea | None


@dataclass(frozen=True)
class Tallies:
    """The same thing counted over two periods."""

    lately: Tally
    whole: Tally


@dataclass(frozen=True)
class TaskCounts:
    """A task of the version in force with its counts."""

    task: TaskInForce
    tallies: Tallies
    open_weeks: tuple[OpenWeek, ...]
    is_pending: bool
    """A one-off that still lies ahead, or whose time for a word isn't over."""
    is_paused: bool

    @property
    def is_counted(self) -> bool:
        """Whether this kind of task has occasions, which are counted."""
        return self.task.kind in COUNTED

    @property
    def is_never_counted(self) -> bool:
        """Whether nothing of this kind of task is counted."""
        return self.task.kind in NEVER_COUNTED


@dataclass(frozen=True)
class ResponseLine:
    """A response task with its moments over two periods; without a task, those of earlier versions together."""

    task: TaskInForce | None
    lately: ResponseCount
    whole: ResponseCount
    is_paused: bool = False


@dataclass(frozen=True)
class Told:
    """How it was told over one period: counts, and openness over the occasions while telling was a task."""

    counts: TellingCounts
    told: int
    out_of: int
    """Told, half and cover while telling was a task; 0 where it wasn't, and then there is no ratio."""
    percent: int | None
    """None where there are too few for a percentage."""


@dataclass(frozen=True)
class Counts:
    """All that is counted of a patient."""

    lately_from: date
    tasks: tuple[TaskCounts, ...]
    earlier: Tallies
    """Tasks of earlier versions that are no longer in force."""
    together: Tallies
    told_lately: Told
    told_whole: Told
    responses: tuple[ResponseLine, ...]

    @property
    def has_tellings(self) -> bool:
        """Whether anything was ever said of how it was told."""
        return self.told_whole.counts != TellingCounts()


def counts_of(record: Record, tasks: Iterable[TaskInForce], moments: Collection[ToldMoment] = ()) -> Counts:
    """Count a patient's record and moments over the last four closed weeks, and since the first agreement."""
    recent = lately(record.now, record.zones)
    whole = _since_the_first(record, recent)
    counted = {lineage: _tallies(record, recent, whole, lineage) for lineage in _lineages(record)}
    tasks = list(tasks)
    lines = tuple(_task_counts(record, task, counted.get(task.lineage_id, NOTHING)) for task in tasks)
    in_force = {line.task.lineage_id for line in lines}
    return Counts(
        lately_from=recent.from_monday,
        tasks=lines,
        earlier=_sum(tallies for lineage, tallies in counted.items() if lineage not in in_force),
        together=_sum(counted.values()),
        told_lately=_told(period_tellings(record, recent.from_monday, recent.until_monday)),
        told_whole=_told(period_tellings(record, whole.from_monday, whole.until_monday)),
        responses=tuple(_responses(record, tasks, moments, recent, whole)),
    )


def open_weeks_of(record: Record, lineage_id: UUID) -> tuple[OpenWeek, ...]:
    """The open weeks in which this weekly task asks for something, oldest first."""
    counts = (weekly_count(record, lineage_id, monday) for monday in open_mondays(record.now, record.zones))
    return tuple(
        OpenWeek(count.monday, count.tally, (lineage_id, count.monday) in record.said_all)
        for count in counts
        if count.asked or count.tally.extra
    )


NOTHING = Tallies(Tally(), Tally())


def _since_the_first(record: Record, recent: Weeks) -> Weeks:
    first = min((segment.from_day for segment in record.segments), default=recent.from_monday)
    return Weeks(monday_of(first), recent.until_monday)


def _lineages(record: Record) -> frozenset[UUID]:
    return record.lineages(TaskKind.WEEKLY) | record.lineages(TaskKind.ONE_OFF)


def _tallies(record: Record, recent: Weeks, whole: Weeks, lineage_id: UUID) -> Tallies:
    return Tallies(
        lately=period_tally(record, recent.from_monday, recent.until_monday, [lineage_id]),
        whole=period_tally(record, whole.from_monday, whole.until_monday, [lineage_id]),
    )


def _task_counts(record: Record, task: TaskInForce, tallies: Tallies) -> TaskCounts:
    return TaskCounts(
        task=task,
        tallies=tallies,
        open_weeks=open_weeks_of(record, task.lineage_id) if task.kind is TaskKind.WEEKLY else (),
        is_pending=task.kind is TaskKind.ONE_OFF
        and one_off_count(record, task.lineage_id).state is OneOffState.PENDING,
        is_paused=record.is_paused(task.lineage_id, record.zones.local_date(record.now)),
    )


def _responses(
    record: Record, tasks: Iterable[TaskInForce], moments: Collection[ToldMoment], recent: Weeks, whole: Weeks
) -> Iterable[ResponseLine]:
    """A line for each response task in force, and one for those of earlier versions if there were moments."""
    in_force = {task.lineage_id: task for task in tasks if task.kind is TaskKind.RESPONSE}

    def counted(lineages: Collection[UUID], weeks: Weeks) -> ResponseCount:
        return period_responses(record, moments, weeks.from_monday, weeks.until_monday, lineages)

    today = record.zones.local_date(record.now)
    for lineage, task in in_force.items():
        is_paused = record.is_paused(lineage, today)
        yield ResponseLine(task, counted([lineage], recent), counted([lineage], whole), is_paused=is_paused)
    earlier = record.lineages(TaskKind.RESPONSE) - in_force.keys()
    if (all_told := counted(earlier, whole)).moments:
        yield ResponseLine(None, counted(earlier, recent), all_told)


def _sum(tallies: Iterable[Tallies]) -> Tallies:
    several = list(tallies)
    return Tallies(
        lately=sum((each.lately for each in several), Tally()), whole=sum((each.whole for each in several), Tally())
    )


def _told(tellings: Tellings) -> Told:
    out_of, openness = tellings.while_in_force.said_something, tellings.openness
    percent = whole_percent(openness) if openness is not None and shows_percentage(out_of) else None
    return Told(tellings.counts, tellings.while_in_force.told, out_of, percent)
