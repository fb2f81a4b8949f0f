"""What people do about accounts: make one, take its turn, change what is theirs; and the practice itself."""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from companion.accounts.models import Clinic, Invitation, User, ZoneStay
from companion.accounts.queries.people import Patient, patient_for, username_mark
from companion.accounts.rules.help_lines import HELP_LINES
from companion.accounts.rules.people import (
    LONGEST_NAME,
    LONGEST_PHONE,
    Actor,
    PasswordHash,
    Role,
    is_username,
    is_zone,
    plain_username,
)
from companion.accounts.services.signing_in import end_other_sessions, lock_person
from companion.audit.rules import Event
from companion.audit.services import note
from companion.extensions import db
from companion.kernel.errors import NotFoundError, RefusedError
from companion.kernel.ids import new_id
from companion.sealed import ring

LANGUAGE = "en"


def rename(actor: Actor, name: str) -> None:
    """Change what one is called. Raises RefusedError for an empty or overlong name."""
    lock_person(actor.id).name = name_of(name)
    db.session.flush()


def change_password(actor: Actor, password_hash: PasswordHash, at: datetime) -> None:
    """Set a new password, which ends all other sessions."""
    db.session.execute(sa.update(User).where(User.id == actor.id).values(password_hash=password_hash))
    note(Event.PASSWORD_SET, at, actor_id=actor.id, person_id=actor.id)
    end_other_sessions(actor, at)


def note_zone(actor: Actor, zone: str, at: datetime, *, seen_at: datetime | None = None) -> None:
    """Note that a person is in a time zone from now on; a zone that isn't known, or is the same, changes nothing.

    Nor does one that they were seen in (`seen_at`, where that isn't now) before they moved to where they are.
    """
    user = lock_person(actor.id)
    if is_zone(zone) and zone != user.zone and (seen_at is None or seen_at >= _came_at(user)):
        stay_in(user, zone, at)


def take_turn(person: Actor | Patient) -> None:
    """Let whatever else takes turns for this person wait until this transaction ends.

    So that of two taps at once the second sees what the first made.
    """
    db.session.connection().execute(_TURN, {"id": person.id})


_TURN = sa.select(User.id).where(User.id == sa.bindparam("id")).with_for_update(key_share=True)


def set_clinic(admin: Actor, name: str, phone: str, country: str, at: datetime) -> None:
    """Say what the practice is called, its number, and which country's numbers Help shows.

    Raises NotFoundError for anyone but an administrator.
    """
    if admin.role is not Role.ADMIN:
        raise NotFoundError
    if not 0 < len(phone) <= LONGEST_PHONE:
        raise RefusedError(_l("Please give the practice's number."), field="phone")
    if country not in HELP_LINES:
        raise RefusedError(_l("Please choose one."), field="country")
    db.session.merge(Clinic(id=1, name=name_of(name), phone=phone, country=country))
    db.session.flush()
    note(Event.PRACTICE_CHANGED, at, actor_id=admin.id)


def require_care(therapist: Actor, patient_id: UUID) -> None:
    if therapist.role is not Role.THERAPIST:
        raise NotFoundError
    patient_for(therapist, patient_id)


def add_user(
    role: Role, name: str, zone: str, at: datetime, *, by_id: UUID | None, user_id: UUID | None = None
) -> User:
    user = User(id=user_id or new_id(), role=role, zone=zone, language=LANGUAGE, created_at=at)
    ring().make(user.id)  # on the disk before anything is sealed with it
    user.name = name
    db.session.add(user)
    db.session.flush()
    db.session.add(ZoneStay(user_id=user.id, since=at, zone=zone))
    note(Event.ACCOUNT_MADE, at, actor_id=by_id, person_id=user.id, role=role.value)
    return user


def give_username(user: User, username: str) -> None:
    plain = plain_username(username)
    if not is_username(plain):
        raise RefusedError(_l("2 to 40 letters, digits, or . _ - @ +, without blanks."), field="username")
    try:
        with db.session.begin_nested():
            user.username, user.username_mark = plain, username_mark(plain)
    except IntegrityError:
        raise RefusedError(_l("Somebody has this name already. Please choose another."), field="username") from None


def set_password(user: User, password_hash: PasswordHash, at: datetime) -> None:
    user.password_hash = password_hash
    db.session.flush()
    note(Event.PASSWORD_SET, at, actor_id=user.id, person_id=user.id)


def stay_in(user: User, zone: str, at: datetime) -> None:
    # Of two moves within one instant the second comes after the first.
    since = max(at, _came_at(user) + timedelta(microseconds=1))
    db.session.add(ZoneStay(user_id=user.id, since=since, zone=zone))
    user.zone = zone
    db.session.flush()


def _came_at(user: User) -> datetime:
    """When they came to where they are now."""
    latest = db.session.scalar(sa.select(sa.func.max(ZoneStay.since)).where(ZoneStay.user_id == user.id))
    return latest or user.created_at


def name_of(typed: str) -> str:
    name = typed.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise RefusedError(_l("Please give a name of at most %(n)s characters.", n=LONGEST_NAME), field="name")
    return name


def close_codes(at: datetime, *whose: sa.ColumnElement[bool]) -> None:
    is_open = (Invitation.used_at.is_(None), Invitation.expires_at > at)
    db.session.execute(sa.update(Invitation).where(*whose, *is_open).values(expires_at=at))
