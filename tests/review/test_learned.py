"""What the patient finds on Learned, in sentences with how many times it was."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask

from companion.checkins.queries import last_for
from companion.checkins.rules import Door, Next, Rated, Visibility
from companion.checkins.services import Detail, correct, decide
from companion.experiments.rules import Named, OnTop, Reaction, Telling, Verdict, Word
from companion.experiments.services import offer_again
from companion.kernel.ids import new_id
from companion.review.queries.learned import freedom_first_of, learned_of
from companion.transaction import transaction
from tests.factories.checkins import make_check_in, make_re_rating
from tests.factories.contract import agreed_contract, weekly
from tests.factories.experiments import did, expecting, met, planned, told
from tests.factories.people import Practice
from tests.support.client import Browser, Page
from tests.support.statements import statements

NOW = datetime(2025, 3, 5, 11, tzinfo=UTC)
BEGUN = datetime(2025, 1, 7, 18, tzinfo=UTC)
"""The first evening of a weekly task that was in force by then."""
DAY = timedelta(days=1)
FEW, DROPPED = "Too few to say anything in general.", "I dropped Spanish: it isn’t for me."
FREE = Detail(feelings={"freedom": 7})


@pytest.fixture
def task(app: Flask, practice: Practice) -> UUID:
    with app.app_context():
        [task] = agreed_contract(practice, [weekly(3, "Something for myself")], at=BEGUN - 7 * DAY).task_ids
    return task


def findings(page: Page) -> list[str]:
    # The text of elements is joined by spaces, also where the page has none.
    return [" ".join(each.to_text().split()).replace(" ,", ",") for each in page.document.query("p.finding")]


def tables(page: Page) -> list[list[str]]:
    """The rows of each table behind a picture."""
    return [
        [" ".join(row.to_text().split()) for row in table.query("tbody tr")]
        for table in page.document.query("table.counts")
    ]


def evening(practice: Practice, task: UUID, number: int, *, activity: str = "tennis", **said: object) -> UUID:
    """One done on a day of its own."""
    return did(practice.patient, task, BEGUN + number * DAY, Word.DONE, activity=Named(label=activity), **said)


# What is liked


def test_three_are_put_together_two_are_not_and_what_was_dropped_stays(
    app: Flask, as_patient: Browser, practice: Practice, task: UUID
) -> None:
    with app.app_context():
        for number, enjoyment in enumerate((8, 7, 8)):
            evening(practice, task, number, enjoyment=enjoyment, verdict=Verdict.KEEP)
        for number, enjoyment in enumerate((6, 5), start=3):
            evening(practice, task, number, activity="gym", enjoyment=enjoyment, liking_of=OnTop.GUILT_ON_TOP)
        for number, enjoyment in enumerate((4, 3), start=5):
            evening(practice, task, number, activity="Spanish", enjoyment=enjoyment)
        said = {"enjoyment": 2, "liking_of": OnTop.THE_THING, "verdict": Verdict.DROP}
        planned(practice.patient, task, BEGUN + 90 * DAY, at=BEGUN, activity=Named(label="Spanish"))
        last = evening(practice, task, 7, activity="Spanish", **said)
    assert findings(as_patient.get("/learned")) == [
        "tennis, 3 times: liked 7.7 on average. I keep it.",
        f"gym, 2 times so far: liked 6, 5. {FEW} What there was not to like: The guilt on top (2).",
        f"Spanish, 3 times: liked 3 on average. {DROPPED} What there was not to like: The thing itself (1).",
    ]
    assert tables(as_patient.get("/learned"))[0] == ["tennis 3 8 8", "gym 2 6 5", "Spanish 3 4 2"]
    with app.app_context(), transaction():
        offer_again(practice.patient, last, NOW)
    assert "I dropped Spanish, and took it up again." in findings(as_patient.get("/learned"))[-1]


def test_before_anything_is_there_nothing_is_said_and_nothing_owed(as_patient: Browser) -> None:
    page = as_patient.get("/learned")
    assert not findings(page)
    assert "Nothing is owed" in page.text


# Freedom, then guilt


def test_guilt_after_freedom_is_told_with_how_often_it_was_free(
    app: Flask, as_patient: Browser, practice: Practice
) -> None:
    with app.app_context():
        make_check_in(practice.patient, NOW - 50 * DAY, door=Door.GOOD, detail=FREE)
        make_check_in(practice.patient, NOW - 50 * DAY + timedelta(hours=3), guilt=8)
    assert findings(as_patient.get("/learned"))[-1] == (
        "Freedom or curiosity with little guilt, once so far. Within 12 hours guilt of 6 or more came once. "
        "Too few to say anything in general."
    )
    with app.app_context():
        make_check_in(practice.patient, NOW - 40 * DAY, guilt=2, detail=FREE)
        make_check_in(practice.patient, NOW - 30 * DAY, guilt=2, detail=Detail(feelings={"curiosity": 5}))
    page = as_patient.get("/learned")
    assert findings(page)[-1] == (
        "Freedom or curiosity with little guilt, 3 times. Within 12 hours guilt of 6 or more came once."
    )
    assert tables(page)[-1] == ["Tue 14 Jan, 12:00 7 8 15:00"]


def test_what_is_the_patients_alone_counts_for_them_and_never_for_the_therapist(app: Flask, practice: Practice) -> None:
    with app.app_context():
        make_check_in(practice.patient, NOW - DAY, guilt=1, detail=FREE)
        make_check_in(practice.patient, NOW - DAY / 2, guilt=9, visibility=Visibility.ONLY_ME)
        mine, theirs = (
            freedom_first_of(last_for(viewer, practice.patient.id, NOW)).n
            for viewer in (practice.patient, practice.therapist)
        )
    assert (mine, theirs) == (1, 0)


def test_of_a_corrected_entry_the_latest_counts(app: Flask, practice: Practice) -> None:
    with app.app_context():
        make_check_in(practice.patient, NOW - DAY, guilt=1, detail=FREE)
        made = make_check_in(practice.patient, NOW - DAY / 2, guilt=9)
        assert learned_of(practice.patient, NOW).freedom.n == 1
        with transaction():
            correct(practice.patient, made, new_id(), Rated(3), Rated(3), NOW)
        assert learned_of(practice.patient, NOW).freedom.n == 0


# Others, and what they were told


def test_the_truth_and_how_it_was_met(app: Flask, as_patient: Browser, practice: Practice, task: UUID) -> None:
    how = [(Telling.TOLD, Reaction.SUPPORTIVE), (Telling.TOLD, Reaction.NEUTRAL), (Telling.TOLD, None)]
    with app.app_context():
        for number, (telling, reaction) in enumerate([*how, (Telling.COVER, Reaction.UNKNOWN)]):
            at, name = BEGUN + number * DAY, "Aunt" if number == 0 else "Sister"
            occasion = planned(practice.patient, task, at, expected=expecting(None, **{name: (8 - number, 80)}))
            who = met(name, telling, reaction=reaction, observed_suffering=2)
            told(practice.patient, occasion, at=at + DAY / 4, met=(who,))
    page = as_patient.get("/learned")
    assert findings(page) == [
        "Sister, 3 times: expected 6 on average, seen 2.",
        "Aunt, once so far: expected 8, seen 2. Too few to say anything in general.",
        "The truth, 3 times. How they took it: Kindly (1), It was nothing much to them (1), I don’t know (1).",
        "A cover story, once so far. How they took it: I don’t know (1). Too few to say anything in general.",
    ]
    assert tables(page)[-1] == ["The truth 3 7 2"]


# Guilt


def test_guilt_as_expected_beside_the_most_there_was(
    app: Flask, as_patient: Browser, practice: Practice, task: UUID
) -> None:
    with app.app_context():
        for number, (expected, felt) in enumerate([(8, 5), (7, 7), (6, 9)]):
            at = BEGUN + number * DAY
            occasion = planned(practice.patient, task, at, expected=expecting(expected))
            make_re_rating(
                practice.patient,
                make_check_in(practice.patient, at, guilt=felt - 1, experiment_id=occasion),
                at,
                guilt=felt,
                after_minutes=20,
            )
            told(practice.patient, occasion, at=at + DAY / 4)
            if number == 1:
                assert findings(as_patient.get("/learned")) == ["2 times so far. Too few to say anything in general."]
    page = as_patient.get("/learned")
    assert findings(page) == [
        "Of all 3 times with both numbers: less than expected in 1, as much in 1, more in 1.",
    ]
    assert tables(page)[0] == ["7 Jan 2025, tennis 8 5", "8 Jan 2025, tennis 7 7", "9 Jan 2025, tennis 6 9"]


def test_the_hour_before_stopping_and_the_mood_when_it_was_over(
    app: Flask, as_patient: Browser, practice: Practice, task: UUID
) -> None:
    with app.app_context():
        for number, guilt in enumerate((5, 6, 9)):
            at = BEGUN + number * DAY
            stopped = planned(practice.patient, task, at)
            made = make_check_in(practice.patient, at - timedelta(minutes=20), guilt=guilt, experiment_id=stopped)
            with transaction():
                decide(practice.patient, made, new_id(), Next.STOP_FOR_NOW, at - timedelta(minutes=10))
            make_re_rating(practice.patient, made, at, guilt=2, after_minutes=10)
            told(practice.patient, stopped, Word.STOPPED_BEFORE, at=at + DAY / 4, mood=number)
            evening(practice, task, 10 + number, mood=6)
    assert findings(as_patient.get("/learned")) == [
        "After stopping, 3 times: guilt went down, typically by 4.",
        "In the hour before stopping: guilt was 6 or more in 2 of the 3 times that have a number.",
        "The mood, when it was over: 6 on average after going on (3 times), 1 after stopping (3 times).",
    ]


# All of it together


def test_as_many_statements_in_a_year_and_a_half_as_in_three_weeks(app: Flask, practice: Practice, task: UUID) -> None:
    asked = []
    with app.app_context():
        for number in range(78):
            at = BEGUN + 7 * number * DAY
            expected = expecting(8, **{"Aunt" if number % 2 else "Sister": (8, 80)})
            occasion = planned(practice.patient, task, at, expected=expected)
            made = make_check_in(practice.patient, at, guilt=8, experiment_id=occasion, detail=FREE)
            with transaction():
                decide(practice.patient, made, new_id(), Next.GO_ON, at)
            make_re_rating(practice.patient, made, at, guilt=2, after_minutes=20)
            who = met("Aunt" if number % 2 else "Sister", Telling.TOLD, observed_suffering=2)
            told(practice.patient, occasion, at=at + DAY / 4, met=(who,), enjoyment=6, verdict=Verdict.KEEP)
            if number in {2, 77}:
                with statements() as seen:
                    learned = learned_of(practice.patient, at + DAY)
                asked.append(len(seen))
                assert learned.afterwards.n == learned.liked[0].found.n == number + 1
    assert asked[0] == asked[1]


def test_no_stranger_reads_any_of_it(app: Flask, practice: Practice, task: UUID) -> None:
    with app.app_context():
        evening(practice, task, 0, enjoyment=8)
        assert learned_of(practice.other_patient, NOW).is_empty
        assert not learned_of(practice.patient, NOW).is_empty
