"""How migrations run: whole or not at all, one runner at a time, on both databases."""

from typing import Literal

import sqlalchemy as sa
from alembic import context

from companion.database import WRITE, Instant
from companion.extensions import db

MIGRATING = 7_301
"""Any number, the same for all: PostgreSQL lets one holder of this advisory lock migrate; the others wait."""


def run_migrations() -> None:
    with db.engine.connect().execution_options(**{WRITE: True}) as connection:
        if connection.dialect.name == "sqlite":
            _migrate_sqlite(connection)
        else:
            _migrate(connection, first=f"SELECT pg_advisory_xact_lock({MIGRATING})")
    db.engine.dispose()


def _migrate_sqlite(connection: sa.Connection) -> None:
    """Keep foreign keys off, or rebuilding a table deletes the rows that hang on it; said outside a transaction."""
    raw = connection.connection.dbapi_connection
    if raw is None:
        msg = "no connection to migrate"
        raise RuntimeError(msg)
    raw.cursor().execute("PRAGMA foreign_keys = OFF")
    try:
        _migrate(connection, last="PRAGMA foreign_key_check")
    finally:
        raw.cursor().execute("PRAGMA foreign_keys = ON")


def _render_plainly(kind: str, item: object, _: object) -> str | Literal[False]:
    """Write a column type of ours as what it is in the database, so that migrations don't change with the code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Instant) else False


def _migrate(connection: sa.Connection, first: str | None = None, last: str | None = None) -> None:
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,
        compare_type=True,
        compare_server_default=True,
        render_item=_render_plainly,
    )
    with connection.begin(), context.begin_transaction():
        if first:
            connection.exec_driver_sql(first)
        context.run_migrations()
        if last and (orphans := connection.exec_driver_sql(last).all()):
            msg = f"the migration would leave {len(orphans)} rows without what they hang on"
            raise RuntimeError(msg)


run_migrations()
