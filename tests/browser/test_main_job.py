"""The whole main job, from invitation to brief, by two people on two devices, on the real server.

Once by touch and once by the keyboard alone, once without JavaScript; axe looks at every page on the way.
"""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.steps import REASON, agree, begin, invite, propose, set_up
from tests.support.hands import Finger, Hand, Keyboard, Mouse
from tests.support.server import Server

LEARNED = "I lost every game and stayed until the end."


def plan(patient: Hand) -> None:
    """Mark plans an hour of tennis for tomorrow: what and when."""
    tomorrow = datetime.now(ZoneInfo("Europe/Rome")) + timedelta(days=1)
    patient.follow("Today", within="nav")
    patient.follow("Plan something")
    patient.fill("What?", "tennis")
    patient.fill("Day", tomorrow.date().isoformat())
    patient.fill("From", "18:30")
    patient.press("Save")
    patient.follow("Today", within="nav")
    patient.sees("tennis")


def rate(patient: Hand) -> None:
    """Guilt 7, urge 8: two taps by touch; by keyboard and without scripts there is a button."""
    patient.follow("Now", within="nav")
    patient.choose("How strong is the guilt?", "7")
    patient.choose("How much do you want to drop", "8")
    if not isinstance(patient, Finger):
        patient.press("Save")
    patient.sees("Saved. You can stop here.")
    patient.sees("Nobody reads this live.")


def share_at_once(patient: Hand) -> None:
    """Mark lets the therapist see what he just entered before its three hours are over."""
    patient.unfold("Who can see it")
    patient.press("Share it now")


def say_what_happened(patient: Hand) -> None:
    """Mark didn't wait for tomorrow: he went just now, and says how it was."""
    patient.follow("Today", within="nav")
    patient.follow("I already did it")
    patient.choose("What?", "tennis")
    patient.choose("How did it go?", "Done, smaller")
    patient.fill("What was it like?", LEARNED)
    patient.press("Save")
    patient.sees("Done, smaller.")
    patient.sees(LEARNED)


def read(therapist: Hand) -> None:
    """The therapist reads what was agreed, done and learned, honestly counted."""
    therapist.open("/caseload")
    therapist.follow("Mark")
    expect(therapist.page.locator("main")).to_contain_text(re.compile(r"1 of \d so far"))
    therapist.sees("worked out together")
    went, entered = (therapist.page.locator(f".brief-{part} tbody") for part in ("went", "entries"))
    for words in ("tennis", "Done, smaller", LEARNED):
        expect(went).to_contain_text(words)
    expect(entered).to_contain_text(re.compile(r"Guilt\s+7\s+8"))
    therapist.follow("Contract")
    therapist.sees(REASON)


@pytest.mark.parametrize(
    ("server", "hand"), [("sqlite", Finger), ("postgresql", Finger), ("sqlite", Keyboard)], indirect=["server"]
)
def test_the_main_job(server: Server, phone: BrowserContext, laptop: BrowserContext, hand: type[Hand]) -> None:
    patient = hand(phone.new_page())
    therapist: Hand = Keyboard(laptop.new_page()) if hand is Keyboard else Mouse(laptop.new_page())
    set_up(therapist, server.new_account("therapist", "vera", "Vera Conti"))
    code = invite(therapist)
    begin(patient, code, types_it=False)
    propose(therapist)
    agree(patient)
    plan(patient)
    rate(patient)
    share_at_once(patient)
    say_what_happened(patient)
    read(therapist)
    assert "Traceback" not in server.log.read_text()


@pytest.mark.parametrize("server", ["postgresql"], indirect=True)
def test_the_main_job_without_javascript(
    server: Server, phone_without_javascript: BrowserContext, laptop: BrowserContext
) -> None:
    patient, therapist = Mouse(phone_without_javascript.new_page(), looks=False), Mouse(laptop.new_page())
    set_up(therapist, server.new_account("therapist", "vera", "Vera Conti"))
    code = invite(therapist)
    begin(patient, code, types_it=True)
    propose(therapist)
    agree(patient)
    plan(patient)
    rate(patient)
    share_at_once(patient)
    say_what_happened(patient)
    read(therapist)
    assert "Traceback" not in server.log.read_text()
