"""Text columns that are stored sealed: clear in Python, bytes in the database, under the key of whose words they are.

    class Activity(WithWords, Model):
        label = Sealed()

`Activity(patient_id=…, label="tennis").label` is clear text; `sa.select(Activity.label)` yields it clear, too. What no
query can do is filter or sort by it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, cast, overload
from uuid import UUID

import sqlalchemy as sa
from flask import current_app
from sqlalchemy import event, orm
from sqlalchemy.orm import Mapped, mapped_column

from companion.kernel.ids import new_id
from companion.kernel.sealing import KeyRing, Place, seal, unseal
from companion.kernel.words import Words


def ring() -> KeyRing:
    """The keys of this installation."""
    return cast("KeyRing", current_app.extensions["keys"])


class WithWords:
    """A table with sealed columns. Each row needs an `id`, and the column that says whose key seals it."""

    SEALED_FOR: ClassVar[str] = "patient_id"
    SEALED: ClassVar[dict[str, "Sealed"]] = {}

    __tablename__: str
    id: Mapped[UUID]


class Sealed:
    """One sealed text column of a table; "" where nothing was written.

    `nullable` is for a column that came later to a table that had rows: those hold NULL there.
    """

    name: str
    stored: str
    """The mapped attribute that holds the bytes; its column has the plain name."""

    def __init__(self, *, nullable: bool = False) -> None:
        self.nullable = nullable

    def __set_name__(self, owner: type[WithWords], name: str) -> None:
        self.name, self.stored, self.pending = name, f"{name}_sealed", f"_{name}_pending"
        owner.SEALED = {**owner.SEALED, name: self}
        # Before SQLAlchemy maps the class, which it does once the class is made.
        setattr(owner, self.stored, mapped_column(name, sa.LargeBinary, nullable=self.nullable, default=b""))

    @overload
    def __get__(self, row: None, owner: type[WithWords]) -> "Opened": ...
    @overload
    def __get__(self, row: WithWords, owner: type[WithWords]) -> Words: ...
    def __get__(self, row: WithWords | None, owner: type[WithWords]) -> "Words | Opened":
        if row is None:
            return opened(owner, self.name)
        waiting: Words | None = row.__dict__.get(self.pending)
        if waiting is not None:
            return waiting
        sealed: bytes | None = getattr(row, self.stored)
        return unseal(sealed, ring(), self.place_in(row)) if sealed else Words()

    def __set__(self, row: WithWords, words: str) -> None:
        if None in {row.id, getattr(row, row.SEALED_FOR)}:
            row.__dict__[self.pending] = Words(words)  # until the row is written, and knows where it stands
        elif words != self.__get__(row, type(row)):
            setattr(row, self.stored, self._seal(row, words))

    def seal_pending(self, row: WithWords) -> None:
        if (words := row.__dict__.pop(self.pending, None)) is not None:
            setattr(row, self.stored, self._seal(row, words))

    def place_in(self, row: WithWords) -> Place:
        return Place(getattr(row, row.SEALED_FOR), row.__tablename__, self.name, row.id)

    def _seal(self, row: WithWords, words: str) -> bytes:
        place = self.place_in(row)
        return seal(words, ring().newest(place.person_id), place)


@event.listens_for(WithWords, "before_insert", propagate=True)
def seal_what_waits(_mapper: object, _connection: object, row: WithWords) -> None:
    given: UUID | None = row.id  # its default would come too late
    row.id = given or new_id()
    for column in row.SEALED.values():
        column.seal_pending(row)


class Opened(orm.Bundle[Any]):
    """A sealed column in a query, opened as its rows are read; None where the database answered NULL."""

    inherit_cache = True

    def __init__(self, table: str, column: str, *columns: Any) -> None:
        super().__init__(column, *columns)
        self.table, self.column = table, column

    def create_row_processor(
        self,
        query: object,  # noqa: ARG002  # what SQLAlchemy hands over
        procs: Sequence[Callable[[sa.Row[Any]], Any]],
        labels: Sequence[str],  # noqa: ARG002
    ) -> Callable[[sa.Row[Any]], Words | None]:
        whose, which, what = procs
        table, column, keys = self.table, self.column, ring()

        def read(row: sa.Row[Any]) -> Words | None:
            sealed = what(row)
            if not sealed:
                return None if sealed is None else Words()
            return unseal(bytes(sealed), keys, Place(whose(row), table, column, which(row)))

        return read


def opened(
    model: type[WithWords],
    name: str,
    source: sa.FromClause | None = None,
    column: sa.ColumnElement[bytes | None] | None = None,
) -> Opened:
    """A sealed column for a select, read from the model itself or from `source`, a subquery or an alias of it.

    `column` stands in for the bytes, as a CASE that leaves them out.
    """
    names = (model.SEALED_FOR, "id", model.SEALED[name].stored if source is None else name)
    whose, which, what = (getattr(model, each) if source is None else source.c[each] for each in names)
    return Opened(model.__tablename__, name, whose, which, what if column is None else column)


def stored(model: type[WithWords], name: str) -> sa.ColumnElement[bytes]:
    """A sealed column as it is stored, for a statement that is run past the ORM; `words_in` opens what it reads."""
    return cast("sa.ColumnElement[bytes]", getattr(model, model.SEALED[name].stored))


def words_in(model: type[WithWords], name: str, person_id: UUID, row_id: UUID, sealed: bytes) -> Words:
    """The words of a sealed column, given whose they are, in which row they stand, and the bytes."""
    return unseal(bytes(sealed), ring(), Place(person_id, model.__tablename__, name, row_id))


def sealed_values(model: type[WithWords], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a row as an INSERT of the table takes them: words sealed, under the names of columns.

    They need the row's `id` and the person's.
    """
    found, key = dict(values), None
    for name in model.SEALED.keys() & values.keys():
        place = Place(values[model.SEALED_FOR], model.__tablename__, name, values["id"])
        key = key or ring().newest(place.person_id)
        found[name] = seal(values[name], key, place)
    return found
