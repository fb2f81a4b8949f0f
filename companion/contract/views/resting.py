"""What feels like an order, and what may rest for a while."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from companion.accounts.access import Policy, access, actor
from companion.contract import queries, services
from companion.contract.forms.answering import OrderForm, PauseForm
from companion.contract.forms.drafting import BareForm
from companion.contract.queries import TaskRead, VersionRead
from companion.contract.rules import Scope
from companion.contract.views.blueprint import REFUSED, bp
from companion.kernel.errors import RefusedError
from companion.transaction import transaction
from companion.web.forms import Form
from companion.web.now import now

FLAGGED = {
    services.Flagged.RESTS: _l("Noted. It rests until you take it up again or agree on something new."),
    services.Flagged.WAITS: _l("Noted. Nothing starts until you two have talked."),
    services.Flagged.NOTED: _l("This was noted before. It neither rests nor waits now."),
}


@bp.get("/agreement/<uuid:version_id>/order")
@access(Policy.PATIENT)
def version_order(version_id: UUID) -> ResponseReturnValue:
    return _open_order(queries.version(actor(), actor().id, version_id), None)


@bp.post("/agreement/<uuid:version_id>/order")
@access(Policy.PATIENT)
def flag_version(version_id: UUID) -> ResponseReturnValue:
    read = queries.version(actor(), actor().id, version_id)
    return _keep_order(read, None, lambda *said: services.flag_version(actor(), version_id, *said))


@bp.get("/agreement/tasks/<uuid:task_id>/order")
@access(Policy.PATIENT)
def task_order(task_id: UUID) -> ResponseReturnValue:
    return _open_order(*_task(task_id))


@bp.post("/agreement/tasks/<uuid:task_id>/order")
@access(Policy.PATIENT)
def flag_task(task_id: UUID) -> ResponseReturnValue:
    read, task = _task(task_id)
    return _keep_order(read, task, lambda *said: services.flag_task(actor(), task_id, *said))


@bp.get("/pauses")
@access(Policy.PATIENT)
def pauses() -> ResponseReturnValue:
    return _pauses_page(BareForm(formdata=None))


@bp.post("/pauses")
@access(Policy.PATIENT)
def pause() -> ResponseReturnValue:
    form = PauseForm()
    if form.validate():
        try:
            with transaction():
                services.pause(actor(), Scope(form.scope.data), form.lineage.data, now())
        except RefusedError as refused:
            form.refuse(refused)
        else:
            flash(_("It rests from today. Nothing of it is asked for until you take it up again."))
            return redirect(url_for("contract.pauses"))
    return _pauses_page(form), REFUSED


@bp.post("/pauses/<uuid:pause_id>/resume")
@access(Policy.PATIENT)
def resume(pause_id: UUID) -> ResponseReturnValue:
    form = BareForm()
    if form.validate():
        with transaction():
            services.resume(actor(), pause_id, now())
        flash(_("Taken up again, from today."))
        return redirect(url_for("contract.pauses"))
    return _pauses_page(form), REFUSED


def _task(task_id: UUID) -> tuple[VersionRead, TaskRead]:
    """A task of any version of one's own: who opened its page before it was changed is told so."""
    read = queries.version_of_task(actor(), actor().id, task_id)
    return read, next(task for task in read.tasks if task.id == task_id)


def _open_order(read: VersionRead, task: TaskRead | None) -> ResponseReturnValue:
    if read.may_be_answered or (task and read.is_in_force):
        return _order_page(read, task, OrderForm(formdata=None))
    return redirect(url_for("contract.answer", version_id=read.id))


def _keep_order(
    read: VersionRead, task: TaskRead | None, flag: Callable[[str, datetime, UUID | None], services.Flagged]
) -> ResponseReturnValue:
    form = OrderForm()
    if form.validate():
        try:
            with transaction():
                flagged = flag(form.words.data or "", now(), form.id.data)
        except RefusedError as refused:
            form.refuse(refused)
        else:
            flash(str(FLAGGED[flagged]))
            return redirect(url_for("contract.agreement"))
    form.renew()
    return _order_page(read, task, form), REFUSED


def _order_page(read: VersionRead, task: TaskRead | None, form: OrderForm) -> str:
    return render_template("contract/order.html", version=read, task=task, form=form)


def _pauses_page(form: Form) -> str:
    me = actor()
    return render_template(
        "contract/pauses.html",
        current=queries.in_force(me, me.id),
        resting=queries.resting(me, me.id),
        form=form,
    )
