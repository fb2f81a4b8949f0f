"""What was called an order, whatever became of the version in which it stood."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from companion.accounts.queries import patient_for
from companion.accounts.rules import Actor
from companion.contract.models import OrderFlag, Task
from companion.extensions import db


@dataclass(frozen=True)
class Flagged:
    """A task that was called an order, by its lineage and words, or a whole version: then `text` is ""."""

    subject_id: UUID
    text: str


def flagged_since(viewer: Actor, patient_id: UUID, since: datetime | None) -> list[Flagged]:
    """What was called an order from an instant on, each once; from the beginning where `since` is None.

    Also of what was answered, taken back or agreed anew meanwhile: it is still to be talked about. Raises
    NotFoundError for anyone else's patient.
    """
    patient_for(viewer, patient_id)
    query = sa.select(OrderFlag.version_id, OrderFlag.task_id, Task.lineage_id, Task.text).outerjoin(
        Task, Task.id == OrderFlag.task_id
    )
    if since is not None:
        query = query.where(OrderFlag.at >= since)
    rows = db.session.execute(query.where(OrderFlag.patient_id == patient_id).order_by(OrderFlag.at))
    found = [Flagged(row.lineage_id, row.text) if row.task_id else Flagged(row.version_id, "") for row in rows]
    return list(dict.fromkeys(found))
