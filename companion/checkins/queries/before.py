"""What an entry said before it was put right or changed, for its author: nothing that was sent is lost."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from companion.accounts.rules import Actor
from companion.checkins.models import CheckIn, CheckInDetail, Correction, HangsOnEntry, Trigger, UrgeMoment
from companion.checkins.queries.entries import FEELINGS, SAID, WORDS
from companion.checkins.rules import UNSAID, BodySignal, GuiltKind, Moment, Rated, still_stands
from companion.experiments import queries as experiments
from companion.extensions import db
from companion.sealed import opened


@dataclass(frozen=True)
class Before:
    """One thing that stood in an entry and does not stand there any more; what it doesn't say is empty."""

    said_at: datetime
    """When it came to the server."""
    guilt: Rated = UNSAID
    urge: Rated = UNSAID
    moment: Moment | None = None
    person: str = ""
    """Who it was about, or toward whom."""
    trigger: str = ""
    guilt_kind: GuiltKind | None = None
    body: tuple[BodySignal, ...] = ()
    feelings: dict[str, int] = field(default_factory=dict)
    """Of `FEELINGS`, 0-10."""
    words: dict[str, str] = field(default_factory=dict)
    """Of `WORDS`."""


def stood_before(patient: Actor, check_in_id: UUID) -> list[Before]:
    """What the patient's own entry said and doesn't say now, in the order in which it came.

    What only had something added to it still stands, and isn't told twice. An entry of somebody else's has none.
    """
    people = dict(experiments.people_of(patient, patient.id))
    numbers, moments = _numbers(patient, check_in_id), _moments(patient, check_in_id, people)
    found = (*numbers, *moments, *_details(patient, check_in_id, people))
    return sorted(found, key=lambda before: before.said_at)


def _numbers(patient: Actor, check_in_id: UUID) -> list[Before]:
    of_it = (CheckIn.patient_id == patient.id, CheckIn.id == check_in_id)
    first = sa.select(CheckIn.received_at, *(getattr(CheckIn, name) for name in SAID)).where(*of_it)
    again = _said_of(patient, check_in_id, Correction, *(getattr(Correction, name) for name in SAID))
    rows = [*db.session.execute(first), *db.session.execute(again)]
    return [_both(was) for was, then in pairwise(rows) if was[1:] != then[1:]]


def _both(row: sa.Row[Any]) -> Before:
    guilt, urge = Rated(row.guilt, bool(row.guilt_cant_tell)), Rated(row.urge, bool(row.urge_cant_tell))
    return Before(row.received_at, guilt, urge)


def _moments(patient: Actor, check_in_id: UUID, people: dict[UUID, str]) -> list[Before]:
    columns = (UrgeMoment.urge, UrgeMoment.outcome, UrgeMoment.person_id, UrgeMoment.worth_less)
    rows = db.session.execute(_said_of(patient, check_in_id, UrgeMoment, *columns))
    return [
        Before(was.received_at, moment=Moment(*was[1:]), person=people.get(was.person_id, ""))
        for was, then in pairwise(rows)
        if not _stands_in(was, then)
    ]


def _details(patient: Actor, check_in_id: UUID, people: dict[UUID, str]) -> list[Before]:
    plain = (CheckInDetail.guilt_kind, CheckInDetail.body, CheckInDetail.trigger_id, CheckInDetail.person_id)
    sealed = (*(opened(CheckInDetail, name) for name in WORDS), opened(Trigger, "label"))
    feelings = (getattr(CheckInDetail, name) for name in FEELINGS)
    query = _said_of(patient, check_in_id, CheckInDetail, *plain, *feelings, *sealed)
    rows = db.session.execute(query.outerjoin(Trigger, Trigger.id == CheckInDetail.trigger_id))
    return [_detail(was, people) for was, then in pairwise(rows) if not _stands_in(was, then)]


def _detail(row: sa.Row[Any], people: dict[UUID, str]) -> Before:
    return Before(
        row.received_at,
        person=people.get(row.person_id, ""),
        trigger=row.label or "",
        guilt_kind=row.guilt_kind,
        body=tuple(BodySignal(each) for each in row.body or ()),
        feelings={name: getattr(row, name) for name in FEELINGS if getattr(row, name) is not None},
        words={name: getattr(row, name) for name in WORDS if getattr(row, name)},
    )


def _said_of(patient: Actor, check_in_id: UUID, model: type[HangsOnEntry], *columns: Any) -> sa.Select[Any]:
    of_it = (model.patient_id == patient.id, model.check_in_id == check_in_id)
    return sa.select(model.received_at, *columns).where(*of_it).order_by(model.number)


def _stands_in(was: sa.Row[Any], then: sa.Row[Any]) -> bool:
    """Whether all that was said, whenever it came, still stands in what came after it."""
    both: Iterable[tuple[object, object]] = zip(was[1:], then[1:], strict=True)
    return all(still_stands(said, now) for said, now in both)
