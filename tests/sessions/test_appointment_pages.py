"""The patient's appointments: the next one with their own point, and afterwards what it was like."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask

from companion.kernel.clock import FrozenClock
from companion.sessions.queries import between_us, learned_of
from companion.sessions.queries.view_models import PointRead
from companion.sessions.rules import Between, Chip, Learned, RuptureWords, SceneKind
from companion.sessions.rules.agenda import About
from companion.sessions.services import change_rupture, note_rupture, remove_session, tick, write_point
from companion.transaction import transaction
from tests.factories.people import Practice
from tests.factories.sessions import scene_in, scene_words, session_at
from tests.support.client import Browser, Page

AHEAD = datetime(2025, 3, 6, 9, tzinfo=UTC)
"""Tomorrow at 10:00 in Rome."""
HELD = datetime(2025, 3, 5, 10, tzinfo=UTC)
"""An hour ago."""


@pytest.fixture
def ahead(app: Flask, practice: Practice) -> UUID:
    with app.app_context():
        return session_at(practice, AHEAD)


@pytest.fixture
def held(app: Flask, practice: Practice) -> UUID:
    with app.app_context():
        return session_at(practice, HELD)


def afterwards(browser: Browser, session_id: UUID, fields: Mapping[str, object], expect: int = 200) -> Page:
    path = f"/appointments/{session_id}/afterwards"
    return browser.send(path, {"id": str(uuid4()), **fields}, expect)


def test_without_one_it_says_what_will_be_there(as_patient: Browser) -> None:
    assert "Nothing is owed." in as_patient.get("/appointments").text


def test_it_is_one_tap_from_today_and_from_our_agreement(as_patient: Browser, ahead: UUID) -> None:
    today = as_patient.get("/")
    assert "Next appointment: Thu 6 Mar, 10:00" in today.text
    assert today.document.query(f'main a[href="/appointments/{ahead}"]')
    assert as_patient.get("/agreement").document.query('main a[href="/appointments"]')
    assert as_patient.get("/agreement").document.query('main a[href="/cards"]')


def test_the_patient_writes_their_point_and_the_therapist_reads_it(
    as_patient: Browser, as_therapist: Browser, practice: Practice, ahead: UUID
) -> None:
    path = f"/appointments/{ahead}"
    typed = {"words": "The wedding", "on_the_page": "What I wrote on Sunday"}
    page = as_patient.submit(as_patient.get(path), typed)
    assert (page.value("words"), page.value("on_the_page")) == ("The wedding", "What I wrote on Sunday")
    read = as_therapist.get(f"/patients/{practice.patient.id}/sessions/{ahead}").text
    assert "Mark’s own point: The wedding" in read
    assert "What I wrote on Sunday" in read


def test_an_old_page_of_the_point_keeps_what_was_typed(as_patient: Browser, ahead: UUID) -> None:
    old = as_patient.get(f"/appointments/{ahead}")
    as_patient.submit(old, {"words": "First"})
    page = as_patient.submit(old, {"words": "Second"}, expect=422)
    assert page.value("words") == "Second"
    assert "First" in page.text
    assert as_patient.submit(page).value("words") == "Second"


def test_a_point_sent_too_late_is_not_lost_from_the_page(as_patient: Browser, clock: FrozenClock, ahead: UUID) -> None:
    old = as_patient.get(f"/appointments/{ahead}")
    clock.advance(days=1)
    page = as_patient.submit(old, {"words": "The wedding"}, expect=422)
    assert "The wedding" in page.text
    assert any("what you wrote before stands" in error for error in page.errors())


def test_what_was_written_for_one_that_was_taken_off_stands_in_the_next(
    app: Flask, as_patient: Browser, practice: Practice, clock: FrozenClock, ahead: UUID
) -> None:
    with app.app_context():
        with transaction():
            write_point(practice.patient, ahead, PointRead("The wedding"), clock.now())
            remove_session(practice.therapist, practice.patient.id, ahead, clock.now())
        later = session_at(practice, AHEAD + timedelta(days=2))
    as_patient.get(f"/appointments/{ahead}", expect=404)
    page = as_patient.get(f"/appointments/{later}")
    assert page.value("words") == "The wedding"
    assert as_patient.submit(page).value("words") == "The wedding"


def test_the_patient_adds_to_the_list_that_both_read(
    as_patient: Browser, as_therapist: Browser, practice: Practice, ahead: UUID
) -> None:
    page = as_patient.get(f"/appointments/{ahead}")
    page = as_patient.submit(page, {"what": "My aunt"}, number=1)
    assert "Added by me: My aunt" in page.text
    read = as_therapist.get(f"/patients/{practice.patient.id}/sessions/{ahead}").text
    assert "Added by Mark: My aunt" in read
    refused = as_patient.submit(page, {"what": ""}, number=1, expect=422)
    assert refused.errors()


def test_what_came_between_is_not_called_open_once_it_was_talked_about_and_put_right(
    app: Flask, as_patient: Browser, practice: Practice, held: UUID
) -> None:
    on = (practice.therapist, practice.patient.id, held)
    with app.app_context(), transaction():
        rupture = note_rupture(*on, RuptureWords(happened="I hurried", talked_about=True), HELD)
        tick(*on, About.BETWEEN_US, rupture, HELD)
        change_rupture(*on, rupture, RuptureWords(happened="I hurried", repair="So", talked_about=True), HELD)
    page = as_patient.get(f"/appointments/{held}")
    assert "Something that came between us" in page.text
    assert "put right yet" not in page.text


@pytest.mark.parametrize("kind", SceneKind)
def test_a_scene_is_called_by_plain_words(
    app: Flask, as_patient: Browser, practice: Practice, held: UUID, kind: SceneKind
) -> None:
    with app.app_context():
        scene_in(practice, held, HELD, words=replace(scene_words(), kind=kind))
    [title] = [each.to_text() for each in as_patient.get(f"/appointments/{held}").document.query("main h3")]
    assert not {"role-play", "rescripting", "chairwork", "imagery"} & set(title.lower().split())


# Afterwards


def test_three_answers_chips_and_what_was_learned_are_kept_in_one_go(
    app: Flask, as_patient: Browser, practice: Practice, held: UUID
) -> None:
    said = {"mattered": "7", "heard": "4", "chips": ["you_pushed", "nothing"], "learned": "a_little"}
    page = afterwards(as_patient, held, said)
    assert "Kept. You can put the phone away." in page.text
    with app.app_context():
        [read] = between_us(practice.therapist, practice.patient.id)
        assert read.said == Between(mattered=7, heard=4, chips=(Chip.YOU_PUSHED,))
        assert learned_of(practice.patient, practice.patient.id, held).mine is Learned.A_LITTLE


def test_nothing_is_chosen_beforehand_and_a_correction_begins_with_what_was_said(
    as_patient: Browser, held: UUID
) -> None:
    path = f"/appointments/{held}/afterwards"
    assert not as_patient.get(path).document.query("input[checked]")
    page = afterwards(as_patient, held, {"heard": "4"})
    assert "Not what I meant" in page.text
    page = as_patient.submit(as_patient.get(path), {"heard": "8"})
    assert "I felt heard 8" in page.text


def test_only_what_was_learned_can_be_said_alone(
    app: Flask, as_patient: Browser, practice: Practice, held: UUID
) -> None:
    afterwards(as_patient, held, {"learned": "nothing_yet"})
    with app.app_context():
        assert between_us(practice.patient, practice.patient.id) == []
        assert learned_of(practice.patient, practice.patient.id, held).mine is Learned.NOTHING_YET


@pytest.mark.parametrize(
    "fields", [{}, {"heard": "11"}, {"chips": "hated"}, {"learned": "everything"}, {"heard": "3", "who": "me"}]
)
def test_what_is_no_answer_is_refused(as_patient: Browser, held: UUID, fields: dict[str, object]) -> None:
    assert afterwards(as_patient, held, fields, expect=422).errors()


def test_before_its_time_it_leads_back_and_takes_nothing(as_patient: Browser, ahead: UUID) -> None:
    assert as_patient.get(f"/appointments/{ahead}/afterwards").path == f"/appointments/{ahead}"
    assert afterwards(as_patient, ahead, {"heard": "3"}, expect=422).errors()


def test_others_find_nothing(browser: Browser, as_therapist: Browser, practice: Practice, held: UUID) -> None:
    stranger = browser.sign_in(practice.other_patient)
    for path in (f"/appointments/{held}", f"/appointments/{held}/afterwards", f"/appointments/{uuid4()}"):
        stranger.get(path, expect=404)
        as_therapist.get(path, expect=404)
    for end in ("point", "agenda", "afterwards"):
        stranger.send(f"/appointments/{held}/{end}", {"heard": "3"}, expect=404)
