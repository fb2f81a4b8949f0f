"""Loads versions of the contract. Neither side sees a draft of the other; nobody else sees anything."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from companion.accounts.queries import patient_for
from companion.accounts.rules import Actor, Role
from companion.contract.models import (
    Agreement,
    Answer,
    ContractVersion,
    ExpectedCost,
    Goal,
    GoalWish,
    OrderFlag,
    Reply,
    Signature,
    Task,
    TaskAnswer,
)
from companion.contract.queries.view_models import (
    AnswerRead,
    CostRead,
    FlagRead,
    GoalRead,
    ReplyRead,
    TaskRead,
    TaskSaidRead,
    VersionRead,
)
from companion.contract.rules import (
    Frame,
    GoalWords,
    Lack,
    Standing,
    State,
    TaskWords,
    as_begun,
    lacks,
    patient_lacks,
    standing,
)
from companion.extensions import db
from companion.formulation.queries import wish_texts
from companion.kernel.errors import NotFoundError
from companion.kernel.words import Words


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
    """All versions, newest first, without drafts of the other side. Raises NotFoundError for anyone else's patient."""
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
        sa.select(*columns, _is_followed())
        .outerjoin(Agreement, Agreement.version_id == ContractVersion.id)
        .where(ContractVersion.patient_id == patient_id, may_see(viewer.role))
        .order_by(ContractVersion.number.desc())
    )
    return [
        HistoryLine(
            id=row.id,
            number=row.number,
            author=row.author,
            standing=standing(row.state, row.until_day, is_followed=row.is_followed),
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
    found = _one(ContractVersion.patient_id == patient_id, ContractVersion.id == version_id, may_see(viewer.role))
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
    """The therapist's last proposal, where the patient may still answer it: it waits, or was put off; else None."""
    return _asked(viewer, patient_id, Role.THERAPIST)


def asked_for(viewer: Actor, patient_id: UUID) -> VersionRead | None:
    """The patient's own last proposal, where it may still come into force: it waits, or rests; else None."""
    return _asked(viewer, patient_id, Role.PATIENT)


def _asked(viewer: Actor, patient_id: UUID, author: Role) -> VersionRead | None:
    patient_for(viewer, patient_id)
    found = _one(
        ContractVersion.patient_id == patient_id,
        ContractVersion.author == author,
        ContractVersion.state != State.DRAFT,
    )
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


def may_see(side: Role | sa.BindParameter[Role]) -> sa.ColumnElement[bool]:
    """A draft is its own side's until it is proposed."""
    return sa.or_(ContractVersion.state != State.DRAFT, ContractVersion.author == side)


def _one(*which: sa.ColumnElement[bool]) -> VersionRead | None:
    """Load the newest version of these, in nine statements at most, whatever it holds."""
    row = db.session.execute(_newest().where(*which)).one_or_none()
    if row is None:
        return None
    found: ContractVersion = row[0]
    costs = _costs(found.id)
    return VersionRead(
        id=found.id,
        patient_id=found.patient_id,
        number=found.number,
        kind=found.kind,
        parent_id=found.parent_id,
        author=found.author,
        state=found.state,
        frame=frame_of(found),
        content_hash=found.content_hash,
        created_at=found.created_at,
        proposed_at=found.proposed_at,
        from_day=row.from_day,
        until_day=row.until_day,
        is_followed=row.is_followed,
        is_overtaken=row.is_overtaken,
        signed_at=row.signed_at,
        why=found.why,
        goals=_goals(found.id),
        tasks=_tasks(found.id),
        costs=costs,
        answers=_answers(found.id, costs),
        flags=_flags(found.id),
        replies=_replies(found.id),
    )


@cache
def _newest() -> sa.Select[*tuple[Any, ...]]:
    """Put together once, as what it is made of: that takes longer than the database takes to answer."""
    return (
        sa.select(ContractVersion, Agreement.from_day, Agreement.until_day, _is_followed(), _overtaken(), _signed_at())
        .outerjoin(Agreement, Agreement.version_id == ContractVersion.id)
        .order_by(ContractVersion.number.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )


def frame_of(version: ContractVersion | sa.Row[Any]) -> Frame:
    """What a version says beside its lines, from its row."""
    return Frame(
        promise=version.promise,
        limits=version.limits,
        cost_of_staying_still=version.cost_of_staying_still,
        review_on=version.review_on,
        early_signs=version.early_signs or Words(),
        what_helped=version.what_helped or Words(),
        first_steps=version.first_steps or Words(),
        come_back=version.come_back or Words(),
    )


@cache
def _is_followed() -> sa.ColumnElement[bool]:
    """Whether another agreement began on the day on which a version's own ended."""
    following = aliased(Agreement)
    began = sa.exists().where(
        following.patient_id == Agreement.patient_id,
        following.from_day == Agreement.until_day,
        following.version_id != Agreement.version_id,
    )
    return began.correlate(Agreement).label("is_followed")


@cache
def _overtaken() -> sa.ColumnElement[bool]:
    newer, agreed, agreement = aliased(ContractVersion), aliased(ContractVersion), aliased(Agreement)
    proposed = sa.exists().where(
        newer.patient_id == ContractVersion.patient_id,
        newer.author == ContractVersion.author,
        newer.number > ContractVersion.number,
        newer.state != State.DRAFT,
    )
    # A number says when a draft was begun: what came into force between that and its being proposed overtakes nothing.
    came_into_force = sa.exists().where(
        agreement.patient_id == ContractVersion.patient_id,
        agreed.id == agreement.version_id,
        agreed.number > ContractVersion.number,
        agreement.at >= ContractVersion.proposed_at,
    )
    return sa.or_(proposed.correlate(ContractVersion), came_into_force.correlate(ContractVersion)).label("is_overtaken")


@cache
def _signed_at() -> sa.ColumnElement[datetime]:
    first = sa.select(sa.func.min(Signature.at)).where(Signature.version_id == ContractVersion.id, stands())
    return first.correlate(ContractVersion).scalar_subquery().label("signed_at")


@cache
def stands() -> sa.ColumnElement[bool]:
    """Whether a signature is the therapist's last word on its version: neither a rest nor another proposal followed."""
    rests = sa.exists().where(Reply.version_id == Signature.version_id, Reply.at >= Signature.at)
    answer = aliased(ContractVersion)
    answered = sa.exists().where(
        answer.parent_id == Signature.version_id,
        answer.author == Role.THERAPIST,
        answer.proposed_at >= Signature.at,
    )
    return sa.not_(sa.or_(rests.correlate(Signature), answered.correlate(Signature)))


def _lines(model: type[Task | ExpectedCost], version_id: UUID) -> sa.ScalarResult[Any]:
    return db.session.scalars(
        sa.select(model)
        .where(model.version_id == version_id)
        .order_by(model.position, model.id)
        .execution_options(populate_existing=True)
    )


def _goals(version_id: UUID) -> tuple[GoalRead, ...]:
    rows = db.session.execute(
        sa.select(Goal, GoalWish.wish_id)
        .outerjoin(GoalWish, GoalWish.goal_id == Goal.id)
        .where(Goal.version_id == version_id)
        .order_by(Goal.position, Goal.id)
        .execution_options(populate_existing=True)
    ).all()
    wishes = wish_texts({row.wish_id for row in rows if row.wish_id})
    return tuple(
        GoalRead(
            id=goal.id,
            lineage_id=goal.lineage_id,
            words=words_of_goal(goal, wish_id),
            wish=wishes.get(wish_id, ""),
        )
        for goal, wish_id in rows
    )


def words_of_goal(goal: Goal | sa.Row[Any], wish_id: UUID | None = None) -> GoalWords:
    """A goal's words, from its row; the wish that it serves stands in a row of its own."""
    return GoalWords(
        text=goal.text,
        observable_sign=goal.observable_sign,
        how_it_is_now=goal.how_it_is_now,
        enough=goal.enough,
        outcome=goal.outcome,
        wish_id=wish_id,
    )


def _tasks(version_id: UUID) -> tuple[TaskRead, ...]:
    return tuple(
        TaskRead(id=task.id, lineage_id=task.lineage_id, goal_id=task.goal_id, words=words_of(task))
        for task in _lines(Task, version_id)
    )


def words_of(task: Task | sa.Row[Any]) -> TaskWords:
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


def _replies(version_id: UUID) -> tuple[ReplyRead, ...]:
    rows = db.session.execute(sa.select(Reply.at, Reply.words).where(Reply.version_id == version_id).order_by(Reply.at))
    return tuple(ReplyRead(*row) for row in rows)


def lacking(draft: VersionRead, today: date) -> tuple[Lack, ...]:
    """What a side's own draft still lacks to be proposed."""
    if not draft.is_patients:
        return lacks(draft.content, today)
    parent = load(draft.parent_id) if draft.parent_id else None
    begun_as = as_begun(parent.content, draft.kind, today, is_agreed=parent.was_agreed) if parent else None
    return patient_lacks(draft.content, begun_as, draft.why, today)
