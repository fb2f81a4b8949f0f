"""What a debrief asks on a phone, by the word and the kind of task, and what follows on it; by touch."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect

from tests.browser.debriefs import EXPECTED, FROM_NOW_ON, LIKE, LIKED, TELLS, WORD, asked, over, practice_of
from tests.browser.steps import phone_in_rome, sign_in
from tests.factories.contract import FRAME, agreed_contract, weekly
from tests.factories.experiments import expecting
from tests.support.hands import Finger
from tests.support.server import Server, running


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
