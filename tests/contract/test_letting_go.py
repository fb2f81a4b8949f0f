"""What a patient let go of is drafted for them alone, and what must rest at once does, whatever was set of it."""

from datetime import date, timedelta

import pytest

from companion.contract import services
from companion.contract.queries import draft_of, in_force, resting, version
from companion.contract.rules import Scope, State
from companion.kernel.clock import FrozenClock
from companion.kernel.errors import NotFoundError
from companion.kernel.ids import new_id
from companion.transaction import transaction
from tests.factories.contract import agreed_contract, one_off, proposed_contract, weekly
from tests.factories.people import Practice

pytestmark = pytest.mark.usefixtures("context")

TODAY = date(2025, 3, 5)
WORDS = "Spanish: not for me. I'd leave it out."


def test_a_task_let_go_of_is_out_of_the_draft_and_stays_in_force(practice: Practice, clock: FrozenClock) -> None:
    patient = practice.patient
    agreed = agreed_contract(practice, [weekly(), one_off(date(2025, 6, 1))])
    with transaction():
        draft_id = services.draft_without(patient, agreed.lineage_ids[0], WORDS, clock.now(), takes_it_out=True)
    assert draft_id
    draft = version(patient, patient.id, draft_id)
    assert ([task.lineage_id for task in draft.tasks], draft.why) == ([agreed.lineage_ids[1]], WORDS)
    current = in_force(patient, patient.id)
    assert current
    assert len(current.tasks) == 2


def test_the_words_go_with_it_once_and_a_line_that_is_out_already_is_as_if_taken_out(
    practice: Practice, clock: FrozenClock
) -> None:
    patient, agreed = practice.patient, agreed_contract(practice)
    for _ in range(2):
        with transaction():
            services.draft_without(patient, agreed.lineage_ids[0], WORDS, clock.now(), takes_it_out=True)
    draft_id = draft_of(patient, patient.id)
    assert draft_id
    assert version(patient, patient.id, draft_id).why == WORDS


def test_words_alone_leave_every_line(practice: Practice, clock: FrozenClock) -> None:
    patient, agreed = practice.patient, agreed_contract(practice)
    with transaction():
        draft_id = services.draft_without(patient, agreed.lineage_ids[0], WORDS, clock.now(), takes_it_out=False)
    assert draft_id
    assert len(version(patient, patient.id, draft_id).tasks) == 1


def test_a_draft_is_the_patients_and_what_the_therapist_proposed_waits_on(
    practice: Practice, clock: FrozenClock
) -> None:
    patient, agreed = practice.patient, agreed_contract(practice)
    waits = proposed_contract(practice, [weekly(2, lineage_id=agreed.lineage_ids[0])], at=clock.now())
    with transaction():
        draft_id = services.draft_without(patient, agreed.lineage_ids[0], WORDS, clock.now(), takes_it_out=True)
    assert draft_id
    assert version(patient, patient.id, waits.id).state is State.PROPOSED
    assert draft_of(practice.therapist, patient.id) is None
    with pytest.raises(NotFoundError):
        version(practice.therapist, patient.id, draft_id)


def test_of_what_is_not_in_force_there_is_nothing_to_draft_or_to_rest(practice: Practice, clock: FrozenClock) -> None:
    patient = practice.patient
    assert services.draft_without(patient, new_id(), WORDS, clock.now(), takes_it_out=True) is None
    agreed_contract(practice)
    assert services.draft_without(patient, new_id(), WORDS, clock.now(), takes_it_out=True) is None
    assert services.rest_at_once(patient, new_id(), clock.now()) is None
    assert draft_of(patient, patient.id) is None


def test_it_rests_from_today_whatever_was_set_of_it(practice: Practice, clock: FrozenClock) -> None:
    patient, (lineage_id,) = practice.patient, agreed_contract(practice).lineage_ids
    with transaction():
        ahead = services.pause(
            patient, Scope.TASK, lineage_id, clock.now(), TODAY + timedelta(days=2), TODAY + timedelta(days=5)
        )
    for _ in range(2):
        with transaction():
            assert services.rest_at_once(patient, lineage_id, clock.now()) == ahead
    [rest] = resting(patient, patient.id, TODAY).rests
    assert (rest.first_day, rest.resumed_on) == (TODAY, None)


def test_nobody_else_drafts_or_rests_for_the_patient(practice: Practice, clock: FrozenClock) -> None:
    (lineage_id,) = agreed_contract(practice).lineage_ids
    for stranger in (practice.therapist, practice.admin):
        with pytest.raises(NotFoundError):
            services.draft_without(stranger, lineage_id, WORDS, clock.now(), takes_it_out=True)
        with pytest.raises(NotFoundError):
            services.rest_at_once(stranger, lineage_id, clock.now())
    assert services.rest_at_once(practice.other_patient, lineage_id, clock.now()) is None
    assert resting(practice.patient, practice.patient.id, TODAY).rests == ()
