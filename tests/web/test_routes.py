"""Every route there is: whom it opens for, and what it asks of those who change something. Read from the url map."""

from collections.abc import Iterator
from http import HTTPStatus
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.ctx import AppContext
from flask.testing import FlaskClient
from flask_wtf.csrf import validate_csrf
from sqlalchemy import event
from werkzeug.routing import Rule
from werkzeug.test import TestResponse
from wtforms import ValidationError

from companion.accounts.access import Policy, access, policy_of
from companion.accounts.rules import Actor, Role
from companion.extensions import db
from companion.kernel.clock import FrozenClock
from tests.factories.one_of_each import OneOfEach
from tests.factories.people import Practice
from tests.support.client import Browser

WRITES = ("INSERT", "UPDATE", "DELETE")
SAFE = {"GET", "HEAD", "OPTIONS"}
OPEN = {Policy.PUBLIC, Policy.SIGNED_IN}


def rules(app: Flask, method: str) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ()) and rule.endpoint != "static"]


def changing(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if set(rule.methods or ()) - SAFE]


def path_of(rule: Rule, things: OneOfEach | None = None) -> str:
    """The rule's path about what is there; without it, about what doesn't exist."""
    values = things.ids_for(rule.endpoint, rule.arguments) if things else {name: uuid4() for name in rule.arguments}
    built = rule.build(values)
    assert built
    return built[1]


@pytest.fixture
def things(app: Flask, practice: Practice, clock: FrozenClock) -> OneOfEach:
    with app.app_context():
        return OneOfEach(practice, clock.now())


def client_of(app: Flask, actor: Actor | None) -> FlaskClient:
    return Browser(app.test_client()).sign_in(actor).client if actor else app.test_client()


def people(practice: Practice) -> dict[Role, Actor]:
    return {Role.PATIENT: practice.patient, Role.THERAPIST: practice.therapist, Role.ADMIN: practice.admin}


def method_of(rule: Rule) -> str:
    return next(iter(set(rule.methods or ()) - SAFE), "GET")


ON_ANOTHER_PAGE = {"contract.begin_draft", "experiments.take_back", "experiments.close_week"}
"""Where a button stands alone, the answer may lead back to its page, which says that nothing was changed."""


def is_refused(rule: Rule, answer: TestResponse, client: FlaskClient) -> bool:
    """Whether the sender is told that nothing was done. That something isn't there would be another answer."""
    if rule.endpoint not in ON_ANOTHER_PAGE:
        return answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    with client.session_transaction() as session:
        return answer.status_code == HTTPStatus.FOUND and bool(session.get("_flashes"))


def rows_of_all_tables(app: Flask) -> dict[str, int]:
    with app.app_context():
        counts = {table: sa.select(sa.func.count()).select_from(table) for table in db.metadata.sorted_tables}
        return {table.name: db.session.scalar(count) or 0 for table, count in counts.items()}


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


@pytest.fixture
def written(app: Flask) -> Iterator[list[str]]:
    """The statements that changed something, as they come."""
    found: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.lstrip().upper().startswith(WRITES):
            found.append(statement)

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
    yield found
    with app.app_context():
        event.remove(db.engine, "before_cursor_execute", note)


def test_every_route_says_whom_it_is_for(context: AppContext) -> None:
    assert [rule.rule for rule in context.app.url_map.iter_rules() if policy_of(rule.endpoint) is None] == []


def test_a_route_that_says_nothing_opens_for_nobody(app: Flask, as_patient: Browser) -> None:
    app.view_functions["accounts.leave"] = lambda: "open"
    as_patient.get("/leave", expect=403)


def test_without_signing_in_only_the_public_pages_open(app: Flask, things: OneOfEach) -> None:
    client, found = app.test_client(), []
    for rule in app.url_map.iter_rules():
        with app.app_context():
            is_public = policy_of(rule.endpoint) is Policy.PUBLIC
        if not is_public:
            answer = client.open(path_of(rule, things), method=method_of(rule))
            if answer.status_code != 302 or not answer.headers["Location"].startswith("/sign-in"):
                found.append(f"{rule.rule}: {answer.status}")
    assert found == []


def test_a_page_of_another_role_is_not_there(app: Flask, practice: Practice, things: OneOfEach) -> None:
    found = []
    for rule in app.url_map.iter_rules():
        with app.app_context():
            policy = policy_of(rule.endpoint)
        for role, actor in people(practice).items():
            if policy and not policy.admits(role):
                answer = client_of(app, actor).open(path_of(rule, things), method=method_of(rule))
                if answer.status_code != 404:
                    found.append(f"{rule.rule} as {role}: {answer.status}")
    assert found == []


@pytest.mark.parametrize("role", list(Role))
def test_a_policy_admits_its_own_role_and_no_other(role: Role) -> None:
    assert {policy for policy in Policy if policy.admits(role)} == OPEN | {Policy(role.value)}


def test_somebody_else_s_patient_is_as_absent_as_one_that_does_not_exist(
    app: Flask, practice: Practice, things: OneOfEach
) -> None:
    """Read or written, with a right CSRF token: another therapist's patient, and one of a care that has ended."""
    stranger, found = Browser(app.test_client()).sign_in(practice.other_therapist), []
    token = {"csrf_token": stranger.csrf_token()}
    for rule in app.url_map.iter_rules():
        if "patient_id" not in rule.arguments:
            continue
        method = method_of(rule)
        data = token if method == "POST" else None
        theirs = stranger.client.open(path_of(rule, things), method=method, data=data)
        nobody_s = stranger.client.open(path_of(rule), method=method, data=data)
        if theirs.status_code != 404 or theirs.data != nobody_s.data:
            found.append(f"{method} {rule.rule}: {theirs.status}")
    assert found == []


def besides_the_token(rule: Rule, things: OneOfEach) -> dict[str, str]:
    """What a page carries, where less is not even looked at."""
    if rule.endpoint == "experiments.close_week":
        return {"lineage_id": str(uuid4()), "monday": "2025-03-03"}
    return {"code": things.code} if rule.rule.startswith("/begin/") else {}


@pytest.mark.parametrize("token", [{}, {"csrf_token": "made up"}], ids=["none", "made up"])
def test_nothing_changes_without_a_csrf_token(
    app: Flask,
    practice: Practice,
    things: OneOfEach,
    written: list[str],
    tokens_refused: list[object],
    token: dict[str, str],
) -> None:
    """Sent by the right person, about things that are there: so it is the token that stops it, and nothing else."""
    found, before = [], rows_of_all_tables(app)
    for rule in changing(app):
        with app.app_context():
            policy = policy_of(rule.endpoint)
        whose = [actor for role, actor in people(practice).items() if policy and policy.admits(role)]
        for actor in whose if policy is not Policy.PUBLIC else [None]:
            written.clear()
            tokens_refused.clear()
            client = client_of(app, actor)
            sent = besides_the_token(rule, things) | token
            answer = client.open(path_of(rule, things), method=method_of(rule), data=sent)
            if written or not tokens_refused or not is_refused(rule, answer, client):
                found.append(f"{rule.rule}: {answer.status}, {len(tokens_refused)} refused, {written[:1]}")
    assert found == []
    assert rows_of_all_tables(app) == before


def test_looking_changes_nothing(app: Flask, practice: Practice, things: OneOfEach, written: list[str]) -> None:
    found = []
    for rule in rules(app, "GET"):
        for actor in people(practice).values():
            written.clear()
            client_of(app, actor).get(path_of(rule, things))
            if written:
                found.append(f"{rule.rule} as {actor.role}: {written[0]}")
    assert found == []


def test_the_guard_sees_what_is_written(app: Flask, practice: Practice, written: list[str]) -> None:
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE clinic SET name = 'x'"))
    assert len(written) == 1


def test_titles_and_paths_carry_no_word_of_therapy(app: Flask, practice: Practice) -> None:
    """On a shared phone they stand in the history. A therapist's own pages may say what they are about."""
    words, found = ("therap", "contract", "guilt", "patient", "session"), []
    browser = Browser(app.test_client()).sign_in(practice.patient)
    for rule in rules(app, "GET"):
        with app.app_context():
            policy = policy_of(rule.endpoint)
        if policy in OPEN | {Policy.PATIENT} and not rule.arguments:
            answer = browser.client.get(rule.rule)
            title = answer.get_data(as_text=True).partition("<title>")[2].partition("</title>")[0]
            found += [f"{rule.rule}: {word}" for word in words if word in (rule.rule + title).lower()]
    assert found == []


def test_a_view_keeps_what_it_declares() -> None:
    @access(Policy.ADMIN)
    def view() -> str:
        return ""

    assert view.access_policy is Policy.ADMIN  # type: ignore[attr-defined]
