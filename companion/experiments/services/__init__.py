"""What a patient does about occasions: plan one, expect something of it, say what happened, put that right.

Only the patient does any of it; for everybody else these occasions aren't there. Each takes the patient first and the
instant (UTC) last, flushes, and leaves the commit to its caller.
"""

from companion.experiments.services.own import add_person, require_own_person
from companion.experiments.services.planning import change_plan, lock_prediction, plan, predict
from companion.experiments.services.saying import already_did, close_week, correct, debrief, highlight, take_back
from companion.experiments.services.stopping import offer_again

__all__ = [
    "add_person",
    "already_did",
    "change_plan",
    "close_week",
    "correct",
    "debrief",
    "highlight",
    "lock_prediction",
    "offer_again",
    "plan",
    "predict",
    "require_own_person",
    "take_back",
]
