"""Loads versions of the contract. A patient never sees a draft of the other side; nobody else sees anything."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from companion.accounts.queries import patient_for
from companion.accounts.rules import Actor, Role
from companion.contract.models import (
    Agreement,
    Answer,
    ContractVersion,
    ExpectedCost,
    Goal,
    OrderFlag,
    Task,
    TaskAnswer,
)
from companion.contract.queries.view_models import (
    AnswerRead,
    CostRead,
    FlagRead,
    GoalRead,
    TaskRead,
    TaskSaidRead,
    VersionRead,
)
from companion.contract.rules import Frame, GoalWords, Standing, State, TaskWords, standing
from companion.extensions import db
from companion.kernel.errors import NotFoundError


@dataclass(frozen=True)
class HistoryLine:
    """A version by its number, how it stands, and since when; days are local to the patient."""

    id: UUID
    number: int
    author: Role
    standing: Standing
    created_at: datetime
    proposed_at: datetime | None
    from_day: date | None
    until_day: date | None


def history(viewer: Actor, patient_id: UUID) -> list[HistoryLine]:
    """All versions, newest first; for a patient without drafts. Raises NotFoundError for anyone else's patient."""
    patient_for(viewer, patient_id)
    columns = (
        ContractVersion.id,
        ContractVersion.number,
        ContractVersion.author,
        ContractVersion.state,
        ContractVersion.created_at,
        ContractVersion.proposed_at,
        Agreement.from_day,
        Agreement.until_day,
    )
    rows = db.session.execute(
        sa.select(*columns)
        .outerjoin(Agreement, Agreement.version_id == ContractVersion.id)
        .where(ContractVersion.patient_id == patient_id, *_may_see(viewer))
        .order_by(ContractVersion.number.desc())
    )
    return [
        HistoryLine(
            id=row.id,
            number=row.number,
            author=row.author,
            standing=standing(row.state, row.until_day),
            created_at=row.created_at,
            proposed_at=row.proposed_at,
            from_day=row.from_day,
            until_day=row.until_day,
        )
        for row in rows
    ]


def version(viewer: Actor, patient_id: UUID, version_id: UUID) -> VersionRead:
    """One version of a patient. Raises NotFoundError for a missing or foreign one, and the other side's draft."""
    patient_for(viewer, patient_id)
    found = _one(ContractVersion.patient_id == patient_id, ContractVersion.id == version_id, *_may_see(viewer))
    if found is None:
        raise NotFoundError
    return found


def in_force(viewer: Actor, patient_id: UUID) -> VersionRead | None:
    """The version that both go by now, if there is one. Raises NotFoundError for anyone else's patient."""
    patient_for(viewer, patient_id)
    return _one(
        ContractVersion.patient_id == patient_id, Agreement.version_id.is_not(None), Agreement.until_day.is_(None)
    )


def waiting(viewer: Actor, patient_id: UUID) -> VersionRead | None:
    """The last proposal, where it may still be answered: it waits, or was answered "not now"; else None."""
    patient_for(viewer, patient_id)
    found = _one(ContractVersion.patient_id == patient_id, ContractVersion.state != State.DRAFT)
    return found if found and found.may_be_answered else None


def draft_of(viewer: Actor, patient_id: UUID) -> UUID | None:
    """The id of the viewer's own open draft."""
    patient_for(viewer, patient_id)
    query = sa.select(ContractVersion.id).where(
        ContractVersion.patient_id == patient_id,
        ContractVersion.state == State.DRAFT,
        ContractVersion.author == viewer.role,
    )
    return db.session.scalar(query)


def version_of_task(viewer: Actor, patient_id: UUID, task_id: UUID) -> VersionRead:
    """The version that a task stands in, be it in force or not. Raises NotFoundError as `version` does."""
    version_id = db.session.scalar(sa.select(Task.version_id).where(Task.id == task_id))
    if version_id is None:
        raise NotFoundError
    return version(viewer, patient_id, version_id)


def load(version_id: UUID) -> VersionRead | None:
    """A version without asking who looks; for this room's services, which have asked."""
    return _one(ContractVersion.id == version_id)


def _may_see(viewer: Actor) -> tuple[sa.ColumnElement[bool], ...]:
    if viewer.role is Role.THERAPIST:
        return ()
    return (sa.or_(ContractVersion.state != State.DRAFT, ContractVersion.author == viewer.role),)


def _one(*which: sa.ColumnElement[bool]) -> VersionRead | None:
    """Load the newest version of these, in seven statements whatever it holds."""
    row = db.session.execute(
        sa.select(ContractVersion, Agreement.from_day, Agreement.until_day)
        .outerjoin(Agreement, Agreement.version_id == ContractVersion.id)
        .where(*which)
        .order_by(ContractVersion.number.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        return None
    found: ContractVersion = row[0]
    costs = _costs(found.id)
    return VersionRead(
        id=found.id,
        patient_id=found.patient_id,
        number=found.number,
        kind=found.kind,
        author=found.author,
        state=found.state,
        frame=Frame(
            promise=found.promise,
            limits=found.limits,
            cost_of_staying_still=found.cost_of_staying_still,
            review_on=found.review_on,
        ),
        content_hash=found.content_hash,
        created_at=found.created_at,
        proposed_at=found.proposed_at,
        from_day=row.from_day,
        until_day=row.until_day,
        goals=_goals(found.id),
        tasks=_tasks(found.id),
        costs=costs,
        answers=_answers(found.id, costs),
        flags=_flags(found.id),
    )


def _lines(model: type[Goal | Task | ExpectedCost], version_id: UUID) -> sa.ScalarResult[Any]:
    return db.session.scalars(
        sa.select(model)
        .where(model.version_id == version_id)
        .order_by(model.position, model.id)
        .execution_options(populate_existing=True)
    )


def _goals(version_id: UUID) -> tuple[GoalRead, ...]:
    return tuple(
        GoalRead(
            id=goal.id,
            lineage_id=goal.lineage_id,
            words=GoalWords(
                text=goal.text,
                observable_sign=goal.observable_sign,
                how_it_is_now=goal.how_it_is_now,
                enough=goal.enough,
            ),
        )
        for goal in _lines(Goal, version_id)
    )


def _tasks(version_id: UUID) -> tuple[TaskRead, ...]:
    return tuple(
        TaskRead(id=task.id, lineage_id=task.lineage_id, goal_id=task.goal_id, words=words_of(task))
        for task in _lines(Task, version_id)
    )


def words_of(task: Task) -> TaskWords:
    """A task's words, from its row."""
    return TaskWords(
        text=task.text,
        kind=task.kind,
        smaller_version=task.smaller_version,
        target=task.target,
        window_from=task.window_from,
        window_until=task.window_until,
        telling=task.telling,
    )


def _costs(version_id: UUID) -> tuple[CostRead, ...]:
    return tuple(CostRead(id=cost.id, text=cost.text) for cost in _lines(ExpectedCost, version_id))


def _answers(version_id: UUID, costs: tuple[CostRead, ...]) -> tuple[AnswerRead, ...]:
    said: dict[UUID, dict[UUID, TaskSaidRead]] = {}
    rows = db.session.execute(
        sa.select(TaskAnswer.answer_id, TaskAnswer.task_id, TaskAnswer.reason, TaskAnswer.idea)
        .join(Answer, Answer.id == TaskAnswer.answer_id)
        .where(Answer.version_id == version_id)
    )
    for answer_id, task_id, reason, idea in rows:
        said.setdefault(answer_id, {})[task_id] = TaskSaidRead(reason, idea)
    texts = {cost.id: cost.text for cost in costs}
    answers = db.session.scalars(sa.select(Answer).where(Answer.version_id == version_id).order_by(Answer.at))
    return tuple(
        AnswerRead(
            id=answer.id,
            at=answer.at,
            decision=answer.decision,
            feels=answer.feels,
            hardest_cost=texts[answer.hardest_cost_id] if answer.hardest_cost_id else answer.hardest_cost_words,
            worth_it=answer.worth_it,
            confidence=answer.confidence,
            doubts=answer.doubts,
            tasks=said.get(answer.id, {}),
        )
        for answer in answers
    )


def _flags(version_id: UUID) -> tuple[FlagRead, ...]:
    rows = db.session.execute(
        sa.select(OrderFlag.at, OrderFlag.task_id, OrderFlag.words)
        .where(OrderFlag.version_id == version_id)
        .order_by(OrderFlag.at)
    )
    return tuple(FlagRead(*row) for row in rows)
