"""How goals stand: what each side says of them, which stays as it was said.

SQLite forgets a table's triggers when batch mode rebuilds it: a migration that does so has to make them anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

WRITTEN_ONCE = "goal_review_is_written_once_update"


def upgrade() -> None:
    op.create_table(
        "goal_review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("goal_lineage_id", sa.Uuid(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("patient", "therapist", "admin", name="role", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("round_number", sa.Integer(), nullable=False),
        sa.Column(
            "happened",
            sa.Enum(
                "cant_tell",
                "not_yet",
                "once",
                "sometimes",
                "ordinary",
                name="happened",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "still_theirs",
            sa.Enum("yes", "partly", "no", name="stilltheirs", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(side = 'patient') = (author_id = patient_id)", name=op.f("ck_goal_review_by_its_side")),
        sa.CheckConstraint("side <> 'admin'", name=op.f("ck_goal_review_of_either_side")),
        sa.CheckConstraint("round_number > 0", name=op.f("ck_goal_review_not_in_its_first_weeks")),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_goal_review_author_id")),
        sa.ForeignKeyConstraint(
            ["replaces_id", "patient_id", "goal_lineage_id", "side", "author_id", "round_number"],
            [
                "goal_review.id",
                "goal_review.patient_id",
                "goal_review.goal_lineage_id",
                "goal_review.side",
                "goal_review.author_id",
                "goal_review.round_number",
            ],
            name="fk_goal_review_replaces_ones_own",
        ),
        sa.ForeignKeyConstraint(
            ["version_id", "goal_lineage_id"],
            ["goal.version_id", "goal.lineage_id"],
            name=op.f("fk_goal_review_version_id_goal_lineage_id"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id", "patient_id"],
            ["contract_version.id", "contract_version.patient_id"],
            name=op.f("fk_goal_review_version_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(["version_id"], ["agreement.version_id"], name=op.f("fk_goal_review_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_review")),
        sa.UniqueConstraint(
            "id", "patient_id", "goal_lineage_id", "side", "author_id", "round_number", name="uq_goal_review_whose"
        ),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_goal_review_replaces_id")),
    )
    with op.batch_alter_table("goal_review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goal_review_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index(
            "one_review_a_side_and_round",
            ["goal_lineage_id", "side", "round_number"],
            unique=True,
            sqlite_where=sa.text("replaces_id IS NULL"),
            postgresql_where=sa.text("replaces_id IS NULL"),
        )

    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {WRITTEN_ONCE} AFTER UPDATE ON goal_review"
            f" BEGIN SELECT RAISE(ABORT, '{WRITTEN_ONCE}'); END"
        )
    else:
        op.execute(
            f"CREATE FUNCTION {WRITTEN_ONCE}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" RAISE integrity_constraint_violation USING MESSAGE = '{WRITTEN_ONCE}'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {WRITTEN_ONCE} AFTER UPDATE ON goal_review FOR EACH ROW EXECUTE FUNCTION {WRITTEN_ONCE}()"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {WRITTEN_ONCE}")
    else:
        op.execute(f"DROP TRIGGER {WRITTEN_ONCE} ON goal_review")
        op.execute(f"DROP FUNCTION {WRITTEN_ONCE}()")
    with op.batch_alter_table("goal_review", schema=None) as batch_op:
        batch_op.drop_index(
            "one_review_a_side_and_round",
            sqlite_where=sa.text("replaces_id IS NULL"),
            postgresql_where=sa.text("replaces_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_goal_review_patient_id"))

    op.drop_table("goal_review")
