"""What somebody could do who has the database in their hands."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from companion.database import WRITE
from companion.extensions import db


@contextmanager
def without_triggers(table: str) -> Iterator[sa.Connection]:
    """A connection on which a table's triggers don't fire; they are there again afterwards."""
    db.session.rollback()
    with db.engine.connect().execution_options(**{WRITE: True}) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            yield connection
            connection.execute(sa.text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
            return
        found = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
        triggers = connection.execute(found, {"table": table}).all()
        for name, _made_by in triggers:
            connection.execute(sa.text(f"DROP TRIGGER {name}"))
        yield connection
        for _name, made_by in triggers:
            connection.exec_driver_sql(made_by)
