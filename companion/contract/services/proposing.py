"""Either side proposes its draft, which freezes it, or takes a proposal back; the therapist accepts or lets rest."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from companion.accounts.rules import Actor, Role
from companion.audit.rules import Event
from companion.audit.services import note
from companion.contract.models import Agreement, ContractVersion, Reply, Signature
from companion.contract.queries import VersionRead
from companion.contract.queries.versions import lacking, load
from companion.contract.rules import (
    ANSWERABLE,
    Lack,
    Move,
    Outcome,
    State,
    after,
    content_hash,
    is_stale,
    lacks,
    may,
)
from companion.contract.services.agreeing import agree_if_both, latest_answer
from companion.contract.services.loading import (
    NO_LONGER_A_DRAFT,
    lock_own,
    lock_versions,
    one_of,
    patient_of,
    require_therapist_of,
    today_of,
)
from companion.extensions import db
from companion.kernel.errors import NotFoundError, RefusedError, SentBeforeError
from companion.kernel.ids import new_id

NOT_AS_READ = _l("The draft was changed since you opened this page, so it was not proposed. This is how it reads now.")
NO_LONGER_WAITS = _l("This was changed or taken back while you had it open, or is in force by now. Nothing was done.")
STILL_LACKS = {
    Lack.PROMISE: _l("It doesn't say yet what therapy can give."),
    Lack.GOAL: _l("It has no goal yet."),
    Lack.TASK: _l("It has no task yet."),
    Lack.COST: _l("It doesn't say yet what it will probably cost."),
    Lack.REVIEW_AHEAD: _l("Its review date has gone by."),
    Lack.TASK_OF_ENDED_GOAL: _l("It has a task for a goal that has ended. Let it serve another, or take it out."),
    Lack.EARLY_SIGNS: _l("It doesn't say yet what the early signs are."),
    Lack.WHAT_HELPED: _l("It doesn't say yet what helped."),
    Lack.FIRST_STEPS: _l("It doesn't say yet what to do first."),
    Lack.COME_BACK: _l("It doesn't say yet when to come back."),
    Lack.CHANGE: _l("Nothing is changed in it yet, and nothing said with it."),
}


def propose(actor: Actor, version_id: UUID, at: datetime, seen: bytes | None = None) -> None:
    """Propose a draft: it is frozen and hashed, and an earlier proposal of the same side is withdrawn.

    The proposal of the other side from which it was begun waits no more, until this one is declined or taken back.
    A therapist's is signed by it. `seen` is the content hash of what was read. Proposed already, it is as if done.
    Raises RefusedError where other words stand than those read, or it still lacks something.
    """
    versions, draft = lock_own(actor, version_id)
    if draft.state is State.PROPOSED and seen in {None, draft.content_hash}:
        return
    if draft.state is not State.DRAFT:
        raise RefusedError(NO_LONGER_A_DRAFT)
    agreed_hash = _hash_of(draft, at)
    if seen is not None and is_stale(seen, agreed_hash):
        raise RefusedError(NOT_AS_READ)
    _make_way(versions, draft)
    draft.state, draft.content_hash, draft.proposed_at = after(draft.state, Move.PROPOSE), agreed_hash, at
    db.session.flush()
    if actor.role is Role.THERAPIST:
        _sign(actor, draft, at)
    note(Event.VERSION_PROPOSED, at, actor_id=actor.id, person_id=draft.patient_id, version=version_id)


def withdraw(actor: Actor, version_id: UUID, at: datetime) -> None:
    """Take a proposal of one's own side back; what it answered waits again.

    Withdrawn already, it is as if done; RefusedError where it was agreed to meanwhile.
    """
    versions, version = lock_own(actor, version_id)
    if version.state is State.WITHDRAWN:
        return
    if not may(version.state, Move.WITHDRAW):
        raise RefusedError(_l("It was agreed to meanwhile, and is in force. Propose another to change it."))
    was_open = version.state in ANSWERABLE
    version.state = after(version.state, Move.WITHDRAW)
    db.session.flush()
    if was_open:
        give_back(versions, version)
    note(Event.VERSION_WITHDRAWN, at, actor_id=actor.id, person_id=version.patient_id, version=version_id)


def accept(therapist: Actor, version_id: UUID, seen: bytes, at: datetime) -> Outcome:
    """Sign the patient's proposal as it was read (`seen` is its content hash).

    It comes into force at once where the patient's latest answer to it binds, and otherwise as soon as one does.
    Signed already, it is as if done. Raises RefusedError where it no longer waits, and where it lacks what only the
    therapist can add: then it has to be taken up in a draft.
    """
    version, read = _patients_proposal(therapist, version_id)
    if read.is_in_force and not is_stale(seen, version.content_hash):
        return Outcome.IN_FORCE
    if not read.may_be_answered or is_stale(seen, version.content_hash) or is_stale(seen, content_hash(read.content)):
        raise RefusedError(NO_LONGER_WAITS)
    if found := lacks(read.content, today_of(version.patient_id, at)):
        raise RefusedError(STILL_LACKS[found[0]])
    if read.signed_at is None:
        _sign(therapist, version, at)
        note(Event.VERSION_SIGNED, at, actor_id=therapist.id, person_id=version.patient_id, version=version_id)
    if agree_if_both(version, latest_answer(version), at):
        return Outcome.IN_FORCE
    if version.state is State.DECLINED:
        version.state = after(version.state, Move.RECONSIDER)
        db.session.flush()
    return Outcome.NOTED


def let_rest(therapist: Actor, version_id: UUID, words: str, at: datetime, reply_id: UUID | None = None) -> None:
    """Let the patient's proposal rest, with a word why or none; what it answered waits again.

    The same word under the same id is kept once. Raises RefusedError where the proposal no longer waits.
    """
    version, read = _patients_proposal(therapist, version_id)
    if reply_id and (known := db.session.get(Reply, reply_id)):
        if known.version_id != version.id:
            raise NotFoundError
        if known.words != words:
            raise SentBeforeError
        return
    if version.state is not State.PROPOSED or read.is_overtaken:
        raise RefusedError(NO_LONGER_WAITS)
    said = {"id": reply_id or new_id(), "patient_id": version.patient_id, "therapist_id": therapist.id}
    db.session.add(Reply(version_id=version.id, at=at, words=words, **said))
    version.state = after(version.state, Move.DECLINE)
    db.session.flush()
    give_back(lock_versions(version.patient_id), version)
    note(Event.VERSION_RESTS, at, actor_id=therapist.id, person_id=version.patient_id, version=version_id)


def give_back(versions: list[ContractVersion], child: ContractVersion) -> None:
    """Let what a counter-proposal answered wait again, unless something has come into force or been proposed since."""
    parent = next((version for version in versions if version.id == child.parent_id), None)
    if parent is None or parent.author is child.author or not may(parent.state, Move.GIVE_BACK):
        return
    read = load(parent.id)
    if read and not read.is_overtaken and not _held_since(parent):
        parent.state = after(parent.state, Move.GIVE_BACK)
        db.session.flush()


def _held_since(version: ContractVersion) -> bool:
    """Whether something came into force after it was proposed, be it begun before or after."""
    later = sa.exists().where(Agreement.patient_id == version.patient_id, Agreement.at > version.proposed_at)
    return db.session.scalar(sa.select(later)) is True


def _make_way(versions: list[ContractVersion], draft: ContractVersion) -> None:
    """Each side has one proposal at a time, and what this one answers waits no more."""
    last_agreed = max((version.number for version in versions if version.state is State.AGREED), default=0)
    for version in versions:
        # What was answered before the last agreement stays as it reads; what waits is one, whenever it was begun.
        is_recent = version.state is State.PROPOSED or version.number > last_agreed
        is_its_own = version.author is draft.author and is_recent
        if is_its_own and version.state is not State.DECLINED and may(version.state, Move.WITHDRAW):
            version.state = after(version.state, Move.WITHDRAW)
        elif version.id == draft.parent_id and version.author is not draft.author and may(version.state, Move.COUNTER):
            version.state = after(version.state, Move.COUNTER)
    db.session.flush()  # first, because the table holds one proposal a side


def _sign(therapist: Actor, version: ContractVersion, at: datetime) -> None:
    whose = {"patient_id": version.patient_id, "therapist_id": therapist.id}
    db.session.add(Signature(version_id=version.id, content_hash=version.content_hash, at=at, **whose))
    db.session.flush()


def _patients_proposal(therapist: Actor, version_id: UUID) -> tuple[ContractVersion, VersionRead]:
    patient_id = patient_of(version_id)
    require_therapist_of(therapist, patient_id)
    version = one_of(lock_versions(patient_id), version_id)
    read = load(version_id)
    if version.author is not Role.PATIENT or version.state is State.DRAFT or read is None:
        raise NotFoundError
    return version, read


def _hash_of(draft: ContractVersion, at: datetime) -> bytes:
    read = load(draft.id)
    if read is None:
        raise NotFoundError
    found = lacking(read, today_of(draft.patient_id, at))
    if found:
        raise RefusedError(STILL_LACKS[found[0]])
    return content_hash(read.content)
