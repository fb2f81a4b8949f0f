"""Saying what happened, and putting that right."""

from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from companion.accounts.queries import zones_of
from companion.accounts.rules import Actor
from companion.contract.queries import TaskSegment, segments_of
from companion.contract.rules import Days, TaskKind
from companion.experiments.models import Debrief, Experiment, Met, OccasionHighlight, WeekClosed
from companion.experiments.queries import versions_of
from companion.experiments.rules import (
    NOTHING_BEGUN,
    DebriefEntry,
    Plan,
    Word,
    happened_by_default,
    outcome_of,
)
from companion.experiments.services.own import by_person, latest_debrief, own_occasion, take_patients_turn
from companion.experiments.services.planning import is_planned, keep_plan
from companion.experiments.services.stopping import stop_what_stops
from companion.extensions import db
from companion.kernel.errors import NotFoundError, RefusedError
from companion.kernel.week import ONE_WEEK, local_date, monday_of

LIES_AHEAD = _l("That lies ahead. When it has been, it can be said here.")
MET: Final = ("telling", "reaction", "observed_suffering", "could_not_tell")
"""What is said of one person."""


def debrief(patient: Actor, experiment_id: UUID, entry: DebriefEntry, at: datetime) -> None:
    """Say how an occasion went, for the first time; sent twice it is said once.

    What stops with it stops at once: an activity that is dropped, telling where it was frightening. It takes the place
    of "called off", which is nobody's word. Raises RefusedError (None) where it has been said in other words,
    RefusedError (on_day) for a time ahead, RefusedError (person_new) where a person stands in it twice, and
    NotFoundError for another's ids.
    """
    experiment = own_occasion(patient, experiment_id)
    if _is_kept(patient, experiment, entry):
        return
    stands = latest_debrief(experiment.id)
    if stands and not stands.called_off:
        raise RefusedError(_l("You have said how this went already. What stands can be put right."))
    _keep_debrief(patient, experiment, entry, stands, at)


def correct(patient: Actor, experiment_id: UUID, entry: DebriefEntry, replaces_id: UUID, at: datetime) -> None:
    """Say anew how an occasion went, in place of what stands; the old words stay readable by the patient.

    Without a time of its own it keeps the old one. Raises RefusedError (None) where something else stands meanwhile,
    otherwise as `debrief`.
    """
    experiment = own_occasion(patient, experiment_id)
    if _is_kept(patient, experiment, entry):
        return
    latest = latest_debrief(experiment.id)
    if latest is None or latest.id != replaces_id:
        raise RefusedError(_l("This was put right elsewhere meanwhile. Open it again to see what stands."))
    _keep_debrief(patient, experiment, entry, latest, at)


def take_back(patient: Actor, experiment_id: UUID, debrief_id: UUID, at: datetime) -> None:
    """Ask to change a planned occasion; before its window's end it then counts for nothing."""
    debrief(patient, experiment_id, DebriefEntry(id=debrief_id, word=Word.CHANGE), at)


def already_did(patient: Actor, done: Plan, entry: DebriefEntry, at: datetime) -> None:
    """Note an occasion that wasn't planned here: plan and word in one, with nothing predicted. Sent twice it is one.

    It belongs to the task as it was agreed on the day it happened, whatever was agreed since. Raises RefusedError
    (on_day) for a time ahead, RefusedError (task) for one that was not agreed then nor is now, otherwise as `plan` and
    `debrief`.
    """
    take_patients_turn(patient)
    if done.starts_at > at:
        raise RefusedError(LIES_AHEAD, field="on_day")
    done = _as_first_sent(patient, done, entry)
    if not is_planned(patient, done):
        keep_plan(patient, done, at)
    debrief(patient, done.id, entry, at)


def close_week(patient: Actor, lineage_id: UUID, monday: date, at: datetime) -> None:
    """Say "that's all this week" of a weekly task; said twice it is said once.

    `monday` names the week. Raises RefusedError (None) for a week to come, and NotFoundError for a task that isn't one
    of the patient's weekly ones in that week.
    """
    take_patients_turn(patient)
    if monday != monday_of(monday) or lineage_id not in _weekly_in(patient, monday):
        raise NotFoundError
    if monday > zones_of([patient.id])[patient.id].local_date(at):
        raise RefusedError(_l("That week hasn't begun."))
    try:
        with db.session.begin_nested():
            db.session.add(WeekClosed(patient_id=patient.id, lineage_id=lineage_id, monday=monday, at=at))
    except IntegrityError:
        return  # it was said already


def highlight(patient: Actor, experiment_id: UUID, client_id: UUID, at: datetime, *, is_on: bool) -> None:
    """Put an occasion at the top of what the therapist reads, or take it off there; sent twice it is done once.

    It shows no more of it than there was to see. Raises RefusedError for one with no word on how it went, and
    NotFoundError for another's.
    """
    experiment = own_occasion(patient, experiment_id)
    stands = latest_debrief(experiment.id)
    if is_on and (stands is None or stands.called_off):
        raise RefusedError(_l("There is no word yet on how it went. Nothing was changed."))
    before = db.session.scalars(
        sa.select(OccasionHighlight.client_id).where(OccasionHighlight.experiment_id == experiment.id)
    ).all()
    if client_id not in before:
        db.session.add(
            OccasionHighlight(
                patient_id=patient.id,
                experiment_id=experiment.id,
                client_id=client_id,
                number=len(before) + 1,
                is_on=is_on,
                at=at,
            )
        )
        db.session.flush()


def _as_first_sent(patient: Actor, done: Plan, entry: DebriefEntry) -> Plan:
    """A plan of the task as it was agreed that day; where it comes again, with the task and "just now" it had first."""
    stored = db.session.get(Experiment, done.id)
    if stored and entry.happened_at is None:
        done = replace(done, starts_at=stored.starts_at, ends_at=stored.ends_at)
    versions = versions_of(patient, done.task_id)
    if stored and stored.task_id in {task.task_id for task in versions}:
        return replace(done, task_id=stored.task_id)
    return replace(done, task_id=_task_on(versions, local_date(done.starts_at, ZoneInfo(done.zone))))


def _task_on(versions: list[TaskSegment], day: date) -> UUID:
    """The task as it was agreed on that day; one agreed since can be told of too, and doesn't count."""
    for task in versions:
        if day in task.days:
            return task.task_id
    if versions and versions[0].until_day is None:
        return versions[0].task_id
    raise RefusedError(_l("This wasn't part of our agreement on that day. Choose another."), field="task")


def _weekly_in(patient: Actor, monday: date) -> set[UUID]:
    week = Days(monday, monday + ONE_WEEK)
    weekly = (task for task in segments_of([patient.id])[patient.id] if task.kind is TaskKind.WEEKLY)
    return {task.lineage_id for task in weekly if week.within(task.days)}


def _is_kept(patient: Actor, experiment: Experiment, entry: DebriefEntry) -> bool:
    """Whether this very entry is kept already. Raises RefusedError where another is, under the same id."""
    stored = db.session.get(Debrief, entry.id)
    if stored is None:
        return False
    if stored.patient_id != patient.id or stored.experiment_id != experiment.id:
        raise NotFoundError
    outcome = outcome_of(entry.word, asked_at=stored.asked_at or stored.entered_at, window_ends_at=experiment.ends_at)
    wanted = _said(entry) | asdict(outcome)
    if entry.happened_at:
        wanted["happened_at"] = entry.happened_at
    is_same = all(getattr(stored, name) == value for name, value in wanted.items())
    if not is_same or _stored_meetings(stored.id) != _meetings(patient, entry):
        raise RefusedError(_l("This was saved already, in other words. What stands can be put right."))
    return True


def _said(entry: DebriefEntry) -> dict[str, Any]:
    names = ("enjoyment", "liking_of", "mood", "freedom", "learned", "verdict", "words_private")
    return {name: getattr(entry, name) for name in names}


def _meetings(patient: Actor, entry: DebriefEntry) -> dict[UUID, dict[str, Any]]:
    return {
        person: {name: getattr(encounter, name) for name in MET}
        for person, encounter in by_person(patient, entry.met).items()
    }


def _stored_meetings(debrief_id: UUID) -> dict[UUID, dict[str, Any]]:
    rows = db.session.scalars(sa.select(Met).where(Met.debrief_id == debrief_id))
    return {row.person_id: {name: getattr(row, name) for name in MET} for row in rows}


def _keep_debrief(
    patient: Actor, experiment: Experiment, entry: DebriefEntry, replaced: Debrief | None, at: datetime
) -> None:
    asked_at = _first_asked(experiment.id) or at
    outcome = outcome_of(entry.word, asked_at=asked_at, window_ends_at=experiment.ends_at)
    happened_at, zone = _when(experiment, entry, replaced, at)
    db.session.add(
        Debrief(
            id=entry.id,
            patient_id=patient.id,
            experiment_id=experiment.id,
            window_ended_at=experiment.ends_at,
            replaces_id=replaced and replaced.id,
            **asdict(outcome),
            happened_at=happened_at,
            zone=zone,
            local_date=local_date(happened_at, ZoneInfo(zone)),
            entered_at=at,
            **_said(entry),
        )
    )
    db.session.flush()
    meetings = _meetings(patient, entry)
    db.session.add_all(
        Met(patient_id=patient.id, debrief_id=entry.id, person_id=person, **said) for person, said in meetings.items()
    )
    db.session.flush()
    stop_what_stops(patient, experiment, entry, replaced, at)


def _first_asked(experiment_id: UUID) -> datetime | None:
    """When the patient first asked to change it; a correction doesn't make that later."""
    return db.session.scalar(sa.select(sa.func.min(Debrief.asked_at)).where(Debrief.experiment_id == experiment_id))


def _when(experiment: Experiment, entry: DebriefEntry, replaced: Debrief | None, at: datetime) -> tuple[datetime, str]:
    """When it happened, and in which zone that is read as a day."""
    if entry.happened_at is None:
        stood = replaced.happened_at if replaced else experiment.starts_at
        return happened_by_default(entry.word, stood, at), (replaced or experiment).zone
    latest = max(at, experiment.ends_at) if entry.word in NOTHING_BEGUN else at
    if entry.happened_at > latest:
        raise RefusedError(LIES_AHEAD, field="on_day")
    return entry.happened_at, entry.zone or experiment.zone
