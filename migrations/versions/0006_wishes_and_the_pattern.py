"""Wishes and the pattern, and what constraints can't say of them: how they move, and that words are used as answered.

SQLite forgets a table's triggers when batch mode rebuilds it: a migration that does so has to make them anew.
"""

from typing import NamedTuple

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


class Fact(NamedTuple):
    """Something that is refused of a table's rows at an event, where `when` holds."""

    name: str
    table: str
    event: str
    when: str


def changed(*columns: str) -> str:
    return " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)


def moved_otherwise_than(*moves: str) -> str:
    allowed = ", ".join(f"'{move}'" for move in moves)
    return f"OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN ({allowed})"


WRITTEN = (
    *("id", "patient_id", "number", "author", "at", "wish", "feared_response", "view_of_self", "feeling"),
    *("body", "does", "costs", "healthy_part"),
)

FACTS = (
    Fact(
        "wish_moves_as_it_may",
        "wish",
        "UPDATE",
        moved_otherwise_than("suggested>mine", "suggested>left", "mine>let_go", "left>mine", "let_go>mine"),
    ),
    Fact("wish_stays_whose_it_is", "wish", "UPDATE", changed("id", "patient_id", "author", "at")),
    Fact("pattern_begins_waiting", "pattern", "INSERT", "NEW.state <> 'waits'"),
    Fact("pattern_is_written_once", "pattern", "UPDATE", changed(*WRITTEN)),
    Fact(
        "pattern_moves_as_it_may",
        "pattern",
        "UPDATE",
        moved_otherwise_than("waits>in_use", "waits>not_me", "waits>followed", "in_use>not_me", "in_use>followed"),
    ),
    Fact(
        "pattern_is_used_as_answered",
        "pattern",
        "UPDATE",
        "OLD.state <> NEW.state AND NEW.state IN ('in_use', 'not_me') AND NOT EXISTS ("
        "SELECT 1 FROM pattern_answer a WHERE a.pattern_id = NEW.id"
        " AND a.number = (SELECT max(b.number) FROM pattern_answer b WHERE b.pattern_id = NEW.id)"
        " AND (a.fit = 'not_me') = (NEW.state = 'not_me'))",
    ),
    Fact(
        "pattern_answer_is_asked_for",
        "pattern_answer",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM pattern p WHERE p.id = NEW.pattern_id AND p.state IN ('waits', 'in_use'))",
    ),
    Fact("pattern_answer_is_written_once", "pattern_answer", "UPDATE", "1 = 1"),
)


def upgrade() -> None:
    op.create_table(
        "pattern",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("wish", sa.LargeBinary(), nullable=False),
        sa.Column("feared_response", sa.LargeBinary(), nullable=False),
        sa.Column("view_of_self", sa.LargeBinary(), nullable=False),
        sa.Column("feeling", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("does", sa.LargeBinary(), nullable=False),
        sa.Column("costs", sa.LargeBinary(), nullable=False),
        sa.Column("healthy_part", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "author",
            sa.Enum("patient", "therapist", "admin", name="role", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "waits",
                "in_use",
                "not_me",
                "followed",
                name="patternstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["user.id"], name=op.f("fk_pattern_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pattern")),
        sa.UniqueConstraint("id", "patient_id", name=op.f("uq_pattern_id_patient_id")),
        sa.UniqueConstraint("patient_id", "number", name=op.f("uq_pattern_patient_id_number")),
    )
    with op.batch_alter_table("pattern", schema=None) as batch_op:
        batch_op.create_index(
            "one_waits_and_one_is_used",
            ["patient_id", "state"],
            unique=True,
            sqlite_where=sa.text("state IN ('waits', 'in_use')"),
            postgresql_where=sa.text("state IN ('waits', 'in_use')"),
        )

    op.create_table(
        "wish",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column(
            "author",
            sa.Enum("patient", "therapist", "admin", name="role", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "suggested",
                "mine",
                "left",
                "let_go",
                name="wishstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "motive",
            sa.Enum(
                "fun",
                "curiosity",
                "freedom",
                "closeness",
                "recognition",
                "unsure",
                name="motive",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "author = 'therapist' OR state NOT IN ('suggested', 'left')", name=op.f("ck_wish_own_is_not_suggested")
        ),
        sa.CheckConstraint(
            "motive IS NULL OR state NOT IN ('suggested', 'left')", name=op.f("ck_wish_motive_is_the_patients")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["user.id"], name=op.f("fk_wish_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wish")),
        sa.UniqueConstraint("id", "patient_id", name=op.f("uq_wish_id_patient_id")),
    )
    with op.batch_alter_table("wish", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_wish_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "pattern_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("pattern_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "fit",
            sa.Enum("exactly", "partly", "not_me", name="fit", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["pattern_id", "patient_id"],
            ["pattern.id", "pattern.patient_id"],
            name=op.f("fk_pattern_answer_pattern_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pattern_answer")),
        sa.UniqueConstraint("pattern_id", "number", name=op.f("uq_pattern_answer_pattern_id_number")),
    )
    for fact in FACTS:
        make(fact)


def make(fact: Fact) -> None:
    name, table, event, when = fact
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {name} AFTER {event} ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{name}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {when}"
        f" THEN RAISE integrity_constraint_violation USING MESSAGE = '{name}'; END IF; RETURN NULL; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    for name, table, _event, _when in FACTS:
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER {name}")
        else:
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_table("pattern_answer")
    with op.batch_alter_table("wish", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_wish_patient_id"))

    op.drop_table("wish")
    with op.batch_alter_table("pattern", schema=None) as batch_op:
        batch_op.drop_index(
            "one_waits_and_one_is_used",
            sqlite_where=sa.text("state IN ('waits', 'in_use')"),
            postgresql_where=sa.text("state IN ('waits', 'in_use')"),
        )

    op.drop_table("pattern")
