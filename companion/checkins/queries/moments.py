"""Moments of wanting to say something cutting, as counting and Today read them."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from companion.accounts import queries as accounts
from companion.accounts.rules import Actor
from companion.checkins.models import CheckIn, HelpCheck, ReRating, SecondLook, UrgeMoment, VisibilityChange
from companion.checkins.queries.entries import latest, seen_by
from companion.checkins.rules import LOOK_AGAIN_FOR
from companion.contract.queries import first_agreed_day
from companion.experiments.adherence import ToldMoment
from companion.extensions import db
from companion.kernel.week import ONE_DAY, ONE_WEEK


def moments_of(viewer: Actor, patient_id: UUID, now: datetime) -> tuple[ToldMoment, ...]:
    """The patient's moments that belong to a response task and of which an outcome was told, as a therapist may know.

    For a therapist who treats them now, and for the patient, who reads the same numbers: what is only the patient's,
    or isn't closed yet, is in no count. Raises NotFoundError for others.
    """
    accounts.patient_for(viewer, patient_id)
    shared: sa.Select[*tuple[Any, ...]] = (
        sa.select(UrgeMoment.lineage_id, CheckIn.local_date, UrgeMoment.outcome)
        .select_from(CheckIn)
        .join(UrgeMoment, latest(UrgeMoment))
        .outerjoin(VisibilityChange, latest(VisibilityChange))
        .where(CheckIn.patient_id == patient_id, seen_by(None, now))
        .where(UrgeMoment.lineage_id.is_not(None), UrgeMoment.outcome.is_not(None))
    )
    return tuple(ToldMoment(*row) for row in db.session.execute(shared))


@dataclass(frozen=True)
class OnToday:
    """What the patient's Today reads of this room."""

    moments: tuple[ToldMoment, ...]
    """Of this week; the patient's own, whoever else may see them."""
    first_agreed: date | None
    said_at: datetime | None
    """When the patient last said how it is lately."""
    put_off_at: datetime | None
    look_again_at: UUID | None
    """The entry to be reminded of: from when that is due until it is rated again, 3 h at the longest."""


def on_today(patient: Actor, monday: date, now: datetime) -> OnToday:
    """The moments of the week, when it was last asked how it is lately, and what to look at again; in one statement."""
    week = {"patient_id": patient.id, "first_day": monday, "last_day": monday + ONE_WEEK - ONE_DAY}
    week |= {"now": now, "asked_since": now - LOOK_AGAIN_FOR}
    rows = db.session.connection().execute(_on_today(), week).all()
    told = (ToldMoment(row.lineage_id, row.local_date, row.outcome) for row in rows if row.lineage_id)
    return OnToday(tuple(told), *rows[0][:4])


@cache
def _on_today() -> sa.Select[Any]:
    """Put together once: that takes SQLAlchemy longer than the database takes to answer."""
    mine = sa.bindparam("patient_id", type_=sa.Uuid())
    last = sa.select(sa.func.max(HelpCheck.received_at)).where(HelpCheck.patient_id == mine)
    look_again = (
        sa.select(SecondLook.check_in_id)
        .where(
            SecondLook.patient_id == mine,
            SecondLook.due_at <= sa.bindparam("now", type_=SecondLook.due_at.type),
            SecondLook.due_at > sa.bindparam("asked_since", type_=SecondLook.due_at.type),
            ~sa.exists().where(ReRating.check_in_id == SecondLook.check_in_id, ReRating.at > SecondLook.at),
        )
        .order_by(SecondLook.due_at.desc(), SecondLook.id)
        .limit(1)
    )
    asked = sa.select(
        first_agreed_day().label("first_agreed"),
        last.where(~HelpCheck.put_off).scalar_subquery().label("said_at"),
        last.where(HelpCheck.put_off).scalar_subquery().label("put_off_at"),
        look_again.scalar_subquery().label("look_again_at"),
    ).subquery()
    moments = (
        sa.select(UrgeMoment.lineage_id, CheckIn.local_date, UrgeMoment.outcome)
        .select_from(CheckIn)
        .join(UrgeMoment, latest(UrgeMoment))
        .where(
            UrgeMoment.patient_id == mine,
            UrgeMoment.lineage_id.is_not(None),
            UrgeMoment.outcome.is_not(None),
            CheckIn.local_date.between(sa.bindparam("first_day"), sa.bindparam("last_day")),
        )
        .subquery()
    )
    return sa.select(asked, moments).select_from(asked.outerjoin(moments, sa.true()))
