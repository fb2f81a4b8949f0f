"""A version comes into force, where both agree to it; what was in force before ends."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa

from companion.accounts.queries import ids_of_therapists_of
from companion.contract.models import (
    AgreedTask,
    Agreement,
    Answer,
    ContractVersion,
    OrderFlag,
    Pause,
    Signature,
    Task,
)
from companion.contract.queries.resting import is_not_over
from companion.contract.queries.versions import stands
from companion.contract.rules import Move, State, after, not_before
from companion.contract.services.loading import today_of
from companion.extensions import db


def agree_if_both(version: ContractVersion, given: Answer | None, at: datetime) -> bool:
    """Bring a version into force where its latest answer, `given`, binds and the therapist has signed it as it stands.

    Returns whether it is in force now.
    """
    signature_id = _signature(version)
    if given is None or not given.binding or signature_id is None:
        return False
    version.state = after(version.state, Move.AGREE)
    db.session.flush()
    _begin(version, given, signature_id, at)
    _overtake(version)
    return True


def end_in_force(patient_id: UUID, at: datetime) -> None:
    """End the agreement in force without another in its place."""
    if last := _in_force(patient_id):
        last.until_day = not_before(today_of(patient_id, at), last.from_day)
        db.session.flush()


def latest_answer(version: ContractVersion) -> Answer | None:
    """The answer that stands; None where the version, or one of its tasks in any version, was called an order since."""
    latest = db.session.scalars(
        sa.select(Answer).where(Answer.version_id == version.id).order_by(Answer.at.desc()).limit(1)
    ).one_or_none()
    if latest is None:
        return None
    lineages = sa.select(Task.lineage_id).where(Task.version_id == version.id)
    of_it = sa.or_(OrderFlag.version_id == version.id, Task.lineage_id.in_(lineages))
    flagged = (
        sa.select(OrderFlag.id)
        .outerjoin(Task, Task.id == OrderFlag.task_id)
        .where(OrderFlag.patient_id == version.patient_id, OrderFlag.at >= latest.at, of_it)
    )
    return None if db.session.scalar(sa.select(flagged.exists())) else latest


def _signature(version: ContractVersion) -> UUID | None:
    """Of a therapist who treats the patient now: nobody is bound by a signature of before."""
    return db.session.scalar(
        sa.select(Signature.id)
        .where(
            Signature.version_id == version.id,
            Signature.content_hash == version.content_hash,
            Signature.therapist_id.in_(ids_of_therapists_of(version.patient_id)),
            stands(),
        )
        .order_by(Signature.at.desc())
        .limit(1)
    )


def _begin(version: ContractVersion, given: Answer, signature_id: UUID, at: datetime) -> None:
    from_day = _end_the_last(version.patient_id, today_of(version.patient_id, at))
    db.session.add(
        Agreement(
            version_id=version.id,
            patient_id=version.patient_id,
            content_hash=given.content_hash,
            answer_id=given.id,
            signature_id=signature_id,
            at=at,
            from_day=from_day,
        )
    )
    db.session.flush()
    tasks = db.session.execute(sa.select(Task.id, Task.goal_id).where(Task.version_id == version.id))
    whose = {"patient_id": version.patient_id, "version_id": version.id, "answer_id": given.id}
    for task in tasks:
        db.session.add(AgreedTask(task_id=task.id, goal_id=task.goal_id, **whose))
    db.session.flush()
    _lift_flags(version.patient_id, given.at, from_day)


def _end_the_last(patient_id: UUID, today: date) -> date:
    """End the agreement in force; returns the first day of the next, never before that of the one it follows."""
    last = _in_force(patient_id)
    if last is None:
        return _day_after_the_last(patient_id, today)
    last.until_day = not_before(today, last.from_day)
    db.session.flush()  # first, because one agreement is in force at a time
    return last.until_day


def _in_force(patient_id: UUID) -> Agreement | None:
    return db.session.scalars(
        sa.select(Agreement)
        .where(Agreement.patient_id == patient_id, Agreement.until_day.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def _day_after_the_last(patient_id: UUID, today: date) -> date:
    """Today, or the day on which the last one ended where the patient is a day younger by now."""
    ended = db.session.scalar(sa.select(sa.func.max(Agreement.until_day)).where(Agreement.patient_id == patient_id))
    return not_before(today, ended) if ended else today


def _overtake(agreed: ContractVersion) -> None:
    """What else was proposed waits no more: this one was agreed to instead."""
    later_and_put_off = sa.and_(ContractVersion.state == State.DECLINED, ContractVersion.number > agreed.number)
    others = sa.select(ContractVersion).where(
        ContractVersion.patient_id == agreed.patient_id,
        sa.or_(ContractVersion.state == State.PROPOSED, later_and_put_off),
    )
    for other in db.session.scalars(others.execution_options(populate_existing=True)):
        other.state = after(other.state, Move.COUNTER)
    db.session.flush()


def _lift_flags(patient_id: UUID, answered_at: datetime, today: date) -> None:
    """End the pauses that order flags of before the answer made: what felt like one has been agreed anew."""
    flagged = db.session.scalars(
        sa.select(Pause)
        .join(OrderFlag, OrderFlag.id == Pause.order_flag_id)
        .where(Pause.patient_id == patient_id, OrderFlag.at <= answered_at, is_not_over(today))
        .execution_options(populate_existing=True)
    )
    for pause in flagged:
        pause.resumed_on = not_before(today, pause.first_day)
    db.session.flush()
