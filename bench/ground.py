"""What the benchmarks stand on: companion and the floor, each serving from a database of both kinds."""

import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import psycopg

from bench import floors, people
from bench.browsing import Visit, signed_in
from bench.serving import Served, serving
from bench.wrk import Visitor, drive
from companion import create_app
from companion.cli.server import upgrade_database
from companion.config import Settings, make_secrets
from companion.extensions import db
from companion.kernel.clock import SystemClock
from tests.support.postgres import TemporaryPostgres
from tests.support.server import free_port

PATIENTS = 8
"""As many connections: each patient on one, so that they don't queue for one patient's turn."""

READERS = 4

CAREFUL = ("fsync", "synchronous_commit", "full_page_writes")
"""Settings of PostgreSQL that must be on; companion itself refuses an SQLite that isn't as careful."""

OURS = ("PORT", "PUBLIC_URL", "INSTANCE_PATH", "DATABASE_URL", "DATABASE_KEY", "SECRET_KEY")
"""Settings that each server gets anew, whatever the environment of the benchmark says."""


@dataclass(frozen=True)
class Pair:
    """Both servers on one kind of database, and who visits them."""

    companion: Served
    floor: Served
    visits: list[Visit]
    """Signed in, a patient each."""
    floor_patients: list[str]
    readers: list[tuple[Visit, str]]
    """Signed in, and where what changed in a long contract of theirs stands."""


class Ground:
    """Starts what a benchmark asks for once; all of it ends with the stack."""

    def __init__(self, stack: ExitStack, wrk: str) -> None:
        self._stack = stack
        self._wrk = wrk
        self._folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))

    @cached_property
    def pairs(self) -> Mapping[str, Pair]:
        """Companion and floor, by kind of database."""
        return {"sqlite": self._pair("sqlite", lambda _: None), "postgresql": self._on_postgresql()}

    def drive(self, url: str, visitors: list[Visitor], expected: int, seconds: int) -> int:
        """Send requests for so many seconds; returns how many were answered as expected."""
        return drive(self._wrk, url, visitors, expected, seconds)

    def _on_postgresql(self) -> Pair:
        server = self._stack.enter_context(TemporaryPostgres(durable=True))
        _require_careful(server)

        def made(name: str) -> str:
            server.create_database(name)
            return server.url(name)

        return self._pair("postgresql", made)

    def _pair(self, kind: str, database: Callable[[str], str | None]) -> Pair:
        mine = self._installation(f"{kind}-companion", database("companion"))
        signs_in, readers = _fill_companion(mine)
        companion = self._serve("companion", "run", "--no-demo", environment=mine)
        bare = self._installation(f"{kind}-floor", database("floor"))
        floor_patients = _fill_floor(bare)
        floor = self._serve("bench.floors", environment=bare)
        visits = [signed_in(companion.url, *each) for each in signs_in]
        reading = [(signed_in(companion.url, each.username, each.password), each.difference) for each in readers]
        return Pair(companion, floor, visits, floor_patients, reading)

    def _installation(self, name: str, database_url: str | None) -> dict[str, str]:
        """Settings of a server with secrets and a folder of its own."""
        environment = {key: value for key, value in os.environ.items() if key not in OURS}
        environment |= {"PORT": str(free_port()), "INSTANCE_PATH": str(self._folder / name)}
        if database_url:
            environment["DATABASE_URL"] = database_url
        make_secrets(environment)
        return environment

    def _serve(self, module: str, *words: str, environment: dict[str, str]) -> Served:
        log = Path(environment["INSTANCE_PATH"]) / "server.log"
        return self._stack.enter_context(serving(module, *words, environment=environment, log=log))


def _fill_companion(environment: Mapping[str, str]) -> tuple[list[tuple[str, str]], list[people.Reader]]:
    app = create_app(Settings.from_env(environment))
    upgrade_database(app)
    with app.app_context():
        now = SystemClock().now()
        filled = people.make_patients(PATIENTS, now), people.make_readers(READERS, now)
        db.engine.dispose()
    return filled


def _fill_floor(environment: Mapping[str, str]) -> list[str]:
    with floors.app_on(Settings.from_env(environment)).app_context():
        patients = floors.fill(["Mark"] * PATIENTS)
        floors.db.engine.dispose()
    return patients


def _require_careful(server: TemporaryPostgres) -> None:
    with psycopg.connect(host=str(server.folder), user="postgres", dbname="postgres") as connection:
        found = {name: connection.execute(f"SHOW {name}").fetchone() for name in CAREFUL}
    careless = [name for name, value in found.items() if value != ("on",)]
    assert not careless, f"PostgreSQL must be as careful as in production: {careless}"
