"""When the app is open on a device, and what a PIN may be; pure."""

import unicodedata
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final, NewType

PinHash = NewType("PinHash", str)
"""What is kept of a PIN."""

OPEN_FOR: Final = timedelta(minutes=5)
"""How long after its last use the app is open where there is a PIN. Ours, not validated."""
EXTENDED_EVERY: Final = timedelta(minutes=1)
"""How old the last extension may be before use makes another: looking costs a write a minute at most."""

SHORTEST_PIN, LONGEST_PIN = 4, 8


def is_locked(open_until: datetime | None, now: datetime, *, has_pin: bool) -> bool:
    """Whether the app is locked on a device.

    Without a limit it is open for good, which it never is where there is a PIN: a session begun at the very moment at
    which the PIN was set is locked.
    """
    return has_pin if open_until is None else now >= open_until


def opens_until(now: datetime, *, has_pin: bool) -> datetime | None:
    """Until when the app is open once it has been opened; None for without limit."""
    return now + OPEN_FOR if has_pin else None


def extended(open_until: datetime | None, now: datetime) -> datetime | None:
    """Until when it is open once it is used; None where nothing need be noted."""
    if open_until is None or now >= open_until or open_until - now > OPEN_FOR - EXTENDED_EVERY:
        return None
    return now + OPEN_FOR


def plain_pin(typed: str) -> str:
    """The one form of a PIN: digits of any script as 0-9, blanks left out; anything else stays as it is."""
    return "".join(str(unicodedata.decimal(each, each)) for each in typed if not each.isspace())


def is_pin(plain: str) -> bool:
    return SHORTEST_PIN <= len(plain) <= LONGEST_PIN and plain.isascii() and plain.isdecimal()


def is_trivial(plain: str) -> bool:
    """Whether it is among those that are tried first: all alike, a run either way (also past 0), a piece repeated."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(plain)}
    pieces = (plain[:size] for size in range(1, len(plain) // 2 + 1) if len(plain) % size == 0)
    return steps in ({0}, {1}, {9}) or any(piece * (len(plain) // len(piece)) == plain for piece in pieces)
