"""Passwords.

Hashing takes 20 ms of work on purpose. `hash_of`, `recognise` and `is_password_of` do it, and are called outside
`transaction()`; what is stored is handed to the others ready-made, as a `PasswordHash`.
"""

import secrets
from dataclasses import dataclass, field
from functools import cache
from uuid import UUID

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import lazy_gettext as _l

from companion.accounts.models import Authenticator, User
from companion.accounts.queries.people import username_mark
from companion.accounts.rules.people import (
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    Actor,
    PasswordHash,
    Role,
    plain_password,
)
from companion.extensions import db
from companion.kernel.errors import RefusedError
from companion.sealed import ring

HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
"""argon2id at 19 MiB, a profile that OWASP names as sufficient; see docs/adr/0002."""


@dataclass(frozen=True)
class Recognised:
    """Someone who gave the right password."""

    user_id: UUID
    needs_code: bool
    """Whether that isn't enough."""
    stored: PasswordHash = field(repr=False)
    fresher: PasswordHash | None = field(repr=False)
    """The same password hashed by today's parameters, where the stored hash is of older ones."""

    @property
    def mark(self) -> str:
        """Stands for the password as it is now, and shows nothing of it."""
        return _mark(self.fresher or self.stored)


def hash_of(password: str) -> PasswordHash:
    """Hash a password that somebody chose. Slow: call it outside `transaction()`.

    Raises RefusedError where the password is too short or too long; nothing is cut off.
    """
    plain = plain_password(password)
    if len(plain) < SHORTEST_PASSWORD:
        raise RefusedError(_l("This is too short: at least %(n)s characters.", n=SHORTEST_PASSWORD), field="password")
    if len(plain) > LONGEST_PASSWORD:
        raise RefusedError(_l("This is too long: at most %(n)s characters.", n=LONGEST_PASSWORD), field="password")
    return PasswordHash(HASHER.hash(plain))


def recognise(username: str, password: str) -> Recognised | None:
    """The person of this name and password, else None. Slow: call it outside `transaction()`.

    A name that nobody has costs as much time as a wrong password, and gives the same answer; so does that of somebody
    for whom a password is not a way in.
    """
    row = db.session.execute(
        sa.select(User.id, User.role, User.password_hash, Authenticator.id.label("authenticator"))
        .outerjoin(Authenticator, Authenticator.user_id == User.id)
        .where(User.username_mark == username_mark(username))
    ).one_or_none()
    db.session.rollback()  # lets the connection go: others may read and write while this one hashes
    is_a_way_in = row is not None and (row.role is Role.PATIENT or row.authenticator is not None)
    stored = row.password_hash if row is not None and is_a_way_in and row.password_hash else _hash_of_nobody()
    if not _matches(stored, password) or row is None:
        return None
    fresher = PasswordHash(HASHER.hash(plain_password(password))) if HASHER.check_needs_rehash(stored) else None
    return Recognised(row.id, row.authenticator is not None, PasswordHash(stored), fresher)


def is_password_of(actor: Actor, password: str) -> bool:
    """Whether this is the person's password. Slow: call it outside `transaction()`."""
    stored = db.session.scalar(sa.select(User.password_hash).where(User.id == actor.id))
    db.session.rollback()
    return _matches(stored or _hash_of_nobody(), password)


def keep_fresher_hash(known: Recognised) -> None:
    """Store the same password by newer parameters; does nothing if the password has been changed meanwhile."""
    if known.fresher:
        is_the_same = (User.id == known.user_id, User.password_hash == known.stored)
        db.session.execute(sa.update(User).where(*is_the_same).values(password_hash=known.fresher))


def is_still_stored(user_id: UUID, mark: str) -> bool:
    """Whether the password that was recognised hasn't been changed since."""
    stored = db.session.scalar(sa.select(User.password_hash).where(User.id == user_id))
    return stored is not None and _mark(stored) == mark


def _mark(stored: str) -> str:
    return ring().mac("recognised password", stored.encode()).hex()


def _matches(stored: str, password: str) -> bool:
    try:
        return HASHER.verify(stored, plain_password(password))
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hash_of_nobody() -> str:
    return HASHER.hash(secrets.token_hex())
