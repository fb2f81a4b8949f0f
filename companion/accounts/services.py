"""What people do about accounts: begin, sign in, invite, end care, change what is theirs.

Hashing takes 20 ms of work on purpose. `hash_of`, `recognise` and `require_password` do it, and are called outside
`transaction()`; what is stored is handed to the others ready-made, as a `PasswordHash`.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from companion.accounts.models import CareRelationship, Clinic, Consent, Invitation, User, ZoneStay
from companion.accounts.queries import patient_for
from companion.accounts.rules import (
    CONSENT_TEXT,
    HELP_LINES,
    INVITATION_LASTS,
    LONGEST_NAME,
    LONGEST_PASSWORD,
    LONGEST_PHONE,
    SHORTEST_PASSWORD,
    Actor,
    PasswordHash,
    Role,
    code_hash,
    is_username,
    is_zone,
    new_code,
    plain_password,
    plain_username,
)
from companion.extensions import db
from companion.kernel.errors import NotFoundError, RefusedError
from companion.kernel.ids import new_id
from companion.sealed import ring

HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
"""argon2id at 19 MiB, a profile that OWASP names as sufficient; see docs/adr/0002."""

LANGUAGE = "en"
NO_SUCH_CODE = _l(
    "This code doesn't open anything. Codes work once, for seven days; your therapist can give you a new one."
)


@dataclass(frozen=True)
class Recognised:
    """Someone who gave the right password."""

    actor: Actor
    fresher: PasswordHash | None
    """The same password hashed by today's parameters, where the stored hash is of older ones."""


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

    A name that nobody has costs as much time as a wrong password, and gives the same answer.
    """
    nobody = _hash_of_nobody()
    query = sa.select(User).where(User.username == plain_username(username))
    user = db.session.scalars(query).one_or_none()
    actor, stored = (_actor(user), user.password_hash or nobody) if user else (None, nobody)
    db.session.rollback()  # lets the connection go: others may read and write while this one hashes
    if not _matches(stored, password) or actor is None:
        return None
    outdated = HASHER.check_needs_rehash(stored)
    return Recognised(actor, PasswordHash(HASHER.hash(plain_password(password))) if outdated else None)


def keep_fresher_hash(actor: Actor, fresher: PasswordHash) -> None:
    """Store the same password by newer parameters; does nothing if the password has been changed meanwhile."""
    _change_user(actor, password_hash=fresher)


def require_password(actor: Actor, password: str) -> None:
    """Raise RefusedError unless this is the person's password. Slow: call it outside `transaction()`."""
    stored = db.session.scalar(sa.select(User.password_hash).where(User.id == actor.id))
    db.session.rollback()
    if not _matches(stored or _hash_of_nobody(), password):
        raise RefusedError(_l("This is not your current password."), field="current")


def change_password(actor: Actor, password_hash: PasswordHash) -> Actor:
    """Set a new password, which ends all sessions; returns the person for a new one.

    The current one is asked for beforehand, see `require_password`. Raises RefusedError where it was changed since.
    """
    mark = new_id().hex
    if not _change_user(actor, password_hash=password_hash, mark=mark):
        raise RefusedError(_l("Your password was changed elsewhere just now."))
    return Actor(actor.id, actor.role, actor.name, actor.zone, actor.language, mark)


def rename(actor: Actor, name: str) -> None:
    """Change what one is called. Raises RefusedError for an empty or overlong name."""
    _change_user(actor, name=_name(name))


def note_zone(actor: Actor, zone: str, at: datetime) -> None:
    """Note that a person is in a time zone from now on; a zone that isn't known, or is the same, changes nothing."""
    user = _lock(actor.id)
    if is_zone(zone) and zone != user.zone:
        _stay_in(user, zone, at)


def take_turn(person: Actor) -> None:
    """Let whatever else takes turns for this person wait until this transaction ends.

    So that of two taps at once the second sees what the first made.
    """
    _lock(person.id)


def invite_patient(therapist: Actor, name: str, at: datetime, patient_id: UUID | None = None) -> tuple[UUID, str]:
    """Take a patient into care and make the code that lets them begin; returns the patient's id and the code.

    Asked twice for the same `patient_id`, as by a double tap, it makes one patient and replaces the code, because
    the first one can't be shown again. Raises NotFoundError where that id is another's.
    """
    if therapist.role is not Role.THERAPIST:
        raise NotFoundError
    _lock(therapist.id)  # so that of two taps at once the second sees what the first made
    if patient_id and db.session.get(User, patient_id):
        return patient_id, _code_again(therapist, patient_id, _name(name), at)
    patient = _add_user(Role.PATIENT, _name(name), therapist.zone, at, id=patient_id or new_id())
    db.session.add(CareRelationship(patient_id=patient.id, therapist_id=therapist.id, since=at))
    return patient.id, new_code_for(therapist, patient.id, at)


def new_code_for(therapist: Actor, patient_id: UUID, at: datetime) -> str:
    """Make a new code for a patient: to begin, or for a lost password. Earlier ones stop working.

    Raises NotFoundError for a patient not in this therapist's care.
    """
    _require_care(therapist, patient_id)
    _lock(patient_id)
    _close_codes(at, Invitation.patient_id == patient_id)
    code = new_code()
    db.session.add(
        Invitation(
            code_hash=code_hash(code),
            patient_id=patient_id,
            therapist_id=therapist.id,
            created_at=at,
            expires_at=at + INVITATION_LASTS,
        )
    )
    db.session.flush()
    return code


def begin(code: str, username: str, password_hash: PasswordHash, zone: str, at: datetime) -> Actor:
    """Spend a code: the patient chooses a name to sign in with, a password and a zone, and consents.

    Raises RefusedError for a code that doesn't open (all alike), a username that is taken or can't be one, and a
    zone that doesn't exist; the transaction then leaves the code unspent.
    """
    patient = _spend(code, at)
    if patient.username is not None:
        raise RefusedError(NO_SUCH_CODE, field="code")
    if not is_zone(zone):
        raise RefusedError(_l("Please choose a time zone."), field="zone")
    if zone != patient.zone:
        _stay_in(patient, zone, at)
    _give_username(patient, username, password_hash)
    db.session.add(Consent(user_id=patient.id, text_version=CONSENT_TEXT, at=at))
    db.session.flush()
    return _actor(patient)


def set_new_password(code: str, password_hash: PasswordHash, at: datetime) -> Actor:
    """Spend a code for a lost password, which ends all sessions; returns the person for a new one.

    Raises RefusedError for a code that doesn't open, all alike.
    """
    patient = _spend(code, at)
    if patient.username is None:
        raise RefusedError(NO_SUCH_CODE, field="code")
    patient.password_hash, patient.mark = password_hash, new_id().hex
    db.session.flush()
    return _actor(patient)


def end_care(therapist: Actor, patient_id: UUID, at: datetime) -> None:
    """End the care of a patient: from now on this therapist reads nothing of theirs, and open codes are void.

    Raises NotFoundError for a patient not in this therapist's care.
    """
    _require_care(therapist, patient_id)
    ended = db.session.execute(
        sa.update(CareRelationship)
        .where(
            CareRelationship.patient_id == patient_id,
            CareRelationship.therapist_id == therapist.id,
            CareRelationship.until.is_(None),
        )
        .values(until=at)
    )
    if not _rows(ended):
        raise NotFoundError
    _close_codes(at, Invitation.patient_id == patient_id, Invitation.therapist_id == therapist.id)


def set_clinic(admin: Actor, name: str, phone: str, country: str) -> None:
    """Say what the practice is called, its number, and which country's numbers Help shows.

    Raises NotFoundError for anyone but an administrator.
    """
    if admin.role is not Role.ADMIN:
        raise NotFoundError
    if not 0 < len(phone) <= LONGEST_PHONE:
        raise RefusedError(_l("Please give the practice's number."), field="phone")
    if country not in HELP_LINES:
        raise RefusedError(_l("Please choose one."), field="country")
    db.session.merge(Clinic(id=1, name=_name(name), phone=phone, country=country))
    db.session.flush()


def create_therapist(username: str, name: str, password_hash: PasswordHash, at: datetime, zone: str = "UTC") -> UUID:
    """Make a therapist's account, for the operator. Raises RefusedError for a username taken or not fit to be one."""
    return _create(Role.THERAPIST, username, name, password_hash, zone, at)


def create_admin(username: str, name: str, password_hash: PasswordHash, at: datetime, zone: str = "UTC") -> UUID:
    """Make an administrator's account, for the operator. Raises RefusedError as `create_therapist` does."""
    return _create(Role.ADMIN, username, name, password_hash, zone, at)


def _create(role: Role, username: str, name: str, password_hash: PasswordHash, zone: str, at: datetime) -> UUID:
    if not is_zone(zone):
        raise RefusedError(_l("Please choose a time zone."), field="zone")
    user = _add_user(role, _name(name), zone, at, id=new_id())
    _give_username(user, username, password_hash)
    return user.id


def _add_user(role: Role, name: str, zone: str, at: datetime, **columns: Any) -> User:
    user = User(role=role, name=name, zone=zone, mark=new_id().hex, language=LANGUAGE, created_at=at, **columns)
    ring().make(user.id)
    db.session.add(user)
    db.session.flush()
    db.session.add(ZoneStay(user_id=user.id, since=at, zone=zone))
    return user


def _give_username(user: User, username: str, password_hash: PasswordHash) -> None:
    plain = plain_username(username)
    if not is_username(plain):
        raise RefusedError(_l("2 to 40 letters, digits, or . _ - @ +, without blanks."), field="username")
    try:
        with db.session.begin_nested():
            user.username, user.password_hash, user.mark = plain, password_hash, new_id().hex
    except IntegrityError:
        raise RefusedError(_l("Somebody has this name already. Please choose another."), field="username") from None


def _spend(code: str, at: datetime) -> User:
    """One statement decides, so that of many at once exactly one gets in."""
    invitation = Invitation.code_hash == code_hash(code)
    patient_id = db.session.scalar(sa.select(Invitation.patient_id).where(invitation))
    if patient_id is None:
        raise RefusedError(NO_SUCH_CODE, field="code")
    patient = _lock(patient_id)  # before the invitation, as where a new code is made: or each could wait for the other
    spent = db.session.execute(
        sa.update(Invitation)
        .where(invitation, Invitation.used_at.is_(None), Invitation.expires_at > at)
        .values(used_at=at)
        .returning(Invitation.id)
    ).one_or_none()
    if spent is None:
        raise RefusedError(NO_SUCH_CODE, field="code")
    return patient


def _code_again(therapist: Actor, patient_id: UUID, name: str, at: datetime) -> str:
    patient = patient_for(therapist, patient_id)
    if patient.name != name:
        raise RefusedError(_l("This page has been used already, for %(name)s. Open it anew.", name=patient.name))
    return new_code_for(therapist, patient_id, at)


def _close_codes(at: datetime, *whose: sa.ColumnElement[bool]) -> None:
    is_open = (Invitation.used_at.is_(None), Invitation.expires_at > at)
    db.session.execute(sa.update(Invitation).where(*whose, *is_open).values(expires_at=at))


def _stay_in(user: User, zone: str, at: datetime) -> None:
    latest = db.session.scalar(sa.select(sa.func.max(ZoneStay.since)).where(ZoneStay.user_id == user.id))
    # Of two moves within one instant the second comes after the first.
    since = max(at, latest + timedelta(microseconds=1)) if latest else at
    db.session.add(ZoneStay(user_id=user.id, since=since, zone=zone))
    user.zone = zone
    db.session.flush()


def _require_care(therapist: Actor, patient_id: UUID) -> None:
    if therapist.role is not Role.THERAPIST:
        raise NotFoundError
    patient_for(therapist, patient_id)


def _lock(user_id: UUID) -> User:
    """The person's row as it is now. On PostgreSQL others who would change it wait, and those who add to it don't."""
    return db.session.get_one(User, user_id, with_for_update={"key_share": True}, populate_existing=True)


def _change_user(actor: Actor, **values: object) -> bool:
    """Whether the person still was as the session knows them, and is changed."""
    unchanged = (User.id == actor.id, User.mark == actor.mark)
    return _rows(db.session.execute(sa.update(User).where(*unchanged).values(**values))) == 1


def _rows(result: sa.Result[Any]) -> int:
    return cast("sa.CursorResult[Any]", result).rowcount


def _name(typed: str) -> str:
    name = typed.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise RefusedError(_l("Please give a name of at most %(n)s characters.", n=LONGEST_NAME), field="name")
    return name


def _actor(user: User) -> Actor:
    return Actor(user.id, user.role, user.name, user.zone, user.language, user.mark)


def _matches(stored: str, password: str) -> bool:
    try:
        return HASHER.verify(stored, plain_password(password))
    except VerifyMismatchError:
        return False


@cache
def _hash_of_nobody() -> str:
    return HASHER.hash(secrets.token_hex())
