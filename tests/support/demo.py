"""The demo practice, built once for all tests that read it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from companion import create_app, demo
from companion.accounts import services as accounts
from companion.accounts.rules import Actor, By
from companion.extensions import db
from companion.kernel.ids import new_id
from companion.transaction import transaction
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


def signed_in(username: str) -> Actor:
    """Somebody of it, in its application context."""
    person = accounts.recognise(username, PASSWORD)
    assert person
    with transaction():
        return accounts.begin_session(person.user_id, By.PASSWORD, "", NOW)
