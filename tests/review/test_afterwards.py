"""The patient's Learned page: guilt in the minutes after going on and after stopping."""

from datetime import UTC, datetime, timedelta

from flask import Flask

from companion.checkins.queries import last_for
from companion.checkins.rules import Next, Visibility
from companion.checkins.services import decide
from companion.kernel.ids import new_id
from companion.review.queries.after import afterwards
from companion.transaction import transaction
from tests.factories.checkins import make_check_in, make_re_rating
from tests.factories.people import Practice
from tests.support.client import Browser, Page

NOW = datetime(2025, 3, 5, 11, tzinfo=UTC)


def decided(practice: Practice, hours_ago: int, choice: Next, again: int) -> None:
    """An entry with guilt 8, a decision a minute later, and "And now?" twenty minutes after."""
    at = NOW - timedelta(hours=hours_ago)
    made = make_check_in(practice.patient, at, guilt=8, visibility=Visibility.ONLY_ME)
    with transaction():
        decide(practice.patient, made, new_id(), choice, at + timedelta(minutes=1))
    make_re_rating(practice.patient, made, at, guilt=again, after_minutes=21)


def findings(page: Page) -> list[str]:
    return [" ".join(each.to_text().split()) for each in page.document.query("p.finding")]


def test_two_are_listed_and_three_put_together_though_they_are_the_patients_alone(
    app: Flask, as_patient: Browser, practice: Practice
) -> None:
    with app.app_context():
        for hours_ago, again in ((30, 4), (20, 5)):
            decided(practice, hours_ago, Next.GO_ON, again)
    assert findings(as_patient.get("/learned")) == [
        "After going on, 2 times so far: guilt 8, then 4; guilt 8, then 5. Too few to say anything in general."
    ]
    with app.app_context():
        decided(practice, 10, Next.SMALLER, 3)
    assert findings(as_patient.get("/learned"))[0] == "After going on, 3 times: guilt went down, typically by 4."
    with app.app_context():
        decided(practice, 5, Next.SMALLER, 1)
        decided(practice, 4, Next.STOP_FOR_NOW, 9)
    assert findings(as_patient.get("/learned")) == [
        "After going on, 4 times: guilt went down, typically by 4.5.",
        "After stopping, once so far: guilt 8, then 9. Too few to say anything in general.",
    ]


def test_the_therapist_gets_none_of_what_is_the_patients_alone(app: Flask, practice: Practice) -> None:
    with app.app_context():
        decided(practice, 20, Next.GO_ON, 4)
        seen = [
            afterwards(last_for(viewer, practice.patient.id, NOW, as_shared=True)).n
            for viewer in (practice.patient, practice.therapist)
        ]
        assert seen == [0, 0]
        assert afterwards(last_for(practice.patient, practice.patient.id, NOW)).n == 1
