"""What `companion doctor` looks at."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from companion.accounts import queries as accounts
from companion.accounts.rules import Role
from companion.audit import queries as audit
from companion.config import LOCAL_HOSTS, Settings
from companion.database import DatabaseRefusedError
from companion.extensions import db, migrate
from companion.kernel.sealing import KeyMissingError
from companion.privacy.key_store import KeyStore

POSTGRES_SETTINGS = ("fsync", "synchronous_commit", "full_page_writes")
"""Each must be on, or a commit may be lost in a power cut."""


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it is well, and what there is to say of it."""

    what: str
    says: str
    is_well: bool = True


def examine(app: Flask) -> list[Finding]:
    """Look at everything that can be looked at; a database that doesn't open ends it early."""
    with app.app_context():
        return [*_settings(app.extensions["settings"]), *_database(app.extensions["keys"])]


def _settings(settings: Settings) -> Iterator[Finding]:
    yield Finding("address", settings.public_url)
    yield Finding("secrets", "present and strong")  # settings don't load otherwise
    yield _push(settings)


def _push(settings: Settings) -> Finding:
    """Whether push services would take what is signed here: Apple's refuses (403) whoever can't be reached."""
    subject = settings.vapid_subject
    if (urlsplit(subject).hostname or subject.rpartition("@")[2]) not in LOCAL_HOSTS:
        return Finding("push", f"signed as {subject}")
    says = f"signed as {subject}, which Apple refuses; VAPID_SUBJECT names somebody it can reach"
    # On this machine alone no iPhone comes by, and every other service takes it.
    return Finding("push", says, is_well=not LOCAL_HOSTS.isdisjoint(settings.hosts))


def _database(keys: KeyStore) -> Iterator[Finding]:
    try:
        with db.engine.connect() as connection:
            yield from _sqlite(connection) if connection.dialect.name == "sqlite" else _postgresql(connection)
            yield _tables(connection)
    except (SQLAlchemyError, DatabaseRefusedError) as error:
        yield Finding("database", f"can't be opened: {error}", is_well=False)
        return
    yield from _keys(keys)
    yield from _audit(keys)
    yield from _practice()


def _sqlite(connection: sa.Connection) -> Iterator[Finding]:
    version = connection.exec_driver_sql("SELECT sqlite_version()").scalar()
    yield Finding("database", f"SQLite {version}, encrypted, at {connection.engine.url.database}")
    fault = connection.exec_driver_sql("PRAGMA quick_check").scalar()
    yield Finding("its file", "sound" if fault == "ok" else str(fault), is_well=fault == "ok")


def _postgresql(connection: sa.Connection) -> Iterator[Finding]:
    yield Finding("database", f"PostgreSQL {connection.exec_driver_sql('SHOW server_version').scalar()}")
    for name in POSTGRES_SETTINGS:
        value = connection.exec_driver_sql(f"SHOW {name}").scalar()
        yield Finding(name, str(value), is_well=value == "on")


def _tables(connection: sa.Connection) -> Finding:
    config: Any = migrate.get_config()  # an alembic Config, which its stubs don't know
    wanted = ScriptDirectory.from_config(config).get_current_head()
    found = MigrationContext.configure(connection).get_current_revision()
    says = str(found) if found == wanted else f"{found}, where this version needs {wanted}; run `companion upgrade`"
    return Finding("tables", says, is_well=found == wanted)


def _keys(keys: KeyStore) -> Iterator[Finding]:
    try:
        missing = len(accounts.everybody() - keys.people())
    except (SQLAlchemyError, KeyMissingError) as error:
        yield Finding("keys", f"their store can't be opened: {error}", is_well=False)
        return
    says = (
        f"{missing} people have none in this key store; nothing of theirs can be read"
        if missing
        else "everybody has one"
    )
    yield Finding("keys", says, is_well=not missing)


def _audit(keys: KeyStore) -> Iterator[Finding]:
    found = list(audit.faults(keys.anchor()))
    yield Finding("audit", "; ".join(found) or f"{audit.count()} events, a whole chain", is_well=not found)


def _practice() -> Iterator[Finding]:
    people = accounts.people_by_role()
    yield Finding("therapists", str(people[Role.THERAPIST]), is_well=people[Role.THERAPIST] > 0)
    yield Finding("patients", str(people[Role.PATIENT]))
    clinic = accounts.clinic()
    yield Finding(
        "practice",
        f"{clinic.name}, {clinic.phone}" if clinic else "no name or number yet; Help can't show one",
        is_well=clinic is not None,
    )
