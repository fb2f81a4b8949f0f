"""How the contract of each patient stands, for a list of many."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from companion.accounts.queries import ids_of_patients_of, zones_of
from companion.accounts.rules import Actor, Role
from companion.contract.models import Agreement, ContractVersion, OrderFlag, Pause, Signature
from companion.contract.queries.versions import stands
from companion.contract.rules import ANSWERABLE, State, is_overdue
from companion.extensions import db

CALLED_ON: Final = ANSWERABLE | {State.COUNTER_PROPOSED}
"""What was called an order is still to be talked about, also once the patient has answered with another version."""


@dataclass(frozen=True)
class CaseloadLine:
    """How one patient's contract stands; days are local to the patient."""

    version: int | None = None
    """Number of the version in force."""
    since: date | None = None
    proposal_waits: bool = False
    """The therapist's, for the patient's answer."""
    asks: bool = False
    """The patient proposes something, and the therapist has neither signed it nor let it rest."""
    has_order_flag: bool = False
    """Something feels like an order, and nothing newer has been proposed since."""
    review_was_due: date | None = None
    """The review date of the version in force, where it has gone by."""


def caseload_lines(therapist: Actor, patient_ids: Collection[UUID], at: datetime) -> dict[UUID, CaseloadLine]:
    """How the contract stands with each of these patients who is in this therapist's care; in six statements."""
    ids = [patient_id for patient_id in ids_of_patients_of(therapist) if patient_id in patient_ids]
    agreed = {row.patient_id: row for row in _in_force(ids)}
    waits = set(db.session.scalars(_proposed(ids, Role.THERAPIST)))
    asking = set(db.session.scalars(_proposed(ids, Role.PATIENT).where(~_is_signed())))
    zones = zones_of(ids)
    today_of = {patient_id: zones[patient_id].local_date(at) for patient_id in ids}
    flags = db.session.execute(_flagged(ids)).all()
    flagged = {row.patient_id for row in flags if row.until is None or row.until > today_of[row.patient_id]}
    return {
        patient_id: CaseloadLine(
            **_in_force_terms(agreed.get(patient_id), today_of[patient_id]),
            proposal_waits=patient_id in waits,
            asks=patient_id in asking,
            has_order_flag=patient_id in flagged,
        )
        for patient_id in ids
    }


def _in_force_terms(row: sa.Row[Any] | None, today: date) -> dict[str, Any]:
    if row is None:
        return {}
    due = row.review_on if is_overdue(row.review_on, today) else None
    return {"version": row.number, "since": row.from_day, "review_was_due": due}


def _in_force(ids: Collection[UUID]) -> sa.Result[Any]:
    return db.session.execute(
        sa.select(Agreement.patient_id, ContractVersion.number, Agreement.from_day, ContractVersion.review_on)
        .join(ContractVersion, ContractVersion.id == Agreement.version_id)
        .where(Agreement.patient_id.in_(ids), Agreement.until_day.is_(None))
    )


def _proposed(ids: Collection[UUID], author: Role) -> sa.Select[UUID]:
    return sa.select(ContractVersion.patient_id).where(
        ContractVersion.patient_id.in_(ids),
        ContractVersion.state == State.PROPOSED,
        ContractVersion.author == author,
    )


def _is_signed() -> sa.Exists:
    return sa.exists().where(Signature.version_id == ContractVersion.id, stands())


def _flagged(ids: Collection[UUID]) -> sa.CompoundSelect[UUID, date | None]:
    """Whose, and until which local day, without an end where it is None.

    Flags on what is in force rest a task until they are dealt with; others are on the proposal `waiting` reads.
    """
    newer = aliased(ContractVersion)
    proposed_since = (
        sa.select(newer.id)
        .where(
            newer.patient_id == ContractVersion.patient_id,
            newer.author == ContractVersion.author,
            newer.number > ContractVersion.number,
            newer.state != State.DRAFT,
        )
        .exists()
    )
    on_proposals = (
        sa.select(OrderFlag.patient_id, sa.cast(sa.null(), sa.Date()).label("until"))
        .join(ContractVersion, ContractVersion.id == OrderFlag.version_id)
        .where(OrderFlag.patient_id.in_(ids), ContractVersion.state.in_(CALLED_ON), ~proposed_since)
    )
    on_tasks = sa.select(Pause.patient_id, Pause.resumed_on).where(
        Pause.patient_id.in_(ids), Pause.order_flag_id.is_not(None)
    )
    return sa.union(on_proposals, on_tasks)
