"""What stops with a word: the tasks that a dropped activity was all of, and what its patient reads of that."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from companion.accounts.queries import patient_for, zones_of
from companion.accounts.rules import Actor
from companion.contract import queries as contract
from companion.contract.queries import Rest, RestingLines, segments_of
from companion.contract.rules import TaskKind
from companion.experiments.models import Activity, Experiment
from companion.experiments.queries.counted import telling_in_force
from companion.experiments.queries.occasions import Line, Occasion, lines_of
from companion.experiments.queries.rows import dropped, standing
from companion.experiments.rules import Place, Result, Verdict, Word, place_of
from companion.extensions import db

TRIED = frozenset({Place.DID, Place.GAVE_UP})
SOMETHING = _l("Something I tried is not for me. I'd leave it out.")
"""What goes with the draft where the patient keeps the words about the activity to themselves."""


@dataclass(frozen=True)
class Reach:
    """A task in force that an activity was an occasion of."""

    lineage_id: UUID
    is_all_of_it: bool
    """Whether every occasion of the task was this activity."""
    is_done: bool
    """Whether it was for one time, and that has been."""


@dataclass(frozen=True)
class WhatStopped:
    """What follows from an occasion after which something stopped, and still does."""

    called_off: tuple[Line, ...]
    """Occasions of the activity that still lie ahead, soonest first."""
    of_telling: tuple[Rest, ...]
    """Tasks about telling someone that rest now."""
    of_activity: tuple[Rest, ...]
    """Tasks that the activity was all of, and that rest now."""
    draft_id: UUID | None
    """The patient's own open draft, where it says something of the activity."""
    something_waits: bool
    """Whether a proposal of either side waits meanwhile."""

    @property
    def is_over(self) -> bool:
        """Whether nothing is left of it."""
        return not (self.called_off or self.of_telling or self.of_activity or self.draft_id)


def is_dropped(activity_id: UUID) -> bool:
    """Whether the patient's last word on an activity is to drop it."""
    gone = dropped()
    return db.session.scalar(sa.select(sa.exists().where(gone.c.activity_id == activity_id))) is True


def dropped_of(viewer: Actor, patient_id: UUID) -> set[UUID]:
    """The activities of which that is the patient's last word. Raises NotFoundError for anyone else's patient."""
    patient_for(viewer, patient_id)
    gone = dropped()
    mine = sa.select(Activity.id).join(gone, gone.c.activity_id == Activity.id)
    return set(db.session.scalars(mine.where(Activity.patient_id == patient_id)))


def reach_of(patient: Actor, activity_id: UUID) -> tuple[list[Reach], int]:
    """The tasks in force that an activity was an occasion of, and how many times it was tried, for whatever task."""
    rows = _rows(patient.id)
    tried = sum(1 for row in rows if row.activity_id == activity_id and _place(row) in TRIED)
    segments = segments_of([patient.id])[patient.id]
    reached = []
    for task in segments:
        versions = {each.task_id for each in segments if each.lineage_id == task.lineage_id}
        of_task = [row for row in rows if row.task_id in versions]
        if task.until_day is None and any(row.activity_id == activity_id for row in of_task):
            reached.append(
                Reach(
                    lineage_id=task.lineage_id,
                    is_all_of_it=all(row.activity_id == activity_id for row in of_task),
                    is_done=task.kind is TaskKind.ONE_OFF and any(_place(row) is Place.DID for row in of_task),
                )
            )
    return reached, tried


def what_stopped(patient: Actor, occasion: Occasion, now: datetime) -> WhatStopped | None:
    """What follows from what was ever said of this occasion; None where nothing stopped, or it is all taken back.

    What was put right since may still leave something at rest, called off or drafted: its patient takes that up again.
    """
    dropped_it = any(said.verdict is Verdict.DROP for said in occasion.everything)
    frightened = any(said.was_frightening for said in occasion.everything)
    if not (dropped_it or frightened):
        return None
    telling = telling_in_force(patient) if frightened else []
    reached = reach_of(patient, occasion.activity_id)[0] if dropped_it else []
    resting = contract.resting(patient, patient.id, zones_of([patient.id])[patient.id].local_date(now))
    stopped = WhatStopped(
        called_off=_called_off(patient, occasion.activity_id, now) if dropped_it else (),
        of_telling=_at_rest(resting, telling),
        of_activity=_at_rest(
            resting, [each.lineage_id for each in reached if each.is_all_of_it and each.lineage_id not in telling]
        ),
        draft_id=_draft_about(patient, occasion.activity) if dropped_it else None,
        something_waits=any(find(patient, patient.id) for find in (contract.waiting, contract.asked_for)),
    )
    return None if stopped.is_over and not (dropped_it and occasion.is_dropped) else stopped


def _at_rest(resting: RestingLines, lineage_ids: Iterable[UUID]) -> tuple[Rest, ...]:
    return tuple(rest for lineage_id in lineage_ids if (rest := resting.of(lineage_id)))


def _called_off(patient: Actor, activity_id: UUID, now: datetime) -> tuple[Line, ...]:
    mine = sa.select(Experiment.id).where(Experiment.activity_id == activity_id, Experiment.patient_id == patient.id)
    of_it = set(db.session.scalars(mine.where(Experiment.ends_at > now)))
    said = reversed(lines_of(patient, now).said)
    return tuple(line for line in said if line.id in of_it and line.word is Word.CALLED_OFF)


def _draft_about(patient: Actor, activity: str) -> UUID | None:
    """The draft with which the activity is spoken of; the patient may have written something else by now."""
    draft_id = contract.draft_of(patient, patient.id)
    if draft_id is None:
        return None
    why = contract.version(patient, patient.id, draft_id).why or ""
    return draft_id if activity.casefold() in why.casefold() or str(SOMETHING) in why else None


def _rows(patient_id: UUID) -> list[sa.Row[Any]]:
    stands = standing()
    return list(
        db.session.execute(
            sa.select(Experiment.task_id, Experiment.activity_id, stands.c.result)
            .outerjoin(stands, stands.c.experiment_id == Experiment.id)
            .where(Experiment.patient_id == patient_id)
        )
    )


def _place(row: sa.Row[Any]) -> Place | None:
    return place_of(Result(row.result), asked_before_window_end=True) if row.result else None
