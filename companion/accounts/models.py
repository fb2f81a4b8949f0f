"""People and how they sign in, what they consented to, who treats whom, plans for hard times, and the practice."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.accounts.rules.people import Role
from companion.accounts.rules.sessions import Device, System
from companion.extensions import AppendOnly, Model
from companion.kernel.ids import new_id
from companion.sealed import Sealed, WithWords


class User(WithWords, Model):
    __tablename__ = "user"
    __table_args__ = (
        # An invited person exists before they can sign in.
        sa.CheckConstraint("password_hash IS NULL OR username_mark IS NOT NULL", name="password_has_a_name"),
    )
    SEALED_FOR = "id"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    role: Mapped[Role]
    name = Sealed()
    """What people call them; a patient's is chosen by the therapist and can be changed by the patient."""
    username = Sealed()
    username_mark: Mapped[bytes | None] = mapped_column(sa.LargeBinary(32), unique=True)
    """By which a username is found and is one person's only; see `queries.username_mark`."""
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    """Of a therapist or administrator it opens nothing without a code from their authenticator."""
    pin_hash: Mapped[str | None] = mapped_column(sa.String(200))
    """Of the PIN that opens the app on a phone that is signed in; patients only."""
    zone: Mapped[str] = mapped_column(sa.String(64))
    """IANA name of the zone the person is in now; earlier ones stand in `zone_stay`."""
    language: Mapped[str] = mapped_column(sa.String(8))
    created_at: Mapped[datetime]


class LoginSession(Model):
    """A device on which somebody is signed in. The cookie holds a random token, and only its hash is kept."""

    __tablename__ = "login_session"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32), unique=True)
    device: Mapped[Device]
    system: Mapped[System]
    began_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    """To within a tenth of the role's idle limit."""
    confirmed_at: Mapped[datetime]
    """When they last showed that it is they, by all that signing in asks for."""
    open_until: Mapped[datetime | None]
    """From when on the app is locked on this device; empty for open without limit. See `rules.lock`."""
    ended_at: Mapped[datetime | None]


class Passkey(WithWords, Model):
    """A public key whose private half a device of the person's keeps (WebAuthn)."""

    __tablename__ = "passkey"
    SEALED_FOR = "user_id"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(sa.LargeBinary(1023), unique=True)
    public_key: Mapped[bytes] = mapped_column(sa.LargeBinary(2048))
    sign_count: Mapped[int] = mapped_column(sa.BigInteger)
    """Of 32 bits without a sign."""
    label = Sealed()
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Authenticator(WithWords, Model):
    """The app that makes somebody's one-time codes (TOTP, RFC 6238)."""

    __tablename__ = "authenticator"
    SEALED_FOR = "user_id"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"), unique=True)
    secret = Sealed()
    last_step: Mapped[int] = mapped_column(sa.BigInteger)
    """The step of 30 s of the last code that was taken; none of it or before is taken again."""


class RecoveryCode(Model):
    """Stands in once for a code of a lost authenticator. Only its hash is kept."""

    __tablename__ = "recovery_code"

    code_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)


class SpentChallenge(Model):
    """A passkey challenge that has been answered, so that it isn't again; kept as long as it could be."""

    __tablename__ = "spent_challenge"

    digest: Mapped[bytes] = mapped_column(sa.LargeBinary(32), primary_key=True)
    until: Mapped[datetime] = mapped_column(index=True)


class Throttle(Model):
    """How often somebody has tried, from one network: a bucket that leaks."""

    __tablename__ = "throttle"

    bucket: Mapped[bytes] = mapped_column(sa.LargeBinary(32), primary_key=True)
    level: Mapped[float]
    at: Mapped[float] = mapped_column(index=True)
    """Seconds since 1970, when the level was this."""


class ZoneStay(AppendOnly, Model):
    """From when on a person was in which time zone; day and week boundaries use the one of that instant."""

    __tablename__ = "zone_stay"
    __table_args__ = (sa.UniqueConstraint("user_id", "since"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"))
    since: Mapped[datetime]
    zone: Mapped[str] = mapped_column(sa.String(64))


class Invitation(Model):
    """A one-time code that is handed over: to begin, or for what was lost. Only its hash is kept."""

    __tablename__ = "invitation"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    code_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32), unique=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)
    """Whom it lets in."""
    made_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user.id"))
    """The therapist; empty for the operator."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class CareRelationship(Model):
    """While `until` is empty, the therapist treats the patient and may read what is shared.

    No read looks at a clock: a cover that has run out is closed before anything is served; see `accounts.access`.
    """

    __tablename__ = "care_relationship"
    __table_args__ = (
        sa.Index(
            "one_current_care",
            "patient_id",
            "therapist_id",
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        ),
        sa.Index(
            "one_cover_of_an_absence",
            "patient_id",
            "covers_for",
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        ),
        sa.Index(
            "open_covers",
            "covers_until",
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        ),
        sa.CheckConstraint("(covers_for IS NULL) = (covers_until IS NULL)", name="cover_has_an_end"),
        sa.CheckConstraint("covers_for <> therapist_id", name="covers_for_another"),
        sa.CheckConstraint("until <= covers_until", name="cover_ends_in_time"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"))
    therapist_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    covers_for: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user.id"))
    """The therapist whose absence this one covers; empty for the regular one."""
    covers_until: Mapped[datetime | None]
    """The instant at which the cover is over, if it isn't ended sooner."""


class Consent(AppendOnly, Model):
    """What was agreed to, when, and in which version of the text."""

    __tablename__ = "consent"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)
    text_version: Mapped[str] = mapped_column(sa.String(16))
    at: Mapped[datetime]


class SafetyPlan(WithWords, AppendOnly, Model):
    """What the patient wrote down for hard times, alone or with a therapist. The latest by number counts."""

    __tablename__ = "safety_plan"
    __table_args__ = (sa.UniqueConstraint("patient_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"))
    number: Mapped[int]
    therapist_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user.id"))
    """Who wrote it down with the patient; empty where the patient did."""
    signs = Sealed()
    by_myself = Sealed()
    elsewhere = Sealed()
    people = Sealed()
    professionals = Sealed()
    out_of_reach = Sealed()
    at: Mapped[datetime]


class Clinic(Model):
    """The one practice of this installation; its number stands on Help."""

    __tablename__ = "clinic"
    __table_args__ = (sa.CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    name: Mapped[str] = mapped_column(sa.String(200))
    phone: Mapped[str] = mapped_column(sa.String(40))
    country: Mapped[str] = mapped_column(sa.String(2))
    """ISO 3166 code; decides which emergency numbers Help shows."""
