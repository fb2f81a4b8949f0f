"""A patient says that something feels like an order, or lets a task, a goal or everything rest."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from companion.accounts.rules import Actor
from companion.audit.rules import Event
from companion.audit.services import note
from companion.contract.models import ContractVersion, Goal, OrderFlag, Pause, Task
from companion.contract.queries import in_force
from companion.contract.rules import ANSWERABLE, Scope, State, not_before
from companion.contract.services.loading import (
    NO_LONGER_THERE,
    lock_versions,
    one_of,
    patient_of,
    require_patient,
    today_of,
)
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

    A pause of the task that was open already becomes the flag's. On a proposal it starts nothing, as `flag_version`.
    The same flag under the same id is kept once, and lets nothing rest again that was taken up since.
    Raises RefusedError where the task is neither in force nor waits.
    """
    task = db.session.execute(sa.select(Task.version_id, Task.lineage_id).where(Task.id == task_id)).one_or_none()
    if task is None:
        raise NotFoundError
    version = _own(actor, task.version_id)
    if _is_new(actor, flag_id, version.id, task_id, words):
        is_in_force = _lineage_in_force(actor, Scope.TASK, task_id=task_id) is not None
        if not is_in_force and version.state not in ANSWERABLE:
            raise RefusedError(NO_LONGER_THERE)
        flag = _flag(actor, version.id, task_id, words, at, flag_id)
        if is_in_force:
            rest = _rest(actor, Scope.TASK, task.lineage_id, at)
            rest.order_flag_id = rest.order_flag_id or flag.id
            db.session.flush()
    if version.state in ANSWERABLE:
        return Flagged.WAITS
    return Flagged.RESTS if db.session.scalar(_open_pauses(actor, task.lineage_id)) else Flagged.NOTED


def pause(actor: Actor, scope: Scope, lineage_id: UUID | None, at: datetime) -> UUID:
    """Let a task, a goal's tasks, or everything rest from the patient's today on; returns the pause.

    What rests already goes on resting. Raises RefusedError for a line that was in an earlier version or is in one that
    waits, NotFoundError for any other that isn't in force.
    """
    require_patient(actor)
    lock_versions(actor.id)
    if scope is Scope.EVERYTHING:
        return _rest(actor, scope, None, at).id
    if lineage_id is None or not _is_known(actor, scope, lineage_id):
        raise NotFoundError
    if _lineage_in_force(actor, scope, lineage_id=lineage_id) is None:
        raise RefusedError(NO_LONGER_THERE)
    return _rest(actor, scope, lineage_id, at).id


def resume(actor: Actor, pause_id: UUID, at: datetime) -> None:
    """Take up again what rests; the day of it isn't paused any more. Taken up already, it is as if done."""
    require_patient(actor)
    lock_versions(actor.id)
    rest = db.session.scalars(
        sa.select(Pause)
        .where(Pause.id == pause_id, Pause.patient_id == actor.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if rest is None:
        raise NotFoundError
    if rest.resumed_on is None:
        rest.resumed_on = not_before(today_of(actor.id, at), rest.first_day)
        db.session.flush()
        note(Event.RESUMED, at, actor_id=actor.id, person_id=actor.id, pause=pause_id)


def _own(actor: Actor, version_id: UUID) -> ContractVersion:
    require_patient(actor)
    if patient_of(version_id) != actor.id:
        raise NotFoundError
    version = one_of(lock_versions(actor.id), version_id)
    if version.state is State.DRAFT:
        raise NotFoundError
    return version


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


def _lineage_in_force(
    actor: Actor, scope: Scope, *, lineage_id: UUID | None = None, task_id: UUID | None = None
) -> UUID | None:
    """The lineage, where the version in force has such a line."""
    current = in_force(actor, actor.id)
    lines = () if current is None else current.goals if scope is Scope.GOAL else current.tasks
    return next((line.lineage_id for line in lines if line.lineage_id == lineage_id or line.id == task_id), None)


def _is_known(actor: Actor, scope: Scope, lineage_id: UUID) -> bool:
    """Whether any version that the patient has been shown has this line."""
    model: type[Goal | Task] = Goal if scope is Scope.GOAL else Task
    found = (
        sa.select(model.id)
        .join(ContractVersion, ContractVersion.id == model.version_id)
        .where(
            ContractVersion.patient_id == actor.id,
            ContractVersion.state != State.DRAFT,
            model.lineage_id == lineage_id,
        )
    )
    return db.session.scalar(sa.select(found.exists())) is True


def _open_pauses(actor: Actor, lineage_id: UUID | None) -> sa.Select[Pause]:
    return sa.select(Pause).where(
        Pause.patient_id == actor.id, Pause.lineage_id == lineage_id, Pause.resumed_on.is_(None)
    )


def _rest(actor: Actor, scope: Scope, lineage_id: UUID | None, at: datetime) -> Pause:
    """The open pause of this line, made if there is none."""
    first_day = today_of(actor.id, at)
    try:
        with db.session.begin_nested():
            made = Pause(id=new_id(), patient_id=actor.id, scope=scope, lineage_id=lineage_id, first_day=first_day)
            db.session.add(made)
    except IntegrityError:
        # The table holds one open pause a line, so of two sent at once one makes it.
        return db.session.scalars(_open_pauses(actor, lineage_id)).one()
    note(Event.PAUSED, at, actor_id=actor.id, person_id=actor.id, pause=made.id, scope=scope.value)
    return made
