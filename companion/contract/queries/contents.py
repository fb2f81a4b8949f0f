"""What several versions say, and nothing of what was said to them: enough to compare them, in five statements."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from companion.accounts.rules import Actor, Role
from companion.contract.models import ContractVersion, ExpectedCost, Goal, GoalWish, Task
from companion.contract.queries.versions import frame_of, may_see, words_of, words_of_goal
from companion.contract.rules import Content, GoalLine, State, TaskLine
from companion.extensions import db
from companion.formulation.queries import wish_texts
from companion.kernel.errors import NotFoundError


@dataclass(frozen=True)
class Told:
    """A version by its number, and what it says."""

    id: UUID
    number: int
    state: State
    author: Role
    content: Content


def contents(viewer: Actor, patient_id: UUID, version_ids: Collection[UUID]) -> list[Told]:
    """These versions of a patient whom the viewer has been shown to have, in the order of their numbers.

    Raises NotFoundError where one is missing, someone else's, or a draft of the other side.
    """
    asked = {"version_ids": list(version_ids), "patient_id": patient_id, "side": viewer.role}
    rows = db.session.execute(_versions(), asked).all()
    if {row.id for row in rows} != set(version_ids):
        raise NotFoundError
    goals, tasks, costs = (_by_version(model, asked) for model in (Goal, Task, ExpectedCost))
    lineages = {goal.id: goal.lineage_id for lines in goals.values() for goal in lines}
    wishes = wish_texts({goal.wish_id for lines in goals.values() for goal in lines if goal.wish_id})
    return [
        Told(
            id=row.id,
            number=row.number,
            state=row.state,
            author=row.author,
            content=Content(
                patient_id=patient_id,
                number=row.number,
                kind=row.kind,
                frame=frame_of(row),
                goals=tuple(_goal_line(goal, wishes) for goal in goals.get(row.id, ())),
                tasks=tuple(
                    TaskLine(task.lineage_id, lineages.get(task.goal_id), words_of(task))
                    for task in tasks.get(row.id, ())
                ),
                costs=tuple(cost.text for cost in costs.get(row.id, ())),
            ),
        )
        for row in rows
    ]


def _goal_line(goal: sa.Row[Any], wishes: Mapping[UUID, str]) -> GoalLine:
    return GoalLine(goal.lineage_id, words_of_goal(goal, goal.wish_id), wishes.get(goal.wish_id, ""))


def numbers(viewer: Actor, patient_id: UUID, without: Collection[UUID]) -> list[tuple[UUID, int]]:
    """Ids and numbers of the other versions of such a patient, newest first; for choosing one to compare with."""
    rows = db.session.connection().execute(_numbers(), {"patient_id": patient_id, "side": viewer.role})
    return [(row.id, row.number) for row in rows if row.id not in without]


def _by_version(model: type[Goal | Task | ExpectedCost], asked: dict[str, Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for row in db.session.execute(_lines(model), {"version_ids": asked["version_ids"]}):
        found.setdefault(row.version_id, []).append(row)
    return found


# Put together once: that takes SQLAlchemy longer than the database takes to answer.

FRAME = ("promise", "limits", "cost_of_staying_still", "early_signs", "what_helped", "first_steps", "come_back")
WORDS: dict[type[Goal | Task | ExpectedCost], tuple[str, ...]] = {
    Goal: ("id", "lineage_id", "text", "observable_sign", "how_it_is_now", "enough", "outcome"),
    Task: (
        "lineage_id",
        "goal_id",
        "kind",
        "text",
        "smaller_version",
        "target",
        "window_from",
        "window_until",
        "telling",
    ),
    ExpectedCost: ("text",),
}


@cache
def _versions() -> sa.Select[*tuple[Any, ...]]:
    model = ContractVersion
    columns = (model.id, model.number, model.state, model.author, model.kind, model.review_on)
    return (
        sa.select(*columns, *(getattr(model, name) for name in FRAME))
        .where(
            model.id.in_(sa.bindparam("version_ids", expanding=True)),
            model.patient_id == sa.bindparam("patient_id", type_=sa.Uuid()),
            may_see(sa.bindparam("side", type_=model.author.type)),
        )
        .order_by(model.number)
    )


@cache
def _lines(model: type[Goal | Task | ExpectedCost]) -> sa.Select[*tuple[Any, ...]]:
    columns = [getattr(model, name) for name in WORDS[model]]
    if model is Goal:
        served = sa.select(GoalWish.wish_id).where(GoalWish.goal_id == Goal.id)
        columns.append(served.scalar_subquery().label("wish_id"))
    return (
        sa.select(model.version_id, *columns)
        .where(model.version_id.in_(sa.bindparam("version_ids", expanding=True)))
        .order_by(model.position, model.id)
    )


@cache
def _numbers() -> sa.Select[UUID, int]:
    model = ContractVersion
    return (
        sa.select(model.id, model.number)
        .where(
            model.patient_id == sa.bindparam("patient_id", type_=sa.Uuid()),
            may_see(sa.bindparam("side", type_=model.author.type)),
        )
        .order_by(model.number.desc())
    )
