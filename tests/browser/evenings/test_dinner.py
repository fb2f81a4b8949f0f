"""Dinner with the colleague: on the way out the guilt comes, and he stops before it began."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

from playwright.sync_api import expect

from companion.checkins.queries import last_for
from companion.checkins.rules import Next, Rated
from companion.experiments.queries import occasion
from companion.experiments.rules import Named, Word
from tests.browser.box.phone import GUILT, URGE, Phone
from tests.browser.debriefs import EXPECTED, LIKE, WORD, asked, practice_of
from tests.browser.evenings.pace import Thumb
from tests.factories.experiments import planned
from tests.support.server import Server

LINE = "I'm staying in tonight, and I'm sorry about the table."


def test_dinner_with_the_colleague(mark: Thumb, demo: Server, task_ids: tuple[UUID, ...]) -> None:
    now = datetime.now(UTC)
    with practice_of(demo) as practice:
        at, what = now + timedelta(minutes=20), Named(label="dinner")
        dinner = planned(practice.patient, task_ids[0], at, at=now, activity=what, honest_reply=LINE)
    rates_it(mark)
    says_how_it_went(mark)
    with practice_of(demo) as practice:
        entry = last_for(practice.patient, practice.patient.id, datetime.now(UTC))[0]
        assert (entry.guilt, entry.urge, entry.experiment_id) == (Rated(9), Rated(9), dinner)
        assert [decided.choice for decided in entry.decisions] == [Next.STOP_FOR_NOW]
        said = occasion(practice.patient, dinner, datetime.now(UTC)).said
        assert said
        assert (said.word, said.learned) == (Word.STOPPED_BEFORE, "I had my coat on.")


def rates_it(mark: Thumb) -> None:
    """The home screen leads to Now, as something is about to begin: two taps, and one for what next."""
    mark.open("/open")
    expect(mark.page.locator("[data-about]:visible")).to_contain_text("dinner")
    mark.choose(GUILT, "9")
    mark.choose(URGE, "9")
    mark.has_checked_in()
    mark.activate(mark.page.get_by_role("button", name="Stop for now", exact=True))
    mark.sees("You stop for now, and the guilt may stay or go.")
    Phone(mark.page).has_sent_all()


def says_how_it_went(mark: Thumb) -> None:
    """Two questions, one of them with an honest line; nothing else is asked, and nothing is said about it."""
    mark.open("/")
    mark.follow(re.compile("^dinner, "))
    mark.follow("Say how it went")
    mark.choose(WORD, "I stopped before it began")
    assert asked(mark) == [EXPECTED, LIKE]
    mark.sees(LINE)
    mark.fill(LIKE, "I had my coat on.")
    mark.press("Save")
    mark.has_recorded_it_all()
    mark.sees("You stopped. What was it like?")
    mark.open("/")
    expect(mark.page.get_by_role("link", name=re.compile("dinner"))).to_have_count(0)
