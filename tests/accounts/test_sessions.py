"""Sessions are rows: begun, renewed, listed, ended; and read with the person in one statement."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.ctx import AppContext

from companion.accounts import queries, services
from companion.accounts.models import LoginSession
from companion.accounts.rules import Actor, By, Role
from companion.accounts.rules.sessions import LIMITS, Device, System
from companion.extensions import db
from companion.kernel.clock import FrozenClock
from companion.kernel.errors import NotFoundError
from companion.transaction import transaction
from tests.conftest import NOON
from tests.factories.people import Practice
from tests.factories.signing_in import is_signed_in, session_of
from tests.support.client import Browser
from tests.support.noted import Event, noted
from tests.support.statements import statements

ROLES = {Role.PATIENT: "patient", Role.THERAPIST: "therapist", Role.ADMIN: "admin"}
MOMENT = timedelta(microseconds=1)
PHONE = "Mozilla/5.0 (Linux; Android 14) Chrome/140.0.0.0 Mobile Safari/537.36"
LAPTOP = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.5 Safari/605.1.15"


def test_the_person_and_their_session_are_read_in_one_statement(context: AppContext, practice: Practice) -> None:
    session = session_of(practice.patient, NOON)
    db.session.rollback()
    with statements() as asked:
        assert queries.actor_of(session.token, NOON) == session
    assert len([statement for statement in asked if statement != "BEGIN"]) == 1


def test_a_page_of_somebody_signed_in_asks_once_who_they_are(app: Flask, as_patient: Browser) -> None:
    as_patient.get("/leave")
    with app.app_context(), statements() as asked:
        as_patient.client.get("/settings/zone")
    assert len([statement for statement in asked if "login_session" in statement]) == 1


def test_only_the_hash_of_a_token_is_kept(context: AppContext, practice: Practice) -> None:
    session = session_of(practice.patient, NOON)
    assert len(session.token) >= 43  # 256 bits
    row = db.session.execute(sa.select(*LoginSession.__table__.columns)).one()
    assert session.token.encode() not in row.token_hash
    assert len(row.token_hash) == 32
    assert session.token not in repr(row)
    assert session.token not in repr(session)


@pytest.mark.parametrize("token", ["", "x", "\x00", "é", "x" * 10_000])
def test_any_other_token_is_nobody_s(context: AppContext, practice: Practice, token: str) -> None:
    session_of(practice.patient, NOON)
    assert queries.actor_of(token, NOON) is None
    assert queries.was_signed_in(token) is None


@pytest.mark.parametrize("role", Role)
def test_a_session_goes_on_until_its_role_s_limits(context: AppContext, practice: Practice, role: Role) -> None:
    session, limits = session_of(getattr(practice, ROLES[role]), NOON), LIMITS[role]
    assert is_signed_in(session, NOON + limits.idle - MOMENT)
    assert not is_signed_in(session, NOON + limits.idle)
    end, at = NOON + limits.absolute, NOON
    while at + limits.idle < end:  # in use all the time
        at += limits.idle - MOMENT
        use(session, at)
    use(session, end - MOMENT)
    assert is_signed_in(session, end - MOMENT)
    assert not is_signed_in(session, end)
    assert not is_signed_in(session, end + MOMENT)


def use(session: Actor, at: datetime) -> None:
    with transaction():
        services.note_use(session, at)


@pytest.mark.parametrize("role", Role)
def test_a_page_after_the_limits_asks_to_sign_in(
    app: Flask, practice: Practice, clock: FrozenClock, role: Role
) -> None:
    person = getattr(practice, ROLES[role])
    for late, path in ((-MOMENT, "/settings"), (timedelta(0), "/sign-in"), (MOMENT, "/sign-in")):
        clock.move_to(NOON)
        browser = Browser(app.test_client()).sign_in(person)
        clock.move_to(NOON + LIMITS[role].idle + late)
        assert browser.get("/settings").path == path


@pytest.mark.parametrize("role", Role)
def test_its_use_is_noted_at_most_every_tenth_of_the_idle_limit(
    app: Flask, practice: Practice, clock: FrozenClock, role: Role
) -> None:
    browser = Browser(app.test_client()).sign_in(getattr(practice, ROLES[role]))
    tenth = LIMITS[role].idle / 10
    for age, noted_at in ((tenth - MOMENT, timedelta(0)), (tenth, tenth), (2 * tenth - MOMENT, tenth)):
        clock.move_to(NOON + age)
        browser.get("/settings")
        with app.app_context():
            assert db.session.scalar(sa.select(LoginSession.last_seen_at)) == NOON + noted_at


def test_a_page_in_between_writes_nothing(app: Flask, as_patient: Browser, clock: FrozenClock) -> None:
    clock.move_to(NOON + timedelta(hours=1))
    with app.app_context(), statements() as asked:
        as_patient.client.get("/settings")
    assert asked
    assert not [statement for statement in asked if statement.startswith(("INSERT", "UPDATE", "DELETE"))]


def test_a_use_noted_late_takes_nothing_back(context: AppContext, practice: Practice) -> None:
    session = session_of(practice.patient, NOON)
    use(session, NOON + timedelta(days=4))
    use(session, NOON + timedelta(days=2))
    assert db.session.scalar(sa.select(LoginSession.last_seen_at)) == NOON + timedelta(days=4)


def test_each_device_is_listed_with_its_kind_and_when_this_one_first(context: AppContext, practice: Practice) -> None:
    here = session_of(practice.patient, NOON, PHONE)
    later = NOON + timedelta(days=1)
    there = session_of(practice.patient, later, LAPTOP)
    session_of(practice.other_patient, NOON)
    assert queries.devices_of(here, later) == [
        queries.SignedInOn(here.session_id or uuid4(), Device.CHROME, System.ANDROID, NOON, NOON, is_this_one=True),
        queries.SignedInOn(there.session_id or uuid4(), Device.SAFARI, System.MAC, later, later, is_this_one=False),
    ]


def test_a_device_that_ran_out_is_not_listed(context: AppContext, practice: Practice) -> None:
    session_of(practice.therapist, NOON)
    after = NOON + LIMITS[Role.THERAPIST].idle
    now = session_of(practice.therapist, after)
    assert [each.id for each in queries.devices_of(now, after)] == [now.session_id]
    assert len(queries.devices_of(now, after - MOMENT)) == 2


def test_one_device_is_signed_out_at_once_and_it_is_noted(context: AppContext, practice: Practice) -> None:
    here, there = session_of(practice.patient, NOON), session_of(practice.patient, NOON)
    for _ in range(2):  # by a double tap
        with transaction():
            services.end_session(here, there.session_id or uuid4(), NOON)
    assert is_signed_in(here, NOON)
    assert not is_signed_in(there, NOON)
    mine = (practice.patient.id, practice.patient.id)
    assert noted("session_ended") == [Event("session_ended", *mine, {"session": str(there.session_id)})]


def test_all_other_devices_are_signed_out_at_once(context: AppContext, practice: Practice) -> None:
    here, *others = (session_of(practice.patient, NOON) for _ in range(4))
    stranger = session_of(practice.other_patient, NOON)
    with transaction():
        services.end_other_sessions(here, NOON)
    assert [is_signed_in(each, NOON) for each in (here, stranger)] == [True, True]
    assert not any(is_signed_in(each, NOON) for each in others)
    assert {event.told["session"] for event in noted("session_ended")} == {str(each.session_id) for each in others}


def test_nobody_ends_another_s_session(context: AppContext, practice: Practice) -> None:
    mine, theirs = session_of(practice.therapist, NOON), session_of(practice.patient, NOON)
    for session_id in (theirs.session_id or uuid4(), uuid4()):
        with pytest.raises(NotFoundError), transaction():
            services.end_session(mine, session_id, NOON)
    assert is_signed_in(theirs, NOON)


def test_signing_out_voids_the_token_for_good(context: AppContext, practice: Practice) -> None:
    session = session_of(practice.patient, NOON)
    for _ in range(2):
        with transaction():
            services.sign_out(session, NOON)
    assert not is_signed_in(session, NOON)
    mine = (practice.patient.id, practice.patient.id)
    assert noted("signed_out") == [Event("signed_out", *mine, {"session": str(session.session_id)})]


def test_a_session_takes_the_place_of_the_one_its_browser_had(context: AppContext, practice: Practice) -> None:
    before = session_of(practice.patient, NOON)
    with transaction():
        after = services.begin_session(practice.patient.id, By.PASSWORD, "", NOON, instead_of=before.token)
    assert after.token != before.token
    assert not is_signed_in(before, NOON)
    assert is_signed_in(after, NOON)
    told = {"session": str(after.session_id), "by": "password"}
    assert noted("signed_in")[-1] == Event("signed_in", practice.patient.id, practice.patient.id, told)
    mine = (practice.patient.id, practice.patient.id)
    assert noted("session_ended") == [Event("session_ended", *mine, {"session": str(before.session_id)})]


def test_showing_again_that_it_is_oneself_renews_the_token(context: AppContext, practice: Practice) -> None:
    before = session_of(practice.therapist, NOON)
    later = NOON + timedelta(minutes=20)
    with transaction():
        after = services.confirm_session(before, By.PASSKEY, later)
    assert (after.session_id, after.confirmed_at, after.last_seen_at) == (before.session_id, later, later)
    assert not is_signed_in(before, later)
    assert is_signed_in(after, later)
    told = {"session": str(before.session_id), "by": "passkey"}
    assert noted("confirmed") == [Event("confirmed", practice.therapist.id, practice.therapist.id, told)]


def test_a_session_that_has_ended_is_not_renewed(context: AppContext, practice: Practice) -> None:
    session = session_of(practice.therapist, NOON)
    with transaction():
        services.sign_out(session, NOON)
    with pytest.raises(NotFoundError), transaction():
        services.confirm_session(session, By.PASSKEY, NOON)


def test_renewing_a_session_does_not_prolong_it(context: AppContext, practice: Practice) -> None:
    session, end = session_of(practice.admin, NOON), NOON + LIMITS[Role.ADMIN].absolute
    use(session, end - 2 * MOMENT)
    with transaction():
        after = services.confirm_session(session, By.PASSKEY, end - MOMENT)
    assert is_signed_in(after, end - MOMENT)
    assert not is_signed_in(after, end)
