"""What a therapist writes down while a scene is worked on: step by step, as the patient says yes, not this, or stop."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from companion.accounts.rules import Actor
from companion.audit.rules import Event
from companion.audit.services import note
from companion.checkins import services as checkins
from companion.contract import queries as contract
from companion.contract.rules import TaskKind
from companion.extensions import db
from companion.kernel.errors import NotFoundError, RefusedError, SentBeforeError
from companion.kernel.ids import new_id
from companion.sessions.models import SessionTask, StepConsent
from companion.sessions.queries.during import words_of_scene
from companion.sessions.rules import MOST_STEPS, SceneWords, StepSaid
from companion.sessions.services.loading import add, add_numbered, held_by, known, require_unchanged

STOPPED = _l("It was stopped. What comes after a stop is another scene, if both want one.")
TOO_MANY = _l("That is more steps than one scene can have. Begin another.")
NO_WORDS = _l("There are no words yet that could be suggested.")


@dataclass(frozen=True)
class Step:
    """A step in words, and what the patient said to it."""

    words: str
    said: StepSaid


def begin_scene(
    therapist: Actor,
    patient_id: UUID,
    session_id: UUID,
    words: SceneWords,
    at: datetime,
    scene_id: UUID | None = None,
) -> UUID:
    """Begin a scene, of a task that was agreed for the session or of none; returns it. Begun once under one id.

    Raises NotFoundError for a task that isn't in force, or isn't one for the session.
    """
    session = held_by(therapist, patient_id, session_id, at)
    on = {"patient_id": patient_id, "session_id": session.id}
    if row := known(SessionTask, scene_id, **on):
        if words_of_scene(row) != words:
            raise SentBeforeError
        return row.id
    _require_agreed(therapist, patient_id, words.lineage_id)
    made = SessionTask(id=scene_id or new_id(), begun_at=at, **on, **asdict(words))
    return add(made).id


def change_scene(
    therapist: Actor,
    patient_id: UUID,
    session_id: UUID,
    scene_id: UUID,
    words: SceneWords,
    at: datetime,
    seen: bytes | None = None,
) -> None:
    """Write what is said of a scene beside its steps; also after a stop. Raises RefusedError as `require_unchanged`.

    A task that was agreed when the scene was begun may stay; another one is as for `begin_scene`.
    """
    row = _scene(therapist, patient_id, session_id, scene_id, at)
    stands = words_of_scene(row)
    if words == stands:
        return
    require_unchanged(seen, stands)
    if words.lineage_id != stands.lineage_id:
        _require_agreed(therapist, patient_id, words.lineage_id)
    for name, value in asdict(words).items():
        setattr(row, name, value)
    db.session.flush()


def note_step(
    therapist: Actor,
    patient_id: UUID,
    session_id: UUID,
    scene_id: UUID,
    step: Step,
    at: datetime,
    step_id: UUID | None = None,
) -> None:
    """Note a step and what the patient said to it. A stop ends the scene at once: no step is noted after it."""
    row = _scene(therapist, patient_id, session_id, scene_id, at)
    on = {"patient_id": patient_id, "scene_id": row.id}
    if known(StepConsent, step_id, **on, step=step.words, said=step.said):
        return
    if row.stopped_at is not None:
        raise RefusedError(STOPPED)
    made = add_numbered(StepConsent, on, step_id, step=step.words, said=step.said, said_at=at)
    if made.number > MOST_STEPS:
        raise RefusedError(TOO_MANY)
    if step.said is StepSaid.STOP:
        row.stopped_at = at
        db.session.flush()
    about = {"scene": row.id, "step": made.number, "said": step.said.value}
    note(Event.STEP_NOTED, at, actor_id=therapist.id, person_id=patient_id, **about)


def suggest_words_found(therapist: Actor, patient_id: UUID, session_id: UUID, scene_id: UUID, at: datetime) -> None:
    """Suggest the words found to the patient as a card, once a scene; theirs only if they keep it.

    Raises RefusedError where no words were found.
    """
    row = _scene(therapist, patient_id, session_id, scene_id, at)
    if row.card_id is not None:
        return
    if not row.words_found:
        raise RefusedError(NO_WORDS)
    row.card_id = checkins.suggest_card(therapist, patient_id, row.words_found, at)
    db.session.flush()
    note(Event.CARD_SUGGESTED, at, actor_id=therapist.id, person_id=patient_id, card=row.card_id)


def _scene(therapist: Actor, patient_id: UUID, session_id: UUID, scene_id: UUID, at: datetime) -> SessionTask:
    session = held_by(therapist, patient_id, session_id, at)
    row = db.session.scalars(
        sa.select(SessionTask)
        .where(SessionTask.id == scene_id, SessionTask.session_id == session.id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return row


def _require_agreed(therapist: Actor, patient_id: UUID, lineage_id: UUID | None) -> None:
    if lineage_id is None:
        return
    current = contract.in_force(therapist, patient_id)
    agreed = {task.lineage_id for task in current.tasks if task.words.kind is TaskKind.IN_SESSION} if current else set()
    if lineage_id not in agreed:
        raise NotFoundError
