"""Reads of the plan for hard times: the patient and who treats them read all of it."""

import hashlib
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from companion.accounts.models import SafetyPlan
from companion.accounts.queries.people import names_of, patient_for
from companion.accounts.rules.people import Actor
from companion.accounts.rules.safety import PlanWords
from companion.extensions import db
from companion.kernel.canonical import canonical


@dataclass(frozen=True)
class SafetyPlanRead:
    """A version of the plan; `written_with` names the therapist who wrote it down, "" where the patient did."""

    id: UUID
    number: int
    written_with: str
    words: PlanWords
    at: datetime


@dataclass(frozen=True)
class SafetyPlans:
    """All versions, newest first."""

    versions: tuple[SafetyPlanRead, ...]

    @property
    def latest(self) -> SafetyPlanRead | None:
        """The one that counts, also where it says nothing any more."""
        return self.versions[0] if self.versions else None

    @property
    def words(self) -> PlanWords:
        """What it says now."""
        return self.versions[0].words if self.versions else PlanWords()

    @property
    def earlier(self) -> tuple[SafetyPlanRead, ...]:
        """Those that were followed by another, and said something."""
        return tuple(each for each in self.versions[1:] if not each.words.is_empty)

    @property
    def stand(self) -> bytes:
        """32 bytes that tell whether what a page showed is still the latest."""
        return hashlib.sha256(canonical([each.id for each in self.versions[:1]]).encode()).digest()


def safety_plans_of(viewer: Actor, patient_id: UUID) -> SafetyPlans:
    """Every version of the plan, in three statements. Raises NotFoundError for anyone else's patient."""
    patient_for(viewer, patient_id)
    rows = db.session.scalars(
        sa.select(SafetyPlan).where(SafetyPlan.patient_id == patient_id).order_by(SafetyPlan.number.desc())
    ).all()
    names = names_of({row.therapist_id for row in rows if row.therapist_id})
    return SafetyPlans(tuple(_read(row, names[row.therapist_id] if row.therapist_id else "") for row in rows))


def _read(row: SafetyPlan, written_with: str) -> SafetyPlanRead:
    words = PlanWords(*(getattr(row, each.name) for each in fields(PlanWords)))
    return SafetyPlanRead(row.id, row.number, written_with, words, row.at)
