"""Counts what the database is asked, for tests that hold a page to a budget."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from companion.extensions import db


@contextmanager
def statements() -> Iterator[list[str]]:
    """The SQL that is sent while this is open; needs an application context."""
    seen: list[str] = []

    def note(*execution: Any) -> None:
        seen.append(execution[2])

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
