"""A version of the contract as pages and other rooms read it: whole, frozen, without a tie to the database."""

import hashlib
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from companion.accounts.rules import Role
from companion.contract.rules import (
    ANSWERABLE,
    Content,
    Decision,
    Feels,
    Frame,
    GoalLine,
    GoalWords,
    Idea,
    Standing,
    State,
    TaskLine,
    TaskWords,
    VersionKind,
    content_hash,
    standing,
)
from companion.kernel.canonical import canonical


@dataclass(frozen=True)
class GoalRead:
    """A goal of a version."""

    id: UUID
    lineage_id: UUID
    words: GoalWords
    wish: str = ""
    """The words of the wish that it serves."""


@dataclass(frozen=True)
class TaskRead:
    """A task of a version, and the goal of the same version that it serves."""

    id: UUID
    lineage_id: UUID
    goal_id: UUID | None
    words: TaskWords


@dataclass(frozen=True)
class CostRead:
    """A line of what it will probably cost."""

    id: UUID
    text: str


def fingerprint(shown: GoalRead | TaskRead | CostRead | Frame | str) -> bytes:
    """SHA-256 over what a page shows of a draft, so that it can be told whether it still stands when it is sent."""
    return hashlib.sha256(canonical(shown if isinstance(shown, str) else asdict(shown)).encode()).digest()


@dataclass(frozen=True)
class TaskSaidRead:
    """What the patient said of a task: the reason in the patient's words, "" where none, and whose idea it was."""

    reason: str
    idea: Idea | None


@dataclass(frozen=True)
class AnswerRead:
    """One answer to a version; `hardest_cost` is in words, whether a line of the costs or the patient's own."""

    id: UUID
    at: datetime
    decision: Decision
    feels: Feels | None
    hardest_cost: str
    worth_it: int | None
    confidence: int | None
    doubts: str
    tasks: dict[UUID, TaskSaidRead]
    """By task."""


@dataclass(frozen=True)
class FlagRead:
    """What feels like an order: one task, or the version where `task_id` is None."""

    at: datetime
    task_id: UUID | None
    words: str


@dataclass(frozen=True)
class ReplyRead:
    """The therapist lets a proposal of the patient rest; `words` "" where nothing was said with it."""

    at: datetime
    words: str


@dataclass(frozen=True, kw_only=True)
class VersionRead:
    """A version with all its lines, answers (oldest first) and flags; days are local to the patient."""

    id: UUID
    patient_id: UUID
    number: int
    kind: VersionKind
    parent_id: UUID | None
    """What it was begun from."""
    author: Role
    state: State
    frame: Frame
    content_hash: bytes | None
    created_at: datetime
    proposed_at: datetime | None
    from_day: date | None
    """The first day in force, where it was agreed."""
    until_day: date | None
    """The first day no longer in force."""
    is_followed: bool
    """Whether another agreement took the place of its own."""
    is_overtaken: bool
    """Whether its side has proposed something newer, or a newer version has come into force since it was proposed."""
    signed_at: datetime | None
    """When the therapist signed it; None where they let it rest since."""
    why: str
    """What its author says with it."""
    goals: tuple[GoalRead, ...]
    tasks: tuple[TaskRead, ...]
    costs: tuple[CostRead, ...]
    answers: tuple[AnswerRead, ...]
    flags: tuple[FlagRead, ...]
    replies: tuple[ReplyRead, ...]

    @property
    def standing(self) -> Standing:
        """How it stands in its history."""
        return standing(self.state, self.until_day, is_followed=self.is_followed)

    @property
    def is_in_force(self) -> bool:
        """Whether this is what both go by now."""
        return self.standing is Standing.IN_FORCE

    @property
    def is_draft(self) -> bool:
        """Whether it can still be changed."""
        return self.state is State.DRAFT

    @property
    def is_patients(self) -> bool:
        """Whether the patient wrote it."""
        return self.author is Role.PATIENT

    @property
    def is_closing(self) -> bool:
        """Whether it is the last one, which the patient keeps."""
        return self.kind is VersionKind.CLOSING

    @property
    def may_be_answered(self) -> bool:
        """Whether it waits, or was put off and nothing newer stands in its place."""
        return self.state in ANSWERABLE and not self.is_overtaken

    @property
    def active_goals(self) -> tuple[GoalRead, ...]:
        """The goals that go on."""
        return tuple(goal for goal in self.goals if goal.words.is_active)

    @property
    def was_agreed(self) -> bool:
        """Whether it is in force, or was."""
        return self.state is State.AGREED

    @property
    def ended_goals(self) -> tuple[GoalRead, ...]:
        """The goals that ended with this version."""
        return tuple(goal for goal in self.goals if not goal.words.is_active)

    @property
    def latest_answer(self) -> AnswerRead | None:
        """The answer that stands; how it feels is the patient's ownership."""
        return self.answers[-1] if self.answers else None

    @property
    def loose_tasks(self) -> tuple[TaskRead, ...]:
        """Tasks that serve no goal, which nobody can agree to."""
        return tuple(task for task in self.tasks if task.goal_id is None)

    @property
    def content(self) -> Content:
        """What both agree to when they agree to it."""
        lineages = {goal.id: goal.lineage_id for goal in self.goals}
        return Content(
            patient_id=self.patient_id,
            number=self.number,
            kind=self.kind,
            frame=self.frame,
            goals=tuple(GoalLine(goal.lineage_id, goal.words, goal.wish) for goal in self.goals),
            tasks=tuple(
                TaskLine(task.lineage_id, lineages[task.goal_id] if task.goal_id else None, task.words)
                for task in self.tasks
            ),
            costs=tuple(cost.text for cost in self.costs),
        )

    @property
    def stand(self) -> bytes:
        """32 bytes that tell whether all of a draft that a page showed still stands, with what is said with it."""
        return fingerprint(f"{content_hash(self.content).hex()} {self.why}")

    def tasks_of(self, goal: GoalRead) -> tuple[TaskRead, ...]:
        """The tasks that serve a goal."""
        return tuple(task for task in self.tasks if task.goal_id == goal.id)

    def flags_of(self, task: TaskRead | None) -> tuple[FlagRead, ...]:
        """The flags of one task, or of the version as a whole."""
        wanted = task.id if task else None
        return tuple(flag for flag in self.flags if flag.task_id == wanted)
