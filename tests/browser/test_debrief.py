"""What a debrief asks on a phone, by the word and the kind of task, and what follows on it; by touch."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast
from uuid import UUID

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Locator, expect

from companion import create_app
from companion.accounts.models import User
from companion.accounts.rules import Actor, Role
from companion.config import Settings
from companion.contract.rules import TaskKind, TaskWords
from companion.experiments.queries import this_week
from companion.experiments.rules import Named
from companion.extensions import db
from companion.kernel.week import ZoneHistory
from tests.browser.steps import phone_in_rome, sign_in
from tests.factories.contract import FRAME, TaskPlan, agreed_contract, weekly
from tests.factories.experiments import did, expecting, planned
from tests.factories.people import Practice
from tests.support.hands import Finger
from tests.support.server import Server, running

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


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("debrief")) as server:
        yield server


@pytest.fixture(scope="module")
def task_ids(demo: Server) -> tuple[UUID, ...]:
    """Since yesterday: something for himself three times a week, and telling someone once."""
    with practice_of(demo) as practice:
        yesterday = datetime.now(UTC) - timedelta(days=1)
        frame = replace(FRAME, review_on=(yesterday + timedelta(days=60)).date())
        return agreed_contract(practice, [weekly(), TELLS], at=yesterday, frame=frame).task_ids


@pytest.fixture
def mark(chromium: Chromium, demo: Server) -> Iterator[Finger]:
    context = phone_in_rome(chromium, demo.url)
    page = context.new_page()
    sign_in(page, demo, "patient")
    yield Finger(page)
    context.close()


def over(demo: Server, task_id: UUID, activity: str, **more: object) -> UUID:
    """What was planned, and is over since two hours."""
    now = datetime.now(UTC)
    with practice_of(demo) as practice:
        return planned(practice.patient, task_id, now - HOURS_AGO, activity=Named(label=activity), **more)  # type: ignore[arg-type]  # fields by name


def question(mark: Finger, name: str) -> Locator:
    return mark.page.get_by_role("group", name=name)


def asked(mark: Finger) -> list[str]:
    """Which of these questions can be seen now, in this order."""
    heading = mark.page.get_by_role("heading", name=EXPECTED)
    each = {
        EXPECTED: heading,
        LIKE: mark.page.get_by_label(LIKE),
        "What did I say": mark.page.get_by_role("group", name="What did I say").first,
        LIKED: question(mark, LIKED),
        ON_TOP: question(mark, ON_TOP),
        FROM_NOW_ON: question(mark, FROM_NOW_ON),
        "mood": question(mark, "How is my mood since?"),
    }
    return [name for name, where in each.items() if where.is_visible()]


def test_who_stopped_before_it_began_is_asked_two_things(
    mark: Finger, demo: Server, task_ids: tuple[UUID, ...]
) -> None:
    dinner = over(demo, task_ids[0], "dinner", honest_reply="I'm staying in tonight, and I'm sorry about the table.")
    mark.open(f"/plan/{dinner}/after")
    assert asked(mark) == []
    mark.choose(WORD, "I stopped before it began")
    assert asked(mark) == [EXPECTED, LIKE]
    mark.sees("I'm staying in tonight")
    expect(mark.page.get_by_text("And what I learned")).to_be_hidden()
    mark.look()
    mark.fill(LIKE, "I had my coat on.")
    mark.press("Save")
    for words in ("You stopped. What was it like?", EXPECTED, "I'm staying in tonight", "I had my coat on."):
        mark.sees(words)


def test_telling_the_aunt(mark: Finger, demo: Server, task_ids: tuple[UUID, ...]) -> None:
    occasion = over(demo, task_ids[1], "the aunt", expected=expecting(8, aunt=(8, 90)))
    mark.open(f"/plan/{occasion}/after")
    mark.choose(WORD, "Done")
    assert asked(mark) == [LIKE, "What did I say"]
    mark.choose("What did I say to aunt?", "The truth")
    mark.choose("How did aunt take it?", "It frightened me")
    mark.sees("before anything else. The rest of this page can wait, or stay empty.")
    mark.choose("How did aunt take it?", "Kindly")
    expect(mark.page.get_by_text("before anything else.").first).to_be_hidden()
    mark.choose("How much did aunt suffer, as far as I saw?", "2")
    mark.press("Save")
    for words in ("Done.", "The truth", "Kindly"):
        mark.sees(words)
    expect(mark.page.locator("main")).not_to_contain_text("worse than hoped")


def test_it_was_frightening_so_telling_stops_until_he_says_so(
    mark: Finger, demo: Server, task_ids: tuple[UUID, ...]
) -> None:
    occasion = over(demo, task_ids[1], "the uncle", expected=expecting(8, uncle=(8, 90)))
    mark.open(f"/plan/{occasion}/after")
    mark.choose(WORD, "Done")
    mark.choose("What did I say to uncle?", "Half of it")
    mark.choose("How did uncle take it?", "It frightened me")
    mark.press("Save")
    mark.sees("It went worse than hoped. Help is here; bring it if you want.")
    mark.sees("It was frightening, so telling stops.")
    mark.press("Take it up again")
    mark.open(f"/plan/{occasion}")
    expect(mark.page.locator("main")).not_to_contain_text("telling stops")


def test_spanish_is_dropped_and_nothing_of_it_counts_after(
    mark: Finger, demo: Server, task_ids: tuple[UUID, ...]
) -> None:
    now = datetime.now(UTC)
    with practice_of(demo) as practice:
        did(practice.patient, task_ids[0], now - timedelta(hours=20), activity=Named(label="tennis"))
        coming = planned(
            practice.patient, task_ids[0], now + timedelta(weeks=1), at=now, activity=Named(label="Spanish")
        )
    occasion = over(demo, task_ids[0], "Spanish")
    mark.open(f"/plan/{occasion}/after")
    mark.choose(WORD, "Done")
    assert asked(mark) == [LIKE, LIKED, FROM_NOW_ON]
    mark.choose(LIKED, "8")
    assert ON_TOP not in asked(mark)
    mark.choose(LIKED, "2")
    assert asked(mark) == [LIKE, LIKED, ON_TOP, FROM_NOW_ON]
    mark.choose(ON_TOP, "The thing itself")
    mark.choose(FROM_NOW_ON, "Drop Spanish: it isn't for me")
    mark.look()
    mark.press("Save")
    for words in (
        "Done.",
        "Spanish is dropped",
        "You found out that it isn't for you.",
        "Called off, and not counted:",
    ):
        mark.sees(words)
    mark.follow("My draft")
    expect(mark.page.locator("textarea").last).to_have_value(
        "Spanish: tried 4 times, and not for me. I'd leave it out."
    )
    mark.open("/")
    expect(mark.page.locator("main")).not_to_contain_text("Spanish")
    mark.open("/plan")
    expect(mark.page.locator("main")).not_to_contain_text("Spanish")
    mark.open(f"/plan/{coming}")
    mark.sees("Called off.")
    with practice_of(demo) as practice:
        [own, _] = this_week(practice.patient, ZoneHistory.staying_in("Europe/Rome"), now + timedelta(weeks=1))
        assert (own.count.tally.n, own.is_paused) == (2, False)  # of three: one was called off, and tennis goes on
    mark.open(f"/plan/{occasion}")
    mark.press("Offer Spanish again")
    mark.sees("Spanish is offered again")


def test_more_is_asked_only_of_who_wants_more(mark: Finger, demo: Server, task_ids: tuple[UUID, ...]) -> None:
    occasion = over(demo, task_ids[0], "cinema")
    mark.open(f"/plan/{occasion}/after")
    mark.choose(WORD, "It didn't happen")
    assert asked(mark) == [LIKE]
    mark.tick("More questions, if I want them")
    assert asked(mark) == [LIKE, LIKED, FROM_NOW_ON, "mood"]
    mark.choose("How is my mood since?", "1")
    mark.press("Save")
    mark.sees("It didn't happen this time.")
    mark.sees("It went worse than hoped. Help is here; bring it if you want.")


def test_i_already_did_it_asks_by_the_task(mark: Finger, task_ids: tuple[UUID, ...]) -> None:
    mark.open("/plan/already")
    mark.choose("Which part of our agreement is it for?", "Say at home where I am going.")
    mark.choose(WORD, "Done")
    assert LIKED not in asked(mark)
    mark.choose("Which part of our agreement is it for?", "Something for myself")
    assert asked(mark) == [LIKE, LIKED, FROM_NOW_ON]
