"""What the tables refuse, whoever writes to them: invariants 1, 2, 4 and 9 of docs/domain.md."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

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
    ExpectedCost,
    Goal,
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
from companion.contract.rules.moves import TABLE
from companion.experiments.models import Experiment
from companion.extensions import Model, db
from companion.kernel.clock import FrozenClock
from companion.kernel.ids import new_id
from companion.sealed import WithWords, sealed_values
from companion.transaction import transaction
from tests.factories.contract import REASON, Contract, agreed_contract, drafted_contract, proposed_contract
from tests.factories.people import Practice

pytestmark = pytest.mark.usefixtures("context")

TODAY = date(2025, 3, 5)


def insert(model: type[Model], **values: Any) -> None:
    row = sealed_values(model, values) if issubclass(model, WithWords) else values
    with transaction():
        db.session.execute(sa.insert(model).values(**row))


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
    return answered_row(proposal, clock)


def answered_row(proposal: Contract, clock: FrozenClock, **changes: Any) -> dict[str, Any]:
    """An answer, and the version standing as agreed, so that only the answer can keep it from being in force."""
    row = answer_row(proposal, clock, **changes)
    insert(Answer, **row)
    move(proposal.id, State.AGREED)
    return row


def move(version_id: object, to: State) -> None:
    update(ContractVersion, ContractVersion.id == version_id, state=to)


def update(model: type[Model], which: sa.ColumnElement[bool], **values: Any) -> None:
    table: Any = model.__table__  # whose columns have the names that are written
    with transaction():
        db.session.execute(sa.update(table).where(which).values(**values))


def delete(model: type[Model], which: sa.ColumnElement[bool]) -> None:
    with transaction():
        db.session.execute(sa.delete(model).where(which))


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
    row = answered_row(proposal, clock, binding=False, **changes)
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
    move(proposal.id, State.AGREED)
    answer = agreed.version.latest_answer
    assert answer
    before = {"from_day": TODAY - timedelta(days=90), "until_day": TODAY - timedelta(days=80)}
    refuses(Agreement, **agreement_row(proposal, clock, answer_id=answer.id, **before))


def test_one_version_is_in_force_at_a_time(practice: Practice, clock: FrozenClock) -> None:
    agreed_contract(practice)
    proposal = proposed_contract(practice)
    row = answered_row(proposal, clock)
    refuses(Agreement, **agreement_row(proposal, clock, answer_id=row["id"]))


@pytest.mark.parametrize(
    ("first", "until"), [(date(2025, 2, 20), date(2025, 2, 27)), (date(2025, 1, 1), date(2025, 2, 4))]
)
def test_days_of_two_agreements_do_not_overlap(
    practice: Practice, clock: FrozenClock, first: date, until: date
) -> None:
    """The first holds from 3 February; what ended before it, or begins after its end, is accepted."""
    agreed = agreed_contract(practice)
    proposal = proposed_contract(practice)
    row = answered_row(proposal, clock)
    refuses(Agreement, **agreement_row(proposal, clock, answer_id=row["id"], from_day=first, until_day=until))
    update(Agreement, Agreement.version_id == agreed.id, until_day=TODAY)
    refuses(Agreement, **agreement_row(proposal, clock, answer_id=row["id"], from_day=TODAY - timedelta(days=1)))
    insert(Agreement, **agreement_row(proposal, clock, answer_id=row["id"], from_day=TODAY))


def test_an_agreement_only_ends(practice: Practice) -> None:
    agreed = agreed_contract(practice)
    this = Agreement.version_id == agreed.id
    with pytest.raises(IntegrityError):
        update(Agreement, this, from_day=TODAY)
    update(Agreement, this, until_day=TODAY)
    for until_day in (None, TODAY + timedelta(days=1)):
        with pytest.raises(IntegrityError):
            update(Agreement, this, until_day=until_day)


def test_a_later_answer_stands(practice: Practice, clock: FrozenClock) -> None:
    """Invariant 2 asks for the latest: what was told after agreeing keeps it from coming into force."""
    proposal = proposed_contract(practice)
    bound = answered_row(proposal, clock)
    insert(Answer, **answer_row(proposal, clock, feels=Feels.TOLD, binding=False, at=clock.now() + timedelta(hours=1)))
    refuses(Agreement, **agreement_row(proposal, clock, answer_id=bound["id"]))


@pytest.mark.parametrize("state", [State.PROPOSED, State.DECLINED, State.WITHDRAWN, State.COUNTER_PROPOSED])
def test_only_an_agreed_version_comes_into_force(proposal: Contract, clock: FrozenClock, state: State) -> None:
    row = answer_row(proposal, clock)
    insert(Answer, **row)
    if state is not State.PROPOSED:
        move(proposal.id, state)
    refuses(Agreement, **agreement_row(proposal, clock, answer_id=row["id"]))


# What is proposed is frozen.


@pytest.mark.parametrize("to", State)
@pytest.mark.parametrize("now", [state for state in State if state is not State.DRAFT])
def test_a_signed_version_moves_as_the_rules_say(proposal: Contract, now: State, to: State) -> None:
    if now is not State.PROPOSED:
        move(proposal.id, now)
    if now is to or any((row.before, row.after) == (now, to) for row in TABLE):
        move(proposal.id, to)
    else:
        with pytest.raises(IntegrityError):
            move(proposal.id, to)


@pytest.mark.parametrize("is_agreed", [False, True])
def test_content_that_was_proposed_stays(practice: Practice, *, is_agreed: bool) -> None:
    contract = agreed_contract(practice) if is_agreed else proposed_contract(practice)
    for values in (
        {"promise": b"More"},
        {"limits": b"None"},
        {"cost_of_staying_still": b"Nothing"},
        {"review_on": None},
        {"number": 9},
        {"kind": VersionKind.CLOSING},
        {"content_hash": bytes(32)},
    ):
        with pytest.raises(IntegrityError):
            update(ContractVersion, ContractVersion.id == contract.id, **values)


@pytest.mark.parametrize("is_agreed", [False, True])
@pytest.mark.parametrize(
    ("model", "values"),
    [(Task, {"target": 7}), (Task, {"text": b"Other"}), (Goal, {"text": b"Other"}), (ExpectedCost, {"text": b"None"})],
)
def test_lines_that_were_proposed_stay(
    practice: Practice, model: type[Task | Goal | ExpectedCost], values: dict[str, Any], *, is_agreed: bool
) -> None:
    contract = agreed_contract(practice) if is_agreed else proposed_contract(practice)
    draft = drafted_contract(practice)
    of_it = model.version_id == contract.id
    with pytest.raises(IntegrityError):
        update(model, of_it, **values)
    with pytest.raises(IntegrityError):
        update(model, of_it, position=9)
    update(model, model.version_id == draft, **values)


def test_no_line_is_added_to_or_taken_from_what_was_proposed(practice: Practice) -> None:
    proposal = proposed_contract(practice, costs=["One"])
    whose = {"patient_id": practice.patient.id, "version_id": proposal.id}
    loose = {**whose, "position": 9, "text": "More"}
    refuses(ExpectedCost, id=new_id(), **loose)
    goal = {"observable_sign": "", "how_it_is_now": "", "enough": "", "lineage_id": new_id()}
    refuses(Goal, id=new_id(), **loose, **goal)
    task = {"smaller_version": "", "telling": False, "kind": TaskKind.PRACTICE, "lineage_id": new_id()}
    refuses(Task, id=new_id(), **loose, **task)
    with pytest.raises(IntegrityError):
        update(ExpectedCost, ExpectedCost.version_id == drafted_contract(practice), version_id=proposal.id)
    for model in (Task, Goal, ExpectedCost):
        with pytest.raises(IntegrityError):
            delete(model, model.version_id == proposal.id)


def test_what_nobody_signed_or_answered_any_more_can_be_erased(practice: Practice) -> None:
    """From the leaves on, as erasing a whole patient has to."""
    proposal = proposed_contract(practice)
    delete(Signature, Signature.version_id == proposal.id)
    move(proposal.id, State.DRAFT)
    for model in (Task, Goal, ExpectedCost):
        delete(model, model.version_id == proposal.id)
    delete(ContractVersion, ContractVersion.id == proposal.id)


def test_answers_and_signatures_are_written_once(practice: Practice) -> None:
    agreed_contract(practice)
    for model, values in (
        (Answer, {"doubts": b"None"}),
        (TaskAnswer, {"reason": b"Another"}),
        (Signature, {"content_hash": bytes(32)}),
    ):
        with pytest.raises(IntegrityError):
            update(model, sa.true(), **values)


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


def test_nothing_is_no_hardest_cost(proposal: Contract, clock: FrozenClock) -> None:
    """Of sealed words a table sees whether there are any; that blanks aren't words, services say."""
    refuses(Answer, **answer_row(proposal, clock, hardest_cost_id=None, hardest_cost_words=""))
    insert(Answer, **answer_row(proposal, clock, hardest_cost_id=None, hardest_cost_words="Explaining it"))


# Invariant 9: a goal and the patient's reason.


@pytest.mark.parametrize(("reason", "idea"), [("", Idea.MINE), (REASON, None), ("", None)])
def test_a_reason_binds_only_in_words(
    proposal: Contract, answered: dict[str, Any], reason: str, idea: Idea | None
) -> None:
    values = {**of_task(proposal, answered["id"]), "reason": reason, "idea": idea}
    refuses(TaskAnswer, id=new_id(), binding=True, **values)
    insert(TaskAnswer, id=new_id(), binding=False, **values)


def of_task(contract: Contract, answer_id: UUID) -> dict[str, Any]:
    """Whose answer it is, and to which task."""
    return {"patient_id": contract.version.patient_id, "answer_id": answer_id, "task_id": contract.task_ids[0]}


def test_a_task_is_agreed_with_its_reason_in_the_answer_that_binds(
    practice: Practice, proposal: Contract, answered: dict[str, Any], clock: FrozenClock
) -> None:
    insert(Agreement, **agreement_row(proposal, clock, answer_id=answered["id"]))
    [task] = proposal.version.tasks
    agreed: dict[str, Any] = {
        "task_id": task.id,
        "patient_id": practice.patient.id,
        "version_id": proposal.id,
        "goal_id": task.goal_id,
        "answer_id": answered["id"],
        "binding": True,
    }
    refuses(AgreedTask, **agreed)
    said = {"patient_id": practice.patient.id, "task_id": task.id, "idea": Idea.MINE}
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
    said = of_task(agreed, answer.id) | {"task_id": loose, "reason": REASON, "idea": Idea.MINE}
    insert(TaskAnswer, id=new_id(), binding=True, **said)
    goal_id = agreed.version.goals[0].id
    for goal in (None, goal_id):
        of_it = {"patient_id": practice.patient.id, "version_id": agreed.id, "answer_id": answer.id}
        refuses(AgreedTask, task_id=loose, goal_id=goal, binding=True, **of_it)


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
def test_a_task_that_could_not_be_counted_is_not_kept(practice: Practice, values: dict[str, Any]) -> None:
    draft = drafted_contract(practice)
    rest = {"smaller_version": "", "telling": False, "position": 9, "text": "Go", "lineage_id": new_id()}
    refuses(Task, id=new_id(), patient_id=practice.patient.id, version_id=draft, **rest, **values)


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


def test_a_row_hangs_on_rows_of_its_own_patient(practice: Practice, proposal: Contract, clock: FrozenClock) -> None:
    """Lines, answers and what is said of a task: none can belong to somebody else than what it stands under."""
    draft, other = drafted_contract(practice), {"patient_id": practice.other_patient.id}
    goal = {"position": 8, "text": "Go", "observable_sign": "", "how_it_is_now": "", "enough": ""}
    line = {"id": new_id(), "version_id": draft, "lineage_id": new_id(), **goal}
    refuses(Goal, **line, **other)
    insert(Goal, **line, patient_id=practice.patient.id)
    row = answered_row(proposal, clock)
    said = {"id": new_id(), **of_task(proposal, row["id"]), "reason": REASON, "idea": Idea.MINE, "binding": True}
    refuses(TaskAnswer, **said | other)
    insert(TaskAnswer, **said)
