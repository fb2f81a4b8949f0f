"""Reads about appointments."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from companion.accounts.queries import patient_for
from companion.accounts.rules import Actor
from companion.extensions import db
from companion.sessions.models import Session


@dataclass(frozen=True)
class ComingSession:
    """An appointment that lies ahead."""

    id: UUID
    at: datetime


def coming_sessions(therapist: Actor, patient_id: UUID, now: datetime) -> list[ComingSession]:
    """The therapist's own appointments with this patient that lie ahead, soonest first; or raises NotFoundError."""
    patient_for(therapist, patient_id)
    rows = db.session.execute(
        sa.select(Session.id, Session.at)
        .where(Session.therapist_id == therapist.id, Session.patient_id == patient_id, Session.at >= now)
        .order_by(Session.at)
    )
    return [ComingSession(*row) for row in rows]


def next_sessions(therapist: Actor, patient_ids: Collection[UUID], now: datetime) -> dict[UUID, datetime]:
    """The therapist's next appointment with each of these patients, where one is known; in one statement."""
    rows = db.session.execute(
        sa.select(Session.patient_id, sa.func.min(Session.at))
        .where(Session.therapist_id == therapist.id, Session.patient_id.in_(patient_ids), Session.at >= now)
        .group_by(Session.patient_id)
    )
    return dict(rows.all())
