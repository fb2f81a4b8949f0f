"""Plans for hard times that were really written."""

from datetime import datetime

from companion.accounts.queries import SafetyPlans, safety_plans_of
from companion.accounts.rules.safety import PlanWords
from companion.accounts.services import keep_safety_plan
from companion.transaction import transaction
from tests.factories.people import Practice

PLAN = PlanWords(
    signs="I stop answering, and lie awake",
    by_myself="A cold shower, then the radio",
    elsewhere="The courts, even without a racket",
    people="Teresa, 555 0142",
    professionals="The practice, 555 0100",
    out_of_reach="The pills are with Teresa",
)


def wrote_plan(practice: Practice, at: datetime, words: PlanWords = PLAN) -> SafetyPlans:
    """By the patient alone."""
    with transaction():
        keep_safety_plan(practice.patient, practice.patient.id, words, at)
    return plans_for(practice)


def wrote_plan_together(practice: Practice, at: datetime, words: PlanWords) -> SafetyPlans:
    """By the therapist, beside the patient."""
    with transaction():
        keep_safety_plan(practice.therapist, practice.patient.id, words, at)
    return plans_for(practice)


def plans_for(practice: Practice) -> SafetyPlans:
    """As the patient reads them."""
    return safety_plans_of(practice.patient, practice.patient.id)
