"""Noting what happens. What is noted is written when the transaction commits, and falls with it."""

import logging
import time
from datetime import datetime
from typing import Any, Final, Protocol, cast
from uuid import UUID
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import orm

from companion.audit.models import AuditEvent, AuditHead
from companion.audit.rules import NOTHING_YET, Event, Noted, link, told, vouch_for_head
from companion.database import insert_into
from companion.extensions import db
from companion.kernel.sealing import KeyRing
from companion.sealed import ring

ANCHORED_EVERY: Final = 60.0
"""Seconds between two copies of the head into the key store, by one process: how far back a forged head could reach."""

WAITING, WRITTEN, BEFORE_SAVEPOINTS = "audit_waiting", "audit_written", "audit_before_savepoints"

logger = logging.getLogger(__name__)
_anchored_at: WeakKeyDictionary[KeyRing, float] = WeakKeyDictionary()
"""By key store: when this process last copied the head to it, in seconds of the monotonic clock."""


class Anchor(Protocol):
    """Remembers, outside the database, how far the chain went."""

    def drop_anchor(self, number: int, link: bytes) -> None: ...


def note(event: Event, at: datetime, *, actor_id: UUID | None, person_id: UUID | None = None, **about: object) -> None:
    """Note an event, to be written with what this transaction does.

    Raises ValueError for other keys than the event declares, and for a value that is no id, number or code of ours.
    """
    noted = Noted(event, at, actor_id, person_id, told(event, about))
    db.session.info.setdefault(WAITING, []).append(noted)


@sqlalchemy_event.listens_for(db.session, "before_commit")
def write_what_waits(session: orm.Session) -> None:
    """Last of all, so that the head is held no longer than the commit takes, and nobody waits for it holding it.

    A savepoint's end is no commit, though it is announced as one.
    """
    if not session.in_nested_transaction() and (waiting := session.info.pop(WAITING, None)):
        session.info[WRITTEN] = _write(session, waiting)


@sqlalchemy_event.listens_for(db.session, "after_transaction_create")
def remember_what_waited(session: orm.Session, begun: orm.SessionTransaction) -> None:
    if begun.nested:
        session.info.setdefault(BEFORE_SAVEPOINTS, {})[begun] = len(session.info.get(WAITING, ()))


@sqlalchemy_event.listens_for(db.session, "after_soft_rollback")
def forget_what_a_savepoint_noted(session: orm.Session, undone: orm.SessionTransaction) -> None:
    """What was noted before it began goes on waiting."""
    if undone.nested:
        del session.info.get(WAITING, [])[session.info[BEFORE_SAVEPOINTS][undone] :]


@sqlalchemy_event.listens_for(db.session, "after_transaction_end")
def forget_what_waits(session: orm.Session, ended: orm.SessionTransaction) -> None:
    if ended.parent is None:
        for name in (WAITING, WRITTEN, BEFORE_SAVEPOINTS):
            session.info.pop(name, None)


@sqlalchemy_event.listens_for(db.session, "after_commit")
def anchor_now_and_then(session: orm.Session) -> None:
    """Only what is committed: an anchor that is ahead of the chain would read as if its end had been cut off."""
    if session.in_nested_transaction():
        return
    written = session.info.pop(WRITTEN, None)
    now = time.monotonic()
    if written is None or now - _anchored_at.get(ring(), -ANCHORED_EVERY) < ANCHORED_EVERY:
        return
    _anchored_at[ring()] = now
    try:
        cast("Anchor", ring()).drop_anchor(*written)
    except sa.exc.SQLAlchemyError:
        # What was done is done; the next event anchors again, and `companion doctor` sees an anchor that stays behind.
        logger.warning("the audit's head could not be copied to the key store")


def _write(session: orm.Session, waiting: list[Noted]) -> tuple[int, bytes]:
    """Add the events to the chain; returns its new head."""
    number, last = _hold_head(session)
    rows = []
    for noted in waiting:
        number, last = number + 1, link(ring().mac, last, number + 1, noted)
        rows.append(_row(noted, number, last))
    session.execute(sa.insert(AuditEvent), rows)
    voucher = vouch_for_head(ring().mac, number, last)
    session.execute(sa.update(AuditHead).values(number=number, link=last, voucher=voucher))
    return number, last


def _hold_head(session: orm.Session) -> tuple[int, bytes]:
    """The head, held until the commit; made at the first event there is."""
    held = sa.select(AuditHead.number, AuditHead.link).with_for_update()
    if (row := session.execute(held).one_or_none()) is None:
        none = {"id": 1, "number": 0, "link": NOTHING_YET, "voucher": vouch_for_head(ring().mac, 0, NOTHING_YET)}
        insert = insert_into(AuditHead, session.get_bind().dialect.name)
        session.execute(insert.values(**none).on_conflict_do_nothing())
        row = session.execute(held).one()
    return row.number, row.link


def _row(noted: Noted, number: int, last: bytes) -> dict[str, Any]:
    return {
        "number": number,
        "event": noted.event.code,
        "at": noted.at,
        "actor_id": noted.actor_id,
        "person_id": noted.person_id,
        "about": noted.about,
        "link": last,
    }
