"""Reads of check-ins. What the viewer may not see is left out by the database, not after loading."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from companion.accounts import queries as accounts
from companion.accounts.rules import Actor
from companion.checkins.models import (
    CheckIn,
    CheckInDetail,
    ConflictingEntry,
    Correction,
    Decision,
    HangsOnEntry,
    LeftOut,
    ReRating,
    SecondLook,
    Trigger,
    UrgeMoment,
    VisibilityChange,
)
from companion.checkins.rules import (
    A_WHILE,
    BEGINS_SOON,
    CLOSES_AFTER,
    BodySignal,
    Door,
    GuiltKind,
    Moment,
    Next,
    Rated,
    Visibility,
    closes_at,
    entered_when,
    moment_of,
    therapist_sees,
)
from companion.experiments import queries as experiments
from companion.experiments.adherence import is_from_memory, written_together
from companion.extensions import db
from companion.kernel.errors import NotFoundError
from companion.sealed import Opened, WithWords, opened

FEELINGS = ("envy", "contempt", "shame", "anger", "freedom", "curiosity")
WORDS = ("thought", "wanted", "saw_myself")


@dataclass(frozen=True)
class ReRated:
    """An answer to "And now?"."""

    at: datetime
    guilt: Rated
    urge: Rated


@dataclass(frozen=True)
class Decided:
    """An answer to "What next?"."""

    at: datetime
    choice: Next


@dataclass(frozen=True)
class Shown:
    """A check-in as this viewer may see it; what they may not see is empty."""

    id: UUID
    door: Door
    occurred_at: datetime
    zone: str
    local_date: date
    received_at: datetime
    is_from_memory: bool
    together: int
    """How many of earlier, of those that this viewer may see, were written together with it; 0 for one alone."""
    guilt: Rated
    urge: Rated
    is_corrected: bool
    experiment_id: UUID | None
    visibility: Visibility
    closes_at: datetime
    """From when on the therapist sees it by itself."""
    is_seen: bool
    """Whether the therapist sees it now."""
    re_ratings: tuple[ReRated, ...]
    """In the order in which they were made."""
    decisions: tuple[Decided, ...]
    """Likewise."""
    feelings: dict[str, int]
    """Of `FEELINGS`, 0-10, those that were rated."""
    words: dict[str, str]
    """Of `WORDS`, those that were written and may be read."""
    guilt_kind: GuiltKind | None
    body: tuple[BodySignal, ...]
    trigger_id: UUID | None
    trigger: str
    person_id: UUID | None
    person: str
    has_detail: bool
    """Whether something was added that the viewer may read."""
    moment: Moment | None
    """Of the cutting door; toward whom it was only where the words may be read."""
    toward: str

    @property
    def after(self) -> ReRated | None:
        """The latest answer to "And now?": not the lowest, which would flatter."""
        return self.re_ratings[-1] if self.re_ratings else None

    def is_fresh(self, now: datetime) -> bool:
        """Whether it hasn't closed yet."""
        return now < self.closes_at


@dataclass(frozen=True)
class Conflict:
    """Another content that came under the id of a check-in: kept, not counted."""

    id: UUID
    received_at: datetime
    at: datetime
    """The true instant at which it was entered."""
    door: Door
    guilt: Rated
    urge: Rated
    moment: Moment | None


def last_for(
    viewer: Actor, patient_id: UUID, now: datetime, limit: int | None = 10, *, as_shared: bool = False
) -> list[Shown]:
    """The patient's latest check-ins, or with no limit all of them, newest first.

    The patient gets all of theirs; a therapist who treats them now those that are closed (3 h after receipt) or shared
    sooner, never one that is only the patient's, and no word that is kept private. Raises NotFoundError for others.
    With `as_shared` the patient, too, gets what a therapist does.
    """
    owner = None if as_shared else viewer.id
    return _shown(viewer, patient_id, now, seen_by(owner, now), limit, owner=owner)


def occasion_near(patient: Actor, now: datetime) -> experiments.Line | None:
    """The occasion that a rating is about, as far as can be guessed: the one open now, else one about to begin."""
    lines = experiments.lines_of(patient, now)
    if lines.open:
        return max(lines.open, key=lambda line: line.starts_at)
    soon = [line for line in lines.ahead if line.starts_at - now <= BEGINS_SOON]
    return min(soon, key=lambda line: line.starts_at, default=None)


def occasion_planned_for(patient: Actor, instant: datetime) -> experiments.Line | None:
    """As `occasion_near`, of an instant that may have gone by: whatever was said since of the one it fell into."""
    said = [line for line in experiments.lines_of(patient, instant).said if line.starts_at <= instant < line.ends_at]
    near = occasion_near(patient, instant)
    return near or max(said, key=lambda line: line.starts_at, default=None)


def one_of_mine(patient: Actor, check_in_id: UUID, now: datetime) -> Shown:
    """The patient's own check-in; raises NotFoundError where it is nobody's or another's."""
    found = _shown(patient, patient.id, now, CheckIn.id == check_in_id, owner=patient.id)
    if not found:
        raise NotFoundError
    return found[0]


def conflicts_of(patient: Actor, check_in_id: UUID) -> list[Conflict]:
    """What else came under this check-in's id and is neither an entry of its own yet nor left out, oldest first."""
    rows = db.session.execute(
        sa.select(ConflictingEntry.id, ConflictingEntry.content, ConflictingEntry.received_at)
        .where(ConflictingEntry.check_in_id == check_in_id, *_waits(patient))
        .order_by(ConflictingEntry.received_at, ConflictingEntry.id)
    )
    return [_conflict(row.id, row.received_at, json.loads(row.content)) for row in rows]


def check_ins_in_conflict(patient: Actor) -> list[UUID]:
    """The patient's check-ins under whose id something else came that the patient hasn't settled yet."""
    return list(db.session.scalars(sa.select(ConflictingEntry.check_in_id).where(*_waits(patient)).distinct()))


def _waits(patient: Actor) -> tuple[sa.ColumnElement[bool], ...]:
    """What came under another's id, and neither counts as an entry of its own by now nor is left out."""
    counted = sa.select(CheckIn.client_id).where(CheckIn.patient_id == patient.id)
    left_out = sa.select(LeftOut.conflict_id).where(LeftOut.patient_id == patient.id)
    is_open = (ConflictingEntry.id.not_in(counted), ConflictingEntry.id.not_in(left_out))
    return (ConflictingEntry.patient_id == patient.id, *is_open)


def entries_in_the_last_hour(patient: Actor, at: datetime) -> int:
    """How many check-ins the patient has made in the hour up to this instant."""
    query = sa.select(sa.func.count()).where(
        CheckIn.patient_id == patient.id, CheckIn.received_at > at - A_WHILE, CheckIn.received_at <= at
    )
    return db.session.scalar(query) or 0


def second_look_due(patient: Actor, check_in_id: UUID) -> datetime | None:
    """When the patient last asked to be reminded of this entry, the instant from which it stands on Today."""
    query = sa.select(sa.func.max(SecondLook.due_at)).where(
        SecondLook.patient_id == patient.id, SecondLook.check_in_id == check_in_id
    )
    return db.session.scalar(query)


def triggers_of(patient: Actor) -> list[tuple[UUID, str]]:
    """The patient's own list of what sets it off: id and label, by label."""
    query = sa.select(Trigger.id, Trigger.label).where(Trigger.patient_id == patient.id)
    lines = [(row.id, row.label) for row in db.session.execute(query)]
    return sorted(lines, key=lambda line: (line[1].casefold(), line[0]))


def _conflict(conflict_id: UUID, received_at: datetime, said: dict[str, Any]) -> Conflict:
    guilt, urge = Rated(said["guilt"], said["guilt_cant_tell"]), Rated(said["urge"], said["urge_cant_tell"])
    moment = moment_of(said["moment"]) if "moment" in said else None
    at = datetime.fromisoformat(said["entered_at"]) if "entered_at" in said else received_at
    return Conflict(conflict_id, received_at, at, Door(said["door"]), guilt, urge, moment)


def latest(model: type[HangsOnEntry]) -> sa.ColumnElement[bool]:
    """Joins the row of this kind that computes, which is the last one that the server took."""
    numbers = sa.select(sa.func.max(model.number)).where(model.check_in_id == CheckIn.id)
    return sa.and_(model.check_in_id == CheckIn.id, model.number == numbers.correlate(CheckIn).scalar_subquery())


def _joined(*columns: Any) -> sa.Select[Any]:
    query = sa.select(*columns).select_from(CheckIn)
    for model in (VisibilityChange, Correction, CheckInDetail, UrgeMoment):
        query = query.outerjoin(model, latest(model))
    return query


VISIBILITY = sa.func.coalesce(
    VisibilityChange.visibility, sa.literal(Visibility.SHARED, VisibilityChange.visibility.type)
)
SOONER = sa.func.coalesce(VisibilityChange.sooner, sa.false())


def seen_by(owner: UUID | None, now: datetime) -> sa.ColumnElement[bool]:
    """What of a patient's check-ins may be seen: all by `owner`, otherwise what is shared."""
    is_closed = CheckIn.received_at <= now - CLOSES_AFTER
    return sa.or_(CheckIn.patient_id == owner, sa.and_(VISIBILITY != Visibility.ONLY_ME, sa.or_(SOONER, is_closed)))


def _unless_private(owner: UUID | None, column: sa.orm.InstrumentedAttribute[Any]) -> sa.Label[Any]:
    """The column where its words are the owner's or shared, else NULL: they don't even leave the database."""
    may_read = sa.or_(CheckIn.patient_id == owner, VISIBILITY == Visibility.SHARED)
    return sa.case((may_read, column)).label(column.key)


def _words_unless_private(owner: UUID | None, model: type[WithWords], name: str) -> Opened:
    """A sealed column, likewise."""
    return opened(model, name, column=_unless_private(owner, getattr(model, model.SEALED[name].stored)))


AS_SENT = ("id", "door", "occurred_at", "zone", "local_date", "entered_at", "sent_at", "received_at", "experiment_id")
SAID = ("guilt", "guilt_cant_tell", "urge", "urge_cant_tell")
IS_CORRECTED = Correction.id.is_not(None)


def _as_corrected(name: str) -> sa.ColumnElement[Any]:
    return sa.case((IS_CORRECTED, getattr(Correction, name)), else_=getattr(CheckIn, name)).label(name)


def _columns(owner: UUID | None) -> list[Any]:
    private = [getattr(CheckInDetail, name) for name in ("guilt_kind", "body", "trigger_id", "person_id", "number")]
    return [
        *(getattr(CheckIn, name) for name in AS_SENT),
        VISIBILITY.label("visibility"),
        SOONER.label("sooner"),
        IS_CORRECTED.label("is_corrected"),
        *(_as_corrected(name) for name in SAID),
        *(getattr(CheckInDetail, name) for name in FEELINGS),
        *(_unless_private(owner, column) for column in private),
        UrgeMoment.urge.label("moment_urge"),
        UrgeMoment.outcome,
        UrgeMoment.worth_less,
        _unless_private(owner, UrgeMoment.person_id).label("toward_id"),
        *(_words_unless_private(owner, CheckInDetail, name) for name in WORDS),
        _words_unless_private(owner, Trigger, "label"),
    ]


def _shown(
    viewer: Actor,
    patient_id: UUID,
    now: datetime,
    which: sa.ColumnElement[bool],
    limit: int | None = None,
    *,
    owner: UUID | None,
) -> list[Shown]:
    """Newest first; six statements however many there are."""
    accounts.patient_for(viewer, patient_id)
    query = (
        _joined(*_columns(owner))
        .outerjoin(Trigger, Trigger.id == CheckInDetail.trigger_id)
        .where(CheckIn.patient_id == patient_id, which)
        .order_by(CheckIn.occurred_at.desc(), CheckIn.received_at.desc(), CheckIn.id)
        .limit(limit)
    )
    rows = db.session.execute(query).all()
    people = dict(experiments.people_of(viewer, patient_id))
    ids = [row.id for row in rows]
    later = (people, _re_ratings(ids), _decisions(ids))
    entered = {row.id: entered_when(row.entered_at, row.sent_at, row.received_at) for row in rows}
    together = written_together((row.id, entered[row.id]) for row in rows if row.occurred_at < entered[row.id])
    return [_read(row, now, entered[row.id], together.get(row.id, 0), *later) for row in rows]


def _re_ratings(check_in_ids: list[UUID]) -> dict[UUID, tuple[ReRated, ...]]:
    query = sa.select(ReRating).where(ReRating.check_in_id.in_(check_in_ids)).order_by(ReRating.at, ReRating.number)
    found: dict[UUID, tuple[ReRated, ...]] = {}
    for row in db.session.scalars(query):
        again = ReRated(row.at, Rated(row.guilt, row.guilt_cant_tell), Rated(row.urge, row.urge_cant_tell))
        found[row.check_in_id] = (*found.get(row.check_in_id, ()), again)
    return found


def _decisions(check_in_ids: list[UUID]) -> dict[UUID, tuple[Decided, ...]]:
    query = (
        sa.select(Decision.check_in_id, Decision.at, Decision.choice)
        .where(Decision.check_in_id.in_(check_in_ids))
        .order_by(Decision.at, Decision.number)
    )
    found: dict[UUID, tuple[Decided, ...]] = {}
    for row in db.session.execute(query):
        found[row.check_in_id] = (*found.get(row.check_in_id, ()), Decided(row.at, row.choice))
    return found


def _read(
    row: sa.Row[Any],
    now: datetime,
    entered_at: datetime,
    together: int,
    people: dict[UUID, str],
    again: dict[UUID, tuple[ReRated, ...]],
    decided: dict[UUID, tuple[Decided, ...]],
) -> Shown:
    return Shown(
        id=row.id,
        door=row.door,
        occurred_at=row.occurred_at,
        zone=row.zone,
        local_date=row.local_date,
        received_at=row.received_at,
        is_from_memory=is_from_memory(happened_at=row.occurred_at, entered_at=entered_at),
        together=together,
        guilt=Rated(row.guilt, bool(row.guilt_cant_tell)),
        urge=Rated(row.urge, bool(row.urge_cant_tell)),
        is_corrected=bool(row.is_corrected),
        experiment_id=row.experiment_id,
        visibility=row.visibility,
        closes_at=closes_at(row.received_at),
        is_seen=therapist_sees(row.visibility, row.received_at, now, sooner=bool(row.sooner)),
        re_ratings=again.get(row.id, ()),
        decisions=decided.get(row.id, ()),
        feelings={name: getattr(row, name) for name in FEELINGS if getattr(row, name) is not None},
        words={name: getattr(row, name) for name in WORDS if getattr(row, name)},
        guilt_kind=row.guilt_kind,
        body=tuple(BodySignal(each) for each in row.body or ()),
        trigger_id=row.trigger_id,
        trigger=row.label or "",
        person_id=row.person_id,
        person=people.get(row.person_id, ""),
        has_detail=row.number is not None,
        moment=_moment(row),
        toward=people.get(row.toward_id, ""),
    )


def _moment(row: sa.Row[Any]) -> Moment | None:
    if row.moment_urge is None:
        return None
    return Moment(row.moment_urge, row.outcome, row.toward_id, row.worth_less)
