"""Now, and what may follow on a saved entry."""

from uuid import UUID

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from companion.accounts.access import Policy, access

bp = Blueprint("checkins", __name__)


@bp.get("/now")
@access(Policy.PATIENT)
def now_page() -> ResponseReturnValue:
    abort(501)


@bp.post("/now")
@access(Policy.PATIENT)
def save() -> ResponseReturnValue:
    abort(501)


@bp.get("/now/earlier")
@access(Policy.PATIENT)
def earlier() -> ResponseReturnValue:
    abort(501)


@bp.get("/now/<uuid:check_in_id>")
@access(Policy.PATIENT)
def saved(check_in_id: UUID) -> ResponseReturnValue:
    abort(501, str(check_in_id))


@bp.get("/now/<uuid:check_in_id>/more")
@access(Policy.PATIENT)
def more(check_in_id: UUID) -> ResponseReturnValue:
    abort(501, str(check_in_id))


@bp.post("/now/<uuid:check_in_id>/more")
@access(Policy.PATIENT)
def add_detail(check_in_id: UUID) -> ResponseReturnValue:
    abort(501, str(check_in_id))


@bp.get("/now/<uuid:check_in_id>/again")
@access(Policy.PATIENT)
def again(check_in_id: UUID) -> ResponseReturnValue:
    abort(501, str(check_in_id))


@bp.post("/now/<uuid:check_in_id>/again")
@access(Policy.PATIENT)
def re_rate(check_in_id: UUID) -> ResponseReturnValue:
    abort(501, str(check_in_id))


@bp.post("/now/<uuid:check_in_id>/sharing")
@access(Policy.PATIENT)
def set_visibility(check_in_id: UUID) -> ResponseReturnValue:
    abort(501, str(check_in_id))


@bp.post("/now/<uuid:check_in_id>/other/<uuid:conflict_id>")
@access(Policy.PATIENT)
def keep_both(check_in_id: UUID, conflict_id: UUID) -> ResponseReturnValue:
    abort(501, f"{check_in_id} {conflict_id}")
