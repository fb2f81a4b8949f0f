"""The therapist's workshop: what is in force, what waits, the draft."""

from uuid import UUID

from flask import abort
from flask.typing import ResponseReturnValue

from companion.accounts.access import Policy, access
from companion.contract.views.blueprint import bp


@bp.get("/patients/<uuid:patient_id>/contract")
@access(Policy.THERAPIST)
def workshop(patient_id: UUID) -> ResponseReturnValue:
    abort(501, str((patient_id,)))


@bp.post("/patients/<uuid:patient_id>/contract")
@access(Policy.THERAPIST)
def begin_draft(patient_id: UUID) -> ResponseReturnValue:
    abort(501, str((patient_id,)))


@bp.get("/patients/<uuid:patient_id>/contract/<uuid:version_id>")
@access(Policy.THERAPIST)
def version(patient_id: UUID, version_id: UUID) -> ResponseReturnValue:
    abort(
        501,
        str(
            (
                patient_id,
                version_id,
            )
        ),
    )


@bp.get("/patients/<uuid:patient_id>/contract/<uuid:version_id>/frame")
@access(Policy.THERAPIST)
def frame(patient_id: UUID, version_id: UUID) -> ResponseReturnValue:
    abort(
        501,
        str(
            (
                patient_id,
                version_id,
            )
        ),
    )


@bp.post("/patients/<uuid:patient_id>/contract/<uuid:version_id>/frame")
@access(Policy.THERAPIST)
def keep_frame(patient_id: UUID, version_id: UUID) -> ResponseReturnValue:
    abort(
        501,
        str(
            (
                patient_id,
                version_id,
            )
        ),
    )


@bp.get("/patients/<uuid:patient_id>/contract/<uuid:version_id>/goals")
@access(Policy.THERAPIST)
def new_goal(patient_id: UUID, version_id: UUID) -> ResponseReturnValue:
    abort(
        501,
        str(
            (
                patient_id,
                version_id,
            )
        ),
    )


@bp.post("/patients/<uuid:patient_id>/contract/<uuid:version_id>/goals")
@access(Policy.THERAPIST)
def add_goal(patient_id: UUID, version_id: UUID) -> ResponseReturnValue:
    abort(
        501,
        str(
            (
                patient_id,
                version_id,
            )
        ),
    )


@bp.get("/patients/<uuid:patient_id>/contract/<uuid:version_id>/goals/<uuid:goal_id>")
@access(Policy.THERAPIST)
def goal(patient_id: UUID, version_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    abort(
        501,
        str(
            (
                patient_id,
                version_id,
                goal_id,
            )
        ),
    )


@bp.post("/patients/<uuid:patient_id>/contract/<uuid:version_id>/goals/<uuid:goal_id>")
@access(Policy.THERAPIST)
def keep_goal(patient_id: UUID, version_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    abort(
        501,
        str(
            (
                patient_id,
                version_id,
                goal_id,
            )
        ),
    )


@bp.post("/patients/<uuid:patient_id>/contract/<uuid:version_id>/goals/<uuid:goal_id>/remove")
@access(Policy.THERAPIST)
def remove_goal(patient_id: UUID, version_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    abort(
        501,
        str(
            (
                patient_id,
                version_id,
                goal_id,
            )
        ),
    )


@bp.get("/patients/<uuid:patient_id>/contract/<uuid:version_id>/tasks")
@access(Policy.THERAPIST)
def new_task(patient_id: UUID, version_id: UUID) -> ResponseReturnValue:
    abort(
        501,
        str(
            (
                patient_id,
                version_id,
            )
        ),
    )


@bp.post("/patients/<uuid:patient_id>/contract/<uuid:version_id>/tasks")
@access(Policy.THERAPIST)
def add_task(patient_id: UUID, version_id: UUID) -> ResponseReturnValue:
    abort(
        501,
        str(
            (
                patient_id,
                version_id,
            )
        ),
    )


@bp.get("/patients/<uuid:patient_id>/contract/<uuid:version_id>/tasks/<uuid:task_id>")
@access(Policy.THERAPIST)
def task(patient_id: UUID, version_id: UUID, task_id: UUID) -> ResponseReturnValue:
    abort(
        501,
        str(
            (
                patient_id,
                version_id,
                task_id,
            )
        ),
    )


@bp.post("/patients/<uuid:patient_id>/contract/<uuid:version_id>/tasks/<uuid:task_id>")
@access(Policy.THERAPIST)
def keep_task(patient_id: UUID, version_id: UUID, task_id: UUID) -> ResponseReturnValue:
    abort(
        501,
        str(
            (
                patient_id,
                version_id,
                task_id,
            )
        ),
    )


@bp.post("/patients/<uuid:patient_id>/contract/<uuid:version_id>/tasks/<uuid:task_id>/remove")
@access(Policy.THERAPIST)
def remove_task(patient_id: UUID, version_id: UUID, task_id: UUID) -> ResponseReturnValue:
    abort(
        501,
        str(
            (
                patient_id,
                version_id,
                task_id,
            )
        ),
    )


@bp.get("/patients/<uuid:patient_id>/contract/<uuid:version_id>/costs")
@access(Policy.THERAPIST)
def new_cost(patient_id: UUID, version_id: UUID) -> ResponseReturnValue:
    abort(
        501,
        str(
            (
                patient_id,
                version_id,
            )
        ),
    )


@bp.post("/patients/<uuid:patient_id>/contract/<uuid:version_id>/costs")
@access(Policy.THERAPIST)
def add_cost(patient_id: UUID, version_id: UUID) -> ResponseReturnValue:
    abort(
        501,
        str(
            (
                patient_id,
                version_id,
            )
        ),
    )


@bp.get("/patients/<uuid:patient_id>/contract/<uuid:version_id>/costs/<uuid:cost_id>")
@access(Policy.THERAPIST)
def cost(patient_id: UUID, version_id: UUID, cost_id: UUID) -> ResponseReturnValue:
    abort(
        501,
        str(
            (
                patient_id,
                version_id,
                cost_id,
            )
        ),
    )


@bp.post("/patients/<uuid:patient_id>/contract/<uuid:version_id>/costs/<uuid:cost_id>")
@access(Policy.THERAPIST)
def keep_cost(patient_id: UUID, version_id: UUID, cost_id: UUID) -> ResponseReturnValue:
    abort(
        501,
        str(
            (
                patient_id,
                version_id,
                cost_id,
            )
        ),
    )


@bp.post("/patients/<uuid:patient_id>/contract/<uuid:version_id>/costs/<uuid:cost_id>/remove")
@access(Policy.THERAPIST)
def remove_cost(patient_id: UUID, version_id: UUID, cost_id: UUID) -> ResponseReturnValue:
    abort(
        501,
        str(
            (
                patient_id,
                version_id,
                cost_id,
            )
        ),
    )


@bp.get("/patients/<uuid:patient_id>/contract/<uuid:version_id>/propose")
@access(Policy.THERAPIST)
def proposal(patient_id: UUID, version_id: UUID) -> ResponseReturnValue:
    abort(
        501,
        str(
            (
                patient_id,
                version_id,
            )
        ),
    )


@bp.post("/patients/<uuid:patient_id>/contract/<uuid:version_id>/propose")
@access(Policy.THERAPIST)
def propose(patient_id: UUID, version_id: UUID) -> ResponseReturnValue:
    abort(
        501,
        str(
            (
                patient_id,
                version_id,
            )
        ),
    )


@bp.post("/patients/<uuid:patient_id>/contract/<uuid:version_id>/withdraw")
@access(Policy.THERAPIST)
def withdraw(patient_id: UUID, version_id: UUID) -> ResponseReturnValue:
    abort(
        501,
        str(
            (
                patient_id,
                version_id,
            )
        ),
    )


@bp.post("/patients/<uuid:patient_id>/contract/<uuid:version_id>/discard")
@access(Policy.THERAPIST)
def discard(patient_id: UUID, version_id: UUID) -> ResponseReturnValue:
    abort(
        501,
        str(
            (
                patient_id,
                version_id,
            )
        ),
    )
