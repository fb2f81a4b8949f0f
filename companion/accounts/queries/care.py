"""Reads about who treats whom now, and who covers for whom."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa

from companion.accounts.models import CareRelationship, User
from companion.accounts.queries.people import Patient, names_of, patient_for
from companion.accounts.rules.care import last_day_of
from companion.accounts.rules.people import Actor, Role
from companion.extensions import db
from companion.kernel.errors import NotFoundError


@dataclass(frozen=True)
class Cover:
    """One therapist stands in for another with a patient, until an instant."""

    by_id: UUID
    by: str
    covers_for: str
    """The name of the therapist who is away."""
    since: datetime
    until: datetime

    def last_day(self, zone: str) -> date:
        """The local day, in this zone, that still belongs to it."""
        return last_day_of(self.until, zone)


@dataclass(frozen=True)
class Treating:
    """A therapist who treats a patient for good, and since when."""

    name: str
    since: datetime


@dataclass(frozen=True)
class Care:
    """Who treats a patient now, as the patient is told; `ended` is the last who did, where nobody does."""

    now: tuple[Treating, ...]
    covers: tuple[Cover, ...]
    ended: Treating | None
    ended_at: datetime | None


def own_patient_for(therapist: Actor, patient_id: UUID) -> Patient:
    """A patient whom this therapist treats as the regular one; raises NotFoundError for one who only covers."""
    patient = patient_for(therapist, patient_id)
    if therapist.role is not Role.THERAPIST or not is_regular(therapist, patient_id):
        raise NotFoundError
    return patient


def is_regular(therapist: Actor, patient_id: UUID) -> bool:
    """Whether this therapist treats the patient now, and doesn't only cover for another."""
    found = sa.select(CareRelationship.id).where(
        CareRelationship.patient_id == patient_id,
        CareRelationship.therapist_id == therapist.id,
        CareRelationship.until.is_(None),
        CareRelationship.covers_for.is_(None),
    )
    return db.session.scalar(found) is not None


def covers_with(therapist: Actor, patient_ids: Collection[UUID]) -> dict[UUID, Cover]:
    """The cover that this therapist gives, or has arranged, for each of these patients where there is one."""
    mine = sa.or_(CareRelationship.therapist_id == therapist.id, CareRelationship.covers_for == therapist.id)
    return dict(_covers(mine, CareRelationship.patient_id.in_(patient_ids)))


def care_of(patient: Actor) -> Care:
    """Who treats this patient now, who covers, or who was the last."""
    rows = db.session.execute(
        sa.select(CareRelationship.since, CareRelationship.until, User.name)
        .join(User, User.id == CareRelationship.therapist_id)
        .where(CareRelationship.patient_id == patient.id, CareRelationship.covers_for.is_(None))
        .order_by(CareRelationship.since)
    ).all()
    treating = tuple(Treating(row.name, row.since) for row in rows if row.until is None)
    covers = tuple(cover for _, cover in _covers(CareRelationship.patient_id == patient.id))
    last = max(rows, key=lambda row: row.until) if rows and not treating else None
    return Care(treating, covers, Treating(last.name, last.since) if last else None, last.until if last else None)


def therapists_beside(therapist: Actor) -> list[tuple[UUID, str]]:
    """The other therapists of the practice, by name; nobody for other roles."""
    if therapist.role is not Role.THERAPIST:
        return []
    others = sa.select(User.id, User.name).where(User.role == Role.THERAPIST, User.id != therapist.id)
    return sorted(((row.id, row.name) for row in db.session.execute(others)), key=lambda each: each[1].casefold())


def _covers(*which: sa.ColumnElement[bool]) -> list[tuple[UUID, Cover]]:
    """Open covers, each with the patient's id."""
    rows = db.session.execute(
        sa.select(
            CareRelationship.patient_id,
            CareRelationship.therapist_id,
            CareRelationship.covers_for,
            CareRelationship.since,
            CareRelationship.covers_until,
        )
        .where(CareRelationship.until.is_(None), CareRelationship.covers_for.is_not(None), *which)
        .order_by(CareRelationship.since)
    ).all()
    names = names_of({each for _, by_id, covers_for, *_more in rows for each in (by_id, covers_for) if each})
    return [
        (patient_id, Cover(by_id, names[by_id], names[covers_for], since, until))
        for patient_id, by_id, covers_for, since, until in rows
        if covers_for and until  # of a cover both are there
    ]
