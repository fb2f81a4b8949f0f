"""No page is wider than its screen, with a year and a half of somebody's numbers on it."""

from pathlib import Path

from playwright.sync_api import Browser as Chromium

from tests.support.screenshots import PATIENT_PAGES, THERAPIST_PAGES, THERAPIST_TABS, signed_in
from tests.support.server import running

SIZES = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"


def test_no_page_of_the_demo_practice_is_wider_than_its_screen(chromium: Chromium, tmp_path: Path) -> None:
    found = {}
    with running(tmp_path) as server:
        with signed_in(chromium, server, "patient", "light") as page:
            for name, path in PATIENT_PAGES.items():
                page.goto(path)
                found[name] = page.evaluate(SIZES)
        with signed_in(chromium, server, "therapist", "light") as page:
            for name, path in THERAPIST_PAGES.items():
                page.goto(path)
                found[name] = page.evaluate(SIZES)
            page.get_by_role("link", name="Mark").first.click()
            for name, tab in THERAPIST_TABS.items():
                page.get_by_role("link", name=tab, exact=True).click()
                page.wait_for_load_state()
                found[name] = page.evaluate(SIZES)
    assert not {name: sizes for name, sizes in found.items() if sizes[0] > sizes[1]}
