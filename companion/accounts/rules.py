"""Who someone is, and what codes, names and passwords may be; pure."""

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
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


def new_code() -> str:
    """A one-time code as it is read out: ABCD-EFGH-JKMN."""
    letters = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    return "-".join(letters[start : start + 4] for start in range(0, CODE_LENGTH, 4))


def plain_code(typed: str) -> str:
    """A code as typed by a person, in the one form that is hashed: capitals, no dashes, O as 0, I and L as 1."""
    return "".join(typed.upper().replace("-", "").split()).translate(str.maketrans("OIL", "011"))


def plain_username(typed: str) -> str:
    """The one form of a username: compatibility-normalised, folded, without blanks around it."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def is_usable(used_at: datetime | None, expires_at: datetime, now: datetime) -> bool:
    """Whether an invitation still opens the door."""
    return used_at is None and now < expires_at


def is_zone(name: str) -> bool:
    return name in available_timezones()
