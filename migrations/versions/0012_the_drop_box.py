"""What comes out of the drop box, decisions, and what the patient leaves out; and what of it is written once.

SQLite forgets a table's triggers when batch mode rebuilds it: a migration that does so has to make them anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

WRITTEN_ONCE = ("box_item", "aside_read", "decision", "left_out")
REFLECTION = ("id", "patient_id", "client_id", "received_at", "zone", "want", "view", "feel")
"""What of three lines stays as it was written."""


def is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def upgrade() -> None:
    op.create_table(
        "box_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(length=32), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("check_in_id", sa.Uuid(), nullable=True),
        sa.Column(
            "aside",
            sa.Enum(
                "no_such_page",
                "no_entry",
                "not_taken",
                name="aside",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["check_in_id", "patient_id"],
            ["check_in.id", "check_in.patient_id"],
            name=op.f("fk_box_item_check_in_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["user.id"], name=op.f("fk_box_item_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_box_item")),
        sa.UniqueConstraint("id", "patient_id", name=op.f("uq_box_item_id_patient_id")),
        sa.UniqueConstraint(
            "patient_id", "client_id", "fingerprint", name=op.f("uq_box_item_patient_id_client_id_fingerprint")
        ),
    )
    op.create_index(op.f("ix_box_item_check_in_id"), "box_item", ["check_in_id"], unique=False)
    op.create_table(
        "aside_read",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("box_item_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["box_item_id", "patient_id"],
            ["box_item.id", "box_item.patient_id"],
            name=op.f("fk_aside_read_box_item_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aside_read")),
        sa.UniqueConstraint("box_item_id", name=op.f("uq_aside_read_box_item_id")),
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("check_in_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "choice",
            sa.Enum(
                "go_on",
                "smaller",
                "stop_for_now",
                "check_first",
                name="next",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["check_in_id", "patient_id"],
            ["check_in.id", "check_in.patient_id"],
            name=op.f("fk_decision_check_in_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("check_in_id", "client_id", name=op.f("uq_decision_check_in_id_client_id")),
        sa.UniqueConstraint("check_in_id", "number", name=op.f("uq_decision_check_in_id_number")),
    )
    # What hangs on a row says whose it is by a key of both columns, which the other table has to be unique by.
    op.create_index("ix_conflicting_entry_of_patient", "conflicting_entry", ["id", "patient_id"], unique=True)
    op.create_table(
        "left_out",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("conflict_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conflict_id", "patient_id"],
            ["conflicting_entry.id", "conflicting_entry.patient_id"],
            name=op.f("fk_left_out_conflict_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_left_out")),
        sa.UniqueConstraint("conflict_id", name=op.f("uq_left_out_conflict_id")),
    )
    op.add_column("reflection", sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True))
    for table in WRITTEN_ONCE:
        refuse(table, "1 = 1")
    forget("reflection")
    refuse("reflection", changed(*REFLECTION, "entered_at"))


def downgrade() -> None:
    forget("reflection")
    for table in WRITTEN_ONCE:
        forget(table)
    op.drop_column("reflection", "entered_at")
    refuse("reflection", changed(*REFLECTION))
    op.drop_table("left_out")
    op.drop_index("ix_conflicting_entry_of_patient", "conflicting_entry")
    op.drop_table("decision")
    op.drop_table("aside_read")
    op.drop_index(op.f("ix_box_item_check_in_id"), "box_item")
    op.drop_table("box_item")


def changed(*columns: str) -> str:
    return " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)


def refuse(table: str, when: str) -> None:
    """Refuse an update where this holds, as 0008 does."""
    name = f"{table}_is_written_once"
    if is_sqlite():
        op.execute(
            f"CREATE TRIGGER {name} AFTER UPDATE ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{name}'); END"
        )
    else:
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {when}"
            f" THEN RAISE integrity_constraint_violation USING MESSAGE = '{name}'; END IF; RETURN NULL; END $$"
        )
        op.execute(f"CREATE TRIGGER {name} AFTER UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def forget(table: str) -> None:
    name = f"{table}_is_written_once"
    if is_sqlite():
        op.execute(f"DROP TRIGGER {name}")
    else:
        op.execute(f"DROP TRIGGER {name} ON {table}")
        op.execute(f"DROP FUNCTION {name}()")
