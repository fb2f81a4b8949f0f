"""What the patient puts at the top of what the therapist reads; on both databases."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from companion.checkins import services as checkins
from companion.checkins.rules import Visibility
from companion.checkins.services import Detail
from companion.experiments import services as experiments
from companion.extensions import db
from companion.kernel.clock import FrozenClock
from companion.kernel.errors import NotFoundError, RefusedError
from companion.kernel.ids import new_id
from companion.review.queries.brief import MOST_ENTRIES, MOST_ON_TOP, Brief, brief_of
from companion.review.queries.occasions import MOST_WENT
from companion.transaction import transaction
from tests.factories.checkins import make_check_in
from tests.factories.contract import agreed_contract, weekly
from tests.factories.full import everything_said
from tests.factories.people import Practice
from tests.factories.stories import happened, planned
from tests.support.client import Browser, Page

EVENING = datetime(2025, 2, 20, 18, tzinfo=UTC)
DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
SAID = "It goes to the top of what your therapist reads, where the latest two stand."
PUT, TAKE = "Put it at the top of what my therapist reads", "Take it off the top"


@pytest.fixture
def check_in_id(app: Flask, practice: Practice) -> UUID:
    with app.app_context():
        return make_check_in(practice.patient, EVENING, detail=Detail(thought="She waits up."))


@pytest.fixture
def occasion_id(app: Flask, practice: Practice) -> UUID:
    with app.app_context():
        task_id = agreed_contract(practice, [weekly(3)]).task_ids[0]
        return happened(practice.patient, task_id, EVENING, learned="Nobody had noticed.")


def put(practice: Practice, check_in_id: UUID, page: UUID | None = None, *, is_on: bool = True) -> None:
    with transaction():
        checkins.highlight(practice.patient, check_in_id, page or new_id(), EVENING, is_on=is_on)


def put_occasion(practice: Practice, experiment_id: UUID, page: UUID | None = None, *, is_on: bool = True) -> None:
    with transaction():
        experiments.highlight(practice.patient, experiment_id, page or new_id(), EVENING, is_on=is_on)


def read(practice: Practice, at: datetime = EVENING + DAY) -> Brief:
    return brief_of(practice.therapist, practice.patient.id, at)


def on_top(practice: Practice, at: datetime = EVENING + DAY) -> list[UUID]:
    brief = read(practice, at)
    return [each.id for each in brief.entries_on_top] + [each.went.experiment_id for each in brief.occasions_on_top]


def tap(browser: Browser, path: str, label: str) -> Page:
    """Press the one button of a page that reads like this."""
    page = browser.get(path)
    numbers = [
        number
        for number, form in enumerate(page.document.query("main form"))
        if [" ".join(each.to_text().split()) for each in form.query("button")] == [label]
    ]
    assert len(numbers) == 1, f"{label}: {numbers}"
    return browser.submit(page, number=numbers[0])


def top_of(page: Page) -> str:
    """The section's text; nothing where there is none."""
    return " ".join(" ".join(each.to_text().split()) for each in page.document.query(".brief-top"))


@pytest.mark.usefixtures("context")
def test_an_entry_stands_there_until_it_is_taken_off(practice: Practice, check_in_id: UUID) -> None:
    assert on_top(practice) == []
    put(practice, check_in_id)
    assert on_top(practice) == [check_in_id]
    put(practice, check_in_id, is_on=False)
    assert on_top(practice) == []
    put(practice, check_in_id)
    assert on_top(practice) == [check_in_id]


@pytest.mark.usefixtures("context")
def test_an_occasion_likewise(practice: Practice, occasion_id: UUID) -> None:
    put_occasion(practice, occasion_id)
    assert on_top(practice) == [occasion_id]
    put_occasion(practice, occasion_id, is_on=False)
    assert on_top(practice) == []


@pytest.mark.usefixtures("context")
def test_sent_twice_it_is_done_once(practice: Practice, check_in_id: UUID, occasion_id: UUID) -> None:
    """A late copy of the first page doesn't put back what was taken off since."""
    first = new_id()
    for table, do, what in (("highlight", put, check_in_id), ("occasion_highlight", put_occasion, occasion_id)):
        do(practice, what, first)
        do(practice, what, is_on=False)
        do(practice, what, first)
        assert db.session.scalar(sa.text(f"SELECT count(*) FROM {table}")) == 2  # noqa: S608  # named above
    assert on_top(practice) == []


@pytest.mark.usefixtures("context")
def test_it_waits_for_the_three_hours_as_the_entry_does(practice: Practice, check_in_id: UUID) -> None:
    put(practice, check_in_id)
    assert on_top(practice, EVENING + 3 * HOUR - SECOND) == []
    assert on_top(practice, EVENING + 3 * HOUR) == [check_in_id]


@pytest.mark.usefixtures("context")
def test_what_is_kept_since_leaves_the_top(practice: Practice, check_in_id: UUID) -> None:
    put(practice, check_in_id)
    with transaction():
        checkins.set_visibility(practice.patient, check_in_id, new_id(), Visibility.WORDS_PRIVATE, EVENING)
    assert [each.words for each in read(practice).entries_on_top] == [{}]
    with transaction():
        checkins.set_visibility(practice.patient, check_in_id, new_id(), Visibility.ONLY_ME, EVENING)
    assert on_top(practice) == []


@pytest.mark.usefixtures("context")
def test_what_is_wholly_kept_or_not_said_yet_does_not_go_there(practice: Practice, occasion_id: UUID) -> None:
    kept = make_check_in(practice.patient, EVENING, visibility=Visibility.ONLY_ME)
    with pytest.raises(RefusedError):
        put(practice, kept)
    task_id = agreed_contract(practice, [weekly(3)], at=EVENING).task_ids[0]
    with pytest.raises(RefusedError):
        put_occasion(practice, planned(practice.patient, task_id, EVENING + DAY))
    assert on_top(practice) == []


@pytest.mark.usefixtures("context")
def test_nobody_else_puts_anything_there(practice: Practice, check_in_id: UUID, occasion_id: UUID) -> None:
    for somebody in (practice.therapist, practice.other_patient):
        with pytest.raises(NotFoundError), transaction():
            checkins.highlight(somebody, check_in_id, new_id(), EVENING, is_on=True)
        with pytest.raises(NotFoundError), transaction():
            experiments.highlight(somebody, occasion_id, new_id(), EVENING, is_on=True)


@pytest.mark.parametrize("table", ["highlight", "occasion_highlight"])
@pytest.mark.usefixtures("context")
def test_it_is_written_once(practice: Practice, check_in_id: UUID, occasion_id: UUID, table: str) -> None:
    put(practice, check_in_id)
    put_occasion(practice, occasion_id)
    with pytest.raises(sa.exc.DBAPIError, match=f"{table}_is_written_once"), transaction():
        db.session.execute(sa.text(f"UPDATE {table} SET number = 2"))  # noqa: S608  # a name of ours


@pytest.mark.usefixtures("context")
def test_the_latest_stand_there_and_are_not_said_twice(practice: Practice, clock: FrozenClock) -> None:
    assert MOST_ON_TOP == 2, f"another number than in {SAID}"
    everything_said(practice, on_top=MOST_ON_TOP + 1)
    brief = read(practice, clock.now())
    top, others = brief.entries_on_top, brief.last_entries
    assert [len(top), len(top) + len(others)] == [MOST_ON_TOP, MOST_ENTRIES]
    assert {each.id for each in top}.isdisjoint(each.id for each in others)
    assert min(each.occurred_at for each in top) > max(each.occurred_at for each in others)
    went_top, went = brief.occasions_on_top, brief.last_occasions
    assert [len(went_top), len(went_top) + len(went)] == [MOST_ON_TOP, MOST_WENT]
    assert set(went_top).isdisjoint(went)


def test_it_is_one_quiet_button_on_the_page_of_either(
    practice: Practice, as_patient: Browser, as_therapist: Browser, check_in_id: UUID, occasion_id: UUID
) -> None:
    brief = f"/patients/{practice.patient.id}"
    for path, shown in ((f"/now/{check_in_id}", "She waits up."), (f"/plan/{occasion_id}", "Nobody had noticed.")):
        assert top_of(as_therapist.get(brief)) == ""
        assert SAID in tap(as_patient, path, PUT).text
        for page in (as_therapist.get(brief), as_patient.get("/shared")):
            assert shown in top_of(page)
        assert PUT in tap(as_patient, path, TAKE).text
    assert top_of(as_therapist.get(brief)) == ""


def test_it_is_not_offered_for_what_is_wholly_kept_or_lies_ahead(
    app: Flask, practice: Practice, as_patient: Browser, occasion_id: UUID, clock: FrozenClock
) -> None:
    with app.app_context():
        kept = make_check_in(practice.patient, EVENING, visibility=Visibility.ONLY_ME)
        task_id = agreed_contract(practice, [weekly(3)], at=EVENING).task_ids[0]
        ahead = planned(practice.patient, task_id, clock.now() + DAY)
    for path in (f"/now/{kept}", f"/plan/{ahead}"):
        assert PUT not in as_patient.get(path).text


def test_what_cannot_be_read_changes_nothing(
    as_patient: Browser, practice: Practice, check_in_id: UUID, occasion_id: UUID, app: Flask
) -> None:
    for path in (f"/now/{check_in_id}/highlight", f"/plan/{occasion_id}/highlight"):
        for sent in ({"is_on": "2", "id": str(new_id())}, {"is_on": "1", "id": "none"}, {"id": str(new_id())}):
            as_patient.send(path, sent, expect=422)
    with app.app_context():
        assert on_top(practice) == []
