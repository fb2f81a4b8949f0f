"""Opening what a phone sealed for the installation: ECIES on P-256, bound to one patient and one item.

    sealed = 0x01 | key id (8) | ephemeral public point (65) | nonce (12) | AES-256-GCM ciphertext with its tag

The AES key is HKDF-SHA256 over the ECDH secret, salted with both public points. Bound into it besides are the form,
the key's id, whose box it is, and the item's id: what was sealed for one patient or item opens as no other. The clear
text is JSON, padded with blanks, so that its length says little. See docs/adr/0012.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from companion.kernel.words import Words

FORM: Final = b"\x01"
KEY_ID_BYTES: Final = 8
POINT_BYTES: Final = 65
"""Of an uncompressed point of P-256."""
NONCE_BYTES: Final = 12
OWNER_BYTES: Final = 16
INFO: Final = b"companion box 1"

_ID_AT = slice(1, 1 + KEY_ID_BYTES)
_POINT_AT = slice(_ID_AT.stop, _ID_AT.stop + POINT_BYTES)
_NONCE_AT = slice(_POINT_AT.stop, _POINT_AT.stop + NONCE_BYTES)


class UnreadableError(Exception):
    """Can't be opened: not sealed for this place, or with no key of ours, or changed since. Says no more than that."""


@dataclass(frozen=True, slots=True, repr=False)
class BoxKey:
    """A key pair of the installation. What was sealed with its public half only the private one opens."""

    private: ec.EllipticCurvePrivateKey

    @property
    def public(self) -> bytes:
        """The public half, as an uncompressed point."""
        return self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def id(self) -> bytes:
        """8 bytes that name it."""
        return hashlib.sha256(b"companion box key id" + self.public).digest()[:KEY_ID_BYTES]


@dataclass(frozen=True, slots=True)
class Item:
    """What was in it: the form that it stands for, and what that form would have sent, in its order."""

    path: Words
    fields: tuple[tuple[str, Words], ...]


def new_box_key() -> BoxKey:
    """A key pair that nobody has had before."""
    return BoxKey(ec.generate_private_key(ec.SECP256R1()))


def key_id_in(sealed: bytes) -> bytes:
    """The id of the key that opens it, as it says itself."""
    return sealed[_ID_AT]


def open_item(sealed: bytes, key: BoxKey, owner: bytes, item_id: UUID) -> Item:
    """Open what was sealed to this key, for this owner's box (16 bytes), under this item's id.

    Raises UnreadableError for whatever can't be opened, or holds no item once it is.
    """
    if sealed[:1] != FORM or key_id_in(sealed) != key.id:
        raise UnreadableError
    bound = FORM + key.id + owner + item_id.bytes
    try:
        cipher = AESGCM(_shared_key(sealed[_POINT_AT], key))
        return _item(cipher.decrypt(sealed[_NONCE_AT], sealed[_NONCE_AT.stop :], bound))
    except (InvalidTag, ValueError, RecursionError):
        raise UnreadableError from None


def _shared_key(point: bytes, key: BoxKey) -> bytes:
    """32 bytes that only who made the point, and who has the key, can know. Raises ValueError for no point."""
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    secret = key.private.exchange(ec.ECDH(), theirs)
    return HKDF(hashes.SHA256(), 32, salt=point + key.public, info=INFO).derive(secret)


def _item(clear: bytes) -> Item:
    told: Any = json.loads(clear)
    if not isinstance(told, dict) or not isinstance(told.get("path"), str):
        raise UnreadableError
    return Item(Words(_plain(told["path"])), tuple(_field(each) for each in _list(told.get("fields"))))


def _field(pair: object) -> tuple[str, Words]:
    match pair:
        case [str(name), str(value)]:
            return _plain(name), Words(_plain(value))
        case _:
            raise UnreadableError


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise UnreadableError
    return value


def _plain(text: str) -> str:
    """Without halves of characters, which JSON can carry and no text can: kept as U+FFFD, as browsers do."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
