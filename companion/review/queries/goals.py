"""Goals across all versions: how both sides saw them, with what was said of the occasions of their tasks beside it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from companion.accounts.rules import Actor
from companion.contract import queries as contract
from companion.experiments import queries as experiments
from companion.experiments.adherence import Log
from companion.experiments.rules import Place


@dataclass(frozen=True)
class OccasionCounts:
    """How many occasions of a goal's tasks there is a word on, by what was said of them; never a share."""

    did: int
    gave_up: int
    not_attempted: int
    outside: int
    """Something got in the way, or a change was asked for."""

    @property
    def n(self) -> int:
        """All of them."""
        return self.did + self.gave_up + self.not_attempted + self.outside


@dataclass(frozen=True)
class GoalLine:
    """A goal by its lineage, and the occasions that served it."""

    goal: contract.FollowedGoal
    occasions: OccasionCounts


def goals_of(viewer: Actor, patient_id: UUID, now: datetime) -> tuple[GoalLine, ...]:
    """Every goal both ever agreed to, those in force first. Raises NotFoundError for whom the viewer may not read."""
    goals = contract.followed_goals(viewer, patient_id, now)
    facts = experiments.facts_for(viewer, [patient_id], now)[patient_id]
    places: dict[UUID, Counter[Place]] = {goal.lineage_id: Counter() for goal in goals}
    for log in facts.record.logs:
        places[_goal_of(log, facts.tasks)][log.place] += 1
    return tuple(GoalLine(goal, _counts(places[goal.lineage_id])) for goal in goals)


def _goal_of(log: Log, tasks: Iterable[contract.TaskSegment]) -> UUID:
    """The goal that the task served on that day; on a day out of force, the one it served last."""
    of_task = [task for task in tasks if task.lineage_id == log.lineage_id]
    served = [task for task in of_task if log.local_date in task.days] or of_task
    return served[-1].goal_lineage_id


def _counts(places: Counter[Place]) -> OccasionCounts:
    return OccasionCounts(
        did=places[Place.DID],
        gave_up=places[Place.GAVE_UP],
        not_attempted=places[Place.NOT_ATTEMPTED],
        outside=places[Place.OUTSIDE],
    )
