"""The only commit in the code."""

from collections.abc import Iterator
from contextlib import contextmanager

from companion.database import WRITE
from companion.extensions import db


@contextmanager
def transaction() -> Iterator[None]:
    """Write all of it or none of it.

    Opened at the edge (a view, a command), around service calls only: hashing, network and rendering stay
    outside, because on SQLite every other writer waits meanwhile. What was read before is read again.
    """
    if db.session.get_bind().dialect.name == "sqlite":
        db.session.rollback()
        db.session.connection(execution_options={WRITE: True})
    else:
        db.session.expire_all()  # each statement sees what is committed by then: there is no older view to leave
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
