"""Sessions: what is prepared, done in them and said afterwards; and the patient's cards.

Appended rows stay as they were written, and no step follows a stop. SQLite forgets a table's triggers when batch mode
rebuilds it: a migration that does so has to make them anew.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

WRITTEN_ONCE = (
    "agenda_line",
    "two_ideas",
    "belief_rating",
    "learned_answer",
    "between_us",
    "step_consent",
    "private_note",
)
AFTER_A_STOP = "EXISTS (SELECT 1 FROM session_task t WHERE t.id = NEW.scene_id AND t.stopped_at IS NOT NULL)"


def triggers() -> Iterator[tuple[str, str, str, str]]:
    """Name, table, event, and when it refuses."""
    for table in WRITTEN_ONCE:
        yield f"{table}_is_written_once", table, "UPDATE", "1 = 1"
    yield "step_consent_not_after_a_stop", "step_consent", "INSERT", AFTER_A_STOP


def upgrade() -> None:
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("taken_off_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_session_id_patient_id"), ["id", "patient_id"])

    op.create_table(
        "card",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "suggested", "mine", "let_go", name="cardstate", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'suggested') = (answered_at IS NULL)", name=op.f("ck_card_kept_by_the_patient")),
        sa.ForeignKeyConstraint(["patient_id"], ["user.id"], name=op.f("fk_card_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card")),
        sa.UniqueConstraint("id", "patient_id", name=op.f("uq_card_id_patient_id")),
    )
    with op.batch_alter_table("card", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_card_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "two_ideas",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("old_idea", sa.LargeBinary(), nullable=False),
        sa.Column("new_idea", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["user.id"], name=op.f("fk_two_ideas_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_two_ideas")),
        sa.UniqueConstraint("id", "patient_id", name=op.f("uq_two_ideas_id_patient_id")),
        sa.UniqueConstraint("patient_id", "number", name=op.f("uq_two_ideas_patient_id_number")),
    )
    op.create_table(
        "agenda_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column(
            "author",
            sa.Enum("patient", "therapist", "admin", name="role", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id", "patient_id"],
            ["session.id", "session.patient_id"],
            name=op.f("fk_agenda_line_session_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_line")),
    )
    with op.batch_alter_table("agenda_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agenda_line_session_id"), ["session_id"], unique=False)

    op.create_table(
        "agenda_tick",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column(
            "about",
            sa.Enum(
                "own_point",
                "order_flag",
                "told",
                "told_but_can_choose",
                "between_us",
                "proposal",
                "nothing_agreed",
                "review",
                "homework",
                "in_session",
                "added",
                name="about",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("ticked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id", "patient_id"],
            ["session.id", "session.patient_id"],
            name=op.f("fk_agenda_tick_session_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_tick")),
        sa.UniqueConstraint(
            "session_id", "about", "subject_id", name=op.f("uq_agenda_tick_session_id_about_subject_id")
        ),
    )
    op.create_table(
        "belief_rating",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("ideas_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("old", sa.Integer(), nullable=True),
        sa.Column("new", sa.Integer(), nullable=True),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("new BETWEEN 0 AND 100", name=op.f("ck_belief_rating_new_scale")),
        sa.CheckConstraint("old BETWEEN 0 AND 100", name=op.f("ck_belief_rating_old_scale")),
        sa.ForeignKeyConstraint(
            ["ideas_id", "patient_id"],
            ["two_ideas.id", "two_ideas.patient_id"],
            name=op.f("fk_belief_rating_ideas_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["session_id", "patient_id"],
            ["session.id", "session.patient_id"],
            name=op.f("fk_belief_rating_session_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_belief_rating")),
        sa.UniqueConstraint("session_id", "number", name=op.f("uq_belief_rating_session_id_number")),
    )
    with op.batch_alter_table("belief_rating", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_belief_rating_ideas_id"), ["ideas_id"], unique=False)

    op.create_table(
        "between_us",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("mattered", sa.Integer(), nullable=True),
        sa.Column("mine", sa.Integer(), nullable=True),
        sa.Column("heard", sa.Integer(), nullable=True),
        sa.Column("chips", sa.JSON(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("heard BETWEEN 0 AND 10", name=op.f("ck_between_us_heard_scale")),
        sa.CheckConstraint("mattered BETWEEN 0 AND 10", name=op.f("ck_between_us_mattered_scale")),
        sa.CheckConstraint("mine BETWEEN 0 AND 10", name=op.f("ck_between_us_mine_scale")),
        sa.ForeignKeyConstraint(
            ["session_id", "patient_id"],
            ["session.id", "session.patient_id"],
            name=op.f("fk_between_us_session_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_between_us")),
        sa.UniqueConstraint("session_id", "number", name=op.f("uq_between_us_session_id_number")),
    )
    op.create_table(
        "learned_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("patient", "therapist", "admin", name="role", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "learned",
            sa.Enum(
                "nothing_yet",
                "a_little",
                "something",
                "a_lot",
                name="learned",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id", "patient_id"],
            ["session.id", "session.patient_id"],
            name=op.f("fk_learned_answer_session_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learned_answer")),
        sa.UniqueConstraint("session_id", "side", "number", name=op.f("uq_learned_answer_session_id_side_number")),
    )
    op.create_table(
        "own_point",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("on_the_page", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id", "patient_id"],
            ["session.id", "session.patient_id"],
            name=op.f("fk_own_point_session_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_point")),
        sa.UniqueConstraint("session_id", name=op.f("uq_own_point_session_id")),
    )
    op.create_table(
        "private_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("therapist_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("felt", sa.LargeBinary(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("regulated", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["user.id"], name=op.f("fk_private_note_patient_id")),
        sa.ForeignKeyConstraint(
            ["session_id", "patient_id"],
            ["session.id", "session.patient_id"],
            name=op.f("fk_private_note_session_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(["therapist_id"], ["user.id"], name=op.f("fk_private_note_therapist_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_private_note")),
    )
    with op.batch_alter_table("private_note", schema=None) as batch_op:
        batch_op.create_index("ix_private_note_author", ["therapist_id", "patient_id"], unique=False)

    op.create_table(
        "rupture",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("therapist_id", sa.Uuid(), nullable=False),
        sa.Column("talked_about", sa.Boolean(), nullable=False),
        sa.Column("is_repaired", sa.Boolean(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("happened", sa.LargeBinary(), nullable=False),
        sa.Column("my_part", sa.LargeBinary(), nullable=False),
        sa.Column("repair", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id", "patient_id"],
            ["session.id", "session.patient_id"],
            name=op.f("fk_rupture_session_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(["therapist_id"], ["user.id"], name=op.f("fk_rupture_therapist_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rupture")),
    )
    with op.batch_alter_table("rupture", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rupture_session_id"), ["session_id"], unique=False)

    op.create_table(
        "session_task",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("scene", sa.LargeBinary(), nullable=False),
        sa.Column("words_found", sa.LargeBinary(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "role_play",
                "rescripting",
                "chairwork",
                "imagery",
                "other",
                name="scenekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "chosen_by",
            sa.Enum(
                "patient",
                "together",
                "therapist",
                name="chosenby",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("lineage_id", sa.Uuid(), nullable=True),
        sa.Column("guilt_before", sa.Integer(), nullable=True),
        sa.Column("guilt_after", sa.Integer(), nullable=True),
        sa.Column("card_id", sa.Uuid(), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("guilt_after BETWEEN 0 AND 10", name=op.f("ck_session_task_guilt_after_scale")),
        sa.CheckConstraint("guilt_before BETWEEN 0 AND 10", name=op.f("ck_session_task_guilt_before_scale")),
        sa.ForeignKeyConstraint(
            ["card_id", "patient_id"], ["card.id", "card.patient_id"], name=op.f("fk_session_task_card_id_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id", "patient_id"],
            ["session.id", "session.patient_id"],
            name=op.f("fk_session_task_session_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_task")),
        sa.UniqueConstraint("card_id", name=op.f("uq_session_task_card_id")),
        sa.UniqueConstraint("id", "patient_id", name=op.f("uq_session_task_id_patient_id")),
    )
    with op.batch_alter_table("session_task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_task_session_id"), ["session_id"], unique=False)

    op.create_table(
        "step_consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("scene_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "said",
            sa.Enum("yes", "not_this", "stop", name="stepsaid", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["scene_id", "patient_id"],
            ["session_task.id", "session_task.patient_id"],
            name=op.f("fk_step_consent_scene_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_consent")),
        sa.UniqueConstraint("scene_id", "number", name=op.f("uq_step_consent_scene_id_number")),
    )
    for name, table, event, when in triggers():
        if op.get_bind().dialect.name == "sqlite":
            op.execute(
                f"CREATE TRIGGER {name} AFTER {event} ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{name}'); END"
            )
        else:
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {when}"
                f" THEN RAISE integrity_constraint_violation USING MESSAGE = '{name}'; END IF; RETURN NULL; END $$"
            )
            op.execute(f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    for name, table, _event, _when in triggers():
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER {name}")
        else:
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_table("step_consent")
    with op.batch_alter_table("session_task", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_task_session_id"))

    op.drop_table("session_task")
    with op.batch_alter_table("rupture", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rupture_session_id"))

    op.drop_table("rupture")
    with op.batch_alter_table("private_note", schema=None) as batch_op:
        batch_op.drop_index("ix_private_note_author")

    op.drop_table("private_note")
    op.drop_table("own_point")
    op.drop_table("learned_answer")
    op.drop_table("between_us")
    with op.batch_alter_table("belief_rating", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_belief_rating_ideas_id"))

    op.drop_table("belief_rating")
    op.drop_table("agenda_tick")
    with op.batch_alter_table("agenda_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agenda_line_session_id"))

    op.drop_table("agenda_line")
    op.drop_table("two_ideas")
    with op.batch_alter_table("card", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_card_patient_id"))

    op.drop_table("card")
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_session_id_patient_id"), type_="unique")
        batch_op.drop_column("taken_off_at")
