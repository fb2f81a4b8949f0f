"""What feels like an order, and what rests."""

from datetime import date, timedelta

import pytest

from companion.accounts.rules import Actor
from companion.accounts.services import note_zone
from companion.contract import services
from companion.contract.queries import paused_days_of, resting, segments_of, version
from companion.contract.rules import Decision, Said, Scope, Standing
from companion.contract.services import Flagged
from companion.kernel.clock import FrozenClock
from companion.kernel.errors import NotFoundError, RefusedError, SentBeforeError
from companion.kernel.ids import new_id
from companion.transaction import transaction
from tests.factories.contract import (
    GOAL,
    Contract,
    TaskPlan,
    agreed_contract,
    drafted_contract,
    practice_task,
    proposed_contract,
    weekly,
)
from tests.factories.people import Practice

pytestmark = pytest.mark.usefixtures("context")

TODAY = date(2025, 3, 5)


def paused(practice: Practice) -> list[tuple[object, date, date | None]]:
    segments = segments_of([practice.patient.id])
    found = paused_days_of(segments)[practice.patient.id]
    return [(each.lineage_id, each.first_day, each.resumed_on) for each in found]


def rest(practice: Practice, scope: Scope, lineage_id: object, clock: FrozenClock) -> object:
    with transaction():
        return services.pause(practice.patient, scope, lineage_id, clock.now())  # type: ignore[arg-type]


def flag(practice: Practice, contract: Contract, clock: FrozenClock, words: str = "", page: object = None) -> Flagged:
    with transaction():
        return services.flag_task(practice.patient, contract.task_ids[0], words, clock.now(), page)  # type: ignore[arg-type]


def test_a_task_rests_from_today_and_not_on_the_day_it_is_taken_up(practice: Practice, clock: FrozenClock) -> None:
    agreed = agreed_contract(practice)
    pause_id = rest(practice, Scope.TASK, agreed.lineage_ids[0], clock)
    assert paused(practice) == [(agreed.lineage_ids[0], TODAY, None)]
    clock.advance(days=3)
    for _ in range(2):
        with transaction():
            services.resume(practice.patient, pause_id, clock.now())  # type: ignore[arg-type]
        clock.advance(days=1)
    assert paused(practice) == [(agreed.lineage_ids[0], TODAY, date(2025, 3, 8))]


def test_everything_rests(practice: Practice, clock: FrozenClock) -> None:
    rest(practice, Scope.EVERYTHING, None, clock)
    assert paused(practice) == [(None, TODAY, None)]
    assert resting(practice.patient, practice.patient.id, TODAY).everything


def test_a_goal_rests_as_its_tasks_on_the_days_they_serve_it(practice: Practice, clock: FrozenClock) -> None:
    other_goal = TaskPlan(practice_task().words, goal=1)
    first = agreed_contract(practice, [weekly(3), other_goal], goals=[GOAL, GOAL])
    weekly_lineage = next(task.lineage_id for task in first.version.tasks if task.words.target)
    rest(practice, Scope.GOAL, first.goal_lineage_ids[0], clock)
    clock.advance(days=7)
    moved = TaskPlan(weekly(2).words, weekly_lineage, goal=1)
    agreed_contract(practice, [moved], goals=[GOAL, GOAL], at=clock.now())
    assert paused(practice) == [(weekly_lineage, TODAY, TODAY + timedelta(days=7))]


def test_what_rests_already_goes_on_resting(practice: Practice, clock: FrozenClock) -> None:
    agreed = agreed_contract(practice)
    for scope, lineage_id in ((Scope.TASK, agreed.lineage_ids[0]), (Scope.EVERYTHING, None)):
        first = rest(practice, scope, lineage_id, clock)
        clock.advance(days=1)
        assert rest(practice, scope, lineage_id, clock) == first


def test_a_traveller_to_the_west_takes_up_on_the_day_it_began(practice: Practice, clock: FrozenClock) -> None:
    with transaction():
        note_zone(practice.patient, "Pacific/Kiritimati", clock.now())
    pause_id = rest(practice, Scope.EVERYTHING, None, clock)
    clock.advance(minutes=1)
    with transaction():
        note_zone(practice.patient, "Pacific/Honolulu", clock.now())
        services.resume(practice.patient, pause_id, clock.now())  # type: ignore[arg-type]
    assert paused(practice) == [(None, date(2025, 3, 6), date(2025, 3, 6))]


def test_only_what_is_in_force_rests(practice: Practice, clock: FrozenClock) -> None:
    first = agreed_contract(practice)
    agreed_contract(practice, [weekly(2)], at=clock.now())
    with pytest.raises(RefusedError, match="changed meanwhile"):
        rest(practice, Scope.TASK, first.lineage_ids[0], clock)
    draft = version(practice.therapist, practice.patient.id, drafted_contract(practice, [weekly(1)]))
    for scope, lineage_id in (
        (Scope.TASK, None),
        (Scope.GOAL, first.lineage_ids[0]),
        (Scope.TASK, new_id()),
        (Scope.TASK, draft.tasks[0].lineage_id),
    ):
        with pytest.raises(NotFoundError):
            rest(practice, scope, lineage_id, clock)


def test_nobody_else_lets_it_rest_or_takes_it_up(practice: Practice, clock: FrozenClock) -> None:
    agreed = agreed_contract(practice)
    pause_id = rest(practice, Scope.TASK, agreed.lineage_ids[0], clock)

    def refused(stranger: Actor) -> None:
        with pytest.raises(NotFoundError), transaction():
            services.pause(stranger, Scope.TASK, agreed.lineage_ids[0], clock.now())
        with pytest.raises(NotFoundError), transaction():
            services.resume(stranger, pause_id, clock.now())  # type: ignore[arg-type]
        with pytest.raises(NotFoundError), transaction():
            services.flag_task(stranger, agreed.task_ids[0], "", clock.now())
        with pytest.raises(NotFoundError), transaction():
            services.flag_version(stranger, agreed.id, "", clock.now())

    for stranger in (practice.other_patient, practice.therapist, practice.other_therapist, practice.admin):
        refused(stranger)
    with pytest.raises(NotFoundError):
        resting(practice.other_therapist, practice.patient.id, TODAY)
    with pytest.raises(NotFoundError), transaction():
        services.resume(practice.patient, new_id(), clock.now())


def test_a_task_in_force_that_feels_like_an_order_rests(practice: Practice, clock: FrozenClock) -> None:
    agreed = agreed_contract(practice)
    flag(practice, agreed, clock, "Like homework.")
    assert paused(practice) == [(agreed.lineage_ids[0], TODAY, None)]
    [found] = resting(practice.patient, practice.patient.id, TODAY).rests
    assert (found.from_order, found.text) == (True, agreed.version.tasks[0].words.text)
    read = version(practice.therapist, practice.patient.id, agreed.id)
    assert [each.words for each in read.flags_of(read.tasks[0])] == ["Like homework."]


def test_a_new_agreement_lifts_it(practice: Practice, clock: FrozenClock) -> None:
    agreed = agreed_contract(practice)
    flag(practice, agreed, clock)
    clock.advance(days=2)
    agreed_contract(practice, [weekly(2, lineage_id=agreed.lineage_ids[0])], at=clock.now())
    assert paused(practice) == [(agreed.lineage_ids[0], TODAY, date(2025, 3, 7))]


def test_a_new_agreement_leaves_the_patients_own_pauses(practice: Practice, clock: FrozenClock) -> None:
    agreed = agreed_contract(practice)
    rest(practice, Scope.TASK, agreed.lineage_ids[0], clock)
    agreed_contract(practice, [weekly(2, lineage_id=agreed.lineage_ids[0])], at=clock.now())
    assert paused(practice) == [(agreed.lineage_ids[0], TODAY, None)]


def test_a_flag_takes_over_a_pause_that_was_open(practice: Practice, clock: FrozenClock) -> None:
    agreed = agreed_contract(practice)
    rest(practice, Scope.TASK, agreed.lineage_ids[0], clock)
    clock.advance(days=1)
    flag(practice, agreed, clock)
    [found] = resting(practice.patient, practice.patient.id, TODAY).rests
    assert (found.from_order, found.first_day) == (True, TODAY)


def test_a_proposal_that_feels_like_an_order_waits(practice: Practice, clock: FrozenClock) -> None:
    proposal = proposed_contract(practice)
    page = new_id()
    for _ in range(2):
        with transaction():
            services.flag_version(practice.patient, proposal.id, "All of it.", clock.now(), page)
    assert flag(practice, proposal, clock) is Flagged.WAITS
    read = version(practice.patient, practice.patient.id, proposal.id)
    assert read.standing is Standing.WAITS
    assert [each.task_id for each in read.flags] == [None, proposal.task_ids[0]]
    assert paused(practice) == []


def test_a_flag_sent_twice_is_one(practice: Practice, clock: FrozenClock) -> None:
    agreed, page = agreed_contract(practice), new_id()
    assert flag(practice, agreed, clock, page=page) is Flagged.RESTS
    assert flag(practice, agreed, clock, page=page) is Flagged.RESTS
    assert len(version(practice.patient, practice.patient.id, agreed.id).flags) == 1


def test_a_flag_sent_again_later_says_what_is_true_then(practice: Practice, clock: FrozenClock) -> None:
    agreed, page = agreed_contract(practice), new_id()
    flag(practice, agreed, clock, page=page)
    [found] = resting(practice.patient, practice.patient.id, TODAY).rests
    with transaction():
        services.resume(practice.patient, found.id, clock.now())
    assert flag(practice, agreed, clock, page=page) is Flagged.NOTED
    assert resting(practice.patient, practice.patient.id, TODAY).rests == ()


def test_a_flag_on_a_proposal_sent_again_later_says_what_is_true_then(practice: Practice, clock: FrozenClock) -> None:
    proposal, page = proposed_contract(practice), new_id()

    def say() -> Flagged:
        with transaction():
            return services.flag_version(practice.patient, proposal.id, "", clock.now(), page)

    assert (say(), say()) == (Flagged.WAITS, Flagged.WAITS)
    with transaction():
        services.withdraw(practice.therapist, proposal.id, clock.now())
    assert say() is Flagged.NOTED


def test_other_words_under_the_same_page_are_refused(practice: Practice, clock: FrozenClock) -> None:
    agreed, page = agreed_contract(practice), new_id()
    flag(practice, agreed, clock, "Like homework.", page)
    with pytest.raises(SentBeforeError):
        flag(practice, agreed, clock, "Like school.", page)
    assert [each.words for each in version(practice.patient, practice.patient.id, agreed.id).flags] == [
        "Like homework."
    ]


def test_the_other_sides_draft_is_not_flagged(practice: Practice, clock: FrozenClock) -> None:
    draft = version(practice.therapist, practice.patient.id, drafted_contract(practice))
    with pytest.raises(NotFoundError), transaction():
        services.flag_version(practice.patient, draft.id, "", clock.now())
    with pytest.raises(NotFoundError), transaction():
        services.flag_task(practice.patient, draft.tasks[0].id, "", clock.now())


def test_what_holds_no_more_is_not_flagged(practice: Practice, clock: FrozenClock) -> None:
    first = agreed_contract(practice)
    agreed_contract(practice, at=clock.now())
    with pytest.raises(RefusedError):
        flag(practice, first, clock)
    with pytest.raises(RefusedError), transaction():
        services.flag_version(practice.patient, first.id, "", clock.now())


def test_a_proposal_put_off_can_still_be_flagged(practice: Practice, clock: FrozenClock) -> None:
    proposal = proposed_contract(practice)
    with transaction():
        services.answer(
            practice.patient, proposal.id, proposal.content_hash, Said(decision=Decision.NOT_NOW), clock.now()
        )
        services.flag_version(practice.patient, proposal.id, "", clock.now())
    assert version(practice.patient, practice.patient.id, proposal.id).standing is Standing.DECLINED
