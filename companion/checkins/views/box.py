"""The drop box: what a phone needs to put something in, and the slot. Nothing that was put in comes out here again."""

import base64
from http import HTTPStatus
from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from companion.accounts.access import Policy, access, actor, has_lock, is_locked
from companion.checkins import queries
from companion.checkins.forms.box import EnvelopeForm
from companion.checkins.views.blueprint import bp
from companion.checkins.views.intake import take
from companion.kernel.box import UnreadableError
from companion.web.now import now


@bp.get("/box")
@access(Policy.PATIENT, while_locked=True)
def box() -> ResponseReturnValue:
    """Whose box it is, what to seal with, and a token; as JSON."""
    key = queries.newest_box_key()
    near = None if is_locked() else queries.occasion_near(actor(), now())
    return jsonify(
        owner=queries.owner_of_box(actor()).hex(),
        key={"id": key.id.hex(), "public": _base64url(key.public)},
        csrf=generate_csrf(),  # type: ignore[no-untyped-call]
        now=now().isoformat(),
        occasion={"id": str(near.id), "activity": near.activity} if near else None,
        locked=is_locked(),
        has_pin=has_lock(),
    )


@bp.post("/box")
@access(Policy.PATIENT, while_locked=True)
def drop() -> ResponseReturnValue:
    """Take one sealed item. Says what became of it, and nothing of what is in it."""
    form = EnvelopeForm()
    is_valid = form.validate()
    if form.has_run_out:
        return _outcome(HTTPStatus.BAD_REQUEST, "again")
    if form.owner.data and form.owner.data.bytes != queries.owner_of_box(actor()):
        return _outcome(HTTPStatus.CONFLICT, "another")
    try:
        item = queries.opened_item(actor(), form.item_id, form.sealed.data) if is_valid else None
    except UnreadableError:
        item = None
    if item is None:
        return _outcome(HTTPStatus.UNPROCESSABLE_ENTITY, "unreadable")
    taken = take(actor(), form.came(item, actor()), now())
    check_in = str(taken.check_in_id) if taken.check_in_id else None
    return _outcome(HTTPStatus.OK, taken.outcome.value, check_in=check_in)


def _outcome(status: HTTPStatus, outcome: str, **more: Any) -> ResponseReturnValue:
    return jsonify(outcome=outcome, **more), status


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
