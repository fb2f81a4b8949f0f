"""Fifty copies of what works once, sent at the same moment by fifty browsers: exactly one gets in."""

from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

import pytest
from flask import Flask

from companion.accounts import queries, services
from companion.accounts.models import Consent, RecoveryCode
from companion.accounts.rules import Role
from companion.accounts.rules.factors import ChallengeFor, code_at, new_secret
from companion.extensions import db
from companion.kernel.errors import RefusedError
from companion.kernel.ids import new_id
from companion.transaction import transaction
from tests.conftest import NOON
from tests.factories.people import Practice
from tests.factories.signing_in import HERE, ROME, SITE, Known, add_passkey, hash_of, nora, staff
from tests.support.at_once import at_once
from tests.support.client import Browser, Page
from tests.support.noted import noted
from tests.support.soft_passkey import SoftPasskey
from tests.support.ways_in import asked_by, by_password, cookie_of, new_browser

MANY = 50


def everybody(app: Flask, act: Callable[[int], object]) -> list[object]:
    """Have each of fifty do it, in a context of their own; what each got, or the refusal."""

    def do(n: int) -> object:
        with app.app_context():
            try:
                return act(n)
            except RefusedError as refused:
                return refused
            finally:
                db.session.remove()

    return at_once([lambda n=n: do(n) for n in range(MANY)])  # type: ignore[misc]


def copies(app: Flask, path: str, cookie: str, fields: dict[str, str]) -> list[int]:
    """Send the same form fifty times, by copies of one browser in networks of their own; the statuses."""

    def send(n: int) -> int:
        client = new_browser(app, f"203.0.113.{n}").client
        client.set_cookie("session", cookie)
        return client.post(path, data=fields).status_code

    return at_once([lambda n=n: send(n) for n in range(MANY)])  # type: ignore[misc]


def signed_in(app: Flask) -> int:
    with app.app_context():
        return len(noted("signed_in"))


@pytest.fixture
def vera(app: Flask) -> Known:
    with app.app_context():
        return staff()


def second_step(browser: Browser) -> Page:
    return by_password(browser, "vera")


def test_a_code_lets_one_in(app: Flask, browser: Browser, vera: Known) -> None:
    page = second_step(browser)
    answers = copies(app, "/sign-in/code", cookie_of(browser), page.form() | {"code": vera.code(NOON)})
    assert (answers.count(HTTPStatus.FOUND), signed_in(app)) == (1, 1)
    assert answers.count(HTTPStatus.UNPROCESSABLE_ENTITY) == MANY - 1  # no throttle stood in the way


def test_a_recovery_code_lets_one_in(app: Flask, browser: Browser, vera: Known) -> None:
    page = second_step(browser)
    answers = copies(app, "/sign-in/code", cookie_of(browser), page.form() | {"code": vera.recovery_codes[0]})
    assert (answers.count(HTTPStatus.FOUND), signed_in(app)) == (1, 1)
    assert answers.count(HTTPStatus.UNPROCESSABLE_ENTITY) == MANY - 1


def test_a_passkey_s_answer_lets_one_in(app: Flask, browser: Browser, vera: Known) -> None:
    with app.app_context():
        passkey = add_passkey(vera.actor)
    page = browser.get("/sign-in")
    fields = {"answer": passkey.get(asked_by(page)), "csrf_token": page.value("csrf_token")}
    answers = copies(app, "/sign-in/passkey", cookie_of(browser), fields)
    assert (answers.count(HTTPStatus.FOUND), signed_in(app)) == (1, 1)
    assert answers.count(HTTPStatus.UNPROCESSABLE_ENTITY) == MANY - 1


def test_a_new_passkey_is_added_once(app: Flask, vera: Known) -> None:
    wanted = ChallengeFor("add", HERE)
    with app.app_context():
        asked = services.how_to_add(vera.actor.id, "vera", SITE, services.challenge(wanted, NOON))

    def add(_n: int) -> object:
        with transaction():
            return services.add_passkey(vera.actor.id, SoftPasskey().create(asked), "Phone", wanted, SITE, NOON)

    answers = everybody(app, add)
    assert sum(not isinstance(answer, RefusedError) for answer in answers) == 1
    with app.app_context():
        assert len(queries.ways_in(vera.actor).passkeys) == 1


def test_a_patient_s_invitation_lets_one_begin(app: Flask, practice: Practice) -> None:
    with app.app_context(), transaction():
        patient_id, code = services.invite_patient(practice.therapist, "Nora", NOON)

    def begin(n: int) -> object:
        with transaction():
            return services.begin(code, f"nora{n}", hash_of(), ROME, NOON)

    answers = everybody(app, begin)
    assert answers.count(patient_id) == 1
    assert sum(isinstance(answer, RefusedError) for answer in answers) == MANY - 1
    with app.app_context():
        assert db.session.query(Consent).count() == 1
        assert len(noted("code_used")) == 1


def test_a_code_for_a_lost_password_sets_one(app: Flask, practice: Practice) -> None:
    with app.app_context():
        person = nora(practice)
        with transaction():
            code = services.new_code_for(practice.therapist, person.actor.id, NOON)

    def reset(_n: int) -> object:
        with transaction():
            return services.set_new_password(code, hash_of(), NOON)

    assert everybody(app, reset).count(person.actor.id) == 1


def test_a_code_to_set_up_lets_one_in(app: Flask) -> None:
    secret = new_secret()
    with app.app_context(), transaction():
        code = services.create_staff(Role.THERAPIST, "vera", "Vera Conti", NOON, ROME)

    def set_up(_n: int) -> object:
        with transaction():
            return services.set_up_with_password(code, hash_of(), secret, code_at(secret, NOON), NOON)

    answers = everybody(app, set_up)
    assert sum(not isinstance(answer, RefusedError) for answer in answers) == 1
    with app.app_context():
        assert db.session.query(RecoveryCode).count() == 10


def test_of_many_who_want_a_username_one_gets_it(app: Flask, practice: Practice) -> None:
    with app.app_context(), transaction():
        codes = [services.invite_patient(practice.therapist, f"Patient {n}", NOON)[1] for n in range(MANY)]

    def begin(n: int) -> object:
        with transaction():
            return services.begin(codes[n], "nora", hash_of(), ROME, NOON)

    answers = everybody(app, begin)
    assert sum(not isinstance(answer, RefusedError) for answer in answers) == 1
    with app.app_context():
        assert sum(queries.invited_by(code, NOON) is not None for code in codes) == MANY - 1


def test_a_double_tap_invites_one_and_one_code_opens(app: Flask, practice: Practice) -> None:
    page = new_id()

    def tap(_n: int) -> object:
        with transaction():
            return services.invite_patient(practice.therapist, "Nora", NOON, page)[1]

    codes = everybody(app, tap)
    with app.app_context():
        assert len(queries.patients_of(practice.therapist)) == 2
        assert sum(queries.invited_by(str(code), NOON) is not None for code in codes) == 1


def test_a_code_replaced_at_the_moment_it_is_used_leaves_one_that_opens(app: Flask, practice: Practice) -> None:
    for n in range(5):
        with app.app_context(), transaction():
            patient_id, code = services.invite_patient(practice.therapist, f"Patient {n}", NOON)

        def act(which: int, n: int = n, patient_id: UUID = patient_id, code: str = code) -> object:
            with app.app_context():
                try:
                    with transaction():
                        if which:
                            return services.new_code_for(practice.therapist, patient_id, NOON)
                        return services.begin(code, f"patient{n}", hash_of(), ROME, NOON)
                except RefusedError:
                    return None

        used, replaced = at_once([lambda: act(0), lambda: act(1)])
        with app.app_context():
            invited = queries.invited_by(str(replaced), NOON)
            assert invited
            assert bool(invited.username) is (used is not None)


def test_of_many_authenticators_set_at_once_one_is_left_with_its_codes(app: Flask, vera: Known) -> None:
    def set_up(_n: int) -> object:
        secret = new_secret()
        with transaction():
            return services.set_authenticator(vera.actor.id, secret, code_at(secret, NOON), NOON)

    assert not [answer for answer in everybody(app, set_up) if isinstance(answer, RefusedError)]
    with app.app_context():
        assert queries.ways_in(vera.actor).recovery_codes == 10


def test_of_two_last_passkeys_removed_at_once_one_stays(app: Flask, practice: Practice) -> None:
    with app.app_context():
        add_passkey(practice.therapist)
        add_passkey(practice.therapist)
        ids = [each.id for each in queries.ways_in(practice.therapist).passkeys]

    def remove(n: int) -> None:
        with transaction():
            services.remove_passkey(practice.therapist, ids[n], NOON)

    def do(n: int) -> RefusedError | None:
        with app.app_context():
            try:
                remove(n)
            except RefusedError as refused:
                return refused
        return None

    answers = at_once([lambda: do(0), lambda: do(1)])
    assert sum(isinstance(answer, RefusedError) for answer in answers) == 1
    with app.app_context():
        assert len(queries.ways_in(practice.therapist).passkeys) == 1
