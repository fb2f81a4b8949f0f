"""What rests now, and what could."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from companion.accounts.queries import patient_for
from companion.accounts.rules import Actor
from companion.contract.models import Agreement, ContractVersion, Goal, Pause, Task
from companion.contract.rules import Scope
from companion.extensions import db


@dataclass(frozen=True)
class Rest:
    """A pause that is open: of a task or a goal, named by its latest words, or of everything ("")."""

    id: UUID
    scope: Scope
    lineage_id: UUID | None
    text: str
    first_day: date
    from_order: bool
    """Made by "this feels like an order"."""


@dataclass(frozen=True)
class RestingLines:
    """The open pauses of a patient, oldest first."""

    rests: tuple[Rest, ...]

    @property
    def everything(self) -> Rest | None:
        """The pause of everything, where there is one."""
        return next((rest for rest in self.rests if rest.scope is Scope.EVERYTHING), None)

    def of(self, lineage_id: UUID) -> Rest | None:
        """The pause of just this task or goal."""
        return next((rest for rest in self.rests if rest.lineage_id == lineage_id), None)


def resting(viewer: Actor, patient_id: UUID) -> RestingLines:
    """What rests now. Raises NotFoundError for anyone else's patient."""
    patient_for(viewer, patient_id)
    rows = db.session.execute(
        sa.select(Pause.id, Pause.scope, Pause.lineage_id, Pause.first_day, Pause.order_flag_id)
        .where(Pause.patient_id == patient_id, Pause.resumed_on.is_(None))
        .order_by(Pause.first_day, Pause.id)
    ).all()
    texts = _texts(patient_id, [row.lineage_id for row in rows if row.lineage_id])
    return RestingLines(
        tuple(
            Rest(
                id=row.id,
                scope=row.scope,
                lineage_id=row.lineage_id,
                text=texts.get(row.lineage_id, ""),
                first_day=row.first_day,
                from_order=row.order_flag_id is not None,
            )
            for row in rows
        )
    )


def _texts(patient_id: UUID, lineages: list[UUID]) -> dict[UUID, str]:
    """The words of tasks and goals in the latest version that both agreed to."""
    found: dict[UUID, str] = {}
    for model in (Goal, Task):
        rows = db.session.execute(
            sa.select(model.lineage_id, model.text)
            .join(ContractVersion, ContractVersion.id == model.version_id)
            .join(Agreement, Agreement.version_id == ContractVersion.id)
            .where(ContractVersion.patient_id == patient_id, model.lineage_id.in_(lineages))
            .order_by(Agreement.from_day, Agreement.at)
        )
        found |= dict(rows.all())
    return found
