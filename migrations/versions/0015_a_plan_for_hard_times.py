"""The patient's plan for hard times: each version is written once."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

WRITTEN_ONCE = "safety_plan_is_written_once"


def upgrade() -> None:
    op.create_table(
        "safety_plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("therapist_id", sa.Uuid(), nullable=True),
        sa.Column("signs", sa.LargeBinary(), nullable=False),
        sa.Column("by_myself", sa.LargeBinary(), nullable=False),
        sa.Column("elsewhere", sa.LargeBinary(), nullable=False),
        sa.Column("people", sa.LargeBinary(), nullable=False),
        sa.Column("professionals", sa.LargeBinary(), nullable=False),
        sa.Column("out_of_reach", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["user.id"], name=op.f("fk_safety_plan_patient_id")),
        sa.ForeignKeyConstraint(["therapist_id"], ["user.id"], name=op.f("fk_safety_plan_therapist_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_safety_plan")),
        sa.UniqueConstraint("patient_id", "number", name=op.f("uq_safety_plan_patient_id_number")),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {WRITTEN_ONCE} AFTER UPDATE ON safety_plan BEGIN SELECT RAISE(ABORT, '{WRITTEN_ONCE}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {WRITTEN_ONCE}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" RAISE integrity_constraint_violation USING MESSAGE = '{WRITTEN_ONCE}'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {WRITTEN_ONCE} AFTER UPDATE ON safety_plan FOR EACH ROW EXECUTE FUNCTION {WRITTEN_ONCE}()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {WRITTEN_ONCE}")
    else:
        op.execute(f"DROP TRIGGER {WRITTEN_ONCE} ON safety_plan")
        op.execute(f"DROP FUNCTION {WRITTEN_ONCE}()")
    op.drop_table("safety_plan")
