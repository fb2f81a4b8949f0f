"""The wish that a goal serves.

In a table of its own, so that SQLite need not make `goal` anew, which has triggers.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

PROPOSED = "EXISTS (SELECT 1 FROM contract_version v WHERE v.id = {row}.version_id AND v.state <> 'draft')"
ROWS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


def upgrade() -> None:
    op.create_table(
        "goal_wish",
        sa.Column("goal_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("wish_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["goal_id", "version_id"], ["goal.id", "goal.version_id"], name=op.f("fk_goal_wish_goal_id_version_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id", "patient_id"],
            ["contract_version.id", "contract_version.patient_id"],
            name=op.f("fk_goal_wish_version_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["wish_id", "patient_id"], ["wish.id", "wish.patient_id"], name=op.f("fk_goal_wish_wish_id_patient_id")
        ),
        sa.PrimaryKeyConstraint("goal_id", name=op.f("pk_goal_wish")),
    )
    op.create_index(op.f("ix_goal_wish_version_id"), "goal_wish", ["version_id"], unique=False)
    for name, event, when in triggers():
        if is_sqlite():
            op.execute(
                f"CREATE TRIGGER {name} AFTER {event} ON goal_wish WHEN {when} BEGIN SELECT RAISE(ABORT, '{name}'); END"
            )
        else:
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {when}"
                f" THEN RAISE integrity_constraint_violation USING MESSAGE = '{name}'; END IF; RETURN NULL; END $$"
            )
            op.execute(f"CREATE TRIGGER {name} AFTER {event} ON goal_wish FOR EACH ROW EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    for name, _event, _when in triggers():
        if is_sqlite():
            op.execute(f"DROP TRIGGER {name}")
        else:
            op.execute(f"DROP TRIGGER {name} ON goal_wish")
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_index(op.f("ix_goal_wish_version_id"), table_name="goal_wish")
    op.drop_table("goal_wish")


def is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def triggers() -> Iterator[tuple[str, str, str]]:
    """Name, event, and when it refuses: what was proposed is frozen, as 0004 says of the other lines."""
    for event, rows in ROWS.items():
        yield (
            f"goal_wish_lines_are_frozen_{event.lower()}",
            event,
            " OR ".join(PROPOSED.format(row=row) for row in rows),
        )
