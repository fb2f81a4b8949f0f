"""What of a patient's entries others may read, on both databases."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from flask import Flask
from sqlalchemy import event

from companion.accounts.rules import Actor
from companion.checkins import queries, services
from companion.checkins.models import CheckInDetail, Trigger
from companion.checkins.queries import entries
from companion.checkins.rules import BodySignal, Door, Entry, GuiltKind, Rated, Visibility, therapist_sees
from companion.checkins.services import Detail
from companion.experiments import services as experiments
from companion.extensions import db
from companion.kernel.errors import NotFoundError
from companion.kernel.ids import new_id
from companion.transaction import transaction
from tests.factories.checkins import make_check_in, make_re_rating
from tests.factories.people import Practice

NOON = datetime(2025, 3, 5, 11, 0, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
A_DAY_LATER = NOON + 24 * HOUR
MARKER = "nobody-may-read-this"


@pytest.fixture(autouse=True)
def in_context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def wordy(patient: Actor) -> Detail:
    with transaction():
        trigger_id = services.trigger_named(patient, f"{MARKER} trigger")
        person_id = experiments.add_person(patient, f"{MARKER} person")
    return Detail(
        trigger_id=trigger_id,
        person_id=person_id,
        body=(BodySignal.CHEST, BodySignal.LEGS),
        thought=f"{MARKER} thought",
        wanted=f"{MARKER} wanted",
        saw_myself=f"{MARKER} self",
        guilt_kind=GuiltKind.OLD,
        feelings={"envy": 8, "freedom": 0},
    )


def seen_by(viewer: Actor, patient: Actor, now: datetime = A_DAY_LATER) -> list[queries.Shown]:
    return queries.last_for(viewer, patient.id, now)


def as_text(entries: list[queries.Shown]) -> str:
    return json.dumps([asdict(entry) for entry in entries], default=str)


def test_a_patient_reads_all_of_their_own(practice: Practice) -> None:
    for visibility in Visibility:
        make_check_in(practice.patient, NOON, detail=wordy(practice.patient), visibility=visibility)
    entries = seen_by(practice.patient, practice.patient, NOON)
    assert {entry.visibility for entry in entries} == set(Visibility)
    for entry in entries:
        assert (entry.trigger, entry.person) == (f"{MARKER} trigger", f"{MARKER} person")
        assert entry.words["thought"] == f"{MARKER} thought"
        assert (entry.body, entry.guilt_kind) == ((BodySignal.CHEST, BodySignal.LEGS), GuiltKind.OLD)
        assert entry.feelings == {"envy": 8, "freedom": 0}


def test_the_therapist_reads_what_is_shared(practice: Practice) -> None:
    make_check_in(practice.patient, NOON, 7, 6, detail=wordy(practice.patient))
    (entry,) = seen_by(practice.therapist, practice.patient)
    assert (entry.guilt, entry.urge, entry.feelings["envy"]) == (Rated(7), Rated(6), 8)
    assert entry.words["wanted"] == f"{MARKER} wanted"
    assert (entry.trigger, entry.person) == (f"{MARKER} trigger", f"{MARKER} person")


def test_of_private_words_the_therapist_gets_the_numbers_alone(practice: Practice) -> None:
    make_check_in(practice.patient, NOON, 7, 6, detail=wordy(practice.patient), visibility=Visibility.WORDS_PRIVATE)
    entries = seen_by(practice.therapist, practice.patient)
    assert MARKER not in as_text(entries)
    (entry,) = entries
    assert (entry.guilt, entry.urge, entry.feelings) == (Rated(7), Rated(6), {"envy": 8, "freedom": 0})
    assert (entry.body, entry.guilt_kind, entry.trigger_id, entry.person_id) == ((), None, None, None)
    assert not entry.has_detail


def test_private_words_do_not_even_leave_the_database(practice: Practice) -> None:
    make_check_in(practice.patient, NOON, detail=wordy(practice.patient), visibility=Visibility.WORDS_PRIVATE)
    columns = entries._columns(practice.therapist.id)  # noqa: SLF001  # beneath what is handed out lies the row
    rows = db.session.execute(entries._joined(*columns).outerjoin(Trigger, Trigger.id == CheckInDetail.trigger_id))  # noqa: SLF001
    (row,) = rows.all()
    assert MARKER not in str(row)


def test_what_is_only_mine_is_in_no_list_of_others(practice: Practice) -> None:
    make_check_in(practice.patient, NOON, detail=wordy(practice.patient), visibility=Visibility.ONLY_ME)
    assert seen_by(practice.therapist, practice.patient) == []
    assert len(seen_by(practice.patient, practice.patient)) == 1


def test_what_is_only_mine_does_not_use_up_the_places_of_a_short_list(practice: Practice) -> None:
    make_check_in(practice.patient, NOON, 3)
    make_check_in(practice.patient, NOON + HOUR, 9, visibility=Visibility.ONLY_ME)
    (entry,) = queries.last_for(practice.therapist, practice.patient.id, A_DAY_LATER, limit=1)
    assert entry.guilt == Rated(3)


def test_an_entry_is_the_patients_alone_until_it_closes(practice: Practice) -> None:
    make_check_in(practice.patient, NOON)
    moments = (NOON, NOON + 3 * HOUR - SECOND, NOON + 3 * HOUR)
    assert [len(seen_by(practice.therapist, practice.patient, now)) for now in moments] == [0, 0, 1]


def test_what_is_taken_back_later_is_gone_at_once(practice: Practice) -> None:
    check_in_id = make_check_in(practice.patient, NOON, detail=wordy(practice.patient))
    assert MARKER in as_text(seen_by(practice.therapist, practice.patient))
    for visibility, seen in ((Visibility.WORDS_PRIVATE, 1), (Visibility.ONLY_ME, 0), (Visibility.SHARED, 1)):
        with transaction():
            services.set_visibility(practice.patient, check_in_id, new_id(), visibility, A_DAY_LATER)
        assert len(seen_by(practice.therapist, practice.patient)) == seen


@pytest.mark.parametrize(("visibility", "sooner"), list(product(Visibility, (True, False))))
def test_the_database_filters_as_the_rule_says(
    practice: Practice,
    visibility: Visibility,
    sooner: bool,  # noqa: FBT001
) -> None:
    make_check_in(practice.patient, NOON, visibility=visibility, sooner=sooner)
    for now in (NOON, NOON + HOUR, NOON + 3 * HOUR, A_DAY_LATER):
        is_seen = bool(seen_by(practice.therapist, practice.patient, now))
        assert is_seen == therapist_sees(visibility, NOON, now, sooner=sooner)
        (mine,) = seen_by(practice.patient, practice.patient, now)
        assert mine.is_seen == is_seen


def test_what_came_under_the_id_of_another_entry_is_shown_with_it_and_to_its_patient_alone(practice: Practice) -> None:
    entry = Entry(new_id(), Door.GUILT, practice.patient.zone, Rated(7), Rated(6))
    with transaction():
        first = services.save(practice.patient, entry, NOON).id
        services.save(practice.patient, replace(entry, guilt=Rated(2)), NOON)
    another = make_check_in(practice.patient, NOON)
    found = [len(queries.conflicts_of(practice.patient, check_in_id)) for check_in_id in (first, another)]
    assert found == [1, 0]
    for stranger in (practice.therapist, practice.other_patient):
        assert queries.conflicts_of(stranger, first) == []
    (seen, _) = seen_by(practice.therapist, practice.patient)
    assert seen.guilt == Rated(7)


def test_the_latest_come_first(practice: Practice) -> None:
    for hours in (1, 3, 2):
        make_check_in(practice.patient, NOON + hours * HOUR, hours)
    assert [entry.guilt.value for entry in seen_by(practice.therapist, practice.patient)] == [3, 2, 1]


def test_guilt_after_is_the_last_answer_and_not_the_lowest(practice: Practice) -> None:
    check_in_id = make_check_in(practice.patient, NOON, 9)
    for minutes, guilt in ((10, 6), (15, 3), (40, 5)):
        make_re_rating(practice.patient, check_in_id, NOON, guilt, after_minutes=minutes)
    (entry,) = seen_by(practice.therapist, practice.patient)
    assert entry.after
    assert entry.after.guilt == Rated(5)
    assert len(entry.re_ratings) == 3


def test_the_empty_door_has_no_numbers(practice: Practice) -> None:
    make_check_in(practice.patient, NOON, door=Door.EMPTY)
    (entry,) = seen_by(practice.therapist, practice.patient)
    assert (entry.door, entry.guilt.is_said, entry.urge.is_said) == (Door.EMPTY, False, False)


def test_others_find_nothing(practice: Practice) -> None:
    make_check_in(practice.patient, NOON)
    for stranger in (practice.other_patient, practice.other_therapist, practice.admin):
        for patient_id in (practice.patient.id, new_id()):
            with pytest.raises(NotFoundError):
                queries.last_for(stranger, patient_id, A_DAY_LATER)


def test_one_entry_is_opened_by_its_patient_alone(practice: Practice) -> None:
    mine = make_check_in(practice.patient, NOON)
    for stranger, check_in_id in ((practice.other_patient, mine), (practice.patient, new_id())):
        with pytest.raises(NotFoundError):
            queries.one_of_mine(stranger, check_in_id, A_DAY_LATER)
    with pytest.raises(NotFoundError):
        queries.one_of_mine(practice.therapist, mine, A_DAY_LATER)


@contextmanager
def statements() -> Iterator[list[str]]:
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield said
    event.remove(db.engine, "before_cursor_execute", note)


def test_the_number_of_statements_does_not_grow_with_the_entries(practice: Practice) -> None:
    def budget() -> int:
        db.session.rollback()
        with statements() as said:
            queries.last_for(practice.therapist, practice.patient.id, A_DAY_LATER, limit=50)
        return len(said)

    make_re_rating(practice.patient, make_check_in(practice.patient, NOON, detail=wordy(practice.patient)), NOON)
    with_one = budget()
    for minutes in range(12):
        at = NOON + timedelta(minutes=minutes)
        make_re_rating(practice.patient, make_check_in(practice.patient, at, detail=wordy(practice.patient)), at)
    assert budget() == with_one
