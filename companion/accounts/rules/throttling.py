"""How often may be tried, and who shares the tries: buckets that leak; pure."""

from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

HOME_NETWORK: Final = 64
"""Bits of an IPv6 address that one household or one server has for itself."""


@dataclass(frozen=True)
class Bucket:
    """Holds so many tries at once, and gets one back every so many seconds."""

    cap: int
    seconds_a_try: float


class Tries(Enum):
    """What is throttled. Accounts are throttled only together with a network: a stranger locks nobody out.

    The one exception is the code after a right password, which nobody but the owner, or who has stolen it, is asked
    for: there an attacker with a thousand networks is stopped, too.
    """

    NETWORK = Bucket(cap=60, seconds_a_try=10)
    ACCOUNT_FROM_NETWORK = Bucket(cap=8, seconds_a_try=120)
    CODE_FROM_NETWORK = Bucket(cap=6, seconds_a_try=300)
    CODE_OF_ACCOUNT = Bucket(cap=50, seconds_a_try=600)
    HANDED_CODE = Bucket(cap=20, seconds_a_try=60)
    # Counted for each session, and only signed in can it be typed at all: nobody's way in is shut by it.
    PIN = Bucket(cap=5, seconds_a_try=3600)


def network_of(address: str | None) -> str:
    """The network that an address is counted with: itself, or its /64 for IPv6."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ip_network((found, HOME_NETWORK), strict=False))
    return str(found)
