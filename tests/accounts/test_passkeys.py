"""Passkeys: which answers are taken, and that each is taken once, here, and for what was asked."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask.ctx import AppContext
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from companion.accounts import queries, services
from companion.accounts.models import Authenticator, Passkey, SpentChallenge, User
from companion.accounts.rules import Actor
from companion.accounts.rules.factors import CHALLENGE_HOLDS, ChallengeFor
from companion.extensions import db
from companion.kernel.errors import NotFoundError, RefusedError
from companion.transaction import transaction
from tests.conftest import NOON
from tests.factories.people import Practice
from tests.factories.signing_in import ELSEWHERE, HERE, SITE, add_passkey, nora, staff
from tests.support.noted import Event, noted
from tests.support.soft_passkey import SoftPasskey

SIGN_IN = ChallengeFor("sign in", HERE)
ADD = ChallengeFor("add", HERE)


def asked(wanted: ChallengeFor = SIGN_IN, at: datetime = NOON) -> dict[str, Any]:
    return services.how_to_use(SITE, services.challenge(wanted, at))


def use(answer: str, wanted: ChallengeFor = SIGN_IN, at: datetime = NOON) -> UUID:
    with transaction():
        return services.person_of_passkey(answer, wanted, SITE, at)


def refuses(answer: str, wanted: ChallengeFor = SIGN_IN, at: datetime = NOON) -> bool:
    """Whether it is refused in the words that everything is refused in."""
    try:
        use(answer, wanted, at)
    except RefusedError as refused:
        return "could not be used here" in str(refused.message) and refused.field is None
    return False


@pytest.fixture
def passkey(context: AppContext, practice: Practice) -> SoftPasskey:
    return add_passkey(practice.patient)


def test_a_passkey_says_whose_it_is(passkey: SoftPasskey, practice: Practice) -> None:
    assert use(passkey.get(asked())) == practice.patient.id
    (known,) = queries.ways_in(practice.patient).passkeys
    assert (known.label, known.used_at) == ("Phone", NOON)


def test_a_browser_is_asked_for_a_key_that_names_its_owner_and_verifies_them(
    passkey: SoftPasskey, practice: Practice
) -> None:
    told = services.how_to_add(practice.patient.id, "mark", SITE, services.challenge(ADD, NOON))
    assert told["authenticatorSelection"] == {
        "residentKey": "required",
        "requireResidentKey": True,
        "userVerification": "required",
    }
    assert told["rp"] == {"id": "localhost", "name": "companion"}
    assert [each["id"] for each in told["excludeCredentials"]] == [bytes_to_base64url(passkey.id)]
    told = asked()
    assert (told["rpId"], told["userVerification"], told["allowCredentials"]) == ("localhost", "required", [])


def test_adding_one_is_noted(passkey: SoftPasskey, practice: Practice) -> None:
    (known,) = queries.ways_in(practice.patient).passkeys
    mine = (practice.patient.id, practice.patient.id)
    assert noted("passkey_added") == [Event("passkey_added", *mine, {"passkey": str(known.id)})]


# What was answered once, elsewhere, late, or for something else


def test_a_spent_answer_signs_nobody_in_again(passkey: SoftPasskey) -> None:
    answer = passkey.get(asked())
    use(answer)
    assert refuses(answer)
    assert refuses(answer, ChallengeFor("sign in", ELSEWHERE))


def test_an_answer_made_for_another_browser_signs_nobody_in_here(passkey: SoftPasskey, practice: Practice) -> None:
    answer = passkey.get(asked(ChallengeFor("sign in", ELSEWHERE)))
    assert refuses(answer)
    assert use(answer, ChallengeFor("sign in", ELSEWHERE)) == practice.patient.id


def test_an_answer_for_one_thing_does_no_other(passkey: SoftPasskey, practice: Practice) -> None:
    answer = passkey.get(asked(ChallengeFor("confirm", HERE)))
    assert refuses(answer)
    assert use(answer, ChallengeFor("confirm", HERE)) == practice.patient.id


@pytest.mark.parametrize(("age", "is_taken"), [(-timedelta(seconds=1), True), (timedelta(0), False)])
def test_an_answer_comes_within_five_minutes(passkey: SoftPasskey, age: timedelta, *, is_taken: bool) -> None:
    assert timedelta(minutes=5) == CHALLENGE_HOLDS
    answer = passkey.get(asked())
    assert refuses(answer, at=NOON + CHALLENGE_HOLDS + age) is not is_taken


def test_what_is_kept_of_spent_challenges_goes_when_they_could_not_be_answered_anyway(passkey: SoftPasskey) -> None:
    use(passkey.get(asked()))
    later = NOON + CHALLENGE_HOLDS + timedelta(seconds=1)
    use(passkey.get(asked(at=later)), at=later)
    assert db.session.scalars(sa.select(SpentChallenge.until)).all() == [later + CHALLENGE_HOLDS]


# What no honest browser answers


def changed(answer: str, change: Callable[[dict[str, Any]], object]) -> str:
    told = json.loads(answer)
    change(told)
    return json.dumps(told)


def client_data(**said: object) -> Callable[[dict[str, Any]], object]:
    def change(told: dict[str, Any]) -> None:
        before = json.loads(base64url_to_bytes(told["response"]["clientDataJSON"]))
        told["response"]["clientDataJSON"] = bytes_to_base64url(json.dumps(before | said).encode())

    return change


DISHONEST: list[Callable[[dict[str, Any]], object]] = [
    client_data(origin="https://evil.example"),
    client_data(type="webauthn.create"),
    client_data(challenge=bytes_to_base64url(bytes(56))),
    client_data(challenge=""),
    client_data(challenge=7),
    lambda told: told["response"].update(signature=bytes_to_base64url(bytes(64))),
    lambda told: told["response"].update(userHandle=bytes_to_base64url(uuid4().bytes)),
    lambda told: told["response"].pop("userHandle"),
    lambda told: told.update(id="AAAA", rawId="AAAA"),
    lambda told: told.update(type="password"),
    lambda told: told["response"].update(clientDataJSON=bytes_to_base64url(b"[1]")),
    lambda told: told["response"].update(clientDataJSON=bytes_to_base64url(b"\xff")),
    lambda told: told["response"].update(authenticatorData=""),
]


@pytest.mark.parametrize("change", DISHONEST, ids=range(len(DISHONEST)))
def test_a_changed_answer_is_refused(passkey: SoftPasskey, change: Callable[[dict[str, Any]], object]) -> None:
    answer = passkey.get(asked())
    assert refuses(changed(answer, change))
    use(changed(answer, lambda _: None))  # as it was, it is taken


@pytest.mark.parametrize(
    "how", [{"verifies": False}, {"host": "evil.example"}, {"origin": "http://localhost:8001"}], ids=str
)
def test_a_passkey_that_does_not_verify_or_is_for_another_site_is_refused(
    passkey: SoftPasskey, how: dict[str, Any]
) -> None:
    before = {name: getattr(passkey, name) for name in how}
    for name, value in how.items():
        setattr(passkey, name, value)
    assert refuses(passkey.get(asked()))
    for name, value in before.items():
        setattr(passkey, name, value)
    use(passkey.get(asked()))  # which raises where it is refused


@pytest.mark.parametrize("how", [{"verifies": False}, {"host": "evil.example"}, {"origin": "https://evil.example"}])
def test_such_a_passkey_is_not_added_either(context: AppContext, practice: Practice, how: dict[str, Any]) -> None:
    with pytest.raises(RefusedError):
        add_passkey(practice.patient, **how)
    assert queries.ways_in(practice.patient).passkeys == ()
    add_passkey(practice.patient)
    assert len(queries.ways_in(practice.patient).passkeys) == 1


DEEP = "[" * 100_000
GARBAGE = ["", "null", "7", "[]", '"x"', "{}", "{", DEEP, '{"id":null}', '{"id":7,"rawId":[],"response":{}}', "\x00"]
GARBAGE += [json.dumps({"id": "\ud800", "rawId": "\ud800", "type": "public-key", "response": {}})]
NO_ANSWERS: tuple[object, ...] = (None, [], 7)
GARBAGE += [json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": each}) for each in NO_ANSWERS]


@pytest.mark.parametrize("garbage", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_is_refused_like_everything_else(passkey: SoftPasskey, practice: Practice, garbage: str) -> None:
    assert refuses(garbage)
    with pytest.raises(RefusedError), transaction():
        services.add_passkey(practice.patient.id, garbage, "Phone", ADD, SITE, NOON)


PARTS = ("clientDataJSON", "authenticatorData", "signature", "userHandle")
VALUES: tuple[object, ...] = (
    None,
    7,
    [],
    {},
    "",
    "!",
    "AA",
    "é",
    "\ud800",
    bytes_to_base64url(b"\x9f" * 200),
    bytes_to_base64url(b"{}"),
)


@pytest.mark.parametrize("part", PARTS)
def test_every_part_may_be_garbage(passkey: SoftPasskey, part: str) -> None:
    answer = passkey.get(asked())
    for value in VALUES:
        assert refuses(changed(answer, lambda told, value=value: told["response"].update({part: value}))), value  # type: ignore[misc]
    use(answer)


def made(change: Callable[[dict[str, Any]], object], person: Actor) -> str:
    passkey = SoftPasskey()
    told = services.how_to_add(person.id, "mark", SITE, services.challenge(ADD, NOON))
    return changed(passkey.create(told), change)


def attested(change: Callable[[bytearray], object]) -> Callable[[dict[str, Any]], object]:
    def change_it(told: dict[str, Any]) -> None:
        whole = bytearray(base64url_to_bytes(told["response"]["attestationObject"]))
        change(whole)
        told["response"]["attestationObject"] = bytes_to_base64url(bytes(whole))

    return change_it


def test_a_new_passkey_that_is_cut_off_is_refused(context: AppContext, practice: Practice) -> None:
    for cut in range(1, 178, 8):
        answer = made(attested(lambda whole, cut=cut: whole.__delitem__(slice(-cut, None))), practice.patient)  # type: ignore[misc]
        with pytest.raises(RefusedError), transaction():
            services.add_passkey(practice.patient.id, answer, "Phone", ADD, SITE, NOON)
    assert queries.ways_in(practice.patient).passkeys == ()


def test_a_key_that_is_none_signs_nobody_in(passkey: SoftPasskey, practice: Practice) -> None:
    whole = db.session.scalars(sa.select(Passkey.public_key)).one()
    for place in range(0, len(whole), 3):
        mangled = bytearray(whole)
        mangled[place] ^= 0xFF
        with transaction():
            db.session.execute(sa.update(Passkey).values(public_key=bytes(mangled)))
        assert refuses(passkey.get(asked())), place


# Counting, and whose it is


@pytest.mark.parametrize("count", [2**31, 2**32 - 2])
def test_a_sign_count_has_32_bits(context: AppContext, practice: Practice, count: int) -> None:
    passkey = add_passkey(practice.patient, sign_count=count)
    use(passkey.get(asked()))
    assert db.session.scalar(sa.select(Passkey.sign_count)) == count + 1


def test_a_copy_whose_count_stays_behind_is_refused(context: AppContext, practice: Practice) -> None:
    passkey = add_passkey(practice.patient, sign_count=5)
    use(passkey.get(asked()))
    passkey.sign_count = 5
    assert refuses(passkey.get(asked()))


def test_a_passkey_belongs_to_one_person(passkey: SoftPasskey, practice: Practice) -> None:
    told = services.how_to_add(practice.other_patient.id, "anna", SITE, services.challenge(ADD, NOON))
    with pytest.raises(RefusedError), transaction():
        services.add_passkey(practice.other_patient.id, passkey.create(told), "Phone", ADD, SITE, NOON)
    assert queries.ways_in(practice.other_patient).passkeys == ()
    assert len(queries.ways_in(practice.patient).passkeys) == 1


# Taking one away


def ids(person: Actor) -> list[UUID]:
    return [each.id for each in queries.ways_in(person).passkeys]


def remove(person: Actor, passkey_id: UUID) -> None:
    with transaction():
        services.remove_passkey(person, passkey_id, NOON)


def test_one_of_two_can_be_removed_and_the_last_way_in_can_not(passkey: SoftPasskey, practice: Practice) -> None:
    add_passkey(practice.patient, NOON)
    first, second = ids(practice.patient)
    remove(practice.patient, first)
    assert refuses(passkey.get(asked()))
    mine = (practice.patient.id, practice.patient.id)
    assert noted("passkey_removed") == [Event("passkey_removed", *mine, {"passkey": str(first)})]
    with pytest.raises(RefusedError):
        remove(practice.patient, second)
    assert ids(practice.patient) == [second]


def test_a_patient_with_a_password_needs_no_passkey(context: AppContext, practice: Practice) -> None:
    person = nora(practice).actor
    add_passkey(person)
    remove(person, ids(person)[0])
    assert ids(person) == []


def test_somebody_at_the_practice_needs_a_password_with_codes_for_that(context: AppContext) -> None:
    vera = staff().actor
    add_passkey(vera)
    with transaction():
        codes = db.session.scalars(sa.select(Authenticator)).one()
        db.session.delete(codes)
    with pytest.raises(RefusedError):
        remove(vera, ids(vera)[0])
    with transaction():
        db.session.add(Authenticator(id=uuid4(), user_id=vera.id, secret="A" * 32, last_step=0))
        db.session.execute(sa.update(User).values(password_hash=None))
    with pytest.raises(RefusedError):
        remove(vera, ids(vera)[0])
    with transaction():
        db.session.execute(sa.update(User).where(User.id == vera.id).values(password_hash="x"))
    remove(vera, ids(vera)[0])
    assert ids(vera) == []


def test_nobody_removes_another_s_passkey(passkey: SoftPasskey, practice: Practice) -> None:
    for passkey_id in (ids(practice.patient)[0], uuid4()):
        with pytest.raises(NotFoundError):
            remove(practice.therapist, passkey_id)
    assert use(passkey.get(asked())) == practice.patient.id
