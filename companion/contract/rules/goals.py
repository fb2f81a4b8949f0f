"""How each side sees a goal, when they are asked, and what they may see of each other's answers; pure.

A goal has rounds of 28 days, numbered from 0 and counted in the patient's local days from the day on which its lineage
first came into force, whatever was agreed, left out or paused since. In round 0 nobody says anything yet. Days are
calendar days, so a change of the clocks makes a round no longer or shorter.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

ROUND: Final = timedelta(days=28)
"""How often each side is asked how a goal stands. Ours, and not validated."""


class Happened(StrEnum):
    """Whether what a goal wants has happened, from least to most but for the first."""

    CANT_TELL = "cant_tell"
    NOT_YET = "not_yet"
    ONCE = "once"
    SOMETIMES = "sometimes"
    ORDINARY = "ordinary"


STEPS: Final = (Happened.NOT_YET, Happened.ONCE, Happened.SOMETIMES, Happened.ORDINARY)
"""What can be put in an order; "I can't tell" stands beside it."""


class StillTheirs(StrEnum):
    """Whether a goal is still the patient's own, as the patient says it or as the therapist sees it."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


@dataclass(frozen=True, slots=True)
class GoalSaid:
    """How somebody sees a goal."""

    happened: Happened
    still_theirs: StillTheirs


@dataclass(frozen=True, slots=True)
class LastSaid:
    """One side's last answer on a goal: in which round, and on which local day of the patient it was first given."""

    round_number: int
    day: date


class Turn(StrEnum):
    """Where one side stands with a goal in the present round."""

    NOT_YET = "not_yet"
    """The goal is in its first four weeks."""
    OPEN = "open"
    """It can be answered, and isn't asked for."""
    DUE = "due"
    SAID = "said"


def round_on(first_day: date, day: date) -> int:
    """The number of the round that holds this local day; 0 also for a day before the first, as travel can bring."""
    return max((day - first_day) // ROUND, 0)


def round_begins(first_day: date, number: int) -> date:
    """The first local day of a round; it ends where the next begins."""
    return first_day + number * ROUND


def turn(first_day: date, today: date, last: LastSaid | None, *, rests: bool) -> Turn:
    """Where a side stands that said this last; `rests` is whether the goal, or everything, is paused today.

    It is due from 28 days after one's own last answer, and never while it rests. Whoever answered late in a round may
    answer the next one sooner than that.
    """
    present = round_on(first_day, today)
    if present == 0:
        return Turn.NOT_YET
    if last is not None and last.round_number >= present:
        return Turn.SAID
    is_due = last is None or today - last.day >= ROUND
    return Turn.DUE if is_due and not rests else Turn.OPEN


def asked_on(first_day: date, last: LastSaid | None) -> date:
    """The local day from which a side is asked next that said this last."""
    if last is None:
        return round_begins(first_day, 1)
    return max(last.day + ROUND, round_begins(first_day, last.round_number + 1))


def shows_the_others(number: int, open_round: int | None, said: Collection[int]) -> bool:
    """Whether a side that answered in the rounds `said` may see the other's answer of a round.

    Not before its own, while one can still be given: in the present round of a goal in force (`open_round`).
    """
    return number != open_round or number in said
