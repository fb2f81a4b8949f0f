"""What the patient reads as "our agreement", and the answer to what waits."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from companion.accounts.access import Policy, access, actor
from companion.accounts.queries import patient_for
from companion.contract import queries, services
from companion.contract.forms.answering import AnswerForm, answer_form
from companion.contract.forms.drafting import BeginForm
from companion.contract.queries import VersionRead
from companion.contract.rules import Decision, Outcome, changes, silence
from companion.contract.views.blueprint import REFUSED, bp
from companion.contract.views.reading import today_of, version_page
from companion.formulation import queries as formulation
from companion.kernel.errors import RefusedError
from companion.transaction import transaction
from companion.web.forms import EmptyForm
from companion.web.now import now

KEPT = {
    Outcome.IN_FORCE: _l("Agreed. It is in force from today."),
    Outcome.TOLD: _l("Noted. Nothing starts until you two have talked."),
}
NOTED = {
    Decision.AGREE: _l("Noted. It comes into force as soon as your therapist agrees to it as well."),
    Decision.NOT_NOW: _l("Noted: not now. Nothing starts, and you can still come back to it."),
    Decision.WOULD_CHANGE: _l("Noted. Nothing starts; your therapist reads what you'd change."),
}


@bp.get("/agreement")
@access(Policy.PATIENT)
def agreement() -> ResponseReturnValue:
    me = actor()
    current, proposal, asked_for = queries.in_force(me, me.id), queries.waiting(me, me.id), queries.asked_for(me, me.id)
    today = today_of(patient_for(me, me.id))
    return render_template(
        "contract/agreement.html",
        current=current,
        proposal=proposal,
        changes=changes(current.content, proposal.content) if current and proposal else None,
        asked_for=asked_for,
        draft_id=queries.draft_of(me, me.id),
        silence=silence(current.content if current else None, today),
        resting=queries.resting(me, me.id, today),
        to_read=formulation.waits_for(me),
        history=[line for line in queries.history(me, me.id) if line.until_day],
    )


@bp.post("/agreement")
@access(Policy.PATIENT)
def begin_my_draft() -> ResponseReturnValue:
    """The patient begins to write how they would have it, from what waits or holds."""
    form = BeginForm()
    if not form.validate():
        flash(_("That could not be read. Nothing was changed."))
        return redirect(url_for("contract.agreement"))
    wish_id = form.wish.data
    if wish_id:
        formulation.wish(actor(), actor().id, wish_id)
    with transaction():
        draft_id = services.start_draft(actor(), actor().id, now(), form.base.data, form.kind)
    if wish_id:
        return redirect(url_for("contract.my_new_task", version_id=draft_id, wish=wish_id))
    return redirect(url_for("contract.my_draft", version_id=draft_id))


@bp.post("/agreement/tasks/<uuid:task_id>/smaller")
@access(Policy.PATIENT)
def ask_for_smaller(task_id: UUID) -> ResponseReturnValue:
    """The patient asks for a smaller version of something: their draft opens at it."""
    read = queries.version_of_task(actor(), actor().id, task_id)
    if not EmptyForm().validate():
        flash(_("That could not be read. Nothing was changed."))
        return redirect(url_for("contract.agreement"))
    with transaction():
        draft_id = services.start_draft(actor(), actor().id, now(), read.id)
    lineage_id = next(task.lineage_id for task in read.tasks if task.id == task_id)
    draft = queries.version(actor(), actor().id, draft_id)
    line = next((task for task in draft.tasks if task.lineage_id == lineage_id), None)
    if line is None:  # a draft was open already, and leaves it out
        return redirect(url_for("contract.my_draft", version_id=draft_id))
    return redirect(url_for("contract.my_task", version_id=draft_id, task_id=line.id, smaller=1))


@bp.get("/agreement/<uuid:version_id>")
@access(Policy.PATIENT)
def answer(version_id: UUID) -> ResponseReturnValue:
    """A proposal is answered here; any other version can only be read."""
    read = queries.version(actor(), actor().id, version_id)
    if read.is_draft:
        return redirect(url_for("contract.my_draft", version_id=version_id))
    if read.may_be_answered:
        return _answer_page(read, answer_form(read, queries.in_force(actor(), actor().id)))
    return version_page(read, EmptyForm(formdata=None))


@bp.post("/agreement/<uuid:version_id>")
@access(Policy.PATIENT)
def give_answer(version_id: UUID) -> ResponseReturnValue:
    read = queries.version(actor(), actor().id, version_id)
    form = answer_form(read, is_sent=True)
    if form.validate():
        said = form.said
        try:
            with transaction():
                outcome = services.answer(actor(), version_id, form.agreed_hash, said, now(), form.id.data)
        except RefusedError as refused:
            form.refuse(refused)
        else:
            flash(str(KEPT.get(outcome) or NOTED[said.decision]))
            return redirect(url_for("contract.agreement"))
    form.renew()
    return _answer_page(read, form), REFUSED


def _answer_page(read: VersionRead, form: AnswerForm) -> str:
    return render_template("contract/answer.html", version=read, form=form)
