"""A copy of all that is a patient's own, read from the tables as they are."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from companion.accounts.queries import names_of
from companion.accounts.rules import Actor, Role
from companion.extensions import Base, db
from companion.kernel.errors import NotFoundError
from companion.kernel.sealing import Place, unseal
from companion.privacy.rules import LEFT_OUT, Row, read_by_the_patient, whose
from companion.sealed import WithWords, ring

THERAPISTS = ("therapist_id", "covers_for")


def copy_of(patient: Actor, at: datetime) -> dict[str, Any]:
    """All that is this patient's own, fit for JSON: by table, rows by their primary key, words opened, instants in UTC.

    `people` names the therapists whom the rows mention. Raises NotFoundError for other roles.
    """
    if patient.role is not Role.PATIENT:
        raise NotFoundError
    ring().load([patient.id])
    found: dict[str, list[Row]] = {}
    for table in db.metadata.sorted_tables:  # each after those that it hangs on
        if (column := whose(table.name, table.columns.keys())) is not None:
            links = _links(table, found)
            rows = _rows(table, column, patient.id)
            found[table.name] = [row for row in rows if all(row[name] in known for name, known in links)]
    mentioned = {row[name] for rows in found.values() for row in rows for name in THERAPISTS if row.get(name)}
    return {
        "made_at": _plain(at),
        "people": {str(person_id): str(name) for person_id, name in names_of(mentioned).items()},
        "tables": {name: [_told(name, row) for row in rows] for name, rows in found.items()},
    }


def _links(table: sa.Table, found: Mapping[str, list[Row]]) -> list[tuple[str, set[object]]]:
    """Columns that name a row of the patient's, each with the rows of the copy: what hangs on others is left out.

    So the lines of a draft that isn't theirs yet go with it, also of one that begins while the copy is made.
    """
    return [
        (link.parent.name, {None} | {row[link.column.name] for row in found[link.column.table.name]})
        for link in table.foreign_keys
        if link.column.table.name in found and link.column.primary_key and "patient_id" in link.column.table.columns
    ]


def _rows(table: sa.Table, whose_column: str, patient_id: UUID) -> list[Row]:
    query = sa.select(table).where(table.columns[whose_column] == patient_id).order_by(*table.primary_key)
    rows: list[Row] = [dict(row) for row in db.session.execute(query).mappings()]
    return [_opened(table.name, row) for row in read_by_the_patient(table.name, rows)]


def _opened(table: str, row: Row) -> Row:
    model = _models().get(table)
    if model is None:
        return row
    keys, opened = ring(), dict(row)
    for name in model.SEALED:
        if sealed := row[name]:
            opened[name] = unseal(bytes(sealed), keys, Place(row[model.SEALED_FOR], table, name, row["id"]))
        elif sealed is not None:
            opened[name] = ""
    return opened


def _models() -> dict[str, type[WithWords]]:
    models = (mapper.class_ for mapper in Base.registry.mappers)
    return {model.__tablename__: model for model in models if issubclass(model, WithWords)}


def _told(table: str, row: Row) -> dict[str, Any]:
    return {name: _plain(value) for name, value in row.items() if name not in LEFT_OUT.get(table, ())}


def _plain(value: object) -> object:
    """As JSON says it: days and instants by ISO 8601, ids as text, hashes in hexadecimal digits."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return value.hex() if isinstance(value, bytes) else value
