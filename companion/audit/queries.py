"""Reading the chain: whether it is whole, and who looked at somebody's pages."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from companion.audit.models import AuditEvent, AuditHead
from companion.audit.rules import NOTHING_YET, Event, Noted, link, vouch_for_head
from companion.extensions import db
from companion.sealed import ring

AT_ONCE = 1000
BY_CODE = {event.code: event for event in Event}


@dataclass(frozen=True)
class Look:
    """Somebody opened a page about a person."""

    at: datetime
    actor_id: UUID
    page: str
    """The endpoint of the page."""


def looks_at(person_id: UUID, most: int, but_not: Collection[str] = ()) -> list[Look]:
    """The latest reads of this person's pages by others, newest first. Asks nobody who wants to know.

    Left out are the endpoints `but_not`.
    """
    rows = db.session.execute(
        sa.select(AuditEvent.at, AuditEvent.actor_id, AuditEvent.about)
        .where(AuditEvent.person_id == person_id, AuditEvent.event == Event.READ.code)
        .where(AuditEvent.about["page"].as_string().not_in(but_not))
        .order_by(AuditEvent.number.desc())
        .limit(most)
    )
    return [Look(row.at, row.actor_id, row.about["page"]) for row in rows]


def count() -> int:
    """How many events there are."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(AuditEvent)) or 0


def faults(anchor: tuple[int, bytes] | None) -> Iterator[str]:
    """What is wrong with the chain: a changed, missing or moved event, or a cut-off end. Nothing where it is whole.

    `anchor` is how far the chain went when that was last copied elsewhere (its number and link).
    """
    number, last = 0, NOTHING_YET
    met_anchor = anchor is None
    for row in _rows():
        number += 1
        if row.number != number:
            yield f"event {number} is missing"
            return
        if row.event not in BY_CODE or row.link != link(ring().mac, last, number, _noted(row)):
            yield f"event {number} isn't as it was written"
            return
        last = row.link
        met_anchor = met_anchor or (number, last) == anchor
    if not met_anchor:
        yield f"it doesn't go on from where it was seen before: event {anchor[0] if anchor else 0}"
    head = db.session.execute(sa.select(AuditHead.number, AuditHead.link, AuditHead.voucher)).one_or_none()
    if head is None:
        if number:
            yield "its head is missing"
    elif (head.number, head.link) != (number, last) or head.voucher != vouch_for_head(ring().mac, number, last):
        yield f"its head says {head.number} events, and {number} are there"


def _noted(row: sa.Row[Any]) -> Noted:
    return Noted(BY_CODE[row.event], row.at, row.actor_id, row.person_id, row.about)


def _rows() -> Iterator[sa.Row[Any]]:
    """All events by their numbers, a thousand at a time."""
    seen = -1
    while True:
        rows = db.session.execute(
            sa.select(*AuditEvent.__table__.columns)
            .where(AuditEvent.number > seen)
            .order_by(AuditEvent.number)
            .limit(AT_ONCE)
        ).all()
        yield from rows
        if len(rows) < AT_ONCE:
            return
        seen = rows[-1].number
