"""The only commit in the code."""

from collections.abc import Iterator
from contextlib import contextmanager

from companion.database import begin_to_write
from companion.extensions import db


@contextmanager
def transaction() -> Iterator[None]:
    """Write all of it or none of it.

    Opened at the edge (a view, a command), around service calls only: hashing, network and rendering stay
    outside, because on SQLite every other writer waits meanwhile. What was read before is read again.
    """
    try:
        db.session.expire_all()
        begin_to_write(db.session.connection())
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
