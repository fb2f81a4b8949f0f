"""The patient puts an entry or an occasion at the top of what the therapist reads: each word on it is written once."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

PARENTS = {"highlight": "check_in", "occasion_highlight": "experiment"}
"""The tables, and what their rows hang on."""
SINCE = {"highlight": "received_at", "occasion_highlight": "at"}


def upgrade() -> None:
    for table, parent in PARENTS.items():
        op.create_table(table, *_parts(table, parent))
        op.create_index(f"ix_{table}_patient", table, ["patient_id"])
        _write_once(table)


def downgrade() -> None:
    for table in PARENTS:
        _write_often(table)
        op.drop_table(table)


def _parts(table: str, parent: str) -> list[sa.schema.SchemaItem]:
    key = f"{parent}_id"
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column(key, sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column(SINCE[table], sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            [key, "patient_id"],
            [f"{parent}.id", f"{parent}.patient_id"],
            name=op.f(f"fk_{table}_{key}_patient_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(key, "client_id", name=op.f(f"uq_{table}_{key}_client_id")),
        sa.UniqueConstraint(key, "number", name=op.f(f"uq_{table}_{key}_number")),
    ]


def _write_once(table: str) -> None:
    name = f"{table}_is_written_once"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"CREATE TRIGGER {name} AFTER UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{name}'); END")
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" RAISE integrity_constraint_violation USING MESSAGE = '{name}'; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} AFTER UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def _write_often(table: str) -> None:
    name = f"{table}_is_written_once"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {name}")
        return
    op.execute(f"DROP TRIGGER {name} ON {table}")
    op.execute(f"DROP FUNCTION {name}()")
