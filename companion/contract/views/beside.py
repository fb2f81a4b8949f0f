"""Two versions beside each other, for both readers."""

from dataclasses import dataclass
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from companion.accounts.access import actor
from companion.accounts.rules import Actor
from companion.contract import queries
from companion.contract.queries import VersionRead
from companion.contract.rules.difference import Difference, difference
from companion.contract.views.desk import Desk, desk_at, page


@dataclass(frozen=True)
class Against:
    """How a version differs from an earlier one."""

    number: int
    version_id: UUID
    difference: Difference


def what_changed(read: VersionRead) -> Against | None:
    """How a version differs from the one it was begun from; None where it was begun from none."""
    if read.parent_id is None:
        return None
    (parent,) = queries.contents(actor(), read.patient_id, [read.parent_id])
    return Against(parent.number, parent.id, difference(parent.content, read.content))


def _asked(_viewer: Actor, patient_id: UUID, version_id: UUID) -> tuple[Desk, UUID]:
    return desk_at(patient_id), version_id


@page("/since/<uuid:other_id>", "GET", load=_asked)
def since(asked: tuple[Desk, UUID], other_id: UUID) -> ResponseReturnValue:
    """What changed from another version to this one; the earlier of both always stands first."""
    desk, version_id = asked
    found = queries.contents(actor(), desk.patient.id, {version_id, other_id})
    before, after = found[0], found[-1]
    return render_template(
        "contract/since.html",
        desk=desk,
        patient=desk.patient,
        before=before,
        after=after,
        difference=difference(before.content, after.content),
        others=queries.numbers(actor(), desk.patient.id, {before.id, after.id}),
    )
