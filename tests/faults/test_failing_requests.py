"""A request that fails at the last moment leaves nothing: for every form of every page."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus

import pytest
import sqlalchemy as sa
from flask import Flask

from companion.accounts.rules import Actor
from companion.extensions import db
from tests.faults.stage import Seen, look
from tests.support.client import Browser
from tests.support.forms import Forms, filled_in
from tests.support.ground import Ground
from tests.support.routes import Route, changing, client_of, right_people
from tests.support.writes import nothing_kept

COMMITS_NOTHING = {
    "accounts.add_passkey",
    "accounts.begin_instead",
    "accounts.check_passkey",
    "accounts.confirm_by_passkey",
    "accounts.set_authenticator",
}
"""What is refused before it comes to that: no page shows the answer of a device, or an authenticator's code.

And what only leads on, to signing in.
"""


class Breaking:
    """Fails every commit when all has been written and the database is about to be told so."""

    def __init__(self) -> None:
        self.broken = 0

    def fail(self, _connection: sa.Connection) -> None:
        self.broken += 1
        raise OSError


@contextmanager
def breaking(app: Flask) -> Iterator[Breaking]:
    with app.app_context():
        engine = db.engine
    breaks = Breaking()
    sa.event.listen(engine, "commit", breaks.fail)
    try:
        yield breaks
    finally:
        sa.event.remove(engine, "commit", breaks.fail)


@dataclass(frozen=True)
class Failed:
    """What came of a form that was sent while nothing could be committed."""

    endpoint: str
    status: int
    broken: int
    before: Seen
    after: Seen


@pytest.fixture(scope="module")
def forms(ground: Ground) -> Forms:
    return Forms(ground.app, ground.things)


@pytest.fixture
def in_earnest(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application as it answers people: with an error page, where a test would see the exception."""
    monkeypatch.setitem(ground.app.config, "TESTING", value=False)
    return ground.app


def send_in_vain(app: Flask, forms: Forms, route: Route, actor: Actor | None) -> Failed:
    """Send what a page's form takes, while nothing can be committed."""
    form = forms.of(route, actor)
    with nothing_kept(app):
        sent, _taken = filled_in(Browser(client_of(app, actor)), form)
    browser = Browser(client_of(app, actor))
    sent["csrf_token"] = browser.csrf_token()
    before = look(app)
    with breaking(app) as breaks:
        answer = browser.client.post(form.path, data=sent)
    return Failed(route.endpoint, answer.status_code, breaks.broken, before, look(app))


def test_every_form_that_fails_at_the_commit_says_so_and_leaves_nothing(
    ground: Ground, forms: Forms, in_earnest: Flask
) -> None:
    tried = [
        send_in_vain(in_earnest, forms, route, actor)
        for route in changing(in_earnest)
        for actor in right_people(route, ground.practice)
    ]
    assert [each.endpoint for each in tried if each.after != each.before or each.after.faults] == []
    assert {each.endpoint for each in tried if not each.broken} == COMMITS_NOTHING
    assert {each.status for each in tried if each.broken} == {HTTPStatus.INTERNAL_SERVER_ERROR}


def test_what_a_form_keeps_is_seen(ground: Ground, forms: Forms, in_earnest: Flask) -> None:
    admin = ground.practice.admin
    (rename,) = (route for route in changing(in_earnest) if route.endpoint == "accounts.rename")
    before = look(in_earnest)
    filled_in(Browser(client_of(in_earnest, admin)), forms.of(rename, admin))
    changed = {table for table, rows in look(in_earnest).rows.items() if rows != before.rows[table]}
    assert "user" in changed
