"""How long a session lasts, on what kind of device it is, where one goes on after signing in; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from companion.accounts.rules.people import Role


@dataclass(frozen=True)
class Limits:
    """A session ends when it hasn't been used for so long, and in any case so long after it began."""

    idle: timedelta
    absolute: timedelta

    @property
    def noted_every(self) -> timedelta:
        """How old the last note of its use may be before another is made."""
        return self.idle / 10


LIMITS: Final[Mapping[Role, Limits]] = {
    # Guilt peaks at a dinner, and nobody types a password there.
    Role.PATIENT: Limits(idle=timedelta(days=30), absolute=timedelta(days=180)),
    # From the brief before a session to the notes after it, unused meanwhile.
    Role.THERAPIST: Limits(idle=timedelta(hours=1), absolute=timedelta(hours=12)),
    Role.ADMIN: Limits(idle=timedelta(minutes=30), absolute=timedelta(hours=12)),
}
"""Ours. NIST SP 800-63B-4 asks for an hour unused and a day in all where two factors are asked for."""

CONFIRMATION_HOLDS: Final = timedelta(minutes=10)
"""How long after showing that it is they a person may do what is sensitive without being asked again."""
CODE_STEP_HOLDS: Final = timedelta(minutes=5)
"""How long after the right password the code may follow."""


def is_alive(role: Role, began_at: datetime, last_seen_at: datetime, now: datetime) -> bool:
    """Whether a session that nobody has ended still goes on."""
    limits = LIMITS[role]
    return now < last_seen_at + limits.idle and now < began_at + limits.absolute


def is_confirmed(confirmed_at: datetime | None, now: datetime) -> bool:
    """Whether the person has shown lately enough that it is they."""
    return confirmed_at is not None and now < confirmed_at + CONFIRMATION_HOLDS


class Device(StrEnum):
    """The browser, as far as a person tells their devices apart by it."""

    FIREFOX = "firefox"
    EDGE = "edge"
    SAMSUNG = "samsung"
    OPERA = "opera"
    CHROME = "chrome"
    SAFARI = "safari"
    OTHER = "other"


class System(StrEnum):
    """What the browser runs on."""

    IPHONE = "iphone"
    IPAD = "ipad"
    ANDROID = "android"
    WINDOWS = "windows"
    MAC = "mac"
    CHROME_OS = "chrome_os"
    LINUX = "linux"
    OTHER = "other"


# Each names itself beside those it descends from, so the order is from the particular to the general.
_BROWSERS = (
    (("Firefox/", "FxiOS/"), Device.FIREFOX),
    (("Edg",), Device.EDGE),
    (("SamsungBrowser/",), Device.SAMSUNG),
    (("OPR/",), Device.OPERA),
    (("Chrome/", "CriOS/", "Chromium/"), Device.CHROME),
    (("Safari/",), Device.SAFARI),
)
_SYSTEMS = (
    (("iPhone",), System.IPHONE),
    (("iPad",), System.IPAD),
    (("Android",), System.ANDROID),
    (("Windows",), System.WINDOWS),
    (("Macintosh",), System.MAC),
    (("CrOS",), System.CHROME_OS),
    (("Linux",), System.LINUX),
)


def device_of(user_agent: str) -> tuple[Device, System]:
    """The kind of browser and system, from what the browser says of itself; all else of that is forgotten."""
    device = next((each for marks, each in _BROWSERS if any(mark in user_agent for mark in marks)), Device.OTHER)
    system = next((each for marks, each in _SYSTEMS if any(mark in user_agent for mark in marks)), System.OTHER)
    return device, system


def local_path(wanted: str) -> str | None:
    """The path, if it leads to a page of ours and nowhere else: where to go on after signing in."""
    parts = urlsplit(wanted)
    is_ours = wanted.startswith("/") and not wanted.startswith("//") and not parts.scheme and not parts.netloc
    return wanted if is_ours and wanted.isprintable() and "\\" not in wanted else None
