"""Which entries the patient wants at the top of what the therapist reads."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from companion.accounts import queries as accounts
from companion.accounts.rules import Actor
from companion.checkins.models import Highlight
from companion.extensions import db


def highlighted(viewer: Actor, patient_id: UUID) -> frozenset[UUID]:
    """The entries that the patient wants at the top of what the therapist reads, seen or not.

    Raises NotFoundError for whom the viewer may not read.
    """
    accounts.patient_for(viewer, patient_id)
    return frozenset(db.session.scalars(_highlighted_of(patient_id)))


def is_highlighted(patient: Actor, check_in_id: UUID) -> bool:
    """Whether the patient wants their own entry at the top of what the therapist reads."""
    query = _highlighted_of(patient.id).where(Highlight.check_in_id == check_in_id)
    return db.session.scalar(query) is not None


def _highlighted_of(patient_id: UUID) -> sa.Select[Any]:
    """The entries of which the latest word is that they go on top."""
    later = orm.aliased(Highlight)
    was_said_again = sa.exists().where(later.check_in_id == Highlight.check_in_id, later.number > Highlight.number)
    return sa.select(Highlight.check_in_id).where(Highlight.patient_id == patient_id, Highlight.is_on, ~was_said_again)
