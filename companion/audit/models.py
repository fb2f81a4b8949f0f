"""The events, each on the one before, and the head that says how many there are."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.extensions import AppendOnly, Model

LINK = sa.LargeBinary(32)


class AuditEvent(AppendOnly, Model):
    """One thing that happened. No foreign keys: what it tells of may be erased, and that it happened stays."""

    __tablename__ = "audit_event"

    number: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    """From 1, without a gap."""
    event: Mapped[str] = mapped_column(sa.String(40))
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    """Who did it; empty for the operator, at the command line."""
    person_id: Mapped[UUID | None] = mapped_column(index=True)
    """Whom it is about."""
    about: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    """Exactly the event's own keys: opaque ids, numbers, codes."""
    link: Mapped[bytes] = mapped_column(LINK)


class AuditHead(Model):
    """How far the chain goes. Whoever adds to it holds this row until the commit."""

    __tablename__ = "audit_head"
    __table_args__ = (sa.CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    number: Mapped[int] = mapped_column(sa.BigInteger)
    link: Mapped[bytes] = mapped_column(LINK)
    voucher: Mapped[bytes] = mapped_column(LINK)
    """Vouches for the two above; see `rules.vouch_for_head`."""
