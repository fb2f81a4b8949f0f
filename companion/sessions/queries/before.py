"""What is prepared for a session: the patient's own point, and the agenda that collects by itself."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from companion.accounts.queries import patient_for, zones_of
from companion.accounts.rules import Actor, Role
from companion.contract import queries as contract
from companion.contract.rules import Standing, TaskKind, silence
from companion.extensions import db
from companion.sessions.models import AgendaLine, AgendaTick, LearnedAnswer, OwnPoint, Rupture, Session
from companion.sessions.queries.appointments import ON, Meeting, meetings
from companion.sessions.queries.view_models import PointRead
from companion.sessions.rules import next_of
from companion.sessions.rules.agenda import About, Facts, Item, Line, Subject, agenda, collected


def point_of(viewer: Actor, patient_id: UUID, session_id: UUID) -> PointRead:
    """The patient's point for a session; empty where nothing was written. Raises NotFoundError for others."""
    patient_for(viewer, patient_id)
    row = _latest_point(patient_id, OwnPoint.session_id == session_id)
    return PointRead(row.words, row.on_the_page) if row else PointRead()


def point_to_begin_with(patient: Actor, session_id: UUID) -> PointRead:
    """The patient's point for a session; else what they wrote last, where that was for one that was taken off."""
    found = point_of(patient, patient.id, session_id)
    if found != PointRead():
        return found
    last = _latest_point(patient.id)
    return PointRead(last.words, last.on_the_page) if last and last.taken_off_at else PointRead()


def agenda_of(viewer: Actor, session: Meeting, now: datetime) -> tuple[Line, ...]:
    """What there is to talk about, the same for both.

    The patient's point, what was ticked and what was added stand for good; the rest collects while this is the next.
    """
    patient_for(viewer, session.patient_id)
    is_next = next_of((each.at for each in meetings(viewer, session.patient_id)), now) == session.at
    found = collected(_facts(viewer, session, now)) if is_next else _own_point(viewer, session)
    ticked = list(_ticked(session))
    return agenda(found, ticked, list(_added(session, {item.subject for item in ticked if item.about is About.ADDED})))


def _own_point(viewer: Actor, session: Meeting) -> tuple[Item, ...]:
    words = point_of(viewer, session.patient_id, session.id).words
    return (Item(About.OWN_POINT, session.id, words),) if words else ()


def _latest_point(patient_id: UUID, *which: sa.ColumnElement[bool]) -> sa.Row[Any] | None:
    return db.session.execute(
        sa.select(OwnPoint.words, OwnPoint.on_the_page, Session.taken_off_at)
        .join(Session, Session.id == OwnPoint.session_id)
        .where(OwnPoint.patient_id == patient_id, *which)
        .order_by(OwnPoint.written_at.desc(), OwnPoint.id)
        .limit(1)
    ).one_or_none()


def _ticked(session: Meeting) -> Iterator[Item]:
    """What was talked about; of what came between the two only what both still know of."""
    still_told = sa.exists().where(Rupture.id == AgendaTick.subject_id, Rupture.talked_about)
    rows = db.session.execute(
        sa.select(AgendaTick.about, AgendaTick.subject_id, AgendaTick.words)
        .where(AgendaTick.session_id == session.id, sa.or_(AgendaTick.about != About.BETWEEN_US, still_told))
        .order_by(AgendaTick.ticked_at, AgendaTick.id)
    )
    return (Item(*row) for row in rows)


def _added(session: Meeting, ticked: set[UUID]) -> Iterator[Line]:
    """What was added for this session, or for one that was taken off before it and not talked about elsewhere."""
    elsewhere = sa.exists().where(
        AgendaTick.about == About.ADDED, AgendaTick.subject_id == AgendaLine.id, AgendaTick.session_id != session.id
    )
    of_taken_off = sa.and_(AgendaLine.session_id.in_(_taken_off_before(session)), ~elsewhere)
    rows = db.session.execute(
        sa.select(AgendaLine.id, AgendaLine.words, AgendaLine.author)
        .where(
            AgendaLine.patient_id == session.patient_id,
            sa.or_(AgendaLine.session_id == session.id, AgendaLine.id.in_(ticked), of_taken_off),
        )
        .order_by(AgendaLine.added_at, AgendaLine.id)
    )
    for line_id, words, author in rows:
        yield Line(About.ADDED, line_id, words, line_id in ticked, by_patient=author is Role.PATIENT)


def _taken_off_before(session: Meeting) -> sa.Select[UUID]:
    """Sessions that were taken off and after which this was the next one that stood, whether earlier or later."""
    off = sa.orm.aliased(Session)
    the_next = sa.select(sa.func.min(Session.at)).where(
        Session.patient_id == session.patient_id, ON, Session.at >= off.taken_off_at
    )
    return sa.select(off.id).where(
        off.patient_id == session.patient_id, off.taken_off_at.is_not(None), the_next.scalar_subquery() == session.at
    )


def _facts(viewer: Actor, session: Meeting, now: datetime) -> Facts:
    patient_id = session.patient_id
    current, waits = contract.in_force(viewer, patient_id), contract.waiting(viewer, patient_id)
    asked_for = contract.asked_for(viewer, patient_id)
    answered = next((each for each in (asked_for, waits, current) if each and each.latest_answer), None)
    tasks = current.tasks if current else ()
    goals = {goal.id: goal.lineage_id for goal in current.goals} if current else {}
    zones = zones_of([patient_id])[patient_id]
    today = zones.local_date(now)
    resting, its_day = contract.resting(viewer, patient_id, today), max(zones.local_date(session.at), today)
    return Facts(
        session_id=session.id,
        own_point=point_of(viewer, patient_id, session.id).words,
        orders=tuple(_orders(viewer, session, resting)),
        proposals=tuple(_proposals(waits, asked_for)),
        answered=answered.id if answered else None,
        feels=answered.latest_answer.feels if answered and answered.latest_answer else None,
        silence=silence(current.content if current else None, today),
        in_force=current.id if current else None,
        to_come_back_to=tuple(_to_come_back_to(patient_id)),
        homework_open=any(task.words.kind is not TaskKind.IN_SESSION for task in tasks)
        and len(_answered_by(session.id)) < len((Role.PATIENT, Role.THERAPIST)),
        in_session=tuple(
            Subject(task.lineage_id, task.words.text)
            for task in tasks
            if task.words.kind is TaskKind.IN_SESSION
            and not resting.rests_on({task.lineage_id, *(goals[each] for each in [task.goal_id] if each)}, its_day)
        ),
    )


def _proposals(waits: contract.VersionRead | None, asked_for: contract.VersionRead | None) -> Iterator[UUID]:
    """What the therapist proposed, unless the patient said not now; what the patient proposes, also while it rests."""
    if waits and waits.standing is Standing.WAITS:
        yield waits.id
    if asked_for:
        yield asked_for.id


def _orders(viewer: Actor, session: Meeting, resting: contract.RestingLines) -> Iterator[Subject]:
    """What rests because it felt like an order, and all that was called one since the session before."""
    rests = [Subject(rest.lineage_id, rest.text) for rest in resting.rests if rest.from_order and rest.lineage_id]
    yield from rests
    known = {subject.id for subject in rests}
    for flag in contract.flagged_since(viewer, session.patient_id, _session_before(session)):
        if flag.subject_id not in known:
            yield Subject(flag.subject_id, flag.text)


def _session_before(session: Meeting) -> datetime | None:
    """When the last one was that wasn't taken off."""
    before = sa.select(sa.func.max(Session.at)).where(
        Session.patient_id == session.patient_id, Session.at < session.at, Session.taken_off_at.is_(None)
    )
    return db.session.scalar(before)


def _to_come_back_to(patient_id: UUID) -> sa.ScalarResult[UUID]:
    return db.session.scalars(
        sa.select(Rupture.id)
        .where(Rupture.patient_id == patient_id, Rupture.talked_about, ~Rupture.is_repaired)
        .order_by(Rupture.noted_at, Rupture.id)
    )


def _answered_by(session_id: UUID) -> set[Role]:
    return set(db.session.scalars(sa.select(LearnedAnswer.side).where(LearnedAnswer.session_id == session_id)))
