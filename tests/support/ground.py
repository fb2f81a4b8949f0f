"""A practice with one of each thing for either patient, for guards that walk every route and keep nothing of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import Flask

from companion import create_app
from companion.extensions import db
from companion.kernel.clock import FrozenClock
from tests.factories.one_of_each import OneOfEach
from tests.factories.people import Practice, make_practice
from tests.support.databases import settings_for


@dataclass(frozen=True)
class Ground:
    """An application, its people, and the things of both patients."""

    app: Flask
    practice: Practice
    things: OneOfEach
    """Of the practice's patient."""
    theirs: OneOfEach
    """Of the other patient."""


@contextmanager
def stocked(
    database_url: str, folder: Path, now: datetime, public_url: str = "http://localhost:8000"
) -> Iterator[Ground]:
    """The application on an empty database, filled; its clock stands still."""
    app = create_app(settings_for(database_url, folder, public_url), FrozenClock(now))
    app.testing = True
    with app.app_context():
        practice = make_practice()
        ground = Ground(app, practice, OneOfEach(practice, now), OneOfEach(practice.of_the_others, now))
    yield ground
    with app.app_context():
        db.engine.dispose()
