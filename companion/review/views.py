"""Pages that read the other rooms: Today, Learned, what is shared, the caseload, the brief."""

from uuid import UUID

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from companion.accounts.access import Policy, access

bp = Blueprint("review", __name__)


@bp.get("/")
@access(Policy.SIGNED_IN)
def today() -> ResponseReturnValue:
    abort(501)


@bp.get("/learned")
@access(Policy.PATIENT)
def learned() -> ResponseReturnValue:
    abort(501)


@bp.get("/shared")
@access(Policy.PATIENT)
def shared() -> ResponseReturnValue:
    abort(501)


@bp.get("/caseload")
@access(Policy.THERAPIST)
def caseload() -> ResponseReturnValue:
    abort(501)


@bp.get("/patients/<uuid:patient_id>")
@access(Policy.THERAPIST)
def brief(patient_id: UUID) -> ResponseReturnValue:
    abort(501, str(patient_id))
