"""What the fuzz aims at: it sends whatever it is told to, looks at what came of it, and puts things back."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import sqlalchemy as sa
from werkzeug.test import TestResponse

from companion.accounts.rules import Actor
from companion.extensions import db
from tests.support.client import Browser
from tests.support.databases import PostgresDatabases, SqliteFiles
from tests.support.forms import FormOnPage, Forms, filled_in
from tests.support.ground import Ground
from tests.support.routes import Route, by_role, client_of
from tests.support.writes import Writes, nothing_kept, writes_of

MARKER = "zqfuzzqz"
"""Stands in every text that is made up, and nowhere else."""
ON_ITS_OWN_PAGE = {HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.CONFLICT}
"""Where what was typed is shown again; every other refusal is an error page."""
PAGES = (
    "/",
    "/shared",
    "/agreement",
    "/now/earlier",
    "/plan/earlier",
    "/pauses",
    "/learned",
    "/plan",
    "/help",
    "/wishes",
    "/pattern",
)
"""Where a patient reads what was taken."""
PAGES_OF_THE_THERAPIST = (
    "/caseload",
    "/patients/{patient}",
    "/patients/{patient}/contract",
    "/patients/{patient}/care",
    "/patients/{patient}/wishes",
)


class Records(logging.Handler):
    """All that is logged, as it would be written."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record) + repr(record.args))


@dataclass
class Target:
    """A practice whose people send anything. A response that breaks a promise raises AssertionError."""

    ground: Ground
    forms: Forms
    databases: SqliteFiles | PostgresDatabases
    name: str
    seen: Writes
    taken: int = 0
    refused: int = 0
    _cookies: dict[Actor | None, tuple[str, str]] = field(default_factory=dict)

    def sign_everybody_in(self) -> None:
        """Before the copy is made that things are put back from: a session may be a row."""
        for actor in (None, *by_role(self.ground.practice).values()):
            browser = Browser(client_of(self.ground.app, actor))
            token = browser.csrf_token()
            cookie = browser.client.get_cookie(self._cookie_name)
            assert cookie
            self._cookies[actor] = (cookie.value, token)

    def valid(self, route: Route, actor: Actor | None) -> tuple[FormOnPage, dict[str, str]]:
        """The form that leads to a route, and what is taken there; of the two, only the first knows the choices."""
        form = self.forms.of(route, actor)
        with nothing_kept(self.ground.app):
            sent, _answer = filled_in(Browser(client_of(self.ground.app, actor)), form)
        return form, {name: value for name, value in sent.items() if name != "csrf_token"}

    def token_of(self, actor: Actor | None) -> str:
        return self._cookies[actor][1]

    @property
    def pages(self) -> list[tuple[Actor, str]]:
        """Where what was taken may stand, and who reads it there."""
        practice = self.ground.practice
        theirs = [(practice.patient, path) for path in PAGES]
        return theirs + [
            (practice.therapist, path.format(patient=practice.patient.id)) for path in PAGES_OF_THE_THERAPIST
        ]

    def send(
        self, actor: Actor | None, method: str, path: str, *, then: tuple[Actor, str] | None = None, **what: Any
    ) -> TestResponse:
        """Send it, look at what came of it, and where something was taken also at a page on which it may stand."""
        self.seen.clear()
        with logged() as records:
            answer = self._open(actor, method, path, **what)
        self._judge(answer, records)
        if self.seen.kept:
            self.taken += 1
            self._look_around([*([(actor, answer.location)] if answer.location else []), *([then] if then else [])])
            self.put_back()
        elif answer.status_code >= HTTPStatus.BAD_REQUEST:
            self.refused += 1
        return answer

    def put_back(self) -> None:
        self._disconnect()
        self.databases.copy(f"{self.name}_before", self.name)

    def remember(self) -> None:
        self._disconnect()
        self.databases.copy(self.name, f"{self.name}_before")

    @property
    def _cookie_name(self) -> str:
        return str(self.ground.app.config["SESSION_COOKIE_NAME"])

    def _open(self, actor: Actor | None, method: str, path: str, **what: Any) -> TestResponse:
        client = self.ground.app.test_client()
        client.set_cookie(self._cookie_name, self._cookies[actor][0])
        return client.open(path, method=method, **what)

    def _judge(self, answer: TestResponse, records: Records) -> None:
        status = answer.status_code
        assert status < HTTPStatus.INTERNAL_SERVER_ERROR
        is_kept = status < HTTPStatus.BAD_REQUEST or status == HTTPStatus.CONFLICT
        assert is_kept or not self.seen.kept, f"{status}, and wrote {self.seen.kept}"
        assert not [line for line in records.lines if MARKER in line], "what was sent stands in the log"
        is_error_page = status >= HTTPStatus.BAD_REQUEST and status not in ON_ITS_OWN_PAGE
        assert not is_error_page or MARKER not in answer.text, "what was sent stands on an error page"

    def _look_around(self, pages: list[tuple[Actor | None, str]]) -> None:
        """What was taken is whole, and can be shown."""
        with self.ground.app.app_context(), db.engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                assert connection.execute(sa.text("PRAGMA foreign_key_check")).all() == []
        for actor, path in pages:
            assert self._open(actor, "GET", path).status_code < HTTPStatus.INTERNAL_SERVER_ERROR, path

    def _disconnect(self) -> None:
        with self.ground.app.app_context():
            db.engine.dispose()


@contextmanager
def logged() -> Iterator[Records]:
    """All that is logged meanwhile, whatever its level."""
    records, root = Records(), logging.getLogger()
    level = root.level
    root.addHandler(records)
    root.setLevel(logging.DEBUG)
    try:
        yield records
    finally:
        root.setLevel(level)
        root.removeHandler(records)


@contextmanager
def aimed_at(ground: Ground, databases: SqliteFiles | PostgresDatabases, name: str) -> Iterator[Target]:
    """A target over a filled practice, in the database of that name."""
    forms = Forms(ground.app, ground.things)
    with writes_of(ground.app) as seen:
        target = Target(ground, forms, databases, name, seen)
        target.sign_everybody_in()
        target.remember()
        yield target
