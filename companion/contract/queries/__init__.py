"""Reads of the contract: versions and what was said of them, what rests, and the days that counting needs."""

from companion.contract.queries.caseload import CaseloadLine, caseload_lines
from companion.contract.queries.glance import Glance, at_a_glance
from companion.contract.queries.resting import Rest, RestingLines, resting
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
    draft_of,
    history,
    in_force,
    version,
    version_of_task,
    waiting,
)
from companion.contract.queries.view_models import (
    AnswerRead,
    CostRead,
    FlagRead,
    GoalRead,
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
    "Glance",
    "GoalRead",
    "HistoryLine",
    "PausedTask",
    "Rest",
    "RestingLines",
    "TaskRead",
    "TaskSaidRead",
    "TaskSegment",
    "VersionRead",
    "at_a_glance",
    "caseload_lines",
    "draft_of",
    "fingerprint",
    "first_agreed_day",
    "history",
    "in_force",
    "paused_days_of",
    "response_task_on",
    "resting",
    "segments_of",
    "version",
    "version_of_task",
    "waiting",
]
