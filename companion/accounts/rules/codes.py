"""One-time codes that one person hands to another; pure."""

import hashlib
import secrets
from datetime import datetime, timedelta
from enum import StrEnum

CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that is read as a digit."""
CODE_LENGTH = 12
"""12 letters of 5 bits: 60 bits, over the 50 that an invitation needs."""
INVITATION_LASTS = timedelta(days=7)


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
