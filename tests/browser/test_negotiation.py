"""An agreement that is really the patient's: changed in both directions, called an order, rested."""

import re

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.steps import agree, begin, invite, propose, set_up
from tests.support.hands import Finger, Hand, Mouse
from tests.support.server import Server

MY_WORDS = "Something of mine, an hour at least."
DOUBT = "Seven sounds like a timetable."
REPLY = "Let's see first how these weeks go."
ORDER = "It reads like my mother wrote it."


@pytest.fixture
def two(server: Server, phone: BrowserContext, laptop: BrowserContext) -> tuple[Hand, Hand]:
    """A patient and a therapist, and a proposal on the table."""
    patient, therapist = Finger(phone.new_page()), Mouse(laptop.new_page())
    set_up(therapist, server.new_account("therapist", "vera", "Vera Conti"))
    begin(patient, invite(therapist), types_it=False)
    propose(therapist)
    return patient, therapist


def to_agreement(patient: Hand) -> None:
    patient.open("/")
    patient.follow("Our agreement", within="nav")


def send_my_version(patient: Hand, text: str) -> None:
    """The patient words the one task anew, says why, and sends it."""
    patient.follow(re.compile(r"Change\s*: Something for myself"))
    patient.fill("What to do", text)
    patient.press("Keep it in the draft")
    patient.fill("What doesn't convince me, or why I'd have it so", DOUBT)
    patient.press("Keep these words")
    patient.follow("Read it once more, and send it")
    patient.press("Send it")


def say_how_it_sits(patient: Hand) -> None:
    patient.fill("Why would you do it?", "To find out.")
    patient.choose("Whose idea was this?", "Mine")
    patient.choose("Which cost will be hardest?", "Guilt on the way out.")
    patient.choose("How does this feel?", "Mine")
    patient.press("I agree")


@pytest.mark.parametrize("server", ["sqlite", "postgresql"], indirect=True)
def test_the_patient_answers_with_another_version_and_it_is_agreed(two: tuple[Hand, Hand], server: Server) -> None:
    patient, therapist = two
    to_agreement(patient)
    patient.press("Write how I'd have it")
    send_my_version(patient, MY_WORDS)
    patient.sees("You wrote this one.")
    say_how_it_sits(patient)
    patient.sees("It holds as soon as your therapist agrees as well.")
    patient.follow("What changed, word by word")
    expect(patient.page.locator("main ins").first).to_contain_text("of mine")

    therapist.open("/caseload")
    therapist.sees("Proposes another version")
    therapist.follow("Mark")
    therapist.follow("Contract")
    therapist.sees(DOUBT)
    therapist.follow("Read it, and reply")
    therapist.press("Agree to it as it stands")
    therapist.sees("In force: version 2")

    to_agreement(patient)
    patient.sees(MY_WORDS)
    patient.sees("Since")
    assert "Traceback" not in server.log.read_text()


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_the_therapist_lets_it_rest_and_the_first_one_waits_again(two: tuple[Hand, Hand], server: Server) -> None:
    patient, therapist = two
    to_agreement(patient)
    patient.press("Write how I'd have it")
    send_my_version(patient, MY_WORDS)

    therapist.open("/caseload")
    therapist.follow("Mark")
    therapist.follow("Contract")
    therapist.follow("Read it, and reply")
    therapist.fill("A word why, if you like; it will be read", REPLY)
    therapist.press("Let it rest for now")

    to_agreement(patient)
    patient.sees(REPLY)
    agree(patient)
    patient.sees("Something for myself.")
    assert "Traceback" not in server.log.read_text()


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_an_order_rests_at_once_and_something_smaller_is_asked_for(two: tuple[Hand, Hand], server: Server) -> None:
    patient, therapist = two
    agree(patient)
    patient.press("Ask for something smaller")
    patient.fill("What to do", "Half an hour of it.")
    patient.press("Keep it in the draft")
    patient.follow("Back to our agreement")
    patient.follow("This feels like an order")
    patient.fill("What makes it feel so? (may be left empty)", ORDER)
    patient.page.locator("main form button[type=submit]").first.tap()
    patient.sees("Rests since")

    therapist.open("/caseload")
    therapist.sees("Something feels like an order")
    therapist.follow("Mark")
    therapist.sees(ORDER)

    to_agreement(patient)
    patient.follow("Take it up again")
    patient.page.locator("main form button[type=submit]").first.tap()
    patient.sees("Taken up again")
    assert "Traceback" not in server.log.read_text()
