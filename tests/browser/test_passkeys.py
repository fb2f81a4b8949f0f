"""Passkeys, in Chromium with an authenticator of its own, under our Content-Security-Policy, on the real server."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, expect

from companion.accounts.rules.factors import code_at
from tests.support.chromium import FLAGS, find_chromium
from tests.support.hands import Finger, Hand, Keyboard, Mouse
from tests.support.server import Server

PASSWORD = "a quiet evening in June"
STEP = timedelta(seconds=30)
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Device:
    """The authenticator of a page's browser."""

    def __init__(self, page: Page) -> None:
        self._devtools = page.context.new_cdp_session(page)
        self._devtools.send("WebAuthn.enable")
        made = self._devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        self._id = {"authenticatorId": made["authenticatorId"]}

    def knows_its_owner(self, *, yes: bool) -> None:
        """Whether finger, face or PIN are recognised from now on."""
        self._devtools.send("WebAuthn.setUserVerified", {**self._id, "isUserVerified": yes})

    @property
    def passkeys(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._devtools.send("WebAuthn.getCredentials", self._id)["credentials"]
        return found


NO_WORKER = "Service Worker registration blocked by Playwright"
"""As the phone of these tests asked for."""


@pytest.fixture
def complaints(laptop: BrowserContext, phone: BrowserContext) -> Iterator[list[str]]:
    """What either browser's console says is wrong, such as a broken policy; nothing may be there at the end."""
    found: list[str] = []
    for context in (laptop, phone):
        context.on("console", lambda said: found.append(said.text) if said.type in {"error", "warning"} else None)
        context.on("weberror", lambda error: found.append(str(error.error)))
    yield found
    assert [each for each in found if each != NO_WORKER] == []


def open_code(hand: Hand, code: str) -> None:
    hand.open(f"/begin#{code}")
    hand.press("Go on")


def by_password(hand: Hand, username: str) -> None:
    hand.open("/sign-in")
    hand.fill("Username", username)
    hand.fill("Password", PASSWORD)
    hand.press("Sign in")


def sign_out(hand: Hand) -> None:
    hand.open("/settings")
    hand.press("Sign out")


@pytest.mark.parametrize(("server", "hand"), [("sqlite", Keyboard), ("postgresql", Mouse)], indirect=["server"])
def test_a_therapist_goes_in_every_way_there_is(
    server: Server, laptop: BrowserContext, complaints: list[str], hand: type[Hand]
) -> None:
    therapist = hand(laptop.new_page())
    device = Device(therapist.page)
    open_code(therapist, server.new_account("therapist", "vera", "Vera Conti"))
    therapist.press("Make a passkey")
    expect(therapist.page).to_have_url(re.compile("/caseload$"))
    assert [passkey["isResidentCredential"] for passkey in device.passkeys] == [True]

    sign_out(therapist)
    therapist.press("Sign in with a passkey")
    expect(therapist.page).to_have_url(re.compile("/caseload$"))

    therapist.open("/settings/authenticator")
    therapist.fill("New password", PASSWORD)
    secret = "".join(therapist.page.locator(".secret").inner_text().split())
    therapist.fill("Code", code_at(secret, datetime.now(UTC)))
    therapist.press("Use this one")
    codes = therapist.page.locator(".codes code").all_inner_texts()
    assert len(set(codes)) == 10

    for code in (codes[0], code_at(secret, datetime.now(UTC) + STEP)):  # the present one made the authenticator known
        sign_out(therapist)
        by_password(therapist, "vera")
        therapist.fill("Code", code)
        therapist.press("Sign in")
        expect(therapist.page).to_have_url(re.compile("/caseload$"))

    sign_out(therapist)
    by_password(therapist, "vera")
    therapist.fill("Code", codes[0])
    therapist.press("Sign in")
    therapist.sees("This code doesn't fit")
    del complaints[:]  # Chromium says of every answer 422 that it is one


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_a_patient_signs_in_by_the_phone_s_own_passkey(
    server: Server, laptop: BrowserContext, phone: BrowserContext, complaints: list[str]
) -> None:
    therapist, patient = Mouse(laptop.new_page()), Finger(phone.new_page())
    Device(therapist.page)
    open_code(therapist, server.new_account("therapist", "vera", "Vera Conti"))
    therapist.press("Make a passkey")
    therapist.follow("Invite a patient")
    therapist.fill("Name", "Mark")
    therapist.press("Make the code")
    begin(patient, therapist.page.locator(".code").inner_text())

    device = Device(patient.page)
    patient.open("/settings/passkeys")
    patient.press("Add a passkey on this device")
    patient.sees("The passkey is added")
    sign_out(patient)
    patient.press("Sign in with a passkey")
    expect(patient.page).to_have_title(re.compile("Today"))

    sign_out(patient)
    device.knows_its_owner(yes=False)
    patient.activate(patient.page.get_by_role("button", name="Sign in with a passkey"))
    expect(patient.page.get_by_role("status").last).to_contain_text("That didn't work")
    patient.open("/settings")
    expect(patient.page).to_have_url(re.compile("/sign-in"))


def begin(patient: Hand, code: str) -> None:
    open_code(patient, code)
    patient.fill("Username", "mark")
    patient.fill("New password", PASSWORD)
    patient.tick("I have read this, and I want to begin")
    patient.press("Begin")
    expect(patient.page).to_have_title(re.compile("Today"))


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_a_phone_whose_browser_was_restarted_is_still_signed_in(
    server: Server, laptop: BrowserContext, chromium: Chromium, tmp_path: Path
) -> None:
    therapist = Mouse(laptop.new_page(), looks=False)
    Device(therapist.page)
    open_code(therapist, server.new_account("therapist", "vera", "Vera Conti"))
    therapist.press("Make a passkey")
    therapist.follow("Invite a patient")
    therapist.fill("Name", "Mark")
    therapist.press("Make the code")
    code = therapist.page.locator(".code").inner_text()

    for is_restarted in (False, True):
        phone = chromium.browser_type.launch_persistent_context(
            tmp_path / "profile", executable_path=find_chromium(), args=list(FLAGS), base_url=server.url
        )
        patient = Mouse(phone.new_page(), looks=False)
        if is_restarted:
            patient.open("/")
            expect(patient.page).to_have_title(re.compile("Today"))
        else:
            begin(patient, code)
        phone.close()
