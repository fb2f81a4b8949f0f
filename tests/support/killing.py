"""A process of its own that does one thing on a database, and is killed on the way, as by a power cut.

The tests' own process can't fork: pytest-xdist gives it threads. So a second one, with one thread and no connection
open, prepares the things and forks a child for each act.
"""

import gc
import multiprocessing
import os
import signal
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import orm

from companion.extensions import db

Doing = Callable[[], object]
Preparing = Callable[..., Mapping[str, Doing]]

COMMITTED: Final = "after the commit"
PATIENCE: Final = 60.0
"""Seconds in which whatever is asked for must be done, on a busy machine."""
FIRST_LINE: Final = 60
DONE, BROKEN = 0, 3


@dataclass(frozen=True)
class Done:
    """What became of something that was done to the end, and the steps that it took."""

    answer: object
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Wanted:
    """What a child is to do, and at which step it is killed."""

    name: str
    kill_at: int | None = None


class Countdown:
    """Counts the steps of an act: before and after each statement and commit, in the database and in the key store."""

    def __init__(self, kill_at: int | None) -> None:
        self.kill_at = kill_at
        self.steps: list[str] = []

    def step(self, what: str) -> None:
        if len(self.steps) == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        self.steps.append(what)

    def watch(self) -> None:
        """For good: the child ends with what it counts."""
        sa.event.listen(sa.Engine, "before_cursor_execute", lambda *of: self.step(f"before {of[2][:FIRST_LINE]}"))
        sa.event.listen(sa.Engine, "after_cursor_execute", lambda *of: self.step(f"after {of[2][:FIRST_LINE]}"))
        sa.event.listen(sa.Engine, "commit", lambda *_: self.step("before a commit"))
        # Before all others who wait for it, so that what they do comes after it.
        sa.event.listen(db.session, "after_commit", self._committed, insert=True)

    def _committed(self, session: orm.Session) -> None:
        if not session.in_nested_transaction():  # the end of a savepoint commits nothing
            self.step(COMMITTED)


class OtherProcess:
    """Knows things to do by their names, and does each in a child of its own."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def wait(self) -> None:
        """Until it has prepared all that it knows."""
        self._ended("what it prepares")

    def do(self, name: str) -> Done:
        """Do one thing to the end."""
        self._connection.send(Wanted(name))
        told = self._told(name)
        assert isinstance(told, Done), f"{name}:\n{told}"
        assert self._ended(name) == DONE
        return told

    def kill_during(self, name: str, step: int) -> None:
        """Do one thing, and kill it at a step."""
        self._connection.send(Wanted(name, step))
        told = self._told(name)
        assert told == -signal.SIGKILL, f"{name} was over before it was killed:\n{told}"

    def _ended(self, name: str) -> object:
        told = self._told(name)
        assert told == DONE, f"{name}:\n{told}"
        return told

    def _told(self, name: str) -> object:
        assert self._connection.poll(PATIENCE), f"{name} takes more than {PATIENCE} s"
        return self._connection.recv()


@contextmanager
def other_process(prepare: Preparing, *arguments: Any) -> Iterator[OtherProcess]:
    """A process that knows what `prepare` returns; ended with the block."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, prepare, arguments), daemon=True)
    process.start()
    theirs.close()
    try:
        other = OtherProcess(ours)
        other.wait()
        yield other
    finally:
        ours.close()
        process.join(PATIENCE)
        process.close()


def _serve(connection: Connection, prepare: Preparing, arguments: tuple[Any, ...]) -> None:
    try:
        known = prepare(*arguments)
    except BaseException:  # noqa: BLE001  # the test that waits says what it was
        connection.send(traceback.format_exc())
        return
    gc.freeze()  # what children needn't copy
    connection.send(DONE)
    while True:
        try:
            wanted: Wanted = connection.recv()
        except EOFError:
            return
        child = os.fork()
        if child == 0:
            _do(connection, known[wanted.name], wanted.kill_at)
        _, status = os.waitpid(child, 0)
        connection.send(os.waitstatus_to_exitcode(status))


def _do(connection: Connection, doing: Doing, kill_at: int | None) -> None:
    """In the child: nothing comes back from here but by its end."""
    try:
        countdown = Countdown(kill_at)
        countdown.watch()
        answer = doing()
        connection.send(Done(answer, tuple(countdown.steps)))
    except BaseException:  # noqa: BLE001  # whatever it is, the child must not go on as a second server
        connection.send(traceback.format_exc())
        os._exit(BROKEN)
    os._exit(DONE)
