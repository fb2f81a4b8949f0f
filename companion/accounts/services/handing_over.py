"""Codes that one person hands to another: to begin, or for what was lost; and what they open."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from companion.accounts.models import CareRelationship, Consent, Invitation, User
from companion.accounts.queries.people import patient_for, username_mark
from companion.accounts.rules.codes import INVITATION_LASTS, code_hash, new_code
from companion.accounts.rules.factors import ChallengeFor
from companion.accounts.rules.people import CONSENT_TEXT, Actor, PasswordHash, Role, is_zone
from companion.accounts.services.factors import forget_authenticator, set_authenticator
from companion.accounts.services.passkeys import Site, add_passkey, forget_passkeys
from companion.accounts.services.people import (
    add_user,
    close_codes,
    give_username,
    name_of,
    require_care,
    set_password,
    stay_in,
)
from companion.accounts.services.signing_in import end_sessions_of, lock_person
from companion.audit.rules import Event
from companion.audit.services import note
from companion.extensions import db
from companion.kernel.errors import NotFoundError, RefusedError
from companion.kernel.ids import new_id

NO_SUCH_CODE = _l(
    "This code doesn't open anything. Codes work once, for seven days; your therapist can give you a new one."
)


def create_staff(role: Role, username: str, name: str, at: datetime, zone: str = "UTC") -> str:
    """Make the account of a therapist or administrator, for the operator; returns the code with which they begin.

    Raises RefusedError for a username taken or not fit to be one.
    """
    if not is_zone(zone):
        raise RefusedError(_l("Please choose a time zone."), field="zone")
    user = add_user(role, name_of(name), zone, at, by_id=None)
    give_username(user, username)
    return _hand_over_code(user.id, None, at)


def invite_patient(therapist: Actor, name: str, at: datetime, patient_id: UUID | None = None) -> tuple[UUID, str]:
    """Take a patient into care and make the code that lets them begin; returns the patient's id and the code.

    Asked twice for the same `patient_id`, as by a double tap, it makes one patient and replaces the code, because
    the first one can't be shown again. Raises NotFoundError where that id is another's.
    """
    if therapist.role is not Role.THERAPIST:
        raise NotFoundError
    lock_person(therapist.id)  # so that of two taps at once the second sees what the first made
    if patient_id and db.session.get(User, patient_id):
        return patient_id, _code_again(therapist, patient_id, name_of(name), at)
    patient = add_user(Role.PATIENT, name_of(name), therapist.zone, at, by_id=therapist.id, user_id=patient_id)
    db.session.add(CareRelationship(patient_id=patient.id, therapist_id=therapist.id, since=at))
    note(Event.CARE_BEGAN, at, actor_id=therapist.id, person_id=patient.id, therapist=therapist.id)
    return patient.id, new_code_for(therapist, patient.id, at)


def new_code_for(therapist: Actor, patient_id: UUID, at: datetime) -> str:
    """Make a new code for a patient: to begin, or for a lost password or phone. Earlier codes stop working.

    From now on it is the patient's only way in: a lost phone is in somebody's hands. Raises NotFoundError for a
    patient not in this therapist's care.
    """
    require_care(therapist, patient_id)
    return _hand_over_code(patient_id, therapist.id, at)


def restore(username: str, at: datetime) -> str:
    """Make a new code for anybody, for the operator: for a lost phone, passkey or authenticator.

    From now on it is their only way in. Raises RefusedError (username) for a name that nobody has.
    """
    query = sa.select(User.id).where(User.username_mark == username_mark(username))
    if (user_id := db.session.scalar(query)) is None:
        raise RefusedError(_l("Nobody has this name."), field="username")
    return _hand_over_code(user_id, None, at)


def begin(code: str, username: str, password_hash: PasswordHash, zone: str, at: datetime) -> UUID:
    """Spend a code: the patient chooses a name to sign in with, a password and a zone, and consents; returns their id.

    Raises RefusedError for a code that doesn't open (all alike), a username that is taken or can't be one, and a
    zone that doesn't exist; the transaction then leaves the code unspent.
    """
    patient = _spend(code, at)
    if patient.role.is_staff or patient.username_mark is not None:
        raise RefusedError(NO_SUCH_CODE, field="code")
    if not is_zone(zone):
        raise RefusedError(_l("Please choose a time zone."), field="zone")
    if zone != patient.zone:
        stay_in(patient, zone, at)
    give_username(patient, username)
    set_password(patient, password_hash, at)
    db.session.add(Consent(user_id=patient.id, text_version=CONSENT_TEXT, at=at))
    db.session.flush()
    return patient.id


def set_new_password(code: str, password_hash: PasswordHash, at: datetime) -> UUID:
    """Spend a patient's code for a lost password or phone: all sessions end and all passkeys go; returns their id.

    Raises RefusedError for a code that doesn't open, all alike.
    """
    patient = _spend(code, at)
    if patient.role.is_staff or patient.username_mark is None:
        raise RefusedError(NO_SUCH_CODE, field="code")
    _forget_ways_in(patient, patient.id, at)
    set_password(patient, password_hash, at)
    return patient.id


def set_up_with_password(
    code: str, password_hash: PasswordHash, secret: str, typed: str, at: datetime
) -> tuple[UUID, list[str]]:
    """Spend the code of somebody at the practice, who from now on signs in by password and authenticator.

    Returns their id and recovery codes. Whatever let them in before is forgotten. Raises RefusedError for a code that
    doesn't open, and (code) where the authenticator shows another.
    """
    person = _spend_of_staff(code, at)
    recovery_codes = set_authenticator(person.id, secret, typed, at)
    set_password(person, password_hash, at)
    return person.id, recovery_codes


def set_up_with_passkey(code: str, answer: str, label: str, wanted: ChallengeFor, site: Site, at: datetime) -> UUID:
    """Spend the code of somebody at the practice, who from now on signs in by passkey; returns their id.

    Whatever let them in before is forgotten. Raises RefusedError for a code or an answer that isn't right.
    """
    person = _spend_of_staff(code, at)
    add_passkey(person.id, answer, label, wanted, site, at)
    return person.id


def _hand_over_code(person_id: UUID, by_id: UUID | None, at: datetime) -> str:
    _forget_ways_in(lock_person(person_id), by_id, at)
    close_codes(at, Invitation.person_id == person_id)
    code, invitation_id = new_code(), new_id()
    db.session.add(
        Invitation(
            id=invitation_id,
            code_hash=code_hash(code),
            person_id=person_id,
            made_by=by_id,
            created_at=at,
            expires_at=at + INVITATION_LASTS,
        )
    )
    db.session.flush()
    note(Event.CODE_MADE, at, actor_id=by_id, person_id=person_id, code=invitation_id)
    return code


def _code_again(therapist: Actor, patient_id: UUID, name: str, at: datetime) -> str:
    patient = patient_for(therapist, patient_id)
    has_begun = db.session.get_one(User, patient_id).username_mark is not None
    if has_begun or patient.name != name:
        raise RefusedError(_l("This page has been used already, for %(name)s. Open it anew.", name=patient.name))
    return new_code_for(therapist, patient_id, at)


def _spend(code: str, at: datetime) -> User:
    """One statement decides, so that of many at once exactly one gets in."""
    invitation = Invitation.code_hash == code_hash(code)
    person_id = db.session.scalar(sa.select(Invitation.person_id).where(invitation))
    if person_id is None:
        raise RefusedError(NO_SUCH_CODE, field="code")
    # Before the invitation, as where a new code is made: or each could wait for the other.
    person = lock_person(person_id)
    spent = db.session.execute(
        sa.update(Invitation)
        .where(invitation, Invitation.used_at.is_(None), Invitation.expires_at > at)
        .values(used_at=at)
        .returning(Invitation.id)
    ).one_or_none()
    if spent is None:
        raise RefusedError(NO_SUCH_CODE, field="code")
    note(Event.CODE_USED, at, actor_id=person_id, person_id=person_id, code=spent.id)
    return person


def _spend_of_staff(code: str, at: datetime) -> User:
    person = _spend(code, at)
    if not person.role.is_staff:
        raise RefusedError(NO_SUCH_CODE, field="code")
    _forget_ways_in(person, person.id, at)
    return person


def _forget_ways_in(user: User, by_id: UUID | None, at: datetime) -> None:
    """When a code is made, and again when it is used: what was being added at that moment came after the first."""
    end_sessions_of(user.id, by_id, at)
    forget_passkeys(user.id, by_id, at)
    forget_authenticator(user.id)
    user.password_hash = None
    db.session.flush()
