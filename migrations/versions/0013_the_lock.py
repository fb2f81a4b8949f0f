"""The lock: until when the app is open on a device, and the hash of the PIN that opens it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("user", sa.Column("pin_hash", sa.String(length=200), nullable=True))
    op.add_column("login_session", sa.Column("open_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("login_session", "open_until")
    op.drop_column("user", "pin_hash")
