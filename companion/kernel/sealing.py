"""Sealing of words: AES-256-GCM under one person's key, bound to the one place where the words stand.

What was sealed for one person, table, column and row opens nowhere else, so moving it is as visible as changing it.
"""

import os
import struct
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from companion.kernel.box import BoxKey
from companion.kernel.words import Words

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
"""Random for each text: the standard length for AES-GCM (NIST SP 800-38D, 8.2.2)."""
HEAD: Final = struct.Struct(">BH")
"""In front of what is sealed: which form this is, and which version of the person's key opens it."""
FORM: Final = 1


class SealBrokenError(Exception):
    """What is stored was not sealed for this place, or has been changed since. Says where, never what."""


class KeyMissingError(Exception):
    """There is no key of this person's, or not this version of it: it was destroyed, or this isn't their key store."""


@dataclass(frozen=True, slots=True)
class Place:
    """Whose words they are, and the table, column and row in which they stand."""

    person_id: UUID
    table: str
    column: str
    row_id: UUID


@dataclass(frozen=True, slots=True, repr=False)
class DataKey:
    """One version of one person's key, ready for use."""

    version: int
    cipher: AESGCM


class KeyRing(Protocol):
    """Hands out each person's key. Raises KeyMissingError where there is none."""

    def newest(self, person_id: UUID) -> DataKey:
        """The version that seals."""
        ...

    def of_version(self, person_id: UUID, version: int) -> DataKey:
        """A version that opens what was sealed with it."""
        ...

    def load(self, person_ids: Collection[UUID]) -> None:
        """Fetch the keys of several people at once, before what is theirs is opened."""
        ...

    def make(self, person_id: UUID) -> None:
        """See to it that this person has a key. It is on the disk when this returns."""
        ...

    def mac(self, purpose: str, what: bytes) -> bytes:
        """32 bytes that only this installation can make of this, for this purpose; the same for the same."""
        ...

    def newest_box_key(self) -> BoxKey:
        """The key pair that phones seal with from now on; made at first need."""
        ...

    def box_key(self, key_id: bytes) -> BoxKey:
        """The key pair of this id, however old. Raises KeyMissingError where there is none."""
        ...


def seal(words: str, key: DataKey, place: Place) -> bytes:
    """Seal words for a place. An empty text stays empty: that nothing was written is no secret."""
    if not words:
        return b""
    head, nonce = HEAD.pack(FORM, key.version), os.urandom(NONCE_BYTES)
    return head + nonce + key.cipher.encrypt(nonce, words.encode(), head + _bound_to(place))


def unseal(sealed: bytes, ring: KeyRing, place: Place) -> Words:
    """Open what was sealed for this place. Raises SealBrokenError for anything else, KeyMissingError without a key."""
    if not sealed:
        return Words()
    head, nonce, text = sealed[: HEAD.size], sealed[HEAD.size :][:NONCE_BYTES], sealed[HEAD.size + NONCE_BYTES :]
    try:
        form, version = HEAD.unpack(head)
        if form != FORM:
            raise SealBrokenError(_where(place))
        key = ring.of_version(place.person_id, version)
        return Words(key.cipher.decrypt(nonce, text, head + _bound_to(place)).decode())
    except (InvalidTag, struct.error, ValueError):
        raise SealBrokenError(_where(place)) from None


def _bound_to(place: Place) -> bytes:
    """The place as bytes that no other place has: two ids of a fixed length, then two names that hold no dot."""
    return place.person_id.bytes + place.row_id.bytes + f"{place.table}.{place.column}".encode()


def _where(place: Place) -> str:
    return f"{place.table}.{place.column} of row {place.row_id}"
