"""Passwords: how they are kept, and that whoever guesses learns nothing."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type
from flask.ctx import AppContext

from companion.accounts import services
from companion.accounts.models import Authenticator, User
from companion.accounts.rules import PasswordHash, Role
from companion.accounts.services import passwords
from companion.accounts.services.passwords import Recognised
from companion.extensions import db
from companion.kernel.errors import RefusedError
from companion.transaction import transaction
from tests.conftest import NOON
from tests.factories.people import Practice, make_person, username_of
from tests.factories.signing_in import PASSWORD, Known, hash_of, is_signed_in, nora, session_of, staff
from tests.support.noted import Event, noted
from tests.support.statements import statements


@pytest.fixture
def patient(context: AppContext, practice: Practice) -> Known:
    return nora(practice)


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hashes that a password is compared with, each at a price of 20 ms."""
    seen: list[str] = []
    verify = PasswordHasher.verify

    def watched(self: PasswordHasher, stored: str, typed: str) -> bool:
        seen.append(stored)
        return verify(self, stored, typed)

    monkeypatch.setattr(PasswordHasher, "verify", watched)
    return seen


def test_a_password_is_kept_as_argon2id_of_19_mib() -> None:
    found = extract_parameters(hash_of())
    assert (found.type, found.memory_cost, found.time_cost, found.parallelism) == (Type.ID, 19456, 2, 1)


@pytest.mark.parametrize("password", ["", "1234567", "x" * 129])
def test_a_password_too_short_or_too_long_is_refused(password: str) -> None:
    with pytest.raises(RefusedError) as refused:
        services.hash_of(password)
    assert refused.value.field == "password"


def test_nothing_of_a_long_password_is_cut_off(patient: Known) -> None:
    set_hash(patient, services.hash_of("x" * 127 + "y"))
    assert services.recognise("nora", "x" * 127 + "y")
    assert not services.recognise("nora", "x" * 127 + "z")
    assert not services.recognise("nora", "x" * 127)


def set_hash(person: Known, password_hash: str) -> None:
    with transaction():
        db.session.execute(sa.update(User).where(User.id == person.actor.id).values(password_hash=password_hash))


@pytest.mark.parametrize("typed", ["nora", " NORA", "ＮＯＲＡ"])  # noqa: RUF001  # wide letters are the point
def test_the_right_password_is_recognised_however_the_name_is_typed(patient: Known, typed: str) -> None:
    known = services.recognise(typed, PASSWORD)
    assert known
    assert (known.user_id, known.needs_code, known.fresher) == (patient.actor.id, False, None)


def test_the_right_password_of_somebody_at_the_practice_asks_for_a_code(context: AppContext) -> None:
    vera = staff()
    known = services.recognise("vera", PASSWORD)
    assert known
    assert (known.user_id, known.needs_code) == (vera.actor.id, True)


@pytest.mark.parametrize("role", [Role.THERAPIST, Role.ADMIN])
def test_a_password_without_an_authenticator_opens_nothing_at_the_practice(context: AppContext, role: Role) -> None:
    vera = staff(role=role)
    assert services.recognise("vera", PASSWORD)
    with transaction():
        db.session.execute(sa.delete(Authenticator))
    assert db.session.scalar(sa.select(User.password_hash).where(User.id == vera.actor.id))
    assert services.recognise("vera", PASSWORD) is None


@pytest.mark.parametrize(
    "name", ["nora", "nobody", "", "vera", "invited"], ids=["wrong", "unknown", "empty", "no password", "not begun"]
)
def test_a_wrong_password_and_a_name_nobody_has_cost_and_answer_the_same(
    patient: Known, practice: Practice, verified: list[str], name: str
) -> None:
    vera = make_person(Role.THERAPIST, "Vera")  # who has only a passkey
    with transaction():
        services.invite_patient(practice.therapist, "Not begun", NOON)
    services.recognise("nobody", "warm")  # the hash of nobody is made once
    verified.clear()
    with statements() as asked:
        assert services.recognise(username_of(vera.id) if name == "vera" else name, "wrong words") is None
    assert [extract_parameters(stored).memory_cost for stored in verified] == [19456]
    assert [statement.split()[0] for statement in asked if statement != "BEGIN"] == ["SELECT"]


def test_nobody_waits_for_a_connection_while_a_password_is_hashed(
    patient: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[int] = []
    matches = passwords._matches  # noqa: SLF001  # the moment of hashing is what is looked at

    def watched(stored: str, password: str) -> bool:
        held.append(db.engine.pool.checkedout())  # type: ignore[attr-defined]  # both databases pool
        return matches(stored, password)

    monkeypatch.setattr(passwords, "_matches", watched)
    assert services.recognise("nora", PASSWORD)
    assert services.is_password_of(patient.actor, PASSWORD)
    assert held == [0, 0]


def recognised(password: str = PASSWORD) -> Recognised:
    known = services.recognise("nora", password)
    assert known
    return known


def test_a_hash_of_older_parameters_is_made_anew_at_sign_in(patient: Known) -> None:
    set_hash(patient, PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD))
    known = recognised()
    assert known.fresher
    session = session_of(patient.actor, NOON)
    with transaction():
        services.keep_fresher_hash(known)
    assert recognised().fresher is None
    assert is_signed_in(session, NOON)  # nobody is signed out by it


def test_a_fresher_hash_never_undoes_a_new_password(patient: Known) -> None:
    set_hash(patient, PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD))
    known = recognised()
    set_hash(patient, hash_of("changed meanwhile"))
    with transaction():
        services.keep_fresher_hash(known)
    assert services.recognise("nora", PASSWORD) is None
    assert recognised("changed meanwhile").fresher is None


def test_a_new_password_ends_every_session_but_the_one_that_set_it(patient: Known) -> None:
    here, there = session_of(patient.actor, NOON), session_of(patient.actor, NOON)
    later = NOON + timedelta(minutes=1)
    with transaction():
        services.change_password(here, hash_of("another long one"), later)
    assert is_signed_in(here, later)
    assert not is_signed_in(there, later)
    assert services.recognise("nora", PASSWORD) is None
    mine = (patient.actor.id, patient.actor.id)
    assert noted("password_set")[-1] == Event("password_set", *mine, {})
    assert noted("session_ended") == [Event("session_ended", *mine, {"session": str(there.session_id)})]


def test_what_was_recognised_shows_no_hash(patient: Known) -> None:
    assert "argon2" not in repr(recognised())
    assert "argon2" in recognised().stored


def test_a_password_is_only_one_s_own(patient: Known, practice: Practice) -> None:
    assert services.is_password_of(patient.actor, PASSWORD)
    assert not services.is_password_of(patient.actor, "wrong words")
    assert not services.is_password_of(practice.therapist, PASSWORD)
    assert not services.is_still_stored(practice.therapist.id, PasswordHash(""))
