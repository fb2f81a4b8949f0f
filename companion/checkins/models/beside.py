"""What is written on the pages beside Now. What was written stays; only who may read its words changes."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.checkins.models.entries import told_or_not
from companion.checkins.rules import Helped
from companion.extensions import AppendOnly, Model, same_patient
from companion.kernel.ids import new_id
from companion.sealed import Sealed, WithWords


class Reflection(WithWords, Model):
    """Three lines of a practice, each of which may be empty. Its words stay; only who may read them changes."""

    __tablename__ = "reflection"
    __table_args__ = (
        sa.UniqueConstraint("patient_id", "client_id"),
        sa.Index("ix_reflection_patient_time", "patient_id", "received_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"))
    client_id: Mapped[UUID]
    """Made by the page, and the same for the same words alone: sent twice makes one row."""
    entered_at: Mapped[datetime | None]
    """The true instant at which it was written, where that was before it came; None: when it came."""
    received_at: Mapped[datetime]
    zone: Mapped[str] = mapped_column(sa.String(64))
    want = Sealed()
    """What do I want here?"""
    view = Sealed()
    """What is my own view?"""
    feel = Sealed()
    """What do I feel?"""
    words_private: Mapped[bool] = mapped_column(default=False)
    choices: Mapped[int] = mapped_column(default=0)
    """How often the patient has chosen anew who may read it: a choice made on an older page than that opens nothing."""


class HelpCheck(WithWords, Model):
    """What the patient said when asked how it is lately, once a month; or that it isn't the moment.

    What was said stays; only who may read its words changes.
    """

    __tablename__ = "help_check"
    __table_args__ = (
        sa.UniqueConstraint("id", "patient_id"),
        sa.UniqueConstraint("patient_id", "client_id"),
        sa.CheckConstraint("NOT (put_off AND helped IS NOT NULL)", name="put_off_says_nothing"),
        sa.Index("ix_help_check_patient_time", "patient_id", "received_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"))
    client_id: Mapped[UUID]
    received_at: Mapped[datetime]
    zone: Mapped[str] = mapped_column(sa.String(64))
    put_off: Mapped[bool] = mapped_column(default=False)
    """"Not now"."""
    helped: Mapped[Helped | None]
    """Is this helping?"""
    words = Sealed()
    words_private: Mapped[bool] = mapped_column(default=False)
    choices: Mapped[int] = mapped_column(default=0)
    """As in `Reflection`."""


class Vitality(AppendOnly, Model):
    """How alive, free and close the patient felt lately: each a number, "I can't tell", or left out."""

    __tablename__ = "vitality"
    __table_args__ = (
        sa.UniqueConstraint("help_check_id"),
        same_patient("help_check_id", "help_check"),
        *told_or_not("alive", "free", "close"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID]
    help_check_id: Mapped[UUID]
    alive: Mapped[int | None]
    alive_cant_tell: Mapped[bool] = mapped_column(default=False)
    free: Mapped[int | None]
    free_cant_tell: Mapped[bool] = mapped_column(default=False)
    close: Mapped[int | None]
    close_cant_tell: Mapped[bool] = mapped_column(default=False)
