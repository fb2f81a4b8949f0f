"""What people said of a version, and what came into force."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.contract.models.versions import HASH
from companion.contract.rules import Decision, Feels, Idea
from companion.extensions import AppendOnly, Model, same_patient
from companion.kernel.ids import new_id
from companion.sealed import Sealed, WithWords


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
