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
from companion.checkins.queries.moments import OnToday, moments_of, on_today
from companion.checkins.queries.monthly import HowItIs, how_it_is
from companion.checkins.queries.reflections import Reflected, reflections_of

__all__ = [
    "FEELINGS",
    "WORDS",
    "CardRead",
    "Conflict",
    "HowItIs",
    "OnToday",
    "ReRated",
    "Reflected",
    "Shown",
    "card",
    "card_fingerprint",
    "cards_of",
    "conflicts_of",
    "entries_in_the_last_hour",
    "how_it_is",
    "kept_cards",
    "last_for",
    "moments_of",
    "occasion_near",
    "on_today",
    "one_of_mine",
    "reflections_of",
    "triggers_of",
]
