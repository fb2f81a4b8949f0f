"""The patient's own occasions, as their pages show them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from companion.accounts.queries import patient_for
from companion.accounts.rules import Actor
from companion.contract.queries import segments_of
from companion.experiments.adherence import is_from_memory
from companion.experiments.models import Activity, Debrief, Experiment, Person
from companion.experiments.queries.rows import (
    Meeting,
    Predicted,
    dropped,
    meetings_of,
    predictions_of,
    standing,
)
from companion.experiments.rules import (
    CareNeed,
    OnTop,
    Outcome,
    Phase,
    Reaction,
    Verdict,
    Word,
    fingerprint_of,
    locks_at,
    phase_at,
    went_worse_than_hoped,
    word_of,
)
from companion.extensions import db
from companion.kernel.errors import NotFoundError
from companion.sealed import stored, words_in

ASKED_AFTER = timedelta(days=14)
"""How long an occasion without a word is still asked after. Ours, and not validated."""


@dataclass(frozen=True)
class Line:
    """An occasion, in short."""

    id: UUID
    task_id: UUID
    activity: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    phase: Phase
    word: Word | None
    is_dropped: bool
    """Whether the patient has dropped the activity since it was planned."""


@dataclass(frozen=True)
class Lines:
    """The patient's occasions by where they stand: soonest first where they lie ahead, otherwise the latest first."""

    ahead: tuple[Line, ...]
    """Planned, their window not begun."""
    open: tuple[Line, ...]
    """In their window, without a word."""
    awaiting: tuple[Line, ...]
    """Over, without a word, for `ASKED_AFTER` at most, and of nothing the patient has dropped since planning it."""
    said: tuple[Line, ...]
    """With a word."""


@dataclass(frozen=True)
class Said:
    """What the patient said of an occasion at one time."""

    id: UUID
    word: Word
    happened_at: datetime
    zone: str
    local_date: date
    entered_at: datetime
    is_from_memory: bool
    enjoyment: int | None
    liking_of: OnTop | None
    mood: int | None
    freedom: int | None
    learned: str
    verdict: Verdict | None
    words_private: bool
    met: tuple[Meeting, ...]

    @property
    def went_worse_than_hoped(self) -> bool:
        """Whether Help is offered first."""
        return went_worse_than_hoped(self.mood, self.reactions)

    @property
    def reactions(self) -> frozenset[Reaction]:
        """How the people in it took it."""
        return frozenset(each.reaction for each in self.met if each.reaction)

    @property
    def was_frightening(self) -> bool:
        """Whether somebody's reaction was."""
        return Reaction.FRIGHTENING in self.reactions

    @property
    def stopped_before(self) -> bool:
        """Whether somebody may be waiting."""
        return self.word is Word.STOPPED_BEFORE


@dataclass(frozen=True)
class Who:
    """One person of an occasion: what was expected for them, and what was seen (0-10)."""

    person: str
    might_suffer: int | None = None
    observed_suffering: int | None = None
    could_not_tell: bool = False


@dataclass(frozen=True)
class Occasion:
    """One occasion whole, for the patient."""

    id: UUID
    task_id: UUID
    is_telling: bool
    """Whether its task is about telling someone the truth."""
    telling_is_agreed: bool
    """Whether any task in force is, with or without occasions of its own."""
    activity_id: UUID
    activity: str
    planned_at: datetime
    starts_at: datetime
    ends_at: datetime
    zone: str
    place: str
    company: str
    if_then: str
    smaller_version: str
    care_need: CareNeed | None
    covered_by: str
    honest_reply: str
    phase: Phase
    is_dropped: bool
    """Whether the activity is dropped: by what the patient said of it last."""
    is_locked: bool
    """Whether what was expected stands as it is."""
    predicted: Predicted
    said: Said | None
    """What stands."""
    earlier: tuple[Said, ...]
    """What it took the place of, the latest first."""

    @property
    def is_called_off(self) -> bool:
        """Whether nothing was said of it but that its activity was dropped."""
        return self.said is not None and self.said.word is Word.CALLED_OFF

    @property
    def everything(self) -> tuple[Said, ...]:
        """All that was said of it, the latest first."""
        return (self.said, *self.earlier) if self.said else ()

    @property
    def was_planned(self) -> bool:
        """Whether it was in the plan before it began."""
        return self.planned_at < self.ends_at

    @property
    def fingerprint(self) -> str:
        """What the plan holds, in short: sent along by the page that changes it."""
        return fingerprint_of(self)

    @property
    def counts_at(self) -> datetime:
        """The instant whose day it belongs to."""
        return self.said.happened_at if self.said else self.starts_at

    @property
    def counts_in(self) -> str:
        """The zone in which that is read as a day."""
        return self.said.zone if self.said else self.zone

    @property
    def everyone(self) -> list[Who]:
        """Those who might suffer, then those who were met besides."""
        met = {each.person_id: each for each in (self.said.met if self.said else ())}
        feared = [(fear, met.pop(fear.person_id, None)) for fear in self.predicted.fears]
        return [
            *(_who(fear.person, fear.might_suffer, meeting) for fear, meeting in feared),
            *(_who(meeting.person, None, meeting) for meeting in met.values()),
        ]


def _who(person: str, might_suffer: int | None, met: Meeting | None) -> Who:
    if met is None:
        return Who(person, might_suffer)
    return Who(person, might_suffer, met.observed_suffering, met.could_not_tell)


def activities_of(viewer: Actor, patient_id: UUID) -> list[tuple[UUID, str]]:
    """The patient's own activities, the last planned first, without those the patient has dropped since."""
    patient_for(viewer, patient_id)
    gone = dropped()
    last = sa.func.max(Experiment.planned_at).label("last")
    rows = db.session.execute(
        sa.select(Activity.id, Activity.label, last)
        .outerjoin(Experiment, Experiment.activity_id == Activity.id)
        .outerjoin(gone, gone.c.activity_id == Activity.id)
        .where(Activity.patient_id == patient_id, gone.c.activity_id.is_(None))
        .group_by(Activity.id)
    ).all()
    return [(row.id, row.label) for row in sorted(rows, key=_last_planned_first)]


def _last_planned_first(row: sa.Row[Any]) -> tuple[float, str]:
    return (-row.last.timestamp() if row.last else 0.0, row.label.casefold())


def people_of(viewer: Actor, patient_id: UUID) -> list[tuple[UUID, str]]:
    """The people on the patient's own list, by name; for a therapist only to look a label up."""
    patient_for(viewer, patient_id)
    rows = db.session.execute(sa.select(Person.id, Person.label).where(Person.patient_id == patient_id))
    return sorted(((row.id, row.label) for row in rows), key=lambda line: (line[1].casefold(), line[0]))


def lines_of(patient: Actor, now: datetime) -> Lines:
    """The patient's occasions to come and of the last `ASKED_AFTER`, in one statement."""
    lines = _lines(patient, now, ending_after=now - ASKED_AFTER)
    return Lines(
        ahead=tuple(line for line in reversed(lines) if line.phase is Phase.PLANNED),
        open=tuple(line for line in reversed(lines) if line.phase is Phase.OPEN),
        awaiting=tuple(line for line in lines if line.phase is Phase.AWAITING and not line.is_dropped),
        said=tuple(line for line in lines if line.phase is Phase.SAID),
    )


def earlier_lines(patient: Actor, now: datetime, most: int = 100) -> list[Line]:
    """The patient's occasions that are over or have a word, the latest first."""
    return [line for line in _lines(patient, now, most=most) if line.phase in {Phase.AWAITING, Phase.SAID}]


def occasion(patient: Actor, experiment_id: UUID, now: datetime) -> Occasion:
    """One occasion whole, with everything that was said of it; raises NotFoundError for another's."""
    gone = dropped()
    row = db.session.execute(
        sa.select(Experiment, Activity.label, gone.c.activity_id.is_not(None))
        .join(Activity, Activity.id == Experiment.activity_id)
        .outerjoin(gone, gone.c.activity_id == Activity.id)
        .where(Experiment.id == experiment_id, Experiment.patient_id == patient.id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    experiment, label, is_dropped = row
    said = _everything_said(experiment_id)
    tasks = segments_of([patient.id])[patient.id]
    names = set(Occasion.__dataclass_fields__) & set(Experiment.__table__.columns.keys())
    return Occasion(
        **{name: getattr(experiment, name) for name in names},
        is_telling=any(task.telling for task in tasks if task.task_id == experiment.task_id),
        telling_is_agreed=any(task.telling for task in tasks if task.until_day is None),
        activity=label,
        is_dropped=is_dropped,
        phase=phase_at(experiment.starts_at, experiment.ends_at, now, has_word=bool(said)),
        is_locked=now >= locks_at(experiment.starts_at, experiment.first_check_in_at),
        predicted=predictions_of([experiment_id]).get(experiment_id, Predicted()),
        said=said[0] if said else None,
        earlier=tuple(said[1:]),
    )


def _lines(patient: Actor, now: datetime, most: int | None = None, ending_after: datetime | None = None) -> list[Line]:
    asked = {"patient_id": patient.id, "most": most, "ending_after": ending_after}
    statement = _lines_query(is_limited=most is not None, is_recent=ending_after is not None)
    return [_line(row, now) for row in db.session.connection().execute(statement, asked)]


@cache
def _lines_query(*, is_limited: bool, is_recent: bool) -> sa.Select[Any]:
    """Put together once: that takes SQLAlchemy longer than the database takes to answer."""
    stands, gone = standing(), dropped()
    is_dropped = sa.and_(gone.c.said_at.is_not(None), gone.c.said_at >= Experiment.planned_at)
    lines = (
        sa.select(
            is_dropped.label("is_dropped"),
            Experiment.id,
            Experiment.task_id,
            Activity.patient_id,
            Activity.id.label("activity_id"),
            stored(Activity, "label").label("label"),
            Experiment.starts_at,
            Experiment.ends_at,
            Experiment.zone,
            stands.c.result,
            stands.c.stopped,
            stands.c.asked_at,
            stands.c.called_off,
        )
        .join(Activity, Activity.id == Experiment.activity_id)
        .outerjoin(stands, stands.c.experiment_id == Experiment.id)
        .outerjoin(gone, gone.c.activity_id == Experiment.activity_id)
        .where(Experiment.patient_id == sa.bindparam("patient_id"))
        .order_by(Experiment.starts_at.desc(), Experiment.id)
    )
    if is_recent:
        lines = lines.where(Experiment.ends_at > sa.bindparam("ending_after"))
    return lines.limit(sa.bindparam("most", type_=sa.Integer)) if is_limited else lines


def _line(row: sa.Row[Any], now: datetime) -> Line:
    return Line(
        id=row.id,
        task_id=row.task_id,
        activity=words_in(Activity, "label", row.patient_id, row.activity_id, row.label),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        zone=row.zone,
        phase=phase_at(row.starts_at, row.ends_at, now, has_word=row.result is not None),
        word=row.result and word_of(Outcome(row.result, row.stopped, row.asked_at, row.called_off)),
        is_dropped=row.is_dropped,
    )


def _everything_said(experiment_id: UUID) -> list[Said]:
    """All debriefs of an occasion, each before the one it replaced."""
    found = {
        row.replaces_id: row
        for row in db.session.scalars(sa.select(Debrief).where(Debrief.experiment_id == experiment_id))
    }
    met = meetings_of([row.id for row in found.values()])
    said: list[Said] = []
    replaced: UUID | None = None
    while row := found.get(replaced):
        said.append(_said(row, met.get(row.id, ())))
        replaced = row.id
    return said[::-1]


def _said(row: Debrief, met: tuple[Meeting, ...]) -> Said:
    names = set(Said.__dataclass_fields__) & set(Debrief.__table__.columns.keys())
    return Said(
        **{name: getattr(row, name) for name in names},
        word=word_of(Outcome(row.result, row.stopped, row.asked_at, row.called_off)),
        is_from_memory=is_from_memory(happened_at=row.happened_at, entered_at=row.entered_at),
        met=met,
    )
