"""Counting tries, so that many workers count as one."""

from datetime import datetime

import sqlalchemy as sa

from companion.accounts.models import Throttle
from companion.accounts.rules.throttling import Tries
from companion.database import insert_into
from companion.extensions import db
from companion.sealed import ring

_LONGEST_TO_DRAIN = max(tries.value.cap * tries.value.seconds_a_try for tries in Tries)


def take_try(tries: Tries, at: datetime, *whose: str) -> bool:
    """Whether there is a try left in this bucket, which is then taken. One statement decides, however many ask at once.

    `whose` are the network, the account or both, as the kind of tries says; they need not exist.
    """
    bucket, now = tries.value, at.timestamp()
    # A worker whose clock is behind gives no time back that has been counted already.
    is_later = Throttle.at < now
    elapsed, at_latest = sa.case((is_later, now - Throttle.at), else_=0.0), sa.case((is_later, now), else_=Throttle.at)
    left = Throttle.level - elapsed / bucket.seconds_a_try
    level = sa.case((left > 0, left), else_=0.0) + 1
    statement = (
        insert_into(Throttle, db.session.get_bind().dialect.name)
        .values(bucket=_bucket(tries, whose), level=1.0, at=now)
        .on_conflict_do_update(
            index_elements=["bucket"], set_={"level": level, "at": at_latest}, where=level <= bucket.cap + _ROUNDING
        )
        .returning(Throttle.level)
    )
    db.session.execute(_forget_drained(now))
    return db.session.execute(statement).one_or_none() is not None


def tries_left(tries: Tries, at: datetime, *whose: str) -> int:
    """How many tries are left in this bucket."""
    found = db.session.execute(sa.select(Throttle.level, Throttle.at).where(Throttle.bucket == _bucket(tries, whose)))
    row, bucket = found.one_or_none(), tries.value
    if row is None:
        return bucket.cap
    leaked = max(at.timestamp() - row.at, 0) / bucket.seconds_a_try
    return int(bucket.cap - max(row.level - leaked, 0) + _ROUNDING)


def _forget_drained(now: float) -> sa.Delete:
    """Leaves to others what they hold, or two who try at once could wait for each other."""
    drained = sa.select(Throttle.bucket).where(Throttle.at < now - _LONGEST_TO_DRAIN)
    return sa.delete(Throttle).where(Throttle.bucket.in_(drained.with_for_update(skip_locked=True)))


def give_back_tries(tries: Tries, *whose: str) -> None:
    """Empty a bucket: who got in was no attacker."""
    db.session.execute(sa.delete(Throttle).where(Throttle.bucket == _bucket(tries, whose)))


_ROUNDING = 1e-6


def _bucket(tries: Tries, whose: tuple[str, ...]) -> bytes:
    """A mark of whose bucket it is: the table names neither accounts nor networks."""
    return ring().mac(f"throttle {tries.name}", "\0".join(whose).encode())
