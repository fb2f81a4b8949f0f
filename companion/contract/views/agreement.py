"""What the patient reads, answers, flags and pauses."""

from uuid import UUID

from flask import abort
from flask.typing import ResponseReturnValue

from companion.accounts.access import Policy, access
from companion.contract.views.blueprint import bp


@bp.get("/agreement")
@access(Policy.PATIENT)
def agreement() -> ResponseReturnValue:
    abort(501)


@bp.get("/agreement/<uuid:version_id>")
@access(Policy.PATIENT)
def answer(version_id: UUID) -> ResponseReturnValue:
    abort(501, str((version_id,)))


@bp.post("/agreement/<uuid:version_id>")
@access(Policy.PATIENT)
def give_answer(version_id: UUID) -> ResponseReturnValue:
    abort(501, str((version_id,)))


@bp.get("/agreement/<uuid:version_id>/order")
@access(Policy.PATIENT)
def version_order(version_id: UUID) -> ResponseReturnValue:
    abort(501, str((version_id,)))


@bp.post("/agreement/<uuid:version_id>/order")
@access(Policy.PATIENT)
def flag_version(version_id: UUID) -> ResponseReturnValue:
    abort(501, str((version_id,)))


@bp.get("/agreement/tasks/<uuid:task_id>/order")
@access(Policy.PATIENT)
def task_order(task_id: UUID) -> ResponseReturnValue:
    abort(501, str((task_id,)))


@bp.post("/agreement/tasks/<uuid:task_id>/order")
@access(Policy.PATIENT)
def flag_task(task_id: UUID) -> ResponseReturnValue:
    abort(501, str((task_id,)))


@bp.get("/pauses")
@access(Policy.PATIENT)
def pauses() -> ResponseReturnValue:
    abort(501)


@bp.post("/pauses")
@access(Policy.PATIENT)
def pause() -> ResponseReturnValue:
    abort(501)


@bp.post("/pauses/<uuid:pause_id>/resume")
@access(Policy.PATIENT)
def resume(pause_id: UUID) -> ResponseReturnValue:
    abort(501, str((pause_id,)))
