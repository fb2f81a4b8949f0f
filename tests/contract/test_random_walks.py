"""The two sides do anything, in any order, with time going by: what always holds of a contract holds after each act.

Every run walks the same ways. To walk others, and more of them:
    WALKS=200 .venv/bin/python -m pytest tests/contract/test_random_walks.py
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from companion.accounts.rules import Actor, Role
from companion.contract import services
from companion.contract.models import (
    AgreedTask,
    Agreement,
    Answer,
    ContractVersion,
    ExpectedCost,
    Goal,
    OrderFlag,
    Pause,
    Reply,
    Signature,
    Task,
    TaskAnswer,
)
from companion.contract.queries import version
from companion.contract.queries.versions import load
from companion.contract.rules import (
    Decision,
    Feels,
    GoalOutcome,
    GoalWords,
    Idea,
    Said,
    Scope,
    State,
    TaskSaid,
    VersionKind,
    content_hash,
)
from companion.contract.rules.moves import TABLE, Move, Mover, Row
from companion.extensions import db
from companion.kernel.errors import NotFoundError, RefusedError
from companion.transaction import transaction
from tests.conftest import NOON
from tests.factories.contract import FRAME, GOAL, agreed_contract, drafted_contract, practice_task, weekly
from tests.factories.people import Practice, make_person, put_in_care

TABLES = (ContractVersion, Goal, Task, ExpectedCost, Answer, TaskAnswer, Signature, Reply)
TABLES_AFTER = (Agreement, AgreedTask, OrderFlag, Pause)
Dump = Mapping[str, list[Mapping[str, Any]]]
T = TypeVar("T")
NONE: Final = "there is none"

OPEN: Final = frozenset({State.PROPOSED, State.DECLINED})
MOVES: Final = {(row.before, row.after): row for row in TABLE}


def dump_of(patient_id: UUID) -> Dump:
    """All rows of a patient's contract as they are stored, sealed words included."""
    return {
        model.__tablename__: sorted(
            (dict(row._mapping) for row in _rows(model.__table__, patient_id)),  # noqa: SLF001  # its public name
            key=str,
        )
        for model in (*TABLES, *TABLES_AFTER)
    }


def _rows(table: sa.FromClause, patient_id: UUID) -> Sequence[sa.Row[Any]]:
    return db.session.execute(sa.select(table).where(table.c.patient_id == patient_id)).all()


class Walk:
    """One patient and their therapist, from a beginning that is drawn; `a` and `b` of an act choose among what is."""

    def __init__(self, practice: Practice, beginning: str) -> None:
        self.practice, self.now = practice, NOON
        self.patient, self.therapist = practice.patient, practice.therapist
        if beginning == "agreed":
            agreed_contract(practice, [weekly(), practice_task()], at=NOON - timedelta(days=3))
        elif beginning == "drafted":
            drafted_contract(practice, at=NOON - timedelta(days=3))
        self.frozen: dict[UUID, object] = {}
        self.moves: set[Move] = set()
        self.seen = self.dump()
        self._hold(self.seen)

    def dump(self) -> Dump:
        return dump_of(self.patient.id)

    # What stands, to choose from.

    def side(self, a: int) -> Actor:
        return (self.patient, self.therapist)[a % 2]

    def pick(self, among: Sequence[T], number: int) -> T:
        """One of these; RefusedError where there is none, as a page would offer none."""
        if not among:
            raise RefusedError(NONE)
        return among[number % len(among)]

    def versions(self, *states: State, author: Role | None = None) -> list[UUID]:
        rows = sorted(self.seen["contract_version"], key=lambda row: row["number"])
        return [
            row["id"]
            for row in rows
            if (not states or row["state"] in states) and (author is None or row["author"] is author)
        ]

    def lines(self, table: str, version_id: UUID) -> list[UUID]:
        rows = [row for row in self.seen[table] if row["version_id"] == version_id]
        return [row["id"] for row in sorted(rows, key=lambda row: (row["position"], str(row["id"])))]

    def own_draft(self, actor: Actor) -> UUID:
        return self.pick(self.versions(State.DRAFT, author=actor.role), 0)

    # What either does.

    def start(self, a: int, b: int) -> None:
        bases = [None, *self.versions()]  # drafts too, which are refused
        kind = VersionKind.CLOSING if b % 7 == 6 else VersionKind.WORKING
        services.start_draft(self.side(a), self.patient.id, self.now, bases[b % len(bases)], kind)

    def complete(self, a: int, b: int) -> None:
        """Put into a draft what it may still lack."""
        actor = self.side(a)
        draft_id = self.own_draft(actor)
        frame = replace(FRAME, early_signs="Excuses", what_helped="Going", first_steps="Ring", come_back="Soon")
        services.set_frame(actor, draft_id, FRAME if b % 2 else frame, self.now)
        goals = self.lines("goal", draft_id)
        goal = goals[0] if goals else services.add_goal(actor, draft_id, GOAL)
        for task in self.lines("task", draft_id):
            services.change_task(actor, task, weekly(1 + b % 7).words, goal)
        if not self.lines("expected_cost", draft_id):
            services.add_cost(actor, draft_id, "Guilt")
        if not self.lines("task", draft_id):
            services.add_task(actor, draft_id, weekly().words, goal)

    def add(self, a: int, b: int) -> None:
        actor = self.side(a)
        draft_id = self.own_draft(actor)
        goals = [None, *self.lines("goal", draft_id)]
        if b % 3 == 0:
            services.add_goal(actor, draft_id, GoalWords(text=f"Goal {b}"))
        elif b % 3 == 1:
            services.add_task(actor, draft_id, practice_task(f"Task {b}").words, goals[b % len(goals)])
        else:
            services.add_cost(actor, draft_id, f"Cost {b}")

    def change(self, a: int, b: int) -> None:
        actor, table = self.side(a), ("goal", "task", "expected_cost")[b % 3]
        version_id = self.pick(self.versions(), b // 3) if b % 5 == 4 else self.own_draft(actor)
        line = self.pick(self.lines(table, version_id), b)
        if table == "goal":
            outcome = (None, *GoalOutcome)[b % 4]
            services.change_goal(actor, line, GoalWords(text=f"Goal {b}", outcome=outcome))
        elif table == "task":
            goal = self.pick([None, *self.lines("goal", version_id)], b)
            services.change_task(actor, line, weekly(1 + b % 7, f"Task {b}").words, goal)
        else:
            services.change_cost(actor, line, f"Cost {b}")

    def remove(self, a: int, b: int) -> None:
        actor, table = self.side(a), ("goal", "task", "expected_cost")[b % 3]
        version_id = self.pick(self.versions(), b // 3) if b % 5 == 4 else self.own_draft(actor)
        line = self.pick(self.lines(table, version_id), b)
        {"goal": services.remove_goal, "task": services.remove_task, "expected_cost": services.remove_cost}[table](
            actor, line
        )

    def why(self, a: int, b: int) -> None:
        services.say_why(self.side(a), self.own_draft(self.side(a)), f"Why {b}")

    def propose(self, a: int, b: int) -> None:
        actor = self.side(a)
        which = self.pick(self.versions(), b) if b % 5 == 4 else self.own_draft(actor)
        services.propose(actor, which, self.now)

    def discard(self, a: int, b: int) -> None:
        services.discard_draft(self.side(a), self.pick(self.versions(State.DRAFT), b), self.now)

    def withdraw(self, a: int, b: int) -> None:
        actor = self.side(a)
        their_own = self.versions(*(OPEN | {State.COUNTER_PROPOSED}), author=actor.role)
        services.withdraw(actor, self.pick(self.versions() if b % 5 == 4 else their_own, -1 - b), self.now)

    def answer(self, a: int, b: int) -> None:
        """Mostly what waits, mostly so that it binds."""
        which = self.pick(self.versions() if a % 5 == 4 else self.versions(*OPEN), -1 - a)
        read = version(self.patient, self.patient.id, which)
        said = Said(
            decision=(Decision.AGREE, Decision.AGREE, Decision.WOULD_CHANGE, Decision.NOT_NOW)[b % 4],
            feels=(Feels.MINE, Feels.TOLD_BUT_I_CAN_CHOOSE, Feels.TOLD, Feels.MINE, None)[b % 5],
            hardest_cost_id=read.costs[0].id if read.costs and b % 11 else None,
            tasks={task.id: TaskSaid("" if b % 7 == 6 else "To see", Idea.OURS) for task in read.tasks},
        )
        agreed_hash = bytes(32) if b % 13 == 12 else read.content_hash or b""
        services.answer(self.patient, which, agreed_hash, said, self.now)

    def flag(self, a: int, b: int) -> None:
        version_id = self.pick(self.versions(), -1 - a)
        tasks = self.lines("task", version_id)
        if b % 2 and tasks:
            services.flag_task(self.patient, self.pick(tasks, b), "", self.now)
        else:
            services.flag_version(self.patient, version_id, "", self.now)

    def accept(self, a: int, b: int) -> None:
        which = self.pick(self.versions() if b % 5 == 4 else self.versions(*OPEN, author=Role.PATIENT), -1 - a)
        stands = next(row["content_hash"] for row in self.seen["contract_version"] if row["id"] == which)
        services.accept(self.therapist, which, bytes(32) if b % 7 == 6 else stands or b"", self.now)

    def rest(self, a: int, b: int) -> None:
        which = self.pick(self.versions() if b % 5 == 4 else self.versions(*OPEN, author=Role.PATIENT), -1 - a)
        services.let_rest(self.therapist, which, f"Word {b}" if b % 2 else "", self.now)

    def pause(self, a: int, b: int) -> None:
        scope = list(Scope)[a % 3]
        if scope is Scope.EVERYTHING:
            services.pause(self.patient, scope, None, self.now)
            return
        line = self.pick(self.seen[scope.value], b)
        services.pause(self.patient, scope, line["lineage_id"], self.now)

    def resume(self, a: int, b: int) -> None:
        services.resume(self.patient, self.pick(self.seen["pause"], a + b)["id"], self.now)

    def wait(self, a: int, b: int) -> None:
        self.now += timedelta(days=a % 3, hours=b)

    # What must hold after it.

    def do(self, name: str, a: int, b: int) -> None:
        self.now += timedelta(minutes=1)
        act: Callable[[int, int], None] = getattr(self, name)
        try:
            with transaction():
                act(a, b)
        except (RefusedError, NotFoundError):
            assert self.dump() == self.seen, "a refusal changes nothing"
            return
        before, self.seen = self.seen, self.dump()
        actor = {"answer": self.patient, "accept": self.therapist, "rest": self.therapist}.get(name, self.side(a))
        self._moved(before, actor)
        self._hold(self.seen)

    def _moved(self, before: Dump, actor: Actor) -> None:
        was, now = ({row["id"]: row for row in dump["contract_version"]} for dump in (before, self.seen))
        for version_id, row in now.items():
            old = was.get(version_id)
            if old is None:
                assert row["state"] is State.DRAFT
            elif old["state"] is not row["state"]:
                move = MOVES.get((old["state"], row["state"]))
                assert move, f"{old['state']} to {row['state']}"
                assert _is_theirs(move, row["author"], actor), f"{move} of {row['author']}'s by {actor.role}"
                self.moves.add(move.move)
                assert (row["state"] is State.AGREED) == any(
                    each["version_id"] == version_id for each in self.seen["agreement"]
                )
        assert all(was[gone]["state"] is State.DRAFT for gone in was.keys() - now.keys())

    def _hold(self, dump: Dump) -> None:
        versions = {row["id"]: row for row in dump["contract_version"]}
        for version_id, row in versions.items():
            if row["state"] is not State.DRAFT:
                assert self.frozen.setdefault(version_id, _frozen(dump, row)) == _frozen(dump, row)
        assert self.frozen.keys() <= versions.keys(), "what was proposed stays"
        assert sum(row["until_day"] is None for row in dump["agreement"]) <= 1
        answers, signatures = ({row["id"]: row for row in dump[name]} for name in ("answer", "signature"))
        for agreement in dump["agreement"]:
            self._agreed(dump, agreement, answers[agreement["answer_id"]], signatures[agreement["signature_id"]])
            assert versions[agreement["version_id"]]["state"] is State.AGREED
        agreed = {row["version_id"]: row["answer_id"] for row in dump["agreement"]}
        reasons = {(row["answer_id"], row["task_id"]): row for row in dump["task_answer"]}
        tasks = {row["id"]: row for row in dump["task"]}
        for task in dump["agreed_task"]:
            assert task["answer_id"] == agreed[task["version_id"]]
            assert tasks[task["task_id"]]["version_id"] == task["version_id"]
            assert tasks[task["task_id"]]["goal_id"] == task["goal_id"] is not None
            assert reasons[task["answer_id"], task["task_id"]]["binding"]
        for version_id in agreed:
            of_version = {row["id"] for row in dump["task"] if row["version_id"] == version_id}
            assert of_version == {row["task_id"] for row in dump["agreed_task"] if row["version_id"] == version_id}

    def _agreed(
        self, dump: Dump, agreement: Mapping[str, Any], answer: Mapping[str, Any], signature: Mapping[str, Any]
    ) -> None:
        """Both agreed to the same words, and each meant it to the last."""
        version_id, at = agreement["version_id"], agreement["at"]
        assert answer["version_id"] == signature["version_id"] == version_id
        assert answer["content_hash"] == signature["content_hash"] == agreement["content_hash"]
        assert answer["binding"]
        assert answer["feels"] not in {None, Feels.TOLD}
        assert answer["hardest_cost_id"]
        assert at == max(answer["at"], signature["at"])
        assert not _since(dump["answer"], version_id, answer["at"], at), "the latest answer is the one that binds"
        assert not _since(dump["order_flag"], version_id, answer["at"], at), "called an order since"
        assert not _since(dump["reply"], version_id, signature["at"], at), "left to rest since"

    def end(self) -> None:
        """Read back through the door that pages use, what was proposed still has its hash."""
        for version_id in self.frozen:
            read = load(version_id)
            assert read
            assert content_hash(read.content) == read.content_hash


def _since(rows: Sequence[Mapping[str, Any]], version_id: UUID, after: datetime, until: datetime) -> bool:
    return any(row["version_id"] == version_id and after < row["at"] <= until for row in rows)


def _frozen(dump: Dump, version: Mapping[str, Any]) -> object:
    """A version with its lines, without the one thing of it that goes on changing."""
    lines = [
        row for name in ("goal", "task", "expected_cost") for row in dump[name] if row["version_id"] == version["id"]
    ]
    return {name: value for name, value in version.items() if name != "state"}, lines


def _is_theirs(move: Row, author: Role, actor: Actor) -> bool:
    """Whether the one who acted is whose move it is; another's agreement overtakes whatever waits."""
    if move.move is Move.COUNTER or move.mover is Mover.BOTH:
        return True
    return (author is actor.role) == (move.mover is Mover.AUTHOR)


OFFERING: Final = ("start", "complete", "why", "propose")
"""One after the other, because drawn by chance alone they seldom are."""
DRAFTING = ("start", "complete", "add", "change", "remove", "why", "discard")
NEGOTIATING = (
    *("offer", "offer", "offer", "offer", "propose", "propose", "answer", "answer", "answer", "answer"),
    *("accept", "accept", "accept", "rest", "rest", "withdraw", "flag"),
)
BESIDE = ("pause", "resume", "wait")

OFTEN: Final = {Move.PROPOSE, Move.AGREE, Move.COUNTER, Move.WITHDRAW}
"""What a few walks come to already."""

small = st.integers(0, 30)
act = st.tuples(st.sampled_from((*DRAFTING, *NEGOTIATING, *BESIDE)), small, small)
walks = st.lists(act, min_size=20, max_size=40)


@pytest.fixture
def newcomers(app: Flask, practice: Practice) -> Callable[[], Practice]:
    """A patient of the same therapist for each walk, so that no walk meets what another left."""

    def one() -> Practice:
        patient = make_person(Role.PATIENT, "Mark")
        put_in_care(patient.id, practice.therapist.id)
        return replace(practice, patient=patient)

    return one


def walked(request: pytest.FixtureRequest) -> int:
    asked = int(os.environ.get("WALKS", "0"))
    return asked or (4 if "postgresql" in request.node.name else 14)


@pytest.mark.usefixtures("context")
def test_whatever_the_two_do_what_always_holds_holds(
    request: pytest.FixtureRequest, newcomers: Callable[[], Practice]
) -> None:
    @settings(
        max_examples=walked(request),
        derandomize="WALKS" not in os.environ,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.sampled_from(["nothing", "drafted", "agreed"]), walks)
    def go(beginning: str, acts: list[tuple[str, int, int]]) -> None:
        walk = Walk(newcomers(), beginning)
        for name, a, b in acts:
            for each in OFFERING if name == "offer" else (name,):
                walk.do(each, a, b)
        walk.end()
        seen.update(walk.moves)

    seen: set[Move] = set()
    go()
    assert seen >= (OFTEN if "postgresql" in request.node.name else set(Move)), "walks that lead nowhere try nothing"
