"""Appointments, what is prepared for them, what is done in them and what is said afterwards.

Every row says whose it is, and can hang only on rows of the same patient. `number` counts rows of one kind that hang
on the same thing, from 1: the highest computes.
"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.accounts.rules import Role
from companion.extensions import AppendOnly, Model, same_patient
from companion.kernel.ids import new_id
from companion.sealed import Sealed, WithWords
from companion.sessions.rules import ChosenBy, Learned, SceneKind, StepSaid
from companion.sessions.rules.agenda import About


def scale(*names: str, most: int = 10) -> tuple[sa.CheckConstraint, ...]:
    return tuple(sa.CheckConstraint(f"{name} BETWEEN 0 AND {most}", name=f"{name}_scale") for name in names)


class Session(Model):
    """An appointment of a patient with a therapist; held once its time has come, unless it was taken off before."""

    __tablename__ = "session"
    __table_args__ = (
        sa.UniqueConstraint("patient_id", "therapist_id", "at"),
        sa.UniqueConstraint("id", "patient_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"))
    therapist_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)
    at: Mapped[datetime]
    taken_off_at: Mapped[datetime | None]
    """When it was taken off before it was held; what the patient wrote for it stays theirs."""


class OwnPoint(WithWords, Model):
    """What the patient wants to talk about, and wants on the page; theirs to change until the session."""

    __tablename__ = "own_point"
    __table_args__ = (sa.UniqueConstraint("session_id"), same_patient("session_id", "session"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID]
    session_id: Mapped[UUID]
    words = Sealed()
    on_the_page = Sealed()
    written_at: Mapped[datetime]


class AgendaLine(WithWords, AppendOnly, Model):
    """Something to talk about that one of the two added, in their own words."""

    __tablename__ = "agenda_line"
    __table_args__ = (same_patient("session_id", "session"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID]
    session_id: Mapped[UUID] = mapped_column(index=True)
    author: Mapped[Role]
    words = Sealed()
    added_at: Mapped[datetime]


class AgendaTick(WithWords, Model):
    """That an item was talked about; with its words as they stood, because what it was about may change."""

    __tablename__ = "agenda_tick"
    __table_args__ = (
        sa.UniqueConstraint("session_id", "about", "subject_id"),
        same_patient("session_id", "session"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID]
    session_id: Mapped[UUID]
    about: Mapped[About]
    subject_id: Mapped[UUID]
    """Of the task, the version, the rupture or the line; of the session where it is about nothing else."""
    words = Sealed()
    ticked_at: Mapped[datetime]


class TwoIdeas(WithWords, AppendOnly, Model):
    """The old idea and the new one, in the patient's words. Said anew, they are another row."""

    __tablename__ = "two_ideas"
    __table_args__ = (
        sa.UniqueConstraint("id", "patient_id"),
        sa.UniqueConstraint("patient_id", "number"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"))
    number: Mapped[int]
    old_idea = Sealed()
    new_idea = Sealed()
    written_at: Mapped[datetime]


class BeliefRating(AppendOnly, Model):
    """How much each of the two ideas is believed in a session; the latest computes."""

    __tablename__ = "belief_rating"
    __table_args__ = (
        sa.UniqueConstraint("session_id", "number"),
        same_patient("session_id", "session"),
        same_patient("ideas_id", "two_ideas"),
        *scale("old", "new", most=100),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID]
    session_id: Mapped[UUID]
    ideas_id: Mapped[UUID] = mapped_column(index=True)
    number: Mapped[int]
    old: Mapped[int | None]
    new: Mapped[int | None]
    rated_at: Mapped[datetime]


class LearnedAnswer(AppendOnly, Model):
    """What one of the two says was learned from the homework; each their own, the latest computes."""

    __tablename__ = "learned_answer"
    __table_args__ = (
        sa.UniqueConstraint("session_id", "side", "number"),
        same_patient("session_id", "session"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID]
    session_id: Mapped[UUID]
    side: Mapped[Role]
    number: Mapped[int]
    learned: Mapped[Learned]
    answered_at: Mapped[datetime]


class BetweenUs(AppendOnly, Model):
    """What the patient says after a session; each save says all of it, the latest computes."""

    __tablename__ = "between_us"
    __table_args__ = (
        sa.UniqueConstraint("session_id", "number"),
        same_patient("session_id", "session"),
        *scale("mattered", "mine", "heard"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    """Made by the page, so that sending twice makes one row."""
    patient_id: Mapped[UUID]
    session_id: Mapped[UUID]
    number: Mapped[int]
    mattered: Mapped[int | None]
    mine: Mapped[int | None]
    heard: Mapped[int | None]
    chips: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    """Values of `Chip`."""
    answered_at: Mapped[datetime]


class SessionTask(WithWords, Model):
    """A scene worked on in a session. A "stop" of the patient's ends it."""

    __tablename__ = "session_task"
    __table_args__ = (
        sa.UniqueConstraint("id", "patient_id"),
        sa.UniqueConstraint("card_id"),
        same_patient("session_id", "session"),
        same_patient("card_id", "card"),
        *scale("guilt_before", "guilt_after"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID]
    session_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[SceneKind]
    scene = Sealed()
    chosen_by: Mapped[ChosenBy]
    lineage_id: Mapped[UUID | None]
    """Of the task that was agreed for the session, where it is one."""
    guilt_before: Mapped[int | None]
    guilt_after: Mapped[int | None]
    words_found = Sealed()
    card_id: Mapped[UUID | None]
    """The card that was suggested from the words found."""
    begun_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]


class StepConsent(WithWords, AppendOnly, Model):
    """One step of a scene in words, and what the patient said to it before it was done."""

    __tablename__ = "step_consent"
    __table_args__ = (
        sa.UniqueConstraint("scene_id", "number"),
        same_patient("scene_id", "session_task"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID]
    scene_id: Mapped[UUID]
    number: Mapped[int]
    step = Sealed()
    said: Mapped[StepSaid]
    said_at: Mapped[datetime]


class Rupture(WithWords, Model):
    """Something that came between the two, as the therapist saw it; the therapist's, whatever the patient is told."""

    __tablename__ = "rupture"
    __table_args__ = (same_patient("session_id", "session"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID]
    session_id: Mapped[UUID] = mapped_column(index=True)
    therapist_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"))
    happened = Sealed()
    my_part = Sealed()
    repair = Sealed()
    talked_about: Mapped[bool] = mapped_column(default=False)
    is_repaired: Mapped[bool] = mapped_column(default=False)
    """Whether a repair is written; so that it can be asked for without opening what is sealed."""
    noted_at: Mapped[datetime]


class PrivateNote(WithWords, AppendOnly, Model):
    """A therapist's own reaction and what they did with it; read by its author alone, and by nobody else at all."""

    __tablename__ = "private_note"
    __table_args__ = (
        same_patient("session_id", "session"),
        sa.Index("ix_private_note_author", "therapist_id", "patient_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"))
    therapist_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"))
    session_id: Mapped[UUID | None]
    felt = Sealed()
    """Values of `Felt`, with blanks between them: sealed, because even a code says something of the patient."""
    words = Sealed()
    regulated = Sealed()
    """What I did with it."""
    noted_at: Mapped[datetime]
