"""A patient answers; what binds comes into force."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from companion.accounts.services import note_zone
from companion.contract import services
from companion.contract.models import ContractVersion
from companion.contract.queries import AnswerRead, VersionRead, in_force, segments_of, version, waiting
from companion.contract.rules import (
    Decision,
    Feels,
    Idea,
    Outcome,
    Said,
    Standing,
    State,
    TaskKind,
    TaskSaid,
    TaskWords,
)
from companion.extensions import db
from companion.kernel.clock import FrozenClock
from companion.kernel.errors import NotFoundError, RefusedError
from companion.kernel.ids import new_id
from companion.transaction import transaction
from tests.factories.contract import (
    REASON,
    Contract,
    agreed_contract,
    agreeing,
    drafted_contract,
    practice_task,
    proposed_contract,
    weekly,
)
from tests.factories.people import Practice

pytestmark = pytest.mark.usefixtures("context")

NOT_NOW = Said(decision=Decision.NOT_NOW)


def give(practice: Practice, proposal: Contract, said: Said, clock: FrozenClock, page: object = None) -> Outcome:
    with transaction():
        return services.answer(
            practice.patient,
            proposal.id,
            proposal.content_hash,
            said,
            clock.now(),
            page,  # type: ignore[arg-type]
        )


def latest(practice: Practice, proposal: Contract) -> AnswerRead:
    found = read(practice, proposal).latest_answer
    assert found
    return found


def read(practice: Practice, proposal: Contract) -> VersionRead:
    return version(practice.patient, practice.patient.id, proposal.id)


def test_agreeing_brings_it_into_force_from_today(practice: Practice, clock: FrozenClock) -> None:
    proposal = proposed_contract(practice)
    assert give(practice, proposal, agreeing(proposal), clock) is Outcome.IN_FORCE
    found = in_force(practice.patient, practice.patient.id)
    assert found
    assert (found.id, found.from_day, found.until_day) == (proposal.id, date(2025, 3, 5), None)
    [segment] = segments_of([practice.patient.id])[practice.patient.id]
    assert (segment.task_id, segment.from_day) == (proposal.task_ids[0], date(2025, 3, 5))


def test_the_day_is_that_of_the_patient_at_that_instant(practice: Practice) -> None:
    with transaction():
        note_zone(practice.patient, "Pacific/Auckland", datetime(2025, 3, 4, tzinfo=UTC))
    agreed = agreed_contract(practice, at=datetime(2025, 3, 5, 12, 0, tzinfo=UTC))
    assert agreed.version.from_day == date(2025, 3, 6)
    before_the_move = agreed_contract(practice, at=datetime(2025, 3, 5, 10, 0, tzinfo=UTC))
    assert before_the_move.version.from_day == date(2025, 3, 6), "never before the one that it follows"


def test_another_follows_and_the_day_of_agreement_is_its_own(practice: Practice, clock: FrozenClock) -> None:
    first = agreed_contract(practice)
    second = agreed_contract(practice, [weekly(2, lineage_id=first.lineage_ids[0])], at=clock.now())
    assert read(practice, first).until_day == read(practice, second).from_day == date(2025, 3, 5)
    assert read(practice, first).standing is Standing.SUPERSEDED
    segments = segments_of([practice.patient.id])[practice.patient.id]
    assert [(each.target, each.from_day, each.until_day) for each in segments] == [
        (3, date(2025, 2, 3), date(2025, 3, 5)),
        (2, date(2025, 3, 5), None),
    ]
    assert len({each.lineage_id for each in segments}) == 1


def test_of_two_agreed_on_one_day_the_first_has_no_day(practice: Practice, clock: FrozenClock) -> None:
    agreed_contract(practice, at=clock.now())
    agreed_contract(practice, at=clock.now() + timedelta(hours=1))
    first, second = segments_of([practice.patient.id])[practice.patient.id]
    assert first.from_day == first.until_day == second.from_day
    assert second.until_day is None


def test_told_is_kept_and_starts_nothing(practice: Practice, clock: FrozenClock) -> None:
    proposal = proposed_contract(practice)
    said = agreeing(proposal, feels=Feels.TOLD)
    assert give(practice, proposal, said, clock) is Outcome.TOLD
    assert latest(practice, proposal).feels is Feels.TOLD
    assert read(practice, proposal).standing is Standing.WAITS
    assert in_force(practice.patient, practice.patient.id) is None


def test_whoever_was_told_may_answer_again(practice: Practice, clock: FrozenClock) -> None:
    proposal = proposed_contract(practice)
    give(practice, proposal, Said(decision=Decision.AGREE, feels=Feels.TOLD), clock)
    clock.advance(days=1)
    assert give(practice, proposal, agreeing(proposal, feels=Feels.MINE), clock) is Outcome.IN_FORCE
    assert [answer.feels for answer in read(practice, proposal).answers] == [Feels.TOLD, Feels.MINE]


def test_what_is_in_force_goes_on_while_the_next_is_told(practice: Practice, clock: FrozenClock) -> None:
    agreed = agreed_contract(practice)
    proposal = proposed_contract(practice)
    give(practice, proposal, agreeing(proposal, feels=Feels.TOLD), clock)
    assert read(practice, agreed).is_in_force


@pytest.mark.parametrize(
    "lacking",
    [
        {"feels": None},
        {"hardest_cost_id": None},
        {"tasks": {}},
        {"tasks": "without reason"},
        {"tasks": "without idea"},
    ],
)
def test_agreeing_takes_feeling_cost_reason_and_idea(
    practice: Practice, clock: FrozenClock, lacking: dict[str, object]
) -> None:
    proposal = proposed_contract(practice)
    [task_id] = proposal.task_ids
    halves = {"without reason": TaskSaid("", Idea.MINE), "without idea": TaskSaid(REASON, None)}
    if isinstance(lacking.get("tasks"), str):
        lacking = {"tasks": {task_id: halves[str(lacking["tasks"])]}}
    with pytest.raises(RefusedError):
        give(practice, proposal, agreeing(proposal, **lacking), clock)
    assert read(practice, proposal) == proposal.version


def test_a_task_without_a_goal_is_not_agreed_to(practice: Practice, clock: FrozenClock) -> None:
    draft = drafted_contract(practice)
    with transaction():
        services.add_task(practice.therapist, draft, TaskWords(text="Go", kind=TaskKind.PRACTICE), None)
        services.propose(practice.therapist, draft, clock.now())
    found = waiting(practice.patient, practice.patient.id)
    assert found
    proposal = Contract(found, found)
    with pytest.raises(RefusedError):
        give(practice, proposal, agreeing(proposal), clock)
    assert give(practice, proposal, NOT_NOW, clock) is Outcome.NOTED


def test_the_hardest_cost_may_be_in_the_patients_own_words(practice: Practice, clock: FrozenClock) -> None:
    proposal = proposed_contract(practice)
    said = agreeing(proposal, hardest_cost_id=None, hardest_cost_words="Explaining it at home")
    assert give(practice, proposal, said, clock) is Outcome.IN_FORCE
    assert latest(practice, proposal).hardest_cost == "Explaining it at home"


@pytest.mark.parametrize("blank", ["", " ", "\n", "\t \r\n", "\u00a0"])
def test_blanks_are_no_hardest_cost(practice: Practice, clock: FrozenClock, blank: str) -> None:
    proposal = proposed_contract(practice)
    said = agreeing(proposal, hardest_cost_id=None, hardest_cost_words=blank)
    with pytest.raises(RefusedError, match="cost that will be hardest"):
        give(practice, proposal, said, clock)
    give(practice, proposal, replace(said, hardest_cost_words=f"{blank}Explaining it"), clock)
    assert latest(practice, proposal).hardest_cost == "Explaining it"


@pytest.mark.parametrize("blank", ["", " ", "\n", "\t \r\n", "\u00a0"])
def test_blanks_are_no_reason(practice: Practice, clock: FrozenClock, blank: str) -> None:
    proposal = proposed_contract(practice)
    [task_id] = proposal.task_ids
    said = agreeing(proposal, tasks={task_id: TaskSaid(blank, Idea.MINE)})
    with pytest.raises(RefusedError, match="your reason"):
        give(practice, proposal, said, clock)
    give(practice, proposal, replace(said, decision=Decision.WOULD_CHANGE, doubts=blank), clock)
    noted = latest(practice, proposal)
    assert (noted.doubts, noted.tasks[task_id].reason) == ("", "")
    page = new_id()
    for _ in range(2):
        give(practice, proposal, replace(said, tasks={task_id: TaskSaid(f"{blank}To see", Idea.MINE)}), clock, page)
    assert latest(practice, proposal).tasks[task_id].reason == "To see"


def test_not_now_needs_nothing_and_can_be_thought_over(practice: Practice, clock: FrozenClock) -> None:
    proposal = proposed_contract(practice)
    assert give(practice, proposal, NOT_NOW, clock) is Outcome.NOTED
    assert read(practice, proposal).standing is Standing.DECLINED
    assert give(practice, proposal, agreeing(proposal), clock) is Outcome.IN_FORCE


def test_id_change_this_keeps_what_was_said(practice: Practice, clock: FrozenClock) -> None:
    proposal = proposed_contract(practice)
    [task_id] = proposal.task_ids
    said = Said(decision=Decision.WOULD_CHANGE, doubts="Three is a lot.", tasks={task_id: TaskSaid("", Idea.THEIRS)})
    give(practice, proposal, said, clock)
    answer = latest(practice, proposal)
    assert (answer.doubts, answer.tasks[task_id].idea) == ("Three is a lot.", Idea.THEIRS)
    assert read(practice, proposal).standing is Standing.WAITS


def test_an_answer_sent_twice_is_one(practice: Practice, clock: FrozenClock) -> None:
    proposal, page = proposed_contract(practice, [weekly(), practice_task()]), new_id()
    outcomes = [give(practice, proposal, agreeing(proposal), clock, page) for _ in range(2)]
    assert outcomes == [Outcome.IN_FORCE] * 2
    assert len(read(practice, proposal).answers) == 1


def test_another_answer_under_the_same_id_is_refused(practice: Practice, clock: FrozenClock) -> None:
    proposal, page = proposed_contract(practice), new_id()
    give(practice, proposal, NOT_NOW, clock, page)
    with pytest.raises(RefusedError):
        give(practice, proposal, agreeing(proposal), clock, page)
    assert len(read(practice, proposal).answers) == 1


def test_a_proposal_taken_back_is_not_answered(practice: Practice, clock: FrozenClock) -> None:
    proposal = proposed_contract(practice)
    with transaction():
        services.withdraw(practice.therapist, proposal.id, clock.now())
    with pytest.raises(RefusedError):
        give(practice, proposal, agreeing(proposal), clock)


def test_a_proposal_followed_by_another_is_not_answered(practice: Practice, clock: FrozenClock) -> None:
    declined = proposed_contract(practice)
    give(practice, declined, NOT_NOW, clock)
    proposed_contract(practice)
    with pytest.raises(RefusedError):
        give(practice, declined, agreeing(declined), clock)


def test_a_draft_does_not_keep_an_answer_from_counting(practice: Practice, clock: FrozenClock) -> None:
    proposal = proposed_contract(practice)
    with transaction():
        services.start_draft(practice.therapist, practice.patient.id, clock.now())
    assert give(practice, proposal, agreeing(proposal), clock) is Outcome.IN_FORCE


def test_what_is_in_force_is_not_answered_again(practice: Practice, clock: FrozenClock) -> None:
    agreed = agreed_contract(practice)
    with pytest.raises(RefusedError):
        give(practice, agreed, agreeing(agreed, feels=Feels.TOLD), clock)


@pytest.mark.parametrize("read_hash", [b"", bytes(32)])
def test_only_what_was_read_is_agreed_to(practice: Practice, clock: FrozenClock, read_hash: bytes) -> None:
    proposal = proposed_contract(practice)
    with pytest.raises(RefusedError), transaction():
        services.answer(practice.patient, proposal.id, read_hash, agreeing(proposal), clock.now())


def test_what_does_not_stand_as_it_was_hashed_is_not_agreed_to(practice: Practice, clock: FrozenClock) -> None:
    """The tables freeze what is proposed; should it differ from its hash all the same, nobody is held to it."""
    draft, other_hash = drafted_contract(practice), bytes(32)
    with transaction():
        db.session.execute(
            sa.update(ContractVersion)
            .where(ContractVersion.id == draft)
            .values(state=State.PROPOSED, content_hash=other_hash)
        )
    read = version(practice.patient, practice.patient.id, draft)
    proposal = Contract(read, proposed=read)
    with pytest.raises(RefusedError):
        give(practice, proposal, agreeing(proposal), clock)


def test_an_answer_names_lines_of_its_version(practice: Practice, clock: FrozenClock) -> None:
    earlier, proposal = agreed_contract(practice), proposed_contract(practice)
    for foreign in (
        {"hardest_cost_id": earlier.version.costs[0].id},
        {"tasks": {**agreeing(proposal).tasks, earlier.task_ids[0]: TaskSaid(REASON, Idea.MINE)}},
    ):
        with pytest.raises(NotFoundError):
            give(practice, proposal, agreeing(proposal, **foreign), clock)


def test_nobody_else_answers(practice: Practice, clock: FrozenClock) -> None:
    proposal = proposed_contract(practice)
    for stranger in (practice.other_patient, practice.therapist, practice.other_therapist, practice.admin):
        for version_id in (proposal.id, new_id()):
            with pytest.raises(NotFoundError), transaction():
                services.answer(stranger, version_id, proposal.content_hash, agreeing(proposal), clock.now())


def test_a_draft_is_not_answered(practice: Practice, clock: FrozenClock) -> None:
    draft = drafted_contract(practice)
    with pytest.raises(NotFoundError), transaction():
        services.answer(practice.patient, draft, bytes(32), replace(NOT_NOW), clock.now())
