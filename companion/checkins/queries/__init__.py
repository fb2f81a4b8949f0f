"""Reads of what a patient enters on Now and beside it; what the viewer may not see stays in the database."""

from companion.checkins.queries.cards import CardRead, card, card_fingerprint, cards_of, kept_cards
from companion.checkins.queries.entries import (
    FEELINGS,
    WORDS,
    Conflict,
    ReRated,
    Shown,
    conflicts_of,
    entries_in_the_last_hour,
    last_for,
    occasion_near,
    one_of_mine,
    triggers_of,
)

__all__ = [
    "FEELINGS",
    "WORDS",
    "CardRead",
    "Conflict",
    "ReRated",
    "Shown",
    "card",
    "card_fingerprint",
    "cards_of",
    "conflicts_of",
    "entries_in_the_last_hour",
    "kept_cards",
    "last_for",
    "occasion_near",
    "one_of_mine",
    "triggers_of",
]
