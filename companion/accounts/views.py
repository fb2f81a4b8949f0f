"""Signing in and out, and the door that an invitation opens."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from companion.accounts.access import Policy, access

bp = Blueprint("accounts", __name__)


@bp.get("/sign-in")
@access(Policy.PUBLIC)
def sign_in() -> ResponseReturnValue:
    return render_template("accounts/sign_in.html")
