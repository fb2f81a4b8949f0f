"""The lock: closed at leaving, at once or when the app is out of sight; opened by the PIN, where there is one.

Hashing takes 20 ms of work on purpose: `hash_of_pin` and `is_pin_of` are called outside `transaction()`.
"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import lazy_gettext as _l

from companion.accounts.models import LoginSession, User
from companion.accounts.rules.lock import (
    LONGEST_PIN,
    SHORTEST_PIN,
    PinHash,
    extended,
    is_pin,
    is_trivial,
    opens_until,
    plain_pin,
)
from companion.accounts.rules.people import Actor
from companion.accounts.services.passwords import HASHER
from companion.accounts.services.signing_in import lock_person
from companion.audit.rules import Event
from companion.audit.services import note
from companion.extensions import db
from companion.kernel.errors import NotFoundError, RefusedError
from companion.sealed import ring


def lock(actor: Actor, at: datetime) -> None:
    """Lock the app on the device in use; locked already, it stays so."""
    is_open = sa.or_(LoginSession.open_until.is_(None), LoginSession.open_until > at)
    db.session.execute(sa.update(LoginSession).where(*_mine(actor), is_open).values(open_until=at))


def open_again(actor: Actor, at: datetime) -> None:
    """Open the app on the device in use, for whom the right PIN was typed, or who has none.

    Raises NotFoundError where the session has ended meanwhile.
    """
    opened = sa.update(LoginSession).where(*_mine(actor)).values(open_until=opens_until(at, has_pin=actor.has_pin))
    if db.session.execute(opened.returning(LoginSession.id)).one_or_none() is None:
        raise NotFoundError


def keep_open(actor: Actor, at: datetime) -> None:
    """Note that the app is in use, so that it stays open; not where it was locked after this request had begun."""
    until = extended(actor.open_until, at)
    if until:
        as_it_was = LoginSession.open_until == actor.open_until
        db.session.execute(sa.update(LoginSession).where(*_mine(actor), as_it_was).values(open_until=until))


def hash_of_pin(actor: Actor, typed: str) -> PinHash:
    """Hash a PIN that somebody chose. Slow: call it outside `transaction()`. Raises RefusedError for what is none."""
    plain = plain_pin(typed)
    if not is_pin(plain):
        words = _l("%(least)s to %(most)s digits, please.", least=SHORTEST_PIN, most=LONGEST_PIN)
        raise RefusedError(words, field="pin")
    if is_trivial(plain):
        words = _l("This is one of those that are tried first: all alike, in a row, or one piece repeated.")
        raise RefusedError(words, field="pin")
    return PinHash(HASHER.hash(_peppered(actor.id, plain)))


def is_pin_of(actor: Actor, typed: str) -> bool:
    """Whether this is the person's PIN. Slow: call it outside `transaction()`."""
    stored = db.session.scalar(sa.select(User.pin_hash).where(User.id == actor.id))
    db.session.rollback()  # lets the connection go: others may read and write while this one hashes
    try:
        return stored is not None and HASHER.verify(stored, _peppered(actor.id, plain_pin(typed)))
    except (VerificationError, InvalidHashError):
        return False


def set_pin(actor: Actor, pin_hash: PinHash, at: datetime) -> None:
    """Set a PIN, or another one: the app stays open here for a while, and is locked on all other devices."""
    lock_person(actor.id).pin_hash = pin_hash
    db.session.flush()
    others = (LoginSession.user_id == actor.id, LoginSession.id != actor.session_id, LoginSession.ended_at.is_(None))
    db.session.execute(sa.update(LoginSession).where(*others).values(open_until=at))
    here = sa.update(LoginSession).where(*_mine(actor))
    db.session.execute(here.values(open_until=opens_until(at, has_pin=True)))
    note(Event.PIN_SET, at, actor_id=actor.id, person_id=actor.id)


def remove_pin(actor: Actor, at: datetime) -> None:
    """Do without a PIN: where the app is open it stays so; where it is locked, one tap opens it."""
    person = lock_person(actor.id)
    if person.pin_hash is None:
        return
    person.pin_hash = None
    db.session.flush()
    is_open = sa.or_(LoginSession.id == actor.session_id, LoginSession.open_until > at)
    theirs = (LoginSession.user_id == actor.id, LoginSession.ended_at.is_(None))
    db.session.execute(sa.update(LoginSession).where(*theirs, is_open).values(open_until=None))
    note(Event.PIN_REMOVED, at, actor_id=actor.id, person_id=actor.id)


def _mine(actor: Actor) -> tuple[sa.ColumnElement[bool], ...]:
    return LoginSession.id == actor.session_id, LoginSession.ended_at.is_(None)


def _peppered(person_id: UUID, plain: str) -> str:
    """So few digits are soon tried through, but not without the master key, which no database holds."""
    return ring().mac("pin", person_id.bytes + plain.encode()).hex()
