"""What the two of them do on the way to an agreement, step by step."""

import re
from datetime import UTC, datetime

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, expect

from companion.accounts.rules.factors import code_at
from tests.support.hands import Hand
from tests.support.screens import PHONE
from tests.support.screenshots import sign_in as sign_in_as
from tests.support.server import Server

PASSWORD = "a quiet evening in June"
REASON = "Nobody laughs at me there but me."


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


def phone_in_rome(chromium: Chromium, url: str) -> BrowserContext:
    """A phone before it keeps anything of ours; tests/browser/box has one that does."""
    return chromium.new_context(
        base_url=url,
        viewport=PHONE,
        has_touch=True,
        is_mobile=True,
        timezone_id="Europe/Rome",
        locale="en-GB",
        service_workers="block",
    )


def sign_in(page: Page, server: Server, role: str) -> None:
    """Somebody of the demo practice signs in with a password."""
    sign_in_as(page, server.sign_in_of(role))


def until_kept(page: Page) -> None:
    """Wait until the worker has kept what it keeps, and answers for this page."""
    page.wait_for_function("() => navigator.serviceWorker.controller?.state === 'activated'")
