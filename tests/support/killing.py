"""A process of its own that does one thing on a database, and is killed on the way, as by a power cut."""

import os
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Flask

from companion.extensions import db
from companion.transaction import transaction

DONE, BROKEN = 0, 3


class Countdown:
    """Counts the steps of a transaction (before and after each statement, before and after the commit)."""

    def __init__(self, kill_at: int | None) -> None:
        self.kill_at = kill_at
        self.steps = 0

    def step(self, *_event: Any) -> None:
        if self.steps == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        self.steps += 1

    def watch(self) -> None:
        for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
            sa.event.listen(db.engine, name, self.step)
        sa.event.listen(db.session, "after_commit", self.step)


def steps_of(app: Flask, act: Callable[[], object]) -> int:
    """How many steps it takes to do this on the application's database, in a process of its own, to the end."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        countdown = _do(app, act, None)
        os.write(writer, countdown.steps.to_bytes(4, "big"))
        os._exit(DONE)
    os.close(writer)
    told = os.read(reader, 4)
    os.close(reader)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == DONE
    return int.from_bytes(told, "big")


def kill_during(app: Flask, act: Callable[[], object], step: int) -> None:
    """Do this in a process of its own, and kill that at a step."""
    child = os.fork()
    if child == 0:
        _do(app, act, step)
        os._exit(DONE)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL, "it was done before it was killed"


def _do(app: Flask, act: Callable[[], object], kill_at: int | None) -> Countdown:
    """In the child: nothing may come back from here but by its end."""
    try:
        countdown = Countdown(kill_at)
        with app.app_context():
            countdown.watch()
            with transaction():
                act()
    except BaseException:  # noqa: BLE001  # whatever it is, the child must not go on as a second test run
        traceback.print_exc(file=sys.stderr)
        os._exit(BROKEN)
    return countdown
