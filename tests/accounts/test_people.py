"""What people do about accounts: be renamed, move, end care, name the practice."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask.ctx import AppContext

from companion.accounts import queries, services
from companion.accounts.models import CareRelationship, Clinic, User, ZoneStay
from companion.accounts.rules import Actor, Role
from companion.extensions import db
from companion.kernel.errors import NotFoundError, RefusedError
from companion.transaction import transaction
from tests.conftest import NOON
from tests.factories.people import Practice
from tests.factories.signing_in import ROME
from tests.support.noted import Event, noted

KATHMANDU = "Asia/Kathmandu"


def count(model: type) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


# Care


def test_care_that_has_ended_shows_nothing_more(context: AppContext, practice: Practice) -> None:
    with transaction():
        code = services.new_code_for(practice.therapist, practice.patient.id, NOON)
    with transaction():
        services.end_care(practice.therapist, practice.patient.id, NOON)
    assert queries.patients_of(practice.therapist) == []
    assert queries.care_of(practice.patient).now == ()
    assert queries.invited_by(code, NOON) is None
    with pytest.raises(NotFoundError):
        queries.patient_for(practice.therapist, practice.patient.id)
    with pytest.raises(NotFoundError), transaction():
        services.new_code_for(practice.therapist, practice.patient.id, NOON)
    with pytest.raises(NotFoundError), transaction():
        services.end_care(practice.therapist, practice.patient.id, NOON)
    ended = sa.select(CareRelationship.until).where(CareRelationship.therapist_id == practice.therapist.id)
    assert list(db.session.scalars(ended)) == [NOON]
    told = {"therapist": str(practice.therapist.id)}
    assert noted("care_ended") == [Event("care_ended", practice.therapist.id, practice.patient.id, told)]


def test_the_end_of_one_care_leaves_another_therapists_as_it_is(context: AppContext, practice: Practice) -> None:
    with transaction():
        db.session.add(
            CareRelationship(patient_id=practice.patient.id, therapist_id=practice.other_therapist.id, since=NOON)
        )
    with transaction():
        services.end_care(practice.therapist, practice.patient.id, NOON)
    assert [each.name for each in queries.care_of(practice.patient).now] == ["Paolo Neri"]
    assert queries.patient_for(practice.other_therapist, practice.patient.id).name == "Mark"


@pytest.mark.parametrize("who", ["other_therapist", "patient", "other_patient", "admin"])
def test_nobody_but_the_therapist_makes_a_code_or_ends_care(context: AppContext, practice: Practice, who: str) -> None:
    acts: list[Callable[[Actor, UUID, datetime], object]] = [services.new_code_for, services.end_care]
    for act in acts:
        for patient_id in (practice.patient.id, uuid4()):
            with pytest.raises(NotFoundError), transaction():
                act(getattr(practice, who), patient_id, NOON)


# What is one's own


def test_a_name_can_be_changed(context: AppContext, practice: Practice) -> None:
    with transaction():
        services.rename(practice.patient, " Marco ")
    assert [one.name for one in queries.patients_of(practice.therapist)] == ["Marco"]


def stays(actor: Actor) -> list[tuple[datetime, str]]:
    rows = db.session.execute(
        sa.select(ZoneStay.since, ZoneStay.zone).where(ZoneStay.user_id == actor.id).order_by(ZoneStay.since)
    )
    return [(since, zone) for since, zone in rows][1:]


def test_a_journey_is_kept_as_history(context: AppContext, practice: Practice) -> None:
    there, back = NOON, NOON + timedelta(days=3)
    for zone, at in ((KATHMANDU, there), (KATHMANDU, there + timedelta(days=1)), (ROME, back)):
        with transaction():
            services.note_zone(practice.patient, zone, at)
    assert stays(practice.patient) == [(there, KATHMANDU), (back, ROME)]
    assert queries.account_of(practice.patient).zone == ROME


def test_two_moves_within_one_instant_keep_their_order(context: AppContext, practice: Practice) -> None:
    for zone in (KATHMANDU, ROME):
        with transaction():
            services.note_zone(practice.patient, zone, NOON)
    assert [zone for _, zone in stays(practice.patient)] == [KATHMANDU, ROME]
    assert queries.zones_of([practice.patient.id])[practice.patient.id].at(NOON + timedelta(seconds=1)).key == ROME


@pytest.mark.parametrize("zone", ["", "Europe/Atlantis", "../etc/passwd", "x" * 100, "Europe/Rome"])
def test_a_zone_that_does_not_exist_or_is_the_same_changes_nothing(
    context: AppContext, practice: Practice, zone: str
) -> None:
    with transaction():
        services.note_zone(practice.patient, zone, NOON)
    assert stays(practice.patient) == []
    assert queries.account_of(practice.patient).zone == ROME


# The practice


def test_the_practice_is_one_and_can_be_changed(context: AppContext, practice: Practice) -> None:
    assert queries.clinic() is None
    for name in ("Studio", "Studio Conti"):
        with transaction():
            services.set_clinic(practice.admin, name, "+39 02 1234", "IT", NOON)
    assert queries.clinic() == queries.Practice("Studio Conti", "+39 02 1234", "IT")
    assert count(Clinic) == 1
    assert noted("practice_changed") == [Event("practice_changed", practice.admin.id, None, {})] * 2


@pytest.mark.parametrize("who", ["patient", "therapist"])
def test_only_an_administrator_names_the_practice(context: AppContext, practice: Practice, who: str) -> None:
    with pytest.raises(NotFoundError), transaction():
        services.set_clinic(getattr(practice, who), "Mine", "1", "IT", NOON)


@pytest.mark.parametrize(
    ("name", "phone", "country", "field"),
    [("", "1", "IT", "name"), ("A", "", "IT", "phone"), ("A", "1" * 41, "IT", "phone"), ("A", "1", "XX", "country")],
)
def test_a_practice_without_name_number_or_known_country_is_refused(
    context: AppContext, practice: Practice, name: str, phone: str, country: str, field: str
) -> None:
    with pytest.raises(RefusedError) as refused, transaction():
        services.set_clinic(practice.admin, name, phone, country, NOON)
    assert refused.value.field == field


# The operator


def test_the_operator_makes_therapists_and_administrators_who_begin_with_a_code(context: AppContext) -> None:
    assert queries.is_empty()
    with transaction():
        code = services.create_staff(Role.THERAPIST, "Vera", "Vera Conti", NOON, ROME)
        services.create_staff(Role.ADMIN, "office", "Office", NOON)
    invited = queries.invited_by(code, NOON)
    assert invited
    assert (invited.role, invited.name, invited.username, invited.zone) == (
        Role.THERAPIST,
        "Vera Conti",
        "vera",
        ROME,
    )
    assert queries.people_by_role() == {Role.PATIENT: 0, Role.THERAPIST: 1, Role.ADMIN: 1}
    assert not queries.is_empty()
    made = noted("account_made")
    assert [(event.by, event.told) for event in made] == [(None, {"role": "therapist"}), (None, {"role": "admin"})]
    assert made[0].about == invited.id


@pytest.mark.parametrize(("username", "zone"), [("vera", ROME), ("two words", ROME), ("new", "Mars/X")])
def test_an_account_is_not_made_by_halves(context: AppContext, username: str, zone: str) -> None:
    with transaction():
        services.create_staff(Role.THERAPIST, "vera", "Vera Conti", NOON, ROME)
    with pytest.raises(RefusedError), transaction():
        services.create_staff(Role.ADMIN, username, "Office", NOON, zone)
    assert count(User) == 1
