"""The whole main job, from invitation to brief, by two people on two devices, on the real server.

Once by touch and once by the keyboard alone, once without JavaScript; axe looks at every page on the way.
"""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import BrowserContext, expect

from companion.accounts.rules.factors import code_at
from tests.support.hands import Finger, Hand, Keyboard, Mouse
from tests.support.server import Server

PASSWORD = "a quiet evening in June"
REASON = "Nobody laughs at me there but me."
LEARNED = "I lost every game and stayed until the end."


def set_up(therapist: Hand, code: str) -> None:
    """The therapist opens the operator's code, and chooses a password with an authenticator."""
    therapist.open(f"/begin#{code}")
    therapist.press("Go on")
    therapist.fill("New password", PASSWORD)
    secret = "".join(therapist.page.locator(".secret").inner_text().split())
    therapist.fill("Code", code_at(secret, datetime.now(UTC)))
    therapist.press("Set it and go in")
    therapist.follow("I have them: go on")


def invite(therapist: Hand) -> str:
    """The therapist invites Mark, and reads the code that is shown once."""
    therapist.follow("Invite a patient")
    therapist.fill("Name", "Mark")
    therapist.press("Make the code")
    code = therapist.page.locator(".code").inner_text()
    therapist.follow("Done: to the caseload")
    therapist.sees("Invited")
    return code


def begin(patient: Hand, code: str, *, types_it: bool) -> None:
    """Mark opens the code on his phone, reads what this is, consents, and is in."""
    patient.open("/begin" if types_it else f"/begin#{code}")
    if types_it:
        patient.fill("Your code", code.lower())
    patient.press("Go on")
    patient.sees("Nobody reads this live")
    patient.fill("Username", "mark")
    patient.fill("New password", PASSWORD)
    if types_it:
        patient.page.get_by_label("Time zone").select_option("Europe/Rome")
    expect(patient.page.get_by_label("Time zone")).to_have_value("Europe/Rome")
    patient.tick("I have read this, and I want to begin")
    patient.press("Begin")
    expect(patient.page).to_have_title(re.compile("Today"))


def propose(therapist: Hand) -> None:
    """The therapist drafts a version, line by line, reads it as Mark will, and proposes it."""
    therapist.follow("Mark")
    therapist.follow("Contract")
    therapist.press("Begin a draft")
    therapist.follow("Change the frame")
    therapist.fill("What therapy can give", "An hour a week, and company while you try it.")
    therapist.press("Keep it in the draft")
    therapist.follow("Add a goal")
    therapist.fill("What we want", "Find out what I like.")
    therapist.press("Keep it in the draft")
    therapist.follow("Add a task")
    therapist.fill("What to do", "Something for myself.")
    therapist.choose("Which goal does it serve?", "Find out what I like.")
    therapist.choose("How often?", "Every week, a number of times")
    therapist.fill("Times a week", "7")
    therapist.press("Keep it in the draft")
    therapist.follow("Add a cost")
    therapist.fill("What it will probably cost", "Guilt on the way out.")
    therapist.press("Keep it in the draft")
    therapist.follow("See it as Mark will")
    therapist.press("Propose it")
    therapist.sees("Waits for an answer")


def agree(patient: Hand) -> None:
    """Mark reads it, gives his reason, says whose idea it was, what will be hardest and how it feels, and agrees."""
    patient.open("/")
    patient.follow("Our agreement", within="nav")
    patient.follow("Answer it")
    patient.press("I agree")
    patient.sees("Not saved yet")
    patient.fill("Why would you do it?", REASON)
    patient.choose("Whose idea was this?", "Ours")
    patient.choose("Which cost will be hardest?", "Guilt on the way out.")
    patient.choose("How does this feel?", "Worked out together")
    patient.press("I agree")
    patient.follow("Our agreement", within="nav")
    patient.sees("Since")


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
    patient.unfold("Add if useful")
    patient.fill("What was it like? What did I learn?", LEARNED)
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
