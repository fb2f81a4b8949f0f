"""Reads about appointments."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from companion.accounts.queries import patient_for
from companion.accounts.rules import Actor
from companion.extensions import db
from companion.kernel.errors import NotFoundError
from companion.sessions.models import Session

ON = Session.taken_off_at.is_(None)
"""That it wasn't taken off."""


@dataclass(frozen=True)
class ComingSession:
    """An appointment that lies ahead."""

    id: UUID
    at: datetime


@dataclass(frozen=True)
class Meeting:
    """An appointment, ahead or held."""

    id: UUID
    patient_id: UUID
    therapist_id: UUID
    at: datetime


def coming_sessions(therapist: Actor, patient_id: UUID, now: datetime) -> list[ComingSession]:
    """The therapist's own appointments with this patient that lie ahead, soonest first; or raises NotFoundError."""
    patient_for(therapist, patient_id)
    rows = db.session.execute(
        sa.select(Session.id, Session.at)
        .where(Session.therapist_id == therapist.id, Session.patient_id == patient_id, Session.at >= now, ON)
        .order_by(Session.at)
    )
    return [ComingSession(*row) for row in rows]


def next_sessions(therapist: Actor, patient_ids: Collection[UUID], now: datetime) -> dict[UUID, datetime]:
    """The therapist's next appointment with each of these patients, where one is known; in one statement."""
    rows = db.session.execute(
        sa.select(Session.patient_id, sa.func.min(Session.at))
        .where(Session.therapist_id == therapist.id, Session.patient_id.in_(patient_ids), Session.at >= now, ON)
        .group_by(Session.patient_id)
    )
    return dict(rows.all())


def meetings(viewer: Actor, patient_id: UUID) -> list[Meeting]:
    """All appointments of a patient that weren't taken off, newest first; or raises NotFoundError."""
    patient_for(viewer, patient_id)
    rows = db.session.execute(_meetings().where(Session.patient_id == patient_id).order_by(Session.at.desc()))
    return [Meeting(*row) for row in rows]


def meeting(viewer: Actor, patient_id: UUID, session_id: UUID) -> Meeting:
    """One of them. Raises NotFoundError for a missing or foreign one, and one that was taken off."""
    patient_for(viewer, patient_id)
    row = db.session.execute(
        _meetings().where(Session.patient_id == patient_id, Session.id == session_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return Meeting(*row)


def next_appointment(patient: Actor, now: datetime) -> ComingSession | None:
    """The patient's next appointment, in one statement."""
    row = db.session.connection().execute(_NEXT, {"patient_id": patient.id, "now": now}).one_or_none()
    return ComingSession(*row) if row else None


def _meetings() -> sa.Select[UUID, UUID, UUID, datetime]:
    return sa.select(Session.id, Session.patient_id, Session.therapist_id, Session.at).where(ON)


_NEXT = (
    sa.select(Session.id, Session.at)
    .where(Session.patient_id == sa.bindparam("patient_id", type_=sa.Uuid()), Session.at >= sa.bindparam("now"), ON)
    .order_by(Session.at)
    .limit(1)
)
"""Put together once: that takes SQLAlchemy longer than the database takes to answer."""
