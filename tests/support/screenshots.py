"""Photographs the main screens of the demo practice for the README: `make screenshots`."""

import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from companion.accounts.rules.factors import code_at
from tests.support.chromium import FLAGS, find_chromium
from tests.support.screens import LAPTOP, PHONE
from tests.support.server import Server, running

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"

SIGNED_IN: dict[tuple[str, str], Any] = {}
"""Cookies by installation and role: a code works once, and the next one is half a minute away."""

PATIENT_PAGES = {
    "today": "/",
    "now": "/now",
    "agreement": "/agreement",
    "plan": "/plan",
    "learned": "/learned",
    "words": "/now/words",
    "lines": "/lines",
    "lately": "/lately",
    "goals": "/goals",
    "wishes": "/wishes",
    "pattern": "/pattern",
    "appointments": "/appointments",
    "cards": "/cards",
    "shared": "/shared",
    "help": "/help",
    "settings": "/settings",
    "install": "/install",
    "lock": "/settings/lock",
    "phone": "/phone",
    "my_plan": "/my-plan",
    "away": "/phone/away",
}
THERAPIST_PAGES = {"caseload": "/caseload"}
PATIENT_LINKS = {"changed": ("/agreement", "What changed last time")}
"""Pages whose address holds an id, and the link that leads there."""
THERAPIST_TABS = {
    "brief": "Brief",
    "contract": "Contract",
    "goals": "How the goals stand",
    "wishes": "Wishes and pattern",
    "sessions": "Sessions",
    "notes": "Notes",
    "care": "Care",
}
"""Links followed one after the other."""


def photograph(folder: Path, *, whole_pages: bool) -> None:
    """Write a picture of each screen into `folder`; the first screenful, or the whole page."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as instance, running(Path(instance)) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        for scheme in ("light", "dark"):
            _patient(browser, server, folder, scheme, whole_pages=whole_pages)
            _therapist(browser, server, folder, scheme, whole_pages=whole_pages)


def _patient(browser: Browser, server: Server, folder: Path, scheme: str, *, whole_pages: bool) -> None:
    with signed_in(browser, server, "patient", scheme) as page:
        for name, path in PATIENT_PAGES.items():
            page.goto(path)
            page.screenshot(path=folder / f"patient-{name}-{scheme}.png", full_page=whole_pages)
        for name, (path, link) in PATIENT_LINKS.items():
            page.goto(path)
            page.get_by_role("link", name=link).click()
            page.screenshot(path=folder / f"patient-{name}-{scheme}.png", full_page=whole_pages)


def _therapist(browser: Browser, server: Server, folder: Path, scheme: str, *, whole_pages: bool) -> None:
    with signed_in(browser, server, "therapist", scheme) as page:
        for name, path in THERAPIST_PAGES.items():
            page.goto(path)
            page.screenshot(path=folder / f"therapist-{name}-{scheme}.png", full_page=whole_pages)
        page.get_by_role("link", name="Mark").first.click()
        for name, tab in THERAPIST_TABS.items():
            page.get_by_role("link", name=tab, exact=True).click()
            page.screenshot(path=folder / f"therapist-{name}-{scheme}.png", full_page=whole_pages)


@contextmanager
def signed_in(browser: Browser, server: Server, role: str, scheme: str) -> Iterator[Page]:
    """A page of somebody in the demo practice, at the size of their device."""
    is_patient = role == "patient"
    context = browser.new_context(
        base_url=server.url,
        viewport=PHONE if is_patient else LAPTOP,
        has_touch=is_patient,
        color_scheme="dark" if scheme == "dark" else "light",
        timezone_id="Europe/Rome",
        locale="en-GB",
    )
    page = context.new_page()
    key = (server.environment["INSTANCE_PATH"], role)
    if key in SIGNED_IN:
        context.add_cookies(SIGNED_IN[key])
        page.goto("/")
    else:
        sign_in(page, server.sign_in_of(role))
        SIGNED_IN[key] = context.cookies()
    yield page
    context.close()


def sign_in(page: Page, person: dict[str, str]) -> None:
    """As somebody in the demo practice does; who sees other people's words gives a code, too."""
    page.goto("/sign-in")
    page.get_by_label("Username").fill(person["username"])
    page.get_by_label("Password", exact=True).fill(person["password"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    if "secret" in person:
        page.get_by_label("Code", exact=True).fill(code_at(person["secret"], datetime.now(UTC)))
        page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(re.compile("^(?!.*sign-in)"))


if __name__ == "__main__":
    where = Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES
    photograph(where, whole_pages=where != PICTURES)
