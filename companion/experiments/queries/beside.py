"""What was feared, beside what happened."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from companion.accounts.queries import patient_for
from companion.accounts.rules import Actor
from companion.experiments.models import Activity, Debrief, Experiment, Prediction
from companion.experiments.queries.rows import (
    Feared,
    Meeting,
    Predicted,
    is_before_lock,
    meetings_of,
    predictions_of,
    standing,
)
from companion.experiments.rules import Outcome, Verdict, Word, word_of
from companion.extensions import db
from companion.sealed import opened


@dataclass(frozen=True)
class BesidePerson:
    """What was feared for one person (0-10, and how sure: 0-100 %), and what was seen of it (0-10).

    `person` is None where the patient keeps the names of this occasion.
    """

    person: str | None
    might_suffer: int
    belief: int | None
    observed_suffering: int | None
    could_not_tell: bool


@dataclass(frozen=True)
class Beside:
    """One occasion: what was expected of it, and what became of it; ratings 0-10.

    What the patient keeps is absent for a therapist: then `activity` is None and `learned` empty.
    """

    experiment_id: UUID
    activity: str | None
    starts_at: datetime
    zone: str
    word: Word | None
    expected_guilt: int | None
    people: tuple[BesidePerson, ...]
    enjoyment: int | None
    mood: int | None
    freedom: int | None
    learned: str
    verdict: Verdict | None


def predicted_beside_happened(
    viewer: Actor, patient_id: UUID, now: datetime, most: int | None = None, *, as_shared: bool = False
) -> list[Beside]:
    """The patient's occasions with a prediction, begun or with a word, the latest first; in five statements.

    All of them, so that what is said of all of them is; or the latest `most`. What was called off with its activity
    never happened.

    For the patient, or for a therapist who treats them now; raises NotFoundError for others. With `as_shared` the
    patient, too, gets it as the therapist does.
    """
    keeps_words = as_shared or viewer.id != patient_id
    patient_for(viewer, patient_id)
    rows = _rows(patient_id, now, most)
    predicted = predictions_of([row.id for row in rows])
    met = meetings_of([row.debrief_id for row in rows if row.debrief_id])
    return [
        _beside(row, predicted[row.id], met.get(row.debrief_id, ()), is_kept=row.words_private and keeps_words)
        for row in rows
    ]


def _rows(patient_id: UUID, now: datetime, most: int | None) -> list[sa.Row[Any]]:
    stands = standing()
    names = ("result", "stopped", "asked_at", "enjoyment", "mood", "freedom", "verdict", "words_private")
    return list(
        db.session.execute(
            sa.select(
                Experiment.id,
                Experiment.starts_at,
                Experiment.zone,
                Activity.label,
                stands.c.id.label("debrief_id"),
                opened(Debrief, "learned", stands),
                *(stands.c[name] for name in names),
            )
            .join(Activity, Activity.id == Experiment.activity_id)
            .outerjoin(stands, stands.c.experiment_id == Experiment.id)
            .where(Experiment.patient_id == patient_id)
            .where(sa.or_(Experiment.starts_at <= now, stands.c.id.is_not(None)), stands.c.called_off.is_not(True))
            .where(sa.exists().where(Prediction.experiment_id == Experiment.id, is_before_lock()))
            .order_by(Experiment.starts_at.desc(), Experiment.id)
            .limit(most)
        )
    )


def _beside(row: sa.Row[Any], predicted: Predicted, met: tuple[Meeting, ...], *, is_kept: bool) -> Beside:
    seen = {meeting.person_id: meeting for meeting in met}
    return Beside(
        experiment_id=row.id,
        activity=None if is_kept else row.label,
        starts_at=row.starts_at,
        zone=row.zone,
        word=row.result and word_of(Outcome(row.result, row.stopped, row.asked_at)),
        expected_guilt=predicted.expected_guilt,
        people=tuple(_person(fear, seen.get(fear.person_id), is_kept=is_kept) for fear in predicted.fears),
        enjoyment=row.enjoyment,
        mood=row.mood,
        freedom=row.freedom,
        learned="" if is_kept else row.learned or "",
        verdict=row.verdict,
    )


def _person(fear: Feared, seen: Meeting | None, *, is_kept: bool) -> BesidePerson:
    return BesidePerson(
        person=None if is_kept else fear.person,
        might_suffer=fear.might_suffer,
        belief=fear.belief,
        observed_suffering=seen.observed_suffering if seen else None,
        could_not_tell=seen is not None and seen.could_not_tell,
    )
