"""What may be agreed, and how a version of the contract moves; pure."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from companion.kernel.canonical import canonical

MOST_GOALS: Final = 3
"""Active at once."""
MOST_LINES: Final = 20
"""Tasks, or expected costs, in one version; more can't be read as one agreement. Ours, and not validated."""


class TaskKind(StrEnum):
    """The five kinds of task; only the first two are counted in an adherence fraction."""

    ONE_OFF = "one_off"
    WEEKLY = "weekly"
    RESPONSE = "response"
    PRACTICE = "practice"
    IN_SESSION = "in_session"


class VersionKind(StrEnum):
    """Whether a version is worked by, or is the last one, which the patient keeps."""

    WORKING = "working"
    CLOSING = "closing"


class State(StrEnum):
    """Where a version stands. That an agreed one was superseded or ended is said by its agreement."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    AGREED = "agreed"
    DECLINED = "declined"
    COUNTER_PROPOSED = "counter_proposed"
    WITHDRAWN = "withdrawn"


class Feels(StrEnum):
    """The patient's answer to "How does this feel?", from most to least the patient's own."""

    MINE = "mine"
    WORKED_OUT_TOGETHER = "worked_out_together"
    TOLD_BUT_I_CAN_CHOOSE = "told_but_i_can_choose"
    TOLD = "told"


class Decision(StrEnum):
    """What the patient makes of a proposal."""

    AGREE = "agree"
    WOULD_CHANGE = "would_change"
    NOT_NOW = "not_now"


class Idea(StrEnum):
    """Whose idea a task was, as the patient says."""

    MINE = "mine"
    OURS = "ours"
    THEIRS = "theirs"


class Scope(StrEnum):
    """What a pause covers."""

    TASK = "task"
    GOAL = "goal"
    EVERYTHING = "everything"


# How a version moves

MOVES: Final[Mapping[State, frozenset[State]]] = {
    State.DRAFT: frozenset({State.PROPOSED}),
    State.PROPOSED: frozenset({State.AGREED, State.DECLINED, State.COUNTER_PROPOSED, State.WITHDRAWN}),
    # "Not now" isn't "never": the same words may still be agreed to while nothing newer has been proposed.
    State.DECLINED: frozenset({State.PROPOSED, State.AGREED, State.WITHDRAWN}),
    # A counter-proposal that is declined or rests gives its parent back.
    State.COUNTER_PROPOSED: frozenset({State.PROPOSED, State.WITHDRAWN}),
    State.AGREED: frozenset(),
    State.WITHDRAWN: frozenset(),
}
"""From each state, those it may move to. A draft can also be thrown away, whole."""

ANSWERABLE: Final = frozenset({State.PROPOSED, State.DECLINED})


def may_move(now: State, to: State) -> bool:
    """Whether a version may go from the one state to the other."""
    return to in MOVES[now]


def state_after(now: State, decision: Decision, *, binds: bool) -> State:
    """Where an answerable version stands after an answer: only one that binds brings it into force."""
    if binds:
        return State.AGREED
    if decision is Decision.NOT_NOW:
        return State.DECLINED
    return State.PROPOSED if now is State.DECLINED else now


class Standing(StrEnum):
    """How a version reads in its history: its state, and for an agreed one whether it still holds."""

    DRAFT = "draft"
    WAITS = "waits"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    DECLINED = "declined"
    COUNTER_PROPOSED = "counter_proposed"
    WITHDRAWN = "withdrawn"


def standing(state: State, until_day: date | None) -> Standing:
    """Derive how a version stands; `until_day` is its agreement's, where it has one."""
    if state is State.AGREED:
        return Standing.IN_FORCE if until_day is None else Standing.SUPERSEDED
    return Standing.WAITS if state is State.PROPOSED else Standing(state.value)


# What a version says


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What a version says beside its goals, tasks and costs."""

    promise: str = ""
    """What therapy can give."""
    limits: str = ""
    cost_of_staying_still: str = ""
    review_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalWords:
    """A goal as it is written."""

    text: str
    observable_sign: str = ""
    how_it_is_now: str = ""
    enough: str = ""
    """What would be enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskWords:
    """A task as it is written. A weekly one has a target of 1-7, a one-off a window of local days, both included."""

    text: str
    kind: TaskKind
    smaller_version: str = ""
    target: int | None = None
    window_from: date | None = None
    window_until: date | None = None
    telling: bool = False
    """Whether it is about telling someone the truth."""

    def of_its_kind(self) -> "TaskWords":
        """The same without what only other kinds have."""
        is_one_off = self.kind is TaskKind.ONE_OFF
        return TaskWords(
            text=self.text,
            kind=self.kind,
            smaller_version=self.smaller_version,
            target=self.target if self.kind is TaskKind.WEEKLY else None,
            window_from=self.window_from if is_one_off else None,
            window_until=self.window_until if is_one_off else None,
            telling=self.telling,
        )


@dataclass(frozen=True, slots=True)
class GoalLine:
    """A goal of a version, the same across versions by its lineage."""

    lineage_id: UUID
    words: GoalWords


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task of a version, the same across versions by its lineage, and the goal it serves."""

    lineage_id: UUID
    goal_lineage_id: UUID | None
    words: TaskWords


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """All that both agree to when they agree to a version. Lines stand in their order."""

    patient_id: UUID
    number: int
    kind: VersionKind
    frame: Frame
    goals: tuple[GoalLine, ...]
    tasks: tuple[TaskLine, ...]
    costs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What a version changes in another, its lines by lineage; `gone` are the texts of those it leaves out."""

    new: frozenset[UUID]
    changed: frozenset[UUID]
    gone: tuple[str, ...]

    @property
    def has_any(self) -> bool:
        """Whether a goal or a task differs."""
        return bool(self.new or self.changed or self.gone)


def changes(before: Content, after: Content) -> Changes:
    """Which goals and tasks are new, said otherwise, or left out. A task that serves another goal is said otherwise."""
    old, new = _lines(before), _lines(after)
    return Changes(
        new=frozenset(new.keys() - old.keys()),
        changed=frozenset(lineage for lineage in new.keys() & old.keys() if new[lineage] != old[lineage]),
        gone=tuple(line.words.text for lineage, line in old.items() if lineage not in new),
    )


def _lines(content: Content) -> dict[UUID, GoalLine | TaskLine]:
    lines: tuple[GoalLine | TaskLine, ...] = (*content.goals, *content.tasks)
    return {line.lineage_id: line for line in lines}


HASHED_FORM: Final = "companion contract version, form 1"
"""Stands in front of what is hashed; another form of it, one day, will say another number."""


def content_hash(content: Content) -> bytes:
    """SHA-256 (32 bytes) over the one canonical form of a version: two that differ in a letter differ here."""
    return hashlib.sha256(canonical([HASHED_FORM, asdict(content)]).encode()).digest()


class Lack(StrEnum):
    """What a draft still lacks to be proposed."""

    PROMISE = "promise"
    GOAL = "goal"
    TASK = "task"
    COST = "cost"
    REVIEW_AHEAD = "review_ahead"


def lacks(content: Content, today: date) -> tuple[Lack, ...]:
    """What keeps a draft from being proposed, on this local day of the patient."""
    review_on = content.frame.review_on
    found = {
        Lack.PROMISE: not content.frame.promise,
        Lack.GOAL: not content.goals,
        Lack.TASK: not content.tasks,
        Lack.COST: not content.costs,
        Lack.REVIEW_AHEAD: review_on is not None and review_on < today,
    }
    return tuple(lack for lack, is_lacking in found.items() if is_lacking)


# What the patient says to it


@dataclass(frozen=True, slots=True)
class TaskSaid:
    """The patient's reason for a task, in the patient's words, and whose idea it was; each may be left out."""

    reason: str = ""
    idea: Idea | None = None

    @property
    def is_complete(self) -> bool:
        """Whether both are said, as agreeing asks for (invariant 9)."""
        return bool(self.reason) and self.idea is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer. The hardest cost is a line of the version's costs, or the patient's own words; ratings are 0-10."""

    decision: Decision
    feels: Feels | None = None
    hardest_cost_id: UUID | None = None
    hardest_cost_words: str = ""
    worth_it: int | None = None
    confidence: int | None = None
    doubts: str = ""
    tasks: Mapping[UUID, TaskSaid] = field(default_factory=dict)
    """By task."""

    @property
    def names_hardest_cost(self) -> bool:
        """Whether the patient said which cost will be hardest."""
        return self.hardest_cost_id is not None or bool(self.hardest_cost_words)

    def trimmed(self) -> "Said":
        """The same without blanks around its words: blanks alone say nothing."""
        tasks = {task_id: replace(said, reason=said.reason.strip()) for task_id, said in self.tasks.items()}
        return replace(
            self, hardest_cost_words=self.hardest_cost_words.strip(), doubts=self.doubts.strip(), tasks=tasks
        )


class Obstacle(StrEnum):
    """What keeps an answer that agrees from binding."""

    TOLD = "told"
    FEELING_UNSAID = "feeling_unsaid"
    NO_HARDEST_COST = "no_hardest_cost"
    TASK_WITHOUT_GOAL = "task_without_goal"
    TASK_WITHOUT_REASON = "task_without_reason"
    TASK_WITHOUT_IDEA = "task_without_idea"


def obstacles(said: Said, goal_of_task: Mapping[UUID, UUID | None]) -> tuple[Obstacle, ...]:
    """What keeps this answer from binding, `goal_of_task` being all tasks of the version (invariants 2 and 9).

    *Told* stands alone: whoever feels ordered about isn't asked for the rest.
    """
    if said.feels is Feels.TOLD:
        return (Obstacle.TOLD,)
    answers = [said.tasks.get(task_id, TaskSaid()) for task_id in goal_of_task]
    found = {
        Obstacle.FEELING_UNSAID: said.feels is None,
        Obstacle.NO_HARDEST_COST: not said.names_hardest_cost,
        Obstacle.TASK_WITHOUT_GOAL: None in goal_of_task.values(),
        Obstacle.TASK_WITHOUT_REASON: not all(answer.reason for answer in answers),
        Obstacle.TASK_WITHOUT_IDEA: not all(answer.idea for answer in answers),
    }
    return tuple(obstacle for obstacle, is_there in found.items() if is_there)


class Outcome(StrEnum):
    """What became of an answer."""

    IN_FORCE = "in_force"
    TOLD = "told"
    """Kept; nothing starts until the two have talked."""
    NOTED = "noted"


# Days


@dataclass(frozen=True, slots=True)
class Days:
    """Local days from the first until another, which is excluded; None goes on."""

    first_day: date
    until: date | None = None

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day and (self.until is None or day < self.until)

    def within(self, other: "Days") -> "Days | None":
        """The days that are in both, None where there are none."""
        ends = [until for until in (self.until, other.until) if until is not None]
        first_day, until = max(self.first_day, other.first_day), min(ends, default=None)
        return None if until is not None and until <= first_day else Days(first_day, until)


def not_before(day: date, earlier: date) -> date:
    """The day on which something ends or follows that began on `earlier`.

    Whoever travels west may be a day younger than before; what they do then belongs to the day it began.
    """
    return max(day, earlier)


def is_overdue(review_on: date | None, today: date) -> bool:
    """Whether a version's review date has gone by, on this local day of the patient."""
    return review_on is not None and review_on < today


def is_stale(agreed_to: bytes, stands: bytes | None) -> bool:
    """Whether the content that was answered isn't the one that stands."""
    return agreed_to != stands
