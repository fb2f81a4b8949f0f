"""What a patient let go of after trying it, put into their own draft; nothing that is agreed changes by it."""

from datetime import datetime
from typing import Final
from uuid import UUID

from companion.accounts.rules import Actor
from companion.contract.models import ContractVersion
from companion.contract.queries import TaskRead, asked_for, in_force
from companion.contract.queries.versions import load
from companion.contract.rules import State
from companion.contract.services.drafting import start_draft
from companion.contract.services.lines import remove_task
from companion.contract.services.loading import lock_draft, lock_versions, require_patient
from companion.extensions import db

MOST_CHARACTERS: Final = 4000
"""What the page takes on which the words that go with a draft can be changed."""


def draft_without(actor: Actor, lineage_id: UUID, words: str, at: datetime, *, takes_it_out: bool) -> UUID | None:
    """Draft for the patient that a task stands no more, or only say these words with the draft; returns its id.

    It goes on with the draft that the patient has open. Else one is begun from the patient's own proposal where one
    waits, because sending it takes that one's place, or from the version in force. None where the task isn't in force.
    """
    require_patient(actor)
    lock_versions(actor.id)
    current = in_force(actor, actor.id)
    if current is None or _task(current.tasks, lineage_id) is None:
        return None
    draft_id = start_draft(actor, actor.id, at, base_id=_own_that_waits(actor))
    read = load(draft_id)
    if takes_it_out and read and (task := _task(read.tasks, lineage_id)):
        remove_task(actor, task.id)
    _say_with(lock_draft(actor, draft_id), words)
    return draft_id


def _own_that_waits(actor: Actor) -> UUID | None:
    own = asked_for(actor, actor.id)
    return own.id if own and own.state is State.PROPOSED else None


def _say_with(draft: ContractVersion, words: str) -> None:
    """Add words to those that go with a draft, once, and where there is room."""
    why = draft.why or ""
    together = f"{why}\n{words}" if why else words
    if words not in why and len(together) <= MOST_CHARACTERS:
        draft.why = together
        db.session.flush()


def _task(tasks: tuple[TaskRead, ...], lineage_id: UUID) -> TaskRead | None:
    return next((task for task in tasks if task.lineage_id == lineage_id), None)
