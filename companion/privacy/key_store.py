"""Where each person's key is kept, wrapped by the master key: a store of its own, outside the database and its backups.

Destroying a person's row here makes everything unreadable that was sealed for them, in every backup of the database.
"""

import hashlib
import hmac
import os
import time
from collections.abc import Collection
from contextlib import AbstractContextManager
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlcipher3 import dbapi2 as sqlcipher

from companion.config import Settings
from companion.database import insert_into
from companion.kernel.box import KEY_ID_BYTES, BoxKey, new_box_key
from companion.kernel.sealing import KEY_BYTES, NONCE_BYTES, DataKey, KeyMissingError

TABLES = sa.MetaData()
WRAPPED = sa.Table(
    "wrapped_key",
    TABLES,
    sa.Column("person_id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
    sa.Column("master", sa.LargeBinary(8), nullable=False),
)
BOX_KEY = sa.Table(
    "wrapped_box_key",
    TABLES,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("id", sa.LargeBinary(KEY_ID_BYTES), nullable=False, unique=True),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
    sa.Column("master", sa.LargeBinary(8), nullable=False),
)
ANCHOR = sa.Table(
    "audit_anchor",
    TABLES,
    sa.Column("id", sa.Integer, sa.CheckConstraint("id = 1"), primary_key=True, autoincrement=False),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("link", sa.LargeBinary(32), nullable=False),
)

PRAGMAS: Final = {"synchronous": 3, "secure_delete": 1, "busy_timeout": 10_000}
"""A key is on the disk before anything is sealed with it, and gone from the file when it is destroyed."""
REMEMBERED_FOR: Final = 300.0
"""Seconds for which a process goes on using a key after it was destroyed, or followed by another, elsewhere."""
SCALAR_BYTES: Final = 32
"""Of a private key of P-256."""

Keys = dict[int, DataKey]


class KeyStore:
    """The key ring of an installation (`kernel.sealing.KeyRing`), on SQLite or PostgreSQL."""

    def __init__(self, url: sa.URL, master_key: bytes) -> None:
        self._engine = _engine(url)
        self._master = AESGCM(master_key)
        self._master_id = hashlib.sha256(b"companion master key id" + master_key).digest()[:8]
        self._mac_key = hmac.digest(master_key, b"companion mac", "sha256")
        self._remembered: dict[UUID, tuple[float, Keys]] = {}
        self._box_keys: dict[bytes, BoxKey] = {}
        self._newest_box_key: tuple[float, BoxKey] | None = None
        self._is_made = False

    def __repr__(self) -> str:
        return f"KeyStore({self._engine.url!r})"

    def newest(self, person_id: UUID) -> DataKey:
        keys = self._keys(person_id)
        return keys[max(keys)]

    def of_version(self, person_id: UUID, version: int) -> DataKey:
        if key := self._keys(person_id).get(version):
            return key
        self._remembered.pop(person_id, None)  # it may have been renewed elsewhere
        if key := self._keys(person_id).get(version):
            return key
        msg = f"no key of version {version} for {person_id}"
        raise KeyMissingError(msg)

    def load(self, person_ids: Collection[UUID]) -> None:
        now = time.monotonic()
        wanted = [each for each in person_ids if not self._is_fresh(each, now)]
        if not wanted:
            return
        found: dict[UUID, Keys] = {}
        with self._open() as connection:
            for row in connection.execute(sa.select(WRAPPED).where(WRAPPED.c.person_id.in_(wanted))):
                found.setdefault(row.person_id, {})[row.version] = self._unwrap(row)
        self._remembered |= {person_id: (now, keys) for person_id, keys in found.items()}

    def make(self, person_id: UUID) -> None:
        self._add(person_id, 1)

    def renew(self, person_id: UUID) -> int:
        """Make another version of a person's key, which seals from now on; the older ones still open. Its number."""
        version = self.newest(person_id).version + 1
        self._add(person_id, version)
        self._remembered.pop(person_id, None)
        return version

    def destroy(self, person_id: UUID) -> None:
        """Make all that was sealed for a person unreadable, for good."""
        with self._open() as connection:
            connection.execute(sa.delete(WRAPPED).where(WRAPPED.c.person_id == person_id))
        self._remembered.pop(person_id, None)

    def mac(self, purpose: str, what: bytes) -> bytes:
        return hmac.digest(hmac.digest(self._mac_key, purpose.encode(), "sha256"), what, "sha256")

    def newest_box_key(self) -> BoxKey:
        known = self._newest_box_key
        if known and time.monotonic() - known[0] < REMEMBERED_FOR:
            return known[1]
        found = self._last_box_key() or self._add_box_key(1)
        self._newest_box_key = (time.monotonic(), found[1])
        return found[1]

    def box_key(self, key_id: bytes) -> BoxKey:
        if key_id not in self._box_keys:
            with self._open() as connection:
                row = connection.execute(sa.select(BOX_KEY).where(BOX_KEY.c.id == key_id)).one_or_none()
            if row is None:
                msg = f"no key of the box with the id {key_id.hex()}"
                raise KeyMissingError(msg)
            self._box_keys[key_id] = self._unwrap_box_key(row)
        return self._box_keys[key_id]

    def renew_box_key(self) -> int:
        """Make another key pair of the box, which phones seal with from now on; the older ones still open. Its number.

        Other processes hand out the one before for five minutes more.
        """
        last = self._last_box_key()
        number, _key = self._add_box_key(last[0] + 1 if last else 1)
        self._newest_box_key = None
        return number

    def drop_anchor(self, number: int, link: bytes) -> None:
        """Remember how far the audit's chain went (its number of events and last link); never one further back."""
        with self._open() as connection:
            values = {"number": number, "link": link}
            insert = insert_into(ANCHOR, connection.dialect.name).values(id=1, **values)
            is_further = ANCHOR.c.number < number
            connection.execute(insert.on_conflict_do_update(index_elements=["id"], set_=values, where=is_further))

    def anchor(self) -> tuple[int, bytes] | None:
        """How far the audit's chain went when that was last remembered here."""
        with self._open() as connection:
            row = connection.execute(sa.select(ANCHOR.c.number, ANCHOR.c.link)).one_or_none()
        return (row.number, row.link) if row else None

    def people(self) -> set[UUID]:
        """Everybody who has a key here."""
        with self._open() as connection:
            return set(connection.execute(sa.select(WRAPPED.c.person_id).distinct()).scalars())

    def dispose(self) -> None:
        """Close the store's connections."""
        self._engine.dispose()

    def _keys(self, person_id: UUID) -> Keys:
        self.load([person_id])
        if person_id not in self._remembered:
            msg = f"no key for {person_id} in {self._engine.url!r}"
            raise KeyMissingError(msg)
        return self._remembered[person_id][1]

    def _is_fresh(self, person_id: UUID, now: float) -> bool:
        known = self._remembered.get(person_id)
        if known and now - known[0] < REMEMBERED_FOR:
            return True
        self._remembered.pop(person_id, None)
        return False

    def _add(self, person_id: UUID, version: int) -> None:
        key, nonce = AESGCM.generate_key(KEY_BYTES * 8), os.urandom(NONCE_BYTES)
        wrapped = nonce + self._master.encrypt(nonce, key, _bound_to(person_id, version))
        with self._open() as connection:
            values = {"person_id": person_id, "version": version, "wrapped": wrapped, "master": self._master_id}
            connection.execute(insert_into(WRAPPED, connection.dialect.name).values(**values).on_conflict_do_nothing())

    def _last_box_key(self) -> tuple[int, BoxKey] | None:
        with self._open() as connection:
            row = connection.execute(sa.select(BOX_KEY).order_by(BOX_KEY.c.number.desc()).limit(1)).one_or_none()
        return (row.number, self._unwrap_box_key(row)) if row else None

    def _add_box_key(self, number: int) -> tuple[int, BoxKey]:
        """Make the key pair of this number, unless another process has; the newest that there is by then."""
        key, nonce = new_box_key(), os.urandom(NONCE_BYTES)
        scalar = key.private.private_numbers().private_value.to_bytes(SCALAR_BYTES, "big")
        wrapped = nonce + self._master.encrypt(nonce, scalar, _box_bound_to(key.id, number))
        with self._open() as connection:
            values = {"number": number, "id": key.id, "wrapped": wrapped, "master": self._master_id}
            connection.execute(insert_into(BOX_KEY, connection.dialect.name).values(**values).on_conflict_do_nothing())
        return self._last_box_key() or (number, key)

    def _unwrap_box_key(self, row: sa.Row[Any]) -> BoxKey:
        nonce, wrapped = row.wrapped[:NONCE_BYTES], row.wrapped[NONCE_BYTES:]
        try:
            scalar = self._master.decrypt(nonce, wrapped, _box_bound_to(row.id, row.number))
        except InvalidTag:
            msg = f"key {row.number} of the box was wrapped by another MASTER_KEY, or has been changed"
            raise KeyMissingError(msg) from None
        return BoxKey(ec.derive_private_key(int.from_bytes(scalar, "big"), ec.SECP256R1()))

    def _unwrap(self, row: sa.Row[Any]) -> DataKey:
        nonce, wrapped = row.wrapped[:NONCE_BYTES], row.wrapped[NONCE_BYTES:]
        try:
            key = self._master.decrypt(nonce, wrapped, _bound_to(row.person_id, row.version))
        except InvalidTag:
            msg = f"the key of {row.person_id} was wrapped by another MASTER_KEY, or has been changed"
            raise KeyMissingError(msg) from None
        return DataKey(row.version, AESGCM(key))

    def _open(self) -> AbstractContextManager[sa.Connection]:
        """A transaction of the store's own, which ends with the `with` block; its tables are made at the first."""
        if not self._is_made:
            _make_tables(self._engine)
            self._is_made = True
        return self._engine.begin()


def key_store(settings: Settings) -> KeyStore:
    """The key store that the settings name."""
    return KeyStore(settings.key_store_url, settings.master_key)


def _make_tables(engine: sa.Engine) -> None:
    """Make what isn't there; of several processes that start at once, one does."""
    for table in TABLES.sorted_tables:
        try:
            with engine.begin() as connection:
                connection.execute(sa.schema.CreateTable(table, if_not_exists=True))
        except sa.exc.DBAPIError:
            if not sa.inspect(engine).has_table(table.name):
                raise


def _bound_to(person_id: UUID, version: int) -> bytes:
    return b"companion wrapped key" + person_id.bytes + version.to_bytes(2, "big")


def _box_bound_to(key_id: bytes, number: int) -> bytes:
    return b"companion wrapped box key" + bytes(key_id) + number.to_bytes(2, "big")


def _engine(url: sa.URL) -> sa.Engine:
    if url.get_backend_name() == "postgresql":
        return sa.create_engine(url, pool_size=1, max_overflow=3, pool_pre_ping=True, hide_parameters=True)
    return sa.create_engine(
        url, creator=lambda: _connect(str(url.database)), module=sqlcipher, poolclass=sa.NullPool, hide_parameters=True
    )


def _connect(path: str) -> sqlcipher.Connection:
    """Not encrypted as a file: each key in it is, and the ids beside them say nothing."""
    connection = sqlcipher.connect(path, timeout=10)
    for name, value in PRAGMAS.items():
        connection.execute(f"PRAGMA {name} = {value}")
    return connection
