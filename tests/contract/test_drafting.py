"""A therapist drafts, proposes and withdraws."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from companion.accounts.services import end_care
from companion.contract import services
from companion.contract.queries import VersionRead, draft_of, history, in_force, version, waiting
from companion.contract.rules import Frame, GoalWords, Standing, State, TaskKind, TaskWords, content_hash
from companion.kernel.clock import FrozenClock
from companion.kernel.errors import NotFoundError, RefusedError
from companion.kernel.ids import new_id
from companion.transaction import transaction
from tests.factories.contract import (
    FRAME,
    GOAL,
    agreed_contract,
    drafted_contract,
    one_off,
    practice_task,
    proposed_contract,
    weekly,
)
from tests.factories.people import Practice

pytestmark = pytest.mark.usefixtures("context")


def read(practice: Practice, version_id: object) -> VersionRead:
    return version(practice.therapist, practice.patient.id, version_id)  # type: ignore[arg-type]


def begin(practice: Practice, clock: FrozenClock) -> VersionRead:
    with transaction():
        draft_id = services.start_draft(practice.therapist, practice.patient.id, clock.now())
    return read(practice, draft_id)


def test_the_first_draft_is_empty(practice: Practice, clock: FrozenClock) -> None:
    draft = begin(practice, clock)
    assert (draft.number, draft.state, draft.frame, draft.goals) == (1, State.DRAFT, Frame(), ())


def test_there_is_one_open_draft(practice: Practice, clock: FrozenClock) -> None:
    assert begin(practice, clock).id == begin(practice, clock).id


def test_a_draft_begins_as_what_is_in_force_with_lineages_kept(practice: Practice, clock: FrozenClock) -> None:
    agreed = agreed_contract(practice, [weekly(3), practice_task(telling=True)])
    draft = begin(practice, clock)
    assert replace(draft.content, number=1) == agreed.version.content
    assert {goal.id for goal in draft.goals}.isdisjoint(goal.id for goal in agreed.version.goals)


def test_without_one_in_force_it_begins_as_the_last_proposed(practice: Practice, clock: FrozenClock) -> None:
    proposed = proposed_contract(practice)
    assert begin(practice, clock).content.goals == proposed.version.content.goals


def test_it_can_begin_as_any_version_that_was_proposed(practice: Practice, clock: FrozenClock) -> None:
    first = agreed_contract(practice, [weekly(3, "The first")])
    agreed_contract(practice, [weekly(2, "The second")])
    with transaction():
        draft_id = services.start_draft(practice.therapist, practice.patient.id, clock.now(), first.id)
    assert [task.words.text for task in read(practice, draft_id).tasks] == ["The first"]


def test_a_review_date_gone_by_is_not_copied(practice: Practice, clock: FrozenClock) -> None:
    agreed_contract(practice, frame=replace(FRAME, review_on=date(2025, 3, 4)))
    assert begin(practice, clock).frame.review_on is None


def test_a_review_date_lies_ahead(practice: Practice, clock: FrozenClock) -> None:
    draft = begin(practice, clock)
    with pytest.raises(RefusedError) as refused, transaction():
        services.set_frame(practice.therapist, draft.id, Frame(review_on=date(2025, 3, 4)), clock.now())
    assert refused.value.field == "review_on"


def test_there_are_three_goals_at_most(practice: Practice, clock: FrozenClock) -> None:
    draft = drafted_contract(practice, goals=[GOAL] * 3)
    with pytest.raises(RefusedError), transaction():
        services.add_goal(practice.therapist, draft, GOAL)


def test_a_line_sent_twice_is_one_line(practice: Practice, clock: FrozenClock) -> None:
    draft, page = begin(practice, clock), new_id()
    for _ in range(2):
        with transaction():
            services.add_goal(practice.therapist, draft.id, GOAL, page)
    assert len(read(practice, draft.id).goals) == 1
    with pytest.raises(RefusedError), transaction():
        services.add_goal(practice.therapist, draft.id, GoalWords(text="Another"), page)


def test_a_task_changed_keeps_its_lineage(practice: Practice) -> None:
    draft = read(practice, drafted_contract(practice))
    [task] = draft.tasks
    with transaction():
        services.change_task(practice.therapist, task.id, replace(task.words, target=5), task.goal_id)
    [changed] = read(practice, draft.id).tasks
    assert (changed.lineage_id, changed.words.target) == (task.lineage_id, 5)


def test_a_goal_removed_leaves_its_tasks_loose(practice: Practice) -> None:
    draft = read(practice, drafted_contract(practice))
    with transaction():
        services.remove_goal(practice.therapist, draft.goals[0].id)
    assert [task.goal_id for task in read(practice, draft.id).tasks] == [None]


def test_lines_can_be_taken_out(practice: Practice) -> None:
    draft = read(practice, drafted_contract(practice))
    with transaction():
        services.remove_task(practice.therapist, draft.tasks[0].id)
        services.remove_cost(practice.therapist, draft.costs[0].id)
        services.change_cost(practice.therapist, draft.costs[1].id, "Other words")
    after = read(practice, draft.id)
    assert (after.tasks, [cost.text for cost in after.costs]) == ((), ["Other words"])


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (TaskWords(text="Go", kind=TaskKind.WEEKLY), "target"),
        (TaskWords(text="Go", kind=TaskKind.WEEKLY, target=0), "target"),
        (TaskWords(text="Go", kind=TaskKind.WEEKLY, target=8), "target"),
        (TaskWords(text="Go", kind=TaskKind.ONE_OFF), "window_until"),
        (
            TaskWords(text="Go", kind=TaskKind.ONE_OFF, window_from=date(2025, 3, 9), window_until=date(2025, 3, 8)),
            "window_until",
        ),
    ],
)
def test_a_task_that_could_not_be_counted_is_refused(
    practice: Practice, clock: FrozenClock, words: TaskWords, field: str
) -> None:
    draft = begin(practice, clock)
    with pytest.raises(RefusedError) as refused, transaction():
        services.add_task(practice.therapist, draft.id, words, None)
    assert refused.value.field == field


def test_a_task_serves_a_goal_of_its_own_version(practice: Practice, clock: FrozenClock) -> None:
    agreed = agreed_contract(practice)
    draft = begin(practice, clock)
    words = TaskWords(text="Go", kind=TaskKind.PRACTICE)
    for goal_id in (agreed.version.goals[0].id, new_id()):
        with pytest.raises(NotFoundError), transaction():
            services.add_task(practice.therapist, draft.id, words, goal_id)


def test_a_draft_thrown_away_leaves_nothing(practice: Practice, clock: FrozenClock) -> None:
    agreed = agreed_contract(practice)
    draft = begin(practice, clock)
    with transaction():
        services.discard_draft(practice.therapist, draft.id, clock.now())
    assert draft_of(practice.therapist, practice.patient.id) is None
    assert [line.id for line in history(practice.therapist, practice.patient.id)] == [agreed.id]


def test_proposing_freezes_hashes_and_shows_it(practice: Practice) -> None:
    draft = drafted_contract(practice)
    with pytest.raises(NotFoundError):
        version(practice.patient, practice.patient.id, draft)
    proposed = proposed_contract(practice)
    assert proposed.id == draft
    assert proposed.content_hash == content_hash(proposed.version.content)
    found = waiting(practice.patient, practice.patient.id)
    assert found
    assert found.id == draft


def test_what_was_proposed_is_not_changed(practice: Practice, clock: FrozenClock) -> None:
    therapist, proposed = practice.therapist, proposed_contract(practice)
    before = proposed.version
    [goal], [task], cost = before.goals, before.tasks, before.costs[0]
    acts: list[Callable[[], object]] = [
        lambda: services.set_frame(therapist, before.id, FRAME, clock.now()),
        lambda: services.add_goal(therapist, before.id, GOAL),
        lambda: services.change_goal(therapist, goal.id, GOAL),
        lambda: services.remove_goal(therapist, goal.id),
        lambda: services.add_task(therapist, before.id, task.words, None),
        lambda: services.change_task(therapist, task.id, task.words, None),
        lambda: services.remove_task(therapist, task.id),
        lambda: services.add_cost(therapist, before.id, "Cost"),
        lambda: services.change_cost(therapist, cost.id, "Cost"),
        lambda: services.remove_cost(therapist, cost.id),
        lambda: services.discard_draft(therapist, before.id, clock.now()),
    ]
    for act in acts:
        with pytest.raises(RefusedError), transaction():
            act()
    assert read(practice, proposed.id) == before


@pytest.mark.parametrize("lacking", ["promise", "goals", "tasks", "costs", "review"])
def test_what_lacks_something_is_not_proposed(practice: Practice, clock: FrozenClock, lacking: str) -> None:
    draft = drafted_contract(
        practice,
        [] if lacking == "tasks" else None,
        goals=[] if lacking == "goals" else [GOAL],
        costs=[] if lacking == "costs" else ["Guilt"],
        frame=replace(
            FRAME,
            promise="" if lacking == "promise" else "An hour",
            review_on=date(2025, 3, 4) if lacking == "review" else None,
        ),
    )
    with pytest.raises(RefusedError), transaction():
        services.propose(practice.therapist, draft, clock.now())
    assert read(practice, draft).is_draft


def test_a_task_without_a_goal_can_be_proposed(practice: Practice, clock: FrozenClock) -> None:
    draft = drafted_contract(practice)
    with transaction():
        services.add_task(practice.therapist, draft, TaskWords(text="Go", kind=TaskKind.PRACTICE), None)
        services.propose(practice.therapist, draft, clock.now())
    assert read(practice, draft).standing is Standing.WAITS


def test_proposing_again_takes_the_earlier_one_back(practice: Practice) -> None:
    first, second = proposed_contract(practice), proposed_contract(practice)
    standings = {line.id: line.standing for line in history(practice.patient, practice.patient.id)}
    assert standings == {first.id: Standing.WITHDRAWN, second.id: Standing.WAITS}


def test_proposing_twice_is_proposing_once(practice: Practice, clock: FrozenClock) -> None:
    proposed = proposed_contract(practice)
    with transaction():
        services.propose(practice.therapist, proposed.id, clock.now() + timedelta(days=1))
    assert read(practice, proposed.id) == proposed.version


def test_what_is_in_force_stays_while_a_proposal_waits(practice: Practice) -> None:
    agreed = agreed_contract(practice)
    proposed_contract(practice)
    found = in_force(practice.patient, practice.patient.id)
    assert found
    assert found.id == agreed.id


def test_a_proposal_can_be_taken_back(practice: Practice, clock: FrozenClock) -> None:
    proposed = proposed_contract(practice)
    for _ in range(2):
        with transaction():
            services.withdraw(practice.therapist, proposed.id, clock.now())
    assert waiting(practice.patient, practice.patient.id) is None


def test_what_is_in_force_cannot_be_taken_back(practice: Practice, clock: FrozenClock) -> None:
    agreed = agreed_contract(practice)
    with pytest.raises(RefusedError), transaction():
        services.withdraw(practice.therapist, agreed.id, clock.now())
    assert read(practice, agreed.id).is_in_force


def test_nobody_else_writes_or_reads_it(practice: Practice, clock: FrozenClock) -> None:
    draft = read(practice, drafted_contract(practice, [one_off(date(2025, 4, 1))]))
    with transaction():
        end_care(practice.other_therapist, practice.other_patient.id, clock.now())
    strangers = (practice.other_patient, practice.other_therapist, practice.admin)
    for stranger in strangers:
        with pytest.raises(NotFoundError), transaction():
            services.start_draft(stranger, practice.patient.id, clock.now())
    for stranger in (practice.patient, *strangers):
        for act in (
            lambda who=stranger: services.set_frame(who, draft.id, FRAME, clock.now()),
            lambda who=stranger: services.add_goal(who, draft.id, GOAL),
            lambda who=stranger: services.change_task(who, draft.tasks[0].id, draft.tasks[0].words, None),
            lambda who=stranger: services.remove_cost(who, draft.costs[0].id),
            lambda who=stranger: services.propose(who, draft.id, clock.now()),
            lambda who=stranger: services.withdraw(who, draft.id, clock.now()),
            lambda who=stranger: services.discard_draft(who, draft.id, clock.now()),
            lambda who=stranger: version(who, practice.patient.id, draft.id),
        ):
            with pytest.raises(NotFoundError), transaction():
                act()
    assert read(practice, draft.id) == draft


def test_a_therapist_whose_care_ended_reads_and_writes_nothing(practice: Practice, clock: FrozenClock) -> None:
    draft = drafted_contract(practice)
    with transaction():
        end_care(practice.therapist, practice.patient.id, clock.now())
    with pytest.raises(NotFoundError), transaction():
        services.propose(practice.therapist, draft, clock.now())
    for query in (history, in_force, waiting, draft_of):
        with pytest.raises(NotFoundError):
            query(practice.therapist, practice.patient.id)


def test_a_missing_one_answers_as_a_foreign_one(practice: Practice, clock: FrozenClock) -> None:
    for act in (services.remove_goal, services.remove_task, services.remove_cost):
        with pytest.raises(NotFoundError), transaction():
            act(practice.therapist, new_id())
    for act_at in (services.discard_draft, services.withdraw, services.propose):
        with pytest.raises(NotFoundError), transaction():
            act_at(practice.therapist, new_id(), clock.now())
    with pytest.raises(NotFoundError):
        read(practice, new_id())
