"""One-time codes, recovery codes, and who may do without them."""

from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from flask.ctx import AppContext

from companion.accounts import queries, services
from companion.accounts.models import Authenticator, RecoveryCode
from companion.accounts.rules import By
from companion.accounts.rules.factors import (
    RECOVERY_CODES,
    address_of,
    challenge_body,
    code_at,
    new_recovery_code,
    new_secret,
    parts_of_challenge,
    recovery_hash,
    step_of_code,
)
from companion.extensions import db
from companion.kernel.errors import RefusedError
from companion.transaction import transaction
from tests.conftest import NOON
from tests.factories.people import Practice
from tests.factories.signing_in import STEP, Known, staff
from tests.support.noted import Event, noted

RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""The key of RFC 6238, appendix B, in base 32."""
PRESENT = int(NOON.timestamp()) // 30


@pytest.mark.parametrize(("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (2000000000, "279037")])
def test_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, NOON.tzinfo)
    assert code_at(RFC_SECRET, at) == code
    assert step_of_code(RFC_SECRET, code, at) == seconds // 30


@pytest.mark.parametrize(("off", "step"), [(-2, None), (-1, -1), (0, 0), (1, 1), (2, None)])
def test_a_clock_may_be_off_by_one_step(off: int, step: int | None) -> None:
    shown = code_at(RFC_SECRET, NOON + off * STEP)
    assert step_of_code(RFC_SECRET, shown, NOON) == (None if step is None else PRESENT + step)


@pytest.mark.parametrize("typed", ["{} ", " {}", "{:.3} {}"])
def test_a_code_may_be_typed_with_blanks(typed: str) -> None:
    shown = code_at(RFC_SECRET, NOON)
    spaced = f"{shown[:3]} {shown[3:]}" if ":" in typed else typed.format(shown)
    assert step_of_code(RFC_SECRET, spaced, NOON) == PRESENT


@pytest.mark.parametrize(
    "typed", ["", "0", "12345", "1234567", "\u0661\u0662\u0663\u0664\u0665\u0666", "abcdef", "\x00" * 6, "-12345", "é"]
)
def test_what_is_no_code_fits_no_step(typed: str) -> None:
    assert step_of_code(RFC_SECRET, typed, NOON) is None


def test_a_secret_has_160_bits_and_an_app_reads_it_with_the_name() -> None:
    secret = new_secret()
    address = urlsplit(address_of(secret, "vera"))
    assert len(secret) * 5 >= 160
    assert (address.scheme, address.netloc, address.path) == ("otpauth", "totp", "/companion:vera")
    assert parse_qs(address.query) == {"secret": [secret], "issuer": ["companion"]}


def test_recovery_codes_have_64_bits_and_may_be_typed_as_they_are_read() -> None:
    code = new_recovery_code()
    assert len(code.replace("-", "")) * 4 == 64
    assert len({new_recovery_code() for _ in range(1000)}) == 1000
    for typed in (code.upper(), code.replace("-", ""), f" {code.replace('-', ' ')} "):
        assert recovery_hash(typed) == recovery_hash(code)
    assert recovery_hash(code) != recovery_hash(new_recovery_code())


def test_a_challenge_has_128_random_bits_and_says_until_when() -> None:
    until = NOON + timedelta(minutes=5)
    body, end, voucher = parts_of_challenge(challenge_body(until) + bytes(32)) or (b"", 0, b"")
    assert (len(body), end, voucher) == (24, int(until.timestamp()), bytes(32))
    assert len({challenge_body(until)[:16] for _ in range(1000)}) == 1000
    assert parts_of_challenge(challenge_body(until)) is None


@pytest.fixture
def vera(context: AppContext) -> Known:
    return staff()


def spend(person: Known, typed: str, at: datetime = NOON) -> By | None:
    with transaction():
        return services.spend_code(person.actor.id, typed, at)


def test_a_code_lets_in_once(vera: Known) -> None:
    code = vera.code(NOON)
    assert [spend(vera, code) for _ in range(3)] == [By.PASSWORD_AND_CODE, None, None]
    assert spend(vera, code, NOON + STEP) is None  # which it still would fit
    assert spend(vera, vera.code(NOON + STEP), NOON + STEP) is By.PASSWORD_AND_CODE


def test_a_code_from_before_the_last_one_is_not_taken(vera: Known) -> None:
    assert spend(vera, vera.code(NOON + STEP)) is By.PASSWORD_AND_CODE
    assert spend(vera, vera.code(NOON)) is None
    assert spend(vera, vera.code(NOON - STEP)) is None


def test_the_code_that_set_up_an_authenticator_is_used_thereby(context: AppContext) -> None:
    secret = new_secret()
    with transaction():
        services.set_authenticator(staff().actor.id, secret, code_at(secret, NOON), NOON)
    person = db.session.scalars(sa.select(Authenticator.user_id)).one()
    with transaction():
        assert services.spend_code(person, code_at(secret, NOON), NOON) is None
        assert services.spend_code(person, code_at(secret, NOON + STEP), NOON) is By.PASSWORD_AND_CODE


def test_a_recovery_code_stands_in_once(vera: Known) -> None:
    first, second, *_ = vera.recovery_codes
    assert [spend(vera, first.upper()), spend(vera, first)] == [By.PASSWORD_AND_RECOVERY_CODE, None]
    assert spend(vera, second) is By.PASSWORD_AND_RECOVERY_CODE
    assert queries.ways_in(vera.actor).recovery_codes == RECOVERY_CODES - 2


def test_codes_of_one_person_open_nothing_of_another(vera: Known) -> None:
    other = staff("paolo")
    assert spend(other, vera.code(NOON)) is None
    assert spend(other, vera.recovery_codes[0]) is None
    assert spend(vera, vera.recovery_codes[0]) is By.PASSWORD_AND_RECOVERY_CODE


def test_who_has_no_authenticator_has_no_code(context: AppContext, practice: Practice) -> None:
    with transaction():
        assert services.spend_code(practice.patient.id, "000000", NOON) is None


def test_new_recovery_codes_void_the_old_and_are_noted(vera: Known) -> None:
    with transaction():
        new = services.make_recovery_codes(vera.actor.id, NOON)
    assert len(new) == RECOVERY_CODES
    assert spend(vera, vera.recovery_codes[0]) is None
    assert spend(vera, new[0]) is By.PASSWORD_AND_RECOVERY_CODE
    mine = (vera.actor.id, vera.actor.id)
    assert noted("recovery_codes_made")[-1] == Event("recovery_codes_made", *mine, {})


def test_nothing_of_a_recovery_code_or_a_secret_can_be_read_in_the_database(vera: Known) -> None:
    kept = db.session.scalars(sa.select(RecoveryCode.code_hash)).all()
    assert len(kept) == RECOVERY_CODES
    assert {len(each) for each in kept} == {32}
    sealed = db.session.scalars(sa.select(Authenticator.__table__.c.secret)).one()
    assert vera.secret.encode() not in sealed


def test_another_authenticator_takes_the_place_of_the_first_with_all_its_codes(vera: Known) -> None:
    secret = new_secret()
    with transaction():
        codes = services.set_authenticator(vera.actor.id, secret, code_at(secret, NOON), NOON)
    assert spend(vera, vera.code(NOON)) is None
    assert spend(vera, vera.recovery_codes[0]) is None
    assert spend(vera, codes[0]) is By.PASSWORD_AND_RECOVERY_CODE
    mine = (vera.actor.id, vera.actor.id)
    assert noted("authenticator_set")[-1] == Event("authenticator_set", *mine, {})


def test_an_authenticator_that_shows_another_code_is_not_taken(vera: Known) -> None:
    secret = new_secret()
    with pytest.raises(RefusedError) as refused, transaction():
        services.set_authenticator(vera.actor.id, secret, vera.code(NOON), NOON)
    assert refused.value.field == "code"
    assert spend(vera, vera.code(NOON)) is By.PASSWORD_AND_CODE
