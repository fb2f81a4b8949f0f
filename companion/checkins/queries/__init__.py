"""Reads of what a patient enters on Now and beside it; what the viewer may not see stays in the database."""

from companion.checkins.queries.before import Before, stood_before
from companion.checkins.queries.box import (
    CameBefore,
    StandsAside,
    came_before,
    check_in_known_as,
    newest_box_key,
    opened_item,
    owner_of_box,
    standing_aside,
)
from companion.checkins.queries.cards import CardRead, card, card_fingerprint, cards_of, kept_cards
from companion.checkins.queries.entries import (
    FEELINGS,
    WORDS,
    Conflict,
    Decided,
    ReRated,
    Shown,
    check_ins_in_conflict,
    conflicts_of,
    entries_in_the_last_hour,
    last_for,
    occasion_near,
    occasion_planned_for,
    one_of_mine,
    second_look_due,
    triggers_of,
)
from companion.checkins.queries.highlights import highlighted, is_highlighted
from companion.checkins.queries.moments import OnToday, moments_of, on_today
from companion.checkins.queries.monthly import HowItIs, how_it_is
from companion.checkins.queries.reflections import Reflected, reflections_of

__all__ = [
    "FEELINGS",
    "WORDS",
    "Before",
    "CameBefore",
    "CardRead",
    "Conflict",
    "Decided",
    "HowItIs",
    "OnToday",
    "ReRated",
    "Reflected",
    "Shown",
    "StandsAside",
    "came_before",
    "card",
    "card_fingerprint",
    "cards_of",
    "check_in_known_as",
    "check_ins_in_conflict",
    "conflicts_of",
    "entries_in_the_last_hour",
    "highlighted",
    "how_it_is",
    "is_highlighted",
    "kept_cards",
    "last_for",
    "moments_of",
    "newest_box_key",
    "occasion_near",
    "occasion_planned_for",
    "on_today",
    "one_of_mine",
    "opened_item",
    "owner_of_box",
    "reflections_of",
    "second_look_due",
    "standing_aside",
    "stood_before",
    "triggers_of",
]
