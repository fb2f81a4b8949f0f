"""What is read of the contract, by whom, and with how many statements."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from companion.accounts.rules import Role
from companion.contract import services
from companion.contract.queries import (
    CaseloadLine,
    Glance,
    at_a_glance,
    caseload_lines,
    flagged_since,
    history,
    in_force,
    paused_days_of,
    resting,
    segments_of,
    version,
    waiting,
)
from companion.contract.rules import Decision, Said, Scope
from companion.extensions import db
from companion.kernel.clock import FrozenClock
from companion.kernel.errors import NotFoundError
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
from tests.factories.people import Practice, make_person, put_in_care

pytestmark = pytest.mark.usefixtures("context")

TODAY = date(2025, 3, 5)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The SELECT statements that are sent meanwhile."""
    sent: list[str] = []

    def note(*arguments: object) -> None:
        statement = str(arguments[2])
        if statement.lstrip().upper().startswith("SELECT"):
            sent.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def statements(read: Callable[[], object]) -> int:
    with counted() as sent:
        read()
    return len(sent)


def line_of(practice: Practice, clock: FrozenClock) -> CaseloadLine:
    return caseload_lines(practice.therapist, [practice.patient.id], clock.now())[practice.patient.id]


def test_a_patient_without_a_contract(practice: Practice, clock: FrozenClock) -> None:
    assert line_of(practice, clock) == CaseloadLine()
    assert segments_of([practice.patient.id]) == {practice.patient.id: []}
    assert paused_days_of({practice.patient.id: []}) == {practice.patient.id: []}
    assert in_force(practice.patient, practice.patient.id) is None


def test_the_caseload_says_what_is_in_force_and_that_a_proposal_waits(practice: Practice, clock: FrozenClock) -> None:
    agreed_contract(practice)
    assert line_of(practice, clock) == CaseloadLine(version=1, since=date(2025, 2, 3))
    proposal = proposed_contract(practice)
    assert line_of(practice, clock).proposal_waits
    with transaction():
        services.answer(
            practice.patient, proposal.id, proposal.content_hash, Said(decision=Decision.NOT_NOW), clock.now()
        )
    assert not line_of(practice, clock).proposal_waits


def test_the_caseload_says_that_a_review_date_has_gone_by(practice: Practice, clock: FrozenClock) -> None:
    agreed_contract(practice, frame=replace(FRAME, review_on=date(2025, 3, 5)))
    assert line_of(practice, clock).review_was_due is None
    clock.advance(hours=11, minutes=59)
    assert line_of(practice, clock).review_was_due is None, "23:59 in Rome"
    clock.advance(minutes=1)
    assert line_of(practice, clock).review_was_due == date(2025, 3, 5)


def test_the_caseload_says_that_something_feels_like_an_order_until_it_is_dealt_with(
    practice: Practice, clock: FrozenClock
) -> None:
    agreed = agreed_contract(practice)
    with transaction():
        services.flag_task(practice.patient, agreed.task_ids[0], "", clock.now())
    assert line_of(practice, clock).has_order_flag
    [rest] = resting(practice.patient, practice.patient.id, TODAY).rests
    with transaction():
        services.resume(practice.patient, rest.id, clock.now())
    assert not line_of(practice, clock).has_order_flag


def test_a_flagged_proposal_counts_until_another_follows(practice: Practice, clock: FrozenClock) -> None:
    proposal = proposed_contract(practice)
    with transaction():
        services.flag_version(practice.patient, proposal.id, "", clock.now())
        services.answer(
            practice.patient, proposal.id, proposal.content_hash, Said(decision=Decision.NOT_NOW), clock.now()
        )
    assert line_of(practice, clock).has_order_flag
    agreed_contract(practice, at=clock.now())
    assert not line_of(practice, clock).has_order_flag


def test_a_flag_on_what_was_put_off_is_read_where_the_caseload_counts_it(
    practice: Practice, clock: FrozenClock
) -> None:
    proposal = proposed_contract(practice)
    with transaction():
        services.flag_version(practice.patient, proposal.id, "", clock.now())
        services.answer(
            practice.patient, proposal.id, proposal.content_hash, Said(decision=Decision.NOT_NOW), clock.now()
        )

    def is_read() -> bool:
        found = waiting(practice.therapist, practice.patient.id)
        return found is not None and bool(found.flags)

    assert (line_of(practice, clock).has_order_flag, is_read()) == (True, True)
    proposed_contract(practice, at=clock.now())
    assert (line_of(practice, clock).has_order_flag, is_read()) == (False, False)


def test_the_caseload_holds_nobody_elses_patients(practice: Practice, clock: FrozenClock) -> None:
    agreed_contract(practice)
    ids = [practice.patient.id, practice.other_patient.id, new_id()]
    assert set(caseload_lines(practice.therapist, ids, clock.now())) == {practice.patient.id}
    for stranger in (practice.patient, practice.admin):
        assert caseload_lines(stranger, ids, clock.now()) == {}


def test_a_segment_says_all_that_counting_needs(practice: Practice) -> None:
    agreed = agreed_contract(
        practice, [one_off(date(2025, 3, 9), window_from=date(2025, 3, 1), telling=True), practice_task()]
    )
    first, second = segments_of([practice.patient.id])[practice.patient.id]
    assert (first.window_from, first.window_until, first.telling) == (date(2025, 3, 1), date(2025, 3, 9), True)
    assert (first.goal_lineage_id, first.version) == (agreed.goal_lineage_ids[0], 1)
    assert (second.target, second.text) == (None, "Say where I am going")


def test_what_rests_is_named_by_its_latest_agreed_words(practice: Practice, clock: FrozenClock) -> None:
    first = agreed_contract(practice, [weekly(3, "Old words")])
    with transaction():
        services.pause(practice.patient, Scope.TASK, first.lineage_ids[0], clock.now())
        services.pause(practice.patient, Scope.GOAL, first.goal_lineage_ids[0], clock.now())
    agreed_contract(practice, [weekly(3, "New words", first.lineage_ids[0])], at=clock.now())
    proposed_contract(practice, [weekly(3, "Not agreed", first.lineage_ids[0])], at=clock.now())
    found = resting(practice.therapist, practice.patient.id, TODAY)
    assert {rest.text for rest in found.rests} == {"New words", GOAL.text}
    assert found.of(first.lineage_ids[0])
    assert not found.everything


def test_a_stranger_reads_nothing(practice: Practice) -> None:
    agreed = agreed_contract(practice)
    for stranger in (practice.other_patient, practice.other_therapist, practice.admin):
        for read in (history, in_force, waiting):
            with pytest.raises(NotFoundError):
                read(stranger, practice.patient.id)
        with pytest.raises(NotFoundError):
            resting(stranger, practice.patient.id, TODAY)
        with pytest.raises(NotFoundError):
            version(stranger, practice.patient.id, agreed.id)
    with pytest.raises(NotFoundError):
        version(practice.other_patient, practice.other_patient.id, agreed.id)


def test_statements_do_not_grow_with_lines_versions_and_answers(practice: Practice, clock: FrozenClock) -> None:
    reads: list[Callable[[], object]] = [
        lambda: in_force(practice.therapist, practice.patient.id),
        lambda: history(practice.therapist, practice.patient.id),
        lambda: resting(practice.therapist, practice.patient.id, TODAY),
        lambda: paused_days_of(segments_of([practice.patient.id])),
        lambda: line_of(practice, clock),
    ]
    first = agreed_contract(practice)
    with transaction():
        services.pause(practice.patient, Scope.TASK, first.lineage_ids[0], clock.now())
    before = [statements(read) for read in reads]
    for day in range(1, 4):
        tasks = [weekly(2, lineage_id=first.lineage_ids[0]), *(practice_task(f"Task {n}") for n in range(5))]
        agreed = agreed_contract(practice, tasks, goals=[GOAL] * 3, at=clock.now() + timedelta(days=day))
        with transaction():
            for lineage_id in agreed.lineage_ids:
                services.pause(practice.patient, Scope.TASK, lineage_id, clock.now())
    assert [statements(read) for read in reads] == before
    assert max(before) <= 9


def test_statements_do_not_grow_with_patients(practice: Practice, clock: FrozenClock) -> None:
    def read() -> object:
        ids = [practice.patient.id, *others]
        paused_days_of(segments_of(ids))
        return caseload_lines(practice.therapist, ids, clock.now())

    others = []
    agreed_contract(practice)
    before = statements(read)
    for number in range(3):
        patient = make_person(Role.PATIENT, f"Patient {number}")
        put_in_care(patient.id, practice.therapist.id)
        agreed_contract(replace(practice, patient=patient))
        others.append(patient.id)
    assert statements(read) == before
    assert len(read()) == 4  # type: ignore[arg-type]


# At a glance


def test_a_proposal_is_to_be_read_until_it_is_answered(practice: Practice, clock: FrozenClock) -> None:
    assert at_a_glance(practice.patient, TODAY) == Glance(
        proposal_to_read=False, has_agreement=False, had_agreement=False, review_gone_by=False, is_all_paused=False
    )
    drafted_contract(practice, at=clock.now())
    assert not at_a_glance(practice.patient, TODAY).proposal_to_read
    proposed = proposed_contract(practice, at=clock.now())
    assert at_a_glance(practice.patient, TODAY).proposal_to_read
    assert not at_a_glance(practice.other_patient, TODAY).proposal_to_read
    with transaction():
        said = Said(decision=Decision.NOT_NOW)
        services.answer(practice.patient, proposed.id, proposed.content_hash, said, clock.now())
    assert not at_a_glance(practice.patient, TODAY).proposal_to_read


def test_a_proposal_called_an_order_has_been_read(practice: Practice, clock: FrozenClock) -> None:
    proposed = proposed_contract(practice, at=clock.now())
    with transaction():
        services.flag_version(practice.patient, proposed.id, "", clock.now())
    assert not at_a_glance(practice.patient, TODAY).proposal_to_read


def test_only_the_last_proposal_is_to_be_read(practice: Practice, clock: FrozenClock) -> None:
    proposed = proposed_contract(practice, at=clock.now())
    with transaction():
        services.withdraw(practice.therapist, proposed.id, clock.now())
    assert not at_a_glance(practice.patient, TODAY).proposal_to_read


def test_an_agreement_is_in_force_and_all_may_rest(practice: Practice, clock: FrozenClock) -> None:
    contract = agreed_contract(practice)
    assert at_a_glance(practice.patient, TODAY) == Glance(
        proposal_to_read=False, has_agreement=True, had_agreement=True, review_gone_by=False, is_all_paused=False
    )
    with transaction():
        services.pause(practice.patient, Scope.TASK, contract.lineage_ids[0], clock.now())
    assert not at_a_glance(practice.patient, TODAY).is_all_paused
    with transaction():
        pause_id = services.pause(practice.patient, Scope.EVERYTHING, None, clock.now())
    assert at_a_glance(practice.patient, TODAY).is_all_paused
    assert not at_a_glance(practice.other_patient, TODAY).is_all_paused
    with transaction():
        services.resume(practice.patient, pause_id, clock.now() + timedelta(days=1))
    assert [at_a_glance(practice.patient, TODAY + timedelta(days=n)).is_all_paused for n in (0, 1)] == [True, False]


def test_a_review_date_that_has_gone_by_is_said_from_the_day_after(practice: Practice) -> None:
    agreed_contract(practice)
    assert not at_a_glance(practice.patient, date(2025, 6, 2)).review_gone_by
    assert at_a_glance(practice.patient, date(2025, 6, 3)).review_gone_by


def test_an_agreement_that_ended_was_one(practice: Practice, clock: FrozenClock) -> None:
    agreed_contract(practice)
    with transaction():
        services.end_agreement(practice.therapist, practice.patient.id, clock.now())
    found = at_a_glance(practice.patient, TODAY)
    assert (found.has_agreement, found.had_agreement) == (False, True)


def test_what_was_called_an_order_is_still_to_be_talked_about_once_it_was_answered(
    practice: Practice, clock: FrozenClock
) -> None:
    proposed = proposed_contract(practice, at=clock.now())
    with transaction():
        services.flag_version(practice.patient, proposed.id, "", clock.now())
        draft_id = services.start_draft(practice.patient, practice.patient.id, clock.now(), proposed.id)
        services.say_why(practice.patient, draft_id, "Less of it")
        services.propose(practice.patient, draft_id, clock.now())
    assert [flag.subject_id for flag in flagged_since(practice.patient, practice.patient.id, None)] == [proposed.id]
    assert flagged_since(practice.patient, practice.patient.id, clock.now() + timedelta(seconds=1)) == []
    assert line_of(practice, clock).has_order_flag


def test_a_glance_is_one_statement(practice: Practice) -> None:
    agreed_contract(practice)
    with counted() as sent:
        at_a_glance(practice.patient, TODAY)
    assert len(sent) == 1
