"""Either side drafts a version: begins it from an earlier one, sets its frame, throws it away."""

from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from companion.accounts.rules import Actor
from companion.audit.rules import Event
from companion.audit.services import note
from companion.contract.models import ContractVersion, ExpectedCost, Goal, GoalWish, Task
from companion.contract.queries import VersionRead, in_force
from companion.contract.queries.versions import frame_of, load
from companion.contract.rules import Frame, State, VersionKind, as_begun, is_overdue
from companion.contract.services.loading import (
    lock_draft,
    lock_versions,
    one_of,
    require_side,
    require_unchanged,
    today_of,
)
from companion.extensions import db
from companion.kernel.errors import NotFoundError, RefusedError
from companion.kernel.ids import new_id

NOT_THROWN_AWAY = _l("It was changed since you opened this page, so it was not thrown away. This is how it reads now.")


def start_draft(
    actor: Actor,
    patient_id: UUID,
    at: datetime,
    base_id: UUID | None = None,
    kind: VersionKind = VersionKind.WORKING,
) -> UUID:
    """Begin a draft as a copy of a version, lineages kept; returns its id, or that of the side's draft already open.

    The base is the version in force, else the latest proposed, unless `base_id` names another. A review date that has
    gone by isn't copied, nor a goal that ended. What answers a closing version that waits is one, too. Raises
    NotFoundError for anyone but the patient and their therapist, and for a base that isn't the patient's.
    """
    require_side(actor, patient_id)
    versions = lock_versions(patient_id)
    if open_draft := _open_draft(actor, patient_id):
        return open_draft
    base = _base(actor, patient_id, versions, base_id)
    if base and base.is_closing and base.may_be_answered:
        kind = VersionKind.CLOSING
    try:
        with db.session.begin_nested():
            draft = _add(actor, patient_id, _next_number(versions), base, kind, at)
    except IntegrityError:
        # A version begun while the lock was waited for, or before there was anything to lock, isn't among those read.
        if open_draft := _open_draft(actor, patient_id):
            return open_draft
        draft = _add(actor, patient_id, _next_number(lock_versions(patient_id)), base, kind, at)
    if base:
        _copy(base, draft, today_of(patient_id, at))
    note(Event.DRAFT_BEGUN, at, actor_id=actor.id, person_id=patient_id, version=draft.id)
    return draft.id


def set_frame(actor: Actor, version_id: UUID, frame: Frame, at: datetime, seen: bytes | None = None) -> None:
    """Write what a draft says beside its lines. `seen` is the fingerprint of what stood when its page was opened.

    Raises RefusedError for a review date that has gone by, and where something else stands by now.
    """
    draft = lock_draft(actor, version_id)
    stands = frame_of(draft)
    if frame != stands:
        require_unchanged(seen, stands)
    if is_overdue(frame.review_on, today_of(draft.patient_id, at)):
        raise RefusedError(_l("That day has gone by."), field="review_on")
    for name, value in asdict(frame).items():
        setattr(draft, name, value)
    db.session.flush()


def say_why(actor: Actor, version_id: UUID, words: str, seen: bytes | None = None) -> None:
    """Write what goes with one's own draft when it is proposed; no part of what is agreed to.

    `seen` is the fingerprint of what stood when its page was opened; raises RefusedError where something else does.
    """
    draft = lock_draft(actor, version_id)
    if words != draft.why:
        require_unchanged(seen, draft.why)
    draft.why = words
    db.session.flush()


def discard_draft(actor: Actor, version_id: UUID, at: datetime, seen: bytes | None = None) -> None:
    """Throw an open draft away, whole; the other side never saw it.

    `seen` is the `stand` of the draft as its page showed it; raises RefusedError where something else stands by now.
    """
    draft = lock_draft(actor, version_id)
    if seen is not None and (read := load(version_id)) and seen != read.stand:
        raise RefusedError(NOT_THROWN_AWAY)
    for model in (Task, GoalWish, Goal, ExpectedCost):
        db.session.execute(sa.delete(model).where(model.version_id == draft.id))
    db.session.delete(draft)
    db.session.flush()
    note(Event.DRAFT_DISCARDED, at, actor_id=actor.id, person_id=draft.patient_id, version=version_id)


def _open_draft(actor: Actor, patient_id: UUID) -> UUID | None:
    query = sa.select(ContractVersion.id).where(
        ContractVersion.patient_id == patient_id,
        ContractVersion.author == actor.role,
        ContractVersion.state == State.DRAFT,
    )
    return db.session.scalar(query)


def _base(actor: Actor, patient_id: UUID, versions: list[ContractVersion], base_id: UUID | None) -> VersionRead | None:
    if base_id:
        named = one_of(versions, base_id)
        if named.state is State.DRAFT:
            raise NotFoundError
        return load(named.id)
    if current := in_force(actor, patient_id):
        return current
    proposed = [version for version in versions if version.state is not State.DRAFT]
    return load(proposed[-1].id) if proposed else None


def _next_number(versions: list[ContractVersion]) -> int:
    return max((version.number for version in versions), default=0) + 1


def _add(
    actor: Actor, patient_id: UUID, number: int, base: VersionRead | None, kind: VersionKind, at: datetime
) -> ContractVersion:
    draft = ContractVersion(
        id=new_id(),
        patient_id=patient_id,
        number=number,
        parent_id=base.id if base else None,
        author=actor.role,
        kind=kind,
        state=State.DRAFT,
        created_at=at,
    )
    db.session.add(draft)
    db.session.flush()
    return draft


def _copy(base: VersionRead, draft: ContractVersion, today: date) -> None:
    """Copy what goes on."""
    begun_as = as_begun(base.content, draft.kind, today, is_agreed=base.was_agreed)
    for name, value in asdict(begun_as.frame).items():
        setattr(draft, name, value)
    whose = {"patient_id": draft.patient_id, "version_id": draft.id}
    goal_ids: dict[UUID | None, UUID] = {}
    for position, goal in enumerate(begun_as.goals):
        goal_ids[goal.lineage_id] = new_id()
        line = {"id": goal_ids[goal.lineage_id], "lineage_id": goal.lineage_id, "position": position}
        db.session.add(Goal(**line, **whose, **goal.words.in_its_row))
    db.session.flush()
    for goal in begun_as.goals:
        if goal.words.wish_id:
            db.session.add(GoalWish(goal_id=goal_ids[goal.lineage_id], wish_id=goal.words.wish_id, **whose))
    for position, task in enumerate(begun_as.tasks):
        served = {"goal_id": goal_ids.get(task.goal_lineage_id), "lineage_id": task.lineage_id}
        db.session.add(Task(position=position, **whose, **served, **asdict(task.words)))
    for position, cost in enumerate(begun_as.costs):
        db.session.add(ExpectedCost(position=position, text=cost, **whose))
    db.session.flush()
