"""What somebody says of goals, as short as a test can say it."""

from datetime import datetime
from uuid import UUID

from companion.accounts.rules import Actor, Role
from companion.contract import services
from companion.contract.queries import FollowedGoal, followed_goals
from companion.contract.rules.goals import GoalSaid, Happened, StillTheirs
from companion.kernel.ids import new_id
from companion.transaction import transaction


def seen(happened: Happened = Happened.ONCE, still: StillTheirs = StillTheirs.YES) -> GoalSaid:
    return GoalSaid(happened, still)


def reviewed(
    actor: Actor,
    patient_id: UUID,
    lineage_id: UUID,
    at: datetime,
    said: GoalSaid | None = None,
    page: UUID | None = None,
) -> UUID:
    """Say how a goal stands; returns the answer's id."""
    with transaction():
        services.review_goals(actor, patient_id, {lineage_id: said or seen()}, at, page or new_id())
    return answer_of(actor, patient_id, lineage_id, at)


def answer_of(actor: Actor, patient_id: UUID, lineage_id: UUID, at: datetime) -> UUID:
    own = goal_of(actor, patient_id, lineage_id, at).open_answer_of(actor.role)
    assert own
    return own.id


def goal_of(viewer: Actor, patient_id: UUID, lineage_id: UUID, at: datetime) -> FollowedGoal:
    return next(goal for goal in followed_goals(viewer, patient_id, at) if goal.lineage_id == lineage_id)


def seen_by_round(
    viewer: Actor, patient_id: UUID, lineage_id: UUID, at: datetime
) -> list[tuple[int, dict[Role, GoalSaid]]]:
    """By round, what the viewer gets of both."""
    goal = goal_of(viewer, patient_id, lineage_id, at)
    return [(each.number, {side: review.said for side, review in each.by.items()}) for each in goal.rounds]
