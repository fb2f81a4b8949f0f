"""A therapist notes the next appointments with a patient, and takes them back."""

from datetime import datetime, timedelta

import pytest

from companion.accounts.rules import Actor
from companion.kernel.clock import FrozenClock
from companion.kernel.errors import NotFoundError, RefusedError
from companion.kernel.ids import new_id
from companion.sessions.queries import coming_sessions, next_sessions
from companion.sessions.services import remove_session, set_next_session
from companion.transaction import transaction
from tests.factories.people import Practice

pytestmark = pytest.mark.usefixtures("context")


def meet(practice: Practice, clock: FrozenClock, *, in_days: float, actor: Actor | None = None) -> datetime:
    at_session = clock.now() + timedelta(days=in_days)
    with transaction():
        set_next_session(actor or practice.therapist, practice.patient.id, at_session, clock.now())
    return at_session


def test_the_soonest_session_ahead_is_the_next_one(practice: Practice, clock: FrozenClock) -> None:
    meet(practice, clock, in_days=9)
    soonest = meet(practice, clock, in_days=2)
    assert next_sessions(practice.therapist, [practice.patient.id], clock.now()) == {practice.patient.id: soonest}
    clock.advance(days=3)
    assert next_sessions(practice.therapist, [practice.patient.id], clock.now()) == {
        practice.patient.id: soonest + timedelta(days=7)
    }


def test_a_patient_without_a_known_session_has_none(practice: Practice, clock: FrozenClock) -> None:
    assert next_sessions(practice.therapist, [practice.patient.id], clock.now()) == {}


def test_a_session_set_twice_is_one(practice: Practice, clock: FrozenClock) -> None:
    meet(practice, clock, in_days=2)
    meet(practice, clock, in_days=2)
    assert len(coming_sessions(practice.therapist, practice.patient.id, clock.now())) == 1


@pytest.mark.parametrize("in_days", [0, -1, 367])
def test_a_session_lies_ahead_and_within_a_year(practice: Practice, clock: FrozenClock, in_days: float) -> None:
    with pytest.raises(RefusedError) as refused:
        meet(practice, clock, in_days=in_days)
    assert refused.value.field == "day"
    assert coming_sessions(practice.therapist, practice.patient.id, clock.now()) == []


def test_a_session_can_be_taken_back(practice: Practice, clock: FrozenClock) -> None:
    meet(practice, clock, in_days=2)
    [coming] = coming_sessions(practice.therapist, practice.patient.id, clock.now())
    with transaction():
        remove_session(practice.therapist, practice.patient.id, coming.id, clock.now())
    assert coming_sessions(practice.therapist, practice.patient.id, clock.now()) == []


def test_a_session_that_was_held_stays(practice: Practice, clock: FrozenClock) -> None:
    meet(practice, clock, in_days=2)
    [coming] = coming_sessions(practice.therapist, practice.patient.id, clock.now())
    clock.advance(days=3)
    with pytest.raises(NotFoundError), transaction():
        remove_session(practice.therapist, practice.patient.id, coming.id, clock.now())


def test_nobody_else_touches_them(practice: Practice, clock: FrozenClock) -> None:
    meet(practice, clock, in_days=2)
    [coming] = coming_sessions(practice.therapist, practice.patient.id, clock.now())
    for stranger in (practice.other_therapist, practice.patient, practice.other_patient, practice.admin):
        with pytest.raises(NotFoundError):
            meet(practice, clock, in_days=3, actor=stranger)
        with pytest.raises(NotFoundError), transaction():
            remove_session(stranger, practice.patient.id, coming.id, clock.now())
        assert next_sessions(stranger, [practice.patient.id], clock.now()) == {}
    with pytest.raises(NotFoundError):
        coming_sessions(practice.other_therapist, practice.patient.id, clock.now())
    assert coming_sessions(practice.therapist, practice.patient.id, clock.now()) == [coming]


def test_a_missing_one_answers_as_a_foreign_one(practice: Practice, clock: FrozenClock) -> None:
    with pytest.raises(NotFoundError), transaction():
        remove_session(practice.therapist, practice.patient.id, new_id(), clock.now())
    with pytest.raises(NotFoundError), transaction():
        set_next_session(practice.therapist, new_id(), clock.now() + timedelta(days=1), clock.now())
