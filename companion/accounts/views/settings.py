"""What a person may read and change about themselves."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from companion.accounts import queries, services
from companion.accounts.access import Policy, access, actor, layout
from companion.accounts.forms.settings import NameForm, ZoneForm
from companion.accounts.rules.people import Role
from companion.accounts.views.blueprint import REFUSED, bp, changed
from companion.transaction import transaction
from companion.web.forms import Form
from companion.web.now import now


@bp.get("/settings")
@access(Policy.SIGNED_IN)
def settings() -> ResponseReturnValue:
    account, is_patient = queries.account_of(actor()), actor().role is Role.PATIENT
    return render_template(
        "accounts/settings.html",
        layout=layout(),
        account=account,
        ways=queries.ways_in(actor()),
        is_patient=is_patient,
        care=queries.care_of(actor()) if is_patient else None,
        zone=actor().zone,
    )


@bp.get("/settings/name")
@access(Policy.SIGNED_IN)
def name() -> ResponseReturnValue:
    return _setting_page("name", NameForm(formdata=None, name=queries.account_of(actor()).name))


@bp.post("/settings/name")
@access(Policy.SIGNED_IN)
def rename() -> ResponseReturnValue:
    form = NameForm()
    if not form.validate():
        return _setting_page("name", form), REFUSED
    with transaction():
        services.rename(actor(), form.name.data or "")
    return changed(_("Your name is changed."))


@bp.get("/settings/zone")
@access(Policy.SIGNED_IN)
def zone() -> ResponseReturnValue:
    form = ZoneForm(formdata=None, zone=actor().zone)
    form.offer(actor().zone)
    return _setting_page("zone", form)


@bp.post("/settings/zone")
@access(Policy.SIGNED_IN)
def move() -> ResponseReturnValue:
    form = ZoneForm()
    form.offer(actor().zone)
    if not form.validate():
        return _setting_page("zone", form), REFUSED
    with transaction():
        services.note_zone(actor(), form.zone.data, now())
    return changed(_("Your time zone is changed."))


def _setting_page(what: str, form: Form) -> str:
    account = queries.account_of(actor())
    return render_template(f"accounts/setting_{what}.html", layout=layout(), form=form, account=account)
