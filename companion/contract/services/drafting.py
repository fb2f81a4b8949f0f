"""A therapist drafts a version: begins it from an earlier one, sets its frame, throws it away."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from companion.accounts.rules import Actor
from companion.audit.rules import Event
from companion.audit.services import note
from companion.contract.models import ContractVersion, ExpectedCost, Goal, Task
from companion.contract.queries import VersionRead, in_force
from companion.contract.queries.versions import load
from companion.contract.rules import Frame, State, VersionKind, is_overdue
from companion.contract.services.loading import (
    lock_draft,
    lock_versions,
    one_of,
    require_therapist_of,
    require_unchanged,
    today_of,
)
from companion.extensions import db
from companion.kernel.errors import NotFoundError, RefusedError
from companion.kernel.ids import new_id


def start_draft(actor: Actor, patient_id: UUID, at: datetime, base_id: UUID | None = None) -> UUID:
    """Begin a draft as a copy of a version, lineages kept; returns its id, or that of the draft already open.

    The base is the version in force, else the latest proposed, unless `base_id` names another. A review date that has
    gone by isn't copied. Raises NotFoundError for a patient not in this therapist's care, and a base that isn't theirs.
    """
    require_therapist_of(actor, patient_id)
    versions = lock_versions(patient_id)
    if open_draft := _open_draft(actor, patient_id):
        return open_draft
    base = _base(actor, patient_id, versions, base_id)
    number = max((version.number for version in versions), default=0) + 1
    try:
        with db.session.begin_nested():
            draft = _add(actor, patient_id, number, base, at)
    except IntegrityError:
        # Where there was no version yet there was nothing to lock, and two began the first at once.
        if open_draft := _open_draft(actor, patient_id):
            return open_draft
        raise
    if base:
        _copy(base, draft, today_of(patient_id, at))
    note(Event.DRAFT_BEGUN, at, actor_id=actor.id, person_id=patient_id, version=draft.id)
    return draft.id


def set_frame(actor: Actor, version_id: UUID, frame: Frame, at: datetime, seen: bytes | None = None) -> None:
    """Write what a draft says beside its lines. `seen` is the fingerprint of what stood when its page was opened.

    Raises RefusedError for a review date that has gone by, and where something else stands by now.
    """
    draft = lock_draft(actor, version_id)
    stands = Frame(
        promise=draft.promise,
        limits=draft.limits,
        cost_of_staying_still=draft.cost_of_staying_still,
        review_on=draft.review_on,
    )
    if frame != stands:
        require_unchanged(seen, stands)
    if is_overdue(frame.review_on, today_of(draft.patient_id, at)):
        raise RefusedError(_l("That day has gone by."), field="review_on")
    draft.promise, draft.limits = frame.promise, frame.limits
    draft.cost_of_staying_still, draft.review_on = frame.cost_of_staying_still, frame.review_on
    db.session.flush()


def discard_draft(actor: Actor, version_id: UUID, at: datetime) -> None:
    """Throw an open draft away, whole; the other side never saw it."""
    draft = lock_draft(actor, version_id)
    for model in (Task, Goal, ExpectedCost):
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


def _add(actor: Actor, patient_id: UUID, number: int, base: VersionRead | None, at: datetime) -> ContractVersion:
    draft = ContractVersion(
        id=new_id(),
        patient_id=patient_id,
        number=number,
        parent_id=base.id if base else None,
        author=actor.role,
        kind=VersionKind.WORKING,
        state=State.DRAFT,
        created_at=at,
    )
    db.session.add(draft)
    db.session.flush()
    return draft


def _copy(base: VersionRead, draft: ContractVersion, today: date) -> None:
    draft.promise, draft.limits = base.frame.promise, base.frame.limits
    draft.cost_of_staying_still = base.frame.cost_of_staying_still
    draft.review_on = None if is_overdue(base.frame.review_on, today) else base.frame.review_on
    goal_ids: dict[UUID | None, UUID | None] = {None: None}
    for position, goal in enumerate(base.goals):
        goal_ids[goal.id] = new_id()
        db.session.add(
            Goal(
                id=goal_ids[goal.id],
                patient_id=draft.patient_id,
                version_id=draft.id,
                lineage_id=goal.lineage_id,
                position=position,
                text=goal.words.text,
                observable_sign=goal.words.observable_sign,
                how_it_is_now=goal.words.how_it_is_now,
                enough=goal.words.enough,
            )
        )
    db.session.flush()
    for position, task in enumerate(base.tasks):
        db.session.add(
            Task(
                patient_id=draft.patient_id,
                version_id=draft.id,
                goal_id=goal_ids[task.goal_id],
                lineage_id=task.lineage_id,
                position=position,
                kind=task.words.kind,
                text=task.words.text,
                smaller_version=task.words.smaller_version,
                target=task.words.target,
                window_from=task.words.window_from,
                window_until=task.words.window_until,
                telling=task.words.telling,
            )
        )
    for position, cost in enumerate(base.costs):
        db.session.add(
            ExpectedCost(patient_id=draft.patient_id, version_id=draft.id, position=position, text=cost.text)
        )
    db.session.flush()
