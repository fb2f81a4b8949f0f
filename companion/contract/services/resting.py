"""A patient says that something feels like an order, or lets a task, a goal or everything rest."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from companion.accounts.rules import Actor
from companion.contract.models import ContractVersion, OrderFlag, Pause, Task
from companion.contract.queries import in_force
from companion.contract.rules import ANSWERABLE, Scope, not_before
from companion.contract.services.loading import (
    lock_versions,
    one_of,
    patient_of,
    require_patient,
    today_of,
)
from companion.extensions import db
from companion.kernel.errors import NotFoundError, RefusedError
from companion.kernel.ids import new_id

NO_LONGER_THERE = _l("This has been changed meanwhile. Please look at the agreement as it is now.")


def flag_version(actor: Actor, version_id: UUID, words: str, at: datetime, flag_id: UUID | None = None) -> None:
    """Say that a proposal feels like an order; it stays proposed, and nothing of it starts.

    Raises RefusedError where it no longer waits for an answer.
    """
    version = _own(actor, version_id)
    if not _is_new(actor, flag_id):
        return
    if version.state not in ANSWERABLE:
        raise RefusedError(NO_LONGER_THERE)
    _flag(actor, version.id, None, words, at, flag_id)


def flag_task(actor: Actor, task_id: UUID, words: str, at: datetime, flag_id: UUID | None = None) -> None:
    """Say that a task feels like an order. In force, it rests from today until it is lifted or agreed anew.

    A pause of the task that was open already becomes the flag's. On a proposal it starts nothing, as `flag_version`.
    Raises RefusedError where the task is neither in force nor waits.
    """
    version_id = db.session.scalar(sa.select(Task.version_id).where(Task.id == task_id))
    if version_id is None:
        raise NotFoundError
    version = _own(actor, version_id)
    if not _is_new(actor, flag_id):
        return
    lineage_id = _lineage_in_force(actor, Scope.TASK, task_id=task_id)
    if lineage_id is None and version.state not in ANSWERABLE:
        raise RefusedError(NO_LONGER_THERE)
    flag = _flag(actor, version.id, task_id, words, at, flag_id)
    if lineage_id:
        rest = _rest(actor, Scope.TASK, lineage_id, at)
        rest.order_flag_id = rest.order_flag_id or flag.id
        db.session.flush()


def pause(actor: Actor, scope: Scope, lineage_id: UUID | None, at: datetime) -> UUID:
    """Let a task, a goal's tasks, or everything rest from the patient's today on; returns the pause.

    What rests already goes on resting. Raises NotFoundError for a line that isn't in force.
    """
    require_patient(actor)
    lock_versions(actor.id)
    if scope is Scope.EVERYTHING:
        return _rest(actor, scope, None, at).id
    if lineage_id is None or _lineage_in_force(actor, scope, lineage_id=lineage_id) is None:
        raise NotFoundError
    return _rest(actor, scope, lineage_id, at).id


def resume(actor: Actor, pause_id: UUID, at: datetime) -> None:
    """Take up again what rests; the day of it isn't paused any more. Taken up already, it is as if done."""
    require_patient(actor)
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


def _own(actor: Actor, version_id: UUID) -> ContractVersion:
    require_patient(actor)
    if patient_of(version_id) != actor.id:
        raise NotFoundError
    return one_of(lock_versions(actor.id), version_id)


def _is_new(actor: Actor, flag_id: UUID | None) -> bool:
    """Whether a flag under this id is still to be kept; raises NotFoundError for another's."""
    known = db.session.get(OrderFlag, flag_id) if flag_id else None
    if known and known.patient_id != actor.id:
        raise NotFoundError
    return known is None


def _flag(
    actor: Actor, version_id: UUID, task_id: UUID | None, words: str, at: datetime, flag_id: UUID | None
) -> OrderFlag:
    flag = OrderFlag(
        id=flag_id or new_id(), patient_id=actor.id, version_id=version_id, task_id=task_id, at=at, words=words
    )
    db.session.add(flag)
    db.session.flush()
    return flag


def _lineage_in_force(
    actor: Actor, scope: Scope, *, lineage_id: UUID | None = None, task_id: UUID | None = None
) -> UUID | None:
    """The lineage, where the version in force has such a line."""
    current = in_force(actor, actor.id)
    lines = () if current is None else current.goals if scope is Scope.GOAL else current.tasks
    return next((line.lineage_id for line in lines if line.lineage_id == lineage_id or line.id == task_id), None)


def _rest(actor: Actor, scope: Scope, lineage_id: UUID | None, at: datetime) -> Pause:
    """The open pause of this line, made if there is none."""
    first_day = today_of(actor.id, at)
    try:
        with db.session.begin_nested():
            made = Pause(id=new_id(), patient_id=actor.id, scope=scope, lineage_id=lineage_id, first_day=first_day)
            db.session.add(made)
    except IntegrityError:
        # The table holds one open pause a line, so of two sent at once one makes it.
        return db.session.scalars(
            sa.select(Pause).where(
                Pause.patient_id == actor.id, Pause.lineage_id == lineage_id, Pause.resumed_on.is_(None)
            )
        ).one()
    return made
