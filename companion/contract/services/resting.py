"""A patient says that something feels like an order."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa

from companion.accounts.rules import Actor
from companion.audit.rules import Event
from companion.audit.services import note
from companion.contract.models import ContractVersion, OrderFlag, Task
from companion.contract.queries import in_force
from companion.contract.rules import ANSWERABLE, State
from companion.contract.services.loading import (
    NO_LONGER_THERE,
    lock_versions,
    one_of,
    patient_of,
    require_patient,
)
from companion.contract.services.pausing import is_resting, rest_for
from companion.extensions import db
from companion.kernel.errors import NotFoundError, RefusedError, SentBeforeError
from companion.kernel.ids import new_id


class Flagged(StrEnum):
    """What is true once something was said to feel like an order, be it said now or before."""

    RESTS = "rests"
    WAITS = "waits"
    """A proposal, of which nothing starts."""
    NOTED = "noted"
    """Said before, and dealt with since."""


def flag_version(actor: Actor, version_id: UUID, words: str, at: datetime, flag_id: UUID | None = None) -> Flagged:
    """Say that a proposal feels like an order; it stays proposed, and nothing of it starts.

    The same flag under the same id is kept once. Raises RefusedError where the version no longer waits for an answer.
    """
    version = _own(actor, version_id)
    if _is_new(actor, flag_id, version.id, None, words):
        if version.state not in ANSWERABLE:
            raise RefusedError(NO_LONGER_THERE)
        _flag(actor, version.id, None, words, at, flag_id)
    return Flagged.WAITS if version.state in ANSWERABLE else Flagged.NOTED


def flag_task(actor: Actor, task_id: UUID, words: str, at: datetime, flag_id: UUID | None = None) -> Flagged:
    """Say that a task feels like an order. In force, it rests from today until it is lifted or agreed anew.

    A pause of the task that rested already, or was set, becomes the flag's. On a proposal it starts nothing, as
    `flag_version`. The same flag under the same id is kept once, and lets nothing rest again that was taken up since.
    Raises RefusedError where the task is neither in force nor waits.
    """
    task = db.session.execute(sa.select(Task.version_id, Task.lineage_id).where(Task.id == task_id)).one_or_none()
    if task is None:
        raise NotFoundError
    version = _own(actor, task.version_id)
    if _is_new(actor, flag_id, version.id, task_id, words):
        is_in_force = _is_in_force(actor, task_id)
        if not is_in_force and version.state not in ANSWERABLE:
            raise RefusedError(NO_LONGER_THERE)
        flag = _flag(actor, version.id, task_id, words, at, flag_id)
        if is_in_force:
            rest_for(actor, flag, task.lineage_id, at)
    if version.state in ANSWERABLE:
        return Flagged.WAITS
    return Flagged.RESTS if is_resting(actor.id, task.lineage_id, at) else Flagged.NOTED


def _own(actor: Actor, version_id: UUID) -> ContractVersion:
    require_patient(actor)
    if patient_of(version_id) != actor.id:
        raise NotFoundError
    version = one_of(lock_versions(actor.id), version_id)
    if version.state is State.DRAFT:
        raise NotFoundError
    return version


def _is_in_force(actor: Actor, task_id: UUID) -> bool:
    current = in_force(actor, actor.id)
    return current is not None and any(task.id == task_id for task in current.tasks)


def _is_new(actor: Actor, flag_id: UUID | None, version_id: UUID, task_id: UUID | None, words: str) -> bool:
    """Whether a flag is still to be kept, or is the one under this id; RefusedError where that says something else."""
    known = db.session.get(OrderFlag, flag_id) if flag_id else None
    if known is None:
        return True
    if known.patient_id != actor.id:
        raise NotFoundError
    if (known.version_id, known.task_id, known.words) != (version_id, task_id, words):
        raise SentBeforeError
    return False


def _flag(
    actor: Actor, version_id: UUID, task_id: UUID | None, words: str, at: datetime, flag_id: UUID | None
) -> OrderFlag:
    flag = OrderFlag(
        id=flag_id or new_id(), patient_id=actor.id, version_id=version_id, task_id=task_id, at=at, words=words
    )
    db.session.add(flag)
    db.session.flush()
    told = {"version": version_id, "task": task_id, "flag": flag.id}
    note(Event.ORDER_FLAGGED, at, actor_id=actor.id, person_id=actor.id, **told)
    return flag
