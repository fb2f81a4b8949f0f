"""What a therapist writes down of a session: how much the two ideas are believed, what came between the two."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from companion.accounts.rules import Actor
from companion.extensions import db
from companion.kernel.errors import NotFoundError, RefusedError, SentBeforeError
from companion.kernel.ids import new_id
from companion.sessions.models import BeliefRating, Rupture, TwoIdeas
from companion.sessions.queries import ideas_of
from companion.sessions.queries.during import words_of_rupture
from companion.sessions.rules import Belief, RuptureWords
from companion.sessions.services.loading import add, add_numbered, held_by, known, require_unchanged

NO_IDEAS = _l("Please write both ideas, in the patient's words, before they are rated.")


@dataclass(frozen=True)
class Ideas:
    """The old idea and the new one, in the patient's words."""

    old_idea: str
    new_idea: str


def rate_beliefs(  # the sentences and the numbers are written at once
    therapist: Actor,
    patient_id: UUID,
    session_id: UUID,
    ideas: Ideas,
    believed: Belief,
    at: datetime,
    rating_id: UUID | None = None,
) -> None:
    """Write how much each idea is believed, 0-100 %. Sentences that read otherwise than before are new ideas.

    The same under the same id is kept once. Raises RefusedError where one of the two sentences is missing, or something
    else was said under it.
    """
    session = held_by(therapist, patient_id, session_id, at)
    on = {"patient_id": patient_id, "session_id": session.id}
    if row := known(BeliefRating, rating_id, **on, **asdict(believed)):
        said = db.session.get_one(TwoIdeas, row.ideas_id)
        if (said.old_idea, said.new_idea) != (ideas.old_idea, ideas.new_idea):
            raise SentBeforeError
        return
    if not (ideas.old_idea and ideas.new_idea):
        raise RefusedError(NO_IDEAS, "new_idea" if ideas.old_idea else "old_idea")
    stands = ideas_of(therapist, patient_id)
    if stands and (stands.old_idea, stands.new_idea) == (ideas.old_idea, ideas.new_idea):
        ideas_id = stands.id
    else:
        written = add_numbered(TwoIdeas, {"patient_id": patient_id}, None, written_at=at, **asdict(ideas))
        ideas_id = written.id
    if believed != Belief():
        add_numbered(BeliefRating, on, rating_id, ideas_id=ideas_id, rated_at=at, **asdict(believed))


def note_rupture(
    therapist: Actor,
    patient_id: UUID,
    session_id: UUID,
    words: RuptureWords,
    at: datetime,
    rupture_id: UUID | None = None,
) -> UUID:
    """Note something that came between the two; returns it. Noted once under one id."""
    session = held_by(therapist, patient_id, session_id, at)
    on = {"patient_id": patient_id, "session_id": session.id, "therapist_id": therapist.id}
    if row := known(Rupture, rupture_id, **on, **asdict(words)):
        return row.id
    made = Rupture(id=rupture_id or new_id(), noted_at=at, is_repaired=bool(words.repair), **on, **asdict(words))
    return add(made).id


def change_rupture(  # whose, of which session, which one, what, when, and what stood
    therapist: Actor,
    patient_id: UUID,
    session_id: UUID,
    rupture_id: UUID,
    words: RuptureWords,
    at: datetime,
    seen: bytes | None = None,
) -> None:
    """Write one's own note of a rupture anew, as when it was repaired. Raises NotFoundError for somebody else's."""
    session = held_by(therapist, patient_id, session_id, at)
    row = db.session.scalars(
        sa.select(Rupture)
        .where(Rupture.id == rupture_id, Rupture.session_id == session.id, Rupture.therapist_id == therapist.id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    stands = words_of_rupture(row)
    if words == stands:
        return
    require_unchanged(seen, stands)
    for name, value in asdict(words).items():
        setattr(row, name, value)
    row.is_repaired = bool(words.repair)
    db.session.flush()
