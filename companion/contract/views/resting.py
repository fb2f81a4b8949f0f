"""What feels like an order, and what may rest for a while."""

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from companion.accounts.access import Policy, access, actor
from companion.accounts.queries import patient_for
from companion.contract import queries, services
from companion.contract.forms.answering import (
    OrderForm,
    PauseDaysForm,
    PauseForm,
    change_pause_form,
    set_pause_form,
)
from companion.contract.queries import Rest, TaskRead, VersionRead
from companion.contract.rules import Scope
from companion.contract.views.blueprint import REFUSED, bp
from companion.contract.views.reading import today_of
from companion.kernel.errors import RefusedError
from companion.transaction import transaction
from companion.web.forms import EmptyForm, Form
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
    return _pauses_page(EmptyForm(formdata=None))


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


@bp.get("/pauses/new")
@access(Policy.PATIENT)
def new_pause() -> ResponseReturnValue:
    """A pause with days of its own."""
    current = queries.in_force(actor(), actor().id)
    if current is None:
        return redirect(url_for("contract.pauses"))
    return _days_page(set_pause_form(current, _today()))


@bp.post("/pauses/new")
@access(Policy.PATIENT)
def set_pause() -> ResponseReturnValue:
    current = queries.in_force(actor(), actor().id)
    if current is None:
        flash(_("Nothing is agreed now, so there is nothing to pause."))
        return redirect(url_for("contract.pauses"))
    form = set_pause_form(current, _today(), is_sent=True)
    if form.validate():
        days = (form.first_day.data, form.resumed_on.data)
        try:
            with transaction():
                services.pause(actor(), form.scope, form.lineage_id, now(), *days)
        except RefusedError as refused:
            form.refuse(refused)
        else:
            flash(_("The pause is set."))
            return redirect(url_for("contract.pauses"))
    return _days_page(form), REFUSED


@bp.get("/pauses/<uuid:pause_id>")
@access(Policy.PATIENT)
def one_pause(pause_id: UUID) -> ResponseReturnValue:
    rest = _rest(pause_id)
    if rest is None:
        return redirect(url_for("contract.pauses"))
    return _days_page(change_pause_form(rest, _today()), rest)


@bp.post("/pauses/<uuid:pause_id>")
@access(Policy.PATIENT)
def change_pause(pause_id: UUID) -> ResponseReturnValue:
    rest = _rest(pause_id)
    if rest is None:
        flash(_("That pause is over, or was taken back. Nothing was changed."))
        return redirect(url_for("contract.pauses"))
    form = change_pause_form(rest, _today(), is_sent=True)
    if form.validate():
        days = (form.first_day.data, form.resumed_on.data)
        try:
            with transaction():
                services.change_pause(actor(), pause_id, *days, now(), form.seen.data or b"")
        except RefusedError as refused:
            form.refuse(refused)
        else:
            flash(_("Kept."))
            return redirect(url_for("contract.pauses"))
    rest = _rest(pause_id) or rest
    form.seen.data = rest.stand
    return _days_page(form, rest), REFUSED


@bp.post("/pauses/<uuid:pause_id>/resume")
@access(Policy.PATIENT)
def resume(pause_id: UUID) -> ResponseReturnValue:
    form, rest = EmptyForm(), _rest(pause_id)
    if form.validate():
        with transaction():
            services.resume(actor(), pause_id, now())
        is_ahead = rest is not None and rest.first_day > _today()
        flash(_("Taken back. It goes on as it does.") if is_ahead else _("Taken up again, from today."))
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
        resting=queries.resting(me, me.id, _today()),
        form=form,
    )


def _today() -> date:
    return today_of(patient_for(actor(), actor().id))


def _rest(pause_id: UUID) -> Rest | None:
    """A pause of one's own that isn't over; raises NotFoundError for one that never was."""
    return queries.pause_of(actor(), pause_id, _today())


def _days_page(form: PauseDaysForm, rest: Rest | None = None) -> str:
    return render_template("contract/pause_days.html", form=form, rest=rest, today=_today())
