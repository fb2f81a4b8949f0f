"""What stood in an entry before: readable by its author, and by nobody else; on both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask

from companion.checkins import queries, services
from companion.checkins.queries import Before, stood_before
from companion.checkins.rules import CANT_TELL, BodySignal, GuiltKind, Moment, Rated, still_stands
from companion.checkins.services import Detail
from companion.experiments.adherence import MomentOutcome
from companion.experiments.services import add_person
from companion.kernel.ids import new_id
from companion.transaction import transaction
from tests.factories.checkins import make_check_in, make_moment
from tests.factories.people import Practice
from tests.support.client import Browser

NOON = datetime(2025, 3, 5, 11, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DETAIL = Detail(thought="Not tonight", wanted="To stay", body=(BodySignal.CHEST,), feelings={"shame": 4})


def before(practice: Practice, check_in_id: UUID) -> list[Before]:
    return stood_before(practice.patient, check_in_id)


def add(practice: Practice, check_in_id: UUID, detail: Detail, minutes: int) -> None:
    with transaction():
        services.add_detail(practice.patient, check_in_id, new_id(), detail, NOON + minutes * MINUTE)


@pytest.mark.parametrize(
    ("said", "then", "stands"),
    [
        (None, 4, True),
        ("", "To go", True),
        ("To stay", "To stay", True),
        ("To stay", "To go", False),
        ("To stay", "", False),
        (0, 0, True),
        (0, None, False),
        ([], None, True),
        (["chest"], ["head", "chest"], True),
        (["chest"], ["head"], False),
        (["chest"], None, False),
    ],
)
def test_what_only_had_something_added_still_stands(said: object, then: object, *, stands: bool) -> None:
    assert still_stands(said, then) is stands


@pytest.mark.usefixtures("context")
def test_an_entry_as_it_was_sent_has_nothing_before_it(practice: Practice) -> None:
    assert before(practice, make_check_in(practice.patient, NOON, detail=DETAIL)) == []


@pytest.mark.usefixtures("context")
def test_numbers_put_right_are_told_in_the_order_in_which_they_came(practice: Practice) -> None:
    entry = make_check_in(practice.patient, NOON, 7, 6)
    for minutes, guilt in ((1, CANT_TELL), (2, CANT_TELL), (3, Rated(2))):
        with transaction():
            services.correct(practice.patient, entry, new_id(), guilt, Rated(6), NOON + minutes * MINUTE)
    assert before(practice, entry) == [
        Before(NOON, Rated(7), Rated(6)),
        Before(NOON + 2 * MINUTE, CANT_TELL, Rated(6)),
    ]
    assert queries.one_of_mine(practice.patient, entry, NOON + HOUR).guilt == Rated(2)


@pytest.mark.usefixtures("context")
def test_words_written_anew_are_kept_as_they_were(practice: Practice) -> None:
    entry = make_check_in(practice.patient, NOON, detail=DETAIL)
    with transaction():
        trigger = services.trigger_named(practice.patient, "A call")
        person = add_person(practice.patient, "Aunt")
    whole = replace(DETAIL, trigger_id=trigger, person_id=person, guilt_kind=GuiltKind.OLD)
    add(practice, entry, whole, 1)
    assert before(practice, entry) == []
    add(practice, entry, Detail(thought="Another"), 2)
    [was] = before(practice, entry)
    assert (was.said_at, was.trigger, was.person, was.guilt_kind) == (NOON + MINUTE, "A call", "Aunt", GuiltKind.OLD)
    assert was.words == {"thought": "Not tonight", "wanted": "To stay"}
    assert (was.body, was.feelings) == ((BodySignal.CHEST,), {"shame": 4})


@pytest.mark.usefixtures("context")
def test_a_moment_told_to_its_end_has_nothing_before_it_and_one_told_differently_has(practice: Practice) -> None:
    entry = make_moment(practice.patient, NOON, None)
    with transaction():
        said = Moment(7, MomentOutcome.SAID_NOTHING, add_person(practice.patient, "Uncle"), 3)
    for minutes, moment in ((1, said), (2, replace(said, outcome=MomentOutcome.SAID_IT))):
        with transaction():
            services.tell_moment(practice.patient, entry, new_id(), moment, NOON + minutes * MINUTE)
    assert before(practice, entry) == [Before(NOON + MINUTE, moment=said, person="Uncle")]


@pytest.mark.usefixtures("context")
def test_of_another_patients_entry_nothing_is_told(practice: Practice) -> None:
    entry = make_check_in(practice.patient, NOON, detail=DETAIL)
    add(practice, entry, Detail(), 1)
    assert before(practice, entry)
    assert stood_before(practice.other_patient, entry) == []


def test_its_author_reads_it_and_the_therapist_does_not(
    app: Flask, practice: Practice, as_patient: Browser, as_therapist: Browser
) -> None:
    with app.app_context():
        entry = make_check_in(practice.patient, NOON - 5 * HOUR, 9, 8, detail=DETAIL)
        with transaction():
            services.correct(practice.patient, entry, new_id(), Rated(3), Rated(8), NOON - 4 * HOUR)
        add(practice, entry, Detail(thought="Mild words"), -200)
    page = as_patient.get(f"/now/{entry}")
    assert "What stood here before" in page.text
    assert "guilt 9, wanting to drop the plan 8" in page.text
    assert "Not tonight" in page.text
    brief = as_therapist.get(f"/patients/{practice.patient.id}")
    assert "Mild words" in brief.text
    assert "Not tonight" not in brief.text


def test_an_unchanged_entry_says_nothing_of_before(app: Flask, practice: Practice, as_patient: Browser) -> None:
    with app.app_context():
        entry = make_check_in(practice.patient, NOON)
    assert "What stood here before" not in as_patient.get(f"/now/{entry}").text
