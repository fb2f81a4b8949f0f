"""Reads of the contract: versions and what was said of them, what rests, and the days that counting needs."""

from companion.contract.queries.caseload import CaseloadLine, caseload_lines
from companion.contract.queries.contents import Told, contents, numbers
from companion.contract.queries.flags import Flagged, flagged_since
from companion.contract.queries.glance import Glance, at_a_glance
from companion.contract.queries.goals import (
    FollowedGoal,
    GoalInVersion,
    Review,
    Round,
    followed_goals,
    goal_of_own_review,
    has_goals_due,
)
from companion.contract.queries.resting import Rest, RestingLines, pause_of, resting
from companion.contract.queries.schedule import (
    PausedTask,
    TaskSegment,
    first_agreed_day,
    paused_days_of,
    response_task_on,
    segments_of,
)
from companion.contract.queries.versions import (
    HistoryLine,
    asked_for,
    draft_of,
    history,
    in_force,
    lacking,
    version,
    version_of_task,
    waiting,
)
from companion.contract.queries.view_models import (
    AnswerRead,
    CostRead,
    FlagRead,
    GoalRead,
    ReplyRead,
    TaskRead,
    TaskSaidRead,
    VersionRead,
    fingerprint,
)

__all__ = [
    "AnswerRead",
    "CaseloadLine",
    "CostRead",
    "FlagRead",
    "Flagged",
    "FollowedGoal",
    "Glance",
    "GoalInVersion",
    "GoalRead",
    "HistoryLine",
    "PausedTask",
    "ReplyRead",
    "Rest",
    "RestingLines",
    "Review",
    "Round",
    "TaskRead",
    "TaskSaidRead",
    "TaskSegment",
    "Told",
    "VersionRead",
    "asked_for",
    "at_a_glance",
    "caseload_lines",
    "contents",
    "draft_of",
    "fingerprint",
    "first_agreed_day",
    "flagged_since",
    "followed_goals",
    "goal_of_own_review",
    "has_goals_due",
    "history",
    "in_force",
    "lacking",
    "numbers",
    "pause_of",
    "paused_days_of",
    "response_task_on",
    "resting",
    "segments_of",
    "version",
    "version_of_task",
    "waiting",
]
