"""Contracts that were really drafted, proposed and answered, as short as a test can say them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from uuid import UUID

from companion.accounts.rules import Actor
from companion.contract import services
from companion.contract.queries import VersionRead, version
from companion.contract.rules import (
    Decision,
    Feels,
    Frame,
    GoalWords,
    Idea,
    Outcome,
    Said,
    Scope,
    TaskKind,
    TaskSaid,
    TaskWords,
)
from companion.transaction import transaction
from tests.factories.people import Practice

FIRST_MONDAY = datetime(2025, 2, 3, 9, 0, tzinfo=UTC)
"""10:00 in Rome; a month before the instant at which frozen tests begin."""

GOAL = GoalWords(text="An evening of my own, now and then", observable_sign="I go out", enough="Twice a month")
FRAME = Frame(
    promise="An hour a week, and company while you try it.",
    limits="Nobody reads this live.",
    cost_of_staying_still="Another year like the last.",
    review_on=date(2025, 6, 2),
)
COSTS = ("Guilt on the way out", "A dull evening")
REASON = "I want to see what it's like."


@dataclass(frozen=True)
class TaskPlan:
    """A task to agree on; with `lineage_id`, the next version of one that was agreed before."""

    words: TaskWords
    lineage_id: UUID | None = None
    goal: int = 0
    """Which goal it serves, by position."""


def weekly(target: int = 3, text: str = "Something for myself", lineage_id: UUID | None = None) -> TaskPlan:
    return TaskPlan(TaskWords(text=text, kind=TaskKind.WEEKLY, target=target), lineage_id)


def one_off(
    window_until: date,
    text: str = "Dinner with a colleague",
    *,
    window_from: date | None = None,
    telling: bool = False,
    lineage_id: UUID | None = None,
) -> TaskPlan:
    return TaskPlan(
        TaskWords(
            text=text, kind=TaskKind.ONE_OFF, window_from=window_from, window_until=window_until, telling=telling
        ),
        lineage_id,
    )


def practice_task(text: str = "Say where I am going", *, telling: bool = False) -> TaskPlan:
    return TaskPlan(TaskWords(text=text, kind=TaskKind.PRACTICE, telling=telling))


def response_task(text: str = "Notice it, and let it pass", lineage_id: UUID | None = None) -> TaskPlan:
    return TaskPlan(TaskWords(text=text, kind=TaskKind.RESPONSE), lineage_id)


@dataclass(frozen=True)
class Contract:
    """A version of a contract, as its patient reads it."""

    version: VersionRead
    proposed: VersionRead = field(repr=False)
    """The same as it stood before it was answered."""

    @property
    def id(self) -> UUID:
        return self.version.id

    @property
    def content_hash(self) -> bytes:
        assert self.version.content_hash
        return self.version.content_hash

    @property
    def task_ids(self) -> tuple[UUID, ...]:
        """In the order in which they were given."""
        return tuple(task.id for task in self.version.tasks)

    @property
    def lineage_ids(self) -> tuple[UUID, ...]:
        """Of the tasks, in the order in which they were given."""
        return tuple(task.lineage_id for task in self.version.tasks)

    @property
    def goal_lineage_ids(self) -> tuple[UUID, ...]:
        return tuple(goal.lineage_id for goal in self.version.goals)


def drafted_contract(
    practice: Practice,
    tasks: Sequence[TaskPlan] | None = None,
    *,
    at: datetime = FIRST_MONDAY,
    goals: Sequence[GoalWords] = (GOAL,),
    costs: Sequence[str] = COSTS,
    frame: Frame = FRAME,
) -> UUID:
    """A draft by the practice's therapist, holding just these lines; returns its id."""
    therapist = practice.therapist
    with transaction():
        draft_id = services.start_draft(therapist, practice.patient.id, at)
        services.set_frame(therapist, draft_id, frame, at)
    copied = version(therapist, practice.patient.id, draft_id)
    with transaction():
        goal_ids = _goals(therapist, copied, goals)
        _tasks(therapist, copied, [weekly()] if tasks is None else tasks, goal_ids)
        for cost in copied.costs:
            services.remove_cost(therapist, cost.id)
        for text in costs:
            services.add_cost(therapist, draft_id, text)
    return draft_id


def _goals(therapist: Actor, draft: VersionRead, goals: Sequence[GoalWords]) -> list[UUID]:
    """Goals keep their lineages by position."""
    for goal in draft.goals[len(goals) :]:
        services.remove_goal(therapist, goal.id)
    kept = [goal.id for goal in draft.goals[: len(goals)]]
    for goal_id, words in zip(kept, goals, strict=False):
        services.change_goal(therapist, goal_id, words)
    return kept + [services.add_goal(therapist, draft.id, words) for words in goals[len(kept) :]]


def _tasks(therapist: Actor, draft: VersionRead, tasks: Sequence[TaskPlan], goal_ids: list[UUID]) -> None:
    known = {task.lineage_id: task.id for task in draft.tasks}
    for lineage_id, task_id in known.items():
        if lineage_id not in {task.lineage_id for task in tasks}:
            services.remove_task(therapist, task_id)
    for task in tasks:
        goal_id = goal_ids[task.goal] if goal_ids else None
        if task.lineage_id:
            services.change_task(therapist, known[task.lineage_id], task.words, goal_id)
        else:
            services.add_task(therapist, draft.id, task.words, goal_id)


def proposed_contract(
    practice: Practice,
    tasks: Sequence[TaskPlan] | None = None,
    *,
    at: datetime = FIRST_MONDAY,
    goals: Sequence[GoalWords] = (GOAL,),
    costs: Sequence[str] = COSTS,
    frame: Frame = FRAME,
) -> Contract:
    """A proposal that waits for the practice's patient."""
    draft_id = drafted_contract(practice, tasks, at=at, goals=goals, costs=costs, frame=frame)
    with transaction():
        services.propose(practice.therapist, draft_id, at)
    read = version(practice.patient, practice.patient.id, draft_id)
    return Contract(read, proposed=read)


def agreed_contract(
    practice: Practice,
    tasks: Sequence[TaskPlan] | None = None,
    *,
    at: datetime = FIRST_MONDAY,
    feels: Feels = Feels.MINE,
    goals: Sequence[GoalWords] = (GOAL,),
    frame: Frame = FRAME,
) -> Contract:
    """A version in force from the patient's day of `at` on; one weekly task, three times, unless told otherwise."""
    proposed = proposed_contract(practice, tasks, at=at, goals=goals, frame=frame)
    with transaction():
        outcome = services.answer(
            practice.patient, proposed.id, proposed.content_hash, agreeing(proposed, feels=feels), at
        )
    assert outcome is Outcome.IN_FORCE
    return Contract(version(practice.patient, practice.patient.id, proposed.id), proposed=proposed.version)


def agreeing(contract: Contract, **changes: object) -> Said:
    """An answer that binds, changed as told."""
    said = Said(
        decision=Decision.AGREE,
        feels=Feels.MINE,
        hardest_cost_id=contract.version.costs[0].id,
        tasks={task_id: TaskSaid(REASON, Idea.OURS) for task_id in contract.task_ids},
    )
    return replace(said, **changes)  # type: ignore[arg-type]  # fields by name, as a test says them


def let_rest(practice: Practice, contract: Contract, *, at: datetime, until: datetime | None = None) -> UUID:
    """The first task of a contract rests from the patient's day of `at`, until taken up on that of `until`."""
    with transaction():
        pause_id = services.pause(practice.patient, Scope.TASK, contract.lineage_ids[0], at)
    if until:
        with transaction():
            services.resume(practice.patient, pause_id, until)
    return pause_id
