"""The keys of a subscription: a message is sealed to them, and only the phone that subscribed opens it (RFC 8291)."""

import base64
import re
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from flask_babel import lazy_gettext as _l

from companion.kernel.errors import RefusedError

POINT: Final = re.compile(r"[A-Za-z0-9_-]{87}")
"""65 bytes in base64url, without padding, as browsers write it."""
SECRET: Final = re.compile(r"[A-Za-z0-9_-]{22}")
"""16 bytes."""
UNUSABLE: Final = _l("This browser gave keys that nothing can be sealed to. Please switch reminders on again.")


def check_keys(p256dh: str, auth: str) -> None:
    """Check what a browser gave at subscribing: an uncompressed point of P-256, and 16 secret bytes, both in base64url.

    Raises RefusedError, by the field that can't be used, so that nobody believes in reminders that could never come.
    """
    if not SECRET.fullmatch(auth):
        raise RefusedError(UNUSABLE, field="auth")
    if not POINT.fullmatch(p256dh) or not _is_point(base64.urlsafe_b64decode(p256dh + "=")):
        raise RefusedError(UNUSABLE, field="p256dh")


def _is_point(encoded: bytes) -> bool:
    """Whether it lies on the curve; one that doesn't could be made to give away a key that meets it."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), encoded)
    except ValueError:
        return False
    return True
