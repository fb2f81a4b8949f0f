"""The facts that adherence is counted from, out of the tables."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from companion.accounts.queries import ids_of_patients_of, zones_of
from companion.accounts.rules import Actor
from companion.contract.queries import PausedTask, TaskSegment, paused_days_of, segments_of
from companion.contract.rules import TaskKind
from companion.experiments.adherence import Log, PausedDays, Record, Segment, WeeklyCount, weekly_count
from companion.experiments.models import Debrief, Experiment, Met, WeekClosed
from companion.experiments.queries.rows import standing
from companion.experiments.rules import Result, Telling, is_asked_in_time
from companion.extensions import db
from companion.kernel.errors import NotFoundError
from companion.kernel.week import ONE_DAY, ONE_WEEK, ZoneHistory, monday_of

PLANNED_KINDS = frozenset({TaskKind.ONE_OFF, TaskKind.WEEKLY})
"""The kinds of task that are done at times one can plan; the others have pages of their own."""
LATELY = timedelta(days=14)
"""How far back what isn't agreed any more can be chosen for "I already did it". Ours, and not validated."""


@dataclass(frozen=True)
class Facts:
    """What counting reads of one patient, and the agreed tasks by their words."""

    record: Record
    tasks: tuple[TaskSegment, ...]
    """Each task in each version both agreed to, oldest first."""


@dataclass(frozen=True)
class ThisWeek:
    """A task in force in the patient's present week."""

    task: TaskSegment
    count: WeeklyCount
    """What a weekly task asks for; of any other kind nothing is asked."""
    is_paused: bool
    """Whether it rests today."""
    said_all: bool
    """Whether the patient said "that's all this week"."""


def facts_for(viewer: Actor, patient_ids: Collection[UUID], now: datetime) -> dict[UUID, Facts]:
    """What counting reads of each of these patients; seven statements, however many there are.

    For a therapist who treats them all now, or for the patient; raises NotFoundError for any other.
    """
    may_see = {*ids_of_patients_of(viewer), viewer.id}
    if not may_see.issuperset(patient_ids):
        raise NotFoundError
    segments, zones = segments_of(patient_ids), zones_of(list(patient_ids))
    pauses, said_all, said = paused_days_of(segments), _said_all(patient_ids), _said(patient_ids)
    return {
        patient_id: Facts(
            record=Record(
                segments=tuple(_segment(task) for task in segments[patient_id]),
                logs=_logs(said.get(patient_id, []), segments[patient_id], zones[patient_id]),
                zones=zones[patient_id],
                now=now,
                pauses=tuple(_paused(pause) for pause in pauses[patient_id]),
                said_all=frozenset(said_all.get(patient_id, ())),
            ),
            tasks=tuple(segments[patient_id]),
        )
        for patient_id in patient_ids
    }


def record_of(viewer: Actor, patient_id: UUID, now: datetime) -> Record:
    """What counting reads of one patient; see `facts_for`."""
    return facts_for(viewer, [patient_id], now)[patient_id].record


def tasks_to_plan(patient: Actor) -> list[TaskSegment]:
    """The agreed tasks in force now that are done at a time one can plan."""
    return [
        task for task in segments_of([patient.id])[patient.id] if task.until_day is None and task.kind in PLANNED_KINDS
    ]


def telling_in_force(patient: Actor) -> list[UUID]:
    """The lineages of the tasks in force now that are about telling someone the truth, whatever their kind."""
    return [
        task.lineage_id for task in segments_of([patient.id])[patient.id] if task.until_day is None and task.telling
    ]


def tasks_done_lately(patient: Actor, now: datetime) -> list[TaskSegment]:
    """The tasks one may have done at a time of its own: in force now, or on a day of the last two weeks.

    Each once, as it was agreed last; those in force first.
    """
    since = zones_of([patient.id])[patient.id].local_date(now) - LATELY
    lately = {
        task.lineage_id: task
        for task in segments_of([patient.id])[patient.id]
        if task.kind in PLANNED_KINDS and (task.until_day is None or task.until_day > since)
    }
    return sorted(lately.values(), key=lambda task: task.until_day is not None)


def versions_of(patient: Actor, task_id: UUID) -> list[TaskSegment]:
    """A task as it was agreed in each version, the newest first; empty where it is no such task of the patient."""
    tasks = [task for task in segments_of([patient.id])[patient.id] if task.kind in PLANNED_KINDS]
    lineage_ids = {task.lineage_id for task in tasks if task.task_id == task_id}
    return [task for task in reversed(tasks) if task.lineage_id in lineage_ids]


def this_week(patient: Actor, zones: ZoneHistory, now: datetime) -> list[ThisWeek]:
    """The tasks in force, in the patient's present week; `zones` is where the patient was when."""
    today = zones.local_date(now)
    monday = monday_of(today)
    record, tasks = _record_of_week(patient.id, zones, monday, now)
    return [
        ThisWeek(
            task=task,
            count=weekly_count(record, task.lineage_id, monday),
            is_paused=record.is_paused(task.lineage_id, today),
            said_all=(task.lineage_id, monday) in record.said_all,
        )
        for task in tasks
        if task.until_day is None
    ]


def _record_of_week(
    patient_id: UUID, zones: ZoneHistory, monday: date, now: datetime
) -> tuple[Record, list[TaskSegment]]:
    """What counting one week of weekly tasks reads: of all that was said, only the words of its days.

    Tellings stay out, which no week counts.
    """
    segments = segments_of([patient_id])
    tasks = segments[patient_id]
    of_week = {"patient_id": patient_id, "first_day": monday, "last_day": monday + ONE_WEEK - ONE_DAY}
    said = db.session.connection().execute(_words(of_one_week=True), of_week)
    record = Record(
        segments=tuple(_segment(task) for task in tasks),
        logs=_logs(((row, ()) for row in said), tasks, zones),
        zones=zones,
        now=now,
        pauses=tuple(_paused(pause) for pause in paused_days_of(segments)[patient_id]),
        said_all=frozenset(_said_all([patient_id]).get(patient_id, ())),
    )
    return record, tasks


def _segment(task: TaskSegment) -> Segment:
    return Segment(
        lineage_id=task.lineage_id,
        kind=task.kind,
        from_day=task.from_day,
        until_day=task.until_day,
        target=task.target,
        window_until=task.window_until,
        telling=task.telling,
    )


def _paused(pause: PausedTask) -> PausedDays:
    return PausedDays(lineage_id=pause.lineage_id, first_day=pause.first_day, resumed_on=pause.resumed_on)


def _logs(
    said: Iterable[tuple[sa.Row[Any], tuple[Telling, ...]]], tasks: Collection[TaskSegment], zones: ZoneHistory
) -> tuple[Log, ...]:
    by_id = {task.task_id: task for task in tasks}
    return tuple(_log(row, tellings, by_id[row.task_id], zones) for row, tellings in said)


def _log(row: sa.Row[Any], tellings: tuple[Telling, ...], task: TaskSegment, zones: ZoneHistory) -> Log:
    """A one-off's window is the task's, as it was agreed for this occasion: between two occasions is in time."""
    window_ends_at = row.ends_at
    if task.window_until:
        window_ends_at = max(window_ends_at, zones.start_of_day(task.window_until + ONE_DAY))
    # An obstacle can be known ahead, and told of afterwards; a change is asked for when it is asked for.
    first_said_on = zones.local_date(row.asked_at or row.first_said_at)
    return Log(
        occasion_id=row.id,
        lineage_id=task.lineage_id,
        agreed_on=task.from_day,
        spoken_on=first_said_on if row.asked_at else min(first_said_on, row.local_date),
        happened_at=row.happened_at,
        local_date=row.local_date,
        result=Result.RENEGOTIATED if row.asked_at else row.result,
        tellings=tellings,
        asked_before_window_end=is_asked_in_time(row.asked_at, window_ends_at),
        called_off=row.called_off,
    )


def _said(patient_ids: Collection[UUID]) -> dict[UUID, list[tuple[sa.Row[Any], tuple[Telling, ...]]]]:
    """What stands of each occasion with a word, with how it was told, by patient; in two statements."""
    rows = db.session.connection().execute(_words(of_one_week=False), {"patient_ids": list(patient_ids)})
    tellings = _tellings(patient_ids)
    found: dict[UUID, list[tuple[sa.Row[Any], tuple[Telling, ...]]]] = {}
    for row in rows:
        found.setdefault(row.patient_id, []).append((row, tuple(tellings.get(row.debrief_id, ()))))
    return found


def _tellings(patient_ids: Collection[UUID]) -> dict[UUID, list[Telling]]:
    found: dict[UUID, list[Telling]] = {}
    for debrief_id, telling in db.session.connection().execute(_told(), {"patient_ids": list(patient_ids)}):
        if telling:
            found.setdefault(debrief_id, []).append(telling)
    return found


def _said_all(patient_ids: Collection[UUID]) -> dict[UUID, set[tuple[UUID, date]]]:
    rows = db.session.connection().execute(_closed_weeks(), {"patient_ids": list(patient_ids)})
    found: dict[UUID, set[tuple[UUID, date]]] = {}
    for patient_id, lineage_id, monday in rows:
        found.setdefault(patient_id, set()).add((lineage_id, monday))
    return found


# Put together once: that takes SQLAlchemy longer than the database takes to answer.

_OF_THESE: sa.BindParameter[UUID] = sa.bindparam("patient_ids", expanding=True)


@cache
def _words(*, of_one_week: bool) -> sa.Select[Any]:
    stands = standing()
    columns = (Experiment.id, Experiment.patient_id, Experiment.task_id, Experiment.ends_at)
    first_said_at = sa.select(sa.func.min(Debrief.entered_at)).where(Debrief.experiment_id == Experiment.id)
    words = (
        sa.select(
            *columns,
            stands.c.happened_at,
            stands.c.local_date,
            stands.c.result,
            stands.c.asked_at,
            stands.c.called_off,
            first_said_at.scalar_subquery().label("first_said_at"),
            stands.c.id.label("debrief_id"),
        )
        .join(stands, stands.c.experiment_id == Experiment.id)
        .order_by(stands.c.happened_at, Experiment.id)
    )
    if not of_one_week:
        return words.where(Experiment.patient_id.in_(_OF_THESE))
    # Of one patient: a list is written anew into the statement each time. And of the debrief, for the index over both.
    mine = sa.bindparam("patient_id", type_=sa.Uuid())
    in_week = stands.c.local_date.between(sa.bindparam("first_day"), sa.bindparam("last_day"))
    return words.where(Experiment.patient_id == mine, stands.c.patient_id == mine, in_week)


@cache
def _told() -> sa.Select[UUID, Telling | None]:
    stands = standing()
    return (
        sa.select(Met.debrief_id, Met.telling)
        .join(stands, stands.c.id == Met.debrief_id)
        .where(stands.c.patient_id.in_(_OF_THESE))
        .order_by(Met.id)
    )


@cache
def _closed_weeks() -> sa.Select[UUID, UUID, date]:
    return sa.select(WeekClosed.patient_id, WeekClosed.lineage_id, WeekClosed.monday).where(
        WeekClosed.patient_id.in_(_OF_THESE)
    )
