"""The brief on paper."""

import re
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Route

from companion.review.queries.brief import MOST_ON_TOP
from tests.factories.full import everything_said
from tests.factories.people import Practice
from tests.support.client import Browser

PAGE = re.compile(rb"/Type\s*/Page\b")


@pytest.mark.parametrize("on_top", [0, MOST_ON_TOP + 1])
def test_a_full_brief_prints_on_one_page_of_a4(
    app: Flask, chromium: Chromium, as_therapist: Browser, practice: Practice, on_top: int
) -> None:
    with app.app_context():
        everything_said(practice, on_top=on_top)

    def answer(route: Route) -> None:
        url = urlsplit(route.request.url)
        with as_therapist.client.get(f"{url.path}?{url.query}") as response:
            route.fulfill(status=response.status_code, body=response.get_data(), content_type=response.content_type)

    context = chromium.new_context()
    context.route("**/*", answer)
    page = context.new_page()
    page.goto(f"http://localhost/patients/{practice.patient.id}")
    assert page.locator("figure.picture").count() == 2
    assert page.locator(".brief-went tbody tr").count() == 2 * (6 - min(on_top, MOST_ON_TOP))
    assert page.locator(".brief-top tbody tr").count() == 4 * min(on_top, MOST_ON_TOP)
    sheets = PAGE.findall(page.pdf(prefer_css_page_size=True))
    context.close()
    assert len(sheets) == 1
