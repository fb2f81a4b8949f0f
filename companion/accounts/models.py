"""People, what they consented to, who treats whom, and the practice itself."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.accounts.rules import Role
from companion.extensions import AppendOnly, Model
from companion.kernel.ids import new_id


class User(Model):
    __tablename__ = "user"
    # An invited patient exists before they have chosen a name and a password.
    __table_args__ = (sa.CheckConstraint("(username IS NULL) = (password_hash IS NULL)", name="name_with_password"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    role: Mapped[Role]
    name: Mapped[str] = mapped_column(sa.String(200))
    """What people call them; a patient's is chosen by the therapist and can be changed by the patient."""
    username: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    mark: Mapped[str] = mapped_column(sa.String(32))
    """Random; a session that carries another mark has ended. See `Actor.mark`."""
    zone: Mapped[str] = mapped_column(sa.String(64))
    """IANA name of the zone the person is in now; earlier ones stand in `zone_stay`."""
    language: Mapped[str] = mapped_column(sa.String(8))
    created_at: Mapped[datetime]


class ZoneStay(AppendOnly, Model):
    """From when on a person was in which time zone; day and week boundaries use the one of that instant."""

    __tablename__ = "zone_stay"
    __table_args__ = (sa.UniqueConstraint("user_id", "since"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"))
    since: Mapped[datetime]
    zone: Mapped[str] = mapped_column(sa.String(64))


class Invitation(Model):
    """A one-time code that a therapist hands over: to begin, or for a lost password. Only its hash is kept."""

    __tablename__ = "invitation"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    code_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32), unique=True)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)
    therapist_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class CareRelationship(Model):
    """While `until` is empty, the therapist treats the patient and may read what is shared."""

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
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"))
    therapist_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)
    since: Mapped[datetime]
    until: Mapped[datetime | None]


class Consent(AppendOnly, Model):
    """What was agreed to, when, and in which version of the text."""

    __tablename__ = "consent"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)
    text_version: Mapped[str] = mapped_column(sa.String(16))
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
