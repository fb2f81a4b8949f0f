"""Two versions beside each other, for both readers."""

from dataclasses import dataclass
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from companion.accounts.access import actor
from companion.contract import queries
from companion.contract.queries import HistoryLine, VersionRead
from companion.contract.rules.difference import Difference, difference
from companion.contract.views.desk import desk_of, page


@dataclass(frozen=True)
class Against:
    """How a version differs from an earlier one."""

    number: int
    version_id: UUID
    difference: Difference


def what_changed(read: VersionRead) -> Against | None:
    """How a version differs from the one it was begun from; None where it was begun from none that can be read."""
    if read.parent_id is None:
        return None
    parent = queries.version(actor(), read.patient_id, read.parent_id)
    return Against(parent.number, parent.id, difference(parent.content, read.content))


@page("/since/<uuid:other_id>", "GET")
def since(version: VersionRead, other_id: UUID) -> ResponseReturnValue:
    """What changed from another version to this one; the earlier of both always stands first."""
    other = queries.version(actor(), version.patient_id, other_id)
    before, after = sorted((version, other), key=lambda each: each.number)
    desk = desk_of(version)
    return render_template(
        "contract/since.html",
        desk=desk,
        patient=desk.patient,
        before=before,
        after=after,
        difference=difference(before.content, after.content),
        others=_others(version, {before.id, after.id}),
    )


def _others(version: VersionRead, shown: set[UUID]) -> list[HistoryLine]:
    history = queries.history(actor(), version.patient_id)
    return [line for line in history if line.id not in shown and line.proposed_at]
