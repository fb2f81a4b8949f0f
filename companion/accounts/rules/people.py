"""Who someone is, and what names, passwords and zones may be; pure."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import NewType
from uuid import UUID
from zoneinfo import available_timezones

from companion.accounts.rules.lock import is_locked


class Role(StrEnum):
    PATIENT = "patient"
    THERAPIST = "therapist"
    ADMIN = "admin"

    @property
    def is_staff(self) -> bool:
        """Whether they see or keep what is other people's: then a password alone lets nobody in."""
        return self is not Role.PATIENT


@dataclass(frozen=True)
class Actor:
    """The person who asks; all that Flask-Login wants of a user, and no row of the database."""

    id: UUID
    role: Role
    zone: str
    """IANA name of the time zone the person is in now."""
    language: str
    session_id: UUID | None = None
    """None for somebody who acts without having signed in, as in a command."""
    confirmed_at: datetime | None = None
    """When they last showed that it is they."""
    last_seen_at: datetime | None = None
    open_until: datetime | None = None
    """From when on the app is locked on this device; None for open without limit."""
    has_pin: bool = False
    """Whether a PIN opens the app again."""
    next_cover_ends_at: datetime | None = None
    """When the first of the practice's open covers is over; see `accounts.access`."""
    is_treated: bool = True
    """Of a patient: whether anybody treats them now. Of others it says nothing."""
    token: str = field(default="", repr=False, compare=False)
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        return self.token

    def is_locked_at(self, now: datetime) -> bool:
        """Whether the app is locked on the device in use: then it takes entries, and shows nothing of theirs."""
        return is_locked(self.open_until, now, has_pin=self.has_pin)


SHORTEST_PASSWORD, ADVISED_PASSWORD, LONGEST_PASSWORD = 8, 15, 128
SHORTEST_USERNAME, LONGEST_USERNAME = 2, 40
USERNAME = re.compile(r"[\w.@+-]+")

PasswordHash = NewType("PasswordHash", str)
"""What is kept of a password. A type of its own, so that no password is ever kept in its place."""

LONGEST_NAME = 200
LONGEST_PHONE = 40

CONSENT_TEXT = "2026-11"
"""Version of the words that a patient agrees to at the beginning (templates/accounts/_what_this_is.html)."""


def plain_password(typed: str) -> str:
    """The one form of a password, the same from every keyboard: compatibility-normalised, blanks kept."""
    return unicodedata.normalize("NFKC", typed)


def is_username(plain: str) -> bool:
    """Whether a plain username may be chosen: letters and digits of any script, and . _ - @ +."""
    return SHORTEST_USERNAME <= len(plain) <= LONGEST_USERNAME and USERNAME.fullmatch(plain) is not None


def plain_username(typed: str) -> str:
    """The one form of a username: compatibility-normalised, folded, without blanks around it."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


@cache
def zones() -> tuple[str, ...]:
    """The zones that people are offered: those named after a place, and UTC."""
    regions = (
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    )
    return (*sorted(name for name in _zones() if name.partition("/")[0] in regions and "/" in name), "UTC")


def is_zone(name: str) -> bool:
    return name in _zones()


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
