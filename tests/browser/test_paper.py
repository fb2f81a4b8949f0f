"""The brief on paper."""

import re
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Route

from companion.checkins.services import Detail
from companion.contract import services as contract
from companion.contract.rules import GoalWords
from companion.experiments.adherence import MomentOutcome
from companion.experiments.rules import Reaction, Telling, Verdict
from companion.transaction import transaction
from tests.factories.checkins import make_check_in, make_how_it_is, make_moment, make_re_rating, make_reflection
from tests.factories.contract import agreed_contract, let_rest, one_off, practice_task, response_task, weekly
from tests.factories.people import Practice
from tests.factories.stories import happened
from tests.support.client import Browser

EVENING = datetime(2025, 2, 5, 18, tzinfo=UTC)
PAGE = re.compile(rb"/Type\s*/Page\b")


@pytest.fixture
def full(app: Flask, practice: Practice) -> Practice:
    """A patient of whom there is something to say in every part of the brief."""
    goals = [GoalWords(text=f"A goal that takes a line of its own to be said, number {n}") for n in range(3)]
    tasks = [
        weekly(3),
        weekly(2, "Say what I want before I am asked"),
        one_off(date(2025, 3, 30), "Tell my aunt where I really go on Tuesdays", telling=True),
        one_off(date(2025, 2, 20)),
        practice_task(),
        response_task(),
    ]
    with app.app_context():
        agreed = agreed_contract(practice, tasks, goals=goals)
        for at in (EVENING + timedelta(days=day) for day in range(26)):
            occasion = happened(
                practice.patient,
                agreed.task_ids[0],
                at,
                feared=8,
                seen=2,
                telling=Telling.HALF,
                reaction=Reaction.UPSET_THEN_ALL_RIGHT,
                expected_guilt=9,
                enjoyment=4,
                verdict=Verdict.ADAPT,
                learned="I lost every game and stayed until the end, and nobody at home had noticed that I was gone. "
                + "And then I said so. " * 9,
            )
            entry = make_check_in(
                practice.patient,
                at,
                experiment_id=occasion,
                detail=Detail(thought="She waits up, of course. She always does."),
            )
            make_re_rating(practice.patient, entry, at, after_minutes=20)
        with transaction():
            contract.flag_task(practice.patient, agreed.task_ids[2], "Because you say so.", EVENING)
        for day, outcome in enumerate(tuple(MomentOutcome) * 3):
            make_moment(practice.patient, EVENING + timedelta(days=day, hours=1), outcome, toward="my sister")
        for day in (-31, -1, 26):
            at = EVENING + timedelta(days=day)
            make_how_it_is(practice.patient, at, words="Some days it is the only hour that is mine. " * 4)
            make_reflection(practice.patient, at, "To stay a little longer than I think I may. " * 3)
        let_rest(practice, agreed, at=EVENING + timedelta(days=25), until=EVENING + timedelta(days=26))
    return practice


def test_a_full_brief_prints_on_one_page_of_a4(chromium: Chromium, as_therapist: Browser, full: Practice) -> None:
    def answer(route: Route) -> None:
        url = urlsplit(route.request.url)
        with as_therapist.client.get(f"{url.path}?{url.query}") as response:
            route.fulfill(status=response.status_code, body=response.get_data(), content_type=response.content_type)

    context = chromium.new_context()
    context.route("**/*", answer)
    page = context.new_page()
    page.goto(f"http://localhost/patients/{full.patient.id}")
    assert page.locator("figure.picture").count() == 2
    assert page.locator(".brief-went tbody tr").count() == 2 * 6
    sheets = PAGE.findall(page.pdf(prefer_css_page_size=True))
    context.close()
    assert len(sheets) == 1
