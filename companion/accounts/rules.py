"""Who someone is, and what codes, names and passwords may be; pure."""

import hashlib
import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import NewType
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import available_timezones


class Role(StrEnum):
    PATIENT = "patient"
    THERAPIST = "therapist"
    ADMIN = "admin"


@dataclass(frozen=True)
class Actor:
    """The person who asks; all that Flask-Login wants of a user, and no row of the database."""

    id: UUID
    role: Role
    name: str
    zone: str
    """IANA name of the time zone the person is in now."""
    language: str
    mark: str
    """Changes with the password, so that sessions begun before end."""
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        return f"{self.id}:{self.mark}"


CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that is read as a digit."""
CODE_LENGTH = 12
"""12 letters of 5 bits: 60 bits, over the 50 that an invitation needs."""
INVITATION_LASTS = timedelta(days=7)

SHORTEST_PASSWORD, ADVISED_PASSWORD, LONGEST_PASSWORD = 8, 15, 128
SHORTEST_USERNAME, LONGEST_USERNAME = 2, 40
USERNAME = re.compile(r"[\w.@+-]+")

PasswordHash = NewType("PasswordHash", str)
"""What is kept of a password. A type of its own, so that no password is ever kept in its place."""

LONGEST_NAME = 200
LONGEST_PHONE = 40

CONSENT_TEXT = "2026-11"
"""Version of the words that a patient agrees to at the beginning (templates/accounts/_what_this_is.html)."""


def new_code() -> str:
    """A one-time code as it is read out: ABCD-EFGH-JKMN."""
    letters = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    return "-".join(letters[start : start + 4] for start in range(0, CODE_LENGTH, 4))


def plain_code(typed: str) -> str:
    """A code as typed by a person, in the one form that is hashed: capitals, no dashes, O as 0, I and L as 1."""
    return "".join(typed.upper().replace("-", "").split()).translate(str.maketrans("OIL", "011"))


def code_hash(typed: str) -> bytes:
    """What is kept of a code. Not salted and fast: 60 random bits can't be guessed back from it."""
    return hashlib.sha256(plain_code(typed).encode()).digest()


def plain_password(typed: str) -> str:
    """The one form of a password, the same from every keyboard: compatibility-normalised, blanks kept."""
    return unicodedata.normalize("NFKC", typed)


def is_username(plain: str) -> bool:
    """Whether a plain username may be chosen: letters and digits of any script, and . _ - @ +."""
    return SHORTEST_USERNAME <= len(plain) <= LONGEST_USERNAME and USERNAME.fullmatch(plain) is not None


def plain_username(typed: str) -> str:
    """The one form of a username: compatibility-normalised, folded, without blanks around it."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


class CodeState(StrEnum):
    """How the last code of a patient stands."""

    NONE = "none"
    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"


def code_state(used_at: datetime | None, expires_at: datetime, now: datetime) -> CodeState:
    if used_at is not None:
        return CodeState.USED
    return CodeState.OPEN if is_usable(used_at, expires_at, now) else CodeState.EXPIRED


def is_usable(used_at: datetime | None, expires_at: datetime, now: datetime) -> bool:
    """Whether an invitation still opens the door."""
    return used_at is None and now < expires_at


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


def local_path(wanted: str) -> str | None:
    """The path, if it leads to a page of ours and nowhere else: where to go on after signing in."""
    parts = urlsplit(wanted)
    is_ours = wanted.startswith("/") and not wanted.startswith("//") and not parts.scheme and not parts.netloc
    return wanted if is_ours and wanted.isprintable() and "\\" not in wanted else None


class Need(StrEnum):
    """What somebody may need when they open Help."""

    EMERGENCY = "emergency"
    CRISIS = "crisis"
    TALK = "talk"
    VIOLENCE = "violence"


@dataclass(frozen=True)
class HelpLine:
    """A number to call. `name` is what the line calls itself, the same in every language."""

    need: Need
    number: str
    name: str = ""
    day_and_night: bool = True
    """Free and open at all hours."""
    source: str = ""
    """Where the number is published, to check it there."""


HELP_LINES_WRITTEN_ON = date(2026, 11, 24)
"""The day on which `HELP_LINES` was last gone over.

The numbers were written from public knowledge. A practice must call up the sources and compare before anyone relies
on them, and again whenever Help says that the list is old.
"""
HELP_LINES_HOLD_FOR = timedelta(days=180)

ANYWHERE_IN_THE_EU, ELSEWHERE = "EU", "ZZ"
"""Codes beside those of ISO 3166 for practices in countries whose lines aren't listed."""

EU_EMERGENCY = HelpLine(Need.EMERGENCY, "112", source="https://eena.org/about-112/")
HELP_LINES: dict[str, tuple[HelpLine, ...]] = {
    "DE": (
        EU_EMERGENCY,
        HelpLine(Need.TALK, "0800 111 0 111", "TelefonSeelsorge", source="https://www.telefonseelsorge.de"),
    ),
    "ES": (
        EU_EMERGENCY,
        HelpLine(Need.CRISIS, "024", "Línea 024", source="https://www.sanidad.gob.es/linea024/"),
    ),
    "FR": (
        EU_EMERGENCY,
        HelpLine(Need.EMERGENCY, "15", "SAMU", source="https://www.service-public.fr"),
        HelpLine(Need.CRISIS, "3114", "3114", source="https://3114.fr"),
    ),
    "GB": (
        HelpLine(Need.EMERGENCY, "999", source="https://www.gov.uk/guidance/999-and-112"),
        HelpLine(Need.TALK, "116 123", "Samaritans", source="https://www.samaritans.org"),
    ),
    "IE": (
        HelpLine(Need.EMERGENCY, "112", source="https://www.112.ie"),
        HelpLine(Need.EMERGENCY, "999", source="https://www.112.ie"),
        HelpLine(Need.TALK, "116 123", "Samaritans", source="https://www.samaritans.org/ireland/"),
    ),
    "IT": (
        EU_EMERGENCY,
        HelpLine(
            Need.TALK,
            "02 2327 2327",
            "Telefono Amico Italia",
            day_and_night=False,
            source="https://www.telefonoamico.it",
        ),
        HelpLine(Need.VIOLENCE, "1522", "1522", source="https://www.1522.eu"),
    ),
    "US": (
        HelpLine(Need.EMERGENCY, "911", source="https://www.911.gov"),
        HelpLine(Need.CRISIS, "988", "988 Lifeline", source="https://988lifeline.org"),
    ),
    ANYWHERE_IN_THE_EU: (EU_EMERGENCY,),
    ELSEWHERE: (),
}


def is_help_old(today: date) -> bool:
    """Whether the numbers on Help have stood for so long that they may be out of date."""
    return today - HELP_LINES_WRITTEN_ON > HELP_LINES_HOLD_FOR
