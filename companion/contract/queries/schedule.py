"""The days on which each task was in force, and those on which it rested: what counting reads."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from companion.accounts.rules import Actor
from companion.contract.models import AgreedTask, Agreement, ContractVersion, Goal, Pause, Task
from companion.contract.rules import Days, Scope, TaskKind
from companion.extensions import db
from companion.sealed import ring, stored, words_in


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSegment:
    """A task both agreed to, and the local days it was in force in one version.

    `from_day` is the day of agreement; `until_day` the first day no longer in force, None while it is.
    """

    task_id: UUID
    lineage_id: UUID
    goal_lineage_id: UUID
    version: int
    """Number of the version."""
    kind: TaskKind
    text: str
    target: int | None
    window_from: date | None
    window_until: date | None
    telling: bool
    from_day: date
    until_day: date | None

    @property
    def days(self) -> Days:
        """The days in force."""
        return Days(self.from_day, self.until_day)


@dataclass(frozen=True, slots=True, kw_only=True)
class PausedTask:
    """Local days on which a task's lineage rested, None for everything; the day of resuming isn't paused."""

    lineage_id: UUID | None
    first_day: date
    resumed_on: date | None


def segments_of(patient_ids: Collection[UUID]) -> dict[UUID, list[TaskSegment]]:
    """Every agreed task of these patients in every version, oldest first; in one statement.

    Asks nobody who they are: hand in patients that the viewer has been shown to have.
    """
    ring().load(patient_ids)
    rows = db.session.connection().execute(_segments(), {"patient_ids": list(patient_ids)})
    found: dict[UUID, list[TaskSegment]] = {patient_id: [] for patient_id in patient_ids}
    for row in rows:
        found[row.patient_id].append(
            TaskSegment(
                task_id=row.task_id,
                lineage_id=row.lineage_id,
                goal_lineage_id=row.goal_lineage_id,
                version=row.number,
                kind=row.kind,
                text=words_in(Task, "text", row.words_of, row.task_id, row.text),
                target=row.target,
                window_from=row.window_from,
                window_until=row.window_until,
                telling=row.telling,
                from_day=row.from_day,
                until_day=row.until_day,
            )
        )
    return found


def paused_days_of(segments: Mapping[UUID, Collection[TaskSegment]]) -> dict[UUID, list[PausedTask]]:
    """What rested when, by patient, given what `segments_of` answered; in one statement.

    A paused goal comes as its tasks, on the days on which they served it.
    """
    rows = db.session.connection().execute(_pauses(), {"patient_ids": list(segments)})
    found: dict[UUID, list[PausedTask]] = {patient_id: [] for patient_id in segments}
    for row in rows:
        pause = PausedTask(lineage_id=row.lineage_id, first_day=row.first_day, resumed_on=row.resumed_on)
        if row.scope is Scope.GOAL:
            found[row.patient_id] += _tasks_of_goal(pause, segments[row.patient_id])
        else:
            found[row.patient_id].append(pause)
    return found


def response_task_on(patient: Actor, day: date) -> UUID | None:
    """The lineage of the response task that was in force on this local day, paused or not; the first of several."""
    return db.session.connection().scalar(_response_task(), {"patient_id": patient.id, "day": day})


def first_agreed_day() -> sa.ScalarSelect[date]:
    """The day from which anything was first in force (NULL: nothing), for another statement; it binds `patient_id`."""
    mine = Agreement.patient_id == sa.bindparam("patient_id", type_=sa.Uuid())
    return sa.select(sa.func.min(Agreement.from_day)).where(mine).scalar_subquery()


def _tasks_of_goal(pause: PausedTask, segments: Collection[TaskSegment]) -> list[PausedTask]:
    paused = Days(pause.first_day, pause.resumed_on)
    return [
        PausedTask(lineage_id=segment.lineage_id, first_day=rested.first_day, resumed_on=rested.until)
        for segment in segments
        if segment.goal_lineage_id == pause.lineage_id and (rested := paused.within(segment.days))
    ]


# Put together once: that takes SQLAlchemy longer than the database takes to answer.


@cache
def _segments() -> sa.Select[*tuple[Any, ...]]:
    columns = (
        Agreement.patient_id,
        AgreedTask.task_id,
        Task.lineage_id,
        Goal.lineage_id.label("goal_lineage_id"),
        ContractVersion.number,
        Task.kind,
        Task.patient_id.label("words_of"),
        stored(Task, "text").label("text"),
        Task.target,
        Task.window_from,
        Task.window_until,
        Task.telling,
        Agreement.from_day,
        Agreement.until_day,
    )
    return (
        sa.select(*columns)
        .join(AgreedTask, AgreedTask.version_id == Agreement.version_id)
        .join(Task, Task.id == AgreedTask.task_id)
        .join(Goal, Goal.id == AgreedTask.goal_id)
        .join(ContractVersion, ContractVersion.id == Agreement.version_id)
        .where(Agreement.patient_id.in_(sa.bindparam("patient_ids", expanding=True)))
        .order_by(Agreement.from_day, Agreement.at, Task.position)
    )


@cache
def _pauses() -> sa.Select[UUID, Scope, UUID | None, date, date | None]:
    return (
        sa.select(Pause.patient_id, Pause.scope, Pause.lineage_id, Pause.first_day, Pause.resumed_on)
        .where(Pause.patient_id.in_(sa.bindparam("patient_ids", expanding=True)))
        .order_by(Pause.first_day, Pause.id)
    )


@cache
def _response_task() -> sa.Select[UUID]:
    day = sa.bindparam("day", type_=sa.Date())
    return (
        sa.select(Task.lineage_id)
        .join(AgreedTask, AgreedTask.task_id == Task.id)
        .join(Agreement, Agreement.version_id == AgreedTask.version_id)
        .where(
            Agreement.patient_id == sa.bindparam("patient_id", type_=sa.Uuid()),
            Task.kind == TaskKind.RESPONSE,
            Agreement.from_day <= day,
            sa.or_(Agreement.until_day.is_(None), Agreement.until_day > day),
        )
        .order_by(Task.position)
        .limit(1)
    )
