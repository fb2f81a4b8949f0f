"""Finds the load tool, wrk, and drives a server with it."""

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile

SCRIPT = Path(__file__).parent / "drive.lua"
APT = (("apt-get", "update"), ("apt-get", "install", "--yes", "wrk"))
UNANSWERED = 0.001
HELP = """\
wrk, the load tool of the benchmarks, was not found and could not be installed. Do one of these, then run make again.
  As root on Debian or Ubuntu:  apt-get install wrk
  On macOS:                     brew install wrk
  With one in an unusual place: export WRK=/path/to/wrk\
"""


@dataclass(frozen=True)
class Visitor:
    """What one connection sends, over and over; CLIENT_ID in the body becomes a new id each time."""

    path: str
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def as_line(self) -> str:
        """As drive.lua reads it."""
        headers = "\x1f".join(f"{name}\x1e{value}" for name, value in self.headers.items())
        return f"{self.path}\t{headers}\t{self.body}"


def find_wrk() -> str | None:
    """Where wrk is, if it is."""
    return os.environ.get("WRK") or shutil.which("wrk")


@cache
def ensure_wrk() -> str:
    """The path of wrk, installed if need be and root may. Raises FileNotFoundError that says what to type."""
    if not find_wrk() and os.geteuid() == 0 and shutil.which("apt-get"):
        for command in APT:
            print("No wrk yet:", *command, flush=True)
            subprocess.run(command, env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"}, check=False)
    found = find_wrk()
    if not found:
        raise FileNotFoundError(HELP)
    return found


def drive(wrk: str, url: str, visitors: list[Visitor], expected: int, seconds: int) -> int:
    """Let every visitor send request after request on a connection of its own; returns how many were answered.

    Raises AssertionError where even one was answered with another status than `expected`, or more than a few had no
    answer at all: on a busy machine the server now and then closes a connection that the load tool still uses.
    """
    with NamedTemporaryFile("w", suffix=".visitors") as file:
        file.write("\n".join(visitor.as_line() for visitor in visitors))
        file.flush()
        count = str(len(visitors))
        shape = ("--threads", count, "--connections", count, "--duration", f"{seconds}s", "--script", str(SCRIPT))
        finished = subprocess.run(
            [wrk, *shape, url, "--", file.name, str(expected)],
            capture_output=True,
            text=True,
            check=True,
            timeout=seconds + 30,
        )
    answered, otherwise, failed = (int(number) for number in finished.stdout.split()[-3:])
    if otherwise or failed > answered * UNANSWERED or not answered:
        message = f"{url}{visitors[0].path}: of {answered} answers {otherwise} weren't {expected}; {failed} had none"
        raise AssertionError(message)
    return answered
