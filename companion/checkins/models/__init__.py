"""The tables of this room."""

from companion.checkins.models.beside import HelpCheck, Reflection, Vitality
from companion.checkins.models.box import AsideRead, BoxItem
from companion.checkins.models.entries import (
    Card,
    CheckIn,
    CheckInDetail,
    ConflictingEntry,
    Correction,
    Decision,
    HangsOnEntry,
    Highlight,
    LeftOut,
    ReRating,
    SecondLook,
    Trigger,
    UrgeMoment,
    VisibilityChange,
)

__all__ = [
    "AsideRead",
    "BoxItem",
    "Card",
    "CheckIn",
    "CheckInDetail",
    "ConflictingEntry",
    "Correction",
    "Decision",
    "HangsOnEntry",
    "HelpCheck",
    "Highlight",
    "LeftOut",
    "ReRating",
    "Reflection",
    "SecondLook",
    "Trigger",
    "UrgeMoment",
    "VisibilityChange",
    "Vitality",
]
