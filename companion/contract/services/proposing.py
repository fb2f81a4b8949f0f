"""A therapist proposes a draft, which freezes and signs it, or takes a proposal back."""

from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l

from companion.accounts.rules import Actor
from companion.audit.rules import Event
from companion.audit.services import note
from companion.contract.models import ContractVersion, Signature
from companion.contract.queries.versions import load
from companion.contract.rules import Lack, State, content_hash, is_stale, lacks, may_move
from companion.contract.services.loading import (
    NO_LONGER_A_DRAFT,
    lock_versions,
    one_of,
    patient_of,
    require_therapist_of,
    today_of,
)
from companion.extensions import db
from companion.kernel.errors import NotFoundError, RefusedError

NOT_AS_READ = _l("The draft was changed since you opened this page, so it was not proposed. This is how it reads now.")
STILL_LACKS = {
    Lack.PROMISE: _l("It doesn't say yet what therapy can give."),
    Lack.GOAL: _l("It has no goal yet."),
    Lack.TASK: _l("It has no task yet."),
    Lack.COST: _l("It doesn't say yet what it will probably cost."),
    Lack.REVIEW_AHEAD: _l("Its review date has gone by."),
}


def propose(actor: Actor, version_id: UUID, at: datetime, seen: bytes | None = None) -> None:
    """Propose a draft: it is frozen, hashed and signed, and an earlier proposal of the same side is withdrawn.

    `seen` is the content hash of what the therapist read. Proposed already, it is as if done. Raises RefusedError where
    other words stand than those read, or it still lacks something.
    """
    patient_id = patient_of(version_id)
    require_therapist_of(actor, patient_id)
    versions = lock_versions(patient_id)
    draft = one_of(versions, version_id)
    if draft.state is State.PROPOSED and seen in {None, draft.content_hash}:
        return
    if draft.author is not actor.role:
        raise NotFoundError
    if draft.state is not State.DRAFT:
        raise RefusedError(NO_LONGER_A_DRAFT)
    agreed_hash = _hash_of(draft, at)
    if seen is not None and is_stale(seen, agreed_hash):
        raise RefusedError(NOT_AS_READ)
    for earlier in versions:
        if earlier.state is State.PROPOSED and earlier.author is actor.role:
            earlier.state = State.WITHDRAWN
    db.session.flush()  # first, because each side has one proposal at a time
    draft.state, draft.content_hash, draft.proposed_at = State.PROPOSED, agreed_hash, at
    db.session.flush()
    db.session.add(
        Signature(version_id=draft.id, patient_id=patient_id, content_hash=agreed_hash, therapist_id=actor.id, at=at)
    )
    db.session.flush()
    note(Event.VERSION_PROPOSED, at, actor_id=actor.id, person_id=patient_id, version=version_id)


def withdraw(actor: Actor, version_id: UUID, at: datetime) -> None:
    """Take a proposal back. Withdrawn already, it is as if done; RefusedError where it was agreed to meanwhile."""
    patient_id = patient_of(version_id)
    require_therapist_of(actor, patient_id)
    version = one_of(lock_versions(patient_id), version_id)
    if version.author is not actor.role:
        raise NotFoundError
    if version.state is State.WITHDRAWN:
        return
    if not may_move(version.state, State.WITHDRAWN):
        raise RefusedError(_l("It was agreed to meanwhile, and is in force. Propose another to change it."))
    version.state = State.WITHDRAWN
    db.session.flush()
    note(Event.VERSION_WITHDRAWN, at, actor_id=actor.id, person_id=patient_id, version=version_id)


def _hash_of(draft: ContractVersion, at: datetime) -> bytes:
    read = load(draft.id)
    if read is None:
        raise NotFoundError
    found = lacks(read.content, today_of(draft.patient_id, at))
    if found:
        raise RefusedError(STILL_LACKS[found[0]])
    return content_hash(read.content)
