"""What came out of the drop box."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.checkins.rules import Aside
from companion.extensions import AppendOnly, Model, same_patient
from companion.kernel.ids import new_id
from companion.sealed import Sealed, WithWords


class BoxItem(WithWords, AppendOnly, Model):
    """Something that came out of the drop box: once for the same content, so that sending it again changes nothing.

    What could not go where it was meant for is kept here as it came; of the rest only that it came, and when.
    """

    __tablename__ = "box_item"
    __table_args__ = (
        sa.UniqueConstraint("id", "patient_id"),
        sa.UniqueConstraint("patient_id", "client_id", "fingerprint"),
        same_patient("check_in_id", "check_in"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"))
    client_id: Mapped[UUID]
    """The item's id, made on the phone."""
    fingerprint: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    """An HMAC of the content, which tells whether two are the same and confirms no guess."""
    entered_at: Mapped[datetime | None]
    """By the phone's clock, as far as it told."""
    sent_at: Mapped[datetime | None]
    """By the phone's clock at sending; tells how far that clock is off."""
    received_at: Mapped[datetime]
    zone: Mapped[str] = mapped_column(sa.String(64))
    check_in_id: Mapped[UUID | None] = mapped_column(index=True)
    """The entry that it became, or belongs to."""
    aside: Mapped[Aside | None]
    """Why it stands aside; None where it is where it was meant for."""
    content = Sealed()
    """Of what stands aside: the path, the fields, and why in words, as JSON."""


class AsideRead(AppendOnly, Model):
    """The patient has read what stood aside; it is on no list any more."""

    __tablename__ = "aside_read"
    __table_args__ = (sa.UniqueConstraint("box_item_id"), same_patient("box_item_id", "box_item"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID]
    box_item_id: Mapped[UUID]
    at: Mapped[datetime]
