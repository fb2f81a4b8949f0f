"""Planning an occasion, and saying what is expected of it."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from companion.accounts.rules import Actor, Role
from companion.experiments.models import Activity, Experiment, PredictedSuffering, Prediction
from companion.experiments.queries import tasks_to_plan
from companion.experiments.rules import Expectation, Plan, fingerprint_of, locks_at
from companion.experiments.services.own import by_person, find, latest_debrief, listed, own_occasion, take_patients_turn
from companion.extensions import db
from companion.kernel.errors import NotFoundError, RefusedError
from companion.kernel.ids import new_id

FURTHEST_AHEAD = timedelta(days=366)
"""A plan later than this is a slip of the year."""
INSTANT = timedelta(microseconds=1)
LONGEST_WINDOW = timedelta(days=7)
"""An occasion is a time one can look forward to; a week away is the longest of them."""


def plan(patient: Actor, planned: Plan, at: datetime) -> None:
    """Plan an occasion of an agreed task; sent twice it is one.

    Raises RefusedError (day, until, task, activity, or None where another plan stands under this id) and
    NotFoundError for another's ids.
    """
    take_patients_turn(patient)
    _require_ahead(planned, at)
    if not is_planned(patient, planned):
        _require_task(patient, planned.task_id)
        keep_plan(patient, planned, at)


def change_plan(patient: Actor, changed: Plan, stood: str, at: datetime) -> None:
    """Write the plan of this id anew, until its window starts; sent twice it is as if done.

    `stood` is the `fingerprint_of` the plan that was to be changed. Raises RefusedError (None) where another stands
    meanwhile, or once it has begun or has a word, as `plan` does for what is not a plan, and NotFoundError for
    another's.
    """
    experiment = own_occasion(patient, changed.id)
    if _holds(patient, experiment, changed):
        return
    if at >= experiment.starts_at or latest_debrief(experiment.id):
        raise RefusedError(_l("This can't be changed any more: its time has begun, or you have said how it went."))
    if stood != fingerprint_of(experiment):
        raise RefusedError(_l("This plan was changed meanwhile, elsewhere. To put yours in its place, send it again."))
    _require_ahead(changed, at)
    if changed.task_id != experiment.task_id:
        _require_task(patient, changed.task_id)
    for name, value in _columns(patient, changed).items():
        setattr(experiment, name, value)
    db.session.flush()


def predict(patient: Actor, experiment_id: UUID, expected: Expectation, at: datetime) -> None:
    """Say what is expected of an occasion; a new one takes the place of the last, which is kept.

    Raises RefusedError (expected_guilt) from the window's start or the first linked check-in on, RefusedError
    (person_new) where a person stands in it twice, and NotFoundError for another's occasion or person.
    """
    experiment = own_occasion(patient, experiment_id)
    if at >= locks_at(experiment.starts_at, experiment.first_check_in_at):
        raise RefusedError(
            _l("What you expect can be noted until it begins. Leave these empty, or choose a later start."),
            field="expected_guilt",
        )
    fears = by_person(patient, expected.fears)
    content = expected.expected_guilt, {person: (fear.might_suffer, fear.belief) for person, fear in fears.items()}
    latest = _latest_prediction(experiment.id)
    if latest and content == _content(latest):
        return
    # Of two within one instant the second comes after the first.
    said_at = max(at, latest.at + INSTANT) if latest else at
    prediction = Prediction(
        id=new_id(),
        patient_id=patient.id,
        experiment_id=experiment.id,
        at=said_at,
        expected_guilt=expected.expected_guilt,
    )
    db.session.add(prediction)
    db.session.flush()
    db.session.add_all(
        PredictedSuffering(
            patient_id=patient.id,
            prediction_id=prediction.id,
            person_id=person,
            might_suffer=fear.might_suffer,
            belief=fear.belief,
        )
        for person, fear in fears.items()
    )
    db.session.flush()


def lock_prediction(patient: Actor, experiment_id: UUID, at: datetime) -> None:
    """Note a check-in linked to an occasion: what was predicted of it after the first one no longer computes.

    `at` is when the check-in was made (UTC). Raises NotFoundError for another's occasion.
    """
    experiment = own_occasion(patient, experiment_id)
    experiment.first_check_in_at = min(at, experiment.first_check_in_at or at)
    db.session.flush()


def _require_ahead(planned: Plan, at: datetime) -> None:
    if planned.ends_at <= planned.starts_at:
        raise RefusedError(_l("It would end before it begins."), field="until")
    if planned.ends_at <= at:
        raise RefusedError(
            _l("That time has gone by. If it has happened, say so under “I already did it”."), field="day"
        )
    if planned.starts_at - at > FURTHEST_AHEAD:
        raise RefusedError(_l("That is more than a year ahead. Is the year right?"), field="day")
    if planned.ends_at - planned.starts_at > LONGEST_WINDOW:
        raise RefusedError(_l("That is longer than a week. Plan its first part."), field="until")


def _require_task(patient: Actor, task_id: UUID) -> None:
    if task_id not in {task.task_id for task in tasks_to_plan(patient)}:
        raise RefusedError(_l("This isn't part of our agreement now. Choose another."), field="task")


def keep_plan(patient: Actor, planned: Plan, at: datetime) -> None:
    """Keep a plan of a task that may be planned; where the same was kept just now, it is as if done."""
    try:
        with db.session.begin_nested():
            columns = _columns(patient, planned)
            db.session.add(
                Experiment(id=planned.id, patient_id=patient.id, author=Role.PATIENT, planned_at=at, **columns)
            )
    except IntegrityError:
        if not is_planned(patient, planned):
            raise


def is_planned(patient: Actor, planned: Plan) -> bool:
    """Whether this very plan is kept already. Raises RefusedError where another is, under the same id."""
    stored = db.session.get(Experiment, planned.id, populate_existing=True)
    if stored is None:
        return False
    if stored.patient_id != patient.id:
        raise NotFoundError
    if not _holds(patient, stored, planned):
        raise RefusedError(_l("This was saved already, in other words. Today shows it; it can be changed there."))
    return True


def _holds(patient: Actor, stored: Experiment, planned: Plan) -> bool:
    activity = find(Activity, patient, planned.activity)
    wanted = _columns_but_activity(planned) | {"activity_id": activity and activity.id}
    return all(getattr(stored, name) == value for name, value in wanted.items())


def _columns(patient: Actor, planned: Plan) -> dict[str, Any]:
    return _columns_but_activity(planned) | {"activity_id": listed(Activity, patient, planned.activity)}


def _columns_but_activity(planned: Plan) -> dict[str, Any]:
    return {name: value for name, value in asdict(planned).items() if name not in {"id", "activity"}}


def _latest_prediction(experiment_id: UUID) -> Prediction | None:
    return db.session.scalars(
        sa.select(Prediction).where(Prediction.experiment_id == experiment_id).order_by(Prediction.at.desc()).limit(1)
    ).one_or_none()


def _content(prediction: Prediction) -> tuple[int | None, dict[UUID, tuple[int, int | None]]]:
    rows = db.session.scalars(sa.select(PredictedSuffering).where(PredictedSuffering.prediction_id == prediction.id))
    return prediction.expected_guilt, {row.person_id: (row.might_suffer, row.belief) for row in rows}
