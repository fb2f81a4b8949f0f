"""Neutral pages and the worker that keeps them: what is kept is the same for everybody, and a change is seen."""

import json
import shutil
from pathlib import Path

import pytest
from flask import Flask
from justhtml import JustHTML

from companion.accounts.access import Policy, access
from companion.accounts.rules import Actor
from companion.accounts.services import set_clinic
from companion.kernel.clock import FrozenClock
from companion.transaction import transaction
from companion.web import static_files
from companion.web.pwa import MARK, Neutrals, neutral
from tests.factories.people import Practice
from tests.support.client import Browser, attributes
from tests.support.routes import client_of


def told(app: Flask) -> dict[str, object]:
    """What the worker is told."""
    script = app.test_client().get("/sw.js").text
    found: dict[str, object] = json.loads(script[script.index("(") + 1 : script.rindex(")")])
    return found


def neutral_paths(app: Flask, *, files: bool = True) -> list[str]:
    """Where neutral pages are, and what else is neutral."""
    neutrals: Neutrals = app.extensions["neutrals"]
    wanted = [each for each in neutrals.endpoints if files or each not in neutrals.files]
    with app.test_request_context():
        return [app.url_for(endpoint) for endpoint in wanted]


def set_name(practice: Practice, clock: FrozenClock, name: str) -> None:
    with transaction():
        set_clinic(practice.admin, name, "06 0000 0000", "IT", clock.now())


def test_neutral_pages_are_the_same_whoever_had_signed_in_and_set_no_cookie(app: Flask, practice: Practice) -> None:
    people: list[Actor | None] = [None, practice.patient, practice.of_the_others.patient, practice.therapist]
    assert {"/phone/away", "/phone/locked", "/phone/help", "/leave"} <= {*neutral_paths(app)}
    for path in neutral_paths(app):
        nobodys = app.test_client().get(path)
        assert (nobodys.status_code, nobodys.headers[MARK], nobodys.headers.get("Set-Cookie")) == (200, "1", None)
        assert "csrf" not in nobodys.text
        for person in people:
            answer = client_of(app, person).get(path)
            assert "Set-Cookie" not in answer.headers
            assert answer.data == nobodys.data or MARK not in answer.headers, path
            assert answer.data == nobodys.data or not path.startswith("/phone"), path


def test_only_neutral_pages_are_marked_and_only_for_who_brings_no_cookie(app: Flask, as_patient: Browser) -> None:
    for path in ("/", "/now", "/help", "/phone/away", "/sign-in", "/nothing"):
        assert MARK not in as_patient.client.get(path).headers
    for path in ("/", "/sign-in", "/nothing"):
        assert MARK not in app.test_client().get(path).headers


def test_what_fails_is_not_marked(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    @access(Policy.PUBLIC)
    def fails() -> str:
        raise ZeroDivisionError

    app.testing = False
    monkeypatch.setitem(app.view_functions, "accounts.leave", fails)
    answer = app.test_client().get("/leave")
    assert (answer.status_code, MARK in answer.headers) == (500, False)


def test_the_worker_is_a_script_that_the_browser_asks_for_each_time(app: Flask) -> None:
    answer = app.test_client().get("/sw.js")
    assert answer.content_type == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.text.startswith(f'import {{ work }} from "/static/{static_files.version(app)}/js/worker/main.js";')


def test_it_is_told_of_every_neutral_page_and_of_the_files_that_they_need(app: Flask) -> None:
    found = told(app)
    pages = found["pages"]
    assert isinstance(pages, list)
    assert {each["page"] for each in pages} == {*neutral_paths(app, files=False)}
    assert {"page": "/phone/away", "path": "*", "first": "network"} in pages
    assert {"page": "/phone/locked", "path": "/locked", "first": "network"} in pages
    assert {"page": "/phone/help", "path": "/help", "first": "network"} in pages
    assert {"page": "/leave", "path": "/leave", "first": "cache"} in pages
    files = found["files"]
    assert isinstance(files, list)
    for file in files:
        with app.test_client().get(file) as answer:
            assert answer.headers["Cache-Control"].startswith("public") or answer.headers[MARK] == "1"
    for path in neutral_paths(app, files=False):
        document = JustHTML(app.test_client().get(path).text, sanitize=False)
        linked = map(attributes, document.query("link:not([rel=apple-touch-icon]), script, img"))
        needed = {each.get("href") or each["src"] for each in linked}
        modules = {attributes(each)["data-module"] for each in document.query("[data-module]")}
        needed |= {f"/static/{static_files.version(app)}/js/modules/{name}.js" for name in modules}
        assert len(needed) > 4
        assert needed <= {*files}


@pytest.mark.usefixtures("context")
def test_a_neutral_page_that_has_changed_is_another_version_within_a_minute(
    app: Flask, practice: Practice, clock: FrozenClock
) -> None:
    before = told(app)
    set_name(practice, clock, "The house by the river")
    assert told(app) == before
    clock.advance(minutes=1)
    after = told(app)
    assert after["version"] != before["version"]
    assert {**after, "version": ""} == {**before, "version": ""}


@pytest.mark.usefixtures("context")
def test_what_changed_for_a_person_alone_is_not(app: Flask, practice: Practice, clock: FrozenClock) -> None:
    before = told(app)
    Browser(app.test_client()).sign_in(practice.patient).get("/help")
    clock.advance(minutes=1)
    assert told(app) == before


def test_a_static_file_that_has_changed_is_another_version(app: Flask, clock: FrozenClock, tmp_path: Path) -> None:
    before = told(app)["version"]
    changed = Path(shutil.copytree(app.static_folder or "", tmp_path / "static"))
    (changed / "js" / "app.js").write_text("")
    app.static_folder = str(changed)
    clock.advance(minutes=1)
    assert told(app)["version"] != before


def test_who_is_signed_in_does_not_show_in_the_worker(app: Flask, as_patient: Browser) -> None:
    assert as_patient.client.get("/sw.js").data == app.test_client().get("/sw.js").data


def test_a_room_registers_a_page_for_more_than_one_path(app: Flask) -> None:
    neutral(app, "accounts.leave", "/here")
    neutral(app, "accounts.leave", "/there", first="network")
    pages = told(app)["pages"]
    assert isinstance(pages, list)
    assert pages[-2:] == [
        {"page": "/leave", "path": "/here", "first": "cache"},
        {"page": "/leave", "path": "/there", "first": "network"},
    ]
