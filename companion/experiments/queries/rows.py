"""What several reads share: which debrief stands, and which prediction computes."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from companion.experiments.models import Activity, Debrief, Experiment, Met, Person, PredictedSuffering, Prediction
from companion.experiments.rules import Reaction, Telling, Verdict
from companion.extensions import db

Item = TypeVar("Item", "Feared", "Meeting")


@dataclass(frozen=True)
class Feared:
    """How much one person might suffer (0-10), and how sure the patient was of it (0-100 %)."""

    person_id: UUID
    person: str
    might_suffer: int
    belief: int | None


@dataclass(frozen=True)
class Predicted:
    """What was expected of an occasion; guilt 0-10."""

    expected_guilt: int | None = None
    fears: tuple[Feared, ...] = ()


@dataclass(frozen=True)
class Meeting:
    """How it went with one person; observed suffering 0-10."""

    person_id: UUID
    person: str
    telling: Telling | None
    reaction: Reaction | None
    observed_suffering: int | None
    could_not_tell: bool


def standing() -> sa.Subquery:
    """The debriefs that no other replaces, for a join."""
    newer = orm.aliased(Debrief)
    return sa.select(Debrief).outerjoin(newer, newer.replaces_id == Debrief.id).where(newer.id.is_(None)).subquery()


def dropped() -> sa.Subquery:
    """The activities whose latest verdict is to drop them, and since when (`said_at`), for a join.

    Not those that the patient has taken up again since.
    """
    newest = sa.func.row_number().over(
        partition_by=Experiment.activity_id, order_by=(Debrief.happened_at.desc(), Debrief.entered_at.desc())
    )
    newer = orm.aliased(Debrief)
    verdicts = (
        sa.select(
            Experiment.activity_id, Debrief.verdict, Debrief.entered_at.label("said_at"), newest.label("newest_first")
        )
        .join(Debrief, Debrief.experiment_id == Experiment.id)
        .outerjoin(newer, newer.replaces_id == Debrief.id)
        .where(newer.id.is_(None), Debrief.verdict.is_not(None))
        .subquery()
    )
    return (
        sa.select(verdicts.c.activity_id, verdicts.c.said_at)
        .join(Activity, Activity.id == verdicts.c.activity_id)
        .where(
            verdicts.c.newest_first == 1,
            verdicts.c.verdict == Verdict.DROP,
            sa.or_(Activity.taken_up_at.is_(None), Activity.taken_up_at < verdicts.c.said_at),
        )
        .subquery()
    )


def is_before_lock() -> sa.ColumnElement[bool]:
    """Whether a prediction was made in time to compute; the same as `rules.locks_at` says of one occasion."""
    checked_in_first = Experiment.first_check_in_at < Experiment.starts_at
    return Prediction.at < sa.case((checked_in_first, Experiment.first_check_in_at), else_=Experiment.starts_at)


def predictions_of(experiment_ids: Collection[UUID]) -> dict[UUID, Predicted]:
    """The latest prediction of each occasion that was made before its lock, in two statements."""
    rows = db.session.execute(
        sa.select(Prediction.experiment_id, Prediction.id, Prediction.expected_guilt)
        .join(Experiment, Experiment.id == Prediction.experiment_id)
        .where(Prediction.experiment_id.in_(experiment_ids), is_before_lock())
        .order_by(Prediction.at, Prediction.id)
    )
    latest = {row.experiment_id: row for row in rows}
    fears = _fears_of([row.id for row in latest.values()])
    return {each: Predicted(row.expected_guilt, fears.get(row.id, ())) for each, row in latest.items()}


def meetings_of(debrief_ids: Collection[UUID]) -> dict[UUID, tuple[Meeting, ...]]:
    """How it went with each person, by debrief, in one statement."""
    rows = db.session.execute(
        sa.select(
            Met.debrief_id,
            Met.person_id,
            Person.label,
            Met.telling,
            Met.reaction,
            Met.observed_suffering,
            Met.could_not_tell,
        )
        .join(Person, Person.id == Met.person_id)
        .where(Met.debrief_id.in_(debrief_ids))
    )
    return _grouped((row[0], Meeting(*row[1:])) for row in rows)


def _fears_of(prediction_ids: Collection[UUID]) -> dict[UUID, tuple[Feared, ...]]:
    rows = db.session.execute(
        sa.select(
            PredictedSuffering.prediction_id,
            PredictedSuffering.person_id,
            Person.label,
            PredictedSuffering.might_suffer,
            PredictedSuffering.belief,
        )
        .join(Person, Person.id == PredictedSuffering.person_id)
        .where(PredictedSuffering.prediction_id.in_(prediction_ids))
    )
    return _grouped((row[0], Feared(*row[1:])) for row in rows)


def _grouped(pairs: Iterable[tuple[UUID, Item]]) -> dict[UUID, tuple[Item, ...]]:
    """By key, and there by the person's name: sealed, it can't be sorted by before it is read."""
    found: dict[UUID, list[Item]] = {}
    for key, item in pairs:
        found.setdefault(key, []).append(item)
    return {key: tuple(sorted(items, key=_by_name)) for key, items in found.items()}


def _by_name(item: Feared | Meeting) -> tuple[str, UUID]:
    return item.person.casefold(), item.person_id
