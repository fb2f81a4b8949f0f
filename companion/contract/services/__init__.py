"""What the two sides do about the contract: draft and propose it, answer it, flag it as an order, let it rest."""

from companion.contract.services.answering import answer
from companion.contract.services.drafting import discard_draft, say_why, set_frame, start_draft
from companion.contract.services.ending import end_agreement
from companion.contract.services.letting_go import draft_without
from companion.contract.services.lines import (
    add_cost,
    add_goal,
    add_task,
    change_cost,
    change_goal,
    change_task,
    remove_cost,
    remove_goal,
    remove_task,
)
from companion.contract.services.loading import CHANGED_MEANWHILE
from companion.contract.services.pausing import change_pause, pause, rest_at_once, resume
from companion.contract.services.proposing import accept, let_rest, propose, withdraw
from companion.contract.services.resting import Flagged, flag_task, flag_version
from companion.contract.services.reviewing import correct_review, review_goals

__all__ = [
    "CHANGED_MEANWHILE",
    "Flagged",
    "accept",
    "add_cost",
    "add_goal",
    "add_task",
    "answer",
    "change_cost",
    "change_goal",
    "change_pause",
    "change_task",
    "correct_review",
    "discard_draft",
    "draft_without",
    "end_agreement",
    "flag_task",
    "flag_version",
    "let_rest",
    "pause",
    "propose",
    "remove_cost",
    "remove_goal",
    "remove_task",
    "rest_at_once",
    "resume",
    "review_goals",
    "say_why",
    "set_frame",
    "start_draft",
    "withdraw",
]
