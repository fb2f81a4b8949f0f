"""What is done before a session: the patient's own point, and the agenda, by both."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from companion.accounts.rules import Actor, Role
from companion.extensions import db
from companion.kernel.errors import NotFoundError, RefusedError
from companion.kernel.ids import new_id
from companion.sessions.models import AgendaLine, AgendaTick, OwnPoint
from companion.sessions.queries import agenda_of, meeting
from companion.sessions.queries.view_models import PointRead
from companion.sessions.rules import has_begun, still_collects
from companion.sessions.rules.agenda import About, Line
from companion.sessions.services.loading import add, known, own_session, require_unchanged, session_of

BEGUN = _l("Its time has come: what you wrote before stands. You can say it there.")
OVER = _l("That one is over. The next one has a page of its own.")


def write_point(patient: Actor, session_id: UUID, point: PointRead, at: datetime, seen: bytes | None = None) -> None:
    """Write what the patient wants to talk about, anew as often as they like until the session.

    `seen` is the fingerprint of what stood when the page was opened. Raises RefusedError where something else stands
    by now, or its time has come.
    """
    session = own_session(patient, session_id)
    row = db.session.scalars(
        sa.select(OwnPoint).where(OwnPoint.session_id == session.id).execution_options(populate_existing=True)
    ).one_or_none()
    stands = PointRead(row.words, row.on_the_page) if row else PointRead()
    if point == stands:
        return
    if has_begun(session.at, at):
        raise RefusedError(BEGUN)
    require_unchanged(seen, stands)
    if row is None:
        row = OwnPoint(id=new_id(), patient_id=patient.id, session_id=session.id)
        db.session.add(row)
    row.words, row.on_the_page, row.written_at = point.words, point.on_the_page, at
    db.session.flush()


def add_to_agenda(
    actor: Actor, patient_id: UUID, session_id: UUID, words: str, at: datetime, line_id: UUID | None = None
) -> None:
    """Add something to talk about, in one's own words; either of the two. Sent twice under the same id it is one.

    Raises RefusedError where the session is over.
    """
    session = session_of(actor, patient_id, session_id)
    on = {"patient_id": patient_id, "session_id": session.id}
    if known(AgendaLine, line_id, **on, words=words):
        return
    if not still_collects(session.at, at):
        raise RefusedError(OVER)
    add(AgendaLine(id=line_id or new_id(), author=actor.role, words=words, added_at=at, **on))


def tick(therapist: Actor, patient_id: UUID, session_id: UUID, about: About, subject_id: UUID, at: datetime) -> None:
    """Note that an item of the agenda was talked about. Ticked already, it is as if done.

    Raises NotFoundError for what doesn't stand on it.
    """
    line = _line(therapist, patient_id, session_id, about, subject_id, at)
    if not line.is_ticked:
        row = AgendaTick(
            id=new_id(),
            patient_id=patient_id,
            session_id=session_id,
            about=about,
            subject_id=subject_id,
            words="" if about is About.ADDED else line.words,
            ticked_at=at,
        )
        add(row)


def untick(therapist: Actor, patient_id: UUID, session_id: UUID, about: About, subject_id: UUID, at: datetime) -> None:
    """Take a tick off again. Not ticked, it is as if done."""
    _line(therapist, patient_id, session_id, about, subject_id, at)
    db.session.execute(
        sa.delete(AgendaTick).where(
            AgendaTick.session_id == session_id, AgendaTick.about == about, AgendaTick.subject_id == subject_id
        )
    )


def _line(therapist: Actor, patient_id: UUID, session_id: UUID, about: About, subject_id: UUID, at: datetime) -> Line:
    if therapist.role is not Role.THERAPIST:
        raise NotFoundError
    session_of(therapist, patient_id, session_id)
    for line in agenda_of(therapist, meeting(therapist, patient_id, session_id), at):
        if (line.about, line.subject) == (about, subject_id):
            return line
    raise NotFoundError
