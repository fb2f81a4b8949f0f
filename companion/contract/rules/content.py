"""What a version says, what it still lacks, and the hash over what both agree to; pure."""

import hashlib
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from companion.contract.rules.days import is_overdue
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


class GoalOutcome(StrEnum):
    """How a goal ends, by both signatures; letting one go is a finding, too."""

    ATTAINED = "attained"
    CHANGED = "changed"
    LET_GO = "let_go"


class VersionKind(StrEnum):
    """Whether a version is worked by, or is the last one, which the patient keeps."""

    WORKING = "working"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What a version says beside its goals, tasks and costs."""

    promise: str = ""
    """What therapy can give."""
    limits: str = ""
    cost_of_staying_still: str = ""
    review_on: date | None = None
    early_signs: str = ""
    """Of a closing version only, as what follows: what tells that it begins again."""
    what_helped: str = ""
    first_steps: str = ""
    """What to do first."""
    come_back: str = ""
    """When to come back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalWords:
    """A goal as it is written."""

    text: str
    observable_sign: str = ""
    how_it_is_now: str = ""
    enough: str = ""
    """What would be enough."""
    outcome: GoalOutcome | None = None
    """How it ended with this version; None while it goes on."""
    wish_id: UUID | None = None
    """The patient's wish that it serves, where it serves one."""

    @property
    def in_its_row(self) -> dict[str, Any]:
        """All but the wish, which stands in a row of its own."""
        return {name: value for name, value in asdict(self).items() if name != "wish_id"}

    @property
    def is_active(self) -> bool:
        """Whether it goes on."""
        return self.outcome is None


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

    @property
    def how_often(self) -> tuple[TaskKind, int | None, date | None, date | None]:
        """Its kind with what only its kind has."""
        return self.kind, self.target, self.window_from, self.window_until

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
    wish: str = field(default="", compare=False)
    """The words of the wish as they read now: which wish it is has been agreed to, not how it is worded."""


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

CLOSING: Final = ("early_signs", "what_helped", "first_steps", "come_back")
"""What only a closing version says."""

SINCE_FORM_1: Final = frozenset({*CLOSING, "outcome", "wish_id"})
"""What came later is hashed only where it says something, so that what was agreed before keeps its hash."""


BESIDE: Final = frozenset({"wish"})
"""What is shown with a version and is no part of it."""


def content_hash(content: Content) -> bytes:
    """SHA-256 (32 bytes) over the one canonical form of a version: two that differ in a letter differ here."""
    return hashlib.sha256(canonical([HASHED_FORM, asdict(content, dict_factory=_as_hashed)]).encode()).digest()


def _as_hashed(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {name: value for name, value in pairs if name not in BESIDE and (value or name not in SINCE_FORM_1)}


def differs(before: Content, after: Content) -> bool:
    """Whether two versions say anything otherwise; their numbers and lineages don't count as saying."""
    return replace(before, number=after.number) != after


class Lack(StrEnum):
    """What a draft still lacks to be proposed."""

    PROMISE = "promise"
    GOAL = "goal"
    TASK = "task"
    COST = "cost"
    REVIEW_AHEAD = "review_ahead"
    TASK_OF_ENDED_GOAL = "task_of_ended_goal"
    EARLY_SIGNS = "early_signs"
    WHAT_HELPED = "what_helped"
    FIRST_STEPS = "first_steps"
    COME_BACK = "come_back"
    CHANGE = "change"
    """The patient's own: nothing is changed in it, and nothing said with it."""


def lacks(content: Content, today: date) -> tuple[Lack, ...]:
    """What keeps a version from being agreed to by the therapist, on this local day of the patient."""
    is_closing = content.kind is VersionKind.CLOSING
    frame = content.frame
    found = {
        Lack.PROMISE: not is_closing and not frame.promise,
        Lack.GOAL: not is_closing and not any(goal.words.is_active for goal in content.goals),
        Lack.TASK: not is_closing and not content.tasks,
        Lack.COST: not is_closing and not content.costs,
        Lack.REVIEW_AHEAD: is_overdue(frame.review_on, today),
        Lack.TASK_OF_ENDED_GOAL: _has_task_of_ended_goal(content),
        Lack.EARLY_SIGNS: is_closing and not frame.early_signs,
        Lack.WHAT_HELPED: is_closing and not frame.what_helped,
        Lack.FIRST_STEPS: is_closing and not frame.first_steps,
        Lack.COME_BACK: is_closing and not frame.come_back,
    }
    return tuple(lack for lack, is_lacking in found.items() if is_lacking)


def patient_lacks(content: Content, begun_as: Content | None, why: str, today: date) -> tuple[Lack, ...]:
    """What keeps the patient's own draft from being proposed: a wish needs no frame, only something that it asks for.

    `begun_as` is what it said before anything was changed in it (see `as_begun`), `why` the words that go with it. What
    only the therapist can add, they add before they agree (`lacks`).
    """
    asks = bool(why) or (differs(begun_as, content) if begun_as else bool(content.goals or content.tasks))
    found = {
        Lack.CHANGE: not asks,
        Lack.REVIEW_AHEAD: is_overdue(content.frame.review_on, today),
        Lack.TASK_OF_ENDED_GOAL: _has_task_of_ended_goal(content),
    }
    return tuple(lack for lack, is_lacking in found.items() if is_lacking)


def as_begun(base: Content, kind: VersionKind, today: date, *, is_agreed: bool) -> Content:
    """What a draft of a kind that is begun from this says before anything is changed in it.

    A review date that has gone by is left out, and a goal that ended: but not where its end is only proposed yet. A
    closing version has no tasks and no day to look at it again; what only it says, no other version begins with.
    """
    is_closing = kind is VersionKind.CLOSING
    goals = tuple(goal for goal in base.goals if goal.words.is_active or not is_agreed)
    gone_by = is_closing or is_overdue(base.frame.review_on, today)
    frame = replace(base.frame, review_on=None if gone_by else base.frame.review_on)
    if not is_closing:
        frame = replace(frame, early_signs="", what_helped="", first_steps="", come_back="")
    return replace(base, kind=kind, goals=goals, frame=frame, tasks=() if is_closing else base.tasks)


def _has_task_of_ended_goal(content: Content) -> bool:
    ended = {goal.lineage_id for goal in content.goals if not goal.words.is_active}
    return any(task.goal_lineage_id in ended for task in content.tasks)


class Silence(StrEnum):
    """Why there is nothing to go by, or not any more."""

    NO_VERSION = "no_version"
    NO_GOAL = "no_goal"
    NO_TASK = "no_task"
    REVIEW_GONE_BY = "review_gone_by"


def silence(content: Content | None, today: date) -> Silence | None:
    """Whether both lack a direction: nothing in force, nothing in it to go for, or its review date gone by (R1)."""
    if content is None:
        return Silence.NO_VERSION
    if content.kind is VersionKind.CLOSING:
        return None
    if not any(goal.words.is_active for goal in content.goals):
        return Silence.NO_GOAL
    if not content.tasks:
        return Silence.NO_TASK
    return Silence.REVIEW_GONE_BY if is_overdue(content.frame.review_on, today) else None


def is_stale(agreed_to: bytes, stands: bytes | None) -> bool:
    """Whether the content that was answered isn't the one that stands."""
    return agreed_to != stands
