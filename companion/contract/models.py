"""Versions of the contract, what people said of them, what came into force, pauses.

Only what both agreed to can be done and counted, and the tables say so: an occasion hangs on an `AgreedTask`,
which hangs on an `Agreement`, which names an answer that binds and a signature over the same content hash.
Every row says whose it is, and can hang only on rows of the same patient.
"""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.accounts.rules import Role
from companion.contract.rules import Decision, Feels, GoalOutcome, Idea, Scope, State, TaskKind, VersionKind
from companion.contract.rules.goals import Happened, StillTheirs
from companion.extensions import AppendOnly, Model, same_patient
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


class Answer(WithWords, AppendOnly, Model):
    """The patient's answer to a proposed version; the latest one stands.

    `binding` is what invariant 2 asks: agreed, not *told*, with a hardest cost.
    """

    __tablename__ = "answer"
    __table_args__ = (
        sa.UniqueConstraint("id", "version_id", "content_hash", "binding"),
        sa.UniqueConstraint("id", "patient_id"),
        sa.ForeignKeyConstraint(
            ["version_id", "patient_id", "content_hash"],
            ["contract_version.id", "contract_version.patient_id", "contract_version.content_hash"],
        ),
        sa.ForeignKeyConstraint(["hardest_cost_id", "version_id"], ["expected_cost.id", "expected_cost.version_id"]),
        sa.CheckConstraint(
            # `IS NOT NULL` is said because a comparison with NULL would let any value of `binding` pass.
            "binding = (decision = 'agree' AND feels IS NOT NULL AND feels <> 'told'"
            " AND (hardest_cost_id IS NOT NULL OR length(hardest_cost_words) > 0))",
            name="binds",
        ),
        sa.CheckConstraint("worth_it BETWEEN 0 AND 10", name="worth_it_scale"),
        sa.CheckConstraint("confidence BETWEEN 0 AND 10", name="confidence_scale"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    version_id: Mapped[UUID] = mapped_column(index=True)
    patient_id: Mapped[UUID]
    content_hash: Mapped[bytes] = mapped_column(HASH)
    at: Mapped[datetime]
    decision: Mapped[Decision]
    feels: Mapped[Feels | None]
    """Asked for by agreeing only."""
    hardest_cost_id: Mapped[UUID | None]
    hardest_cost_words = Sealed()
    worth_it: Mapped[int | None]
    confidence: Mapped[int | None]
    doubts = Sealed()
    binding: Mapped[bool]


class TaskAnswer(WithWords, AppendOnly, Model):
    """The patient's reason for a task, in the patient's words, and whose idea it was; part of an answer.

    Each may be left out; `binding` says that both are there, as agreeing to the task asks for.
    """

    __tablename__ = "task_answer"
    __table_args__ = (
        sa.UniqueConstraint("answer_id", "task_id"),
        sa.UniqueConstraint("answer_id", "task_id", "binding"),
        same_patient("answer_id", "answer"),
        same_patient("task_id", "task"),
        sa.CheckConstraint("binding = (length(reason) > 0 AND idea IS NOT NULL)", name="binds"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID]
    answer_id: Mapped[UUID]
    task_id: Mapped[UUID] = mapped_column(index=True)
    reason = Sealed()
    idea: Mapped[Idea | None]
    binding: Mapped[bool]


class Signature(AppendOnly, Model):
    """The therapist's agreement to a version. Proposing one signs it, and so does accepting the patient's."""

    __tablename__ = "signature"
    __table_args__ = (
        sa.UniqueConstraint("id", "version_id", "content_hash"),
        sa.ForeignKeyConstraint(
            ["version_id", "patient_id", "content_hash"],
            ["contract_version.id", "contract_version.patient_id", "contract_version.content_hash"],
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    version_id: Mapped[UUID] = mapped_column(index=True)
    patient_id: Mapped[UUID]
    content_hash: Mapped[bytes] = mapped_column(HASH)
    therapist_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"))
    at: Mapped[datetime]


class Reply(WithWords, AppendOnly, Model):
    """The therapist lets a proposal of the patient rest, and may say why; read by both."""

    __tablename__ = "reply"
    __table_args__ = (same_patient("version_id", "contract_version"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    version_id: Mapped[UUID] = mapped_column(index=True)
    patient_id: Mapped[UUID]
    therapist_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"))
    at: Mapped[datetime]
    words = Sealed()


class Agreement(Model):
    """A version that came into force: an answer that binds and a signature, over the same content hash."""

    __tablename__ = "agreement"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["version_id", "patient_id", "content_hash"],
            ["contract_version.id", "contract_version.patient_id", "contract_version.content_hash"],
        ),
        sa.ForeignKeyConstraint(
            ["answer_id", "version_id", "content_hash", "binding"],
            ["answer.id", "answer.version_id", "answer.content_hash", "answer.binding"],
        ),
        sa.ForeignKeyConstraint(
            ["signature_id", "version_id", "content_hash"],
            ["signature.id", "signature.version_id", "signature.content_hash"],
        ),
        sa.UniqueConstraint("version_id", "answer_id"),
        sa.CheckConstraint("binding", name="answer_binds"),
        sa.CheckConstraint("until_day >= from_day", name="days_in_order"),
        sa.Index(
            "one_in_force",
            "patient_id",
            unique=True,
            sqlite_where=sa.text("until_day IS NULL"),
            postgresql_where=sa.text("until_day IS NULL"),
        ),
    )

    version_id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(index=True)
    content_hash: Mapped[bytes] = mapped_column(HASH)
    answer_id: Mapped[UUID]
    binding: Mapped[bool] = mapped_column(default=True)
    signature_id: Mapped[UUID]
    at: Mapped[datetime]
    """When the later of the two agreed."""
    from_day: Mapped[date]
    """Local day of `at` in the patient's zone; the first day in force."""
    until_day: Mapped[date | None]
    """The first day no longer in force: superseded by the next agreement, or ended."""


class AgreedTask(Model):
    """A task that both agreed to: it has a goal, and the answer that binds says the patient's reason (1 and 9)."""

    __tablename__ = "agreed_task"
    __table_args__ = (
        sa.ForeignKeyConstraint(["task_id", "version_id", "goal_id"], ["task.id", "task.version_id", "task.goal_id"]),
        sa.UniqueConstraint("task_id", "patient_id"),
        same_patient("task_id", "task"),
        sa.ForeignKeyConstraint(["version_id", "answer_id"], ["agreement.version_id", "agreement.answer_id"]),
        sa.ForeignKeyConstraint(
            ["answer_id", "task_id", "binding"],
            ["task_answer.answer_id", "task_answer.task_id", "task_answer.binding"],
        ),
        sa.CheckConstraint("binding", name="answer_binds"),
    )

    task_id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID]
    version_id: Mapped[UUID] = mapped_column(index=True)
    goal_id: Mapped[UUID]
    answer_id: Mapped[UUID]
    binding: Mapped[bool] = mapped_column(default=True)


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
