"""Ratings in the moment: what may be rated, and when others may see it; pure."""

from enum import StrEnum


class Door(StrEnum):
    """Which of the four doors of Now was opened."""

    GUILT = "guilt"
    EMPTY = "empty"
    CUTTING = "cutting"
    GOOD = "good"


class Visibility(StrEnum):
    SHARED = "shared"
    WORDS_PRIVATE = "words_private"
    ONLY_ME = "only_me"


class GuiltKind(StrEnum):
    """Old guilt, a real need, or both."""

    REAL = "real"
    OLD = "old"
    BOTH = "both"
    UNSURE = "unsure"


class BodySignal(StrEnum):
    """Where in the body; a fixed list."""

    CHEST = "chest"
    HEART = "heart"
    STOMACH = "stomach"
    THROAT = "throat"
    HEAD = "head"
    SHOULDERS = "shoulders"
    ARMS = "arms"
    LEGS = "legs"
    NOWHERE = "nowhere"
