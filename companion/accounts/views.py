"""Signing in and out, the door that an invitation opens, one's own settings, help, and the practice."""

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from companion.accounts.access import Policy, access

bp = Blueprint("accounts", __name__)


@bp.get("/sign-in")
@access(Policy.PUBLIC)
def sign_in() -> ResponseReturnValue:
    abort(501)


@bp.post("/sign-in")
@access(Policy.PUBLIC)
def check_password() -> ResponseReturnValue:
    abort(501)


@bp.post("/sign-out")
@access(Policy.SIGNED_IN)
def sign_out() -> ResponseReturnValue:
    abort(501)


@bp.get("/begin")
@access(Policy.PUBLIC)
def redeem() -> ResponseReturnValue:
    abort(501)


@bp.post("/begin")
@access(Policy.PUBLIC)
def open_code() -> ResponseReturnValue:
    abort(501)


@bp.post("/begin/you")
@access(Policy.PUBLIC)
def begin() -> ResponseReturnValue:
    abort(501)


@bp.post("/begin/password")
@access(Policy.PUBLIC)
def set_new_password() -> ResponseReturnValue:
    abort(501)


@bp.get("/patients/new")
@access(Policy.THERAPIST)
def new_patient() -> ResponseReturnValue:
    abort(501)


@bp.post("/patients/new")
@access(Policy.THERAPIST)
def invite() -> ResponseReturnValue:
    abort(501)


@bp.get("/settings")
@access(Policy.SIGNED_IN)
def settings() -> ResponseReturnValue:
    abort(501)


@bp.post("/settings/name")
@access(Policy.SIGNED_IN)
def rename() -> ResponseReturnValue:
    abort(501)


@bp.post("/settings/zone")
@access(Policy.SIGNED_IN)
def move() -> ResponseReturnValue:
    abort(501)


@bp.post("/settings/password")
@access(Policy.SIGNED_IN)
def change_password() -> ResponseReturnValue:
    abort(501)


@bp.get("/help")
@access(Policy.PUBLIC)
def help_page() -> ResponseReturnValue:
    abort(501)


@bp.get("/leave")
@access(Policy.PUBLIC)
def leave() -> ResponseReturnValue:
    abort(501)


@bp.get("/practice")
@access(Policy.ADMIN)
def practice() -> ResponseReturnValue:
    abort(501)


@bp.post("/practice")
@access(Policy.ADMIN)
def keep_practice() -> ResponseReturnValue:
    abort(501)
