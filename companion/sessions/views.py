"""The therapist's page about the care of one patient."""

from uuid import UUID

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from companion.accounts.access import Policy, access

bp = Blueprint("sessions", __name__)


@bp.get("/patients/<uuid:patient_id>/care")
@access(Policy.THERAPIST)
def care(patient_id: UUID) -> ResponseReturnValue:
    abort(501, str(patient_id))
