"""The main job: people, contract, occasions, check-ins, sessions.

The first tables that hold words sealed. Those before (0001, 0002) were never released and held invented people only;
a database of theirs can't be carried over.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clinic",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_clinic_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinic")),
    )
    op.create_table(
        "user",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum("patient", "therapist", "admin", name="role", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("username", sa.LargeBinary(), nullable=False),
        sa.Column("username_mark", sa.LargeBinary(length=32), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "password_hash IS NULL OR username_mark IS NOT NULL", name=op.f("ck_user_password_has_a_name")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("username_mark", name=op.f("uq_user_username_mark")),
    )
    op.create_table(
        "activity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["user.id"], name=op.f("fk_activity_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
        sa.UniqueConstraint("id", "patient_id", name=op.f("uq_activity_id_patient_id")),
    )
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_activity_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "care_relationship",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("therapist_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["patient_id"], ["user.id"], name=op.f("fk_care_relationship_patient_id")),
        sa.ForeignKeyConstraint(["therapist_id"], ["user.id"], name=op.f("fk_care_relationship_therapist_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_relationship")),
    )
    with op.batch_alter_table("care_relationship", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_care_relationship_therapist_id"), ["therapist_id"], unique=False)
        batch_op.create_index(
            "one_current_care",
            ["patient_id", "therapist_id"],
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )

    op.create_table(
        "consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("text_version", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_consent_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_user_id"), ["user_id"], unique=False)

    op.create_table(
        "contract_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column(
            "author",
            sa.Enum("patient", "therapist", "admin", name="role", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum("working", "closing", name="versionkind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "proposed",
                "agreed",
                "declined",
                "counter_proposed",
                "withdrawn",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("content_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("promise", sa.LargeBinary(), nullable=False),
        sa.Column("limits", sa.LargeBinary(), nullable=False),
        sa.Column("cost_of_staying_still", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "state = 'draft' OR content_hash IS NOT NULL", name=op.f("ck_contract_version_proposed_is_hashed")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id", "patient_id"],
            ["contract_version.id", "contract_version.patient_id"],
            name=op.f("fk_contract_version_parent_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["user.id"], name=op.f("fk_contract_version_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_version")),
        sa.UniqueConstraint(
            "id", "patient_id", "content_hash", name=op.f("uq_contract_version_id_patient_id_content_hash")
        ),
        sa.UniqueConstraint("id", "patient_id", name=op.f("uq_contract_version_id_patient_id")),
        sa.UniqueConstraint("patient_id", "number", name=op.f("uq_contract_version_patient_id_number")),
    )
    with op.batch_alter_table("contract_version", schema=None) as batch_op:
        batch_op.create_index(
            "one_draft_and_one_proposal_a_side",
            ["patient_id", "author", "state"],
            unique=True,
            sqlite_where=sa.text("state IN ('draft', 'proposed')"),
            postgresql_where=sa.text("state IN ('draft', 'proposed')"),
        )

    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["user.id"], name=op.f("fk_invitation_person_id")),
        sa.ForeignKeyConstraint(["made_by"], ["user.id"], name=op.f("fk_invitation_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_invitation_code_hash")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_person_id"), ["person_id"], unique=False)

    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["user.id"], name=op.f("fk_person_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("id", "patient_id", name=op.f("uq_person_id_patient_id")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("therapist_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["user.id"], name=op.f("fk_session_patient_id")),
        sa.ForeignKeyConstraint(["therapist_id"], ["user.id"], name=op.f("fk_session_therapist_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("patient_id", "therapist_id", "at", name=op.f("uq_session_patient_id_therapist_id_at")),
    )
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_therapist_id"), ["therapist_id"], unique=False)

    op.create_table(
        "trigger",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["user.id"], name=op.f("fk_trigger_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trigger")),
        sa.UniqueConstraint("id", "patient_id", name=op.f("uq_trigger_id_patient_id")),
    )
    with op.batch_alter_table("trigger", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trigger_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "week_closed",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("lineage_id", sa.Uuid(), nullable=False),
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["user.id"], name=op.f("fk_week_closed_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_week_closed")),
        sa.UniqueConstraint(
            "patient_id", "lineage_id", "monday", name=op.f("uq_week_closed_patient_id_lineage_id_monday")
        ),
    )
    op.create_table(
        "zone_stay",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_zone_stay_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zone_stay")),
        sa.UniqueConstraint("user_id", "since", name=op.f("uq_zone_stay_user_id_since")),
    )
    op.create_table(
        "expected_cost",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id", "patient_id"],
            ["contract_version.id", "contract_version.patient_id"],
            name=op.f("fk_expected_cost_version_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expected_cost")),
        sa.UniqueConstraint("id", "version_id", name=op.f("uq_expected_cost_id_version_id")),
    )
    with op.batch_alter_table("expected_cost", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_expected_cost_version_id"), ["version_id"], unique=False)

    op.create_table(
        "goal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("observable_sign", sa.LargeBinary(), nullable=False),
        sa.Column("how_it_is_now", sa.LargeBinary(), nullable=False),
        sa.Column("enough", sa.LargeBinary(), nullable=False),
        sa.Column("lineage_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id", "patient_id"],
            ["contract_version.id", "contract_version.patient_id"],
            name=op.f("fk_goal_version_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal")),
        sa.UniqueConstraint("id", "version_id", name=op.f("uq_goal_id_version_id")),
        sa.UniqueConstraint("version_id", "lineage_id", name=op.f("uq_goal_version_id_lineage_id")),
    )
    with op.batch_alter_table("goal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goal_version_id"), ["version_id"], unique=False)

    op.create_table(
        "signature",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("therapist_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["therapist_id"], ["user.id"], name=op.f("fk_signature_therapist_id")),
        sa.ForeignKeyConstraint(
            ["version_id", "patient_id", "content_hash"],
            ["contract_version.id", "contract_version.patient_id", "contract_version.content_hash"],
            name=op.f("fk_signature_version_id_patient_id_content_hash"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
        sa.UniqueConstraint("id", "version_id", "content_hash", name=op.f("uq_signature_id_version_id_content_hash")),
    )
    with op.batch_alter_table("signature", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signature_version_id"), ["version_id"], unique=False)

    op.create_table(
        "answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "agree",
                "would_change",
                "not_now",
                name="decision",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "feels",
            sa.Enum(
                "mine",
                "worked_out_together",
                "told_but_i_can_choose",
                "told",
                name="feels",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("hardest_cost_id", sa.Uuid(), nullable=True),
        sa.Column("worth_it", sa.Integer(), nullable=True),
        sa.Column("confidence", sa.Integer(), nullable=True),
        sa.Column("binding", sa.Boolean(), nullable=False),
        sa.Column("hardest_cost_words", sa.LargeBinary(), nullable=False),
        sa.Column("doubts", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "binding = (decision = 'agree' AND feels IS NOT NULL AND feels <> 'told' AND (hardest_cost_id IS NOT NULL OR length(hardest_cost_words) > 0))",
            name=op.f("ck_answer_binds"),
        ),
        sa.CheckConstraint("confidence BETWEEN 0 AND 10", name=op.f("ck_answer_confidence_scale")),
        sa.CheckConstraint("worth_it BETWEEN 0 AND 10", name=op.f("ck_answer_worth_it_scale")),
        sa.ForeignKeyConstraint(
            ["hardest_cost_id", "version_id"],
            ["expected_cost.id", "expected_cost.version_id"],
            name=op.f("fk_answer_hardest_cost_id_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id", "patient_id", "content_hash"],
            ["contract_version.id", "contract_version.patient_id", "contract_version.content_hash"],
            name=op.f("fk_answer_version_id_patient_id_content_hash"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint("id", "patient_id", name=op.f("uq_answer_id_patient_id")),
        sa.UniqueConstraint(
            "id", "version_id", "content_hash", "binding", name=op.f("uq_answer_id_version_id_content_hash_binding")
        ),
    )
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_version_id"), ["version_id"], unique=False)

    op.create_table(
        "task",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("goal_id", sa.Uuid(), nullable=True),
        sa.Column("lineage_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "one_off",
                "weekly",
                "response",
                "practice",
                "in_session",
                name="taskkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("target", sa.Integer(), nullable=True),
        sa.Column("window_from", sa.Date(), nullable=True),
        sa.Column("window_until", sa.Date(), nullable=True),
        sa.Column("telling", sa.Boolean(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("smaller_version", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("(kind = 'one_off') = (window_until IS NOT NULL)", name=op.f("ck_task_one_off_has_window")),
        sa.CheckConstraint("(kind = 'weekly') = (target IS NOT NULL)", name=op.f("ck_task_weekly_has_target")),
        sa.CheckConstraint("target BETWEEN 1 AND 7", name=op.f("ck_task_target_in_week")),
        sa.CheckConstraint("window_from <= window_until", name=op.f("ck_task_window_in_order")),
        sa.ForeignKeyConstraint(
            ["goal_id", "version_id"], ["goal.id", "goal.version_id"], name=op.f("fk_task_goal_id_version_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id", "patient_id"],
            ["contract_version.id", "contract_version.patient_id"],
            name=op.f("fk_task_version_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sa.UniqueConstraint("id", "patient_id", name=op.f("uq_task_id_patient_id")),
        sa.UniqueConstraint("id", "version_id", "goal_id", name=op.f("uq_task_id_version_id_goal_id")),
        sa.UniqueConstraint("id", "version_id", name=op.f("uq_task_id_version_id")),
        sa.UniqueConstraint("version_id", "lineage_id", name=op.f("uq_task_version_id_lineage_id")),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_version_id"), ["version_id"], unique=False)

    op.create_table(
        "agreement",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("binding", sa.Boolean(), nullable=False),
        sa.Column("signature_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.CheckConstraint("binding", name=op.f("ck_agreement_answer_binds")),
        sa.CheckConstraint("until_day >= from_day", name=op.f("ck_agreement_days_in_order")),
        sa.ForeignKeyConstraint(
            ["answer_id", "version_id", "content_hash", "binding"],
            ["answer.id", "answer.version_id", "answer.content_hash", "answer.binding"],
            name=op.f("fk_agreement_answer_id_version_id_content_hash_binding"),
        ),
        sa.ForeignKeyConstraint(
            ["signature_id", "version_id", "content_hash"],
            ["signature.id", "signature.version_id", "signature.content_hash"],
            name=op.f("fk_agreement_signature_id_version_id_content_hash"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id", "patient_id", "content_hash"],
            ["contract_version.id", "contract_version.patient_id", "contract_version.content_hash"],
            name=op.f("fk_agreement_version_id_patient_id_content_hash"),
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("version_id", "answer_id", name=op.f("uq_agreement_version_id_answer_id")),
    )
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index(
            "one_in_force",
            ["patient_id"],
            unique=True,
            sqlite_where=sa.text("until_day IS NULL"),
            postgresql_where=sa.text("until_day IS NULL"),
        )

    op.create_table(
        "order_flag",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["user.id"], name=op.f("fk_order_flag_patient_id")),
        sa.ForeignKeyConstraint(
            ["task_id", "patient_id"], ["task.id", "task.patient_id"], name=op.f("fk_order_flag_task_id_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id", "patient_id"],
            ["contract_version.id", "contract_version.patient_id"],
            name=op.f("fk_order_flag_version_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_flag")),
        sa.UniqueConstraint("id", "patient_id", name=op.f("uq_order_flag_id_patient_id")),
    )
    with op.batch_alter_table("order_flag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_flag_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "task_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column(
            "idea",
            sa.Enum("mine", "ours", "theirs", name="idea", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("binding", sa.Boolean(), nullable=False),
        sa.CheckConstraint("binding = (length(reason) > 0 AND idea IS NOT NULL)", name=op.f("ck_task_answer_binds")),
        sa.ForeignKeyConstraint(
            ["answer_id", "patient_id"],
            ["answer.id", "answer.patient_id"],
            name=op.f("fk_task_answer_answer_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["task_id", "patient_id"], ["task.id", "task.patient_id"], name=op.f("fk_task_answer_task_id_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_answer")),
        sa.UniqueConstraint("answer_id", "task_id", "binding", name=op.f("uq_task_answer_answer_id_task_id_binding")),
        sa.UniqueConstraint("answer_id", "task_id", name=op.f("uq_task_answer_answer_id_task_id")),
    )
    with op.batch_alter_table("task_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_answer_task_id"), ["task_id"], unique=False)

    op.create_table(
        "agreed_task",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("goal_id", sa.Uuid(), nullable=False),
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("binding", sa.Boolean(), nullable=False),
        sa.CheckConstraint("binding", name=op.f("ck_agreed_task_answer_binds")),
        sa.ForeignKeyConstraint(
            ["answer_id", "task_id", "binding"],
            ["task_answer.answer_id", "task_answer.task_id", "task_answer.binding"],
            name=op.f("fk_agreed_task_answer_id_task_id_binding"),
        ),
        sa.ForeignKeyConstraint(
            ["task_id", "patient_id"], ["task.id", "task.patient_id"], name=op.f("fk_agreed_task_task_id_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["task_id", "version_id", "goal_id"],
            ["task.id", "task.version_id", "task.goal_id"],
            name=op.f("fk_agreed_task_task_id_version_id_goal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id", "answer_id"],
            ["agreement.version_id", "agreement.answer_id"],
            name=op.f("fk_agreed_task_version_id_answer_id"),
        ),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_agreed_task")),
        sa.UniqueConstraint("task_id", "patient_id", name=op.f("uq_agreed_task_task_id_patient_id")),
    )
    with op.batch_alter_table("agreed_task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreed_task_version_id"), ["version_id"], unique=False)

    op.create_table(
        "pause",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column(
            "scope",
            sa.Enum("task", "goal", "everything", name="scope", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("lineage_id", sa.Uuid(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("resumed_on", sa.Date(), nullable=True),
        sa.Column("order_flag_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(scope = 'everything') = (lineage_id IS NULL)", name=op.f("ck_pause_scope_names_lineage")),
        sa.CheckConstraint("resumed_on >= first_day", name=op.f("ck_pause_days_in_order")),
        sa.ForeignKeyConstraint(
            ["order_flag_id", "patient_id"],
            ["order_flag.id", "order_flag.patient_id"],
            name=op.f("fk_pause_order_flag_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["user.id"], name=op.f("fk_pause_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pause")),
    )
    with op.batch_alter_table("pause", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pause_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index(
            "one_open_pause_a_line",
            ["lineage_id"],
            unique=True,
            sqlite_where=sa.text("resumed_on IS NULL"),
            postgresql_where=sa.text("resumed_on IS NULL"),
        )
        batch_op.create_index(
            "one_open_pause_of_everything",
            ["patient_id"],
            unique=True,
            sqlite_where=sa.text("resumed_on IS NULL AND lineage_id IS NULL"),
            postgresql_where=sa.text("resumed_on IS NULL AND lineage_id IS NULL"),
        )

    op.create_table(
        "experiment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column(
            "author",
            sa.Enum("patient", "therapist", "admin", name="role", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("place", sa.LargeBinary(), nullable=False),
        sa.Column("company", sa.LargeBinary(), nullable=False),
        sa.Column("if_then", sa.LargeBinary(), nullable=False),
        sa.Column("smaller_version", sa.LargeBinary(), nullable=False),
        sa.Column("covered_by", sa.LargeBinary(), nullable=False),
        sa.Column("honest_reply", sa.LargeBinary(), nullable=False),
        sa.Column(
            "care_need",
            sa.Enum("no", "covered", "not_sure", name="careneed", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("first_check_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("starts_at <= ends_at", name=op.f("ck_experiment_window_in_order")),
        sa.ForeignKeyConstraint(
            ["activity_id", "patient_id"],
            ["activity.id", "activity.patient_id"],
            name=op.f("fk_experiment_activity_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["user.id"], name=op.f("fk_experiment_patient_id")),
        sa.ForeignKeyConstraint(
            ["task_id", "patient_id"],
            ["agreed_task.task_id", "agreed_task.patient_id"],
            name=op.f("fk_experiment_task_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experiment")),
        sa.UniqueConstraint("id", "ends_at", name=op.f("uq_experiment_id_ends_at")),
        sa.UniqueConstraint("id", "patient_id", name=op.f("uq_experiment_id_patient_id")),
    )
    with op.batch_alter_table("experiment", schema=None) as batch_op:
        batch_op.create_index("ix_experiment_patient_time", ["patient_id", "starts_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_experiment_task_id"), ["task_id"], unique=False)

    op.create_table(
        "check_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(length=32), nullable=False),
        sa.Column(
            "door",
            sa.Enum(
                "guilt", "empty", "cutting", "good", name="door", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("guilt", sa.Integer(), nullable=True),
        sa.Column("guilt_cant_tell", sa.Boolean(), nullable=False),
        sa.Column("urge", sa.Integer(), nullable=True),
        sa.Column("urge_cant_tell", sa.Boolean(), nullable=False),
        sa.Column("experiment_id", sa.Uuid(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("NOT (guilt_cant_tell AND guilt IS NOT NULL)", name=op.f("ck_check_in_guilt_told_or_not")),
        sa.CheckConstraint("NOT (urge_cant_tell AND urge IS NOT NULL)", name=op.f("ck_check_in_urge_told_or_not")),
        sa.CheckConstraint("guilt BETWEEN 0 AND 10", name=op.f("ck_check_in_guilt_scale")),
        sa.CheckConstraint("urge BETWEEN 0 AND 10", name=op.f("ck_check_in_urge_scale")),
        sa.ForeignKeyConstraint(
            ["experiment_id", "patient_id"],
            ["experiment.id", "experiment.patient_id"],
            name=op.f("fk_check_in_experiment_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["user.id"], name=op.f("fk_check_in_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in")),
        sa.UniqueConstraint("id", "patient_id", name=op.f("uq_check_in_id_patient_id")),
        sa.UniqueConstraint("patient_id", "client_id", name=op.f("uq_check_in_patient_id_client_id")),
    )
    with op.batch_alter_table("check_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_check_in_experiment_id"), ["experiment_id"], unique=False)
        batch_op.create_index("ix_check_in_patient_time", ["patient_id", "occurred_at"], unique=False)

    op.create_table(
        "debrief",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("experiment_id", sa.Uuid(), nullable=False),
        sa.Column("window_ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column(
            "result",
            sa.Enum(
                "done",
                "smaller",
                "my_part",
                "gave_up",
                "not_attempted",
                "renegotiated",
                "obstacle",
                name="result",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "stopped",
            sa.Enum("before", "midway", name="stopped", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("enjoyment", sa.Integer(), nullable=True),
        sa.Column("mood", sa.Integer(), nullable=True),
        sa.Column("freedom", sa.Integer(), nullable=True),
        sa.Column(
            "verdict",
            sa.Enum(
                "keep", "adapt", "drop", "not_yet", name="verdict", native_enum=False, create_constraint=True, length=32
            ),
            nullable=True,
        ),
        sa.Column("words_private", sa.Boolean(), nullable=False),
        sa.Column("learned", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("(result = 'gave_up') = (stopped IS NOT NULL)", name=op.f("ck_debrief_gave_up_says_when")),
        sa.CheckConstraint(
            "result <> 'renegotiated' OR (asked_at IS NOT NULL AND asked_at <= window_ended_at)",
            name=op.f("ck_debrief_asked_in_time"),
        ),
        sa.CheckConstraint("enjoyment BETWEEN 0 AND 10", name=op.f("ck_debrief_enjoyment_scale")),
        sa.CheckConstraint("freedom BETWEEN 0 AND 10", name=op.f("ck_debrief_freedom_scale")),
        sa.CheckConstraint("mood BETWEEN 0 AND 10", name=op.f("ck_debrief_mood_scale")),
        sa.ForeignKeyConstraint(
            ["experiment_id", "patient_id"],
            ["experiment.id", "experiment.patient_id"],
            name=op.f("fk_debrief_experiment_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["experiment_id", "window_ended_at"],
            ["experiment.id", "experiment.ends_at"],
            name=op.f("fk_debrief_experiment_id_window_ended_at"),
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["user.id"], name=op.f("fk_debrief_patient_id")),
        sa.ForeignKeyConstraint(
            ["replaces_id", "patient_id"],
            ["debrief.id", "debrief.patient_id"],
            name=op.f("fk_debrief_replaces_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debrief")),
        sa.UniqueConstraint("id", "patient_id", name=op.f("uq_debrief_id_patient_id")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_debrief_replaces_id")),
    )
    with op.batch_alter_table("debrief", schema=None) as batch_op:
        batch_op.create_index("ix_debrief_patient_day", ["patient_id", "local_date"], unique=False)
        batch_op.create_index(
            "one_first_debrief",
            ["experiment_id"],
            unique=True,
            sqlite_where=sa.text("replaces_id IS NULL"),
            postgresql_where=sa.text("replaces_id IS NULL"),
        )

    op.create_table(
        "prediction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("experiment_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expected_guilt", sa.Integer(), nullable=True),
        sa.CheckConstraint("expected_guilt BETWEEN 0 AND 10", name=op.f("ck_prediction_guilt_scale")),
        sa.ForeignKeyConstraint(
            ["experiment_id", "patient_id"],
            ["experiment.id", "experiment.patient_id"],
            name=op.f("fk_prediction_experiment_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prediction")),
        sa.UniqueConstraint("id", "patient_id", name=op.f("uq_prediction_id_patient_id")),
    )
    with op.batch_alter_table("prediction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_prediction_experiment_id"), ["experiment_id"], unique=False)

    op.create_table(
        "check_in_detail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("check_in_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trigger_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("thought", sa.LargeBinary(), nullable=False),
        sa.Column("wanted", sa.LargeBinary(), nullable=False),
        sa.Column("saw_myself", sa.LargeBinary(), nullable=False),
        sa.Column(
            "guilt_kind",
            sa.Enum(
                "real", "old", "both", "unsure", name="guiltkind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=True,
        ),
        sa.Column("envy", sa.Integer(), nullable=True),
        sa.Column("contempt", sa.Integer(), nullable=True),
        sa.Column("shame", sa.Integer(), nullable=True),
        sa.Column("anger", sa.Integer(), nullable=True),
        sa.Column("freedom", sa.Integer(), nullable=True),
        sa.Column("curiosity", sa.Integer(), nullable=True),
        sa.CheckConstraint("anger BETWEEN 0 AND 10", name=op.f("ck_check_in_detail_anger_scale")),
        sa.CheckConstraint("contempt BETWEEN 0 AND 10", name=op.f("ck_check_in_detail_contempt_scale")),
        sa.CheckConstraint("curiosity BETWEEN 0 AND 10", name=op.f("ck_check_in_detail_curiosity_scale")),
        sa.CheckConstraint("envy BETWEEN 0 AND 10", name=op.f("ck_check_in_detail_envy_scale")),
        sa.CheckConstraint("freedom BETWEEN 0 AND 10", name=op.f("ck_check_in_detail_freedom_scale")),
        sa.CheckConstraint("shame BETWEEN 0 AND 10", name=op.f("ck_check_in_detail_shame_scale")),
        sa.ForeignKeyConstraint(
            ["check_in_id", "patient_id"],
            ["check_in.id", "check_in.patient_id"],
            name=op.f("fk_check_in_detail_check_in_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id", "patient_id"],
            ["person.id", "person.patient_id"],
            name=op.f("fk_check_in_detail_person_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["trigger_id", "patient_id"],
            ["trigger.id", "trigger.patient_id"],
            name=op.f("fk_check_in_detail_trigger_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in_detail")),
        sa.UniqueConstraint("check_in_id", "client_id", name=op.f("uq_check_in_detail_check_in_id_client_id")),
        sa.UniqueConstraint("check_in_id", "number", name=op.f("uq_check_in_detail_check_in_id_number")),
    )
    op.create_table(
        "conflicting_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("check_in_id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(length=32), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["check_in_id", "patient_id"],
            ["check_in.id", "check_in.patient_id"],
            name=op.f("fk_conflicting_entry_check_in_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflicting_entry")),
        sa.UniqueConstraint("check_in_id", "fingerprint", name=op.f("uq_conflicting_entry_check_in_id_fingerprint")),
    )
    op.create_table(
        "correction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("check_in_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("guilt", sa.Integer(), nullable=True),
        sa.Column("guilt_cant_tell", sa.Boolean(), nullable=False),
        sa.Column("urge", sa.Integer(), nullable=True),
        sa.Column("urge_cant_tell", sa.Boolean(), nullable=False),
        sa.CheckConstraint("NOT (guilt_cant_tell AND guilt IS NOT NULL)", name=op.f("ck_correction_guilt_told_or_not")),
        sa.CheckConstraint("NOT (urge_cant_tell AND urge IS NOT NULL)", name=op.f("ck_correction_urge_told_or_not")),
        sa.CheckConstraint("guilt BETWEEN 0 AND 10", name=op.f("ck_correction_guilt_scale")),
        sa.CheckConstraint("urge BETWEEN 0 AND 10", name=op.f("ck_correction_urge_scale")),
        sa.ForeignKeyConstraint(
            ["check_in_id", "patient_id"],
            ["check_in.id", "check_in.patient_id"],
            name=op.f("fk_correction_check_in_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        sa.UniqueConstraint("check_in_id", "client_id", name=op.f("uq_correction_check_in_id_client_id")),
        sa.UniqueConstraint("check_in_id", "number", name=op.f("uq_correction_check_in_id_number")),
    )
    op.create_table(
        "met",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("debrief_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "telling",
            sa.Enum(
                "told",
                "half",
                "cover",
                "nobody_asked",
                "rather_not_say",
                name="telling",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "reaction",
            sa.Enum(
                "supportive",
                "neutral",
                "upset",
                "upset_then_all_right",
                "frightening",
                "unknown",
                name="reaction",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("observed_suffering", sa.Integer(), nullable=True),
        sa.Column("could_not_tell", sa.Boolean(), nullable=False),
        sa.CheckConstraint("NOT (could_not_tell AND observed_suffering IS NOT NULL)", name=op.f("ck_met_told_or_not")),
        sa.CheckConstraint("observed_suffering BETWEEN 0 AND 10", name=op.f("ck_met_suffering_scale")),
        sa.ForeignKeyConstraint(
            ["debrief_id", "patient_id"],
            ["debrief.id", "debrief.patient_id"],
            name=op.f("fk_met_debrief_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id", "patient_id"], ["person.id", "person.patient_id"], name=op.f("fk_met_person_id_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_met")),
        sa.UniqueConstraint("debrief_id", "person_id", name=op.f("uq_met_debrief_id_person_id")),
    )
    op.create_table(
        "predicted_suffering",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("prediction_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("might_suffer", sa.Integer(), nullable=False),
        sa.Column("belief", sa.Integer(), nullable=True),
        sa.CheckConstraint("belief BETWEEN 0 AND 100", name=op.f("ck_predicted_suffering_belief_percent")),
        sa.CheckConstraint("might_suffer BETWEEN 0 AND 10", name=op.f("ck_predicted_suffering_suffering_scale")),
        sa.ForeignKeyConstraint(
            ["person_id", "patient_id"],
            ["person.id", "person.patient_id"],
            name=op.f("fk_predicted_suffering_person_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["prediction_id", "patient_id"],
            ["prediction.id", "prediction.patient_id"],
            name=op.f("fk_predicted_suffering_prediction_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_predicted_suffering")),
        sa.UniqueConstraint("prediction_id", "person_id", name=op.f("uq_predicted_suffering_prediction_id_person_id")),
    )
    op.create_table(
        "re_rating",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("check_in_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("guilt", sa.Integer(), nullable=True),
        sa.Column("guilt_cant_tell", sa.Boolean(), nullable=False),
        sa.Column("urge", sa.Integer(), nullable=True),
        sa.Column("urge_cant_tell", sa.Boolean(), nullable=False),
        sa.CheckConstraint("NOT (guilt_cant_tell AND guilt IS NOT NULL)", name=op.f("ck_re_rating_guilt_told_or_not")),
        sa.CheckConstraint("NOT (urge_cant_tell AND urge IS NOT NULL)", name=op.f("ck_re_rating_urge_told_or_not")),
        sa.CheckConstraint("guilt BETWEEN 0 AND 10", name=op.f("ck_re_rating_guilt_scale")),
        sa.CheckConstraint("urge BETWEEN 0 AND 10", name=op.f("ck_re_rating_urge_scale")),
        sa.ForeignKeyConstraint(
            ["check_in_id", "patient_id"],
            ["check_in.id", "check_in.patient_id"],
            name=op.f("fk_re_rating_check_in_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_re_rating")),
        sa.UniqueConstraint("check_in_id", "client_id", name=op.f("uq_re_rating_check_in_id_client_id")),
        sa.UniqueConstraint("check_in_id", "number", name=op.f("uq_re_rating_check_in_id_number")),
    )
    op.create_table(
        "visibility_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("check_in_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "visibility",
            sa.Enum(
                "shared",
                "words_private",
                "only_me",
                name="visibility",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("sooner", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["check_in_id", "patient_id"],
            ["check_in.id", "check_in.patient_id"],
            name=op.f("fk_visibility_change_check_in_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visibility_change")),
        sa.UniqueConstraint("check_in_id", "client_id", name=op.f("uq_visibility_change_check_in_id_client_id")),
        sa.UniqueConstraint("check_in_id", "number", name=op.f("uq_visibility_change_check_in_id_number")),
    )


def downgrade() -> None:
    op.drop_table("visibility_change")
    op.drop_table("re_rating")
    op.drop_table("predicted_suffering")
    op.drop_table("met")
    op.drop_table("correction")
    op.drop_table("conflicting_entry")
    op.drop_table("check_in_detail")
    with op.batch_alter_table("prediction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_prediction_experiment_id"))

    op.drop_table("prediction")
    with op.batch_alter_table("debrief", schema=None) as batch_op:
        batch_op.drop_index(
            "one_first_debrief",
            sqlite_where=sa.text("replaces_id IS NULL"),
            postgresql_where=sa.text("replaces_id IS NULL"),
        )
        batch_op.drop_index("ix_debrief_patient_day")

    op.drop_table("debrief")
    with op.batch_alter_table("check_in", schema=None) as batch_op:
        batch_op.drop_index("ix_check_in_patient_time")
        batch_op.drop_index(batch_op.f("ix_check_in_experiment_id"))

    op.drop_table("check_in")
    with op.batch_alter_table("experiment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_experiment_task_id"))
        batch_op.drop_index("ix_experiment_patient_time")

    op.drop_table("experiment")
    with op.batch_alter_table("pause", schema=None) as batch_op:
        batch_op.drop_index(
            "one_open_pause_of_everything",
            sqlite_where=sa.text("resumed_on IS NULL AND lineage_id IS NULL"),
            postgresql_where=sa.text("resumed_on IS NULL AND lineage_id IS NULL"),
        )
        batch_op.drop_index(
            "one_open_pause_a_line",
            sqlite_where=sa.text("resumed_on IS NULL"),
            postgresql_where=sa.text("resumed_on IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_pause_patient_id"))

    op.drop_table("pause")
    with op.batch_alter_table("agreed_task", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreed_task_version_id"))

    op.drop_table("agreed_task")
    with op.batch_alter_table("task_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_task_answer_task_id"))

    op.drop_table("task_answer")
    with op.batch_alter_table("order_flag", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_order_flag_patient_id"))

    op.drop_table("order_flag")
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_index(
            "one_in_force", sqlite_where=sa.text("until_day IS NULL"), postgresql_where=sa.text("until_day IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_agreement_patient_id"))

    op.drop_table("agreement")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_task_version_id"))

    op.drop_table("task")
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answer_version_id"))

    op.drop_table("answer")
    with op.batch_alter_table("signature", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signature_version_id"))

    op.drop_table("signature")
    with op.batch_alter_table("goal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_goal_version_id"))

    op.drop_table("goal")
    with op.batch_alter_table("expected_cost", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_expected_cost_version_id"))

    op.drop_table("expected_cost")
    op.drop_table("zone_stay")
    op.drop_table("week_closed")
    with op.batch_alter_table("trigger", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trigger_patient_id"))

    op.drop_table("trigger")
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_therapist_id"))

    op.drop_table("session")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_patient_id"))

    op.drop_table("person")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_person_id"))

    op.drop_table("invitation")
    with op.batch_alter_table("contract_version", schema=None) as batch_op:
        batch_op.drop_index(
            "one_draft_and_one_proposal_a_side",
            sqlite_where=sa.text("state IN ('draft', 'proposed')"),
            postgresql_where=sa.text("state IN ('draft', 'proposed')"),
        )

    op.drop_table("contract_version")
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consent_user_id"))

    op.drop_table("consent")
    with op.batch_alter_table("care_relationship", schema=None) as batch_op:
        batch_op.drop_index(
            "one_current_care", sqlite_where=sa.text("until IS NULL"), postgresql_where=sa.text("until IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_care_relationship_therapist_id"))

    op.drop_table("care_relationship")
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_activity_patient_id"))

    op.drop_table("activity")
    op.drop_table("user")
    op.drop_table("clinic")
