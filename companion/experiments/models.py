"""Occasions of a task: planned, predicted, and what really followed.

Every row says whose it is, and can hang only on rows of the same patient.
"""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.accounts.rules import Role
from companion.experiments.rules import CareNeed, OnTop, Reaction, Result, Stopped, Telling, Verdict
from companion.extensions import AppendOnly, Model, same_patient
from companion.kernel.ids import new_id
from companion.sealed import Sealed, WithWords


class Activity(WithWords, Model):
    """A line of the patient's own list of things to do: rules compare its id, the label is the patient's."""

    __tablename__ = "activity"
    __table_args__ = (sa.UniqueConstraint("id", "patient_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)
    label = Sealed()
    taken_up_at: Mapped[datetime | None]
    """Since when it is offered again; what was said before to drop it holds no longer."""


class Person(WithWords, Model):
    """A line of the patient's own list of people: rules compare its id, the label is the patient's."""

    __tablename__ = "person"
    __table_args__ = (sa.UniqueConstraint("id", "patient_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)
    label = Sealed()


class Experiment(WithWords, Model):
    """One occasion of an agreed task. Its id is made by the page that plans it, so that sending twice makes one."""

    __tablename__ = "experiment"
    __table_args__ = (
        sa.UniqueConstraint("id", "ends_at"),
        sa.UniqueConstraint("id", "patient_id"),
        same_patient("task_id", "agreed_task", "task_id"),
        same_patient("activity_id", "activity"),
        sa.CheckConstraint("starts_at <= ends_at", name="window_in_order"),
        sa.Index("ix_experiment_patient_time", "patient_id", "starts_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"))
    task_id: Mapped[UUID] = mapped_column(index=True)
    activity_id: Mapped[UUID]
    author: Mapped[Role]
    planned_at: Mapped[datetime]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    zone: Mapped[str] = mapped_column(sa.String(64))
    """IANA zone that the times were planned in."""
    place = Sealed()
    company = Sealed()
    if_then = Sealed()
    """If guilt comes, then I will …"""
    smaller_version = Sealed()
    care_need: Mapped[CareNeed | None]
    """Whether someone needs the patient meanwhile."""
    covered_by = Sealed()
    honest_reply = Sealed()
    """What the patient might say at home."""
    first_check_in_at: Mapped[datetime | None]
    """When the first rating linked to it was made; locks what was predicted, if that is before the window's start."""


class Prediction(AppendOnly, Model):
    """What the patient expects; the latest made before the lock computes."""

    __tablename__ = "prediction"
    __table_args__ = (
        sa.UniqueConstraint("id", "patient_id"),
        same_patient("experiment_id", "experiment"),
        sa.CheckConstraint("expected_guilt BETWEEN 0 AND 10", name="guilt_scale"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID]
    experiment_id: Mapped[UUID] = mapped_column(index=True)
    at: Mapped[datetime]
    expected_guilt: Mapped[int | None]


class PredictedSuffering(AppendOnly, Model):
    """How much one person might suffer, and how sure the patient is."""

    __tablename__ = "predicted_suffering"
    __table_args__ = (
        sa.UniqueConstraint("prediction_id", "person_id"),
        same_patient("prediction_id", "prediction"),
        same_patient("person_id", "person"),
        sa.CheckConstraint("might_suffer BETWEEN 0 AND 10", name="suffering_scale"),
        sa.CheckConstraint("belief BETWEEN 0 AND 100", name="belief_percent"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID]
    prediction_id: Mapped[UUID]
    person_id: Mapped[UUID]
    might_suffer: Mapped[int]
    belief: Mapped[int | None]


class Debrief(WithWords, AppendOnly, Model):
    """What happened. A correction is a new row that names the one it replaces; the latest computes.

    Its id is made by the page, so that sending twice makes one.
    """

    __tablename__ = "debrief"
    __table_args__ = (
        sa.UniqueConstraint("id", "patient_id"),
        sa.ForeignKeyConstraint(["experiment_id", "window_ended_at"], ["experiment.id", "experiment.ends_at"]),
        same_patient("experiment_id", "experiment"),
        same_patient("replaces_id", "debrief"),
        sa.Index(
            "one_first_debrief",
            "experiment_id",
            unique=True,
            sqlite_where=sa.text("replaces_id IS NULL"),
            postgresql_where=sa.text("replaces_id IS NULL"),
        ),
        sa.CheckConstraint("(result = 'gave_up') = (stopped IS NOT NULL)", name="gave_up_says_when"),
        # Invariant 4: a wish to change takes an occasion out of the count only where it came before the window's end.
        sa.CheckConstraint(
            "result <> 'renegotiated' OR (asked_at IS NOT NULL AND asked_at <= window_ended_at)", name="asked_in_time"
        ),
        sa.CheckConstraint("enjoyment BETWEEN 0 AND 10", name="enjoyment_scale"),
        sa.CheckConstraint("mood BETWEEN 0 AND 10", name="mood_scale"),
        sa.CheckConstraint("freedom BETWEEN 0 AND 10", name="freedom_scale"),
        sa.Index("ix_debrief_patient_day", "patient_id", "local_date"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"))
    experiment_id: Mapped[UUID]
    window_ended_at: Mapped[datetime]
    replaces_id: Mapped[UUID | None] = mapped_column(unique=True)
    result: Mapped[Result]
    stopped: Mapped[Stopped | None]
    asked_at: Mapped[datetime | None]
    """When the patient asked to change it, or dropped its activity; kept by corrections."""
    called_off: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Whether it is the activity that was dropped, and nobody's word on this occasion."""
    happened_at: Mapped[datetime]
    zone: Mapped[str] = mapped_column(sa.String(64))
    local_date: Mapped[date]
    """Of `happened_at` in `zone`, frozen; it is counted by this day."""
    entered_at: Mapped[datetime]
    enjoyment: Mapped[int | None]
    liking_of: Mapped[OnTop | None]
    """What it was that was little liked."""
    mood: Mapped[int | None]
    freedom: Mapped[int | None]
    learned = Sealed()
    verdict: Mapped[Verdict | None]
    words_private: Mapped[bool] = mapped_column(default=False)
    """Whether `learned` stays with the patient."""


class Met(AppendOnly, Model):
    """How it went with one person: what was said, how they took it, how much they suffered."""

    __tablename__ = "met"
    __table_args__ = (
        sa.UniqueConstraint("debrief_id", "person_id"),
        same_patient("debrief_id", "debrief"),
        same_patient("person_id", "person"),
        sa.CheckConstraint("observed_suffering BETWEEN 0 AND 10", name="suffering_scale"),
        sa.CheckConstraint("NOT (could_not_tell AND observed_suffering IS NOT NULL)", name="told_or_not"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID]
    debrief_id: Mapped[UUID]
    person_id: Mapped[UUID]
    telling: Mapped[Telling | None]
    reaction: Mapped[Reaction | None]
    observed_suffering: Mapped[int | None]
    could_not_tell: Mapped[bool] = mapped_column(default=False)


class OccasionHighlight(AppendOnly, Model):
    """Whether P wants an occasion at the top of what T reads; none means no. The highest number computes."""

    __tablename__ = "occasion_highlight"
    __table_args__ = (
        sa.UniqueConstraint("experiment_id", "client_id"),
        sa.UniqueConstraint("experiment_id", "number"),
        same_patient("experiment_id", "experiment"),
        sa.Index("ix_occasion_highlight_patient", "patient_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID]
    experiment_id: Mapped[UUID]
    client_id: Mapped[UUID]
    """Made by the page, so that sending twice makes one row."""
    number: Mapped[int]
    is_on: Mapped[bool]
    at: Mapped[datetime]


class WeekClosed(AppendOnly, Model):
    """What P said of a weekly task: "That's all this week"."""

    __tablename__ = "week_closed"
    __table_args__ = (sa.UniqueConstraint("patient_id", "lineage_id", "monday"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"))
    lineage_id: Mapped[UUID]
    monday: Mapped[date]
    at: Mapped[datetime]
