"""A pause, goals that end, and the last version, which the patient keeps: two people on two devices."""

import re

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.steps import agree, begin, invite, propose, set_up
from tests.support.hands import Finger, Mouse
from tests.support.server import Server

WHAT_HELPED = "Going before I was sure."
COME_BACK = "When I have said no to three invitations in a row."


@pytest.mark.parametrize("server", ["sqlite", "postgresql"], indirect=True)
def test_a_pause_and_the_last_version(server: Server, phone: BrowserContext, laptop: BrowserContext) -> None:
    patient, therapist = Finger(phone.new_page()), Mouse(laptop.new_page())
    set_up(therapist, server.new_account("therapist", "vera", "Vera Conti"))
    begin(patient, invite(therapist), types_it=False)
    propose(therapist)
    agree(patient)

    patient.follow("Pause something")
    patient.press(re.compile(r"Pause it\s*: Everything"))
    patient.follow("Today", within="nav")
    patient.sees("Everything is paused.")
    patient.follow("Go on again")
    patient.press(re.compile("Take it up again"))

    therapist.open("/caseload")
    therapist.follow("Mark")
    therapist.follow("Contract")
    therapist.press("Begin the closing version")
    therapist.follow(re.compile(r"Change\s*: Find out what I like"))
    therapist.choose("How it stands", "It has come true")
    therapist.press("Keep it in the draft")
    therapist.follow("Change the frame")
    therapist.fill("Early signs that it begins again", "Excuses before anybody has asked.")
    therapist.fill("What helped", WHAT_HELPED)
    therapist.fill("What to do first", "Ring one person.")
    therapist.fill("When to come back", COME_BACK)
    therapist.press("Keep it in the draft")
    therapist.follow("See it as Mark will")
    therapist.press("Propose it")

    patient.open("/")
    patient.follow("Our agreement", within="nav")
    patient.sees("It has come true")
    patient.follow("Answer it")
    patient.choose("Which cost will be hardest?", "Guilt on the way out.")
    patient.choose("How does this feel?", "Mine")
    patient.press("I agree")
    for words in (WHAT_HELPED, COME_BACK, "It has come true"):
        patient.sees(words)
    patient.page.emulate_media(media="print")
    expect(patient.page.get_by_text(WHAT_HELPED)).to_be_visible()
    expect(patient.page.locator("nav.places")).to_be_hidden()
    patient.page.emulate_media(media="screen")

    therapist.open("/caseload")
    therapist.follow("Mark")
    therapist.follow("Contract")
    therapist.follow("How the goals stand")
    therapist.sees("It has come true")
    assert "Traceback" not in server.log.read_text()
