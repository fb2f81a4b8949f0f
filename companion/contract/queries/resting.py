"""What rests, and what is set to rest."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from companion.accounts.queries import patient_for
from companion.accounts.rules import Actor
from companion.contract.models import Agreement, ContractVersion, Goal, Pause, Task
from companion.contract.queries.view_models import fingerprint
from companion.contract.rules import Days, Phase, Scope, phase
from companion.extensions import db
from companion.kernel.errors import NotFoundError


@dataclass(frozen=True)
class Rest:
    """A pause that isn't over: of a task or a goal, named by its latest words, or of everything ("")."""

    id: UUID
    scope: Scope
    lineage_id: UUID | None
    text: str
    days: Days
    from_order: bool
    """Made by "this feels like an order"."""

    @property
    def first_day(self) -> date:
        """The first day paused."""
        return self.days.first_day

    @property
    def resumed_on(self) -> date | None:
        """The day on which it goes on again, where one is set."""
        return self.days.until

    @property
    def stand(self) -> bytes:
        """32 bytes that tell whether the days that a page showed still stand."""
        return fingerprint_of(self.days)


@dataclass(frozen=True)
class RestingLines:
    """The pauses of a patient that aren't over, by their first days."""

    rests: tuple[Rest, ...]
    """Those that rest today."""
    ahead: tuple[Rest, ...]
    """Those that are set, and haven't begun."""

    @property
    def everything(self) -> Rest | None:
        """The pause of everything, where there is one."""
        return next((rest for rest in self.rests if rest.scope is Scope.EVERYTHING), None)

    def of(self, lineage_id: UUID) -> Rest | None:
        """The pause of just this task or goal."""
        return next((rest for rest in self.rests if rest.lineage_id == lineage_id), None)

    def of_ahead(self, lineage_id: UUID | None) -> Rest | None:
        """The pause that is set of just this task or goal, of everything for None."""
        return next((rest for rest in self.ahead if rest.lineage_id == lineage_id), None)

    def rests_on(self, lineages: Collection[UUID], day: date) -> bool:
        """Whether one of these tasks and goals, or everything, rests on a day that isn't past."""
        rests = (*self.rests, *self.ahead)
        return any((rest.lineage_id is None or rest.lineage_id in lineages) and day in rest.days for rest in rests)


def resting(viewer: Actor, patient_id: UUID, today: date) -> RestingLines:
    """What rests on this local day of the patient, and what is set. Raises NotFoundError for anyone else's patient."""
    patient_for(viewer, patient_id)
    rows = db.session.execute(
        sa.select(Pause.id, Pause.scope, Pause.lineage_id, Pause.first_day, Pause.resumed_on, Pause.order_flag_id)
        .where(Pause.patient_id == patient_id, is_not_over(today))
        .order_by(Pause.first_day, Pause.id)
    ).all()
    texts = _texts(patient_id, [row.lineage_id for row in rows if row.lineage_id])
    found = [
        Rest(
            id=row.id,
            scope=row.scope,
            lineage_id=row.lineage_id,
            text=texts.get(row.lineage_id, ""),
            days=Days(row.first_day, row.resumed_on),
            from_order=row.order_flag_id is not None,
        )
        for row in rows
    ]
    return RestingLines(
        rests=tuple(rest for rest in found if phase(rest.days, today) is Phase.RESTS),
        ahead=tuple(rest for rest in found if phase(rest.days, today) is Phase.AHEAD),
    )


def pause_of(patient: Actor, pause_id: UUID, today: date) -> Rest | None:
    """One of the patient's own pauses, None where it is over. Raises NotFoundError for any other."""
    whose = sa.select(Pause.id).where(Pause.id == pause_id, Pause.patient_id == patient.id)
    if db.session.scalar(whose) is None:
        raise NotFoundError
    found = resting(patient, patient.id, today)
    return next((rest for rest in (*found.rests, *found.ahead) if rest.id == pause_id), None)


def is_not_over(today: date | sa.BindParameter[date]) -> sa.ColumnElement[bool]:
    """Whether a pause rests on a local day or is set for later, as `rules.phase` says."""
    is_left = sa.and_(Pause.resumed_on > Pause.first_day, Pause.resumed_on > today)
    return sa.or_(Pause.resumed_on.is_(None), is_left)


def days_of(row: Pause) -> Days:
    """The days of a pause."""
    return Days(row.first_day, row.resumed_on)


def fingerprint_of(days: Days) -> bytes:
    """SHA-256 over the days of a pause, as a page shows them."""
    return fingerprint(f"{days.first_day}–{days.until}")


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
