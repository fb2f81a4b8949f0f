"""The migrations lead to exactly the tables that the models describe, and back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask import Flask

from companion import create_app
from companion.extensions import db, migrate
from companion.kernel.ids import new_id
from tests.support.databases import PostgresDatabases, SqliteFiles, settings_for


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application whose database has no tables yet."""
    name = f"empty_{new_id().hex}"
    if request.param == "sqlite":
        databases: SqliteFiles | PostgresDatabases = SqliteFiles(tmp_path)
    else:
        databases = request.getfixturevalue("postgres_databases")
    with databases.empty(name) as url:
        app = create_app(settings_for(url, tmp_path))
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()


def test_there_is_one_head(app: Flask) -> None:
    with app.app_context():
        assert len(ScriptDirectory.from_config(cast("Any", migrate.get_config())).get_heads()) == 1


def test_up_down_up_and_nothing_differs(empty: Flask) -> None:
    flask_migrate.upgrade()
    flask_migrate.check()
    flask_migrate.downgrade(revision="base")
    assert set(sa.inspect(db.engine).get_table_names()) <= {"alembic_version"}
    flask_migrate.upgrade()
    flask_migrate.check()


def test_the_checks_of_the_tables_are_those_of_the_models(empty: Flask) -> None:
    """`alembic check` doesn't compare them, and they hold the invariants."""
    flask_migrate.upgrade()
    migrated = checks()
    flask_migrate.downgrade(revision="base")
    db.create_all()
    assert migrated == checks()
    assert any("binds" in str(check["name"]) for check in migrated["answer"])


def checks() -> dict[str, list[Any]]:
    inspector = sa.inspect(db.engine)
    names = set(inspector.get_table_names()) - {"alembic_version"}
    return {name: sorted(inspector.get_check_constraints(name), key=str) for name in names}
