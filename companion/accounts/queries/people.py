"""Reads about people. Loading someone is the access check."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from companion.accounts.models import CareRelationship, Clinic, Consent, Invitation, User, ZoneStay
from companion.accounts.rules.codes import CodeState, code_hash, code_state, is_usable
from companion.accounts.rules.people import Actor, Role, plain_username
from companion.extensions import db
from companion.kernel.errors import NotFoundError
from companion.kernel.week import ZoneHistory
from companion.sealed import ring


@dataclass(frozen=True)
class Patient:
    """A patient as others may name them."""

    id: UUID
    name: str
    zone: str
    covers_until: datetime | None = field(default=None, kw_only=True)
    """Until when the viewer is there for a colleague; None for the regular therapist, and for the patient."""


@dataclass(frozen=True)
class PatientInCare(Patient):
    """A patient of a therapist's caseload."""

    since: datetime
    has_begun: bool
    """Has opened their code, and can sign in."""


@dataclass(frozen=True)
class LastCode:
    """The last code that a therapist made for a patient: `until` it opens, or when it was used or ran out."""

    state: CodeState
    until: datetime | None = None


@dataclass(frozen=True)
class Invited:
    """The person whom a code, still open, was made for."""

    id: UUID
    role: Role
    name: str
    username: str
    """Empty for a patient who is yet to begin; else a patient's code is for a new password."""
    zone: str


@dataclass(frozen=True)
class Account:
    """What a person may read about their own account."""

    name: str
    username: str
    zone: str
    consented_at: datetime | None


@dataclass(frozen=True)
class Practice:
    """The practice itself, as Help names it."""

    name: str
    phone: str
    country: str


@dataclass(frozen=True)
class Colleague:
    """Someone who works at the practice."""

    name: str
    role: Role


def username_mark(username: str) -> bytes:
    """By which a person of this username is found: names themselves are sealed. However it is typed, it is the same."""
    return ring().mac("username", plain_username(username).encode())


def patient_for(viewer: Actor, patient_id: UUID) -> Patient:
    """The patient, for themselves or for a therapist who treats them now; else raises NotFoundError."""
    query = sa.select(User.id, User.name, User.zone).where(User.id == patient_id, User.role == Role.PATIENT)
    if viewer.role is Role.THERAPIST:
        query = (
            query.add_columns(CareRelationship.covers_until)
            .join(CareRelationship, CareRelationship.patient_id == User.id)
            .where(*_treated_by(viewer))
        )
    elif viewer.id != patient_id:
        raise NotFoundError
    row = db.session.execute(query).one_or_none()
    if row is None:
        raise NotFoundError
    return Patient(*row[:3], covers_until=row[3] if viewer.role is Role.THERAPIST else None)


def zones_of(user_ids: list[UUID]) -> dict[UUID, ZoneHistory]:
    """Where each person was when, in one statement."""
    rows = db.session.connection().execute(_STAYS, {"user_ids": list(user_ids)})
    stays: dict[UUID, list[tuple[datetime, str]]] = {user_id: [] for user_id in user_ids}
    for user_id, since, zone in rows:
        stays[user_id].append((since, zone))
    return {user_id: ZoneHistory(tuple(found)) for user_id, found in stays.items()}


_STAYS = (
    sa.select(ZoneStay.user_id, ZoneStay.since, ZoneStay.zone)
    .where(ZoneStay.user_id.in_(sa.bindparam("user_ids", expanding=True)))
    .order_by(ZoneStay.since)
)
"""Put together once: that takes SQLAlchemy longer than the database takes to answer."""


def patients_of(therapist: Actor) -> list[PatientInCare]:
    """Everybody in this therapist's care now, by name; nobody for other roles."""
    ring().load(ids_of_patients_of(therapist))
    rows = db.session.execute(
        sa.select(User.id, User.name, User.zone, CareRelationship.since, User.username_mark.is_not(None))
        .join(CareRelationship, CareRelationship.patient_id == User.id)
        .where(*_treated_by(therapist))
    )
    return sorted((PatientInCare(*row) for row in rows), key=lambda each: (each.name.casefold(), each.id))


def ids_of_patients_of(therapist: Actor) -> list[UUID]:
    """Everybody in this therapist's care now; nobody for other roles."""
    return list(db.session.scalars(sa.select(CareRelationship.patient_id).where(*_treated_by(therapist))))


def ids_of_therapists_of(patient_id: UUID) -> list[UUID]:
    """Everybody who treats this patient now, who covers included."""
    query = sa.select(CareRelationship.therapist_id).where(
        CareRelationship.patient_id == patient_id, CareRelationship.until.is_(None)
    )
    return list(db.session.scalars(query))


def _treated_by(therapist: Actor) -> tuple[sa.ColumnElement[bool], ...]:
    return CareRelationship.therapist_id == therapist.id, CareRelationship.until.is_(None)


def names_of(ids: Collection[UUID]) -> dict[UUID, str]:
    """What people are called, by their ids. Asks nobody who wants to know."""
    if not ids:
        return {}
    ring().load(ids)
    return {row.id: row.name for row in db.session.execute(sa.select(User.id, User.name).where(User.id.in_(ids)))}


def last_code(therapist: Actor, patient_id: UUID, at: datetime) -> LastCode:
    """How the last code for a patient stands. Raises NotFoundError for a patient not in this therapist's care."""
    patient_for(therapist, patient_id)
    row = db.session.execute(
        sa.select(Invitation.used_at, Invitation.expires_at)
        .where(Invitation.person_id == patient_id)
        .order_by(Invitation.created_at.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return LastCode(CodeState.NONE)
    used_at, expires_at = row
    return LastCode(code_state(used_at, expires_at, at), used_at or expires_at)


def invited_by(code: str, at: datetime) -> Invited | None:
    """Whom a code was made for; None for every code that doesn't open the door, whatever the reason."""
    row = db.session.execute(
        sa.select(Invitation.used_at, Invitation.expires_at, User.id, User.role, User.name, User.username, User.zone)
        .join(User, User.id == Invitation.person_id)
        .where(Invitation.code_hash == code_hash(code))
    ).one_or_none()
    if row is None or not is_usable(row.used_at, row.expires_at, at):
        return None
    return Invited(row.id, row.role, row.name, row.username, row.zone)


def account_of(viewer: Actor) -> Account:
    """The viewer's own account."""
    consented_at = sa.select(sa.func.max(Consent.at)).where(Consent.user_id == User.id).scalar_subquery()
    row = db.session.execute(
        sa.select(User.name, User.username, User.zone, consented_at).where(User.id == viewer.id)
    ).one()
    return Account(*row)


def clinic() -> Practice | None:
    """The practice, for everyone; None until an administrator has named it."""
    row = db.session.execute(sa.select(Clinic.name, Clinic.phone, Clinic.country)).one_or_none()
    return Practice(*row) if row else None


def colleagues(admin: Actor) -> list[Colleague]:
    """Therapists and administrators, by name; never patients. Raises NotFoundError for other roles."""
    if admin.role is not Role.ADMIN:
        raise NotFoundError
    rows = db.session.execute(sa.select(User.name, User.role).where(User.role != Role.PATIENT))
    return sorted((Colleague(*row) for row in rows), key=lambda each: (each.role, each.name.casefold()))


def people_by_role() -> dict[Role, int]:
    """How many accounts there are of each role, for the operator."""
    counted = db.session.execute(sa.select(User.role, sa.func.count()).group_by(User.role))
    return dict.fromkeys(Role, 0) | dict(counted.all())


def everybody() -> set[UUID]:
    """The ids of all there are, for the operator."""
    return set(db.session.scalars(sa.select(User.id)))


def is_empty() -> bool:
    """Whether nobody has an account yet."""
    return db.session.scalar(sa.select(User.id).limit(1)) is None
