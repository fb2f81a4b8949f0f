"""Whether there is something to read, something agreed, a pause of everything: what Today says of the contract."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from companion.accounts.rules import Actor, Role
from companion.contract.models import Agreement, Answer, ContractVersion, OrderFlag, Pause, Signature
from companion.contract.queries.resting import is_not_over
from companion.contract.queries.versions import stands
from companion.contract.rules import Scope, State, VersionKind
from companion.extensions import db


@dataclass(frozen=True)
class Glance:
    """How the contract stands, in short, for the patient."""

    proposal_to_read: bool
    """Something that the therapist agrees to, and that the patient has neither answered nor called an order."""
    has_agreement: bool
    """A version in force that is worked by; the closing one asks for nothing."""
    had_agreement: bool
    """Anything was ever agreed."""
    review_gone_by: bool
    """The day on which both wanted to look at it again has gone by."""
    is_all_paused: bool


def at_a_glance(patient: Actor, today: date) -> Glance:
    """How the patient's own contract stands on this local day of theirs, in one statement."""
    row = db.session.connection().execute(_GLANCE, {"patient_id": patient.id, "today": today}).one()
    return Glance(*map(bool, row))


def _glance() -> sa.Select[bool, bool, bool, bool, bool]:
    mine = sa.bindparam("patient_id", type_=sa.Uuid())
    is_for_them = sa.or_(
        ContractVersion.author == Role.THERAPIST,
        sa.exists().where(Signature.version_id == ContractVersion.id, stands()),
    )
    to_read = (
        sa.exists()
        .where(ContractVersion.patient_id == mine, ContractVersion.state == State.PROPOSED, is_for_them)
        .where(~sa.exists().where(Answer.version_id == ContractVersion.id))
        .where(~sa.exists().where(OrderFlag.version_id == ContractVersion.id))
    )
    ever = sa.exists().where(Agreement.patient_id == mine)
    agreed = ever.where(
        Agreement.until_day.is_(None),
        ContractVersion.id == Agreement.version_id,
        ContractVersion.kind == VersionKind.WORKING,
    )
    today = sa.bindparam("today", type_=sa.Date())
    gone_by = agreed.where(ContractVersion.review_on < today)
    all_paused = sa.exists().where(
        Pause.patient_id == mine, Pause.scope == Scope.EVERYTHING, Pause.first_day <= today, is_not_over(today)
    )
    return sa.select(to_read, agreed, ever, gone_by, all_paused)


_GLANCE = _glance()
"""Put together once: that takes SQLAlchemy longer than the database takes to answer."""
