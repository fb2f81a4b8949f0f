"""A patient answers a proposal; with the therapist's signature, an answer that binds brings it into force."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from companion.accounts.rules import Actor, Role
from companion.audit.rules import Event
from companion.audit.services import note
from companion.contract.models import Answer, ContractVersion, TaskAnswer
from companion.contract.queries import VersionRead
from companion.contract.queries.versions import load
from companion.contract.rules import (
    Decision,
    Feels,
    Move,
    Obstacle,
    Outcome,
    Said,
    State,
    after,
    content_hash,
    is_stale,
    move_of,
    obstacles,
)
from companion.contract.services.agreeing import agree_if_both
from companion.contract.services.loading import lock_versions, one_of, patient_of, require_patient
from companion.contract.services.proposing import give_back
from companion.extensions import db
from companion.kernel.errors import NotFoundError, RefusedError, SentBeforeError
from companion.kernel.ids import new_id

IN_FORCE_ALREADY = _l("You agreed to this already. It is in force.")
STALE = _l("This proposal was changed or taken back while you had it open. Your answer was not sent; nothing starts.")
OWN = _l("This is your own proposal: to change it, take it back and write another.")
UNSAID = {
    Obstacle.FEELING_UNSAID: _l("Please say how this feels."),
    Obstacle.NO_HARDEST_COST: _l("Please name the cost that will be hardest, or write one of your own."),
    Obstacle.TASK_WITHOUT_GOAL: _l("One thing to do here serves no goal yet. It has to be put right before you agree."),
    Obstacle.TASK_WITHOUT_REASON: _l("Please give your reason for each thing to do, in your words."),
    Obstacle.TASK_WITHOUT_IDEA: _l("Please say of each thing to do whose idea it was."),
}


def answer(
    actor: Actor, version_id: UUID, agreed_hash: bytes, said: Said, at: datetime, answer_id: UUID | None = None
) -> Outcome:
    """Answer a proposal whose content has this hash, as the patient read it.

    An answer that agrees and binds puts a version that the therapist has signed in force from the patient's local day
    of `at`, in place of the last; one of the patient's own waits for that signature. *Told* is kept and starts nothing.
    The same answer under the same id is kept once. Raises RefusedError where the version isn't one that waits
    (changed, withdrawn, followed by another), or where agreeing lacks something; and for any other answer than agreeing
    to a proposal of one's own, which is taken back instead.
    """
    require_patient(actor)
    if patient_of(version_id) != actor.id:
        raise NotFoundError
    said = said.trimmed()
    versions = lock_versions(actor.id)
    version = one_of(versions, version_id)
    read = load(version_id)
    if version.state is State.DRAFT or read is None:
        raise NotFoundError
    if answer_id and (known := db.session.get(Answer, answer_id)):
        return _again(known, version, said)
    _require_answerable(version, read, agreed_hash)
    found = _require_complete(read, said)
    binds = said.decision is Decision.AGREE and not found
    given = _keep(actor, version, read, said, at, answer_id or new_id(), binds=binds)
    _move(versions, version, said, given, at)
    told = {"version": version_id, "answer": given.id, "decision": said.decision.value, "binds": binds}
    note(Event.VERSION_ANSWERED, at, actor_id=actor.id, person_id=actor.id, **told)
    return _outcome(said, version)


def _move(versions: list[ContractVersion], version: ContractVersion, said: Said, given: Answer, at: datetime) -> None:
    """What an answer does to the version, and to the one that it had been proposed in place of."""
    # What the therapist let rest, only the therapist takes up again.
    if agree_if_both(version, given, at) or version.author is Role.PATIENT:
        return
    if move := move_of(version.state, said.decision, binds=given.binding, is_signed=False):
        version.state = after(version.state, move)
        db.session.flush()
        if move is Move.DECLINE:
            give_back(versions, version)


def _again(known: Answer, version: ContractVersion, said: Said) -> Outcome:
    """The same page sent once more: nothing is added. Another answer under its id is refused."""
    if known.version_id != version.id:
        raise NotFoundError
    tasks = {row.task_id: (row.reason, row.idea) for row in _task_answers(known.id)}
    same_tasks = tasks == {
        key: (task.reason, task.idea) for key, task in said.tasks.items() if task.reason or task.idea
    }
    same = all(getattr(known, name) == value for name, value in _answer_values(said).items())
    if not (same and same_tasks):
        raise SentBeforeError
    return _outcome(said, version)


def _task_answers(answer_id: UUID) -> sa.ScalarResult[TaskAnswer]:
    return db.session.scalars(sa.select(TaskAnswer).where(TaskAnswer.answer_id == answer_id))


def _outcome(said: Said, version: ContractVersion) -> Outcome:
    if version.state is State.AGREED:
        return Outcome.IN_FORCE
    return Outcome.TOLD if said.feels is Feels.TOLD else Outcome.NOTED


def _require_answerable(version: ContractVersion, read: VersionRead, agreed_hash: bytes) -> None:
    if version.state is State.AGREED:
        raise RefusedError(IN_FORCE_ALREADY)
    if not read.may_be_answered or is_stale(agreed_hash, version.content_hash):
        raise RefusedError(STALE)
    # What is agreed to is what stands in the tables now, not only what was hashed once.
    if is_stale(agreed_hash, content_hash(read.content)):
        raise RefusedError(STALE)


def _require_complete(read: VersionRead, said: Said) -> tuple[Obstacle, ...]:
    if not set(said.tasks) <= {task.id for task in read.tasks}:
        raise NotFoundError
    if said.hardest_cost_id and said.hardest_cost_id not in {cost.id for cost in read.costs}:
        raise NotFoundError
    if read.is_patients and said.decision is not Decision.AGREE:
        raise RefusedError(OWN)
    found = obstacles(said, {task.id: task.goal_id for task in read.tasks})
    if said.decision is Decision.AGREE and found and found != (Obstacle.TOLD,):
        raise RefusedError(UNSAID[found[0]])
    return found


def _answer_values(said: Said) -> dict[str, object]:
    return {
        "decision": said.decision,
        "feels": said.feels,
        "hardest_cost_id": said.hardest_cost_id,
        "hardest_cost_words": said.hardest_cost_words,
        "worth_it": said.worth_it,
        "confidence": said.confidence,
        "doubts": said.doubts,
    }


def _keep(
    actor: Actor, version: ContractVersion, read: VersionRead, said: Said, at: datetime, answer_id: UUID, *, binds: bool
) -> Answer:
    given = Answer(
        id=answer_id,
        version_id=version.id,
        patient_id=actor.id,
        content_hash=version.content_hash,
        at=at,
        binding=binds,
        **_answer_values(said),
    )
    db.session.add(given)
    db.session.flush()
    for task in read.tasks:
        of_task = said.tasks.get(task.id)
        if of_task and (of_task.reason or of_task.idea):
            db.session.add(
                TaskAnswer(
                    patient_id=actor.id,
                    answer_id=given.id,
                    task_id=task.id,
                    reason=of_task.reason,
                    idea=of_task.idea,
                    binding=of_task.is_complete,
                )
            )
    db.session.flush()
    return given
