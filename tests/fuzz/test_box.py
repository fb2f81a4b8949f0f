"""Whatever was sealed and can be opened goes somewhere: never a fault of ours, and once, however often it comes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from companion.checkins.rules import Came, Outcome
from companion.checkins.views.intake import BESIDE, DOORS, ON_AN_ENTRY, take
from companion.experiments import queries as experiments
from companion.kernel.box import Item
from companion.kernel.ids import new_id
from companion.kernel.words import Words
from tests.factories.checkins import make_check_in, make_moment
from tests.factories.contract import agreed_contract
from tests.factories.experiments import expecting, planned
from tests.factories.people import Practice
from tests.fuzz.test_anything import anything

NOON = datetime(2025, 3, 5, 11, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LONGEST = 31 * 24
"""Hours on the way, and a few more than are believed."""

Pages = list[tuple[str, dict[str, str]]]


def once() -> dict[str, str]:
    return {"client_id": str(new_id())}


@dataclass
class Story:
    """A patient with an entry, a moment and an occasion to say something of."""

    practice: Practice
    check_in_id: UUID
    moment_id: UUID
    occasion_id: UUID
    person_id: UUID

    @property
    def pages(self) -> Pages:
        """Each page that sends something to the box, and what it sends."""
        both = {"guilt": "7", "urge": "cant_tell"}
        on, of = f"/now/{self.check_in_id}", f"/now/{self.moment_id}"
        who = self.person_id.hex
        said = {"id": str(new_id()), "how": "done", "learned": "Fine", "mood": "6", "verdict": "keep"}
        met = {f"told_{who}": "told", f"took_{who}": "neutral", f"saw_{who}": "3"}
        return [
            ("/now", once() | both | {"door": "guilt", "near": "1", "earlier_day": "", "earlier_time": ""}),
            ("/now", once() | {"door": "empty", "occasion": str(self.occasion_id)}),
            ("/now/words", once() | {"urge": "7", "outcome": "not_yet", "near": "1"}),
            (
                f"{on}/more",
                once() | {"thought": "Why", "body": "chest", "new_trigger": "Phone", "visibility": "shared"},
            ),
            (f"{on}/again", once() | both),
            (f"{on}/meant", once() | both),
            (f"{on}/next", once() | {"decision": "go_on"}),
            (f"{on}/second-look", once()),
            (f"{on}/sharing", once() | {"visibility": "only_me", "sooner": ""}),
            (f"{of}/outcome", once() | {"outcome": "said_it"}),
            (f"{of}/words", once() | {"urge": "7", "person": str(self.person_id), "worth_less": "2"}),
            ("/lines", once() | {"want": "To stay", "view": "", "feel": "", "words_private": "y"}),
            (f"/plan/{self.occasion_id}/after", said | met | {"person_new": "Uncle", "told": "half"}),
            (
                "/plan/already",
                said
                | {
                    "id": str(new_id()),
                    "task": "",
                    "activity_new": "chess",
                    "on_day": "2025-03-04",
                    "at_time": "12:00",
                },
            ),
        ]


@pytest.fixture
def story(app: Flask, practice: Practice) -> Iterator[Story]:
    with app.test_request_context():
        patient = practice.patient
        task_id = agreed_contract(practice).task_ids[0]
        occasion_id = planned(patient, task_id, NOON - HOUR, at=NOON - 24 * HOUR, expected=expecting(7, sister=(7, 80)))
        moment_id = make_moment(patient, NOON, toward="aunt")
        person_id = experiments.people_of(patient, patient.id)[0][0]
        yield Story(practice, make_check_in(patient, NOON), moment_id, occasion_id, person_id)


def test_each_page_of_the_box_is_tried(story: Story) -> None:
    assert len({path for path, _fields in story.pages}) == len(DOORS) + len(ON_AN_ENTRY) + len(BESIDE)
    outcomes = {path: take_it(story, path, fields, 0)[0] for path, fields in story.pages}
    assert outcomes.pop("/plan/already") is Outcome.SET_ASIDE, "it names no task"
    assert set(outcomes.values()) == {Outcome.NEW}


def test_anything_goes_somewhere_once(story: Story) -> None:
    for number in range(len(story.pages)):
        try_page(story, number)


def try_page(story: Story, number: int) -> None:
    path, valid = story.pages[number]
    spoiled = st.dictionaries(
        st.sampled_from([*valid, "zone", "entered_at", "person", "made up"]), anything, max_size=3
    )

    @given(spoiled, st.integers(-1, LONGEST + 1))
    def attempt(changes: dict[str, str], hours: int) -> None:
        first, again = take_it(story, path, valid | changes, hours)
        assert again is (Outcome.SET_ASIDE if first is Outcome.SET_ASIDE else Outcome.SAME)

    attempt()


def take_it(story: Story, path: str, fields: dict[str, str], hours: int) -> tuple[Outcome, Outcome]:
    """Twice, an hour apart."""
    item = Item(Words(path), tuple((name, Words(value)) for name, value in fields.items()))
    came = Came(new_id(), item, NOON, NOON + hours * HOUR, "Europe/Rome")
    received_at = NOON + max(hours, 0) * HOUR
    patient = story.practice.patient
    first, again = (take(patient, came, received_at + later * HOUR) for later in range(2))
    assert first.check_in_id == again.check_in_id
    return first.outcome, again.outcome
