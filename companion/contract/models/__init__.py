"""Versions of the contract, what people said of them, what came into force, pauses.

Only what both agreed to can be done and counted, and the tables say so: an occasion hangs on an `AgreedTask`,
which hangs on an `Agreement`, which names an answer that binds and a signature over the same content hash.
Every row says whose it is, and can hang only on rows of the same patient.
"""

from companion.contract.models.agreeing import AgreedTask, Agreement, Answer, Reply, Signature, TaskAnswer
from companion.contract.models.living import GoalReview, OrderFlag, Pause
from companion.contract.models.versions import ContractVersion, ExpectedCost, Goal, GoalWish, Task

__all__ = [
    "AgreedTask",
    "Agreement",
    "Answer",
    "ContractVersion",
    "ExpectedCost",
    "Goal",
    "GoalReview",
    "GoalWish",
    "OrderFlag",
    "Pause",
    "Reply",
    "Signature",
    "Task",
    "TaskAnswer",
]
