"""The rows of entries: one's own, what hangs on it, and each of them once, however often it is sent."""

from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from companion.accounts import services as accounts
from companion.accounts.rules import Actor
from companion.checkins.models import CheckIn, HangsOnEntry
from companion.checkins.rules import id_for
from companion.database import insert_into
from companion.extensions import Model, db
from companion.kernel.errors import NotFoundError
from companion.kernel.ids import new_id
from companion.sealed import WithWords, sealed_values


def own(actor: Actor, check_in_id: UUID) -> CheckIn:
    """The patient's own entry. Who has taken the turn numbers what hangs on it one after the other."""
    accounts.take_turn(actor)
    entry = db.session.scalar(sa.select(CheckIn).where(CheckIn.id == check_in_id, CheckIn.patient_id == actor.id))
    if entry is None:
        raise NotFoundError
    return entry


def hang(
    model: type[HangsOnEntry],
    entry: CheckIn,
    client_id: UUID,
    content: dict[str, Any],
    at: datetime,
    also: dict[str, Any] | None = None,
) -> bool:
    """Add a row to an entry unless it is there; whether it was new."""
    highest = sa.select(sa.func.coalesce(sa.func.max(model.number), 0)).where(model.check_in_id == entry.id)
    values = (
        content
        | (also or {})
        | {
            "patient_id": entry.patient_id,
            "check_in_id": entry.id,
            "client_id": id_for(client_id, {name: _plain(value) for name, value in content.items()}),
            "number": (db.session.scalar(highest) or 0) + 1,
            "received_at": at,
        }
    )
    return insert_once(model, values, "check_in_id", "client_id") is not None


def _plain(value: object) -> object:
    return str(value) if isinstance(value, UUID) else value


def insert_once(model: type[Model], values: dict[str, Any], *unique: str) -> UUID | None:
    """Insert a row and return its id, or None where one with the same unique columns is there.

    One statement, so that of any number sent at once exactly one is kept.
    """
    connection, row = db.session.connection(), {"id": new_id()} | values
    if issubclass(model, WithWords):
        row = sealed_values(model, row)
    statement = _insertion(model, unique, connection.dialect.name)
    made: UUID | None = connection.scalar(statement, row)
    return made


@cache
def _insertion(model: type[Model], unique: tuple[str, ...], dialect: str) -> sa.Executable:
    """Put together once: that takes longer than the database takes to run it."""
    return (
        insert_into(model, dialect)
        .on_conflict_do_nothing(index_elements=list(unique))
        .returning(sa.column("id", sa.Uuid()))
    )
