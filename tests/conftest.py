"""What every test may ask for: an application on a fresh database (SQLite, then PostgreSQL), people, a browser."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.ctx import AppContext

from companion import create_app
from companion.extensions import db
from companion.kernel.clock import FrozenClock
from companion.kernel.ids import new_id
from tests.factories.people import Practice, make_practice
from tests.support.client import Browser
from tests.support.databases import PostgresDatabases, SqliteFiles, settings_for
from tests.support.ground import Ground, stocked
from tests.support.postgres import TemporaryPostgres
from tests.support.temporary import keep_in_memory
from tests.support.warm import keep_warm

keep_warm()
keep_in_memory()
NOON = datetime(2025, 3, 5, 11, 0, tzinfo=UTC)
"""A Wednesday, 12:00 in Rome; the instant at which every frozen test begins."""


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    files = SqliteFiles(tmp_path_factory.mktemp("sqlite"))
    files.make_template()
    return files


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[TemporaryPostgres]:
    with TemporaryPostgres() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_databases(
    postgres_server: TemporaryPostgres, tmp_path_factory: pytest.TempPathFactory
) -> PostgresDatabases:
    databases = PostgresDatabases(postgres_server, tmp_path_factory.mktemp("postgres"))
    databases.make_template()
    return databases


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database with all tables. Each test that asks for it runs on both kinds."""
    databases = request.getfixturevalue("sqlite_files" if request.param == "sqlite" else "postgres_databases")
    with databases.clone(f"test_{new_id().hex}") as url:
        yield url


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def ground(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """For guards that walk all routes: made once for a file of tests, none of which may keep a change."""
    databases = request.getfixturevalue("sqlite_files" if request.param == "sqlite" else "postgres_databases")
    with (
        databases.clone(f"ground_{new_id().hex}") as url,
        stocked(url, tmp_path_factory.mktemp("ground"), NOON) as ground,
    ):
        yield ground


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
def app(database_url: str, clock: FrozenClock, tmp_path: Path) -> Iterator[Flask]:
    app = create_app(settings_for(database_url, tmp_path), clock)
    app.testing = True
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def context(app: Flask) -> Iterator[AppContext]:
    """An application context, for tests that call services and queries themselves."""
    with app.app_context() as context:
        yield context


@pytest.fixture
def practice(app: Flask) -> Practice:
    with app.app_context():
        return make_practice()


@pytest.fixture
def browser(app: Flask) -> Browser:
    """Nobody is signed in."""
    return Browser(app.test_client())


@pytest.fixture
def as_patient(app: Flask, practice: Practice) -> Browser:
    return Browser(app.test_client()).sign_in(practice.patient)


@pytest.fixture
def as_therapist(app: Flask, practice: Practice) -> Browser:
    return Browser(app.test_client()).sign_in(practice.therapist)
