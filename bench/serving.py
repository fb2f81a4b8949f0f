"""Starts a server as a process of its own, on loopback, and ends it with its workers."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from companion.cli.server import PROJECT

PATIENCE = 60.0
"""Seconds in which it must answer, and end."""


@dataclass(frozen=True)
class Served:
    """A running server: where it answers, and the process above its workers."""

    url: str
    pid: int


@contextmanager
def serving(module: str, *words: str, environment: Mapping[str, str], log: Path) -> Iterator[Served]:
    """`python -m module words` with these settings, from its first answer on."""
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *words],
            cwd=PROJECT,
            env=dict(environment),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        served = Served(f"http://127.0.0.1:{environment['PORT']}", process.pid)
        _wait_until_answers(served, process, log)
        yield served
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(PATIENCE)


def _wait_until_answers(served: Served, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{served.url}/help", timeout=5):  # noqa: S310  # our own loopback address
                return
        except urllib.error.HTTPError:
            return  # the floor has no such page, and has said so
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    message = f"{served.url} didn't answer:\n{log.read_text()}"
    raise AssertionError(message)
