"""What signing in asks for beside a password: one-time codes, recovery codes, passkeys; pure."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import pyotp

STEP_SECONDS: Final = 30
SLACK: Final = 1
"""Steps by which an authenticator's clock may be off, either way (RFC 6238, 5.2)."""
RECOVERY_CODES: Final = 10
RECOVERY_CODE: Final = re.compile(r"[0-9a-f]{16}")
CHALLENGE_HOLDS: Final = timedelta(minutes=5)
LONGEST_LABEL: Final = 60
_NONCE_BYTES, _UNTIL_BYTES, _MAC_BYTES = 16, 8, 32


class By(StrEnum):
    """How somebody showed that it is they."""

    PASSWORD = "password"  # noqa: S105  # what it is called, not one
    PASSWORD_AND_CODE = "password_and_code"  # noqa: S105
    PASSWORD_AND_RECOVERY_CODE = "password_and_recovery_code"  # noqa: S105
    PASSKEY = "passkey"
    HANDED_CODE = "handed_code"


def new_secret() -> str:
    """A secret for an authenticator: 160 bits in base 32."""
    return pyotp.random_base32()


def step_of_code(secret: str, typed: str, now: datetime) -> int | None:
    """The 30-s step whose code this is, the latest where several match; None for a wrong one (RFC 6238)."""
    plain = "".join(typed.split())
    totp, present = pyotp.TOTP(secret), int(now.timestamp()) // STEP_SECONDS
    steps = range(present - SLACK, present + SLACK + 1)
    # All are compared, whatever the first says, so that the time it takes tells nothing.
    matching = [step for step in steps if hmac.compare_digest(totp.generate_otp(step).encode(), plain.encode())]
    return max(matching, default=None)


def code_at(secret: str, now: datetime) -> str:
    """The code that an authenticator shows at this instant."""
    return pyotp.TOTP(secret).generate_otp(int(now.timestamp()) // STEP_SECONDS)


def address_of(secret: str, username: str) -> str:
    """The otpauth:// address that an authenticator reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name="companion")


def new_recovery_code() -> str:
    """64 random bits, in two groups of eight digits of base 16."""
    digits = secrets.token_hex(8)
    return f"{digits[:8]}-{digits[8:]}"


def recovery_hash(typed: str) -> bytes | None:
    """What is kept of a recovery code, None for what can't be one.

    Fast and not salted: 64 random bits can't be guessed back from it.
    """
    plain = "".join(typed.lower().replace("-", "").split())
    if not RECOVERY_CODE.fullmatch(plain):
        return None
    return hashlib.sha256(b"companion recovery code" + plain.encode()).digest()


@dataclass(frozen=True)
class ChallengeFor:
    """What a passkey's answer is asked for, and of which browser: an answer serves for nothing else."""

    purpose: str
    browser: str
    """What this browser's cookie holds and no other's does."""

    def bound(self) -> bytes:
        return f"{self.purpose}\0{self.browser}".encode()


def challenge_body(until: datetime) -> bytes:
    """A fresh nonce, and until when the challenge may be answered (seconds since 1970)."""
    return secrets.token_bytes(_NONCE_BYTES) + int(until.timestamp()).to_bytes(_UNTIL_BYTES, "big")


def parts_of_challenge(challenge: bytes) -> tuple[bytes, int, bytes] | None:
    """Body, end (seconds since 1970) and voucher of a challenge; None for what can't be one."""
    if len(challenge) != _NONCE_BYTES + _UNTIL_BYTES + _MAC_BYTES:
        return None
    body, voucher = challenge[:-_MAC_BYTES], challenge[-_MAC_BYTES:]
    return body, int.from_bytes(body[_NONCE_BYTES:], "big"), voucher
