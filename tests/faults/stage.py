"""Where acts are killed: a database that can be put back as it was, and the process that acts on it."""

import math
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

import psycopg
import sqlalchemy as sa
from flask import Flask

from companion import create_app
from companion.accounts.queries import everybody
from companion.audit.queries import faults
from companion.extensions import db
from companion.kernel.clock import FrozenClock
from companion.kernel.errors import NotFoundError, RefusedError
from companion.kernel.ids import new_id
from companion.transaction import transaction
from tests.faults.acts import ACTS
from tests.faults.things import NOW, Things
from tests.support.databases import PostgresDatabases, SqliteFiles, settings_for
from tests.support.killing import PATIENCE, OtherProcess, other_process

LOOK, TWICE, REFUSED = "look", "an act that commits twice", "refused"
KEPT: Final = "keys-kept"
SOON: Final = 0.005

Rows = Mapping[str, Mapping[str, str]]
"""By table: the rows as they are stored, by their primary keys."""


@dataclass(frozen=True)
class Seen:
    """All that stands in the database, and what is wrong with it."""

    rows: Rows = field(repr=False)
    faults: tuple[str, ...]


@dataclass
class Place:
    """A database and its key store, which can be put back as they were when they were kept."""

    databases: SqliteFiles | PostgresDatabases
    name: str
    keys: Path

    def keep(self) -> None:
        self.settle()
        self.databases.copy(self.name, self._kept)
        shutil.copy(self.keys, self.keys.with_name(KEPT))

    def restore(self) -> None:
        self.databases.copy(self._kept, self.name)
        self.keys.with_name(f"{self.keys.name}-journal").unlink(missing_ok=True)
        shutil.copy(self.keys.with_name(KEPT), self.keys)

    def settle(self) -> None:
        """Wait until a server has let go of whoever was killed; of a file the system has, by then."""
        if isinstance(self.databases, SqliteFiles):
            return
        count = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
        deadline, folder = time.monotonic() + PATIENCE, str(self.databases.server.folder)
        with psycopg.connect(host=folder, user="postgres", dbname="postgres", autocommit=True) as connection:
            while connection.execute(count, [self.name]).fetchone() != (0,):
                assert time.monotonic() < deadline, f"somebody is still connected to {self.name}"
                time.sleep(SOON)

    @property
    def _kept(self) -> str:
        return f"{self.name}_kept"


@dataclass(repr=False)
class Stage:
    """Does acts on a database as it was prepared, to the end or until they are killed."""

    place: Place
    process: OtherProcess
    before: Seen
    _whole: dict[str, tuple[Seen, tuple[str, ...]]] = field(default_factory=dict)

    def whole(self, name: str) -> tuple[Seen, tuple[str, ...]]:
        """What stands once an act was done to the end, and its steps."""
        if name not in self._whole:
            self.place.restore()
            steps = self.process.do(name).steps
            self._whole[name] = self.look(), steps
        return self._whole[name]

    def killed(self, name: str, step: int) -> Seen:
        """What stands once an act was killed at a step."""
        self.place.restore()
        self.process.kill_during(name, step)
        self.place.settle()
        return self.look()

    def again(self, name: str) -> tuple[object, Seen]:
        """What an act answers that is done on what stands, and what stands then."""
        answer = self.process.do(name).answer
        return answer, self.look()

    def look(self) -> Seen:
        seen = self.process.do(LOOK).answer
        self.place.settle()
        assert isinstance(seen, Seen)
        return seen


@contextmanager
def stage_on(databases: SqliteFiles | PostgresDatabases, folder: Path) -> Iterator[Stage]:
    """A stage on a database of its own; its process ends with the block."""
    name = f"killed_{new_id().hex}"
    with databases.clone(name) as url, other_process(prepare, url, folder) as process:
        place = Place(databases, name, folder / "keys.db")
        place.keep()
        before = process.do(LOOK).answer
        assert isinstance(before, Seen)
        place.settle()
        yield Stage(place, process, before)


def prepare(database_url: str, folder: Path) -> dict[str, Callable[[], object]]:
    """In the other process: fill the database, and say what can be done there."""
    app = create_app(settings_for(database_url, folder), FrozenClock(NOW))
    with app.app_context():
        things = Things()
        look(app)  # puts its statements together, once for all children
        db.session.remove()
        db.engine.dispose()  # a child must not talk over its parent's connection
    app.extensions["keys"].dispose()
    app.extensions["audit_anchored_at"] = -math.inf  # so that each act copies the audit's head, too
    acts = {name: partial(in_transaction, app, partial(act.do, things)) for name, act in ACTS.items()}
    twice = partial(in_transaction, app, partial(commit_twice, things))
    return acts | {TWICE: twice, LOOK: partial(look, app)}


def in_transaction(app: Flask, act: Callable[[], object]) -> object:
    """Do an act as a view does; says whether it was refused."""
    with app.app_context():
        try:
            with transaction():
                act()
        except (RefusedError, NotFoundError):
            return REFUSED
        return None


def commit_twice(things: Things) -> None:
    """What no service may do."""
    ACTS["accounts.rename"].do(things)
    db.session.commit()
    ACTS["checkins.trigger_named"].do(things)


def look(app: Flask) -> Seen:
    with app.app_context():
        with db.engine.connect() as connection:
            rows = {table.name: dict(_rows(connection, table)) for table in db.metadata.sorted_tables}
            found = list(_broken(connection))
        keys = app.extensions["keys"]
        found += faults(keys.anchor())
        # A key whose person was rolled back seals nothing, and may stay. A person without one couldn't be read.
        found += [f"no key for {person_id}" for person_id in everybody() - keys.people()]
    return Seen(rows, tuple(found))


def _rows(connection: sa.Connection, table: sa.Table) -> Iterator[tuple[str, str]]:
    for row in connection.execute(sa.select(sa.text("*")).select_from(table)).mappings():
        yield str([row[column.name] for column in table.primary_key]), str(dict(row))


def _broken(connection: sa.Connection) -> Iterator[str]:
    if connection.dialect.name == "sqlite":
        yield from (f"no parent: {row}" for row in connection.exec_driver_sql("PRAGMA foreign_key_check"))
        found = connection.exec_driver_sql("PRAGMA integrity_check").scalars()
        yield from (fault for fault in found if fault != "ok")
