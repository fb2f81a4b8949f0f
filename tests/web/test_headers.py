"""What every answer carries, and which answers a browser may keep."""

from pathlib import Path

import pytest
from flask import Flask

from companion import create_app
from companion.web import static_files
from tests.factories.people import Practice
from tests.support.databases import settings_for


def test_files_of_ours_are_kept_by_their_content(app: Flask) -> None:
    client = app.test_client()
    present = f"/static/{static_files.version(app)}"
    for path, kept in (
        (f"{present}/css/base.css", "public, max-age=31536000, immutable"),
        ("/static/an-older-one/css/base.css", "no-store"),
        (f"{present}/css/nothing.css", "no-store"),
    ):
        with client.get(path) as answer:
            assert answer.headers["Cache-Control"] == kept


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
