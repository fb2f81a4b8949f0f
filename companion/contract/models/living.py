"""What is said of what is agreed while it is lived with: orders, pauses, how goals stand."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.accounts.rules import Role
from companion.contract.rules import Scope
from companion.contract.rules.goals import Happened, StillTheirs
from companion.extensions import AppendOnly, Model, same_patient
from companion.kernel.ids import new_id
from companion.sealed import Sealed, WithWords


class OrderFlag(WithWords, AppendOnly, Model):
    """Says that a version, or one of its tasks, feels like an order."""

    __tablename__ = "order_flag"
    __table_args__ = (
        sa.UniqueConstraint("id", "patient_id"),
        same_patient("version_id", "contract_version"),
        same_patient("task_id", "task"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)
    version_id: Mapped[UUID]
    task_id: Mapped[UUID | None]
    at: Mapped[datetime]
    words = Sealed()


class Pause(Model):
    """Days on which a task, a goal's tasks or everything is not asked for; the day of resuming is no longer one."""

    __tablename__ = "pause"
    __table_args__ = (
        same_patient("order_flag_id", "order_flag"),
        sa.CheckConstraint("(scope = 'everything') = (lineage_id IS NULL)", name="scope_names_lineage"),
        sa.CheckConstraint("resumed_on >= first_day", name="days_in_order"),
        # A lineage is of one patient, so its id alone says whose pause it is.
        sa.Index(
            "one_open_pause_a_line",
            "lineage_id",
            unique=True,
            sqlite_where=sa.text("resumed_on IS NULL"),
            postgresql_where=sa.text("resumed_on IS NULL"),
        ),
        sa.Index(
            "one_open_pause_of_everything",
            "patient_id",
            unique=True,
            sqlite_where=sa.text("resumed_on IS NULL AND lineage_id IS NULL"),
            postgresql_where=sa.text("resumed_on IS NULL AND lineage_id IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)
    scope: Mapped[Scope]
    lineage_id: Mapped[UUID | None]
    """Of the task or of the goal; empty for everything."""
    first_day: Mapped[date]
    resumed_on: Mapped[date | None]
    order_flag_id: Mapped[UUID | None]
    """Set where an order flag made it; such a pause also ends with a new agreement."""


class GoalReview(AppendOnly, Model):
    """How one side saw a goal in one of its rounds. A correction is a row of its own that names the one it replaces.

    Only a goal that was agreed is followed. Each side has one answer a round, and each row is replaced once at most,
    so what computes is the one row of a round that nothing replaces.
    """

    __tablename__ = "goal_review"
    __table_args__ = (
        # Longer than what PostgreSQL keeps of a name, if it were made from the columns.
        sa.UniqueConstraint(
            "id", "patient_id", "goal_lineage_id", "side", "author_id", "round_number", name="uq_goal_review_whose"
        ),
        sa.UniqueConstraint("replaces_id"),
        same_patient("version_id", "contract_version"),
        sa.ForeignKeyConstraint(["version_id"], ["agreement.version_id"]),
        sa.ForeignKeyConstraint(["version_id", "goal_lineage_id"], ["goal.version_id", "goal.lineage_id"]),
        sa.ForeignKeyConstraint(
            ["replaces_id", "patient_id", "goal_lineage_id", "side", "author_id", "round_number"],
            [
                f"goal_review.{name}"
                for name in ("id", "patient_id", "goal_lineage_id", "side", "author_id", "round_number")
            ],
            name="fk_goal_review_replaces_ones_own",
        ),
        sa.CheckConstraint("side <> 'admin'", name="of_either_side"),
        sa.CheckConstraint("(side = 'patient') = (author_id = patient_id)", name="by_its_side"),
        sa.CheckConstraint("round_number > 0", name="not_in_its_first_weeks"),
        sa.Index(
            "one_review_a_side_and_round",
            "goal_lineage_id",
            "side",
            "round_number",
            unique=True,
            sqlite_where=sa.text("replaces_id IS NULL"),
            postgresql_where=sa.text("replaces_id IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID] = mapped_column(index=True)
    version_id: Mapped[UUID]
    """The version in force when it was said."""
    goal_lineage_id: Mapped[UUID]
    side: Mapped[Role]
    author_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"))
    round_number: Mapped[int]
    """From 1; see `rules.goals`."""
    happened: Mapped[Happened]
    still_theirs: Mapped[StillTheirs]
    at: Mapped[datetime]
    local_date: Mapped[date]
    """Day of `at` in the patient's zone."""
    replaces_id: Mapped[UUID | None]
