"""What the acts of this room share: whose session it is, whose turn, the same thing sent twice."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from companion.accounts import services as accounts
from companion.accounts.queries import patient_for
from companion.accounts.rules import Actor, Role
from companion.extensions import Base, db
from companion.kernel.errors import NotFoundError, RefusedError, SentBeforeError
from companion.kernel.ids import new_id
from companion.sessions.models import Session
from companion.sessions.queries.view_models import fingerprint_of
from companion.sessions.rules import has_begun, may_be_written_up

CHANGED_MEANWHILE = _l(
    "This was changed while you had it open. What you typed is still here; what stands now is shown with it."
)
STILL_TO_COME = _l("That session is still to come.")

Row = TypeVar("Row", bound=Base)


def held_by(therapist: Actor, patient_id: UUID, session_id: UUID, at: datetime) -> Session:
    """A session that a therapist may write down: of a patient in their care, and begun or about to be."""
    if therapist.role is not Role.THERAPIST:
        raise NotFoundError
    session = session_of(therapist, patient_id, session_id)
    if not may_be_written_up(session.at, at):
        raise RefusedError(STILL_TO_COME)
    return session


def own_session(patient: Actor, session_id: UUID) -> Session:
    """The patient's own session."""
    if patient.role is not Role.PATIENT:
        raise NotFoundError
    return session_of(patient, patient.id, session_id)


def own_begun(patient: Actor, session_id: UUID, at: datetime) -> Session:
    """The patient's own session, once its time has come; before that it raises RefusedError."""
    session = own_session(patient, session_id)
    if not has_begun(session.at, at):
        raise RefusedError(STILL_TO_COME)
    return session


def session_of(actor: Actor, patient_id: UUID, session_id: UUID) -> Session:
    """A session of a patient whom the actor may read. Other acts of this patient's wait until this one ends."""
    accounts.take_turn(patient_for(actor, patient_id))
    session = db.session.scalars(
        sa.select(Session)
        .where(Session.id == session_id, Session.patient_id == patient_id, Session.taken_off_at.is_(None))
        .execution_options(populate_existing=True)
    ).one_or_none()
    if session is None:
        raise NotFoundError
    return session


def known(model: type[Row], row_id: UUID | None, **same: object) -> Row | None:
    """The row that a page made before under this id; None for a new one.

    Raises NotFoundError where it hangs on something else, RefusedError where it says something else.
    """
    row = db.session.get(model, row_id, populate_existing=True) if row_id else None
    if row is None:
        return None
    hangs_on = {name: value for name, value in same.items() if name.endswith("_id")}
    if any(getattr(row, name) != value for name, value in hangs_on.items()):
        raise NotFoundError
    if any(getattr(row, name) != value for name, value in same.items()):
        raise SentBeforeError
    return row


def add(row: Row) -> Row:
    """Write a row that nothing stands in the way of."""
    db.session.add(row)
    db.session.flush()
    return row


def add_numbered(model: type[Row], on: Mapping[str, Any], row_id: UUID | None, **values: object) -> Row:
    """Write a row that counts after those which hang on the same; who has the turn counts one after the other."""
    columns: Any = model
    highest = sa.select(sa.func.coalesce(sa.func.max(columns.number), 0)).filter_by(**on).select_from(model)
    number = (db.session.scalar(highest) or 0) + 1
    return add(model(id=row_id or new_id(), number=number, **on, **values))


def require_unchanged(seen: bytes | None, stands: Any) -> None:  # noqa: ANN401  # as above
    """Raise RefusedError where a page showed something else than what stands; None writes whatever stands."""
    if seen is not None and seen != fingerprint_of(stands):
        raise RefusedError(CHANGED_MEANWHILE)
