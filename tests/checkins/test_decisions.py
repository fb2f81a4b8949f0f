"""What next, with the guilt still there: four answers that are all alike; on both databases."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from companion.checkins import queries, services
from companion.checkins.forms.words import ANSWERED, NEXTS
from companion.checkins.models import Decision
from companion.checkins.rules import Next, Visibility
from companion.extensions import db
from companion.kernel.clock import FrozenClock
from companion.kernel.errors import NotFoundError
from companion.kernel.ids import new_id
from companion.transaction import transaction
from tests.factories.checkins import make_check_in
from tests.factories.contract import agreed_contract
from tests.factories.experiments import planned
from tests.factories.people import Practice
from tests.support.client import Browser, attributes

NOON = datetime(2025, 3, 5, 11, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def check_in_id(app: Flask, practice: Practice) -> UUID:
    with app.app_context():
        return make_check_in(practice.patient, NOON)


def decide(practice: Practice, check_in_id: UUID, choice: Next, at: datetime = NOON) -> None:
    with transaction():
        services.decide(practice.patient, check_in_id, new_id(), choice, at)


@pytest.mark.parametrize("choice", list(Next))
def test_each_is_one_tap_and_answered_alike(as_patient: Browser, check_in_id: UUID, choice: Next) -> None:
    saved = as_patient.get(f"/now/{check_in_id}")
    assert saved.document.query(f'a[href="/now/{check_in_id}/next"]')
    page = as_patient.get(f"/now/{check_in_id}/next")
    assert "The guilt may stay. What next?" in page.text
    answered = as_patient.submit(page, {"decision": choice.value})
    assert answered.path == f"/now/{check_in_id}"
    assert str(ANSWERED[choice]) in answered.text
    assert f"At 12:00: {NEXTS[choice]}" in answered.text


def test_none_stands_out(as_patient: Browser, check_in_id: UUID) -> None:
    buttons = as_patient.get(f"/now/{check_in_id}/next").document.query("main button")
    assert {attributes(button)["class"] for button in buttons} == {"button quiet"}
    assert [attributes(button)["value"] for button in buttons] == [each.value for each in Next]
    assert all("guilt may" in str(words) for words in ANSWERED.values())


@pytest.mark.parametrize("sent", [{}, {"decision": ""}, {"decision": "give_up"}])
def test_what_is_none_of_them_is_asked_again(as_patient: Browser, check_in_id: UUID, sent: dict[str, str]) -> None:
    page = as_patient.get(f"/now/{check_in_id}/next")
    refused = as_patient.submit(page, sent, expect=422)
    assert refused.errors()


def test_sent_twice_it_is_one_and_it_can_be_answered_again(
    app: Flask, practice: Practice, as_patient: Browser, check_in_id: UUID, clock: FrozenClock
) -> None:
    page = as_patient.get(f"/now/{check_in_id}/next")
    for _ in range(2):
        as_patient.submit(page, {"decision": "go_on"})
    clock.advance(minutes=5)
    again = as_patient.submit(as_patient.get(f"/now/{check_in_id}/next"), {"decision": "stop_for_now"})
    assert str(ANSWERED[Next.STOP_FOR_NOW]) in again.text
    assert str(ANSWERED[Next.GO_ON]) not in again.text
    with app.app_context():
        entry = queries.one_of_mine(practice.patient, check_in_id, clock.now())
    assert [(each.at, each.choice) for each in entry.decisions] == [
        (NOON, Next.GO_ON),
        (NOON + 5 * MINUTE, Next.STOP_FOR_NOW),
    ]
    assert "What next? Stop for now" in as_patient.get("/now/earlier").text


def test_check_first_shows_the_honest_reply_of_the_plan(app: Flask, practice: Practice, as_patient: Browser) -> None:
    with app.app_context():
        task_id = agreed_contract(practice).task_ids[0]
        reply = "I'm out until eleven, call me if it can't wait."
        dinner = planned(practice.patient, task_id, NOON, at=NOON - 24 * HOUR, honest_reply=reply)
        check_in_id = make_check_in(practice.patient, NOON, experiment_id=dinner)
    for choice in (Next.GO_ON, Next.CHECK_FIRST, Next.SMALLER):
        page = as_patient.submit(as_patient.get(f"/now/{check_in_id}/next"), {"decision": choice.value})
        assert (reply in page.text.replace("’", "'")) is (choice is Next.CHECK_FIRST)


def test_without_a_plan_there_is_no_reply(as_patient: Browser, check_in_id: UUID) -> None:
    page = as_patient.submit(as_patient.get(f"/now/{check_in_id}/next"), {"decision": "check_first"})
    assert "What I might say at home" not in page.text


@pytest.mark.parametrize(
    ("visibility", "is_seen"),
    [(Visibility.SHARED, True), (Visibility.WORDS_PRIVATE, True), (Visibility.ONLY_ME, False)],
)
def test_the_therapist_sees_it_as_the_numbers_of_the_entry(
    app: Flask,
    practice: Practice,
    as_therapist: Browser,
    clock: FrozenClock,
    visibility: Visibility,
    *,
    is_seen: bool,
) -> None:
    with app.app_context():
        check_in_id = make_check_in(practice.patient, NOON, visibility=visibility)
        decide(practice, check_in_id, Next.SMALLER, NOON + MINUTE)
    seen = []
    for hours in (1, 3):
        clock.advance(hours=hours)
        as_therapist.sign_in(practice.therapist)  # who isn't signed in for so long
        page = as_therapist.get(f"/patients/{practice.patient.id}")
        seen.append("then: Go on, smaller" in page.text)
    assert seen == [False, is_seen]


@pytest.mark.usefixtures("context")
def test_only_the_patient_decides(practice: Practice, check_in_id: UUID) -> None:
    for other in (practice.therapist, practice.other_patient, practice.admin):
        with pytest.raises(NotFoundError), transaction():
            services.decide(other, check_in_id, new_id(), Next.GO_ON, NOON)
    assert db.session.scalars(sa.select(Decision)).all() == []


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("table", ["decision", "box_item", "left_out", "aside_read"])
def test_the_tables_know_no_change(app: Flask, table: str) -> None:
    """SQLite says so by its triggers' names, PostgreSQL by the functions behind them."""
    name = f"{table}_is_written_once"
    known = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger",
    }[db.engine.dialect.name]
    assert name in db.session.scalars(sa.text(known)).all()


@pytest.mark.usefixtures("context")
def test_a_decision_is_written_once(practice: Practice, check_in_id: UUID) -> None:
    decide(practice, check_in_id, Next.GO_ON)
    with pytest.raises(sa.exc.DBAPIError, match="decision_is_written_once"), transaction():
        db.session.execute(sa.text("UPDATE decision SET choice = 'smaller'"))
