"""Both sides propose, answer each other's proposals, and accept, rest or take back: how versions move between them."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from companion.accounts.rules import Role
from companion.accounts.services import end_care
from companion.contract import services
from companion.contract.queries import asked_for, draft_of, followed_goals, in_force, segments_of, version, waiting
from companion.contract.rules import (
    Decision,
    Feels,
    Frame,
    GoalOutcome,
    Idea,
    Outcome,
    Said,
    Silence,
    State,
    TaskKind,
    TaskSaid,
    TaskWords,
    VersionKind,
    silence,
)
from companion.contract.services.answering import OWN
from companion.kernel.clock import FrozenClock
from companion.kernel.errors import NotFoundError, RefusedError
from companion.kernel.ids import new_id
from companion.transaction import transaction
from tests.factories.contract import (
    FRAME,
    GOAL,
    REASON,
    agreed_contract,
    agreeing,
    drafted_contract,
    proposed_contract,
    weekly,
)
from tests.factories.negotiation import (
    WHY,
    accepted,
    answered,
    begun,
    contract_of,
    countered,
    put_off,
    rested,
    withdrawn,
)
from tests.factories.people import Practice

pytestmark = pytest.mark.usefixtures("context")

CLOSING_WORDS = Frame(early_signs="Excuses", what_helped="Going", first_steps="Ring", come_back="After a month of it")
PATIENT, THERAPIST = Role.PATIENT, Role.THERAPIST


def state(practice: Practice, version_id: UUID) -> State:
    return version(practice.patient, practice.patient.id, version_id).state


def holds(practice: Practice) -> UUID | None:
    found = in_force(practice.patient, practice.patient.id)
    return found.id if found else None


def test_a_counter_proposal_moves_what_it_answers_only_when_it_is_proposed(
    practice: Practice, clock: FrozenClock
) -> None:
    proposal = proposed_contract(practice)
    draft = begun(practice, PATIENT, proposal.id)
    assert state(practice, proposal.id) is State.PROPOSED
    assert draft.parent_id == proposal.id
    with transaction():
        services.say_why(practice.patient, draft.id, WHY)
        services.propose(practice.patient, draft.id, clock.now())
    assert (state(practice, proposal.id), state(practice, draft.id)) == (State.COUNTER_PROPOSED, State.PROPOSED)
    assert waiting(practice.patient, practice.patient.id) is None
    found = asked_for(practice.therapist, practice.patient.id)
    assert found
    assert (found.id, found.why, found.signed_at) == (draft.id, WHY, None)


def test_a_draft_from_what_is_in_force_answers_no_proposal(practice: Practice) -> None:
    agreed = agreed_contract(practice)
    proposal = proposed_contract(practice)
    countered(practice, PATIENT, agreed.id)
    assert state(practice, proposal.id) is State.PROPOSED


def test_what_was_put_off_is_answered_with_another(practice: Practice, clock: FrozenClock) -> None:
    proposal = proposed_contract(practice)
    put_off(practice, proposal, at=clock.now())
    countered(practice, PATIENT, proposal.id)
    assert state(practice, proposal.id) is State.COUNTER_PROPOSED


def test_left_to_rest_a_counter_proposal_gives_back_what_it_answered(practice: Practice, clock: FrozenClock) -> None:
    proposal = proposed_contract(practice)
    own = countered(practice, PATIENT, proposal.id)
    rested(practice, own, at=clock.now(), words="Let's talk first.")
    assert (state(practice, own.id), state(practice, proposal.id)) == (State.DECLINED, State.PROPOSED)
    assert [reply.words for reply in contract_of(practice, own.id).version.replies] == ["Let's talk first."]
    assert answered(practice, proposal, at=clock.now()) is Outcome.IN_FORCE


def test_taken_back_a_counter_proposal_gives_back_what_it_answered(practice: Practice, clock: FrozenClock) -> None:
    proposal = proposed_contract(practice)
    own = countered(practice, PATIENT, proposal.id)
    withdrawn(practice.patient, own, at=clock.now())
    assert (state(practice, own.id), state(practice, proposal.id)) == (State.WITHDRAWN, State.PROPOSED)


def test_not_now_to_a_counter_proposal_gives_back_what_it_answered(practice: Practice, clock: FrozenClock) -> None:
    own = countered(practice, PATIENT)
    theirs = drafted_contract(practice)
    assert draft_of(practice.therapist, practice.patient.id) == theirs
    with transaction():
        services.propose(practice.therapist, theirs, clock.now())
    assert state(practice, own.id) is State.COUNTER_PROPOSED
    put_off(practice, contract_of(practice, theirs), at=clock.now())
    assert state(practice, own.id) is State.PROPOSED


def test_what_was_taken_back_is_not_given_back(practice: Practice, clock: FrozenClock) -> None:
    proposal = proposed_contract(practice)
    own = countered(practice, PATIENT, proposal.id)
    withdrawn(practice.therapist, proposal, at=clock.now())
    rested(practice, own, at=clock.now())
    assert state(practice, proposal.id) is State.WITHDRAWN


def test_nothing_is_given_back_over_what_its_side_has_proposed_since(practice: Practice, clock: FrozenClock) -> None:
    agreed = agreed_contract(practice)
    first = proposed_contract(practice)
    own = countered(practice, PATIENT, first.id)
    second = countered(practice, THERAPIST, agreed.id)
    rested(practice, own, at=clock.now())
    assert [state(practice, each.id) for each in (first, second)] == [State.WITHDRAWN, State.PROPOSED]


def test_counter_proposals_nest(practice: Practice, clock: FrozenClock) -> None:
    first = proposed_contract(practice)
    second = countered(practice, PATIENT, first.id)
    third = countered(practice, THERAPIST, second.id)
    assert [state(practice, each.id) for each in (first, second, third)] == [
        State.WITHDRAWN,  # a side has one proposal at a time
        State.COUNTER_PROPOSED,
        State.PROPOSED,
    ]
    fourth = countered(practice, PATIENT, third.id)
    assert [state(practice, each.id) for each in (second, third)] == [State.WITHDRAWN, State.COUNTER_PROPOSED]
    rested(practice, fourth, at=clock.now())
    assert answered(practice, third, at=clock.now()) is Outcome.IN_FORCE


def test_the_therapist_accepts_before_the_patient_answers(practice: Practice, clock: FrozenClock) -> None:
    own = countered(practice, PATIENT, proposed_contract(practice).id)
    assert accepted(practice, own, at=clock.now()) is Outcome.NOTED
    assert holds(practice) is None
    clock.advance(days=2)
    assert answered(practice, own, at=clock.now()) is Outcome.IN_FORCE
    found = in_force(practice.patient, practice.patient.id)
    assert found
    assert (found.id, found.from_day) == (own.id, date(2025, 3, 7)), "the day of the later of the two"


def test_the_therapist_accepts_after_the_patient_answered(practice: Practice, clock: FrozenClock) -> None:
    own = countered(practice, PATIENT, proposed_contract(practice).id)
    assert answered(practice, own, at=clock.now()) is Outcome.NOTED
    assert (holds(practice), state(practice, own.id)) == (None, State.PROPOSED)
    clock.advance(days=2)
    for _ in range(2):  # twice is once
        assert accepted(practice, own, at=clock.now()) is Outcome.IN_FORCE
    found = in_force(practice.patient, practice.patient.id)
    assert found
    assert (found.id, found.from_day) == (own.id, date(2025, 3, 7))
    assert [task.id for task in found.tasks] == [
        each.task_id for each in segments_of([found.patient_id])[found.patient_id]
    ]


def test_told_keeps_ones_own_proposal_from_coming_into_force(practice: Practice, clock: FrozenClock) -> None:
    own = countered(practice, PATIENT, proposed_contract(practice).id)
    assert answered(practice, own, at=clock.now(), feels=Feels.TOLD) is Outcome.TOLD
    assert accepted(practice, own, at=clock.now()) is Outcome.NOTED
    assert holds(practice) is None


def test_told_after_a_binding_answer_takes_it_back(practice: Practice, clock: FrozenClock) -> None:
    own = countered(practice, PATIENT, proposed_contract(practice).id)
    answered(practice, own, at=clock.now())
    clock.advance(hours=1)
    answered(practice, own, at=clock.now(), feels=Feels.TOLD)
    assert accepted(practice, own, at=clock.now()) is Outcome.NOTED
    clock.advance(hours=1)
    assert answered(practice, own, at=clock.now()) is Outcome.IN_FORCE


@pytest.mark.parametrize("of_task", [True, False])
def test_called_an_order_after_a_binding_answer_it_waits_for_another(
    practice: Practice, clock: FrozenClock, *, of_task: bool
) -> None:
    own = countered(practice, PATIENT, proposed_contract(practice).id)
    answered(practice, own, at=clock.now())
    clock.advance(hours=1)
    with transaction():
        if of_task:
            services.flag_task(practice.patient, own.task_ids[0], "", clock.now())
        else:
            services.flag_version(practice.patient, own.id, "", clock.now())
    assert accepted(practice, own, at=clock.now()) is Outcome.NOTED
    assert holds(practice) is None
    clock.advance(hours=1)
    assert answered(practice, own, at=clock.now()) is Outcome.IN_FORCE


def test_other_words_than_those_read_are_not_accepted(practice: Practice, clock: FrozenClock) -> None:
    own = countered(practice, PATIENT, proposed_contract(practice).id)
    for seen in (b"", bytes(32)):
        with pytest.raises(RefusedError), transaction():
            services.accept(practice.therapist, own.id, seen, clock.now())
    assert contract_of(practice, own.id).version.signed_at is None


@pytest.mark.parametrize("then", ["taken back", "another", "agreed otherwise"])
def test_what_no_longer_waits_is_not_accepted_nor_left_to_rest(
    practice: Practice, clock: FrozenClock, then: str
) -> None:
    agreed = agreed_contract(practice)
    own = countered(practice, PATIENT, agreed.id)
    if then == "taken back":
        withdrawn(practice.patient, own, at=clock.now())
    elif then == "another":
        countered(practice, PATIENT, agreed.id)
    else:
        agreed_contract(practice)
    for act in (accepted, rested):
        with pytest.raises(RefusedError):
            act(practice, own, at=clock.now())
    assert contract_of(practice, own.id).version.replies == ()


@pytest.mark.parametrize(
    "lacking",
    [
        replace(FRAME, promise=""),
        replace(FRAME, review_on=date(2025, 3, 6)),  # which goes by before it is read
    ],
)
def test_what_only_the_therapist_can_add_keeps_them_from_accepting(
    practice: Practice, clock: FrozenClock, lacking: Frame
) -> None:
    draft = begun(practice, PATIENT, proposed_contract(practice).id)
    with transaction():
        services.set_frame(practice.patient, draft.id, lacking, clock.now())
        services.propose(practice.patient, draft.id, clock.now())
    clock.advance(days=2)
    with pytest.raises(RefusedError):
        accepted(practice, contract_of(practice, draft.id), at=clock.now())
    assert state(practice, draft.id) is State.PROPOSED


@pytest.mark.parametrize("taken_out", ["goals", "tasks", "costs"])
def test_a_wish_without_its_parts_is_proposed_and_not_accepted(
    practice: Practice, clock: FrozenClock, taken_out: str
) -> None:
    draft = begun(practice, PATIENT, proposed_contract(practice).id)
    remove = {"goals": services.remove_goal, "tasks": services.remove_task, "costs": services.remove_cost}[taken_out]
    with transaction():
        for line in getattr(draft, taken_out):
            remove(practice.patient, line.id)
        services.propose(practice.patient, draft.id, clock.now())
    with pytest.raises(RefusedError):
        accepted(practice, contract_of(practice, draft.id), at=clock.now())


def test_a_wish_alone_is_proposed(practice: Practice, clock: FrozenClock) -> None:
    draft = begun(practice, PATIENT)
    with pytest.raises(RefusedError), transaction():
        services.propose(practice.patient, draft.id, clock.now())
    with transaction():
        services.add_task(practice.patient, draft.id, TaskWords(text="Tennis", kind=TaskKind.PRACTICE), None)
        services.propose(practice.patient, draft.id, clock.now())
    assert state(practice, draft.id) is State.PROPOSED


def test_an_agreement_overtakes_what_waited(practice: Practice, clock: FrozenClock) -> None:
    agreed = agreed_contract(practice)
    theirs = proposed_contract(practice)
    own = countered(practice, PATIENT, agreed.id)
    answered(practice, own, at=clock.now())
    accepted(practice, own, at=clock.now())
    assert state(practice, theirs.id) is State.COUNTER_PROPOSED
    with pytest.raises(RefusedError):
        answered(practice, theirs, at=clock.now())
    assert holds(practice) == own.id
    assert waiting(practice.patient, practice.patient.id) is None


def test_what_was_overtaken_is_not_given_back(practice: Practice, clock: FrozenClock) -> None:
    """Even where it had been begun after what came into force."""
    agreed = agreed_contract(practice)
    own = countered(practice, PATIENT, agreed.id, at=clock.now())
    theirs = countered(practice, THERAPIST, agreed.id, at=clock.now())
    draft = begun(practice, PATIENT, theirs.id, at=clock.now())
    clock.advance(hours=1)
    answered(practice, own, at=clock.now())
    accepted(practice, own, at=clock.now())
    with transaction():
        services.say_why(practice.patient, draft.id, WHY)
        services.propose(practice.patient, draft.id, clock.now())
    rested(practice, contract_of(practice, draft.id), at=clock.now())
    assert state(practice, theirs.id) is State.COUNTER_PROPOSED
    assert waiting(practice.patient, practice.patient.id) is None


def test_a_draft_begun_before_an_agreement_can_be_proposed_after_it(practice: Practice, clock: FrozenClock) -> None:
    draft = drafted_contract(practice, at=clock.now())
    own = countered(practice, PATIENT, at=clock.now())
    with transaction():
        services.withdraw(practice.patient, own.id, clock.now())
    mine = begun(practice, PATIENT, at=clock.now())
    with transaction():
        services.set_frame(practice.patient, mine.id, FRAME, clock.now())
        goal = services.add_goal(practice.patient, mine.id, GOAL)
        services.add_task(practice.patient, mine.id, weekly().words, goal)
        services.add_cost(practice.patient, mine.id, "Guilt")
        services.propose(practice.patient, mine.id, clock.now())
    proposal = contract_of(practice, mine.id)
    answered(practice, proposal, at=clock.now())
    assert accepted(practice, proposal, at=clock.now()) is Outcome.IN_FORCE
    clock.advance(hours=1)
    with transaction():
        services.propose(practice.therapist, draft, clock.now())
    found = waiting(practice.patient, practice.patient.id)
    assert found
    assert found.id == draft
    another = countered(practice, THERAPIST, draft, at=clock.now())
    assert (state(practice, draft), state(practice, another.id)) == (State.WITHDRAWN, State.PROPOSED)
    assert answered(practice, another, at=clock.now()) is Outcome.IN_FORCE


def test_a_rest_after_a_signature_takes_the_signature_back(practice: Practice, clock: FrozenClock) -> None:
    own = countered(practice, PATIENT, proposed_contract(practice).id, at=clock.now())
    accepted(practice, own, at=clock.now())
    clock.advance(hours=1)
    rested(practice, own, at=clock.now(), words="Let's talk first.")
    assert answered(practice, own, at=clock.now()) is Outcome.NOTED
    assert (holds(practice), state(practice, own.id)) == (None, State.DECLINED)
    assert contract_of(practice, own.id).version.signed_at is None
    clock.advance(hours=1)
    assert accepted(practice, own, at=clock.now()) is Outcome.IN_FORCE


def test_what_rests_is_accepted_after_all_and_waits_for_the_patient(practice: Practice, clock: FrozenClock) -> None:
    own = countered(practice, PATIENT, proposed_contract(practice).id, at=clock.now())
    rested(practice, own, at=clock.now())
    clock.advance(hours=1)
    assert accepted(practice, own, at=clock.now()) is Outcome.NOTED
    assert state(practice, own.id) is State.PROPOSED
    assert answered(practice, own, at=clock.now()) is Outcome.IN_FORCE


def test_only_the_therapist_takes_up_what_they_let_rest(practice: Practice, clock: FrozenClock) -> None:
    own = countered(practice, PATIENT, proposed_contract(practice).id, at=clock.now())
    rested(practice, own, at=clock.now())
    clock.advance(hours=1)
    answered(practice, own, at=clock.now(), feels=Feels.TOLD)
    assert state(practice, own.id) is State.DECLINED


@pytest.mark.parametrize("decision", [Decision.NOT_NOW, Decision.WOULD_CHANGE])
def test_to_ones_own_proposal_there_is_only_agreeing(
    practice: Practice, clock: FrozenClock, decision: Decision
) -> None:
    own = countered(practice, PATIENT, proposed_contract(practice).id)
    with pytest.raises(RefusedError) as refused, transaction():
        services.answer(practice.patient, own.id, own.content_hash, Said(decision=decision), clock.now())
    assert refused.value.message is OWN


def test_a_word_with_a_rest_is_kept_once_under_its_id(practice: Practice, clock: FrozenClock) -> None:
    agreed = agreed_contract(practice)
    own, page = countered(practice, PATIENT, agreed.id), new_id()
    for _ in range(2):
        rested(practice, own, at=clock.now(), words="Let's talk first.", page=page)
    assert len(contract_of(practice, own.id).version.replies) == 1
    with pytest.raises(RefusedError):
        rested(practice, own, at=clock.now(), words="Other words", page=page)
    another = countered(practice, PATIENT, agreed.id)
    with pytest.raises(NotFoundError):
        rested(practice, another, at=clock.now(), words="Let's talk first.", page=page)


def test_nobody_else_accepts_or_lets_rest(practice: Practice, clock: FrozenClock) -> None:
    own = countered(practice, PATIENT, proposed_contract(practice).id)
    theirs = proposed_contract(practice.of_the_others)
    with transaction():
        end_care(practice.other_therapist, practice.other_patient.id, clock.now())
    strangers = (practice.patient, practice.other_patient, practice.other_therapist, practice.former_therapist)
    tries = [(who, own.id) for who in (*strangers, practice.admin)]
    tries += [(practice.therapist, theirs.id), (practice.therapist, new_id()), (practice.other_therapist, theirs.id)]
    for who, version_id in tries:
        with pytest.raises(NotFoundError), transaction():
            services.accept(who, version_id, own.content_hash, clock.now())
        with pytest.raises(NotFoundError), transaction():
            services.let_rest(who, version_id, "", clock.now())
    assert contract_of(practice, own.id).version == own.version


def test_neither_side_touches_what_the_other_wrote(practice: Practice, clock: FrozenClock) -> None:
    theirs = proposed_contract(practice)
    own, draft = countered(practice, PATIENT, theirs.id), begun(practice, PATIENT, theirs.id)
    for each in (theirs.id, draft.id):  # the therapist's own, and what only the patient sees
        with pytest.raises(NotFoundError), transaction():
            services.accept(practice.therapist, each, theirs.content_hash, clock.now())
        with pytest.raises(NotFoundError), transaction():
            services.let_rest(practice.therapist, each, "", clock.now())
    for act, who, each in (
        (services.withdraw, practice.patient, theirs.id),
        (services.withdraw, practice.therapist, own.id),
        (services.propose, practice.therapist, draft.id),
        (services.discard_draft, practice.therapist, draft.id),
    ):
        with pytest.raises(NotFoundError), transaction():
            act(who, each, clock.now())
    with pytest.raises(NotFoundError), transaction():
        services.say_why(practice.therapist, draft.id, "x")
    with pytest.raises(NotFoundError), transaction():
        services.start_draft(practice.therapist, practice.patient.id, clock.now(), draft.id)
    with pytest.raises(NotFoundError), transaction():
        services.start_draft(practice.other_patient, practice.patient.id, clock.now())


def test_an_ended_goal_stays_behind(practice: Practice, clock: FrozenClock) -> None:
    ended = replace(GOAL, outcome=GoalOutcome.LET_GO)
    agreed = agreed_contract(practice, goals=[replace(GOAL, text="Goes on"), ended])
    assert [goal.words.outcome for goal in agreed.version.goals] == [None, GoalOutcome.LET_GO]
    for side in (PATIENT, THERAPIST):
        assert [goal.words.text for goal in begun(practice, side, at=clock.now()).goals] == ["Goes on"]


def test_a_task_of_an_ended_goal_is_not_proposed(practice: Practice, clock: FrozenClock) -> None:
    agreed = agreed_contract(practice)
    for side, actor in ((PATIENT, practice.patient), (THERAPIST, practice.therapist)):
        draft = begun(practice, side, agreed.id, at=clock.now())
        [goal] = draft.goals
        with transaction():
            services.change_goal(actor, goal.id, replace(goal.words, outcome=GoalOutcome.ATTAINED))
            services.add_goal(actor, draft.id, replace(GOAL, text="Another"))
        with pytest.raises(RefusedError), transaction():
            services.propose(actor, draft.id, clock.now())


def test_a_closing_version_ends_what_was_counted(practice: Practice, clock: FrozenClock) -> None:
    agreed = agreed_contract(practice)
    draft = begun(practice, THERAPIST, at=clock.now(), kind=VersionKind.CLOSING)
    assert (draft.tasks, draft.is_closing) == ((), True)
    with pytest.raises(RefusedError), transaction():
        services.propose(practice.therapist, draft.id, clock.now())
    with transaction():
        services.set_frame(practice.therapist, draft.id, CLOSING_WORDS, clock.now())
        services.propose(practice.therapist, draft.id, clock.now())
    clock.advance(days=1)
    proposal = contract_of(practice, draft.id)
    assert answered(practice, proposal, at=clock.now()) is Outcome.IN_FORCE
    [segment] = segments_of([practice.patient.id])[practice.patient.id]
    assert (segment.task_id, segment.until_day) == (agreed.task_ids[0], date(2025, 3, 6))
    found = in_force(practice.patient, practice.patient.id)
    assert found
    assert (found.is_closing, found.tasks, found.frame) == (True, (), CLOSING_WORDS)
    assert silence(found.content, date(2026, 1, 1)) is None


def test_a_task_in_a_closing_version_is_not_taken(practice: Practice, clock: FrozenClock) -> None:
    agreed_contract(practice)
    draft = begun(practice, THERAPIST, at=clock.now(), kind=VersionKind.CLOSING)
    with pytest.raises(RefusedError), transaction():
        services.add_task(practice.therapist, draft.id, weekly().words, None)


def test_what_is_missing_is_named_as_it_comes_and_goes(practice: Practice, clock: FrozenClock) -> None:
    def named(day: date) -> Silence | None:
        found = in_force(practice.patient, practice.patient.id)
        return silence(found.content if found else None, day)

    today = date(2025, 3, 5)
    assert named(today) is Silence.NO_VERSION
    proposal = proposed_contract(practice, frame=replace(FRAME, review_on=date(2025, 3, 10)))
    assert named(today) is Silence.NO_VERSION
    answered(practice, proposal, at=clock.now())
    assert [named(today), named(date(2025, 3, 10)), named(date(2025, 3, 11))] == [None, None, Silence.REVIEW_GONE_BY]


def test_whose_idea_and_why_are_said_of_ones_own_proposal_too(practice: Practice, clock: FrozenClock) -> None:
    own = countered(practice, PATIENT, proposed_contract(practice).id)
    with pytest.raises(RefusedError):
        answered(practice, own, at=clock.now(), tasks={})
    answered(practice, own, at=clock.now() + timedelta(hours=1), tasks={own.task_ids[0]: TaskSaid(REASON, Idea.MINE)})
    latest = contract_of(practice, own.id).version.latest_answer
    assert latest
    assert latest.tasks[own.task_ids[0]].idea is Idea.MINE
    assert agreeing(own).decision is latest.decision


# When the care has ended, or changed hands


@pytest.mark.parametrize("how", ["put off", "countered"])
def test_nothing_comes_into_force_once_nobody_treats_the_patient(
    practice: Practice, clock: FrozenClock, how: str
) -> None:
    proposal = proposed_contract(practice, at=clock.now())
    if how == "put off":
        put_off(practice, proposal, at=clock.now())
        counter = None
    else:
        counter = countered(practice, PATIENT, proposal.id, at=clock.now())
    with transaction():
        services.end_agreement(practice.therapist, practice.patient.id, clock.now())
        end_care(practice.therapist, practice.patient.id, clock.now())
    if counter:
        withdrawn(practice.patient, counter, at=clock.now())
    with pytest.raises(RefusedError):
        answered(practice, proposal, at=clock.now())
    assert holds(practice) is None


def test_a_signature_of_somebody_who_no_longer_treats_binds_nobody(practice: Practice, clock: FrozenClock) -> None:
    counter = countered(practice, PATIENT, proposed_contract(practice, at=clock.now()).id, at=clock.now())
    accepted(practice, counter, at=clock.now())
    with transaction():
        services.end_agreement(practice.therapist, practice.patient.id, clock.now())
        end_care(practice.therapist, practice.patient.id, clock.now())
    assert answered(practice, counter, at=clock.now()) is Outcome.NOTED
    assert holds(practice) is None


# What was said meanwhile


def test_a_task_called_an_order_after_the_answer_waits_for_another(practice: Practice, clock: FrozenClock) -> None:
    current = agreed_contract(practice, at=clock.now() - timedelta(days=9))
    counter = countered(practice, PATIENT, current.id, at=clock.now())
    answered(practice, counter, at=clock.now())
    with transaction():
        services.flag_task(practice.patient, current.task_ids[0], "", clock.now() + timedelta(minutes=1))
    assert accepted(practice, counter, at=clock.now() + timedelta(minutes=2)) is Outcome.NOTED
    assert holds(practice) == current.id
    assert answered(practice, counter, at=clock.now() + timedelta(minutes=3)) is Outcome.IN_FORCE


def test_a_signature_that_another_proposal_followed_binds_no_more(practice: Practice, clock: FrozenClock) -> None:
    counter = countered(practice, PATIENT, proposed_contract(practice, at=clock.now()).id, at=clock.now())
    accepted(practice, counter, at=clock.now())
    other = countered(practice, THERAPIST, counter.id, at=clock.now() + timedelta(minutes=1))
    put_off(practice, other, at=clock.now() + timedelta(minutes=2))
    assert state(practice, counter.id) is State.PROPOSED
    assert answered(practice, counter, at=clock.now() + timedelta(minutes=3)) is Outcome.NOTED


def test_goals_are_those_of_what_came_into_force_last_whatever_its_number(
    practice: Practice, clock: FrozenClock
) -> None:
    begun(practice, PATIENT, at=clock.now())
    later = agreed_contract(practice, at=clock.now())
    soon = clock.now() + timedelta(minutes=1)
    draft_id = draft_of(practice.patient, practice.patient.id)
    assert draft_id
    with transaction():
        services.add_goal(practice.patient, draft_id, GOAL)
        read = version(practice.patient, practice.patient.id, draft_id)
        words = TaskWords(text="Swim", kind=TaskKind.PRACTICE)
        services.add_task(practice.patient, draft_id, words, read.goals[0].id)
        services.set_frame(practice.patient, draft_id, FRAME, clock.now())
        services.add_cost(practice.patient, draft_id, "Guilt")
        services.propose(practice.patient, draft_id, soon)
    mine = contract_of(practice, draft_id)
    assert mine.version.number < later.version.number
    accepted(practice, mine, at=soon)
    assert answered(practice, mine, at=soon) is Outcome.IN_FORCE
    goals = followed_goals(practice.patient, practice.patient.id, soon)
    assert [goal.lineage_id for goal in goals if goal.is_in_force] == [mine.version.goals[0].lineage_id]
