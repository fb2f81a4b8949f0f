"""A therapist's patients, in the order of the sessions to come."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from companion.accounts.queries import Cover, PatientInCare, covers_with, patients_of
from companion.accounts.rules import Actor
from companion.contract.queries import CaseloadLine, caseload_lines
from companion.sessions.queries import next_sessions

NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class CaseloadRow:
    """One patient of the caseload. Nothing of how much was done: this list is no ranking."""

    id: UUID
    name: str
    has_begun: bool
    next_session: datetime | None
    contract: CaseloadLine
    cover: Cover | None
    """By the therapist, or for them."""


def caseload_of(therapist: Actor, now: datetime) -> list[CaseloadRow]:
    """Everybody in this therapist's care, by next known session, then by name."""
    patients = patients_of(therapist)
    ids = [patient.id for patient in patients]
    sessions = next_sessions(therapist, ids, now)
    contracts = caseload_lines(therapist, ids, now)
    covers = covers_with(therapist, ids)
    rows = [_row(each, sessions.get(each.id), contracts[each.id], covers.get(each.id)) for each in patients]
    return sorted(rows, key=lambda row: (row.next_session or NEVER, row.name.casefold(), row.id))


def _row(patient: PatientInCare, next_session: datetime | None, line: CaseloadLine, cover: Cover | None) -> CaseloadRow:
    return CaseloadRow(patient.id, patient.name, patient.has_begun, next_session, line, cover)
