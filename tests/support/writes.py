"""What a request wrote: seen at the database's own door, so that nothing slips by."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event

from companion.extensions import db

BOOKKEEPING = {"audit_event", "audit_head", "login_session", "throttle"}
"""Tables about the use of the application and not about anybody's therapy: looking at a page may write them."""

WRITE = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)


class Writes:
    """The tables that were written to and committed, one entry for each statement."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self._pending: list[str] = []

    def clear(self) -> None:
        self.kept.clear()
        self._pending.clear()

    def note(self, _c: object, _cursor: object, statement: str, *_more: object) -> None:
        if (found := WRITE.match(statement)) and found[1] not in BOOKKEEPING:
            self._pending.append(found[1])

    def keep(self, *_: object) -> None:
        self.kept += self._pending
        self._pending.clear()

    def forget(self, *_: object) -> None:
        self._pending.clear()


@contextmanager
def writes_of(app: Flask) -> Iterator[Writes]:
    """Watch what is committed meanwhile."""
    seen = Writes()
    with app.app_context():
        engine = db.engine
    listeners = (("before_cursor_execute", seen.note), ("commit", seen.keep), ("rollback", seen.forget))
    for name, listener in listeners:
        event.listen(engine, name, listener)
    try:
        yield seen
    finally:
        for name, listener in listeners:
            event.remove(engine, name, listener)


@contextmanager
def nothing_kept(app: Flask) -> Iterator[Writes]:
    """As `writes_of`, but each commit checks what it would write and takes it back.

    So a guard may walk every change there is on the same things: none of them is changed by the one before.
    """
    with writes_of(app) as seen:

        def take_back() -> None:
            db.session.flush()
            seen.keep()
            db.session.rollback()

        with mock.patch.object(db.session, "commit", take_back):
            yield seen


def contents(app: Flask) -> dict[str, list[str]]:
    """Every row of every table as it is stored, bookkeeping aside, to compare before with after."""
    with app.app_context(), db.engine.connect() as connection:
        return {
            table.name: sorted(map(str, connection.execute(sa.select(sa.text("*")).select_from(table))))
            for table in db.metadata.sorted_tables
            if table.name not in BOOKKEEPING
        }
