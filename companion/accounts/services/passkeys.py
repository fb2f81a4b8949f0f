"""Passkeys (WebAuthn): asking a browser for one, and taking what it answers. The cryptography is the library's."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import webauthn
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError
from webauthn.helpers import (
    options_to_json_dict,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from companion.accounts.models import Authenticator, Passkey, SpentChallenge, User
from companion.accounts.rules.factors import CHALLENGE_HOLDS, ChallengeFor, challenge_body, parts_of_challenge
from companion.accounts.rules.people import Actor
from companion.accounts.services.signing_in import lock_person
from companion.audit.rules import Event
from companion.audit.services import note
from companion.database import insert_into
from companion.extensions import db
from companion.kernel.errors import NotFoundError, RefusedError
from companion.kernel.ids import new_id
from companion.sealed import ring

NOT_TAKEN = _l("This passkey could not be used here. Please try again, or another way.")
REQUIRED = UserVerificationRequirement.REQUIRED
# What the library raises for an answer that isn't whole, besides its own errors.
NOT_WHOLE = (WebAuthnException, ValueError, TypeError, LookupError, AttributeError, RecursionError)


@dataclass(frozen=True)
class Site:
    """For whom passkeys are made: the host's name, and the origin that pages come from."""

    name: str
    origin: str


def challenge(wanted: ChallengeFor, at: datetime) -> bytes:
    """What a passkey is asked to sign. Nothing is stored until it is answered: it carries its own voucher."""
    body = challenge_body(at + CHALLENGE_HOLDS)
    return body + _vouch(body, wanted)


def how_to_add(user_id: UUID, username: str, site: Site, asked: bytes) -> dict[str, Any]:
    """What a browser is told that is to make a passkey, fit for JSON. One that is there already isn't made twice."""
    known = db.session.scalars(sa.select(Passkey.credential_id).where(Passkey.user_id == user_id))
    options = webauthn.generate_registration_options(
        rp_id=site.name,
        rp_name="companion",
        user_id=user_id.bytes,
        user_name=username,
        challenge=asked,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=REQUIRED
        ),
    )
    return options_to_json_dict(options)


def how_to_use(site: Site, asked: bytes) -> dict[str, Any]:
    """What a browser is told that is to use a passkey, whosever it is."""
    options = webauthn.generate_authentication_options(rp_id=site.name, challenge=asked, user_verification=REQUIRED)
    return options_to_json_dict(options)


def add_passkey(user_id: UUID, answer: str, label: str, wanted: ChallengeFor, site: Site, at: datetime) -> UUID:
    """Keep a passkey that a browser made. Raises RefusedError for an answer to any but our own, unspent challenge."""
    try:
        credential = parse_registration_credential_json(answer)
        made = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=_spend(credential.response.client_data_json, wanted, at),
            expected_rp_id=site.name,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except NOT_WHOLE:
        raise RefusedError(NOT_TAKEN) from None
    passkey = Passkey(
        id=new_id(),
        user_id=user_id,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        label=label,
        added_at=at,
    )
    try:
        with db.session.begin_nested():
            db.session.add(passkey)
    except IntegrityError:
        raise RefusedError(NOT_TAKEN) from None  # somebody has it already
    note(Event.PASSKEY_ADDED, at, actor_id=user_id, person_id=user_id, passkey=passkey.id)
    return passkey.id


def person_of_passkey(answer: str, wanted: ChallengeFor, site: Site, at: datetime) -> UUID:
    """Whose passkey signed our challenge. Raises RefusedError for every other answer, all alike."""
    try:
        credential = parse_authentication_credential_json(answer)
        return _verified(credential, wanted, site, at)
    except NOT_WHOLE:
        raise RefusedError(NOT_TAKEN) from None


def remove_passkey(actor: Actor, passkey_id: UUID, at: datetime) -> None:
    """Take one's own passkey away. Raises NotFoundError for another's, RefusedError where it is the only way in."""
    user = lock_person(actor.id)
    passkey = db.session.scalars(
        sa.select(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == actor.id)
    ).one_or_none()
    if passkey is None:
        raise NotFoundError
    if not _has_another_way(user, passkey_id):
        raise RefusedError(_l("This is your only way in. Add another passkey, or a password with codes, first."))
    db.session.delete(passkey)
    db.session.flush()
    note(Event.PASSKEY_REMOVED, at, actor_id=actor.id, person_id=actor.id, passkey=passkey_id)


def forget_passkeys(user_id: UUID, by_id: UUID | None, at: datetime) -> None:
    """Take all passkeys of a person away, as when the phone that holds them is lost."""
    gone = sa.delete(Passkey).where(Passkey.user_id == user_id).returning(Passkey.id)
    for passkey_id in db.session.scalars(gone):
        note(Event.PASSKEY_REMOVED, at, actor_id=by_id, person_id=user_id, passkey=passkey_id)


def _verified(credential: AuthenticationCredential, wanted: ChallengeFor, site: Site, at: datetime) -> UUID:
    passkey = db.session.scalars(
        sa.select(Passkey)
        .where(Passkey.credential_id == credential.raw_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if passkey is None or credential.response.user_handle != passkey.user_id.bytes:
        raise RefusedError(NOT_TAKEN)
    seen = webauthn.verify_authentication_response(
        credential=credential,
        expected_challenge=_spend(credential.response.client_data_json, wanted, at),
        expected_rp_id=site.name,
        expected_origin=site.origin,
        credential_public_key=passkey.public_key,
        credential_current_sign_count=passkey.sign_count,
        require_user_verification=True,
    )
    passkey.sign_count, passkey.used_at = seen.new_sign_count, at
    db.session.flush()
    return passkey.user_id


def _has_another_way(user: User, passkey_id: UUID) -> bool:
    others = sa.select(sa.exists().where(Passkey.user_id == user.id, Passkey.id != passkey_id))
    if db.session.scalar(others):
        return True
    codes = sa.select(sa.exists().where(Authenticator.user_id == user.id))
    return user.password_hash is not None and (not user.role.is_staff or db.session.scalar(codes) is True)


def _vouch(body: bytes, wanted: ChallengeFor) -> bytes:
    return ring().mac("passkey challenge", body + wanted.bound())


def _spend(client_data: bytes, wanted: ChallengeFor, at: datetime) -> bytes:
    """The challenge that was answered, if it is ours, for this, and wasn't answered before: one statement decides."""
    answered = parse_client_data_json(client_data).challenge
    parts = parts_of_challenge(answered)
    if parts is None or not hmac.compare_digest(parts[2], _vouch(parts[0], wanted)) or at.timestamp() >= parts[1]:
        raise RefusedError(NOT_TAKEN)
    spent = {"digest": hashlib.sha256(answered).digest(), "until": datetime.fromtimestamp(parts[1], UTC)}
    insert = insert_into(SpentChallenge, db.session.get_bind().dialect.name).values(**spent)
    once = insert.on_conflict_do_nothing().returning(SpentChallenge.digest)
    # Those that others are forgetting just now are left to them, or two could wait for each other.
    over = sa.select(SpentChallenge.digest).where(SpentChallenge.until < at).with_for_update(skip_locked=True)
    db.session.execute(sa.delete(SpentChallenge).where(SpentChallenge.digest.in_(over)))
    if db.session.execute(once).one_or_none() is None:
        raise RefusedError(NOT_TAKEN)
    return answered
