"""Finds the Chromium that the browser tests drive; run as a command (`make test` does), sees to it that there is one.

There is no way to skip: without a browser the run fails and says what to type.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache

FLAGS = (
    "--headless=new",
    "--no-sandbox",  # which root and many containers don't allow
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
COMMANDS = ("chromium", "chromium-browser", "google-chrome")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
# In a process of its own: Playwright can't start a second time inside a test that it already drives.
ASK_PLAYWRIGHT = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""
APT = (("apt-get", "update"), ("apt-get", "install", "--yes", "chromium"))
PLAYWRIGHT = (sys.executable, "-m", "playwright", "install", "chromium", "--no-shell")
HELP = """\
No Chromium that starts was found, and none could be installed. Do one of these, then run make again.
  As root on Debian:            apt-get install chromium
  Anywhere:                     .venv/bin/python -m playwright install chromium --no-shell
  If it then lacks libraries:   .venv/bin/python -m playwright install-deps chromium (as root)
  With one in an unusual place: export CHROMIUM=/path/to/chromium\
"""


def candidates() -> Iterator[str]:
    """Where a Chromium may be, best first."""
    if chosen := os.environ.get("CHROMIUM"):
        yield chosen
    for command in COMMANDS:
        if found := shutil.which(command):
            yield found
    yield MAC
    yield playwrights_own()


def playwrights_own() -> str:
    """Where Playwright puts the browser it fetches, whether or not it has."""
    asked = subprocess.run([sys.executable, "-c", ASK_PLAYWRIGHT], capture_output=True, text=True, check=True)
    return asked.stdout.strip()


def starts(path: str) -> bool:
    """Whether it really runs: Ubuntu's `chromium-browser` is often only a note that asks for snap."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False).returncode == 0
    except OSError:
        return False


@cache
def find_chromium() -> str:
    """The path of a Chromium that starts."""
    for path in candidates():
        if starts(path):
            return path
    raise FileNotFoundError(HELP)


def installations() -> Iterator[tuple[tuple[str, ...], ...]]:
    """The ways to install one on this machine, best first; each a sequence of commands."""
    if os.geteuid() == 0:
        if shutil.which("apt-get"):
            yield APT
        yield ((*PLAYWRIGHT, "--with-deps"),)
    yield (PLAYWRIGHT,)


def succeeds(commands: tuple[tuple[str, ...], ...]) -> bool:
    """Run one after the other until one fails."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in commands:
        print("No Chromium yet:", *command, flush=True)
        if subprocess.run(command, env=environment, check=False).returncode:
            return False
    return True


def ensure_chromium() -> str:
    """The path of a Chromium that starts, installed if need be."""
    for install in installations():
        try:
            return find_chromium()
        except FileNotFoundError:
            succeeds(install)
    return find_chromium()


if __name__ == "__main__":
    try:
        print("Browser:", ensure_chromium())
    except FileNotFoundError as missing:
        sys.exit(str(missing))
