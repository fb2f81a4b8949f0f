"""What a patient does about what is kept of them."""

from datetime import datetime

from companion.accounts.rules import Actor, Role
from companion.audit.rules import Event
from companion.audit.services import note
from companion.kernel.errors import NotFoundError


def note_copy(patient: Actor, at: datetime) -> None:
    """Note that the patient took a copy of all that is theirs. Raises NotFoundError for other roles."""
    if patient.role is not Role.PATIENT:
        raise NotFoundError
    note(Event.EXPORTED, at, actor_id=patient.id, person_id=patient.id)
