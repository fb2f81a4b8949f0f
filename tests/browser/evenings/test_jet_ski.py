"""The jet ski: wanting to say something cutting, at a table, with others looking."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from companion.checkins.queries import last_for, moments_of
from companion.experiments.adherence import MomentOutcome
from tests.browser.box.phone import Phone
from tests.browser.debriefs import practice_of
from tests.browser.evenings.pace import Thumb
from tests.support.server import Server

URGE, LESS = "How strong is the urge to say it?", "Did I feel worth less, just then?"
LATER = timedelta(hours=4)


def test_the_jet_ski(mark: Thumb, demo: Server) -> None:
    with practice_of(demo) as practice:
        before = moments_of(practice.therapist, practice.patient.id, datetime.now(UTC) + LATER)
    mark.open("/now")
    mark.activate(mark.page.get_by_role("link", name="Wanting to say something cutting"))
    mark.count_anew()
    mark.choose(URGE, "8")
    mark.activate(mark.page.locator("section[data-screen=words]").get_by_role("button", name="I said nothing"))
    mark.has_checked_in()
    mark.activate(mark.page.get_by_role("link", name="Toward whom, how it felt"))
    felt = mark.page.locator("section[data-screen=toward]")
    mark.pick(felt, felt.get_by_role("group", name=LESS).get_by_role("radio", name="1", exact=True))
    mark.activate(felt.get_by_role("button", name="Save"))
    expect(felt).to_be_hidden()  # it is on the phone, so from here on it waits or has been sent
    mark.has_recorded_it_all()
    Phone(mark.page).has_sent_all()
    with practice_of(demo) as practice:
        entry = last_for(practice.patient, practice.patient.id, datetime.now(UTC))[0]
        assert entry.moment
        assert (entry.moment.urge, entry.moment.outcome, entry.moment.worth_less) == (8, MomentOutcome.SAID_NOTHING, 1)
        now = moments_of(practice.therapist, practice.patient.id, datetime.now(UTC))
        assert now == before  # it isn't closed yet
        later = moments_of(practice.therapist, practice.patient.id, datetime.now(UTC) + LATER)
        assert len(later) == len(before) + 1
