"""Care changes hands: a colleague covers for a time or takes over; and who is told."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.ctx import AppContext

from companion.accounts import queries, services
from companion.accounts.models import CareRelationship
from companion.accounts.queries import actor_of
from companion.accounts.rules import Actor
from companion.extensions import db
from companion.kernel.errors import NotFoundError, RefusedError
from companion.transaction import transaction
from tests.conftest import NOON
from tests.factories.people import Practice, put_in_care
from tests.factories.signing_in import session_of
from tests.support.at_once import at_once
from tests.support.noted import Event, noted

TODAY = date(2025, 3, 5)
TONIGHT = NOON.replace(hour=23)
"""Midnight in Rome."""
DAY = timedelta(days=1)


def arrange(practice: Practice, last_day: date = TODAY, at: datetime = NOON, by: Actor | None = None) -> None:
    with transaction():
        by_id = (by or practice.other_therapist).id
        services.arrange_cover(practice.therapist, practice.patient.id, by_id, last_day, at)


def reads(therapist: Actor, practice: Practice) -> bool:
    db.session.rollback()
    try:
        queries.patient_for(therapist, practice.patient.id)
    except NotFoundError:
        return False
    return True


def open_of(practice: Practice) -> list[UUID]:
    db.session.rollback()
    query = sa.select(CareRelationship.therapist_id).where(
        CareRelationship.patient_id == practice.patient.id, CareRelationship.until.is_(None)
    )
    return list(db.session.scalars(query))


# Covering


def test_who_covers_reads_what_the_regular_one_reads(context: AppContext, practice: Practice) -> None:
    arrange(practice)
    assert reads(practice.other_therapist, practice)
    assert reads(practice.therapist, practice)
    assert queries.patient_for(practice.other_therapist, practice.patient.id).covers_until == TONIGHT
    assert queries.patient_for(practice.therapist, practice.patient.id).covers_until is None
    assert queries.patient_for(practice.patient, practice.patient.id).covers_until is None
    told = {"therapist": str(practice.other_therapist.id), "covers_for": str(practice.therapist.id)}
    assert noted("cover_began") == [Event("cover_began", practice.therapist.id, practice.patient.id, told)]


def test_asked_twice_for_the_same_cover_there_is_one(context: AppContext, practice: Practice) -> None:
    for _ in range(2):
        arrange(practice)
    assert sorted(open_of(practice)) == sorted([practice.therapist.id, practice.other_therapist.id])
    assert len(noted("cover_began")) == 1


@pytest.mark.parametrize("last_day", [TODAY - DAY, date(2025, 5, 4), date(2100, 1, 1)])
def test_a_day_that_has_gone_by_or_is_too_far_ahead_is_refused(
    context: AppContext, practice: Practice, last_day: date
) -> None:
    with pytest.raises(RefusedError) as refused:
        arrange(practice, last_day)
    assert refused.value.field == "last_day"
    assert open_of(practice) == [practice.therapist.id]


def test_today_is_the_therapists_own_day(context: AppContext, practice: Practice) -> None:
    """At 23:30 UTC it is tomorrow in Rome."""
    late = NOON.replace(hour=23, minute=30)
    with pytest.raises(RefusedError):
        arrange(practice, TODAY, late)
    arrange(practice, TODAY + DAY, late)
    assert reads(practice.other_therapist, practice)


@pytest.mark.parametrize("who", ["therapist", "patient", "other_patient", "admin"])
def test_only_another_therapist_of_the_practice_covers_or_takes_over(
    context: AppContext, practice: Practice, who: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        arrange(practice, by=getattr(practice, who))
    assert refused.value.field == "by"
    with pytest.raises(RefusedError) as refused, transaction():
        services.transfer(practice.therapist, practice.patient.id, getattr(practice, who).id, NOON)
    assert refused.value.field == "to"
    with pytest.raises(RefusedError), transaction():
        services.arrange_cover(practice.therapist, practice.patient.id, uuid4(), TODAY, NOON)


def test_of_an_absence_there_is_one_cover(context: AppContext, practice: Practice) -> None:
    arrange(practice)
    for by, last_day in ((practice.former_therapist, TODAY), (practice.other_therapist, TODAY + DAY)):
        with pytest.raises(RefusedError) as refused:
            arrange(practice, last_day, by=by)
        assert refused.value.field is None
    assert queries.covers_with(practice.therapist, [practice.patient.id])[practice.patient.id].until == TONIGHT


Asked = Callable[[Actor, Practice], object]
FOR_THE_REGULAR_ONE: dict[str, Asked] = {
    "arrange": lambda who, at: services.arrange_cover(who, at.patient.id, at.former_therapist.id, TODAY, NOON),
    "end cover": lambda who, at: services.end_cover(who, at.patient.id, NOON),
    "transfer": lambda who, at: services.transfer(who, at.patient.id, at.former_therapist.id, NOON),
    "end": lambda who, at: services.end_care(who, at.patient.id, NOON),
}


@pytest.mark.parametrize("act", FOR_THE_REGULAR_ONE.values(), ids=list(FOR_THE_REGULAR_ONE))
@pytest.mark.parametrize("who", ["other_therapist", "former_therapist", "patient", "other_patient", "admin"])
def test_who_covers_and_whoever_else_changes_no_hands(
    context: AppContext, practice: Practice, who: str, act: Asked
) -> None:
    arrange(practice)
    with pytest.raises(NotFoundError), transaction():
        act(getattr(practice, who), practice)
    assert sorted(open_of(practice)) == sorted([practice.therapist.id, practice.other_therapist.id])


@pytest.mark.parametrize("act", FOR_THE_REGULAR_ONE.values(), ids=list(FOR_THE_REGULAR_ONE))
def test_a_missing_patient_is_answered_as_a_strangers(context: AppContext, practice: Practice, act: Asked) -> None:
    with pytest.raises(NotFoundError), transaction():
        act(practice.therapist, practice.of_the_others)


def test_a_cover_can_be_ended_sooner(context: AppContext, practice: Practice) -> None:
    arrange(practice)
    with transaction():
        code = services.new_code_for(practice.other_therapist, practice.patient.id, NOON)
    for _ in range(2):
        with transaction():
            services.end_cover(practice.therapist, practice.patient.id, NOON + timedelta(hours=1))
    assert not reads(practice.other_therapist, practice)
    assert queries.invited_by(code, NOON + timedelta(hours=1)) is None
    (ended,) = noted("cover_ended")
    assert (ended.by, ended.about) == (practice.therapist.id, practice.patient.id)
    arrange(practice)
    assert reads(practice.other_therapist, practice)


@pytest.mark.parametrize(("seconds", "open_still"), [(-1, True), (0, False), (1, False)])
def test_a_cover_is_closed_at_its_instant_and_as_of_it(
    context: AppContext, practice: Practice, seconds: int, *, open_still: bool
) -> None:
    arrange(practice)
    with transaction():
        services.end_covers_that_ran_out(TONIGHT + timedelta(seconds=seconds))
    assert reads(practice.other_therapist, practice) is open_still
    assert reads(practice.therapist, practice)
    if not open_still:
        query = sa.select(CareRelationship.until).where(CareRelationship.covers_for.is_not(None))
        assert list(db.session.scalars(query)) == [TONIGHT]
        (event,) = noted("cover_ran_out")
        assert (event.by, event.about) == (None, practice.patient.id)


def test_a_code_that_who_covered_made_opens_nothing_once_that_is_over(context: AppContext, practice: Practice) -> None:
    arrange(practice)
    with transaction():
        code = services.new_code_for(practice.other_therapist, practice.patient.id, NOON)
    assert queries.invited_by(code, TONIGHT - timedelta(seconds=1))
    with transaction():
        services.end_covers_that_ran_out(TONIGHT)
    assert queries.invited_by(code, TONIGHT) is None


def test_whoever_is_signed_in_knows_when_the_next_cover_is_over(context: AppContext, practice: Practice) -> None:
    arrange(practice, TODAY + DAY)
    for person in (practice.patient, practice.therapist, practice.other_therapist, practice.admin):
        known = actor_of(session_of(person, NOON).token, NOON)
        assert known
        assert known.next_cover_ends_at == TONIGHT + DAY
        assert known.is_treated
    with transaction():
        services.end_covers_that_ran_out(TONIGHT + DAY)
    known = actor_of(session_of(practice.patient, NOON).token, NOON)
    assert known
    assert known.next_cover_ends_at is None


# Handing over


def test_handing_over_ends_the_one_and_begins_the_other(context: AppContext, practice: Practice) -> None:
    with transaction():
        code = services.new_code_for(practice.therapist, practice.patient.id, NOON)
    arrange(practice, by=practice.former_therapist)
    with transaction():
        services.transfer(practice.therapist, practice.patient.id, practice.other_therapist.id, NOON)
    assert open_of(practice) == [practice.other_therapist.id]
    assert queries.own_patient_for(practice.other_therapist, practice.patient.id).name == "Mark"
    assert queries.invited_by(code, NOON) is None
    (event,) = noted("care_transferred")
    assert event.told == {"therapist": str(practice.therapist.id), "to": str(practice.other_therapist.id)}
    assert len(noted("cover_ended")) == 1
    with pytest.raises(NotFoundError), transaction():
        services.transfer(practice.therapist, practice.patient.id, practice.former_therapist.id, NOON)


def test_who_covers_may_be_the_one_who_takes_over(context: AppContext, practice: Practice) -> None:
    arrange(practice)
    with transaction():
        services.transfer(practice.therapist, practice.patient.id, practice.other_therapist.id, NOON)
    assert open_of(practice) == [practice.other_therapist.id]
    assert queries.own_patient_for(practice.other_therapist, practice.patient.id).covers_until is None


def test_nobody_takes_over_who_treats_the_patient_already(context: AppContext, practice: Practice) -> None:
    put_in_care(practice.patient.id, practice.other_therapist.id)
    with pytest.raises(RefusedError) as refused, transaction():
        services.transfer(practice.therapist, practice.patient.id, practice.other_therapist.id, NOON)
    assert refused.value.field == "to"
    with pytest.raises(RefusedError):
        arrange(practice)
    assert practice.therapist.id in open_of(practice)


def test_the_end_of_care_ends_the_cover_too(context: AppContext, practice: Practice) -> None:
    arrange(practice)
    with transaction():
        services.end_care(practice.therapist, practice.patient.id, NOON)
    assert open_of(practice) == []
    known = actor_of(session_of(practice.patient, NOON).token, NOON)
    assert known
    assert not known.is_treated


# The table


@pytest.mark.parametrize("wrong", ["twice", "endless", "for oneself", "too late", "two covers"])
def test_the_table_holds_no_care_that_can_t_be(context: AppContext, practice: Practice, wrong: str) -> None:
    arrange(practice)
    whose = {"patient_id": practice.patient.id, "since": NOON}
    lea, vera = practice.former_therapist.id, practice.therapist.id
    rows: dict[str, dict[str, Any]] = {
        "twice": {"therapist_id": vera},
        "endless": {"therapist_id": lea, "covers_for": vera},
        "for oneself": {"therapist_id": lea, "covers_for": lea, "covers_until": TONIGHT},
        "too late": {"therapist_id": lea, "covers_for": vera, "covers_until": TONIGHT, "until": TONIGHT + DAY},
        "two covers": {"therapist_id": lea, "covers_for": vera, "covers_until": TONIGHT},
    }
    with pytest.raises(sa.exc.IntegrityError), transaction():
        db.session.add(CareRelationship(**whose, **rows[wrong]))


# At once


def test_of_many_at_once_one_is_handed_over_to(app: Flask, practice: Practice) -> None:
    colleagues = [practice.other_therapist, practice.former_therapist] * 4

    def hand_over(to: Actor) -> bool:
        with app.app_context():
            try:
                with transaction():
                    services.transfer(practice.therapist, practice.patient.id, to.id, NOON)
            except NotFoundError:
                return False
            finally:
                db.session.remove()
            return True

    done = at_once([lambda to=to: hand_over(to) for to in colleagues])  # type: ignore[misc]
    with app.app_context():
        assert done.count(True) == 1
        assert open_of(practice) == [colleagues[done.index(True)].id]
        assert len(noted("care_transferred")) == 1


def test_of_two_covers_arranged_at_once_one_stands_and_the_other_is_told(app: Flask, practice: Practice) -> None:
    def cover(by: Actor) -> str:
        with app.app_context():
            try:
                arrange(practice, by=by)
            except RefusedError as refused:
                return str(refused.message)
            finally:
                db.session.remove()
            return "arranged"

    said = at_once([lambda by=by: cover(by) for by in (practice.other_therapist, practice.former_therapist)])  # type: ignore[misc]
    assert sorted(said) == ["A cover is arranged already. Please look at it, and end it first.", "arranged"]
    with app.app_context():
        assert len(open_of(practice)) == 2


# Who is told


def test_the_patient_reads_who_treats_and_who_covers(context: AppContext, practice: Practice) -> None:
    arrange(practice)
    care = queries.care_of(practice.patient)
    assert [each.name for each in care.now] == ["Vera Conti"]
    assert [(each.by, each.covers_for, each.last_day("Europe/Rome")) for each in care.covers] == [
        ("Paolo Neri", "Vera Conti", TODAY)
    ]
    assert care.ended is None


def test_the_patient_reads_who_it_was_once_nobody_is(context: AppContext, practice: Practice) -> None:
    with transaction():
        services.end_care(practice.therapist, practice.patient.id, NOON)
    care = queries.care_of(practice.patient)
    assert (care.now, care.covers, care.ended_at) == ((), (), NOON)
    assert care.ended
    assert care.ended.name == "Vera Conti"


def test_of_covers_each_therapist_reads_their_own(context: AppContext, practice: Practice) -> None:
    arrange(practice)
    ids = [practice.patient.id, practice.other_patient.id]
    for therapist in (practice.therapist, practice.other_therapist):
        assert list(queries.covers_with(therapist, ids)) == [practice.patient.id]
    for stranger in (practice.former_therapist, practice.admin, practice.patient):
        assert queries.covers_with(stranger, ids) == {}
        assert (stranger is practice.former_therapist) or queries.therapists_beside(stranger) == []
