"""Reads about how a person signs in, and who opened their pages."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from companion.accounts.models import Authenticator, Passkey, RecoveryCode, User
from companion.accounts.queries.people import names_of
from companion.accounts.rules.people import Actor
from companion.audit import queries as audit
from companion.extensions import db

MOST_LOOKS = 200


@dataclass(frozen=True)
class KnownPasskey:
    """A passkey of a person's, by the label they gave it."""

    id: UUID
    label: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class WaysIn:
    """How a person may sign in."""

    has_password: bool
    has_authenticator: bool
    recovery_codes: int
    """How many are left."""
    passkeys: tuple[KnownPasskey, ...]


@dataclass(frozen=True)
class LookedAt:
    """Somebody opened a page about the person; `page` is its endpoint."""

    at: datetime
    who: str
    page: str


def ways_in(actor: Actor) -> WaysIn:
    """A person's own ways in."""
    has_authenticator = sa.select(sa.exists().where(Authenticator.user_id == actor.id)).scalar_subquery()
    codes = sa.select(sa.func.count()).where(RecoveryCode.user_id == actor.id).scalar_subquery()
    row = db.session.execute(
        sa.select(User.password_hash.is_not(None), has_authenticator, codes).where(User.id == actor.id)
    ).one()
    passkeys = db.session.execute(
        sa.select(Passkey.id, Passkey.label, Passkey.added_at, Passkey.used_at)
        .where(Passkey.user_id == actor.id)
        .order_by(Passkey.added_at, Passkey.id)
    )
    return WaysIn(bool(row[0]), bool(row[1]), row[2], tuple(KnownPasskey(*each) for each in passkeys))


def who_looked(patient: Actor, but_not: Collection[str] = ()) -> list[LookedAt]:
    """Who opened this person's own pages lately, newest first."""
    looks = audit.looks_at(patient.id, MOST_LOOKS, but_not)
    names = names_of({look.actor_id for look in looks})
    return [LookedAt(look.at, names.get(look.actor_id, ""), look.page) for look in looks]
