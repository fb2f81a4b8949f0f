"""Whether there is something to read, something agreed, a pause of everything: what Today says of the contract."""

from dataclasses import dataclass

import sqlalchemy as sa

from companion.accounts.rules import Actor, Role
from companion.contract.models import Agreement, Answer, ContractVersion, OrderFlag, Pause, Signature
from companion.contract.queries.versions import stands
from companion.contract.rules import Scope, State
from companion.extensions import db


@dataclass(frozen=True)
class Glance:
    """How the contract stands, in short, for the patient."""

    proposal_to_read: bool
    """Something that the therapist agrees to, and that the patient has neither answered nor called an order."""
    has_agreement: bool
    is_all_paused: bool


def at_a_glance(patient: Actor) -> Glance:
    """How the patient's own contract stands, in one statement."""
    row = db.session.connection().execute(_GLANCE, {"patient_id": patient.id}).one()
    return Glance(*map(bool, row))


def _glance() -> sa.Select[bool, bool, bool]:
    mine = sa.bindparam("patient_id", type_=sa.Uuid())
    is_for_them = sa.or_(
        ContractVersion.author == Role.THERAPIST, sa.exists().where(Signature.version_id == ContractVersion.id, stands())
    )
    to_read = (
        sa.exists()
        .where(ContractVersion.patient_id == mine, ContractVersion.state == State.PROPOSED, is_for_them)
        .where(~sa.exists().where(Answer.version_id == ContractVersion.id))
        .where(~sa.exists().where(OrderFlag.version_id == ContractVersion.id))
    )
    agreed = sa.exists().where(Agreement.patient_id == mine, Agreement.until_day.is_(None))
    all_paused = sa.exists().where(
        Pause.patient_id == mine, Pause.scope == Scope.EVERYTHING, Pause.resumed_on.is_(None)
    )
    return sa.select(to_read, agreed, all_paused)


_GLANCE = _glance()
"""Put together once: that takes SQLAlchemy longer than the database takes to answer."""
