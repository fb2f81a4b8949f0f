"""Three lines of a practice, for whom they are meant."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from companion.accounts import queries as accounts
from companion.accounts.rules import Actor
from companion.checkins.models import HelpCheck, Reflection
from companion.checkins.rules import CLOSES_AFTER, closes_at
from companion.extensions import db
from companion.kernel.week import local_date


@dataclass(frozen=True)
class Reflected:
    """What was written, and who may read it."""

    id: UUID
    at: datetime
    """When it was written."""
    received_at: datetime
    zone: str
    want: str
    view: str
    feel: str
    words_private: bool
    choices: int
    """How often the patient has chosen anew who may read it."""

    @property
    def day(self) -> date:
        """The patient's local day."""
        return local_date(self.at, ZoneInfo(self.zone))

    @property
    def closes_at(self) -> datetime:
        """From when on the therapist can read it by itself."""
        return closes_at(self.received_at)


def reflections_of(
    viewer: Actor, patient_id: UUID, now: datetime, most: int, *, as_shared: bool = False
) -> list[Reflected]:
    """The latest, newest first; for a therapist, or `as_shared`, those that are shared and closed (3 h).

    Raises NotFoundError for whom the viewer may not read.
    """
    accounts.patient_for(viewer, patient_id)
    written_at = sa.func.coalesce(Reflection.entered_at, Reflection.received_at)
    written = (
        sa.select(
            Reflection.id,
            written_at.label("at"),
            Reflection.received_at,
            Reflection.zone,
            Reflection.want,
            Reflection.view,
            Reflection.feel,
            Reflection.words_private,
            Reflection.choices,
        )
        .where(Reflection.patient_id == patient_id)
        .order_by(written_at.desc(), Reflection.id)
        .limit(most)
    )
    if as_shared or viewer.id != patient_id:
        written = written.where(~Reflection.words_private, is_closed(Reflection, now))
    return [Reflected(*row) for row in db.session.execute(written)]


def is_closed(model: type[Reflection | HelpCheck], now: datetime) -> sa.ColumnElement[bool]:
    """Whether the patient's time to take it back is over."""
    return model.received_at <= now - CLOSES_AFTER
