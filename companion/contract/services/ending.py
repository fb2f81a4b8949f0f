"""What becomes of the contract when the care ends: nothing is asked for any more, and all of it can still be read."""

from datetime import datetime
from uuid import UUID

from companion.accounts.rules import Actor, Role
from companion.audit.rules import Event
from companion.audit.services import note
from companion.contract.queries import in_force
from companion.contract.rules import Move, after, may
from companion.contract.services.agreeing import end_in_force
from companion.contract.services.loading import lock_versions, require_therapist_of
from companion.extensions import db


def end_agreement(therapist: Actor, patient_id: UUID, at: datetime) -> None:
    """End what is in force without another in its place, and take back what the therapist's side has proposed.

    A closing version stays: it is the patient's to keep. With nothing in force there is nothing to end.
    """
    require_therapist_of(therapist, patient_id)
    for version in lock_versions(patient_id):
        if version.author is Role.THERAPIST and may(version.state, Move.WITHDRAW):
            version.state = after(version.state, Move.WITHDRAW)
    db.session.flush()
    current = in_force(therapist, patient_id)
    if current is None or current.is_closing:
        return
    end_in_force(patient_id, at)
    note(Event.VERSION_ENDED, at, actor_id=therapist.id, person_id=patient_id, version=current.id)
