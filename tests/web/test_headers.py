"""What every answer carries, and which answers a browser may keep."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from companion import create_app
from tests.factories.people import Practice
from tests.support.client import Browser
from tests.support.databases import settings_for

Ask = Callable[[FlaskClient], TestResponse]

ANSWERS = [
    pytest.param(lambda client: client.get("/help"), id="page"),
    pytest.param(lambda client: client.get("/settings"), id="redirect"),
    pytest.param(lambda client: client.get("/nothing"), id="not found"),
    pytest.param(lambda client: client.post("/help"), id="wrong method"),
    pytest.param(lambda client: client.get("/help", headers={"Host": "evil.example"}), id="wrong host"),
    pytest.param(lambda client: client.post("/sign-in", headers={"Origin": "https://evil.example"}), id="other site"),
]


@pytest.mark.parametrize("ask", ANSWERS)
def test_every_answer_is_guarded_and_kept_nowhere(app: Flask, ask: Ask) -> None:
    headers = ask(app.test_client()).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy  # nothing of anybody else's
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


def test_files_of_ours_are_kept_by_their_content(app: Flask) -> None:
    client = app.test_client()
    with app.test_request_context():
        versioned = app.url_for("static", filename="css/base.css")
    assert "v=" in versioned
    for path, kept in (
        (versioned, "public, max-age=31536000, immutable"),
        ("/static/css/base.css", "public, no-cache"),
        ("/static/css/nothing.css?v=1", "no-store"),
    ):
        with client.get(path) as answer:
            assert answer.headers["Cache-Control"] == kept


def test_a_page_asks_nobody_else_for_anything(browser: Browser) -> None:
    page = browser.get("/sign-in")
    asked = [
        str((element.attrs or {}).get("src") or (element.attrs or {}).get("href"))
        for element in page.document.query("script, link, img")
    ]
    assert asked
    assert all(address.startswith("/static/") for address in asked)


@pytest.mark.parametrize("public_url", ["http://localhost:8000", "https://companion.example.org"])
def test_the_session_s_cookie_is_for_this_site_and_no_script(
    database_url: str, tmp_path: Path, public_url: str
) -> None:
    app = create_app(settings_for(database_url, tmp_path, public_url))
    is_https = public_url.startswith("https")
    answer = app.test_client().get("/sign-in", base_url=public_url)
    parts = answer.headers["Set-Cookie"].split("; ")
    assert parts[0].startswith("__Host-session=" if is_https else "session=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(parts)
    assert ("Secure" in parts) is is_https
    assert not any(part.startswith("Domain") for part in parts)
    assert ("Strict-Transport-Security" in answer.headers) is is_https


def test_it_answers_to_its_own_name_only(app: Flask, practice: Practice) -> None:
    client = app.test_client()
    assert client.get("/help", headers={"Host": "localhost:8000"}).status_code == 200
    assert client.get("/help", headers={"Host": "evil.example"}).status_code == 400
