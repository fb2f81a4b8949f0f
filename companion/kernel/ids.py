"""Opaque ids: random, so that none can be guessed and none says when it was made."""

from uuid import UUID, uuid4


def new_id() -> UUID:
    return uuid4()
