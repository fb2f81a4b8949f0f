"""The plan for hard times is the patient's, who writes it alone or has it written down by the therapist beside them."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l

from companion.accounts.models import SafetyPlan
from companion.accounts.queries.people import patient_for
from companion.accounts.queries.safety import SafetyPlans, safety_plans_of
from companion.accounts.rules.people import Actor, Role
from companion.accounts.rules.safety import PlanWords
from companion.accounts.services.people import take_turn
from companion.audit.rules import Event
from companion.audit.services import note
from companion.extensions import db
from companion.kernel.errors import NotFoundError, RefusedError, SentBeforeError
from companion.kernel.ids import new_id

CHANGED_MEANWHILE = _l(
    "The plan was changed while you had it open. What you typed is still here; what stands now is shown with it."
)
NOTHING_WRITTEN = _l("Please write something in one of the parts.")


def keep_safety_plan(
    actor: Actor,
    patient_id: UUID,
    words: PlanWords,
    at: datetime,
    seen: bytes | None = None,
    plan_id: UUID | None = None,
) -> None:
    """Keep the plan as it reads now; what stood before stays readable, and saying what stands already adds nothing.

    `seen` is the `stand` of what the page showed. Raises NotFoundError for anyone else's patient, RefusedError where
    another version was kept since, where nothing is written and nothing stands, and where a therapist would empty it.
    """
    take_turn(patient_for(actor, patient_id))
    words, stands = words.trimmed(), safety_plans_of(actor, patient_id)
    therapist_id = None if actor.role is Role.PATIENT else actor.id
    if plan_id and (known := db.session.get(SafetyPlan, plan_id)):
        _require_the_same(known, patient_id, therapist_id, words, stands)
        return
    if words.is_empty and (therapist_id or not stands.versions):
        raise RefusedError(NOTHING_WRITTEN)
    if stands.versions and words == stands.words:
        return
    if seen not in {None, stands.stand}:
        raise RefusedError(CHANGED_MEANWHILE)
    row = SafetyPlan(id=plan_id or new_id(), patient_id=patient_id, therapist_id=therapist_id, at=at, **asdict(words))
    row.number = len(stands.versions) + 1
    db.session.add(row)
    db.session.flush()
    note(Event.SAFETY_PLAN_WRITTEN, at, actor_id=actor.id, person_id=patient_id, plan=row.id)


def _require_the_same(
    known: SafetyPlan, patient_id: UUID, therapist_id: UUID | None, words: PlanWords, stands: SafetyPlans
) -> None:
    """Of a page that was sent before: other words under its id are refused."""
    if (known.patient_id, known.therapist_id) != (patient_id, therapist_id):
        raise NotFoundError
    if next(each.words for each in stands.versions if each.id == known.id) != words:
        raise SentBeforeError
