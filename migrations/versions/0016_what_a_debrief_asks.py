"""What was little liked, what was called off with its activity, and since when an activity is offered again.

Only columns are added: SQLite need not make `debrief` anew, which has triggers.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# Written out, because a column that is added brings no constraint of its type along.
LIKING_OF = (
    "ALTER TABLE debrief ADD COLUMN liking_of VARCHAR(32) CONSTRAINT ck_debrief_ontop"
    " CHECK (liking_of IN ('the_thing', 'guilt_on_top', 'both', 'unsure'))"
)


def upgrade() -> None:
    op.execute(LIKING_OF)
    op.add_column("debrief", sa.Column("called_off", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("activity", sa.Column("taken_up_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("activity", "taken_up_at")
    op.drop_column("debrief", "called_off")
    op.drop_column("debrief", "liking_of")
