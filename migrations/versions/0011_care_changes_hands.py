"""Care changes hands: a therapist covers for another until an instant.

SQLite makes the table anew here; it has no triggers to lose, and nothing refers to it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

OPEN = {"sqlite_where": sa.text("until IS NULL"), "postgresql_where": sa.text("until IS NULL")}


def upgrade() -> None:
    with op.batch_alter_table("care_relationship", schema=None) as batch_op:
        batch_op.add_column(sa.Column("covers_for", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("covers_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_care_relationship_covers_for"), "user", ["covers_for"], ["id"])
        batch_op.create_check_constraint(
            batch_op.f("ck_care_relationship_cover_has_an_end"), "(covers_for IS NULL) = (covers_until IS NULL)"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_care_relationship_covers_for_another"), "covers_for <> therapist_id"
        )
        batch_op.create_check_constraint(batch_op.f("ck_care_relationship_cover_ends_in_time"), "until <= covers_until")
        batch_op.create_index("one_cover_of_an_absence", ["patient_id", "covers_for"], unique=True, **OPEN)
        batch_op.create_index("open_covers", ["covers_until"], unique=False, **OPEN)


def downgrade() -> None:
    with op.batch_alter_table("care_relationship", schema=None) as batch_op:
        batch_op.drop_index("open_covers", **OPEN)
        batch_op.drop_index("one_cover_of_an_absence", **OPEN)
        batch_op.drop_constraint(batch_op.f("ck_care_relationship_cover_ends_in_time"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_care_relationship_covers_for_another"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_care_relationship_cover_has_an_end"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_care_relationship_covers_for"), type_="foreignkey")
        batch_op.drop_column("covers_until")
        batch_op.drop_column("covers_for")
