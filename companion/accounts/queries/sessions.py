"""Reads about sessions: who a token stands for, and on which devices a person is signed in."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from companion.accounts.models import CareRelationship, LoginSession, User
from companion.accounts.rules.people import Actor, Role
from companion.accounts.rules.sessions import LIMITS, Device, System, is_alive
from companion.extensions import db


@dataclass(frozen=True)
class SignedInOn:
    """A device on which a person is signed in."""

    id: UUID
    device: Device
    system: System
    began_at: datetime
    last_seen_at: datetime
    is_this_one: bool


def token_hash(token: str) -> bytes:
    """What is kept of a session's token. Fast and not salted: 256 random bits can't be guessed back from it."""
    return hashlib.sha256(b"companion session" + token.encode()).digest()


_NEXT_END = (
    sa.select(sa.func.min(CareRelationship.covers_until)).where(CareRelationship.until.is_(None)).scalar_subquery()
)
_TREATED = sa.exists().where(CareRelationship.patient_id == User.id, CareRelationship.until.is_(None))

# Built once: composing it anew for each request would cost more than running it.
_BY_TOKEN = (
    sa.select(
        User.id,
        User.role,
        User.zone,
        User.language,
        User.pin_hash.is_not(None).label("has_pin"),
        LoginSession.id.label("session_id"),
        LoginSession.began_at,
        LoginSession.last_seen_at,
        LoginSession.confirmed_at,
        LoginSession.open_until,
        _NEXT_END.label("next_cover_ends_at"),
        _TREATED.label("is_treated"),
    )
    .join(LoginSession, LoginSession.user_id == User.id)
    .where(LoginSession.token_hash == sa.bindparam("token_hash"), LoginSession.ended_at.is_(None))
)


def actor_of(token: str, now: datetime) -> Actor | None:
    """Who is signed in by this token, in one statement; None where the session has ended or run out."""
    row = db.session.connection().execute(_BY_TOKEN, {"token_hash": token_hash(token)}).one_or_none()
    if row is None or not is_alive(row.role, row.began_at, row.last_seen_at, now):
        return None
    return Actor(
        id=row.id,
        role=row.role,
        zone=row.zone,
        language=row.language,
        session_id=row.session_id,
        confirmed_at=row.confirmed_at,
        last_seen_at=row.last_seen_at,
        open_until=row.open_until,
        has_pin=bool(row.has_pin),
        next_cover_ends_at=row.next_cover_ends_at,
        is_treated=row.role is not Role.PATIENT or bool(row.is_treated),
        token=token,
    )


def was_signed_in(token: str) -> UUID | None:
    """Whose session this token was of, be it over or not."""
    return db.session.scalar(sa.select(LoginSession.user_id).where(LoginSession.token_hash == token_hash(token)))


def devices_of(actor: Actor, now: datetime) -> list[SignedInOn]:
    """Where a person is signed in, the device in use first, then the last used."""
    limits = LIMITS[actor.role]
    rows = db.session.execute(
        sa.select(
            LoginSession.id,
            LoginSession.device,
            LoginSession.system,
            LoginSession.began_at,
            LoginSession.last_seen_at,
        )
        .where(
            LoginSession.user_id == actor.id,
            LoginSession.ended_at.is_(None),
            LoginSession.last_seen_at > now - limits.idle,
            LoginSession.began_at > now - limits.absolute,
        )
        .order_by(LoginSession.last_seen_at.desc(), LoginSession.id)
    )
    found = [SignedInOn(**row._mapping, is_this_one=row.id == actor.session_id) for row in rows]  # noqa: SLF001  # its public name
    return sorted(found, key=lambda each: not each.is_this_one)
