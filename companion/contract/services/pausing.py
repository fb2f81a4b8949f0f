"""A patient lets a task, a goal's tasks or everything rest: from today, or on days set beforehand."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from companion.accounts.rules import Actor
from companion.audit.rules import Event
from companion.audit.services import note
from companion.contract.models import ContractVersion, Goal, OrderFlag, Pause, Task
from companion.contract.queries import in_force
from companion.contract.queries.resting import days_of, fingerprint_of, is_not_over
from companion.contract.rules import Days, Phase, Scope, State, not_before, phase
from companion.contract.services.loading import (
    CHANGED_MEANWHILE,
    NO_LONGER_THERE,
    lock_versions,
    require_patient,
    today_of,
)
from companion.extensions import db
from companion.kernel.errors import NotFoundError, RefusedError
from companion.kernel.ids import new_id

GONE_BY = _l("This day has gone by. A pause begins today, or later.")
ENDS_FIRST = _l("It goes on again on a later day than it begins to rest, and later than today.")
RESTS_ALREADY = _l("This rests already, or a pause of it is set. Please change that one.")
OVER = _l("This pause is over, or was taken back. Nothing was changed.")


def pause(
    actor: Actor,
    scope: Scope,
    lineage_id: UUID | None,
    at: datetime,
    first_day: date | None = None,
    resumed_on: date | None = None,
) -> UUID:
    """Let a task, a goal's tasks, or everything rest; returns the pause.

    From `first_day`, the patient's today where it is left out, until `resumed_on`, which isn't paused any more, or
    until it is taken up again. What rests already goes on resting where no days are given, and the same days are set
    once. Raises RefusedError for days that have gone by, where other days are set already, and for a line that was in
    an earlier version or is in one that waits; NotFoundError for any other that isn't in force.
    """
    require_patient(actor)
    lock_versions(actor.id)
    if scope is Scope.EVERYTHING:
        lineage_id = None
    elif lineage_id is None or not _is_known(actor, scope, lineage_id):
        raise NotFoundError
    elif lineage_in_force(actor, scope, lineage_id) is None:
        raise RefusedError(NO_LONGER_THERE)
    today = today_of(actor.id, at)
    wanted = Days(first_day or today, resumed_on)
    if known := _not_over(actor.id, lineage_id, today):
        rests_on = first_day is None and resumed_on is None and phase(days_of(known), today) is Phase.RESTS
        if rests_on or days_of(known) == wanted:
            return known.id
        raise RefusedError(RESTS_ALREADY)
    _require_ahead(wanted, today)
    return _begin(actor, scope, lineage_id, wanted, at).id


def change_pause(
    actor: Actor,
    pause_id: UUID,
    first_day: date | None,
    resumed_on: date | None,
    at: datetime,
    seen: bytes | None = None,
) -> None:
    """Set other days for a pause that isn't over; of one that rests already, only when it goes on again.

    `seen` is the fingerprint of the days that stood when its page was opened. Raises RefusedError where others stand by
    now, where it is over, and for days that have gone by.
    """
    row, today = _locked(actor, pause_id), today_of(actor.id, at)
    stands = days_of(row)
    if phase(stands, today) is Phase.OVER:
        raise RefusedError(OVER)
    begins = stands.first_day if phase(stands, today) is Phase.RESTS else first_day or today
    wanted = Days(begins, resumed_on)
    if wanted == stands:
        return
    if seen is not None and seen != fingerprint_of(stands):
        raise RefusedError(CHANGED_MEANWHILE)
    _require_ahead(wanted, today, has_begun=phase(stands, today) is Phase.RESTS)
    row.first_day, row.resumed_on = wanted.first_day, wanted.until
    db.session.flush()
    note(Event.PAUSE_CHANGED, at, actor_id=actor.id, person_id=actor.id, pause=pause_id)


def resume(actor: Actor, pause_id: UUID, at: datetime) -> None:
    """Take up again what rests, of which the day isn't paused any more; or take back what hasn't begun yet.

    Over already, it is as if done.
    """
    row, today = _locked(actor, pause_id), today_of(actor.id, at)
    if phase(days_of(row), today) is not Phase.OVER:
        row.resumed_on = not_before(today, row.first_day)
        db.session.flush()
        note(Event.RESUMED, at, actor_id=actor.id, person_id=actor.id, pause=pause_id)


def rest_for(actor: Actor, flag: OrderFlag, lineage_id: UUID, at: datetime) -> None:
    """Let a task rest that feels like an order, from today and without an end; a pause of it becomes the flag's."""
    row = _rest_today(actor, lineage_id, at)
    row.order_flag_id = row.order_flag_id or flag.id
    db.session.flush()


def rest_at_once(actor: Actor, lineage_id: UUID, at: datetime) -> UUID | None:
    """Let a task in force rest from today and without an end, whatever was set of it; returns the pause.

    None where the task isn't in force: then there is nothing to rest. It is taken up again as any other pause.
    """
    require_patient(actor)
    lock_versions(actor.id)
    if lineage_in_force(actor, Scope.TASK, lineage_id) is None:
        return None
    return _rest_today(actor, lineage_id, at).id


def is_resting(patient_id: UUID, lineage_id: UUID, at: datetime) -> bool:
    """Whether a pause of just this line rests today."""
    today = today_of(patient_id, at)
    row = _not_over(patient_id, lineage_id, today)
    return row is not None and phase(days_of(row), today) is Phase.RESTS


def lineage_in_force(actor: Actor, scope: Scope, lineage_id: UUID) -> UUID | None:
    """The lineage, where the version in force has such a line."""
    current = in_force(actor, actor.id)
    lines = () if current is None else current.goals if scope is Scope.GOAL else current.tasks
    return next((line.lineage_id for line in lines if line.lineage_id == lineage_id), None)


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


def _require_ahead(wanted: Days, today: date, *, has_begun: bool = False) -> None:
    if wanted.first_day < today and not has_begun:
        raise RefusedError(GONE_BY, field="first_day")
    if wanted.until is not None and wanted.until <= max(wanted.first_day, today):
        raise RefusedError(ENDS_FIRST, field="resumed_on")


def _locked(actor: Actor, pause_id: UUID) -> Pause:
    require_patient(actor)
    lock_versions(actor.id)
    row = db.session.scalars(
        sa.select(Pause)
        .where(Pause.id == pause_id, Pause.patient_id == actor.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return row


def _not_over(patient_id: UUID, lineage_id: UUID | None, today: date) -> Pause | None:
    """The pause of this line that rests, else the first that is set."""
    return db.session.scalars(
        sa.select(Pause)
        .where(Pause.patient_id == patient_id, Pause.lineage_id == lineage_id, is_not_over(today))
        .order_by(Pause.first_day)
        .limit(1)
        .execution_options(populate_existing=True)
    ).one_or_none()


def _rest_today(actor: Actor, lineage_id: UUID, at: datetime) -> Pause:
    today = today_of(actor.id, at)
    row = _not_over(actor.id, lineage_id, today) or _begin(actor, Scope.TASK, lineage_id, Days(today), at)
    row.first_day, row.resumed_on = min(row.first_day, today), None
    db.session.flush()
    return row


def _begin(actor: Actor, scope: Scope, lineage_id: UUID | None, days: Days, at: datetime) -> Pause:
    row = {"scope": scope, "lineage_id": lineage_id, "first_day": days.first_day, "resumed_on": days.until}
    try:
        with db.session.begin_nested():
            made = Pause(id=new_id(), patient_id=actor.id, **row)
            db.session.add(made)
    except IntegrityError:
        # The table holds one open pause a line, so of two sent at once one makes it.
        if known := _not_over(actor.id, lineage_id, today_of(actor.id, at)):
            return known
        raise
    note(Event.PAUSED, at, actor_id=actor.id, person_id=actor.id, pause=made.id, scope=scope.value)
    return made
