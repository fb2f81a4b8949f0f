"""A session on the real pages: the therapist writes a scene down until words are found; the patient does the rest."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from companion import create_app
from companion.accounts.models import CareRelationship
from companion.accounts.rules import Actor, Role
from companion.accounts.rules.factors import code_at
from companion.config import Settings
from companion.extensions import db
from companion.sessions.services import set_next_session
from companion.transaction import transaction
from tests.support.hands import Finger, Mouse
from tests.support.screens import LAPTOP, PHONE
from tests.support.server import Server, running

FOUND, MINE = "I am not leaving you.", "I am only going to dinner."
MOST_TAPS = 8
"""Three numbers, two chips, what was learned, and Keep; with one to spare."""


@pytest.fixture(scope="module")
def demo_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("sessions")) as server:
        yield server


def sign_in(page: Page, server: Server, role: str) -> None:
    known = server.sign_in_of(role)
    page.goto("/sign-in")
    page.get_by_label("Username").fill(known["username"])
    page.get_by_label("Password", exact=True).fill(known["password"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    if role == "therapist":
        page.get_by_label("Code").fill(code_at(known["secret"], datetime.now(UTC)))
        page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_load_state()


@pytest.fixture
def therapist(chromium: Chromium, demo_server: Server) -> Iterator[Mouse]:
    context = chromium.new_context(base_url=demo_server.url, viewport=LAPTOP, locale="en-GB")
    page = context.new_page()
    sign_in(page, demo_server, "therapist")
    yield Mouse(page)
    context.close()


@pytest.fixture
def patient(chromium: Chromium, demo_server: Server) -> Iterator[Finger]:
    context = chromium.new_context(
        base_url=demo_server.url, viewport=PHONE, has_touch=True, is_mobile=True, service_workers="block"
    )
    page = context.new_page()
    sign_in(page, demo_server, "patient")
    yield Finger(page)
    context.close()


def begin_session(server: Server) -> None:
    """A session of Mark's that began five minutes ago, set the day before: nobody can set one that has begun."""
    app = create_app(Settings.from_env(server.environment))
    began = datetime.now(UTC) - timedelta(minutes=5)
    with app.app_context(), transaction():
        for person in db.session.execute(sa.select(CareRelationship.therapist_id, CareRelationship.patient_id)):
            therapist = Actor(person.therapist_id, Role.THERAPIST, "Europe/Rome", "en")
            set_next_session(therapist, person.patient_id, began, began - timedelta(days=1))


def test_from_the_first_step_to_the_patients_own_card_and_what_it_was_like(
    demo_server: Server, therapist: Mouse, patient: Finger
) -> None:
    begin_session(demo_server)
    patient.open("/")
    patient.follow(re.compile("Next appointment"))
    patient.fill("What I want to talk about", "The wedding in June")
    patient.press("Keep")
    patient.sees("You can change it until you meet.")
    therapist.follow("Mark")
    therapist.follow("Sessions")
    therapist.page.locator("main .rows a").first.click()
    therapist.look()
    therapist.sees("The wedding in June")
    therapist.follow("Sessions")
    therapist.page.locator("tbody a").first.click()
    therapist.look()
    therapist.follow("Begin a scene")
    therapist.choose("What is it?", "Role-play")
    therapist.choose("Who chose it?", "Both together")
    therapist.press("Begin")
    for words, said in (("I play your aunt, sitting", "Yes"), ("You stand up", "Not this")):
        therapist.fill("The next step, as you say it", words)
        therapist.choose("What the patient says to it", said)
        therapist.press("Note it")
    therapist.choose("Guilt after", "4")
    therapist.fill("Words found", FOUND)
    therapist.press("Keep")
    therapist.press("Suggest the words found as a card")
    patient.open("/cards")
    patient.follow("Keep it, or change its words")
    patient.fill("My words", MINE)
    patient.press("Keep it")
    patient.sees(MINE)
    therapist.page.reload()
    therapist.sees("Mark keeps these words as a card.")
    says_what_it_was_like(patient)
    therapist.follow("Sessions")
    therapist.page.locator("tbody a").first.click()
    therapist.look()
    therapist.sees("felt heard 6")


def says_what_it_was_like(patient: Finger) -> None:
    """By touch, in no more taps than there are answers."""
    patient.open("/appointments")
    patient.follow(re.compile("What it was like"), within=".links")
    patient.follow("What it was like")
    taps = 0
    for question, answer in (
        ("We talked about what mattered to me", "8"),
        ("The steps feel mine", "7"),
        ("I felt heard", "6"),
        ("What did we learn from what was done in between?", "Something"),
    ):
        patient.choose(question, answer)
        taps += 1
    for chip in ("You pushed", "I kept something back"):
        patient.page.get_by_label(chip).tap()
        taps += 1
    patient.press("Keep")
    assert taps + 1 < MOST_TAPS
    patient.sees("You can put the phone away.")
    patient.sees("You stand up")
