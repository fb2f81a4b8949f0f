"""Photographs the main screens of the demo practice for the README: `make screenshots`."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.chromium import FLAGS, find_chromium
from tests.support.screens import LAPTOP, PHONE
from tests.support.server import Server, running

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"

PATIENT_PAGES = {
    "today": "/",
    "now": "/now",
    "agreement": "/agreement",
    "plan": "/plan",
    "learned": "/learned",
    "shared": "/shared",
    "help": "/help",
    "settings": "/settings",
}
THERAPIST_PAGES = {"caseload": "/caseload"}
THERAPIST_TABS = {"brief": "Brief", "contract": "Contract", "care": "Care"}


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
    person = server.sign_in_of(role)
    page.goto("/sign-in")
    page.get_by_label("Name").first.fill(person["username"])
    page.get_by_label("Password").first.fill(person["password"])
    page.get_by_role("button", name="Sign in").click()
    yield page
    context.close()


if __name__ == "__main__":
    where = Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES
    photograph(where, whole_pages=where != PICTURES)
