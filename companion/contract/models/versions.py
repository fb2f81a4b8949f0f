"""What a version says, line by line."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.accounts.rules import Role
from companion.contract.rules import GoalOutcome, State, TaskKind, VersionKind
from companion.extensions import Model, same_patient
from companion.kernel.ids import new_id
from companion.sealed import Sealed, WithWords

HASH = sa.LargeBinary(32)


class ContractVersion(WithWords, Model):
    """One version, from draft on. Its lines are frozen and hashed when it is proposed."""

    __tablename__ = "contract_version"
    __table_args__ = (
        sa.UniqueConstraint("patient_id", "number"),
        sa.UniqueConstraint("id", "patient_id"),
        sa.UniqueConstraint("id", "patient_id", "content_hash"),
        same_patient("parent_id", "contract_version"),
        sa.CheckConstraint("state = 'draft' OR content_hash IS NOT NULL", name="proposed_is_hashed"),
        sa.Index(
            "one_draft_and_one_proposal_a_side",
            "patient_id",
            "author",
            "state",
            unique=True,
            sqlite_where=sa.text("state IN ('draft', 'proposed')"),
            postgresql_where=sa.text("state IN ('draft', 'proposed')"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"))
    number: Mapped[int]
    parent_id: Mapped[UUID | None]
    author: Mapped[Role]
    """Which side drafted it."""
    kind: Mapped[VersionKind]
    state: Mapped[State]
    promise = Sealed()
    """What therapy can give."""
    limits = Sealed()
    cost_of_staying_still = Sealed()
    review_on: Mapped[date | None]
    early_signs = Sealed(nullable=True)
    """Of a closing version only, as the next three."""
    what_helped = Sealed(nullable=True)
    first_steps = Sealed(nullable=True)
    come_back = Sealed(nullable=True)
    why = Sealed(nullable=True)
    """What its author says with it; no part of what is agreed to."""
    content_hash: Mapped[bytes | None] = mapped_column(HASH)
    created_at: Mapped[datetime]
    proposed_at: Mapped[datetime | None]


class Goal(WithWords, Model):
    __tablename__ = "goal"
    __table_args__ = (
        sa.UniqueConstraint("id", "version_id"),
        sa.UniqueConstraint("version_id", "lineage_id"),
        same_patient("version_id", "contract_version"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID]
    version_id: Mapped[UUID] = mapped_column(index=True)
    lineage_id: Mapped[UUID]
    """The same goal across versions."""
    position: Mapped[int]
    text = Sealed()
    observable_sign = Sealed()
    how_it_is_now = Sealed()
    enough = Sealed()
    """What would be enough."""
    outcome: Mapped[GoalOutcome | None]
    """How it ended with this version; empty while it goes on."""


class GoalWish(Model):
    """The wish that a goal of a version serves, where it serves one."""

    __tablename__ = "goal_wish"
    __table_args__ = (
        sa.ForeignKeyConstraint(["goal_id", "version_id"], ["goal.id", "goal.version_id"]),
        same_patient("version_id", "contract_version"),
        same_patient("wish_id", "wish"),
    )

    goal_id: Mapped[UUID] = mapped_column(primary_key=True)
    version_id: Mapped[UUID] = mapped_column(index=True)
    patient_id: Mapped[UUID]
    wish_id: Mapped[UUID]


class Task(WithWords, Model):
    __tablename__ = "task"
    __table_args__ = (
        sa.UniqueConstraint("version_id", "lineage_id"),
        sa.UniqueConstraint("id", "version_id", "goal_id"),
        sa.UniqueConstraint("id", "version_id"),
        sa.UniqueConstraint("id", "patient_id"),
        same_patient("version_id", "contract_version"),
        sa.ForeignKeyConstraint(["goal_id", "version_id"], ["goal.id", "goal.version_id"]),
        sa.CheckConstraint("(kind = 'weekly') = (target IS NOT NULL)", name="weekly_has_target"),
        sa.CheckConstraint("target BETWEEN 1 AND 7", name="target_in_week"),
        sa.CheckConstraint("(kind = 'one_off') = (window_until IS NOT NULL)", name="one_off_has_window"),
        sa.CheckConstraint("window_from <= window_until", name="window_in_order"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID]
    version_id: Mapped[UUID] = mapped_column(index=True)
    goal_id: Mapped[UUID | None]
    lineage_id: Mapped[UUID]
    """The same task across versions; adherence follows it."""
    position: Mapped[int]
    kind: Mapped[TaskKind]
    text = Sealed()
    smaller_version = Sealed()
    target: Mapped[int | None]
    """Weekly only: times a week, 1-7."""
    window_from: Mapped[date | None]
    window_until: Mapped[date | None]
    """One-off only: local days, both included."""
    telling: Mapped[bool] = mapped_column(default=False)
    """Whether it is about telling someone the truth."""


class ExpectedCost(WithWords, Model):
    """A line of what it will probably cost."""

    __tablename__ = "expected_cost"
    __table_args__ = (sa.UniqueConstraint("id", "version_id"), same_patient("version_id", "contract_version"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID]
    version_id: Mapped[UUID] = mapped_column(index=True)
    position: Mapped[int]
    text = Sealed()
