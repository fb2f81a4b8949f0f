"""Sessions: begun when somebody signs in, renewed when they show again that it is they, ended one by one or all."""

import secrets
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from companion.accounts.models import LoginSession, User
from companion.accounts.queries.sessions import actor_of, token_hash
from companion.accounts.rules.factors import By
from companion.accounts.rules.lock import opens_until
from companion.accounts.rules.people import Actor
from companion.accounts.rules.sessions import device_of
from companion.audit.rules import Event
from companion.audit.services import note
from companion.extensions import db
from companion.kernel.errors import NotFoundError
from companion.kernel.ids import new_id

TOKEN_BYTES = 32


def begin_session(user_id: UUID, by: By, user_agent: str, at: datetime, *, instead_of: str = "") -> Actor:
    """Begin a session on a device, in place of the one whose token this device had before; returns who is signed in."""
    _end_noted(user_id, at, LoginSession.token_hash == token_hash(instead_of))
    token, session_id = secrets.token_urlsafe(TOKEN_BYTES), new_id()
    device, system = device_of(user_agent)
    db.session.execute(
        sa.insert(LoginSession).values(
            id=session_id,
            user_id=user_id,
            token_hash=token_hash(token),
            device=device,
            system=system,
            began_at=at,
            last_seen_at=at,
            confirmed_at=at,
            open_until=opens_until(at, has_pin=_has_pin(user_id)),
        )
    )
    note(Event.SIGNED_IN, at, actor_id=user_id, person_id=user_id, session=session_id, by=by.value)
    return _signed_in(token, at)


def confirm_session(actor: Actor, by: By, at: datetime) -> Actor:
    """Note that the person has shown again that it is they. The session goes on under a new token; the old is void."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    mine = (LoginSession.id == actor.session_id, LoginSession.ended_at.is_(None))
    renewed = {"token_hash": token_hash(token), "confirmed_at": at, "last_seen_at": at}
    changed = db.session.execute(sa.update(LoginSession).where(*mine).values(**renewed).returning(LoginSession.id))
    if changed.one_or_none() is None:
        raise NotFoundError
    note(Event.CONFIRMED, at, actor_id=actor.id, person_id=actor.id, session=actor.session_id, by=by.value)
    return _signed_in(token, at)


def note_use(actor: Actor, at: datetime) -> None:
    """Note that a session is in use."""
    newer = (LoginSession.id == actor.session_id, LoginSession.last_seen_at < at)
    db.session.execute(sa.update(LoginSession).where(*newer).values(last_seen_at=at))


def sign_out(actor: Actor, at: datetime) -> None:
    """End the session that the person is using."""
    if _end(at, LoginSession.id == actor.session_id):
        note(Event.SIGNED_OUT, at, actor_id=actor.id, person_id=actor.id, session=actor.session_id)


def end_session(actor: Actor, session_id: UUID, at: datetime) -> None:
    """End a session of one's own on another device; ended already, it is as if done. NotFoundError for another's."""
    mine = sa.select(sa.exists().where(LoginSession.id == session_id, LoginSession.user_id == actor.id))
    if not db.session.scalar(mine):
        raise NotFoundError
    _end_noted(actor.id, at, LoginSession.id == session_id)


def end_other_sessions(actor: Actor, at: datetime) -> None:
    """End all sessions of one's own but the one in use."""
    _end_noted(actor.id, at, LoginSession.user_id == actor.id, LoginSession.id != actor.session_id)


def end_sessions_of(person_id: UUID, by_id: UUID | None, at: datetime) -> None:
    """End all sessions of a person, as somebody else asks for (None: the operator), or a new password brings about."""
    _end_noted(by_id, at, LoginSession.user_id == person_id)


def _end_noted(by_id: UUID | None, at: datetime, *which: sa.ColumnElement[bool]) -> None:
    for session_id, person_id in _end(at, *which):
        note(Event.SESSION_ENDED, at, actor_id=by_id, person_id=person_id, session=session_id)


def _end(at: datetime, *which: sa.ColumnElement[bool]) -> list[tuple[UUID, UUID]]:
    """The sessions that this ended, and whose they were."""
    ended = sa.update(LoginSession).where(*which, LoginSession.ended_at.is_(None)).values(ended_at=at)
    return [(row.id, row.user_id) for row in db.session.execute(ended.returning(LoginSession.id, LoginSession.user_id))]


def _has_pin(user_id: UUID) -> bool:
    return db.session.scalar(sa.select(User.pin_hash).where(User.id == user_id)) is not None


def _signed_in(token: str, at: datetime) -> Actor:
    actor = actor_of(token, at)
    if actor is None:
        raise NotFoundError
    return actor


def lock_person(person_id: UUID) -> User:
    """The person's row as it is now. On PostgreSQL others who would change it wait, and those who add to it don't."""
    return db.session.get_one(User, person_id, with_for_update={"key_share": True}, populate_existing=True)
