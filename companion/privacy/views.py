"""The page on which a patient takes a copy of all that is theirs."""

import json
from http import HTTPStatus
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from companion.accounts.access import Policy, access, actor
from companion.kernel.week import local_date
from companion.privacy import queries, services
from companion.privacy.rules import file_name
from companion.transaction import transaction
from companion.web.forms import EmptyForm
from companion.web.now import now

bp = Blueprint("privacy", __name__)


@bp.get("/settings/copy")
@access(Policy.PATIENT, confirmed=True)
def copy() -> ResponseReturnValue:
    return _copy_page(EmptyForm(formdata=None))


@bp.post("/settings/copy")
@access(Policy.PATIENT, confirmed=True)
def give_copy() -> ResponseReturnValue:
    form = EmptyForm()
    if not form.validate():
        return _copy_page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    with transaction():
        services.note_copy(actor(), now())
    told = json.dumps(queries.copy_of(actor(), now()), ensure_ascii=False, indent=1)
    name = file_name(local_date(now(), ZoneInfo(actor().zone)))
    # What web.headers says of every page, no-store, holds for it, too.
    return Response(
        told, mimetype="application/json", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _copy_page(form: EmptyForm) -> str:
    return render_template("privacy/copy.html", form=form)
