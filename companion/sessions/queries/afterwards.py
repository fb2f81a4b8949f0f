"""What is said after a session: by both of the homework, by the patient of what was between them, by nobody else."""

from uuid import UUID

import sqlalchemy as sa

from companion.accounts.queries import patient_for
from companion.accounts.rules import Actor, Role
from companion.extensions import db
from companion.kernel.errors import NotFoundError
from companion.sessions.models import BetweenUs, LearnedAnswer, PrivateNote, Session
from companion.sessions.queries.view_models import BetweenRead, LearnedRead, NoteRead
from companion.sessions.rules import Between, Chip, Felt

MOST_NOTES = 100


def learned_of(viewer: Actor, patient_id: UUID, session_id: UUID) -> LearnedRead:
    """What each says was learned from the homework; what the other said only to who has answered themselves."""
    patient_for(viewer, patient_id)
    rows = db.session.execute(
        sa.select(LearnedAnswer.side, LearnedAnswer.learned)
        .where(LearnedAnswer.patient_id == patient_id, LearnedAnswer.session_id == session_id)
        .order_by(LearnedAnswer.number)
    )
    said = {side: learned for side, learned in rows}  # noqa: C416  # typed, and the later row computes
    mine = said.pop(viewer.role, None)
    theirs = next(iter(said.values()), None)
    return LearnedRead(mine, theirs if mine else None, other_answered=theirs is not None)


def between_us(viewer: Actor, patient_id: UUID) -> list[BetweenRead]:
    """What the patient said after each session, oldest first; of each the latest word. The therapist reads it too."""
    patient_for(viewer, patient_id)
    other = sa.orm.aliased(BetweenUs)
    latest = sa.select(sa.func.max(other.number)).where(other.session_id == BetweenUs.session_id)
    rows = db.session.execute(
        sa.select(BetweenUs, Session.at)
        .join(Session, Session.id == BetweenUs.session_id)
        .where(BetweenUs.patient_id == patient_id, BetweenUs.number == latest.scalar_subquery())
        .order_by(Session.at, Session.id)
    )
    return [BetweenRead(row.session_id, at, row.answered_at, _said(row)) for row, at in rows]


def notes_of(author: Actor, patient_id: UUID, session_id: UUID | None = None) -> list[NoteRead]:
    """A therapist's own private notes about a patient in their care, newest first; nobody else's, whoever treats them.

    Raises NotFoundError for everybody else, the patient included.
    """
    if author.role is not Role.THERAPIST:
        raise NotFoundError
    patient_for(author, patient_id)
    query = (
        sa.select(PrivateNote, Session.at)
        .outerjoin(Session, Session.id == PrivateNote.session_id)
        .where(PrivateNote.patient_id == patient_id, PrivateNote.therapist_id == author.id)
        .order_by(PrivateNote.noted_at.desc(), PrivateNote.id.desc())
        .limit(MOST_NOTES)
    )
    if session_id:
        query = query.where(PrivateNote.session_id == session_id)
    return [
        NoteRead(row.id, at, tuple(Felt(each) for each in row.felt.split()), row.words, row.regulated, row.noted_at)
        for row, at in db.session.execute(query)
    ]


def _said(row: BetweenUs) -> Between:
    chips = tuple(Chip(each) for each in row.chips)
    return Between(mattered=row.mattered, mine=row.mine, heard=row.heard, chips=chips)
