"""What the tables refuse, whoever writes to them: invariants 1, 2, 4 and 9 of docs/domain.md."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from companion.accounts.rules import Role
from companion.contract import services
from companion.contract.models import (
    AgreedTask,
    Agreement,
    Answer,
    ContractVersion,
    Pause,
    Signature,
    Task,
    TaskAnswer,
)
from companion.contract.rules import (
    Decision,
    Feels,
    Idea,
    Scope,
    State,
    TaskKind,
    TaskWords,
    VersionKind,
)
from companion.experiments.models import Experiment
from companion.extensions import Model, db
from companion.kernel.clock import FrozenClock
from companion.kernel.ids import new_id
from companion.transaction import transaction
from tests.factories.contract import REASON, Contract, agreed_contract, drafted_contract, proposed_contract
from tests.factories.people import Practice

pytestmark = pytest.mark.usefixtures("context")

TODAY = date(2025, 3, 5)


def insert(model: type[Model], **values: Any) -> None:
    with transaction():
        db.session.execute(sa.insert(model).values(**values))


def refuses(model: type[Model], **values: Any) -> None:
    with pytest.raises(IntegrityError):
        insert(model, **values)


def answer_row(proposal: Contract, clock: FrozenClock, **changes: Any) -> dict[str, Any]:
    return {
        "id": new_id(),
        "version_id": proposal.id,
        "patient_id": proposal.version.patient_id,
        "content_hash": proposal.content_hash,
        "at": clock.now(),
        "decision": Decision.AGREE,
        "feels": Feels.MINE,
        "hardest_cost_id": proposal.version.costs[0].id,
        "hardest_cost_words": "",
        "doubts": "",
        "binding": True,
    } | changes


def agreement_row(proposal: Contract, clock: FrozenClock, **changes: Any) -> dict[str, Any]:
    signature_id = db.session.scalar(sa.select(Signature.id).where(Signature.version_id == proposal.id))
    return {
        "version_id": proposal.id,
        "patient_id": proposal.version.patient_id,
        "content_hash": proposal.content_hash,
        "answer_id": new_id(),
        "binding": True,
        "signature_id": signature_id,
        "at": clock.now(),
        "from_day": TODAY,
    } | changes


@pytest.fixture
def proposal(practice: Practice) -> Contract:
    return proposed_contract(practice)


@pytest.fixture
def answered(proposal: Contract, clock: FrozenClock) -> dict[str, Any]:
    """A proposal with a binding answer, but no agreement yet."""
    row = answer_row(proposal, clock)
    insert(Answer, **row)
    return row


def test_a_binding_answer_and_a_signature_make_an_agreement(
    proposal: Contract, answered: dict[str, Any], clock: FrozenClock
) -> None:
    """What the other tests break one thing of is accepted whole."""
    insert(Agreement, **agreement_row(proposal, clock, answer_id=answered["id"]))


# Invariant 2: not while the answer is "told" or names no hardest cost.


@pytest.mark.parametrize(
    "changes",
    [
        {"feels": Feels.TOLD},
        {"feels": None},
        {"hardest_cost_id": None},
        {"decision": Decision.NOT_NOW},
        {"decision": Decision.WOULD_CHANGE},
        {"binding": False},
    ],
)
def test_binding_is_what_the_answer_says(proposal: Contract, clock: FrozenClock, changes: dict[str, Any]) -> None:
    refuses(Answer, **answer_row(proposal, clock, **changes))


@pytest.mark.parametrize("changes", [{"feels": Feels.TOLD}, {"hardest_cost_id": None}])
def test_an_answer_that_does_not_bind_brings_nothing_into_force(
    proposal: Contract, clock: FrozenClock, changes: dict[str, Any]
) -> None:
    row = answer_row(proposal, clock, binding=False, **changes)
    insert(Answer, **row)
    refuses(Agreement, **agreement_row(proposal, clock, answer_id=row["id"]))
    refuses(Agreement, **agreement_row(proposal, clock, answer_id=row["id"], binding=False))


# Invariant 1: both, over the same content hash; one in force at a time.


@pytest.mark.parametrize("model", [Answer, Signature])
def test_nobody_signs_another_content(
    practice: Practice, proposal: Contract, clock: FrozenClock, model: type[Model]
) -> None:
    row = answer_row(proposal, clock, content_hash=bytes(32))
    if model is Signature:
        kept = ("id", "version_id", "patient_id", "content_hash", "at")
        row = {name: row[name] for name in kept} | {"therapist_id": practice.therapist.id}
    refuses(model, **row)


def test_nobody_answers_for_another_patient(practice: Practice, proposal: Contract, clock: FrozenClock) -> None:
    refuses(Answer, **answer_row(proposal, clock, patient_id=practice.other_patient.id))


@pytest.mark.parametrize("missing", ["answer_id", "signature_id"])
def test_an_agreement_needs_both_sides(
    proposal: Contract, answered: dict[str, Any], clock: FrozenClock, missing: str
) -> None:
    changes: dict[str, Any] = {"answer_id": answered["id"]} | {missing: new_id()}
    refuses(Agreement, **agreement_row(proposal, clock, **changes))


def test_an_agreement_is_over_the_content_that_was_answered(
    proposal: Contract, answered: dict[str, Any], clock: FrozenClock
) -> None:
    refuses(Agreement, **agreement_row(proposal, clock, answer_id=answered["id"], content_hash=bytes(32)))


def test_an_agreement_takes_the_answer_of_its_own_version(practice: Practice, clock: FrozenClock) -> None:
    agreed = agreed_contract(practice)
    proposal = proposed_contract(practice)
    answer = agreed.version.latest_answer
    assert answer
    refuses(Agreement, **agreement_row(proposal, clock, answer_id=answer.id, until_day=TODAY))


def test_one_version_is_in_force_at_a_time(practice: Practice, clock: FrozenClock) -> None:
    agreed_contract(practice)
    proposal = proposed_contract(practice)
    row = answer_row(proposal, clock)
    insert(Answer, **row)
    refuses(Agreement, **agreement_row(proposal, clock, answer_id=row["id"]))


def test_a_side_has_one_draft_and_one_proposal(practice: Practice, clock: FrozenClock) -> None:
    proposal = proposed_contract(practice)
    drafted_contract(practice)
    values = {
        "patient_id": practice.patient.id,
        "author": Role.THERAPIST,
        "kind": VersionKind.WORKING,
        "promise": "",
        "limits": "",
        "cost_of_staying_still": "",
        "content_hash": proposal.content_hash,
        "created_at": clock.now(),
    }
    for number, state in ((7, State.DRAFT), (8, State.PROPOSED)):
        refuses(ContractVersion, id=new_id(), number=number, state=state, **values)
    insert(ContractVersion, id=new_id(), number=9, state=State.WITHDRAWN, **values)


def test_what_is_proposed_is_hashed(practice: Practice) -> None:
    draft = drafted_contract(practice)
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(sa.update(ContractVersion).where(ContractVersion.id == draft).values(state=State.PROPOSED))


def test_only_an_agreed_task_can_have_an_occasion(practice: Practice, proposal: Contract, clock: FrozenClock) -> None:
    """Invariants 1 and 4: what isn't agreed can't be in a denominator, because nothing can hang on it."""
    refuses(
        Experiment,
        id=new_id(),
        patient_id=practice.patient.id,
        task_id=proposal.task_ids[0],
        activity_id=new_id(),
        author=Role.PATIENT,
        planned_at=clock.now(),
        starts_at=clock.now(),
        ends_at=clock.now(),
        zone="Europe/Rome",
        place="",
        company="",
        if_then="",
        smaller_version="",
        covered_by="",
        honest_reply="",
    )


# Invariant 9: a goal and the patient's reason.


@pytest.mark.parametrize(("reason", "idea"), [("", Idea.MINE), ("  ", Idea.MINE), (REASON, None)])
def test_a_reason_binds_only_in_words(
    proposal: Contract, answered: dict[str, Any], reason: str, idea: Idea | None
) -> None:
    values = {"answer_id": answered["id"], "task_id": proposal.task_ids[0], "reason": reason, "idea": idea}
    refuses(TaskAnswer, id=new_id(), binding=True, **values)
    insert(TaskAnswer, id=new_id(), binding=False, **values)


def test_a_task_is_agreed_with_its_reason_in_the_answer_that_binds(
    practice: Practice, proposal: Contract, answered: dict[str, Any], clock: FrozenClock
) -> None:
    insert(Agreement, **agreement_row(proposal, clock, answer_id=answered["id"]))
    [task] = proposal.version.tasks
    agreed: dict[str, Any] = {
        "task_id": task.id,
        "version_id": proposal.id,
        "goal_id": task.goal_id,
        "answer_id": answered["id"],
        "binding": True,
    }
    refuses(AgreedTask, **agreed)
    said = {"task_id": task.id, "idea": Idea.MINE}
    unbound = answer_row(proposal, clock, feels=Feels.TOLD, binding=False)
    insert(Answer, **unbound)
    insert(TaskAnswer, id=new_id(), answer_id=unbound["id"], reason=REASON, binding=True, **said)
    refuses(AgreedTask, **agreed | {"answer_id": unbound["id"]})
    insert(TaskAnswer, id=new_id(), answer_id=answered["id"], reason="", binding=False, **said)
    refuses(AgreedTask, **agreed)
    refuses(AgreedTask, **agreed | {"binding": False})


def test_a_task_without_a_goal_is_not_agreed(practice: Practice, clock: FrozenClock) -> None:
    agreed = agreed_contract(practice)
    draft = drafted_contract(practice)
    with transaction():
        loose = services.add_task(practice.therapist, draft, TaskWords(text="Go", kind=TaskKind.PRACTICE), None)
        services.propose(practice.therapist, draft, clock.now())
    answer = agreed.version.latest_answer
    assert answer
    insert(TaskAnswer, id=new_id(), answer_id=answer.id, task_id=loose, reason=REASON, idea=Idea.MINE, binding=True)
    goal_id = agreed.version.goals[0].id
    for goal in (None, goal_id):
        refuses(AgreedTask, task_id=loose, version_id=agreed.id, goal_id=goal, answer_id=answer.id, binding=True)


# What could not be counted (invariant 4).


@pytest.mark.parametrize(
    "values",
    [
        {"kind": TaskKind.WEEKLY},
        {"kind": TaskKind.WEEKLY, "target": 8},
        {"kind": TaskKind.WEEKLY, "target": 0},
        {"kind": TaskKind.PRACTICE, "target": 1},
        {"kind": TaskKind.ONE_OFF},
        {"kind": TaskKind.ONE_OFF, "window_from": TODAY, "window_until": TODAY - timedelta(days=1)},
    ],
)
def test_a_task_that_could_not_be_counted_is_not_kept(proposal: Contract, values: dict[str, Any]) -> None:
    rest = {"smaller_version": "", "telling": False, "position": 9, "text": "Go", "lineage_id": new_id()}
    refuses(Task, id=new_id(), version_id=proposal.id, **rest, **values)


@pytest.mark.parametrize(("scope", "has_line"), [(Scope.TASK, True), (Scope.GOAL, True), (Scope.EVERYTHING, False)])
def test_a_line_has_one_open_pause(practice: Practice, scope: Scope, *, has_line: bool) -> None:
    line = new_id() if has_line else None
    values = {"patient_id": practice.patient.id, "scope": scope, "lineage_id": line, "first_day": TODAY}
    insert(Pause, id=new_id(), **values, resumed_on=TODAY)
    insert(Pause, id=new_id(), **values)
    refuses(Pause, id=new_id(), **values)


@pytest.mark.parametrize(
    "values",
    [
        {"scope": Scope.TASK},
        {"scope": Scope.EVERYTHING, "lineage_id": new_id()},
        {"scope": Scope.EVERYTHING, "resumed_on": TODAY - timedelta(days=1)},
    ],
    ids=["a task without a line", "everything with a line", "ended before it began"],
)
def test_a_pause_says_what_rests_and_since_when(practice: Practice, values: dict[str, Any]) -> None:
    refuses(Pause, id=new_id(), patient_id=practice.patient.id, first_day=TODAY, **values)


def test_what_was_answered_stays_as_it_was(practice: Practice) -> None:
    agreed_contract(practice)
    answer, task_answer = db.session.scalars(sa.select(Answer)).one(), db.session.scalars(sa.select(TaskAnswer)).one()
    answer.feels = Feels.TOLD
    with pytest.raises(TypeError, match="Answer is append-only"):
        db.session.flush()
    db.session.rollback()
    db.session.delete(task_answer)
    with pytest.raises(TypeError, match="TaskAnswer is append-only"):
        db.session.flush()
    db.session.rollback()
