"""Care changes hands: one therapist covers for another, hands over, or ends it.

Whoever does one of these holds the patient's row meanwhile, so that of two at once the second sees what the first did.
"""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from companion.accounts.models import CareRelationship, Invitation, User
from companion.accounts.queries.care import is_regular
from companion.accounts.queries.people import patient_for
from companion.accounts.rules.care import LONGEST_COVER, end_of_cover, last_day_at_most
from companion.accounts.rules.people import Actor, Role
from companion.accounts.services.people import close_codes
from companion.accounts.services.signing_in import lock_person
from companion.audit.rules import Event
from companion.audit.services import note
from companion.extensions import db
from companion.kernel.errors import NotFoundError, RefusedError
from companion.kernel.week import local_date


def arrange_cover(therapist: Actor, patient_id: UUID, by_id: UUID, last_day: date, at: datetime) -> None:
    """Let a colleague cover from now until the end of a local day of the therapist's; the same again is as if done.

    Meanwhile the colleague reads and does what the therapist does, and arranges, hands over and ends nothing. Raises
    NotFoundError for anyone but the regular therapist, and RefusedError for somebody who can't cover (by), a day that
    has gone by or lies too far ahead (last_day), and where another cover stands.
    """
    _hold(therapist, patient_id)
    _require_colleague(therapist, by_id, "by")
    today = local_date(at, ZoneInfo(therapist.zone))
    if last_day < today:
        raise RefusedError(_l("That day has gone by."), field="last_day")
    if last_day > last_day_at_most(today):
        message = _l("A cover lasts %(n)s days at most. For longer, hand over to them.", n=LONGEST_COVER)
        raise RefusedError(message, field="last_day")
    until = end_of_cover(last_day, therapist.zone)
    if (stands := _cover_for(therapist, patient_id)) is not None:
        if (stands.therapist_id, stands.covers_until) == (by_id, until):
            return
        raise RefusedError(_l("A cover is arranged already. Please look at it, and end it first."))
    _require_no_care(patient_id, by_id, "by")
    cover = {"covers_for": therapist.id, "covers_until": until}
    db.session.add(CareRelationship(patient_id=patient_id, therapist_id=by_id, since=at, **cover))
    db.session.flush()
    note(Event.COVER_BEGAN, at, actor_id=therapist.id, person_id=patient_id, therapist=by_id, covers_for=therapist.id)


def end_cover(therapist: Actor, patient_id: UUID, at: datetime) -> None:
    """End, before its time, the cover that this therapist arranged; where there is none it is as if done.

    Raises NotFoundError for anyone but the regular therapist.
    """
    _hold(therapist, patient_id)
    _end_covers(Event.COVER_ENDED, at, therapist.id, *_arranged_by(therapist, patient_id))


def end_covers_that_ran_out(at: datetime) -> None:
    """Close every cover of the practice that is over at this instant; nobody has asked for it."""
    _end_covers(Event.COVER_RAN_OUT, at, None, CareRelationship.covers_until <= at)


def transfer(therapist: Actor, patient_id: UUID, to_id: UUID, at: datetime) -> None:
    """Hand a patient over to a colleague: from now on the one reads nothing more, and the other everything.

    A cover that is open ends, and so do open codes of the former's. Raises NotFoundError for anyone but the regular
    therapist, and RefusedError (to) for somebody who can't take over.
    """
    _hold(therapist, patient_id)
    _require_colleague(therapist, to_id, "to")
    _end_own(therapist, patient_id, at)
    _require_no_care(patient_id, to_id, "to")
    db.session.add(CareRelationship(patient_id=patient_id, therapist_id=to_id, since=at))
    db.session.flush()
    note(Event.CARE_TRANSFERRED, at, actor_id=therapist.id, person_id=patient_id, therapist=therapist.id, to=to_id)


def end_care(therapist: Actor, patient_id: UUID, at: datetime) -> None:
    """End the care of a patient: from now on this therapist, and who covers, read nothing; open codes are void.

    Raises NotFoundError for anyone but the regular therapist.
    """
    _hold(therapist, patient_id)
    _end_own(therapist, patient_id, at)
    note(Event.CARE_ENDED, at, actor_id=therapist.id, person_id=patient_id, therapist=therapist.id)


def _hold(therapist: Actor, patient_id: UUID) -> None:
    if therapist.role is not Role.THERAPIST:
        raise NotFoundError
    patient_for(therapist, patient_id)
    lock_person(patient_id)
    if not is_regular(therapist, patient_id):
        raise NotFoundError


def _require_colleague(therapist: Actor, colleague_id: UUID, field: str) -> None:
    is_one = sa.select(User.id).where(User.id == colleague_id, User.role == Role.THERAPIST, User.id != therapist.id)
    if db.session.scalar(is_one) is None:
        raise RefusedError(_l("Please choose a therapist of the practice."), field=field)


def _require_no_care(patient_id: UUID, colleague_id: UUID, field: str) -> None:
    treats = sa.select(CareRelationship.id).where(
        CareRelationship.patient_id == patient_id,
        CareRelationship.therapist_id == colleague_id,
        CareRelationship.until.is_(None),
    )
    if db.session.scalar(treats) is not None:
        raise RefusedError(_l("They treat this patient already."), field=field)


def _arranged_by(therapist: Actor, patient_id: UUID) -> tuple[sa.ColumnElement[bool], ...]:
    return CareRelationship.patient_id == patient_id, CareRelationship.covers_for == therapist.id


def _cover_for(therapist: Actor, patient_id: UUID) -> CareRelationship | None:
    open_cover = sa.select(CareRelationship).where(
        CareRelationship.until.is_(None), *_arranged_by(therapist, patient_id)
    )
    return db.session.scalars(open_cover.execution_options(populate_existing=True)).one_or_none()


def _end_own(therapist: Actor, patient_id: UUID, at: datetime) -> None:
    _end_covers(Event.COVER_ENDED, at, therapist.id, *_arranged_by(therapist, patient_id))
    db.session.execute(
        sa.update(CareRelationship)
        .where(
            CareRelationship.patient_id == patient_id,
            CareRelationship.therapist_id == therapist.id,
            CareRelationship.until.is_(None),
        )
        .values(until=at)
    )
    close_codes(at, Invitation.person_id == patient_id, Invitation.made_by == therapist.id)


def _end_covers(event: Event, at: datetime, by_id: UUID | None, *which: sa.ColumnElement[bool]) -> None:
    """A cover that is over by then ends when it was to; whoever covered can't come back in by a code they made."""
    ran_out = CareRelationship.covers_until < at
    ended = db.session.execute(
        sa.update(CareRelationship)
        .where(CareRelationship.until.is_(None), CareRelationship.covers_for.is_not(None), *which)
        .values(until=sa.case((ran_out, CareRelationship.covers_until), else_=at))
        .returning(CareRelationship.patient_id, CareRelationship.therapist_id, CareRelationship.covers_for)
        .execution_options(synchronize_session=False)
    )
    for patient_id, covered, covers_for in ended.all():
        close_codes(at, Invitation.person_id == patient_id, Invitation.made_by == covered)
        told = {"therapist": covered, "covers_for": covers_for}
        note(event, at, actor_id=by_id, person_id=patient_id, **told)
