"""What the patient reads as "our agreement", and the answer to what waits."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from companion.accounts.access import Policy, access, actor
from companion.contract import queries, services
from companion.contract.forms.answering import AnswerForm, answer_form
from companion.contract.queries import VersionRead
from companion.contract.rules import Decision, Outcome, Standing, changes
from companion.contract.views.blueprint import REFUSED, bp, refuse
from companion.formulation.queries import waits_for
from companion.kernel.errors import RefusedError
from companion.transaction import transaction
from companion.web.now import now

KEPT = {
    Outcome.IN_FORCE: _l("Agreed. It is in force from today."),
    Outcome.TOLD: _l("Noted. Nothing starts until you two have talked."),
}
NOTED = {
    Decision.NOT_NOW: _l("Noted: not now. Nothing starts, and you can still come back to it."),
    Decision.WOULD_CHANGE: _l("Noted. Nothing starts; your therapist reads what you'd change."),
}


@bp.get("/agreement")
@access(Policy.PATIENT)
def agreement() -> ResponseReturnValue:
    me = actor()
    current, proposal = queries.in_force(me, me.id), queries.waiting(me, me.id)
    return render_template(
        "contract/agreement.html",
        current=current,
        proposal=proposal,
        changes=changes(current.content, proposal.content) if current and proposal else None,
        resting=queries.resting(me, me.id),
        to_read=waits_for(me),
        history=[line for line in queries.history(me, me.id) if line.standing is Standing.SUPERSEDED],
    )


@bp.get("/agreement/<uuid:version_id>")
@access(Policy.PATIENT)
def answer(version_id: UUID) -> ResponseReturnValue:
    """A proposal is answered here; any other version can only be read."""
    read = queries.version(actor(), actor().id, version_id)
    if _waits(read):
        return _answer_page(read, answer_form(read))
    return render_template("contract/version_read.html", version=read)


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
            refuse(form, refused)
        else:
            flash(str(KEPT.get(outcome) or NOTED[said.decision]))
            return redirect(url_for("contract.agreement"))
    form.renew()
    return _answer_page(read, form), REFUSED


def _waits(read: VersionRead) -> bool:
    waiting = queries.waiting(actor(), actor().id)
    return waiting is not None and waiting.id == read.id


def _answer_page(read: VersionRead, form: AnswerForm) -> str:
    return render_template("contract/answer.html", version=read, form=form)
