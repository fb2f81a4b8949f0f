"""What the patient said of how it is lately, once a month."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from companion.accounts import queries as accounts
from companion.accounts.rules import Actor
from companion.checkins.models import HelpCheck, Vitality
from companion.checkins.queries.reflections import is_closed
from companion.checkins.rules import Helped, Rated, Vital, closes_at
from companion.extensions import db
from companion.kernel.week import local_date
from companion.sealed import opened


@dataclass(frozen=True)
class HowItIs:
    """One answer; what the viewer may not read is empty."""

    id: UUID
    at: datetime
    zone: str
    helped: Helped | None
    vital: Vital
    words: str
    words_private: bool
    choices: int

    @property
    def day(self) -> date:
        """The patient's local day."""
        return local_date(self.at, ZoneInfo(self.zone))

    @property
    def closes_at(self) -> datetime:
        """From when on the therapist sees it by itself."""
        return closes_at(self.at)


def how_it_is(viewer: Actor, patient_id: UUID, now: datetime, most: int, *, as_shared: bool = False) -> list[HowItIs]:
    """The latest answers, newest first; for a therapist, or `as_shared`, once closed (3 h), and without private words.

    An answer that is nothing but private words isn't there for a therapist: that it was given would tell something.
    Raises NotFoundError for whom the viewer may not read.
    """
    accounts.patient_for(viewer, patient_id)
    is_shared = as_shared or viewer.id != patient_id
    stored = getattr(HelpCheck, HelpCheck.SEALED["words"].stored)
    may_read = sa.case((~HelpCheck.words_private, stored)) if is_shared else stored
    said: sa.Select[Any] = (
        sa.select(
            *(getattr(HelpCheck, name) for name in ("id", "received_at", "zone", "helped", "words_private", "choices")),
            *(getattr(Vitality, name) for name in NUMBERS),
            opened(HelpCheck, "words", column=may_read),
        )
        .outerjoin(Vitality, Vitality.help_check_id == HelpCheck.id)
        .where(HelpCheck.patient_id == patient_id, ~HelpCheck.put_off)
        .order_by(HelpCheck.received_at.desc(), HelpCheck.id)
        .limit(most)
    )
    if is_shared:
        says_something = sa.or_(
            HelpCheck.helped.is_not(None), Vitality.help_check_id.is_not(None), ~HelpCheck.words_private
        )
        said = said.where(is_closed(HelpCheck, now), says_something)
    return [_read(row) for row in db.session.execute(said)]


NUMBERS = ("alive", "alive_cant_tell", "free", "free_cant_tell", "close", "close_cant_tell")


def _read(row: sa.Row[Any]) -> HowItIs:
    return HowItIs(
        id=row.id,
        at=row.received_at,
        zone=row.zone,
        helped=row.helped,
        vital=Vital(
            alive=Rated(row.alive, bool(row.alive_cant_tell)),
            free=Rated(row.free, bool(row.free_cant_tell)),
            close=Rated(row.close, bool(row.close_cant_tell)),
        ),
        words=row.words or "",
        words_private=row.words_private,
        choices=row.choices,
    )
