"""A practice with one of each thing for either patient, for guards that walk every route and keep nothing of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
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
def stocked(database_url: str, folder: Path, now: datetime) -> Iterator[Ground]:
    """The application on an empty database, filled; its clock stands still."""
    app = create_app(settings_for(database_url, folder), FrozenClock(now))
    app.testing = True
    with app.app_context():
        practice = make_practice()
        ground = Ground(app, practice, OneOfEach(practice, now), OneOfEach(practice.of_the_others, now))
    yield ground
    with app.app_context():
        db.engine.dispose()


@contextmanager
def under(ground: Ground, public_url: str) -> Iterator[Ground]:
    """The same practice, reached under another origin, to which the test client speaks too."""
    settings, clock = (ground.app.extensions[name] for name in ("settings", "clock"))
    app = create_app(replace(settings, public_url=public_url), clock)
    app.testing = True
    app.config["PREFERRED_URL_SCHEME"] = public_url.partition(":")[0]
    yield replace(ground, app=app)
    with app.app_context():
        db.engine.dispose()
