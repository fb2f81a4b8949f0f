"""Ratings as they happened, and the rows that hang on them. All append-only but the patient's own list.

`number` counts an entry's rows of one kind, from 1, in the order in which the server took them: the highest computes,
whatever the clocks said meanwhile. Every row says whose it is, and can hang only on rows of the same patient.
"""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.checkins.rules import CardState, Door, GuiltKind, Next, Visibility
from companion.experiments.adherence import MomentOutcome
from companion.extensions import AppendOnly, Model, same_patient
from companion.kernel.ids import new_id
from companion.sealed import Sealed, WithWords


def scale(*names: str) -> tuple[sa.CheckConstraint, ...]:
    return tuple(sa.CheckConstraint(f"{name} BETWEEN 0 AND 10", name=f"{name}_scale") for name in names)


def told_or_not(*names: str) -> tuple[sa.CheckConstraint, ...]:
    """Answers on a scale that has "I can't tell": a number, or that, or neither."""
    checks = (
        sa.CheckConstraint(f"NOT ({name}_cant_tell AND {name} IS NOT NULL)", name=f"{name}_told_or_not")
        for name in names
    )
    return (*checks, *scale(*names))


def hangs(*more: sa.Constraint | sa.Index) -> tuple[sa.Constraint | sa.Index, ...]:
    """What holds of every row that hangs on an entry, and more."""
    return (
        sa.UniqueConstraint("check_in_id", "client_id"),
        sa.UniqueConstraint("check_in_id", "number"),
        same_patient("check_in_id", "check_in"),
        *more,
    )


class HangsOnEntry(AppendOnly, Model):
    """A row that hangs on an entry. Each save is a row."""

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID]
    check_in_id: Mapped[UUID]
    client_id: Mapped[UUID]
    number: Mapped[int]
    received_at: Mapped[datetime]


class BothAnswers:
    """What was said to both questions of the open door."""

    guilt: Mapped[int | None]
    guilt_cant_tell: Mapped[bool] = mapped_column(default=False)
    urge: Mapped[int | None]
    """To drop what was planned."""
    urge_cant_tell: Mapped[bool] = mapped_column(default=False)


class Trigger(WithWords, Model):
    """A line of the patient's own list of what sets it off: rules compare its id, the label is the patient's."""

    __tablename__ = "trigger"
    __table_args__ = (sa.UniqueConstraint("id", "patient_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)
    label = Sealed()


class Card(WithWords, Model):
    """The patient's own words to meet an urge with; a suggestion of the therapist's until the patient keeps it."""

    __tablename__ = "card"
    __table_args__ = (
        sa.UniqueConstraint("id", "patient_id"),
        sa.CheckConstraint("(state = 'suggested') = (answered_at IS NULL)", name="kept_by_the_patient"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)
    words = Sealed()
    state: Mapped[CardState]
    made_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    """When the patient wrote it, kept it or let go of it; None while it is a suggestion."""
    position: Mapped[int]
    """In the patient's own order; the lowest comes first."""


class CheckIn(BothAnswers, AppendOnly, Model):
    __tablename__ = "check_in"
    __table_args__ = (
        sa.UniqueConstraint("id", "patient_id"),
        sa.UniqueConstraint("patient_id", "client_id"),
        same_patient("experiment_id", "experiment"),
        *told_or_not("guilt", "urge"),
        sa.Index("ix_check_in_patient_time", "patient_id", "occurred_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"))
    client_id: Mapped[UUID]
    """Made by the page, so that sending twice makes one row."""
    fingerprint: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    """Of the content as sent; tells a repeated submit from another entry under the same id."""
    door: Mapped[Door]
    experiment_id: Mapped[UUID | None] = mapped_column(index=True)
    occurred_at: Mapped[datetime]
    zone: Mapped[str] = mapped_column(sa.String(64))
    local_date: Mapped[date]
    entered_at: Mapped[datetime]
    """By the phone's clock, as far as it is known."""
    sent_at: Mapped[datetime | None]
    """By the phone's clock at sending; tells how far that clock is off."""
    received_at: Mapped[datetime]


class CheckInDetail(WithWords, HangsOnEntry):
    """What else there was. Each save is a row; the latest computes."""

    __tablename__ = "check_in_detail"
    __table_args__ = hangs(
        same_patient("trigger_id", "trigger"),
        same_patient("person_id", "person"),
        *scale("envy", "contempt", "shame", "anger", "freedom", "curiosity"),
    )

    trigger_id: Mapped[UUID | None]
    person_id: Mapped[UUID | None]
    body: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    """Values of `BodySignal`."""
    thought = Sealed()
    wanted = Sealed()
    """What did I want just then?"""
    saw_myself = Sealed()
    guilt_kind: Mapped[GuiltKind | None]
    envy: Mapped[int | None]
    contempt: Mapped[int | None]
    shame: Mapped[int | None]
    anger: Mapped[int | None]
    freedom: Mapped[int | None]
    curiosity: Mapped[int | None]


class VisibilityChange(HangsOnEntry):
    """Who may see a check-in, from then on; none means shared. The latest computes."""

    __tablename__ = "visibility_change"
    __table_args__ = hangs()

    visibility: Mapped[Visibility]
    sooner: Mapped[bool] = mapped_column(default=False)
    """Whether the patient shares it before it closes by itself."""


class ReRating(BothAnswers, HangsOnEntry):
    """What P says to "And now?", any number of times."""

    __tablename__ = "re_rating"
    __table_args__ = hangs(*told_or_not("guilt", "urge"))

    at: Mapped[datetime]


class Decision(HangsOnEntry):
    """What P decides to do with the guilt still there; any number of times."""

    __tablename__ = "decision"
    __table_args__ = hangs()

    at: Mapped[datetime]
    choice: Mapped[Next]


class SecondLook(HangsOnEntry):
    """P asked to be reminded to look again, any number of times."""

    __tablename__ = "second_look"
    __table_args__ = hangs(sa.Index("ix_second_look_patient_due", "patient_id", "due_at"))

    at: Mapped[datetime]
    due_at: Mapped[datetime]


class Highlight(HangsOnEntry):
    """Whether P wants an entry at the top of what the therapist reads; none means no. The latest computes."""

    __tablename__ = "highlight"
    __table_args__ = hangs(sa.Index("ix_highlight_patient", "patient_id"))

    is_on: Mapped[bool]


class Correction(BothAnswers, HangsOnEntry):
    """Both numbers of an entry, said again because the thumb slipped. The original stays; the latest computes."""

    __tablename__ = "correction"
    __table_args__ = hangs(*told_or_not("guilt", "urge"))


class ConflictingEntry(WithWords, AppendOnly, Model):
    """Another content under a known client id: kept, not counted, until the patient says which it is."""

    __tablename__ = "conflicting_entry"
    __table_args__ = (
        sa.UniqueConstraint("check_in_id", "fingerprint"),
        sa.Index("ix_conflicting_entry_of_patient", "id", "patient_id", unique=True),
        same_patient("check_in_id", "check_in"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID]
    check_in_id: Mapped[UUID]
    fingerprint: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    content = Sealed()
    """What `rules.content_of` says of it, as JSON."""
    received_at: Mapped[datetime]


class LeftOut(AppendOnly, Model):
    """The patient's word that a conflicting entry is not to count. Nothing of it is deleted."""

    __tablename__ = "left_out"
    __table_args__ = (sa.UniqueConstraint("conflict_id"), same_patient("conflict_id", "conflicting_entry"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID]
    conflict_id: Mapped[UUID]
    at: Mapped[datetime]


class UrgeMoment(HangsOnEntry):
    """Wanting to say something cutting, and what came of it. Each save says all of it; the latest computes."""

    __tablename__ = "urge_moment"
    __table_args__ = hangs(
        same_patient("person_id", "person"),
        *scale("urge", "worth_less"),
        sa.Index("ix_urge_moment_patient_lineage", "patient_id", "lineage_id"),
    )

    lineage_id: Mapped[UUID | None]
    """Of the response task that was in force on its day; None where there was none: then it counts for nothing."""
    urge: Mapped[int]
    outcome: Mapped[MomentOutcome | None]
    """None while it is still going on."""
    person_id: Mapped[UUID | None]
    """Toward whom."""
    worth_less: Mapped[int | None]
    """How much less worth the patient felt."""
