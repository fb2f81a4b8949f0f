"""A phone, for the drop box: it seals as docs/adr/0012 says, by arithmetic of its own and none of the application's."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from companion.kernel.clock import FrozenClock
from companion.kernel.ids import new_id
from tests.support.client import Browser

Point = tuple[int, int]
Fields = Iterable[tuple[str, str]]

P: Final = 2**256 - 2**224 + 2**192 + 2**96 - 1
A: Final = P - 3
G: Final = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""P-256: SEC 2, section 2.4.2."""


def add(one: Point | None, other: Point | None) -> Point | None:
    """Of two points of the curve; None is the one at infinity."""
    if one is None or other is None:
        return one or other
    if one[0] == other[0] and (one[1] + other[1]) % P == 0:
        return None
    if one == other:
        slope = (3 * one[0] * one[0] + A) * pow(2 * one[1], -1, P)
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, P)
    x = (slope * slope - one[0] - other[0]) % P
    return x, (slope * (one[0] - x) - one[1]) % P


def times(scalar: int, point: Point) -> Point:
    found, doubled = None, point
    while scalar:
        if scalar & 1:
            found = add(found, doubled)
        doubled, scalar = add(doubled, doubled) or point, scalar >> 1
    assert found
    return found


def raw(point: Point) -> bytes:
    """Uncompressed."""
    return b"\x04" + point[0].to_bytes(32, "big") + point[1].to_bytes(32, "big")


def point_of(uncompressed: bytes) -> Point:
    return int.from_bytes(uncompressed[1:33], "big"), int.from_bytes(uncompressed[33:65], "big")


def hkdf(secret: bytes, salt: bytes, info: bytes) -> bytes:
    """32 bytes: RFC 5869 with SHA-256, one block of output."""
    extracted = hmac.digest(salt, secret, hashlib.sha256)
    return hmac.digest(extracted, info + b"\x01", hashlib.sha256)


def sealed_bytes(  # everything that is bound into it
    clear: bytes,
    public: bytes,
    key_id: bytes,
    owner: bytes,
    item_id: UUID,
    *,
    scalar: int | None = None,
    nonce: bytes | None = None,
) -> bytes:
    scalar, nonce = scalar or 1 + secrets.randbelow(ORDER - 1), nonce or secrets.token_bytes(12)
    mine = raw(times(scalar, G))
    shared = times(scalar, point_of(public))[0].to_bytes(32, "big")
    key = hkdf(shared, mine + public, b"companion box 1")
    encryptor = Cipher(algorithms.AES(key), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(b"\x01" + key_id + owner + item_id.bytes)
    ciphertext = encryptor.update(clear) + encryptor.finalize()
    return b"\x01" + key_id + mine + nonce + ciphertext + encryptor.tag


def clear_item(path: str, fields: Fields) -> bytes:
    """As JSON, padded with blanks to a multiple of 256 bytes."""
    told = json.dumps({"path": path, "fields": [list(pair) for pair in fields]}, ensure_ascii=False).encode()
    return told.ljust(-(-len(told) // 256) * 256)


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def envelope(  # what stands on it
    path: str,
    fields: Fields,
    public: bytes,
    key_id: bytes,
    owner: bytes,
    sent_at: datetime,
    item_id: UUID | None = None,
) -> dict[str, str]:
    """What is sent, but for the token."""
    item_id = item_id or new_id()
    sealed = sealed_bytes(clear_item(path, fields), public, key_id, owner, item_id)
    return {"id": str(item_id), "owner": owner.hex(), "sealed": base64url(sealed), "sent_at": sent_at.isoformat()}


@dataclass
class Phone:
    """Whoever is signed in on it may put something into the box; its clock may be off, and it may be elsewhere."""

    browser: Browser
    clock: FrozenClock
    """The server's."""
    clock_is_off_by: timedelta = timedelta()
    zone: str = "Europe/Rome"
    told: dict[str, Any] = field(default_factory=dict)
    """What the box said of itself when the phone last asked."""

    @property
    def client(self) -> FlaskClient:
        return self.browser.client

    def ask(self) -> dict[str, Any]:
        answer = self.client.get("/box")
        assert answer.status_code == 200, answer.status
        self.told = answer.get_json()
        return self.told

    def sealed(
        self, path: str, fields: dict[str, str], entered_at: datetime, item_id: UUID | None = None
    ) -> dict[str, str]:
        """Something entered at a true instant, as this phone seals it; what it is sent with comes when it is sent."""
        told = self.told or self.ask()
        by_its_clock = (entered_at + self.clock_is_off_by).isoformat()
        whole = fields | {"entered_at": by_its_clock, "zone": self.zone}
        public, key_id = from_base64url(told["key"]["public"]), bytes.fromhex(told["key"]["id"])
        owner = bytes.fromhex(told["owner"])
        return envelope(path, whole.items(), public, key_id, owner, entered_at, item_id)

    def send(self, sealed: dict[str, str], at: datetime, *, token: str | None = None) -> TestResponse:
        """Hand it over at a true instant."""
        self.clock.move_to(at)
        sent_at = (at + self.clock_is_off_by).isoformat()
        token = self.browser.csrf_token() if token is None else token
        return self.client.post("/box", data=sealed | {"sent_at": sent_at, "csrf_token": token})

    def put(
        self,
        path: str,
        fields: dict[str, str],
        at: datetime,
        *,
        sent: datetime | None = None,
        item_id: UUID | None = None,
    ) -> dict[str, Any]:
        """Enter something at an instant, and hand it over then or later; what the box answers."""
        answer = self.send(self.sealed(path, fields, at, item_id), sent or at)
        assert answer.status_code == 200, f"{answer.status}: {answer.text}"
        told: dict[str, Any] = answer.get_json()
        return told
