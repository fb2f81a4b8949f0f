"""What stands in the audit, as tests ask for it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from companion.audit.models import AuditEvent
from companion.extensions import db


@dataclass(frozen=True)
class Event:
    """One event: what, by whom, about whom, and what is told of it."""

    code: str
    by: UUID | None
    about: UUID | None
    told: dict[str, Any]


def noted(*codes: str) -> list[Event]:
    """The events of these codes, in order; all without any."""
    query = sa.select(AuditEvent.event, AuditEvent.actor_id, AuditEvent.person_id, AuditEvent.about)
    if codes:
        query = query.where(AuditEvent.event.in_(codes))
    db.session.rollback()  # what others committed is seen
    return [Event(*row) for row in db.session.execute(query.order_by(AuditEvent.number))]
