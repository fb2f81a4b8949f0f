"""How the last occasions went, as far as their reader may know."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from companion.accounts.queries import patient_for
from companion.accounts.rules import Actor
from companion.experiments.models import Activity, Debrief, Experiment, OccasionHighlight
from companion.experiments.queries.rows import Meeting, Predicted, meetings_of, predictions_of, standing
from companion.experiments.rules import CareNeed, OnTop, Outcome, Reaction, Telling, Verdict, Word, word_of
from companion.extensions import db
from companion.sealed import opened


@dataclass(frozen=True)
class Told:
    """What was said to one person, and how they took it; suffering 0-10, as feared and as seen, where known.

    `person` is None where the patient keeps the names.
    """

    person: str | None
    telling: Telling | None
    reaction: Reaction | None
    feared: int | None
    seen: int | None


@dataclass(frozen=True)
class Went:
    """One occasion with a word; ratings 0-10.

    What the patient keeps is absent for a therapist: then the activity and `care_need` are None, and the words empty.
    """

    experiment_id: UUID
    activity_id: UUID | None
    activity: str | None
    day: date
    """The local day on which it happened."""
    happened_at: datetime
    word: Word
    told: tuple[Told, ...]
    expected_guilt: int | None
    enjoyment: int | None
    mood: int | None
    liking_of: OnTop | None
    verdict: Verdict | None
    learned: str
    care_need: CareNeed | None
    """Whether someone needed the patient meanwhile, by the plan."""
    covered_by: str


def how_they_went(viewer: Actor, patient_id: UUID, most: int | None, *, as_shared: bool = False) -> list[Went]:
    """The patient's last occasions with a word, or all of them, the latest first; in five statements.

    Without those called off with their activity, of which nothing was tried. For the patient, or for a therapist who
    treats them now; raises NotFoundError for others. With `as_shared` the patient, too, gets it as the therapist does.
    """
    patient_for(viewer, patient_id)
    return _read(_rows(patient_id, most), keeps_words=as_shared or viewer.id != patient_id)


def highlighted(viewer: Actor, patient_id: UUID, most: int, *, as_shared: bool = False) -> list[Went]:
    """Of those, the latest that the patient wants at the top of what the therapist reads."""
    patient_for(viewer, patient_id)
    rows = _rows(patient_id, most, Experiment.id.in_(_highlighted_of(patient_id)))
    return _read(rows, keeps_words=as_shared or viewer.id != patient_id)


def is_highlighted(patient: Actor, experiment_id: UUID) -> bool:
    """Whether the patient wants their own occasion at the top of what the therapist reads."""
    query = _highlighted_of(patient.id).where(OccasionHighlight.experiment_id == experiment_id)
    return db.session.scalar(query) is not None


def _highlighted_of(patient_id: UUID) -> sa.Select[Any]:
    """The occasions of which the latest word is that they go on top."""
    later = orm.aliased(OccasionHighlight)
    was_said_again = sa.exists().where(
        later.experiment_id == OccasionHighlight.experiment_id, later.number > OccasionHighlight.number
    )
    return sa.select(OccasionHighlight.experiment_id).where(
        OccasionHighlight.patient_id == patient_id, OccasionHighlight.is_on, ~was_said_again
    )


def _read(rows: list[sa.Row[Any]], *, keeps_words: bool) -> list[Went]:
    predicted = predictions_of([row.id for row in rows])
    met = meetings_of([row.debrief_id for row in rows])
    return [
        _went(
            row,
            predicted.get(row.id, Predicted()),
            met.get(row.debrief_id, ()),
            is_kept=row.words_private and keeps_words,
        )
        for row in rows
    ]


def _rows(patient_id: UUID, most: int | None, *which: sa.ColumnElement[bool]) -> list[sa.Row[Any]]:
    stands = standing()
    names = (
        *("local_date", "happened_at", "result", "stopped", "asked_at"),
        *("enjoyment", "mood", "liking_of", "verdict", "words_private"),
    )
    return list(
        db.session.execute(
            sa.select(
                Experiment.id,
                Experiment.activity_id,
                Activity.label,
                Experiment.care_need,
                Experiment.covered_by,
                stands.c.id.label("debrief_id"),
                opened(Debrief, "learned", stands),
                *(stands.c[name] for name in names),
            )
            .join(Activity, Activity.id == Experiment.activity_id)
            .join(stands, stands.c.experiment_id == Experiment.id)
            .where(Experiment.patient_id == patient_id, stands.c.called_off.is_(False), *which)
            .order_by(stands.c.happened_at.desc(), stands.c.entered_at.desc(), Experiment.id)
            .limit(most)
        )
    )


def _went(row: sa.Row[Any], predicted: Predicted, met: tuple[Meeting, ...], *, is_kept: bool) -> Went:
    feared = {fear.person_id: fear.might_suffer for fear in predicted.fears}
    return Went(
        experiment_id=row.id,
        activity_id=None if is_kept else row.activity_id,
        activity=None if is_kept else row.label,
        day=row.local_date,
        happened_at=row.happened_at,
        word=word_of(Outcome(row.result, row.stopped, row.asked_at)),
        told=tuple(
            Told(
                person=None if is_kept else each.person,
                telling=each.telling,
                reaction=each.reaction,
                feared=feared.get(each.person_id),
                seen=each.observed_suffering,
            )
            for each in met
            if each.telling or each.reaction
        ),
        expected_guilt=predicted.expected_guilt,
        enjoyment=row.enjoyment,
        mood=row.mood,
        liking_of=row.liking_of,
        verdict=row.verdict,
        learned="" if is_kept else row.learned or "",
        care_need=None if is_kept else row.care_need,
        covered_by="" if is_kept else row.covered_by,
    )
