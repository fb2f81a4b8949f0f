"""The real server, as `companion run` starts it, for tests that use it from outside."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
"""Seconds in which it must answer, on a busy machine."""


@dataclass(frozen=True)
class Server:
    """A running server: where it answers, and the environment in which its commands work."""

    url: str
    environment: Mapping[str, str]
    log: Path
    group: int
    """Its processes, the workers among them."""

    def kill(self) -> None:
        """End all of it at once, as a power cut would: nothing of it is asked first."""
        os.killpg(self.group, signal.SIGKILL)

    def command(self, *words: str) -> str:
        """Run a command of the operator on this server's installation; returns what it prints."""
        finished = self._run(words)
        assert finished.returncode == 0, finished.stderr
        return finished.stdout

    def fails(self, *words: str) -> str:
        """Run a command that must fail; returns all that it prints."""
        finished = self._run(words)
        assert finished.returncode == 1, finished.stdout
        return finished.stdout + finished.stderr

    def _run(self, words: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "companion", *words],
            cwd=PROJECT,
            env=dict(self.environment),
            capture_output=True,
            text=True,
            check=False,
        )

    def new_account(self, role: str, username: str, name: str) -> str:
        """Make the account of somebody at the practice; returns the code with which they begin."""
        said = self.command(role, "create", username, "--name", name)
        found = re.search(r"/begin#(\S+)", said)
        assert found, said
        return found[1]

    def sign_in_of(self, role: str) -> dict[str, str]:
        """Username and password of somebody in the demo practice."""
        found: dict[str, dict[str, str]] = json.loads(
            (Path(self.environment["INSTANCE_PATH"]) / "demo.json").read_text()
        )
        return found[role]


@contextmanager
def running(folder: Path, *options: str, database_url: str | None = None, port: int | None = None) -> Iterator[Server]:
    """`companion run` on a free port or the one given, with its instance in `folder`; ended with all its workers."""
    port = port or free_port()
    environment = {**os.environ, "PORT": str(port), "INSTANCE_PATH": str(folder / "instance")}
    environment.pop("PUBLIC_URL", None)
    if database_url:
        environment["DATABASE_URL"] = database_url
    log = folder / "server.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "companion", "run", *options],
            cwd=PROJECT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server = Server(f"http://localhost:{port}", environment, log, process.pid)
    try:
        wait_until_answers(server, process)
        yield server
    finally:
        with suppress(ProcessLookupError):  # killed, with all its workers
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(PATIENCE)


def wait_until_answers(server: Server, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{server.url}/help", timeout=5):  # noqa: S310  # our own loopback address
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    message = f"the server didn't answer:\n{server.log.read_text()}"
    raise AssertionError(message)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
