"""The brief on paper."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, Route, expect

from companion.review.queries.brief import MOST_ON_TOP
from tests.factories.full import everything_said
from tests.factories.people import Practice
from tests.support.client import Browser
from tests.support.databases import SqliteFiles
from tests.support.demo import demo_practice, signed_in

PAGE = re.compile(rb"/Type\s*/Page\b")
LIGHT = "#faf7f2"
"""The paper of the light look."""


@contextmanager
def brief(chromium: Chromium, therapist: Browser, patient_id: UUID) -> Iterator[Page]:
    """On the screen of somebody who has it dark."""

    def answer(route: Route) -> None:
        url = urlsplit(route.request.url)
        with therapist.client.get(f"{url.path}?{url.query}") as response:
            route.fulfill(status=response.status_code, body=response.get_data(), content_type=response.content_type)

    context = chromium.new_context(color_scheme="dark")
    context.route("**/*", answer)
    page = context.new_page()
    page.goto(f"http://localhost/patients/{patient_id}")
    yield page
    context.close()


def sheets(page: Page) -> int:
    return len(PAGE.findall(page.pdf(prefer_css_page_size=True)))


@pytest.mark.parametrize("on_top", [0, MOST_ON_TOP + 1])
def test_a_full_brief_prints_on_one_page_of_a4(
    app: Flask, chromium: Chromium, as_therapist: Browser, practice: Practice, on_top: int
) -> None:
    with app.app_context():
        everything_said(practice, on_top=on_top)
    with brief(chromium, as_therapist, practice.patient.id) as page:
        assert page.locator("figure.picture").count() == 2
        assert page.locator(".brief-went tbody tr").count() == 2 * (6 - min(on_top, MOST_ON_TOP))
        assert page.locator(".brief-top tbody tr").count() == 4 * min(on_top, MOST_ON_TOP)
        assert sheets(page) == 1


def test_what_mark_put_at_the_top_leaves_it_on_one_page(
    chromium: Chromium, sqlite_files: SqliteFiles, tmp_path: Path
) -> None:
    with demo_practice(sqlite_files, tmp_path) as app:
        with app.app_context():
            mark, elena = signed_in("mark"), signed_in("elena")
        with brief(chromium, Browser(app.test_client()).sign_in(elena), mark.id) as page:
            expect(page.get_by_role("heading", name="Put at the top by the patient")).to_be_visible()
            assert sheets(page) == 1


def test_paper_is_light_whatever_the_screen_is(chromium: Chromium, as_therapist: Browser, practice: Practice) -> None:
    with brief(chromium, as_therapist, practice.patient.id) as page:
        ground = "getComputedStyle(document.documentElement).getPropertyValue('--paper')"
        assert page.evaluate(ground) != LIGHT
        page.emulate_media(media="print")
        assert page.evaluate(ground) == LIGHT
