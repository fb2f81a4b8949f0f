"""What the server has answered as saved is there, though all of it is killed in the middle of its work.

The database's server goes on, as careful as in production: what is tried is that no answer goes out before the commit.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event
from urllib.parse import urlencode, urlsplit
from uuid import UUID

import pytest
import sqlalchemy as sa

from bench.browsing import fields_of, signed_in
from companion import create_app
from companion.audit.queries import faults
from companion.checkins.models import CheckIn
from companion.config import Settings
from companion.extensions import db
from companion.kernel.ids import new_id
from tests.support.postgres import TemporaryPostgres
from tests.support.server import PATIENCE, Server, running

KILLS = 3
THUMBS = 6
"""Who save at the same time: more than one for each worker, so that some are always on the way."""
ENOUGH = 60
"""So many are saved before each kill."""


@dataclass
class Phone:
    """Somebody's phone, which sends ratings as fast as they are answered."""

    server: Server
    cookie: str
    page: dict[str, str]
    sent: set[UUID] = field(default_factory=set)
    answered: set[UUID] = field(default_factory=set)
    is_over: Event = field(default_factory=Event)
    """Enough is saved, or one of them could save no more."""

    def save_until_it_breaks(self) -> None:
        address = urlsplit(self.server.url)
        connection = HTTPConnection(str(address.hostname), address.port, timeout=PATIENCE)
        try:
            while True:
                self._save(connection, new_id())
        except (HTTPException, OSError):
            return  # it was killed
        finally:
            connection.close()
            self.is_over.set()

    def _save(self, connection: HTTPConnection, client_id: UUID) -> None:
        self.sent.add(client_id)
        rating = self.page | {"client_id": str(client_id), "guilt": "7", "urge": "6"}
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/now", urlencode(rating), headers)
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status == HTTPStatus.SEE_OTHER, text
        assert (answer.headers["Location"] or "").startswith("/now/"), answer.headers["Location"]
        self.answered.add(client_id)
        if len(self.answered) >= ENOUGH:
            self.is_over.set()


def phone_of_the_patient(server: Server) -> Phone:
    visit = signed_in(server.url, **server.sign_in_of("patient"))
    page = fields_of(visit.get("/now"), "#rate")
    return Phone(server, visit.cookie_header(), page)


def save_while_it_is_killed(phone: Phone) -> None:
    with ThreadPoolExecutor(THUMBS) as thumbs:
        saving = [thumbs.submit(phone.save_until_it_breaks) for _ in range(THUMBS)]
        phone.is_over.wait(PATIENCE)
        phone.server.kill()
    for each in saving:
        each.result()
    assert len(phone.answered) >= ENOUGH


@dataclass(frozen=True)
class Found:
    """What stands in the database afterwards."""

    client_ids: frozenset[UUID]
    faults: tuple[str, ...]


def found_after(server: Server) -> Found:
    """Read beside the server, which is gone."""
    app = create_app(Settings.from_env(server.environment))
    with app.app_context():
        ids = frozenset(db.session.scalars(sa.select(CheckIn.client_id)))
        found = Found(ids, tuple(faults(app.extensions["keys"].anchor())))
        db.session.remove()
        db.engine.dispose()
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str | None]:
    if request.param == "sqlite":
        yield None
        return
    with TemporaryPostgres(durable=True) as careful:
        yield careful.url()


def test_nothing_that_was_answered_as_saved_is_missing(tmp_path: Path, database_url: str | None) -> None:
    sent, answered, stands = set[UUID](), set[UUID](), frozenset[UUID]()
    for _ in range(KILLS):
        with running(tmp_path, database_url=database_url) as server:
            phone = phone_of_the_patient(server)
            save_while_it_is_killed(phone)
        sent |= phone.sent
        answered |= phone.answered
        found = found_after(server)
        stands = found.client_ids
        assert answered - stands == set()
        assert found.faults == ()
    assert sent - answered, "it was killed when nobody was saving"
    never_sent = new_id()
    assert (answered | {never_sent}) - stands == {never_sent}
