"""What the patient says to a version, and what keeps an answer from binding; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from uuid import UUID


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
