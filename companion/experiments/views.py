"""Planning an occasion, saying what happened, and putting it right."""

from uuid import UUID

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from companion.accounts.access import Policy, access

bp = Blueprint("experiments", __name__)


@bp.get("/plan")
@access(Policy.PATIENT)
def plan() -> ResponseReturnValue:
    abort(501)


@bp.post("/plan")
@access(Policy.PATIENT)
def keep_plan() -> ResponseReturnValue:
    abort(501)


@bp.get("/plan/already")
@access(Policy.PATIENT)
def already() -> ResponseReturnValue:
    abort(501)


@bp.post("/plan/already")
@access(Policy.PATIENT)
def keep_already() -> ResponseReturnValue:
    abort(501)


@bp.post("/plan/week")
@access(Policy.PATIENT)
def close_week() -> ResponseReturnValue:
    abort(501)


@bp.get("/plan/<uuid:experiment_id>")
@access(Policy.PATIENT)
def occasion(experiment_id: UUID) -> ResponseReturnValue:
    abort(501, str(experiment_id))


@bp.get("/plan/<uuid:experiment_id>/change")
@access(Policy.PATIENT)
def change(experiment_id: UUID) -> ResponseReturnValue:
    abort(501, str(experiment_id))


@bp.post("/plan/<uuid:experiment_id>/change")
@access(Policy.PATIENT)
def keep_change(experiment_id: UUID) -> ResponseReturnValue:
    abort(501, str(experiment_id))


@bp.post("/plan/<uuid:experiment_id>/take-back")
@access(Policy.PATIENT)
def take_back(experiment_id: UUID) -> ResponseReturnValue:
    abort(501, str(experiment_id))


@bp.get("/plan/<uuid:experiment_id>/after")
@access(Policy.PATIENT)
def debrief(experiment_id: UUID) -> ResponseReturnValue:
    abort(501, str(experiment_id))


@bp.post("/plan/<uuid:experiment_id>/after")
@access(Policy.PATIENT)
def keep_debrief(experiment_id: UUID) -> ResponseReturnValue:
    abort(501, str(experiment_id))


@bp.get("/plan/<uuid:experiment_id>/correct")
@access(Policy.PATIENT)
def correct(experiment_id: UUID) -> ResponseReturnValue:
    abort(501, str(experiment_id))


@bp.post("/plan/<uuid:experiment_id>/correct")
@access(Policy.PATIENT)
def keep_correction(experiment_id: UUID) -> ResponseReturnValue:
    abort(501, str(experiment_id))
