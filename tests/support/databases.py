"""A fresh database for each test, cloned from one that was made once."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import flask_migrate
from sqlalchemy import URL, make_url

from companion import create_app
from companion.config import Settings
from companion.extensions import db
from tests.support.postgres import TemporaryPostgres

DATABASE_KEY = bytes(range(32))
MASTER_KEY = bytes(range(32, 64))
VAPID_KEY = bytes(range(64, 96))
SECRET_KEY = secrets.token_hex(32)
TEMPLATE = "template"


def settings_for(database_url: str, instance: Path, public_url: str = "http://localhost:8000") -> Settings:
    url = make_url(database_url)
    key = DATABASE_KEY if url.get_backend_name() == "sqlite" else None
    return Settings(
        instance=instance,
        public_url=public_url,
        port=8000,
        database_url=url,
        database_key=key,
        secret_key=SECRET_KEY,
        key_store_url=URL.create("sqlite", database=str(instance / "keys.db")),
        master_key=MASTER_KEY,
        vapid_key=VAPID_KEY,
        vapid_subject="mailto:office@practice.example",
    )


def make_tables(database_url: str, instance: Path) -> None:
    app = create_app(settings_for(database_url, instance))
    with app.app_context():
        flask_migrate.upgrade()
        db.session.remove()
        db.engine.dispose()


@dataclass
class SqliteFiles:
    """SQLite: the clone of a database is the copy of a file."""

    folder: Path

    def make_template(self) -> None:
        make_tables(self._url(TEMPLATE), self.folder)

    @contextmanager
    def clone(self, name: str) -> Iterator[str]:
        shutil.copy(self.folder / f"{TEMPLATE}.db", self.folder / f"{name}.db")
        yield self._url(name)
        self._remove(name)

    def copy(self, source: str, name: str) -> None:
        """Put what is in one database into another; nobody may be connected to either."""
        self._remove(name)
        shutil.copy(self.folder / f"{source}.db", self.folder / f"{name}.db")

    def _remove(self, name: str) -> None:
        for part in ("", "-wal", "-shm"):
            (self.folder / f"{name}.db{part}").unlink(missing_ok=True)

    @contextmanager
    def empty(self, name: str) -> Iterator[str]:
        yield self._url(name)

    def _url(self, name: str) -> str:
        return f"sqlite:///{self.folder / name}.db"


@dataclass
class PostgresDatabases:
    """PostgreSQL: the clone of a database is CREATE DATABASE … TEMPLATE."""

    server: TemporaryPostgres
    folder: Path

    def make_template(self) -> None:
        self.server.create_database(TEMPLATE)
        make_tables(self.server.url(TEMPLATE), self.folder)

    @contextmanager
    def clone(self, name: str) -> Iterator[str]:
        self.server.create_database(name, template=TEMPLATE)
        yield self.server.url(name)
        self.server.drop_database(name)

    def copy(self, source: str, name: str) -> None:
        """Put what is in one database into another; nobody may be connected to the first."""
        self.server.drop_database(name)
        self.server.create_database(name, template=source)

    @contextmanager
    def empty(self, name: str) -> Iterator[str]:
        self.server.create_database(name)
        yield self.server.url(name)
        self.server.drop_database(name)
