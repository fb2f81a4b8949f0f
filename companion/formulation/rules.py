"""Whose a wish is, and which words of the pattern are in use; pure."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from enum import StrEnum
from typing import Final

MOST_SUGGESTIONS: Final = 3
"""Of a therapist's that wait at once, so that they don't crowd out what is the patient's own. Ours, not validated."""


class Motive(StrEnum):
    """Why the patient would like it, in the patient's word."""

    FUN = "fun"
    CURIOSITY = "curiosity"
    FREEDOM = "freedom"
    CLOSENESS = "closeness"
    RECOGNITION = "recognition"
    UNSURE = "unsure"


@dataclass(frozen=True)
class WishWords:
    """What somebody would like, and why; None where why was not said."""

    text: str
    motive: Motive | None = None


# Whose a wish is


class WishState(StrEnum):
    """A wish is the patient's once they wrote it or took it; what is suggested or left never was."""

    SUGGESTED = "suggested"
    MINE = "mine"
    LEFT = "left"
    LET_GO = "let_go"


class WishAct(StrEnum):
    """What a patient does about a wish."""

    TAKE = "take"
    PUT_ASIDE = "put_aside"


WISH_MOVES: Final[Mapping[WishState, Mapping[WishAct, WishState]]] = {
    WishState.SUGGESTED: {WishAct.TAKE: WishState.MINE, WishAct.PUT_ASIDE: WishState.LEFT},
    WishState.MINE: {WishAct.TAKE: WishState.MINE, WishAct.PUT_ASIDE: WishState.LET_GO},
    # What was put aside can be taken later: nothing of it is gone.
    WishState.LEFT: {WishAct.TAKE: WishState.MINE, WishAct.PUT_ASIDE: WishState.LEFT},
    WishState.LET_GO: {WishAct.TAKE: WishState.MINE, WishAct.PUT_ASIDE: WishState.LET_GO},
}
"""From each state, where each act leads. Only the patient acts; a therapist's suggestion begins as one."""


# Which words of the pattern are in use


@dataclass(frozen=True)
class PatternWords:
    """How it goes, in eight lines; each may be empty but the first."""

    wish: str
    feared_response: str = ""
    """Of the other."""
    view_of_self: str = ""
    feeling: str = ""
    body: str = ""
    does: str = ""
    """What the patient then does."""
    costs: str = ""
    healthy_part: str = ""

    def trimmed(self) -> "PatternWords":
        """Without white space around the lines."""
        return PatternWords(*(line.strip() for line in astuple(self)))


class Fit(StrEnum):
    """The patient's answer to a version of the pattern."""

    EXACTLY = "exactly"
    PARTLY = "partly"
    NOT_ME = "not_me"

    @property
    def fits(self) -> bool:
        """Whether words answered so may be used."""
        return self is not Fit.NOT_ME


class PatternState(StrEnum):
    """Where a version of the pattern stands; every one begins waiting. Its words never change."""

    WAITS = "waits"
    IN_USE = "in_use"
    NOT_ME = "not_me"
    FOLLOWED = "followed"


class PatternAct(StrEnum):
    """What happens to a version: the patient's answer, or another taking its place."""

    FITS = "fits"
    IS_NOT_ME = "is_not_me"
    ANOTHER = "another"


PATTERN_MOVES: Final[Mapping[PatternState, Mapping[PatternAct, PatternState]]] = {
    PatternState.WAITS: {
        PatternAct.FITS: PatternState.IN_USE,
        PatternAct.IS_NOT_ME: PatternState.NOT_ME,
        PatternAct.ANOTHER: PatternState.FOLLOWED,
    },
    # What fitted once may fit better, or no more.
    PatternState.IN_USE: {
        PatternAct.FITS: PatternState.IN_USE,
        PatternAct.IS_NOT_ME: PatternState.NOT_ME,
        PatternAct.ANOTHER: PatternState.FOLLOWED,
    },
    # "Not me" is never used: who thinks otherwise later says it in words of their own.
    PatternState.NOT_ME: {},
    PatternState.FOLLOWED: {},
}
"""From each state, where each act leads; an act that isn't there is refused.

*Another* is, for what waits, that anything newer was written; for what is in use, that something else came into use.
"""


def act_of(fit: Fit) -> PatternAct:
    """What an answer does to the version it is about."""
    return PatternAct.FITS if fit.fits else PatternAct.IS_NOT_ME


def after(state: PatternState, act: PatternAct) -> PatternState | None:
    """Where a version stands after an act; None where it may not happen."""
    return PATTERN_MOVES[state].get(act)
