"""Reads about people. Loading someone is the access check."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from companion.accounts.models import CareRelationship, User, ZoneStay
from companion.accounts.rules import Actor, Role
from companion.extensions import db
from companion.kernel.errors import NotFoundError
from companion.kernel.week import ZoneHistory


@dataclass(frozen=True)
class Patient:
    """A patient as others may name them."""

    id: UUID
    name: str
    zone: str


def actor_of(session_id: str) -> Actor | None:
    """The person of a session, in one statement; None where the session has ended."""
    user_id, _, mark = session_id.partition(":")
    try:
        wanted = UUID(user_id)
    except ValueError:
        return None
    columns = (User.id, User.role, User.name, User.zone, User.language, User.mark)
    row = db.session.execute(sa.select(*columns).where(User.id == wanted, User.mark == mark)).one_or_none()
    return Actor(*row) if row else None


def patient_for(viewer: Actor, patient_id: UUID) -> Patient:
    """The patient, for themselves or for a therapist who treats them now; else raises NotFoundError."""
    query = sa.select(User.id, User.name, User.zone).where(User.id == patient_id, User.role == Role.PATIENT)
    if viewer.role is Role.THERAPIST:
        query = query.join(CareRelationship, CareRelationship.patient_id == User.id).where(
            CareRelationship.therapist_id == viewer.id, CareRelationship.until.is_(None)
        )
    elif viewer.id != patient_id:
        raise NotFoundError
    row = db.session.execute(query).one_or_none()
    if row is None:
        raise NotFoundError
    return Patient(*row)


def zones_of(user_ids: list[UUID]) -> dict[UUID, ZoneHistory]:
    """Where each person was when, in one statement."""
    rows = db.session.execute(
        sa.select(ZoneStay.user_id, ZoneStay.since, ZoneStay.zone)
        .where(ZoneStay.user_id.in_(user_ids))
        .order_by(ZoneStay.since)
    )
    stays: dict[UUID, list[tuple[datetime, str]]] = {user_id: [] for user_id in user_ids}
    for user_id, since, zone in rows:
        stays[user_id].append((since, zone))
    return {user_id: ZoneHistory(tuple(found)) for user_id, found in stays.items()}
