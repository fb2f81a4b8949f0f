"""What may be agreed, and how a version of the contract moves; pure."""

from enum import StrEnum


class TaskKind(StrEnum):
    """The five kinds of task; only the first two are counted in an adherence fraction."""

    ONE_OFF = "one_off"
    WEEKLY = "weekly"
    RESPONSE = "response"
    PRACTICE = "practice"
    IN_SESSION = "in_session"


class VersionKind(StrEnum):
    WORKING = "working"
    CLOSING = "closing"


class State(StrEnum):
    """Where a version stands. That an agreed one was superseded or ended is said by its agreement."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    AGREED = "agreed"
    DECLINED = "declined"
    COUNTER_PROPOSED = "counter_proposed"
    WITHDRAWN = "withdrawn"


class Feels(StrEnum):
    """The patient's answer to "How does this feel?", from most to least the patient's own."""

    MINE = "mine"
    WORKED_OUT_TOGETHER = "worked_out_together"
    TOLD_BUT_I_CAN_CHOOSE = "told_but_i_can_choose"
    TOLD = "told"


class Decision(StrEnum):
    AGREE = "agree"
    WOULD_CHANGE = "would_change"
    NOT_NOW = "not_now"


class Idea(StrEnum):
    """Whose idea a task was, as the patient says."""

    MINE = "mine"
    OURS = "ours"
    THEIRS = "theirs"


class Scope(StrEnum):
    """What a pause covers."""

    TASK = "task"
    GOAL = "goal"
    EVERYTHING = "everything"
