"""Who we are, to a push service: a signed token, the same for every message to the same origin (VAPID, RFC 8292)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid

VALID_FOR: Final = timedelta(hours=12)
"""The most that is allowed is 24 hours; half of it leaves room for a clock that is wrong, theirs or ours."""
RENEWED_AFTER: Final = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class _Signed:
    header: str
    at: datetime

    def holds(self, at: datetime) -> bool:
        """Not either where the clock went back: the token would say that it ends later than may be."""
        return self.at <= at < self.at + RENEWED_AFTER


class Signatures:
    """What stands in `Authorization`, signed once for an origin and six hours: signing costs as much as sending."""

    def __init__(self, key: bytes, subject: str) -> None:
        private = ec.derive_private_key(int.from_bytes(key, "big"), ec.SECP256R1())
        # Its own check of the subject knows no port; the settings have checked it.
        self._vapid = Vapid(private, conf={"no-strict": True})
        self._subject = subject
        self._signed: dict[str, _Signed] = {}

    def header(self, origin: str, at: datetime) -> str:
        """The header's value for this origin at this instant (UTC)."""
        known = self._signed.get(origin)
        if known and known.holds(at):
            return known.header
        # The rest goes as well, or whoever subscribes under ever other names would fill the memory.
        self._signed = {name: signed for name, signed in self._signed.items() if signed.holds(at)}
        self._signed[origin] = _Signed(self._sign(origin, at), at)
        return self._signed[origin].header

    def _sign(self, origin: str, at: datetime) -> str:
        claims = {"aud": origin, "exp": int((at + VALID_FOR).timestamp()), "sub": self._subject}
        return str(self._vapid.sign(claims)["Authorization"])
