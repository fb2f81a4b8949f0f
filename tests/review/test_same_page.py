"""The patient's "What my therapist sees" says what the therapist's own page says, no more; on both databases."""

from copy import copy
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from justhtml import JustHTML

from companion.checkins.rules import Visibility
from companion.checkins.services import Detail
from companion.experiments.rules import Telling
from companion.kernel.clock import FrozenClock
from tests.factories.checkins import make_check_in, make_how_it_is, make_moment, make_reflection
from tests.factories.full import everything_said
from tests.factories.people import Practice
from tests.factories.stories import happened
from tests.support.brief import parts
from tests.support.client import Browser

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KEPT = "KEPT"
EVERY_PART = {
    *("brief-top", "brief-agreed", "brief-counts", "brief-told", "brief-moments", "brief-went", "brief-guilt"),
    *("brief-entries", "brief-lately", "brief-lines", "brief-beside"),
}


@pytest.fixture
def task_id(app: Flask, practice: Practice) -> UUID:
    with app.app_context():
        return everything_said(practice, on_top=1)[0]


def keep_of_each(practice: Practice, task_id: UUID, clock: FrozenClock) -> None:
    """Something of each kind that the patient keeps, wholly or in part, or that isn't closed yet."""
    patient, at = practice.patient, clock.now()
    words = Detail(thought=KEPT)
    for visibility in (Visibility.ONLY_ME, Visibility.WORDS_PRIVATE):
        make_check_in(patient, at - DAY, 3, 2, detail=words, visibility=visibility)
        make_moment(patient, at - 2 * DAY, toward=KEPT, visibility=visibility)
    make_check_in(patient, at - HOUR, 1, 1, detail=words)
    make_check_in(patient, at - HOUR, 2, 2, sooner=True)
    happened(
        patient,
        task_id,
        at - 30 * HOUR,
        activity=KEPT,
        person=KEPT,
        feared=5,
        seen=4,
        telling=Telling.TOLD,
        learned=KEPT,
        words_private=True,
    )
    make_reflection(patient, at - DAY, KEPT, words_private=True)
    make_how_it_is(patient, at, words=KEPT, words_private=True)


def test_both_pages_say_the_same(
    app: Flask, practice: Practice, task_id: UUID, as_patient: Browser, as_therapist: Browser, clock: FrozenClock
) -> None:
    with app.app_context():
        keep_of_each(practice, task_id, clock)
    theirs, mine = (
        parts(page) for page in (as_therapist.get(f"/patients/{practice.patient.id}"), as_patient.get("/shared"))
    )
    assert theirs.keys() == mine.keys() == EVERY_PART
    for name, part in theirs.items():
        assert sum(part.said.values()), name
        assert part == mine[name], name


def test_what_is_kept_is_on_neither(
    app: Flask, practice: Practice, task_id: UUID, as_patient: Browser, as_therapist: Browser, clock: FrozenClock
) -> None:
    with app.app_context():
        keep_of_each(practice, task_id, clock)
    for page in (as_therapist.get(f"/patients/{practice.patient.id}"), as_patient.get("/shared")):
        assert KEPT not in page.html
    assert KEPT in as_patient.get("/now/earlier").html + as_patient.get("/lines").html + as_patient.get("/learned").html


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        (">9 of 9", ">8 of 9"),
        ('class="ratings">7', 'class="ratings">6'),
        ("Because you say so.", ""),
        ("Dinner with a colleague", "Dinner"),
        ("She waits up", "He waits up"),
        ("Of all 26 times", "Of all 25 times"),
    ],
)
def test_one_difference_is_found(task_id: UUID, as_patient: Browser, said: str, instead: str) -> None:
    page = as_patient.get("/shared")
    changed = page.html.replace(said, instead, 1)
    assert changed != page.html
    other = copy(page)
    other.document = JustHTML(changed, sanitize=False)
    assert parts(page) != parts(other)
