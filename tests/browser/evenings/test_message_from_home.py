"""A message from home, on the way to tennis: someone may need him, he looks first, and nothing of it is counted."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from playwright.sync_api import expect

from companion.checkins.queries import last_for
from companion.checkins.rules import Next, Rated
from companion.experiments.queries import this_week
from companion.experiments.rules import Named
from companion.kernel.week import ZoneHistory
from tests.browser.box.phone import GUILT, URGE, Phone
from tests.browser.debriefs import practice_of
from tests.browser.evenings.pace import Thumb
from tests.factories.experiments import planned
from tests.support.server import Server

REPLY = "I'm at tennis until eight. Is she all right?"
ROME = ZoneHistory.staying_in("Europe/Rome")


def test_a_message_from_home(mark: Thumb, demo: Server, task_ids: tuple[UUID, ...]) -> None:
    now = datetime.now(UTC)
    with practice_of(demo) as practice:
        at, what = now + timedelta(minutes=10), Named(label="tennis")
        tennis = planned(practice.patient, task_ids[0], at, at=now, activity=what, honest_reply=REPLY)
        counted = [week.count for week in this_week(practice.patient, ROME, now)]
    mark.open("/open")
    mark.choose(GUILT, "8")
    mark.choose(URGE, "6")
    mark.has_checked_in()
    looks_first(mark)
    with practice_of(demo) as practice:
        entry = last_for(practice.patient, practice.patient.id, datetime.now(UTC))[0]
        assert (entry.experiment_id, entry.after and entry.after.guilt) == (tennis, Rated(6))
        assert [decided.choice for decided in entry.decisions] == [Next.CHECK_FIRST]
        assert [week.count for week in this_week(practice.patient, ROME, now)] == counted


def looks_first(mark: Thumb) -> None:
    """Unseen, at the door of the club: a breath, the guilt again, and the words that were prepared for this."""
    for step in ("A quiet minute and a half", "So that nobody notices", "On to breathing", "And now?"):
        mark.activate(mark.page.get_by_role("link", name=step, exact=True).locator("visible=true"))
    again = mark.page.locator("section[data-screen=again]")
    for question, answer in ((GUILT, "6"), (URGE, "4")):
        group = again.get_by_role("group", name=question)
        mark.pick(group, group.get_by_role("radio", name=answer, exact=True))
    screen = mark.page.locator("section[data-screen=next]")
    mark.activate(screen.get_by_role("button", name="Someone may need me, check first"))
    mark.sees("You look first whether someone needs you, and the guilt may wait.")
    expect(mark.page.locator("[data-prepared]")).to_contain_text(REPLY)
    mark.has_recorded_it_all()
    Phone(mark.page).has_sent_all()
