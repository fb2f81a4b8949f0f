"""What every act on a contract begins with: whose it is, and the lock under which it is decided."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from companion.accounts.queries import patient_for, zones_of
from companion.accounts.rules import Actor, Role
from companion.contract.models import ContractVersion
from companion.contract.queries import CostRead, GoalRead, TaskRead, fingerprint
from companion.contract.rules import Frame, State
from companion.extensions import db
from companion.kernel.errors import NotFoundError, RefusedError

NO_LONGER_A_DRAFT = _l("This version has been proposed meanwhile and can't be changed any more. Start a new draft.")
NO_LONGER_THERE = _l("This has been changed meanwhile. Please look at the agreement as it is now.")
CHANGED_MEANWHILE = _l(
    "This was changed while you had it open. What you typed is still here; what stands now is shown with it."
)


def require_unchanged(
    seen: bytes | None, stands: GoalRead | TaskRead | CostRead | Frame | str, told: object = CHANGED_MEANWHILE
) -> None:
    """Raise RefusedError where a page showed something else than what stands; None writes whatever stands."""
    if seen is not None and seen != fingerprint(stands):
        raise RefusedError(told)


def require_therapist_of(actor: Actor, patient_id: UUID) -> None:
    """Raise NotFoundError for anyone but a therapist who treats this patient now."""
    if actor.role is not Role.THERAPIST:
        raise NotFoundError
    patient_for(actor, patient_id)


def require_side(actor: Actor, patient_id: UUID) -> None:
    """Raise NotFoundError for anyone but this patient and a therapist who treats them now."""
    if actor.role is Role.PATIENT and actor.id == patient_id:
        return
    require_therapist_of(actor, patient_id)


def require_patient(actor: Actor) -> None:
    """Raise NotFoundError for anyone but a patient."""
    if actor.role is not Role.PATIENT:
        raise NotFoundError


def lock_versions(patient_id: UUID) -> list[ContractVersion]:
    """All versions of a patient as they stand now, by number; other acts on this contract wait until this one ends."""
    query = (
        sa.select(ContractVersion)
        .where(ContractVersion.patient_id == patient_id)
        .order_by(ContractVersion.number)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query))


def patient_of(version_id: UUID) -> UUID:
    """Whose version it is; raises NotFoundError for a missing one."""
    patient_id = db.session.scalar(sa.select(ContractVersion.patient_id).where(ContractVersion.id == version_id))
    if patient_id is None:
        raise NotFoundError
    return patient_id


def one_of(versions: list[ContractVersion], version_id: UUID) -> ContractVersion:
    """The version among a patient's own; raises NotFoundError for a missing one."""
    for version in versions:
        if version.id == version_id:
            return version
    raise NotFoundError


def lock_own(actor: Actor, version_id: UUID) -> tuple[list[ContractVersion], ContractVersion]:
    """A version of the actor's own side, and all of this patient. Raises NotFoundError for anyone else's."""
    patient_id = patient_of(version_id)
    require_side(actor, patient_id)
    versions = lock_versions(patient_id)
    version = one_of(versions, version_id)
    if version.author is not actor.role:
        raise NotFoundError
    return versions, version


def lock_draft(actor: Actor, version_id: UUID) -> ContractVersion:
    """The side's own open draft. Raises NotFoundError for anyone else's, RefusedError where it is none any more."""
    _versions, version = lock_own(actor, version_id)
    if version.state is not State.DRAFT:
        raise RefusedError(NO_LONGER_A_DRAFT)
    return version


def today_of(patient_id: UUID, at: datetime) -> date:
    """The patient's local day at this instant, in the zone they were in then."""
    return zones_of([patient_id])[patient_id].local_date(at)
