"""The lock and its PIN: rules and services."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.ctx import AppContext

from companion.accounts import queries, services
from companion.accounts.models import LoginSession, User
from companion.accounts.rules import Actor
from companion.accounts.rules.lock import (
    EXTENDED_EVERY,
    OPEN_FOR,
    PinHash,
    extended,
    is_locked,
    is_pin,
    is_trivial,
    opens_until,
    plain_pin,
)
from companion.extensions import db
from companion.kernel.errors import NotFoundError, RefusedError
from companion.transaction import transaction
from tests.conftest import NOON
from tests.factories.people import Practice
from tests.factories.signing_in import session_of
from tests.support.noted import Event, noted

PIN = "2580"
NO_TIME = PinHash("a hash that takes no time")
MOMENT = timedelta(microseconds=1)


@pytest.fixture
def here(context: AppContext, practice: Practice) -> Actor:
    return session_of(practice.patient, NOON)


@pytest.fixture
def there(here: Actor, practice: Practice) -> Actor:
    """Signed in on another phone."""
    return session_of(practice.patient, NOON)


def at(session: Actor, now: datetime) -> Actor:
    """The session as the next request finds it."""
    found = queries.actor_of(session.token, now)
    assert found
    db.session.rollback()
    return found


def is_open(session: Actor, now: datetime) -> bool:
    return not at(session, now).is_locked_at(now)


def set_pin(session: Actor, now: datetime = NOON) -> None:
    with transaction():
        services.set_pin(session, NO_TIME, now)


def lock(session: Actor, now: datetime) -> None:
    with transaction():
        services.lock(session, now)


def open_again(session: Actor, now: datetime) -> None:
    with transaction():
        services.open_again(at(session, now), now)


# Rules


def test_without_a_limit_it_is_open_only_where_there_is_no_pin() -> None:
    assert not is_locked(None, NOON, has_pin=False)
    assert is_locked(None, NOON, has_pin=True)


@pytest.mark.parametrize("has_pin", [True, False])
def test_it_is_locked_from_the_instant_on_until_which_it_was_open(has_pin: bool) -> None:  # noqa: FBT001
    assert not is_locked(NOON, NOON - MOMENT, has_pin=has_pin)
    assert is_locked(NOON, NOON, has_pin=has_pin)


def test_opening_lasts_five_minutes_or_for_good() -> None:
    assert opens_until(NOON, has_pin=True) == NOON + timedelta(minutes=5)
    assert opens_until(NOON, has_pin=False) is None


def test_use_is_noted_once_a_minute_and_never_opens() -> None:
    until = NOON + OPEN_FOR
    assert extended(until, NOON + EXTENDED_EVERY - MOMENT) is None
    assert extended(until, NOON + EXTENDED_EVERY) == NOON + EXTENDED_EVERY + OPEN_FOR
    assert extended(until, until - MOMENT) == until - MOMENT + OPEN_FOR
    assert extended(until, until) is None
    assert extended(None, NOON) is None


@pytest.mark.parametrize("typed", ["2580", "13579135", " 25 80 ", "٢٥٨٠", "२५८०"])
def test_four_to_eight_digits_of_any_script_are_a_pin(typed: str) -> None:
    assert is_pin(plain_pin(typed))


@pytest.mark.parametrize("typed", ["", "258", "258025802", "25a0", "-258", "2.580", "²580", "25\x0080"])
def test_anything_else_is_none(typed: str) -> None:
    assert not is_pin(plain_pin(typed))


@pytest.mark.parametrize(
    "plain", ["0000", "77777777", "1234", "4321", "7890", "2109", "12345678", "98765432", "1212", "258258", "25802580"]
)
def test_what_is_tried_first_is_trivial(plain: str) -> None:
    assert is_trivial(plain)


@pytest.mark.parametrize("plain", ["2580", "1235", "1122", "1357", "10203", "258025"])
def test_what_is_not_is_taken(plain: str) -> None:
    assert not is_trivial(plain)


# Locking and opening


def test_without_a_pin_signing_in_opens_for_good_and_leaving_locks(here: Actor) -> None:
    assert is_open(here, NOON + timedelta(days=29))
    lock(here, NOON)
    assert not is_open(here, NOON)
    open_again(here, NOON)
    assert is_open(here, NOON + timedelta(days=29))


def test_with_a_pin_opening_holds_for_five_minutes(here: Actor) -> None:
    set_pin(here)
    lock(here, NOON)
    assert not is_open(here, NOON)
    open_again(here, NOON)
    assert is_open(here, NOON + OPEN_FOR - MOMENT)
    assert not is_open(here, NOON + OPEN_FOR)


def test_signing_in_opens_for_five_minutes_where_there_is_a_pin(here: Actor, practice: Practice) -> None:
    set_pin(here)
    new = session_of(practice.patient, NOON)
    assert is_open(new, NOON + OPEN_FOR - MOMENT)
    assert not is_open(new, NOON + OPEN_FOR)


def test_locked_it_stays_locked_from_when_it_was(here: Actor) -> None:
    lock(here, NOON)
    lock(here, NOON + OPEN_FOR)
    assert at(here, NOON + OPEN_FOR).open_until == NOON


def test_only_the_phone_in_use_is_locked_and_opened(here: Actor, there: Actor) -> None:
    lock(here, NOON)
    assert is_open(there, NOON)
    lock(there, NOON)
    open_again(here, NOON)
    assert not is_open(there, NOON)


def test_use_keeps_it_open(here: Actor) -> None:
    set_pin(here)
    later = NOON + timedelta(minutes=4)
    with transaction():
        services.keep_open(at(here, later), later)
    assert is_open(here, later + OPEN_FOR - MOMENT)


def test_a_page_that_was_on_its_way_when_it_was_locked_does_not_open_it(here: Actor) -> None:
    set_pin(here)
    later = NOON + timedelta(minutes=4)
    on_its_way = at(here, later)
    lock(here, later + MOMENT)
    with transaction():
        services.keep_open(on_its_way, later)
    assert not is_open(here, later + 2 * MOMENT)


def test_what_has_ended_is_not_opened(here: Actor) -> None:
    asked = at(here, NOON)
    with transaction():
        services.sign_out(here, NOON)
    with pytest.raises(NotFoundError), transaction():
        services.open_again(asked, NOON)


# The PIN


def test_a_new_pin_leaves_this_phone_open_and_locks_the_others(here: Actor, there: Actor) -> None:
    set_pin(here)
    assert is_open(here, NOON + OPEN_FOR - MOMENT)
    assert not is_open(here, NOON + OPEN_FOR)
    assert not is_open(there, NOON)


def test_a_changed_pin_does_too(here: Actor, there: Actor) -> None:
    set_pin(there)
    set_pin(here)
    assert is_open(here, NOON)
    assert not is_open(there, NOON)


def test_a_session_begun_while_the_pin_was_being_set_is_locked(here: Actor, there: Actor) -> None:
    """It saw no PIN yet, and the PIN didn't see it."""
    set_pin(here)
    db.session.execute(sa.update(LoginSession).where(LoginSession.id == there.session_id).values(open_until=None))
    db.session.commit()
    assert not is_open(there, NOON)


def test_without_the_pin_what_is_open_stays_so_and_what_is_locked_opens_by_a_tap(here: Actor, there: Actor) -> None:
    set_pin(here)
    with transaction():
        services.remove_pin(here, NOON)
    assert is_open(here, NOON + timedelta(days=29))
    assert not is_open(there, NOON)
    open_again(there, NOON)
    assert is_open(there, NOON + timedelta(days=29))


def test_setting_and_removing_are_in_the_audit_once_each(here: Actor) -> None:
    set_pin(here)
    for _ in range(2):
        with transaction():
            services.remove_pin(here, NOON)
    assert noted("pin_set", "pin_removed") == [
        Event("pin_set", here.id, here.id, {}),
        Event("pin_removed", here.id, here.id, {}),
    ]


def test_the_right_pin_is_known_however_its_digits_are_written(here: Actor) -> None:
    assert not services.is_pin_of(here, PIN)
    with transaction():
        services.set_pin(here, services.hash_of_pin(here, PIN), NOON)
    assert services.is_pin_of(here, PIN)
    assert services.is_pin_of(here, " ٢٥ ٨٠ ")
    assert not any(services.is_pin_of(here, wrong) for wrong in ("2581", "25800", "258", "", "\x00", "é", "2" * 40))


def test_a_pin_opens_nobody_else_and_is_not_stored(here: Actor, practice: Practice) -> None:
    hashed = services.hash_of_pin(here, PIN)
    with transaction():
        services.set_pin(here, hashed, NOON)
        db.session.execute(sa.update(User).where(User.id == practice.other_patient.id).values(pin_hash=hashed))
    assert PIN not in hashed
    assert services.is_pin_of(here, PIN)
    assert not services.is_pin_of(practice.other_patient, PIN)


@pytest.mark.parametrize("typed", ["", "258", "1234", "1111", "123456789", "abcd"])
def test_what_is_no_pin_or_a_trivial_one_is_refused(here: Actor, typed: str) -> None:
    with pytest.raises(RefusedError) as refused:
        services.hash_of_pin(here, typed)
    assert refused.value.field == "pin"
