"""A minute and a half of company after a save, and a second look that stands on Today; on both databases."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from companion.checkins import queries, services
from companion.checkins.models import SecondLook
from companion.checkins.rules import Door, Next, Rated
from companion.extensions import db
from companion.kernel.clock import FrozenClock
from companion.kernel.errors import NotFoundError
from companion.kernel.ids import new_id
from companion.review.queries.today import today_of
from companion.transaction import transaction
from tests.factories.checkins import make_check_in
from tests.factories.contract import agreed_contract
from tests.factories.experiments import planned
from tests.factories.people import Practice
from tests.support.client import Browser, attributes

NOON = datetime(2025, 3, 5, 11, 0, tzinfo=UTC)
MINUTE, HOUR, SECOND = timedelta(minutes=1), timedelta(hours=1), timedelta(seconds=1)
DUE = NOON + 15 * MINUTE
OFFER = "A quiet minute and a half"
ENOUGH = "It's kept. You can put the phone away."
REMIND = "Remind me in 15 minutes"


@pytest.fixture
def check_in_id(app: Flask, practice: Practice) -> UUID:
    with app.app_context():
        return make_check_in(practice.patient, NOON)


def plain(text: str) -> str:
    return text.replace("&#39;", "'").replace("’", "'")


def ask(practice: Practice, check_in_id: UUID, at: datetime = NOON, *, page: UUID | None = None) -> None:
    with transaction():
        services.look_again(practice.patient, check_in_id, page or new_id(), at)


def on_today(practice: Practice, at: datetime) -> UUID | None:
    return today_of(practice.patient, at).look_again_at


def test_it_is_one_quiet_link_on_the_saved_page(as_patient: Browser, check_in_id: UUID) -> None:
    saved = as_patient.get(f"/now/{check_in_id}")
    (offer,) = saved.document.query(f'a[href="/now/{check_in_id}/alongside"]')
    assert attributes(offer)["class"] == "button quiet"


def test_it_begins_with_the_first_card_and_three_ways_on(
    app: Flask, practice: Practice, as_patient: Browser, check_in_id: UUID
) -> None:
    with app.app_context(), transaction():
        services.add_card(practice.patient, "I may stay.", NOON, new_id())
        services.add_card(practice.patient, "They will manage.", NOON, new_id())
        services.suggest_card(practice.therapist, practice.patient.id, "Not theirs yet.", NOON, new_id())
        first = next(card.words for card in queries.cards_of(practice.patient) if card.is_mine)
    page = as_patient.get(f"/now/{check_in_id}/alongside")
    shown = [words for words in ("I may stay.", "They will manage.", "Not theirs yet.") if words in page.text]
    assert shown == [first]
    for step in ("standing", "unseen", "breathing"):
        assert page.document.query(f'main a[href="/now/{check_in_id}/alongside?step={step}"]')


def test_it_needs_no_card(as_patient: Browser, check_in_id: UUID) -> None:
    assert not as_patient.get(f"/now/{check_in_id}/alongside").document.query("main .own-words")


@pytest.mark.parametrize(
    ("step", "words", "on"),
    [
        ("?step=standing", "Let your shoulders open.", "/alongside?step=breathing"),
        ("?step=unseen", "Both feet on the floor.", "/alongside?step=breathing"),
        ("?step=breathing", "Breathe in, counting to 4. Breathe out, counting to 6.", "/again?alongside=1"),
        ("?step=breathing", "Breathe out", "/next"),
        ("?step=of-another-version", "A quiet minute and a half", "/alongside?step=unseen"),
    ],
)
def test_each_step_is_a_page_with_a_way_on_and_can_be_stopped(
    as_patient: Browser, check_in_id: UUID, step: str, words: str, on: str
) -> None:
    page = as_patient.get(f"/now/{check_in_id}/alongside{step}")
    assert words in page.text
    assert page.document.query(f'main a[href="/now/{check_in_id}{on}"]')
    (stop,) = page.document.query(f'main a[href="/now/{check_in_id}"]')
    assert stop.to_text().strip() == "You can stop here"


def test_the_circle_is_not_there_until_a_script_is_and_asks_to_be_started(
    as_patient: Browser, check_in_id: UUID
) -> None:
    page = as_patient.get(f"/now/{check_in_id}/alongside?step=breathing")
    (circle,) = page.document.query(".breath")
    assert "hidden" in attributes(circle)
    assert attributes(circle)["class"] == "breath"
    assert [button.to_text().strip() for button in circle.query("button")] == ["Start the circle"]


def test_on_the_way_rating_again_is_followed_by_what_next_and_may_be_passed_over(
    as_patient: Browser, check_in_id: UUID
) -> None:
    page = as_patient.get(f"/now/{check_in_id}/again?alongside=1")
    assert page.document.query(f'main a[href="/now/{check_in_id}/next"]')
    sent = {"client_id": str(new_id()), "guilt": "5", "urge": "3", "csrf_token": as_patient.csrf_token()}
    answer = as_patient.client.post(f"/now/{check_in_id}/again?alongside=1", data=sent)
    assert answer.location == f"/now/{check_in_id}/next"
    alone = as_patient.client.post(f"/now/{check_in_id}/again", data=sent | {"client_id": str(new_id())})
    assert alone.location == f"/now/{check_in_id}"


def test_none_of_the_four_stands_before_the_others(as_patient: Browser, check_in_id: UUID) -> None:
    buttons = as_patient.get(f"/now/{check_in_id}/next").document.query("button[name=decision]")
    assert [attributes(each)["value"] for each in buttons] == [each.value for each in Next]
    assert {attributes(each)["class"] for each in buttons} == {"button quiet"}


def test_who_looks_first_reads_who_covers_and_then_what_they_might_say(
    app: Flask, practice: Practice, as_patient: Browser
) -> None:
    with app.app_context():
        task_id = agreed_contract(practice).task_ids[0]
        covered, reply = "Sandra's neighbour", "I'm at dinner. Is anything burning?"
        at = NOON - 24 * HOUR
        dinner = planned(practice.patient, task_id, NOON, at=at, covered_by=covered, honest_reply=reply)
        check_in_id = make_check_in(practice.patient, NOON, experiment_id=dinner)
    page = as_patient.submit(as_patient.get(f"/now/{check_in_id}/next"), {"decision": Next.CHECK_FIRST.value})
    (prepared,) = page.document.query("[data-prepared]")
    assert " ".join(plain(prepared.to_text()).split()) == (
        "Covered by Sandra's neighbour What I might say at home I'm at dinner. Is anything burning?"
    )


def test_after_three_in_an_hour_the_phone_may_go_instead(
    app: Flask, practice: Practice, as_patient: Browser, check_in_id: UUID
) -> None:
    with app.app_context():
        make_check_in(practice.patient, NOON)
    two = plain(as_patient.get(f"/now/{check_in_id}").text)
    assert OFFER in two
    assert ENOUGH not in two
    with app.app_context():
        make_check_in(practice.patient, NOON)
    three = plain(as_patient.get(f"/now/{check_in_id}").text)
    assert OFFER not in three
    assert ENOUGH in three


def test_an_entry_of_long_ago_or_of_another_door_offers_none(
    app: Flask, practice: Practice, as_patient: Browser, check_in_id: UUID, clock: FrozenClock
) -> None:
    with app.app_context():
        good = make_check_in(practice.patient, NOON, door=Door.GOOD)
    assert OFFER not in as_patient.get(f"/now/{good}").text
    clock.advance(hours=3)
    as_patient.sign_in(practice.patient)
    page = as_patient.get(f"/now/{check_in_id}").text
    assert OFFER not in page
    assert REMIND not in page


def test_the_smaller_version_is_shown_to_whoever_goes_on_smaller(
    app: Flask, practice: Practice, as_patient: Browser
) -> None:
    with app.app_context():
        task_id = agreed_contract(practice).task_ids[0]
        dinner = planned(practice.patient, task_id, NOON, at=NOON - 24 * HOUR, smaller_version="One drink, then home.")
        check_in_id = make_check_in(practice.patient, NOON, experiment_id=dinner)
    for choice in Next:
        page = as_patient.submit(as_patient.get(f"/now/{check_in_id}/next"), {"decision": choice.value})
        assert ("One drink, then home." in page.text) is (choice is Next.SMALLER)


def test_a_second_look_is_one_tap_and_says_what_it_does(
    app: Flask, as_patient: Browser, check_in_id: UUID, clock: FrozenClock
) -> None:
    page = as_patient.get(f"/now/{check_in_id}")
    assert REMIND in page.text
    assert "It will stand on Today then; the phone won't ring." in plain(page.text)
    sent = {"client_id": str(new_id()), "csrf_token": as_patient.csrf_token()}
    for _ in range(2):
        as_patient.client.post(f"/now/{check_in_id}/second-look", data=sent)
    asked = plain(as_patient.get(f"/now/{check_in_id}").text)
    assert "At 12:15 it will stand on Today. The phone won't ring." in asked
    assert REMIND not in asked
    with app.app_context():
        (row,) = db.session.scalars(sa.select(SecondLook))
        assert (row.at, row.due_at) == (NOON, DUE)
    link = f'main a[href="/now/{check_in_id}/again"]'
    assert not as_patient.get("/").document.query(link)
    clock.advance(minutes=15)
    today = as_patient.get("/")
    assert "You asked for a second look." in today.text
    assert today.document.query(link)
    as_patient.submit(as_patient.get(f"/now/{check_in_id}/again"), {"guilt": "4", "urge": "3"})
    assert not as_patient.get("/").document.query(link)


def test_what_can_not_be_read_changes_nothing(app: Flask, as_patient: Browser, check_in_id: UUID) -> None:
    sent = {"client_id": "none", "csrf_token": as_patient.csrf_token()}
    answer = as_patient.client.post(f"/now/{check_in_id}/second-look", data=sent)
    assert answer.status_code == 422
    with app.app_context():
        assert db.session.scalars(sa.select(SecondLook)).all() == []


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize(
    ("at", "stands"),
    [(DUE - SECOND, False), (DUE, True), (DUE + 3 * HOUR - SECOND, True), (DUE + 3 * HOUR, False)],
)
def test_it_stands_from_when_it_is_due_for_three_hours(
    practice: Practice, check_in_id: UUID, at: datetime, *, stands: bool
) -> None:
    ask(practice, check_in_id)
    assert on_today(practice, at) == (check_in_id if stands else None)


@pytest.mark.usefixtures("context")
def test_a_rating_before_it_was_asked_for_does_not_answer_it(practice: Practice, check_in_id: UUID) -> None:
    with transaction():
        services.re_rate(practice.patient, check_in_id, new_id(), Rated(6), Rated(5), NOON)
    ask(practice, check_in_id, NOON + MINUTE)
    assert on_today(practice, DUE + MINUTE) == check_in_id
    with transaction():
        services.re_rate(practice.patient, check_in_id, new_id(), Rated(4), Rated(3), NOON + 5 * MINUTE)
    assert on_today(practice, DUE + MINUTE) is None


@pytest.mark.usefixtures("context")
def test_of_two_the_one_without_an_answer_stands(practice: Practice, check_in_id: UUID) -> None:
    later = make_check_in(practice.patient, NOON + MINUTE)
    ask(practice, check_in_id)
    ask(practice, later, NOON + MINUTE)
    assert on_today(practice, DUE + MINUTE) == later
    with transaction():
        services.re_rate(practice.patient, later, new_id(), Rated(4), Rated(3), DUE + MINUTE)
    assert on_today(practice, DUE + MINUTE) == check_in_id


@pytest.mark.usefixtures("context")
def test_it_is_the_patients_alone(practice: Practice, check_in_id: UUID) -> None:
    for other in (practice.therapist, practice.other_patient, practice.admin):
        with pytest.raises(NotFoundError), transaction():
            services.look_again(other, check_in_id, new_id(), NOON)
    ask(practice, check_in_id)
    assert today_of(practice.other_patient, DUE).look_again_at is None


@pytest.mark.usefixtures("context")
def test_a_second_look_is_written_once(practice: Practice, check_in_id: UUID) -> None:
    ask(practice, check_in_id)
    with pytest.raises(sa.exc.DBAPIError, match="second_look_is_written_once"), transaction():
        db.session.execute(sa.text("UPDATE second_look SET number = 2"))
