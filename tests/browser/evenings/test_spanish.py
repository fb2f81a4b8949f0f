"""Spanish: tried, liked at 2, and dropped; nothing of it counts after."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from playwright.sync_api import expect

from companion.experiments.queries import this_week
from companion.experiments.rules import Named
from companion.kernel.week import ZoneHistory
from tests.browser.debriefs import FROM_NOW_ON, LIKE, LIKED, ON_TOP, WORD, asked, over, practice_of
from tests.browser.evenings.pace import Thumb
from tests.factories.experiments import did, planned
from tests.support.server import Server


def test_spanish_is_dropped_and_nothing_of_it_counts_after(
    mark: Thumb, demo: Server, task_ids: tuple[UUID, ...]
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
    mark.has_recorded_it_all()
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
        own, *_ = this_week(practice.patient, ZoneHistory.staying_in("Europe/Rome"), now + timedelta(weeks=1))
        assert (own.count.tally.n, own.is_paused) == (2, False)  # of three: one was called off, and tennis goes on
    mark.open(f"/plan/{occasion}")
    mark.press("Offer Spanish again")
    mark.sees("Spanish is offered again")
