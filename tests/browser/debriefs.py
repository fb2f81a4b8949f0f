"""The page of a debrief, as it stands in a browser, and what was planned behind its back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast
from uuid import UUID

import sqlalchemy as sa
from playwright.sync_api import Locator

from companion import create_app
from companion.accounts.models import User
from companion.accounts.rules import Actor, Role
from companion.config import Settings
from companion.contract.rules import TaskKind, TaskWords
from companion.experiments.rules import Named
from companion.extensions import db
from tests.factories.contract import TaskPlan
from tests.factories.experiments import planned
from tests.factories.people import Practice
from tests.support.hands import Hand
from tests.support.server import Server

HOURS_AGO = timedelta(hours=4)
TELLS = TaskPlan(TaskWords(text="Say at home where I am going.", kind=TaskKind.WEEKLY, target=1, telling=True))
LIKED, ON_TOP, FROM_NOW_ON = "How much did I like it?", "The thing itself, or the guilt on top?", "From now on?"
WORD, LIKE, EXPECTED = "How did it go?", "What was it like?", "Is anyone expecting you?"


@contextmanager
def practice_of(server: Server) -> Iterator[Practice]:
    """Mark and his therapist, in the database of a running server."""
    app = create_app(Settings.from_env(server.environment))
    with app.app_context():
        rows = db.session.execute(sa.select(User.id, User.role).order_by(User.created_at))
        first = {role: Actor(id_, role, "Europe/Rome", "en") for id_, role in reversed(rows.all())}
        yield cast("Practice", SimpleNamespace(patient=first[Role.PATIENT], therapist=first[Role.THERAPIST]))
        db.session.remove()
        db.engine.dispose()


def over(server: Server, task_id: UUID, activity: str, **more: object) -> UUID:
    """What was planned, and is over since two hours."""
    now = datetime.now(UTC)
    with practice_of(server) as practice:
        return planned(practice.patient, task_id, now - HOURS_AGO, activity=Named(label=activity), **more)  # type: ignore[arg-type]  # fields by name


def asked(mark: Hand) -> list[str]:
    """Which of these questions can be seen now, in this order."""
    heading = mark.page.get_by_role("heading", name=EXPECTED)
    each = {
        EXPECTED: heading,
        LIKE: mark.page.get_by_label(LIKE),
        "What did I say": mark.page.get_by_role("group", name="What did I say").first,
        LIKED: _question(mark, LIKED),
        ON_TOP: _question(mark, ON_TOP),
        FROM_NOW_ON: _question(mark, FROM_NOW_ON),
        "mood": _question(mark, "How is my mood since?"),
    }
    return [name for name, where in each.items() if where.is_visible()]


def _question(mark: Hand, name: str) -> Locator:
    return mark.page.get_by_role("group", name=name)
