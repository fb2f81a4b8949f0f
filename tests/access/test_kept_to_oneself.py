"""What a patient keeps changes nothing that a therapist is shown: no word, no number, no shape; on both databases."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask

from companion.accounts.rules import Actor
from companion.checkins import services as checkins
from companion.checkins.rules import Door, Next, Visibility
from companion.checkins.services import Detail
from companion.experiments import services as experiments
from companion.experiments.models import Debrief
from companion.experiments.rules import DebriefEntry, Word
from companion.extensions import db
from companion.kernel.ids import new_id
from companion.transaction import transaction
from tests.factories.checkins import make_check_in, make_moment, make_re_rating, make_reflection
from tests.factories.one_of_each import OneOfEach
from tests.factories.people import Practice
from tests.factories.stories import happened
from tests.support.routes import client_of, pages

NOW = datetime(2025, 3, 5, 11, tzinfo=UTC)
YESTERDAY = NOW - timedelta(days=1)
MADE_ANEW = re.compile(r'<input[^>]*type="hidden"[^>]*>|nonce="[^"]*"')
"""What differs from look to look: tokens, and ids of pages."""
OF_ALL = "review.caseload"
"""The page of the therapist's that is about every patient."""
WORDS = Detail(thought="I only said yes.", wanted="To leave.", saw_myself="Small")


@pytest.fixture
def things(app: Flask, practice: Practice) -> OneOfEach:
    with app.app_context():
        return OneOfEach(practice, NOW)


def looks(app: Flask, things: OneOfEach) -> dict[str, str]:
    """Every page about patients that the therapist can look at, as it is shown."""
    therapist = things.practice.therapist
    client = client_of(app, therapist)
    about = [
        route.path(things)
        for route in pages(app)
        if route.admits(therapist) and ("patient_id" in route.arguments or route.endpoint == OF_ALL)
    ]
    return {path: MADE_ANEW.sub("", client.get(path).get_data(as_text=True)) for path in about}


def changed(app: Flask, things: OneOfEach, act: Callable[[], object]) -> list[str]:
    """The paths of the pages that look otherwise since."""
    before = looks(app, things)
    with app.app_context():
        act()
    after = looks(app, things)
    return [path for path in before if before[path] != after[path]]


def rated(patient: Actor, visibility: Visibility, at: datetime = YESTERDAY) -> UUID:
    return make_check_in(patient, at, 9, 8, detail=WORDS, visibility=visibility)


def keep_all_of_an_evening(patient: Actor) -> None:
    for door in Door:
        if door is not Door.CUTTING:
            make_check_in(patient, YESTERDAY, 10, 10, door=door, detail=WORDS, visibility=Visibility.ONLY_ME)
    entry = rated(patient, Visibility.ONLY_ME)
    make_re_rating(patient, entry, YESTERDAY, after_minutes=20)
    with transaction():
        checkins.decide(patient, entry, new_id(), Next.STOP_FOR_NOW, YESTERDAY)
    make_moment(patient, YESTERDAY, toward="Somebody new", visibility=Visibility.ONLY_ME)


def test_a_look_changes_nothing(app: Flask, things: OneOfEach) -> None:
    """So what differs below is of what was done."""
    assert changed(app, things, lambda: None) == []


def test_entries_that_are_wholly_kept(app: Flask, things: OneOfEach) -> None:
    assert changed(app, things, lambda: keep_all_of_an_evening(things.practice.patient)) == []


def test_entries_of_the_last_three_hours(app: Flask, things: OneOfEach) -> None:
    just_now = NOW - timedelta(minutes=5)
    assert changed(app, things, lambda: rated(things.practice.patient, Visibility.SHARED, just_now)) == []


def test_other_words_that_are_kept(app: Flask, things: OneOfEach) -> None:
    patient = things.practice.patient
    with app.app_context():
        entry = rated(patient, Visibility.WORDS_PRIVATE)

    def say_it_otherwise() -> None:
        with transaction():
            trigger_id = checkins.trigger_named(patient, "The key in the door")
            person_id = experiments.add_person(patient, "Somebody new")
            otherwise = Detail(trigger_id, person_id, thought="Otherwise", wanted="Other", saw_myself="Tall")
            checkins.add_detail(patient, entry, new_id(), otherwise, NOW)

    assert changed(app, things, say_it_otherwise) == []


def test_other_words_of_an_occasion_that_are_kept(app: Flask, things: OneOfEach) -> None:
    patient = things.practice.patient
    task_id = things.ids_for("contract.task_order", {"task_id"})["task_id"]
    assert isinstance(task_id, UUID)
    with app.app_context():
        occasion = happened(patient, task_id, YESTERDAY, learned="Nothing.", words_private=True)
        stands = db.session.query(Debrief.id).filter_by(experiment_id=occasion).scalar()

    def say_it_otherwise() -> None:
        with transaction():
            entry = DebriefEntry(id=new_id(), word=Word.DONE, learned="A lot.", words_private=True)
            experiments.correct(patient, occasion, entry, stands, NOW)

    assert changed(app, things, say_it_otherwise) == []


def test_three_lines_that_are_kept(app: Flask, things: OneOfEach) -> None:
    patient = things.practice.patient
    assert changed(app, things, lambda: make_reflection(patient, YESTERDAY, "Mine", words_private=True)) == []


def test_what_is_shared_is_seen(app: Flask, things: OneOfEach) -> None:
    """So the guard knows a change when there is one."""
    patient = things.practice.patient
    brief = f"/patients/{patient.id}"
    for share in (
        lambda: rated(patient, Visibility.SHARED),
        lambda: make_moment(patient, YESTERDAY),
        lambda: make_reflection(patient, YESTERDAY, "For both of us"),
    ):
        assert brief in changed(app, things, share)
