"""What every route asks of those who change something, and what its address says. Read from the url map."""

from http import HTTPStatus
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_wtf.csrf import validate_csrf
from werkzeug.test import TestResponse
from wtforms import ValidationError

from companion.accounts.access import Policy, access
from companion.accounts.rules import Role
from companion.extensions import db
from tests.factories.one_of_each import OneOfEach
from tests.factories.people import Practice, make_person
from tests.support.client import Browser
from tests.support.ground import Ground
from tests.support.routes import Route, by_role, changing, client_of, pages, right_people
from tests.support.writes import contents, nothing_kept, writes_of

OPEN = {Policy.PUBLIC, Policy.SIGNED_IN}
ON_ANOTHER_PAGE = {
    "contract.begin_draft",
    "contract.begin_my_draft",
    "contract.ask_for_smaller",
    "experiments.take_back",
    "experiments.close_week",
}
"""Where a button stands alone, the answer may lead back to its page, which says that nothing was changed."""


def is_refused(route: Route, answer: TestResponse, client: FlaskClient) -> bool:
    """Whether the sender is told that nothing was done. That something isn't there would be another answer."""
    if route.endpoint == "checkins.drop":
        return answer.status_code == HTTPStatus.BAD_REQUEST and answer.get_json() == {"outcome": "again"}
    if route.endpoint not in ON_ANOTHER_PAGE:
        return answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    with client.session_transaction() as session:
        return answer.status_code == HTTPStatus.FOUND and bool(session.get("_flashes"))


@pytest.fixture
def tokens_refused(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The CSRF tokens that a form found wrong, as they come."""
    found: list[object] = []

    def note(token: object, *more: object) -> None:
        try:
            validate_csrf(token, *more)  # type: ignore[no-untyped-call]
        except ValidationError:
            found.append(token)
            raise

    monkeypatch.setattr("flask_wtf.csrf.validate_csrf", note)
    return found


@pytest.mark.parametrize("role", list(Role))
def test_a_policy_admits_its_own_role_and_no_other(role: Role) -> None:
    of_staff = {Policy.STAFF} if role.is_staff else set()
    assert {policy for policy in Policy if policy.admits(role)} == OPEN | of_staff | {Policy(role.value)}


def besides_the_token(route: Route, things: OneOfEach) -> dict[str, str]:
    """What a page carries, where less is not even looked at."""
    if route.endpoint == "experiments.close_week":
        return {"lineage_id": str(uuid4()), "monday": "2025-03-03"}
    return {"code": things.code} if route.rule.rule.startswith("/begin/") else {}


@pytest.mark.parametrize("token", [{}, {"csrf_token": "made up"}], ids=["none", "made up"])
def test_nothing_changes_without_a_csrf_token(
    ground: Ground, tokens_refused: list[object], token: dict[str, str]
) -> None:
    """Sent by the right person, about things that are there: so it is the token that stops it, and nothing else."""
    found, before = [], contents(ground.app)
    for route in changing(ground.app):
        for actor in right_people(route, ground.practice):
            tokens_refused.clear()
            client = client_of(ground.app, actor)
            sent = besides_the_token(route, ground.things) | token
            with writes_of(ground.app) as kept:
                answer = client.open(route.path(ground.things), method=route.method, data=sent)
            if kept.kept or not tokens_refused or not is_refused(route, answer, client):
                found.append(f"{route}: {answer.status}, {len(tokens_refused)} refused, {kept.kept}")
    assert found == []
    assert contents(ground.app) == before


def test_looking_changes_nothing(ground: Ground) -> None:
    found = []
    for route in pages(ground.app):
        for actor in by_role(ground.practice).values():
            client = client_of(ground.app, actor)
            with writes_of(ground.app) as kept:
                client.get(route.path(ground.things))
            if kept.kept:
                found.append(f"{route} as {actor.role}: {kept.kept}")
    assert found == []


def write(app: Flask, *, and_keep: bool) -> None:
    with app.app_context(), db.engine.connect() as connection:
        connection.execute(sa.text("UPDATE clinic SET name = 'x'"))
        (connection.commit if and_keep else connection.rollback)()


def test_the_guard_sees_what_is_written_and_kept(app: Flask) -> None:
    with writes_of(app) as seen:
        write(app, and_keep=False)
        assert seen.kept == []
        write(app, and_keep=True)
    assert seen.kept == ["clinic"]


def test_the_guard_takes_back_what_it_only_watches(app: Flask, practice: Practice) -> None:
    before = contents(app)
    with nothing_kept(app) as seen, app.app_context():
        make_person(Role.PATIENT, "Nina")
    assert seen.kept == ["user", "zone_stay"]
    assert contents(app) == before
    with app.app_context():
        make_person(Role.PATIENT, "Nina")
    assert contents(app) != before


def test_titles_and_paths_carry_no_word_of_therapy(app: Flask, practice: Practice) -> None:
    """On a shared phone they stand in the history. A therapist's own pages may say what they are about."""
    words, found = ("therap", "contract", "guilt", "patient", "session"), []
    browser = Browser(app.test_client()).sign_in(practice.patient)
    for route in pages(app):
        if route.policy in OPEN | {Policy.PATIENT} and not route.arguments:
            answer = browser.client.get(route.rule.rule)
            title = answer.get_data(as_text=True).partition("<title>")[2].partition("</title>")[0]
            found += [f"{route}: {word}" for word in words if word in (route.rule.rule + title).lower()]
    assert found == []


def test_a_view_keeps_what_it_declares() -> None:
    @access(Policy.ADMIN)
    def view() -> str:
        return ""

    assert view.access_policy is Policy.ADMIN  # type: ignore[attr-defined]
