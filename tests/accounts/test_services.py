"""Accounts as the domain says them: invite, begin, sign in, move, change, end."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type
from flask import Flask
from flask.ctx import AppContext

from companion.accounts import queries, services
from companion.accounts.models import CareRelationship, Clinic, Consent, Invitation, User, ZoneStay
from companion.accounts.rules import CONSENT_TEXT, Actor, CodeState, PasswordHash, Role
from companion.extensions import db
from companion.kernel.errors import NotFoundError, RefusedError
from companion.transaction import transaction
from tests.conftest import NOON
from tests.factories.people import Practice

HASH = PasswordHash("a hash that nothing matches")
ROME, KATHMANDU = "Europe/Rome", "Asia/Kathmandu"


def invite(practice: Practice, name: str = "Nora", at: datetime = NOON) -> tuple[UUID, str]:
    with transaction():
        return services.invite_patient(practice.therapist, name, at)


def new_code(practice: Practice, patient_id: UUID, at: datetime = NOON) -> str:
    with transaction():
        return services.new_code_for(practice.therapist, patient_id, at)


def begin(code: str, username: str = "nora", zone: str = ROME, at: datetime = NOON) -> Actor:
    with transaction():
        return services.begin(code, username, HASH, zone, at)


def count(model: type, *where: sa.ColumnElement[bool]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*where)) or 0


# Passwords


def test_a_password_is_kept_as_argon2id_of_19_mib() -> None:
    found = extract_parameters(services.hash_of("long enough"))
    assert (found.type, found.memory_cost, found.time_cost, found.parallelism) == (Type.ID, 19456, 2, 1)


@pytest.mark.parametrize("password", ["", "1234567", "x" * 129])
def test_a_password_too_short_or_too_long_is_refused(password: str) -> None:
    with pytest.raises(RefusedError) as refused:
        services.hash_of(password)
    assert refused.value.field == "password"


def test_nothing_of_a_long_password_is_cut_off(context: AppContext, practice: Practice) -> None:
    _, code = invite(practice)
    with transaction():
        services.begin(code, "nora", services.hash_of("x" * 127 + "y"), ROME, NOON)
    assert services.recognise("nora", "x" * 127 + "y")
    assert not services.recognise("nora", "x" * 127 + "z")
    assert not services.recognise("nora", "x" * 127)


@pytest.fixture
def nora(context: AppContext, practice: Practice) -> Actor:
    """A patient who signs in as nora, with "my long password"."""
    _, code = invite(practice)
    password_hash = services.hash_of("my long password")
    with transaction():
        return services.begin(code, "nora", password_hash, ROME, NOON)


def test_the_right_password_is_recognised_however_the_name_is_typed(nora: Actor) -> None:
    known = services.recognise(" NORA", "my long password")
    assert known
    assert (known.actor, known.fresher) == (nora, None)


@pytest.mark.parametrize(("name", "password"), [("nora", "another one"), ("nobody", "my long password"), ("", "")])
def test_anything_else_is_answered_alike_and_costs_one_hash(
    nora: Actor, monkeypatch: pytest.MonkeyPatch, name: str, password: str
) -> None:
    verified: list[str] = []
    verify = PasswordHasher.verify

    def watched(self: PasswordHasher, stored: str, typed: str) -> bool:
        verified.append(stored)
        return verify(self, stored, typed)

    monkeypatch.setattr(PasswordHasher, "verify", watched)
    assert services.recognise(name, password) is None
    assert [extract_parameters(stored).memory_cost for stored in verified] == [19456]


def test_nobody_waits_for_a_connection_while_a_password_is_hashed(nora: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[int] = []
    matches = services._matches  # noqa: SLF001  # the moment of hashing is what is looked at

    def watched(stored: str, password: str) -> bool:
        held.append(db.engine.pool.checkedout())  # type: ignore[attr-defined]  # both databases pool
        return matches(stored, password)

    monkeypatch.setattr(services, "_matches", watched)
    services.recognise("nora", "my long password")
    services.require_password(nora, "my long password")
    assert held == [0, 0]


def test_somebody_invited_who_has_not_begun_cannot_sign_in(context: AppContext, practice: Practice) -> None:
    invite(practice)
    assert services.recognise("", "anything at all") is None


def test_a_hash_of_older_parameters_is_made_anew_at_sign_in(nora: Actor) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("my long password")
    with transaction():
        services.keep_fresher_hash(nora, PasswordHash(old))
    known = services.recognise("nora", "my long password")
    assert known
    assert known.fresher
    with transaction():
        services.keep_fresher_hash(known.actor, known.fresher)
    again = services.recognise("nora", "my long password")
    assert again
    assert again.fresher is None
    assert again.actor.mark == nora.mark  # nobody is signed out by it


def test_the_current_password_is_asked_for(nora: Actor) -> None:
    services.require_password(nora, "my long password")
    with pytest.raises(RefusedError) as refused:
        services.require_password(nora, "another one")
    assert refused.value.field == "current"


def test_a_new_password_ends_the_sessions_begun_before(nora: Actor) -> None:
    with transaction():
        after = services.change_password(nora, HASH)
    assert queries.actor_of(nora.get_id()) is None
    assert queries.actor_of(after.get_id()) == after


def test_of_two_password_changes_at_once_the_second_is_refused(nora: Actor) -> None:
    with transaction():
        services.change_password(nora, HASH)
    with pytest.raises(RefusedError), transaction():
        services.change_password(nora, PasswordHash("another"))
    assert db.session.scalar(sa.select(User.password_hash).where(User.id == nora.id)) == HASH


# Invitations


def test_an_invited_patient_is_in_care_and_yet_to_begin(context: AppContext, practice: Practice) -> None:
    patient_id, _ = invite(practice)
    (found,) = [one for one in queries.patients_of(practice.therapist) if one.id == patient_id]
    assert (found.name, found.zone, found.since, found.has_begun) == ("Nora", ROME, NOON, False)
    assert queries.zones_of([patient_id])[patient_id].moves == ((NOON, ROME),)


def test_only_the_hash_of_a_code_is_kept(context: AppContext, practice: Practice) -> None:
    _, code = invite(practice)
    (kept,) = db.session.scalars(sa.select(Invitation.code_hash))
    assert len(kept) == 32
    assert code.encode() not in kept


@pytest.mark.parametrize("who", ["patient", "admin"])
def test_only_a_therapist_invites(context: AppContext, practice: Practice, who: str) -> None:
    with pytest.raises(NotFoundError), transaction():
        services.invite_patient(getattr(practice, who), "Nora", NOON)


@pytest.mark.parametrize("name", ["", "   ", "x" * 201])
def test_a_patient_needs_a_name(context: AppContext, practice: Practice, name: str) -> None:
    with pytest.raises(RefusedError) as refused, transaction():
        services.invite_patient(practice.therapist, name, NOON)
    assert refused.value.field == "name"


def test_the_same_page_sent_twice_makes_one_patient_and_the_code_shown_last_opens(
    context: AppContext, practice: Practice
) -> None:
    page = uuid4()
    codes = []
    for _ in range(2):
        with transaction():
            patient_id, code = services.invite_patient(practice.therapist, "Nora", NOON, page)
        assert patient_id == page
        codes.append(code)
    assert [one.name for one in queries.patients_of(practice.therapist)] == ["Mark", "Nora"]
    assert [queries.invited_by(code, NOON) is not None for code in codes] == [False, True]


def test_a_double_tap_makes_one_patient(app: Flask, practice: Practice) -> None:
    page = uuid4()

    def tap() -> str:
        with transaction():
            return services.invite_patient(practice.therapist, "Nora", NOON, page)[1]

    codes = at_once(app, [tap] * 6)
    with app.app_context():
        assert count(User, User.name == "Nora") == 1
        assert sum(queries.invited_by(str(code), NOON) is not None for code in codes) == 1


def test_the_same_page_with_another_name_is_refused(context: AppContext, practice: Practice) -> None:
    page = uuid4()
    with transaction():
        services.invite_patient(practice.therapist, "Nora", NOON, page)
    with pytest.raises(RefusedError), transaction():
        services.invite_patient(practice.therapist, "Otto", NOON, page)


@pytest.mark.parametrize("whose", ["other_patient", "admin", "therapist"])
def test_a_page_that_names_somebody_else_finds_nobody(context: AppContext, practice: Practice, whose: str) -> None:
    theirs: Actor = getattr(practice, whose)
    with pytest.raises(NotFoundError), transaction():
        services.invite_patient(practice.therapist, theirs.name, NOON, theirs.id)


def test_a_new_code_stops_the_earlier_ones(context: AppContext, practice: Practice) -> None:
    patient_id, first = invite(practice)
    second = new_code(practice, patient_id, NOON + timedelta(hours=1))
    later = NOON + timedelta(hours=2)
    assert queries.invited_by(first, later) is None
    assert queries.invited_by(second, later)


def test_a_code_of_one_patient_leaves_the_others_alone(context: AppContext, practice: Practice) -> None:
    _, nora = invite(practice, "Nora")
    invite(practice, "Otto")
    assert queries.invited_by(nora, NOON)


@pytest.mark.parametrize("who", ["other_therapist", "patient", "other_patient", "admin"])
def test_nobody_but_the_therapist_makes_a_code_or_ends_care(context: AppContext, practice: Practice, who: str) -> None:
    acts: list[Callable[[Actor, UUID, datetime], object]] = [services.new_code_for, services.end_care]
    for act in acts:
        for patient_id in (practice.patient.id, uuid4()):
            with pytest.raises(NotFoundError), transaction():
                act(getattr(practice, who), patient_id, NOON)


# Beginning


def test_beginning_gives_a_name_a_zone_and_a_consent(context: AppContext, practice: Practice) -> None:
    patient_id, code = invite(practice)
    at = NOON + timedelta(days=1)
    patient = begin(code, " Nora ", KATHMANDU, at)
    assert (patient.id, patient.role, patient.name, patient.zone) == (patient_id, Role.PATIENT, "Nora", KATHMANDU)
    assert queries.actor_of(patient.get_id()) == patient
    account = queries.account_of(patient)
    assert (account.username, account.consented_at) == ("nora", at)
    assert count(Consent, Consent.user_id == patient_id, Consent.text_version == CONSENT_TEXT) == 1
    assert queries.zones_of([patient_id])[patient_id].moves == ((NOON, ROME), (at, KATHMANDU))
    assert queries.last_code(practice.therapist, patient_id, at) == queries.LastCode(CodeState.USED, at)


def test_a_code_that_is_wrong_used_replaced_or_old_is_answered_alike(context: AppContext, practice: Practice) -> None:
    _, used = invite(practice, "Used")
    begin(used, "used")
    replaced_id, replaced = invite(practice, "Replaced")
    new_code(practice, replaced_id)
    _, old = invite(practice, "Old", NOON - timedelta(days=7))
    answers = set()
    for code in ("AAAA-BBBB-CCCC", used, replaced, old, ""):
        assert queries.invited_by(code, NOON) is None
        for spend in (lambda code: services.begin(code, "new", HASH, ROME, NOON), new_password_with):
            with pytest.raises(RefusedError) as refused, transaction():
                spend(code)
            answers.add((str(refused.value.message), refused.value.field))
    assert len(answers) == 1


def new_password_with(code: str) -> Actor:
    return services.set_new_password(code, HASH, NOON)


@pytest.mark.parametrize(
    ("username", "zone", "field"),
    [("USED", ROME, "username"), ("two words", ROME, "username"), ("x", ROME, "username"), ("new", "Mars/X", "zone")],
)
def test_what_is_refused_at_the_beginning_leaves_the_code_unspent(
    context: AppContext, practice: Practice, username: str, zone: str, field: str
) -> None:
    _, other = invite(practice, "Other")
    begin(other, "used")
    patient_id, code = invite(practice)
    with pytest.raises(RefusedError) as refused:
        begin(code, username, zone)
    assert refused.value.field == field
    assert queries.invited_by(code, NOON)
    assert count(Consent, Consent.user_id == patient_id) == 0
    begin(code, "new")


def at_once(app: Flask, acts: list[Callable[[], object]]) -> list[object]:
    """Run all at the same moment, each as a request of its own; returns what each gave, or the refusal."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        with app.app_context():
            start.wait()
            try:
                return act()
            except RefusedError as refused:
                return refused

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_of_many_who_use_a_code_at_once_one_gets_in(app: Flask, practice: Practice) -> None:
    with app.app_context():
        patient_id, code = invite(practice)
    answers = at_once(app, [lambda n=n: begin(code, f"nora{n}") for n in range(20)])  # type: ignore[misc]
    assert sum(isinstance(answer, Actor) for answer in answers) == 1
    with app.app_context():
        assert count(Consent, Consent.user_id == patient_id) == 1


def test_of_many_who_want_a_username_at_once_one_gets_it(app: Flask, practice: Practice) -> None:
    with app.app_context():
        codes = [invite(practice, f"Patient {n}")[1] for n in range(8)]
    answers = at_once(app, [lambda code=code: begin(code, "nora") for code in codes])  # type: ignore[misc]
    assert sum(isinstance(answer, Actor) for answer in answers) == 1
    with app.app_context():
        assert sum(queries.invited_by(code, NOON) is not None for code in codes) == 7


def test_of_many_who_reset_a_password_by_one_code_one_does(app: Flask, practice: Practice) -> None:
    with app.app_context():
        patient_id, code = invite(practice)
        begin(code)
        again = new_code(practice, patient_id)

    def reset() -> Actor:
        with transaction():
            return services.set_new_password(again, HASH, NOON)

    assert sum(isinstance(answer, Actor) for answer in at_once(app, [reset] * 20)) == 1


def test_a_code_replaced_at_the_moment_it_is_used_leaves_one_that_opens_or_a_patient_who_began(
    app: Flask, practice: Practice
) -> None:
    for n in range(5):
        with app.app_context():
            patient_id, code = invite(practice, f"Patient {n}")
        used, replaced = at_once(
            app,
            [
                lambda code=code, n=n: begin(code, f"patient{n}"),  # type: ignore[misc]
                lambda patient_id=patient_id: new_code(practice, patient_id),  # type: ignore[misc]
            ],
        )
        with app.app_context():
            invited = queries.invited_by(str(replaced), NOON)
            assert invited
            assert (invited.username is not None) is isinstance(used, Actor)


# A lost password


def test_a_code_for_a_lost_password_keeps_the_name_and_ends_all_sessions(nora: Actor, practice: Practice) -> None:
    code = new_code(practice, nora.id)
    invited = queries.invited_by(code, NOON)
    assert invited
    assert invited.username == "nora"
    with transaction():
        after = services.set_new_password(code, services.hash_of("a new long password"), NOON)
    assert after.id == nora.id
    assert queries.actor_of(nora.get_id()) is None
    assert services.recognise("nora", "my long password") is None
    assert services.recognise("nora", "a new long password")
    assert count(Consent, Consent.user_id == nora.id) == 1


def test_a_code_for_a_lost_password_begins_nothing(nora: Actor, practice: Practice) -> None:
    code = new_code(practice, nora.id)
    with pytest.raises(RefusedError):
        begin(code, "somebody.else")
    assert queries.account_of(nora).username == "nora"


def test_a_code_to_begin_sets_no_password_without_a_consent(context: AppContext, practice: Practice) -> None:
    _, code = invite(practice)
    with pytest.raises(RefusedError), transaction():
        services.set_new_password(code, HASH, NOON)
    assert queries.invited_by(code, NOON)


# Care


def test_care_that_has_ended_shows_nothing_more(context: AppContext, practice: Practice) -> None:
    code = new_code(practice, practice.patient.id)
    with transaction():
        services.end_care(practice.therapist, practice.patient.id, NOON)
    assert queries.patients_of(practice.therapist) == []
    assert queries.therapists_of(practice.patient) == []
    assert queries.invited_by(code, NOON) is None
    with pytest.raises(NotFoundError):
        queries.patient_for(practice.therapist, practice.patient.id)
    with pytest.raises(NotFoundError), transaction():
        services.new_code_for(practice.therapist, practice.patient.id, NOON)
    with pytest.raises(NotFoundError), transaction():
        services.end_care(practice.therapist, practice.patient.id, NOON)
    assert db.session.scalars(
        sa.select(CareRelationship.until).where(CareRelationship.therapist_id == practice.therapist.id)
    ).all() == [NOON]


def test_the_end_of_one_care_leaves_another_therapists_as_it_is(context: AppContext, practice: Practice) -> None:
    with transaction():
        db.session.add(
            CareRelationship(patient_id=practice.patient.id, therapist_id=practice.other_therapist.id, since=NOON)
        )
    with transaction():
        services.end_care(practice.therapist, practice.patient.id, NOON)
    assert queries.therapists_of(practice.patient) == ["Paolo Neri"]
    assert queries.patient_for(practice.other_therapist, practice.patient.id).name == "Mark"


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
            services.set_clinic(practice.admin, name, "+39 02 1234", "IT")
    assert queries.clinic() == queries.Practice("Studio Conti", "+39 02 1234", "IT")
    assert count(Clinic) == 1


@pytest.mark.parametrize("who", ["patient", "therapist"])
def test_only_an_administrator_names_the_practice(context: AppContext, practice: Practice, who: str) -> None:
    with pytest.raises(NotFoundError), transaction():
        services.set_clinic(getattr(practice, who), "Mine", "1", "IT")


@pytest.mark.parametrize(
    ("name", "phone", "country", "field"),
    [("", "1", "IT", "name"), ("A", "", "IT", "phone"), ("A", "1" * 41, "IT", "phone"), ("A", "1", "XX", "country")],
)
def test_a_practice_without_name_number_or_known_country_is_refused(
    context: AppContext, practice: Practice, name: str, phone: str, country: str, field: str
) -> None:
    with pytest.raises(RefusedError) as refused, transaction():
        services.set_clinic(practice.admin, name, phone, country)
    assert refused.value.field == field


def test_the_operator_makes_therapists_and_administrators(context: AppContext) -> None:
    assert queries.is_empty()
    password_hash = services.hash_of("my long password")
    with transaction():
        services.create_therapist("Vera", "Vera Conti", password_hash, NOON, ROME)
        services.create_admin("office", "Office", password_hash, NOON)
    known = services.recognise("vera", "my long password")
    assert known
    assert (known.actor.role, known.actor.name, known.actor.zone) == (Role.THERAPIST, "Vera Conti", ROME)
    assert queries.people_by_role() == {Role.PATIENT: 0, Role.THERAPIST: 1, Role.ADMIN: 1}
    assert not queries.is_empty()


@pytest.mark.parametrize(("username", "zone"), [("vera", ROME), ("two words", ROME), ("new", "Mars/X")])
def test_an_account_is_not_made_by_halves(context: AppContext, username: str, zone: str) -> None:
    with transaction():
        services.create_therapist("vera", "Vera Conti", HASH, NOON, ROME)
    with pytest.raises(RefusedError), transaction():
        services.create_admin(username, "Office", HASH, NOON, zone)
    assert count(User) == 1
