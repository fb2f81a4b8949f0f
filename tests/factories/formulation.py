"""Wishes and patterns that were really written, as short as a test can say them."""

from datetime import datetime
from uuid import UUID

from companion.formulation import services
from companion.formulation.queries import Patterns, WishRead, patterns_of, wish
from companion.formulation.rules import Fit, PatternWords, WishWords
from companion.transaction import transaction
from tests.factories.people import Practice

PATTERN = PatternWords(
    wish="an evening that is only mine",
    feared_response="need me just then, and are hurt",
    view_of_self="somebody who only thinks of himself",
    feeling="guilt",
    body="a weight on the chest",
    does="stay at home and say that I'm tired",
    costs="the evening, and liking them",
    healthy_part="knows that it was only an evening",
)


def kept_wish(practice: Practice, at: datetime, text: str = "Learn to sail") -> UUID:
    """A wish of the patient's own."""
    with transaction():
        return services.add_wish(practice.patient, WishWords(text), at)


def suggested_wish(practice: Practice, at: datetime, text: str = "A swim before work") -> UUID:
    with transaction():
        return services.suggest_wish(practice.therapist, practice.patient.id, text, at)


def proposed_pattern(practice: Practice, at: datetime, words: PatternWords = PATTERN) -> UUID:
    with transaction():
        return services.propose_pattern(practice.therapist, practice.patient.id, words, at)


def answered_pattern(practice: Practice, at: datetime, fit: Fit, words: PatternWords = PATTERN) -> UUID:
    """A version of the therapist's that the patient answered."""
    pattern_id = proposed_pattern(practice, at, words)
    with transaction():
        services.answer_pattern(practice.patient, pattern_id, fit, at)
    return pattern_id


def patterns_for(practice: Practice) -> Patterns:
    """As the patient reads them."""
    return patterns_of(practice.patient, practice.patient.id)


def wish_for(practice: Practice, wish_id: UUID) -> WishRead:
    """As the patient reads it."""
    return wish(practice.patient, practice.patient.id, wish_id)
