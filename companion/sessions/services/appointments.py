"""What a therapist does about appointments."""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from companion.accounts.queries import patient_for
from companion.accounts.rules import Actor, Role
from companion.extensions import db
from companion.kernel.errors import NotFoundError, RefusedError
from companion.sessions.models import Session

FURTHEST_AHEAD = timedelta(days=366)
"""A session later than this is a slip of the year."""


def set_next_session(therapist: Actor, patient_id: UUID, at_session: datetime, at: datetime) -> None:
    """Note an appointment with a patient; the same one again is as if done, and one that was taken off is on again.

    Raises NotFoundError for a patient not in this therapist's care, and RefusedError where the time isn't ahead.
    """
    _require_therapist_of(therapist, patient_id)
    if at_session <= at:
        raise RefusedError(_l("That time has gone by."), field="day")
    if at_session - at > FURTHEST_AHEAD:
        raise RefusedError(_l("That is more than a year ahead. Is the year right?"), field="day")
    try:
        with db.session.begin_nested():
            db.session.add(Session(patient_id=patient_id, therapist_id=therapist.id, at=at_session))
    except IntegrityError:  # it stands there already, or was taken off
        db.session.execute(
            sa.update(Session)
            .where(Session.patient_id == patient_id, Session.therapist_id == therapist.id, Session.at == at_session)
            .values(taken_off_at=None)
        )


def remove_session(therapist: Actor, patient_id: UUID, session_id: UUID, at: datetime) -> None:
    """Take off an appointment that lies ahead. Raises NotFoundError where there is no such one.

    It stays, unseen: what the patient wrote for it is theirs, and begins their point for the next.
    What either added to its agenda and wasn't talked about stands on the next one's.
    """
    _require_therapist_of(therapist, patient_id)
    session = db.session.scalars(
        sa.select(Session).where(
            Session.id == session_id,
            Session.therapist_id == therapist.id,
            Session.patient_id == patient_id,
            Session.at >= at,
            Session.taken_off_at.is_(None),
        )
    ).one_or_none()
    if session is None:
        raise NotFoundError
    session.taken_off_at = at
    db.session.flush()


def _require_therapist_of(therapist: Actor, patient_id: UUID) -> None:
    if therapist.role is not Role.THERAPIST:
        raise NotFoundError
    patient_for(therapist, patient_id)
