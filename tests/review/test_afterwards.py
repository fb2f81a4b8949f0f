"""The patient's Learned page: guilt in the minutes after going on and after stopping."""

from datetime import UTC, datetime, timedelta

from flask import Flask

from companion.checkins.rules import Next, Visibility
from companion.checkins.services import decide
from companion.kernel.ids import new_id
from companion.review.queries.after import my_afterwards
from companion.transaction import transaction
from tests.factories.checkins import make_check_in, make_re_rating
from tests.factories.people import Practice
from tests.support.client import Browser, Page
from tests.support.statements import statements

NOW = datetime(2025, 3, 5, 11, tzinfo=UTC)


def decided(practice: Practice, hours_ago: int, choice: Next, again: int) -> None:
    """An entry with guilt 8, a decision a minute later, and "And now?" twenty minutes after."""
    at = NOW - timedelta(hours=hours_ago)
    made = make_check_in(practice.patient, at, guilt=8, visibility=Visibility.ONLY_ME)
    with transaction():
        decide(practice.patient, made, new_id(), choice, at + timedelta(minutes=1))
    make_re_rating(practice.patient, made, at, guilt=again, after_minutes=21)


def rows(page: Page) -> list[str]:
    return [" ".join(row.to_text().split()) for row in page.document.query("table tbody tr")]


def test_two_are_listed_and_three_put_together_though_they_are_the_patients_alone(
    app: Flask, as_patient: Browser, practice: Practice
) -> None:
    with app.app_context():
        for hours_ago, again in ((30, 4), (20, 5)):
            decided(practice, hours_ago, Next.GO_ON, again)
    assert rows(as_patient.get("/learned")) == ["going on 2 8, then 5; 8, then 4", "stopping 0 nothing yet"]
    with app.app_context():
        decided(practice, 10, Next.SMALLER, 3)
    assert rows(as_patient.get("/learned"))[0] == "going on 3 the middle one of all: down by 4"
    with app.app_context():
        decided(practice, 5, Next.SMALLER, 1)
    assert rows(as_patient.get("/learned"))[0] == "going on 4 the middle one of all: down by 4.5"


def test_as_many_statements_however_much_there_is(app: Flask, practice: Practice) -> None:
    asked = []
    with app.app_context():
        for hours_ago in (40, 30, 20):
            decided(practice, hours_ago, Next.STOP_FOR_NOW, 8)
            with statements() as seen:
                my_afterwards(practice.patient, NOW)
            asked.append(len(seen))
    assert len(set(asked[1:])) == 1
