"""The demo practice, built once for all tests that read it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from companion import create_app, demo
from companion.extensions import db
from companion.kernel.ids import new_id
from tests.support.databases import PostgresDatabases, SqliteFiles, settings_for

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PASSWORD = "a quiet evening in June"


@contextmanager
def demo_practice(databases: SqliteFiles | PostgresDatabases, folder: Path) -> Iterator[Flask]:
    """An application on a database of its own, filled with the demo as it is at `NOW`."""
    with databases.clone(f"demo_{new_id().hex}") as url:
        app = create_app(settings_for(url, folder))
        with app.app_context():
            demo.build(NOW, lambda: PASSWORD)
        yield app
        with app.app_context():
            db.engine.dispose()
