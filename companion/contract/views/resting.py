"""What feels like an order, and what may rest for a while."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from companion.accounts.access import Policy, access, actor
from companion.contract import queries, services
from companion.contract.forms.answering import OrderForm, PauseForm
from companion.contract.forms.drafting import BareForm
from companion.contract.queries import TaskRead, VersionRead
from companion.contract.rules import Scope
from companion.contract.views.blueprint import REFUSED, bp
from companion.kernel.errors import NotFoundError, RefusedError
from companion.transaction import transaction
from companion.web.forms import Form
from companion.web.now import now


@bp.get("/agreement/<uuid:version_id>/order")
@access(Policy.PATIENT)
def version_order(version_id: UUID) -> ResponseReturnValue:
    read = queries.version(actor(), actor().id, version_id)
    return _order_page(read, None, OrderForm(formdata=None))


@bp.post("/agreement/<uuid:version_id>/order")
@access(Policy.PATIENT)
def flag_version(version_id: UUID) -> ResponseReturnValue:
    read = queries.version(actor(), actor().id, version_id)
    form = OrderForm()
    if form.validate():
        try:
            with transaction():
                services.flag_version(actor(), version_id, form.words.data or "", now(), form.id.data)
        except RefusedError as refused:
            form.refuse(refused)
        else:
            flash(_("Noted. Nothing starts until you two have talked."))
            return redirect(url_for("contract.agreement"))
    form.renew()
    return _order_page(read, None, form), REFUSED


@bp.get("/agreement/tasks/<uuid:task_id>/order")
@access(Policy.PATIENT)
def task_order(task_id: UUID) -> ResponseReturnValue:
    read, task = _task(task_id)
    return _order_page(read, task, OrderForm(formdata=None))


@bp.post("/agreement/tasks/<uuid:task_id>/order")
@access(Policy.PATIENT)
def flag_task(task_id: UUID) -> ResponseReturnValue:
    read, task = _task(task_id)
    form = OrderForm()
    if form.validate():
        try:
            with transaction():
                services.flag_task(actor(), task_id, form.words.data or "", now(), form.id.data)
        except RefusedError as refused:
            form.refuse(refused)
        else:
            flash(_("Noted. It rests from today, until you take it up again or agree on something new."))
            return redirect(url_for("contract.agreement"))
    form.renew()
    return _order_page(read, task, form), REFUSED


@bp.get("/pauses")
@access(Policy.PATIENT)
def pauses() -> ResponseReturnValue:
    return _pauses_page(BareForm(formdata=None))


@bp.post("/pauses")
@access(Policy.PATIENT)
def pause() -> ResponseReturnValue:
    form = PauseForm()
    if form.validate():
        with transaction():
            services.pause(actor(), Scope(form.scope.data), form.lineage.data, now())
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
    """A task of the version in force."""
    current = queries.in_force(actor(), actor().id)
    for task in current.tasks if current else ():
        if current and task.id == task_id:
            return current, task
    raise NotFoundError


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
