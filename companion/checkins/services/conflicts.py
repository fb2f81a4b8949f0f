"""What else came under the id of an entry: the patient says whether it counts."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from companion.accounts.rules import Actor
from companion.checkins.models import CheckIn, ConflictingEntry, LeftOut
from companion.checkins.rules import Door, Entry, Outcome, Rated, Visibility, moment_of
from companion.checkins.services.entries import Saved, keep, set_visibility, who_sees
from companion.checkins.services.rows import insert_once, own
from companion.extensions import db
from companion.kernel.errors import NotFoundError


def count_the_other_too(actor: Actor, check_in_id: UUID, conflict_id: UUID, at: datetime) -> Saved:
    """Make an entry of its own of what came under the id of another; it is as old as it was when it came.

    It is as private as the other is by now. Sharing that one sooner doesn't share this one.
    """
    first = own(actor, check_in_id)
    other = _other(first, conflict_id)
    said = json.loads(other.content)
    entry = _entry_of(conflict_id, said, said.get("zone", first.zone))
    made_at = datetime.fromisoformat(said["entered_at"]) if "entered_at" in said else other.received_at
    kept = keep(actor, replace(entry, entered_at=made_at, sent_at=at), at)
    private, _sooner, _chosen_at = who_sees(first)
    if kept.outcome is Outcome.NEW and private is not Visibility.SHARED:
        set_visibility(actor, kept.id, conflict_id, private, at)
    return kept


def leave_out(actor: Actor, check_in_id: UUID, conflict_id: UUID, at: datetime) -> None:
    """Say of what came under the id of another that it isn't to count; it stays, and is on no list. Said once."""
    other = _other(own(actor, check_in_id), conflict_id)
    insert_once(LeftOut, {"patient_id": actor.id, "conflict_id": other.id, "at": at}, "conflict_id")


def _other(first: CheckIn, conflict_id: UUID) -> ConflictingEntry:
    """What came under the id of an entry that is the patient's own."""
    other = db.session.get(ConflictingEntry, conflict_id)
    if other is None or other.check_in_id != first.id:
        raise NotFoundError
    return other


def _entry_of(client_id: UUID, content: dict[str, Any], zone: str) -> Entry:
    """The inverse of `rules.content_of`."""
    return Entry(
        client_id=client_id,
        door=Door(content["door"]),
        zone=zone,
        guilt=Rated(content["guilt"], content["guilt_cant_tell"]),
        urge=Rated(content["urge"], content["urge_cant_tell"]),
        experiment_id=UUID(content["experiment_id"]) if content["experiment_id"] else None,
        earlier=datetime.fromisoformat(content["earlier"]) if content["earlier"] else None,
        moment=moment_of(content["moment"]) if "moment" in content else None,
    )
