"""Wishes, versions of the pattern, and the patient's answers to them. Every row says whose it is."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.accounts.rules import Role
from companion.extensions import AppendOnly, Model, same_patient
from companion.formulation.rules import Fit, Motive, PatternState, WishState
from companion.kernel.ids import new_id
from companion.sealed import Sealed, WithWords


class Wish(WithWords, Model):
    """Never deleted: a task may have come from it."""

    __tablename__ = "wish"
    __table_args__ = (
        sa.UniqueConstraint("id", "patient_id"),
        sa.CheckConstraint("author = 'therapist' OR state NOT IN ('suggested', 'left')", name="own_is_not_suggested"),
        sa.CheckConstraint("motive IS NULL OR state NOT IN ('suggested', 'left')", name="motive_is_the_patients"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)
    author: Mapped[Role]
    """Who had the idea."""
    state: Mapped[WishState]
    text = Sealed()
    motive: Mapped[Motive | None]
    at: Mapped[datetime]
    """When it was first written."""
    moved_at: Mapped[datetime]
    """When it came to stand as it does."""


class Pattern(WithWords, Model):
    """One version of the pattern. Its words are written once; it begins waiting, and moves by the patient's answers.

    That it is used only as answered, and how it may move, is held by triggers (migration 0006).
    """

    __tablename__ = "pattern"
    __table_args__ = (
        sa.UniqueConstraint("patient_id", "number"),
        sa.UniqueConstraint("id", "patient_id"),
        sa.Index(
            "one_waits_and_one_is_used",
            "patient_id",
            "state",
            unique=True,
            sqlite_where=sa.text("state IN ('waits', 'in_use')"),
            postgresql_where=sa.text("state IN ('waits', 'in_use')"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"))
    number: Mapped[int]
    author: Mapped[Role]
    state: Mapped[PatternState]
    wish = Sealed()
    feared_response = Sealed()
    view_of_self = Sealed()
    feeling = Sealed()
    body = Sealed()
    does = Sealed()
    costs = Sealed()
    healthy_part = Sealed()
    at: Mapped[datetime]


class PatternAnswer(AppendOnly, Model):
    """How well a version fits, as the patient says; the latest by number stands."""

    __tablename__ = "pattern_answer"
    __table_args__ = (sa.UniqueConstraint("pattern_id", "number"), same_patient("pattern_id", "pattern"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID]
    pattern_id: Mapped[UUID]
    number: Mapped[int]
    fit: Mapped[Fit]
    at: Mapped[datetime]
