"""Appointments."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.extensions import Model
from companion.kernel.ids import new_id


class Session(Model):
    """An appointment of a patient with a therapist."""

    __tablename__ = "session"
    __table_args__ = (sa.UniqueConstraint("patient_id", "therapist_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"))
    therapist_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)
    at: Mapped[datetime]
