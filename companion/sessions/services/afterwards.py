"""What is said after a session, by each of the two for themselves."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l

from companion.accounts.queries import patient_for
from companion.accounts.rules import Actor, Role
from companion.kernel.errors import NotFoundError, RefusedError
from companion.kernel.ids import new_id
from companion.sessions.models import BetweenUs, LearnedAnswer, PrivateNote
from companion.sessions.queries import learned_of
from companion.sessions.queries.appointments import meeting
from companion.sessions.rules import Between, Felt, Learned
from companion.sessions.services.loading import add, add_numbered, held_by, known, own_begun

EMPTY = _l("Every line can stay empty, and then there is nothing to keep.")
EMPTY_NOTE = _l("There is nothing in this note yet.")


@dataclass(frozen=True)
class Note:
    """A therapist's own reaction, and what they did with it."""

    felt: tuple[Felt, ...] = ()
    words: str = ""
    regulated: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written."""
        return not (self.felt or self.words or self.regulated)


def say_between_us(
    patient: Actor, session_id: UUID, said: Between, at: datetime, answer_id: UUID | None = None
) -> None:
    """Say what was between the two, once the session's time has come; said anew, the latest word computes.

    The same under the same id is kept once. Raises RefusedError where nothing is said at all.
    """
    session = own_begun(patient, session_id, at)
    on = {"patient_id": patient.id, "session_id": session.id}
    values = asdict(said) | {"chips": [chip.value for chip in said.chips]}
    if known(BetweenUs, answer_id, **on, **values):
        return
    if said.is_empty:
        raise RefusedError(EMPTY, "mattered")
    add_numbered(BetweenUs, on, answer_id, answered_at=at, **values)


def say_learned(actor: Actor, patient_id: UUID, session_id: UUID, learned: Learned, at: datetime) -> None:
    """Say what was learned from the homework, each for themselves; said the same again, nothing is added."""
    session = (
        held_by(actor, patient_id, session_id, at) if actor.role is Role.THERAPIST else own_begun(actor, session_id, at)
    )
    if learned_of(actor, session.patient_id, session.id).mine is learned:
        return
    on = {"patient_id": session.patient_id, "session_id": session.id, "side": actor.role}
    add_numbered(LearnedAnswer, on, None, learned=learned, answered_at=at)


def keep_private_note(  # about whom, what, when, of which session, once
    therapist: Actor,
    patient_id: UUID,
    written: Note,
    at: datetime,
    session_id: UUID | None = None,
    note_id: UUID | None = None,
) -> None:
    """Keep a note that nobody but its author will ever read. The same under the same id is kept once.

    Raises NotFoundError for a patient or a session not in this therapist's care, RefusedError for an empty note.
    """
    if therapist.role is not Role.THERAPIST:
        raise NotFoundError
    patient_for(therapist, patient_id)
    if session_id:
        meeting(therapist, patient_id, session_id)
    felt = " ".join(written.felt)
    on = {"patient_id": patient_id, "therapist_id": therapist.id, "session_id": session_id}
    if known(PrivateNote, note_id, **on, felt=felt, words=written.words, regulated=written.regulated):
        return
    if written.is_empty:
        raise RefusedError(EMPTY_NOTE, "note")
    row = PrivateNote(
        id=note_id or new_id(), felt=felt, words=written.words, regulated=written.regulated, noted_at=at, **on
    )
    add(row)
