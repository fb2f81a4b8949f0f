"""After a session: each says their own, and what a therapist writes for themselves reaches nobody."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError

from companion.extensions import db
from companion.kernel.clock import FrozenClock
from companion.kernel.errors import NotFoundError, RefusedError
from companion.kernel.ids import new_id
from companion.sessions.models import BetweenUs, PrivateNote
from companion.sessions.queries import between_us, learned_of, notes_of
from companion.sessions.rules import Between, Chip, Felt, Learned
from companion.sessions.services import Note, keep_private_note, say_between_us, say_learned
from companion.transaction import transaction
from tests.factories.one_of_each import OneOfEach
from tests.factories.people import Practice, put_in_care
from tests.factories.sessions import session_at
from tests.support.client import Browser
from tests.support.ground import Ground
from tests.support.routes import client_of, pages

TEN = datetime(2025, 3, 5, 9, tzinfo=UTC)
A_MINUTE = timedelta(minutes=1)
SAID = Between(mattered=7, heard=4, chips=(Chip.YOU_PUSHED, Chip.KEPT_BACK))
NOTE = Note((Felt.PUSHING, Felt.BORED), "I wanted a result.", "Breathed, and asked.")


@pytest.fixture
def session_id(app: Flask, practice: Practice) -> UUID:
    with app.app_context():
        return session_at(practice, TEN)


# Between us


@pytest.mark.usefixtures("context")
def test_the_patient_says_it_afterwards_and_the_therapist_reads_it_over_time(
    practice: Practice, session_id: UUID
) -> None:
    later = session_at(practice, TEN + timedelta(hours=1))
    with transaction():
        say_between_us(practice.patient, later, Between(heard=6), TEN + timedelta(hours=2))
        say_between_us(practice.patient, session_id, SAID, TEN + A_MINUTE)
    read = between_us(practice.therapist, practice.patient.id)
    assert [(each.session_id, each.said) for each in read] == [(session_id, SAID), (later, Between(heard=6))]
    assert read == between_us(practice.patient, practice.patient.id)


@pytest.mark.usefixtures("context")
def test_what_was_not_meant_is_said_again_and_both_are_kept(practice: Practice, session_id: UUID) -> None:
    page = new_id()
    for _ in range(2):
        with transaction():
            say_between_us(practice.patient, session_id, SAID, TEN, page)
    with transaction():
        say_between_us(practice.patient, session_id, Between(heard=9), TEN + A_MINUTE)
    assert [each.said for each in between_us(practice.therapist, practice.patient.id)] == [Between(heard=9)]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(BetweenUs)) == 2
    with pytest.raises(RefusedError), transaction():
        say_between_us(practice.patient, session_id, Between(heard=1), TEN, page)


@pytest.mark.usefixtures("context")
def test_nothing_at_all_is_nothing_to_keep_and_nobody_says_it_beforehand(practice: Practice, session_id: UUID) -> None:
    with pytest.raises(RefusedError), transaction():
        say_between_us(practice.patient, session_id, Between(), TEN)
    with pytest.raises(RefusedError), transaction():
        say_between_us(practice.patient, session_id, SAID, TEN - A_MINUTE)


@pytest.mark.usefixtures("context")
def test_nobody_says_it_for_the_patient(practice: Practice, session_id: UUID) -> None:
    for stranger in (practice.therapist, practice.other_patient, practice.admin):
        with pytest.raises(NotFoundError), transaction():
            say_between_us(stranger, session_id, SAID, TEN)
    for stranger in (practice.other_patient, practice.other_therapist, practice.former_therapist, practice.admin):
        with pytest.raises(NotFoundError):
            between_us(stranger, practice.patient.id)


# What did we learn


@pytest.mark.usefixtures("context")
def test_each_answers_for_themselves_before_they_read_the_other(practice: Practice, session_id: UUID) -> None:
    patient_id = practice.patient.id
    with transaction():
        say_learned(practice.therapist, patient_id, session_id, Learned.A_LOT, TEN)
    before = learned_of(practice.patient, patient_id, session_id)
    assert (before.mine, before.theirs, before.other_answered) == (None, None, True)
    for learned in (Learned.NOTHING_YET, Learned.A_LITTLE):
        with transaction():
            say_learned(practice.patient, patient_id, session_id, learned, TEN)
    after = learned_of(practice.patient, patient_id, session_id)
    assert (after.mine, after.theirs) == (Learned.A_LITTLE, Learned.A_LOT)
    assert learned_of(practice.therapist, patient_id, session_id).theirs is Learned.A_LITTLE


@pytest.mark.usefixtures("context")
def test_nobody_answers_for_another(practice: Practice, session_id: UUID) -> None:
    for stranger in (practice.other_patient, practice.other_therapist, practice.former_therapist, practice.admin):
        with pytest.raises(NotFoundError), transaction():
            say_learned(stranger, practice.patient.id, session_id, Learned.A_LOT, TEN)


# For myself


@pytest.mark.usefixtures("context")
def test_a_private_note_is_read_by_its_author_alone(practice: Practice, session_id: UUID) -> None:
    page = new_id()
    for _ in range(2):
        with transaction():
            keep_private_note(practice.therapist, practice.patient.id, NOTE, TEN, session_id, page)
    [read] = notes_of(practice.therapist, practice.patient.id)
    assert (read.felt, read.words, read.regulated) == (NOTE.felt, NOTE.words, NOTE.regulated)
    put_in_care(practice.patient.id, practice.other_therapist.id)  # who covers reads it neither
    assert notes_of(practice.other_therapist, practice.patient.id) == []
    for stranger in (practice.patient, practice.former_therapist, practice.other_patient, practice.admin):
        with pytest.raises(NotFoundError):
            notes_of(stranger, practice.patient.id)
        with pytest.raises(NotFoundError), transaction():
            keep_private_note(stranger, practice.patient.id, NOTE, TEN)


@pytest.mark.usefixtures("context")
def test_nothing_of_a_note_lies_open_and_none_is_rewritten(practice: Practice) -> None:
    with transaction():
        keep_private_note(practice.therapist, practice.patient.id, NOTE, TEN)
    [row] = db.session.execute(sa.select(*PrivateNote.__table__.columns))
    assert not [name for name in ("pushing", "bored", "result") if name.encode() in bytes(str(row), "utf-8")]
    with pytest.raises(DBAPIError), transaction():
        db.session.execute(sa.update(PrivateNote).values(noted_at=TEN + A_MINUTE))


@pytest.mark.usefixtures("context")
def test_an_empty_note_is_none_and_another_patients_session_is_not_there(practice: Practice) -> None:
    with pytest.raises(RefusedError), transaction():
        keep_private_note(practice.therapist, practice.patient.id, Note(), TEN)
    theirs = session_at(practice.of_the_others, TEN)
    with pytest.raises(NotFoundError), transaction():
        keep_private_note(practice.therapist, practice.patient.id, NOTE, TEN, theirs)


def test_what_is_the_therapists_alone_stands_on_no_page_of_the_patients_nor_on_the_brief(ground: Ground) -> None:
    """Notes and ruptures carry a marker that only their own pages and the session's may hold."""
    things, seen = ground.things, set()
    for actor in (ground.practice.patient, ground.practice.therapist):
        client = client_of(ground.app, actor)
        for route in pages(ground.app):
            if route.admits(actor) and things.own_marker in client.get(route.path(things), follow_redirects=True).text:
                seen.add((actor.role.value, route.endpoint))
    assert seen == {
        ("therapist", "sessions.notes"),
        ("therapist", "sessions.session"),
        ("therapist", "sessions.sessions"),
        ("therapist", "sessions.rupture"),
    }


def test_a_therapist_who_covers_is_shown_none_of_it(app: Flask, practice: Practice, clock: FrozenClock) -> None:
    covers, seen = practice.other_therapist, set()
    with app.app_context():
        things = OneOfEach(practice, clock.now())
        put_in_care(practice.patient.id, covers.id)
    client = client_of(app, covers)
    for route in pages(app):
        if route.admits(covers):
            text = client.get(route.path(things), follow_redirects=True).text
            assert things.own_marker not in text, route
            seen |= {route.endpoint} if things.marker in text else set()
    assert seen >= {"sessions.session", "sessions.scene", "contract.workshop"}


def test_that_a_therapist_opened_their_notes_is_not_told(
    as_therapist: Browser, as_patient: Browser, practice: Practice
) -> None:
    as_therapist.get(f"/patients/{practice.patient.id}/notes")
    as_therapist.send(f"/patients/{practice.patient.id}/notes", expect=422)
    assert "Nobody has opened anything yet." in as_patient.get("/settings/looked").text
    as_therapist.get(f"/patients/{practice.patient.id}/sessions")
    assert "our appointments" in as_patient.get("/settings/looked").text
