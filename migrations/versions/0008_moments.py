"""Moments of wanting to say something cutting, three lines of a practice, how it is lately; and what stays as written.

SQLite forgets a table's triggers when batch mode rebuilds it: a migration that does so has to make them anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

STAYS = {
    "urge_moment": (),
    "vitality": (),
    "reflection": ("id", "patient_id", "client_id", "received_at", "zone", "want", "view", "feel"),
    "help_check": ("id", "patient_id", "client_id", "received_at", "zone", "put_off", "helped", "words"),
}
"""By table, the columns that no update may change; none of them named: all."""


def is_refused(columns: tuple[str, ...]) -> str:
    return " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns) or "1 = 1"


def upgrade() -> None:
    op.create_table(
        "help_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("put_off", sa.Boolean(), nullable=False),
        sa.Column(
            "helped",
            sa.Enum(
                "not_at_all",
                "a_little",
                "somewhat",
                "a_lot",
                name="helped",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("words_private", sa.Boolean(), nullable=False),
        sa.Column("choices", sa.Integer(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("NOT (put_off AND helped IS NOT NULL)", name=op.f("ck_help_check_put_off_says_nothing")),
        sa.ForeignKeyConstraint(["patient_id"], ["user.id"], name=op.f("fk_help_check_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_check")),
        sa.UniqueConstraint("id", "patient_id", name=op.f("uq_help_check_id_patient_id")),
        sa.UniqueConstraint("patient_id", "client_id", name=op.f("uq_help_check_patient_id_client_id")),
    )
    with op.batch_alter_table("help_check", schema=None) as batch_op:
        batch_op.create_index("ix_help_check_patient_time", ["patient_id", "received_at"], unique=False)

    op.create_table(
        "reflection",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("words_private", sa.Boolean(), nullable=False),
        sa.Column("choices", sa.Integer(), nullable=False),
        sa.Column("want", sa.LargeBinary(), nullable=False),
        sa.Column("view", sa.LargeBinary(), nullable=False),
        sa.Column("feel", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["user.id"], name=op.f("fk_reflection_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reflection")),
        sa.UniqueConstraint("patient_id", "client_id", name=op.f("uq_reflection_patient_id_client_id")),
    )
    with op.batch_alter_table("reflection", schema=None) as batch_op:
        batch_op.create_index("ix_reflection_patient_time", ["patient_id", "received_at"], unique=False)

    op.create_table(
        "vitality",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("help_check_id", sa.Uuid(), nullable=False),
        sa.Column("alive", sa.Integer(), nullable=True),
        sa.Column("alive_cant_tell", sa.Boolean(), nullable=False),
        sa.Column("free", sa.Integer(), nullable=True),
        sa.Column("free_cant_tell", sa.Boolean(), nullable=False),
        sa.Column("close", sa.Integer(), nullable=True),
        sa.Column("close_cant_tell", sa.Boolean(), nullable=False),
        sa.CheckConstraint("NOT (alive_cant_tell AND alive IS NOT NULL)", name=op.f("ck_vitality_alive_told_or_not")),
        sa.CheckConstraint("NOT (close_cant_tell AND close IS NOT NULL)", name=op.f("ck_vitality_close_told_or_not")),
        sa.CheckConstraint("NOT (free_cant_tell AND free IS NOT NULL)", name=op.f("ck_vitality_free_told_or_not")),
        sa.CheckConstraint("alive BETWEEN 0 AND 10", name=op.f("ck_vitality_alive_scale")),
        sa.CheckConstraint("close BETWEEN 0 AND 10", name=op.f("ck_vitality_close_scale")),
        sa.CheckConstraint("free BETWEEN 0 AND 10", name=op.f("ck_vitality_free_scale")),
        sa.ForeignKeyConstraint(
            ["help_check_id", "patient_id"],
            ["help_check.id", "help_check.patient_id"],
            name=op.f("fk_vitality_help_check_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vitality")),
        sa.UniqueConstraint("help_check_id", name=op.f("uq_vitality_help_check_id")),
    )
    op.create_table(
        "urge_moment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("check_in_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lineage_id", sa.Uuid(), nullable=True),
        sa.Column("urge", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "said_nothing",
                "said_something_else",
                "came_out_sideways",
                "said_it",
                name="momentoutcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("worth_less", sa.Integer(), nullable=True),
        sa.CheckConstraint("urge BETWEEN 0 AND 10", name=op.f("ck_urge_moment_urge_scale")),
        sa.CheckConstraint("worth_less BETWEEN 0 AND 10", name=op.f("ck_urge_moment_worth_less_scale")),
        sa.ForeignKeyConstraint(
            ["check_in_id", "patient_id"],
            ["check_in.id", "check_in.patient_id"],
            name=op.f("fk_urge_moment_check_in_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id", "patient_id"],
            ["person.id", "person.patient_id"],
            name=op.f("fk_urge_moment_person_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_urge_moment")),
        sa.UniqueConstraint("check_in_id", "client_id", name=op.f("uq_urge_moment_check_in_id_client_id")),
        sa.UniqueConstraint("check_in_id", "number", name=op.f("uq_urge_moment_check_in_id_number")),
    )
    with op.batch_alter_table("urge_moment", schema=None) as batch_op:
        batch_op.create_index("ix_urge_moment_patient_lineage", ["patient_id", "lineage_id"], unique=False)

    for table, columns in STAYS.items():
        name, when = f"{table}_is_written_once", is_refused(columns)
        if op.get_bind().dialect.name == "sqlite":
            op.execute(
                f"CREATE TRIGGER {name} AFTER UPDATE ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{name}'); END"
            )
        else:
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {when}"
                f" THEN RAISE integrity_constraint_violation USING MESSAGE = '{name}'; END IF; RETURN NULL; END $$"
            )
            op.execute(f"CREATE TRIGGER {name} AFTER UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    for table in STAYS:
        name = f"{table}_is_written_once"
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER {name}")
        else:
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION {name}()")
    with op.batch_alter_table("urge_moment", schema=None) as batch_op:
        batch_op.drop_index("ix_urge_moment_patient_lineage")

    op.drop_table("urge_moment")
    op.drop_table("vitality")
    with op.batch_alter_table("reflection", schema=None) as batch_op:
        batch_op.drop_index("ix_reflection_patient_time")

    op.drop_table("reflection")
    with op.batch_alter_table("help_check", schema=None) as batch_op:
        batch_op.drop_index("ix_help_check_patient_time")

    op.drop_table("help_check")
