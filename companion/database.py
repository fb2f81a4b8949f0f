"""The two databases: an encrypted SQLite file, or PostgreSQL; and the column types both share."""

import fcntl
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase
from sqlcipher3 import dbapi2 as sqlcipher

from companion.config import Settings

WRITE = "companion_write"
"""Execution option of a connection that is going to write."""

OLDEST_SQLITE = (3, 51, 3)
"""The first release without the WAL-reset bug, which can corrupt a database that several processes write."""

PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "busy_timeout": 10_000}
"""What each SQLite connection sets, then reads back; synchronous 2 is FULL: a commit is on the disk when it returns."""


class DatabaseRefusedError(Exception):
    """The database isn't fit to hold what people entrust to it; says why."""


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware datetime, stored and read in UTC. Refuses a naive one."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "an instant needs a time zone"
            raise ValueError(msg)
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


def insert_into(table: type[DeclarativeBase] | sa.Table, dialect: str) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that may go on to say `on_conflict_…`, which each kind of database has a class of its own for."""
    target = table if isinstance(table, sa.Table) else cast("sa.Table", table.__table__)
    return sqlite.insert(target) if dialect == "sqlite" else postgresql.insert(target)


def engine_options(settings: Settings) -> dict[str, Any]:
    """Options for `create_engine`, by the kind of database."""
    # An error of the database quotes what was written: that is nobody's to read in a log.
    quiet = {"hide_parameters": True}
    if settings.database_key is None:
        return quiet | {"pool_pre_ping": True, "pool_size": 4, "max_overflow": 4}
    return quiet | {
        "creator": _connector(str(settings.database_url.database), settings.database_key),
        "module": sqlcipher,
        "poolclass": sa.pool.QueuePool,
        "pool_size": 4,
        "max_overflow": 4,
    }


def _connector(path: str, key: bytes) -> Callable[[], sqlcipher.Connection]:
    def connect() -> sqlcipher.Connection:
        # Autocommit as the driver understands it: BEGIN is ours to say, see `queue_writers`.
        connection = sqlcipher.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        _refuse_unreadable(connection, path)
        for name, value in PRAGMAS.items():
            connection.execute(f"PRAGMA {name} = {value}")
        _refuse_unfit(connection)
        return connection

    return connect


def _refuse_unreadable(connection: sqlcipher.Connection, path: str) -> None:
    try:
        connection.execute("SELECT count(*) FROM sqlite_master")
    except sqlcipher.DatabaseError as error:
        msg = f"{path} can't be read: it belongs to another DATABASE_KEY, or isn't companion's ({error})"
        raise DatabaseRefusedError(msg) from None


def _refuse_unfit(connection: sqlcipher.Connection) -> None:
    if sqlcipher.sqlite_version_info < OLDEST_SQLITE:
        oldest = ".".join(map(str, OLDEST_SQLITE))
        msg = f"SQLite {sqlcipher.sqlite_version} can corrupt this database; {oldest} or later is needed"
        raise DatabaseRefusedError(msg)
    if not connection.execute("PRAGMA cipher_version").fetchone():
        msg = "this SQLite can't encrypt; the sqlcipher3 package is needed"
        raise DatabaseRefusedError(msg)
    for name, wanted in PRAGMAS.items():
        (found,) = connection.execute(f"PRAGMA {name}").fetchone()
        if found != wanted:
            msg = f"SQLite's {name} is {found!r} and must be {wanted!r}: is the file on a disk that can't do it?"
            raise DatabaseRefusedError(msg)


def queue_writers(engine: sa.Engine) -> None:
    """Let writers of all processes wait in line on a file beside the SQLite database, then BEGIN IMMEDIATE.

    Fair, where SQLite's own busy wait starves some writers for seconds (docs/adr/0004). Readers never wait.
    The lock is released when the connection returns to the pool: the `commit` event fires before the commit.
    """
    lock_path = Path(f"{engine.url.database}.lock")

    @event.listens_for(engine, "connect")
    def open_lock(_: object, record: sa.pool.ConnectionPoolEntry) -> None:
        record.info["lock"] = os.open(lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        if connection.get_execution_options().get(WRITE):
            _begin_in_line(connection)
        else:
            # Past SQLAlchemy, which would take ten times as long over it: nothing can go wrong that it would name.
            connection.connection.execute("BEGIN")

    @event.listens_for(engine, "checkin")
    def let_next_write(_: object, record: sa.pool.ConnectionPoolEntry) -> None:
        if "lock" in record.info:
            fcntl.flock(record.info["lock"], fcntl.LOCK_UN)

    @event.listens_for(engine, "close")
    def close_lock(_: object, record: sa.pool.ConnectionPoolEntry) -> None:
        if "lock" in record.info:
            os.close(record.info.pop("lock"))


def begin_to_write(connection: sa.Connection) -> None:
    """Go on to write where a transaction has read.

    On SQLite it waits in line, and begins anew once it is its turn. On PostgreSQL each statement sees what is
    committed by then: there is no older view to leave.
    """
    if connection.dialect.name == "sqlite":
        connection.connection.rollback()
        _begin_in_line(connection)


def _begin_in_line(connection: sa.Connection) -> None:
    fcntl.flock(connection.info["lock"], fcntl.LOCK_EX)
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except BaseException:
        fcntl.flock(connection.info["lock"], fcntl.LOCK_UN)
        raise
