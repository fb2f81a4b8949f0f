"""What may be said of one occasion of a task, and what that counts as; pure."""

from enum import StrEnum
from typing import Final


class Result(StrEnum):
    """How an occasion went, in P's word. "No word" is derived and never stored."""

    DONE = "done"
    SMALLER = "smaller"
    MY_PART = "my_part"
    GAVE_UP = "gave_up"
    NOT_ATTEMPTED = "not_attempted"
    RENEGOTIATED = "renegotiated"
    OBSTACLE = "obstacle"


class Stopped(StrEnum):
    """When P gave up: before it began, or midway."""

    BEFORE = "before"
    MIDWAY = "midway"


class Telling(StrEnum):
    """How it was told to one person. Kept as counts, never scored."""

    TOLD = "told"
    HALF = "half"
    COVER = "cover"
    NOBODY_ASKED = "nobody_asked"
    RATHER_NOT_SAY = "rather_not_say"


class Reaction(StrEnum):
    """How that person took it, as P saw it. Frightening leads to Help, and telling stops."""

    SUPPORTIVE = "supportive"
    NEUTRAL = "neutral"
    UPSET = "upset"
    UPSET_THEN_ALL_RIGHT = "upset_then_all_right"
    FRIGHTENING = "frightening"
    UNKNOWN = "unknown"


class Verdict(StrEnum):
    """What P makes of the activity after trying it. Dropping it is a finding, never a failure."""

    KEEP = "keep"
    ADAPT = "adapt"
    DROP = "drop"
    NOT_YET = "not_yet"


class CareNeed(StrEnum):
    """Whether someone needs P meanwhile, asked when planning."""

    NO = "no"
    COVERED = "covered"
    NOT_SURE = "not_sure"


class Place(StrEnum):
    """Where an occasion with a word stands in N = d + g + x + u, or outside it."""

    DID = "did"
    GAVE_UP = "gave_up"
    NOT_ATTEMPTED = "not_attempted"
    OUTSIDE = "outside"


_PLACES: Final = {
    Result.DONE: Place.DID,
    Result.SMALLER: Place.DID,
    Result.MY_PART: Place.DID,
    Result.GAVE_UP: Place.GAVE_UP,
    Result.NOT_ATTEMPTED: Place.NOT_ATTEMPTED,
    Result.RENEGOTIATED: Place.OUTSIDE,
    Result.OBSTACLE: Place.OUTSIDE,
}


def place_of(result: Result, *, asked_before_window_end: bool) -> Place:
    """Return where this result stands in N.

    Asking for a change leaves the denominator only when asked before the window's end. Asked later it is still a
    word, and says that the thing was not done, so it reads as not attempted and never as "no word".
    """
    if result is Result.RENEGOTIATED and not asked_before_window_end:
        return Place.NOT_ATTEMPTED
    return _PLACES[result]
