"""Either side proposes: what goes with a proposal, how goals end, the closing version, and the therapist's reply."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SEALED = ("early_signs", "what_helped", "first_steps", "come_back", "why")
FROZEN = (
    "id",
    "patient_id",
    "number",
    "author",
    "kind",
    "promise",
    "limits",
    "cost_of_staying_still",
    "review_on",
    "content_hash",
)
MOVES = (
    "draft>proposed",
    "proposed>agreed",
    "proposed>declined",
    "proposed>counter_proposed",
    "proposed>withdrawn",
    "declined>proposed",
    "declined>agreed",
    "declined>withdrawn",
    "counter_proposed>proposed",
    "counter_proposed>withdrawn",
)


def is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def upgrade() -> None:
    for name in SEALED:
        op.add_column("contract_version", sa.Column(name, sa.LargeBinary(), nullable=True))
    # Said plainly, because SQLite takes a constraint with a new column only where it stands beside it.
    op.execute(
        "ALTER TABLE goal ADD COLUMN outcome VARCHAR(32)"
        " CONSTRAINT ck_goal_goaloutcome CHECK (outcome IN ('attained', 'changed', 'let_go'))"
    )
    op.create_table(
        "reply",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("therapist_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["therapist_id"], ["user.id"], name=op.f("fk_reply_therapist_id")),
        sa.ForeignKeyConstraint(
            ["version_id", "patient_id"],
            ["contract_version.id", "contract_version.patient_id"],
            name=op.f("fk_reply_version_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
    )
    op.create_index(op.f("ix_reply_version_id"), "reply", ["version_id"], unique=False)
    refuse("reply", "is_written_once", "1 = 1")
    freeze((*FROZEN, *SEALED))
    move_along((*MOVES, "declined>counter_proposed"))


def downgrade() -> None:
    freeze(FROZEN)
    move_along(MOVES)
    forget("reply", "is_written_once")
    op.drop_table("reply")
    op.drop_column("goal", "outcome")
    for name in reversed(SEALED):
        op.drop_column("contract_version", name)


def freeze(columns: tuple[str, ...]) -> None:
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
    forget("contract_version", "content_is_frozen")
    refuse("contract_version", "content_is_frozen", f"OLD.state <> 'draft' AND ({changed})")


ANSWERED = (
    "EXISTS (SELECT 1 FROM signature s WHERE s.version_id = OLD.id)"
    " OR EXISTS (SELECT 1 FROM answer a WHERE a.version_id = OLD.id)"
)


def move_along(moves: tuple[str, ...]) -> None:
    allowed = ", ".join(f"'{move}'" for move in moves)
    elsewhere = f"OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN ({allowed})"
    forget("contract_version", "moves_as_it_may")
    refuse("contract_version", "moves_as_it_may", f"{elsewhere} AND ({ANSWERED})")


def refuse(table: str, fact: str, when: str) -> None:
    """Refuse an update where this holds, as 0004 does."""
    name = f"{table}_{fact}_update"
    if is_sqlite():
        op.execute(
            f"CREATE TRIGGER {name} AFTER UPDATE ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{name}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {when}"
        f" THEN RAISE integrity_constraint_violation USING MESSAGE = '{name}'; END IF; RETURN NULL; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} AFTER UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def forget(table: str, fact: str) -> None:
    name = f"{table}_{fact}_update"
    if is_sqlite():
        op.execute(f"DROP TRIGGER {name}")
        return
    op.execute(f"DROP TRIGGER {name} ON {table}")
    op.execute(f"DROP FUNCTION {name}()")
