"""The patient asks to be reminded of an entry: each time is written once."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

WRITTEN_ONCE = "second_look_is_written_once"


def upgrade() -> None:
    op.create_table(
        "second_look",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("check_in_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["check_in_id", "patient_id"],
            ["check_in.id", "check_in.patient_id"],
            name=op.f("fk_second_look_check_in_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_look")),
        sa.UniqueConstraint("check_in_id", "client_id", name=op.f("uq_second_look_check_in_id_client_id")),
        sa.UniqueConstraint("check_in_id", "number", name=op.f("uq_second_look_check_in_id_number")),
    )
    op.create_index("ix_second_look_patient_due", "second_look", ["patient_id", "due_at"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {WRITTEN_ONCE} AFTER UPDATE ON second_look BEGIN SELECT RAISE(ABORT, '{WRITTEN_ONCE}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {WRITTEN_ONCE}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" RAISE integrity_constraint_violation USING MESSAGE = '{WRITTEN_ONCE}'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {WRITTEN_ONCE} AFTER UPDATE ON second_look FOR EACH ROW EXECUTE FUNCTION {WRITTEN_ONCE}()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {WRITTEN_ONCE}")
    else:
        op.execute(f"DROP TRIGGER {WRITTEN_ONCE} ON second_look")
        op.execute(f"DROP FUNCTION {WRITTEN_ONCE}()")
    op.drop_index("ix_second_look_patient_due", "second_look")
    op.drop_table("second_look")
