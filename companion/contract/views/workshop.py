"""The therapist's workshop: what is in force, what waits, what was; one version read, accepted or left to rest."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from companion.accounts.access import Policy, access, actor
from companion.accounts.queries import patient_for
from companion.contract import queries, services
from companion.contract.forms.answering import RestForm
from companion.contract.forms.drafting import AsReadForm, BeginForm
from companion.contract.rules import Outcome, silence
from companion.contract.views.beside import what_changed
from companion.contract.views.blueprint import REFUSED, bp
from companion.contract.views.reading import today_of, version_page
from companion.formulation import queries as formulation
from companion.kernel.errors import RefusedError
from companion.transaction import transaction
from companion.web.forms import EmptyForm
from companion.web.now import now

ACCEPTED = {
    Outcome.IN_FORCE: _l("Agreed by both. It is in force from today."),
    Outcome.NOTED: _l("You agree to it. It comes into force as soon as it has been answered."),
}


@bp.get("/patients/<uuid:patient_id>/contract")
@access(Policy.THERAPIST)
def workshop(patient_id: UUID) -> ResponseReturnValue:
    patient = patient_for(actor(), patient_id)
    current = queries.in_force(actor(), patient_id)
    return render_template(
        "contract/workshop.html",
        patient=patient,
        current=current,
        proposal=queries.waiting(actor(), patient_id),
        asked_for=(asked_for := queries.asked_for(actor(), patient_id)),
        asked_change=what_changed(asked_for) if asked_for else None,
        silence=silence(current.content if current else None, today_of(patient)),
        draft_id=queries.draft_of(actor(), patient_id),
        resting=queries.resting(actor(), patient_id, today_of(patient)),
        history=queries.history(actor(), patient_id),
    )


@bp.post("/patients/<uuid:patient_id>/contract")
@access(Policy.THERAPIST)
def begin_draft(patient_id: UUID) -> ResponseReturnValue:
    form = BeginForm()
    if not form.validate():
        flash(_("That could not be read. Nothing was changed."))
        return redirect(url_for("contract.workshop", patient_id=patient_id))
    wish_id = form.wish.data
    if wish_id:
        formulation.wish(actor(), patient_id, wish_id)
    with transaction():
        draft_id = services.start_draft(actor(), patient_id, now(), form.base.data, form.kind)
    if wish_id:
        return redirect(url_for("contract.new_task", patient_id=patient_id, version_id=draft_id, wish=wish_id))
    return redirect(url_for("contract.version", patient_id=patient_id, version_id=draft_id))


@bp.get("/patients/<uuid:patient_id>/contract/<uuid:version_id>")
@access(Policy.THERAPIST)
def version(patient_id: UUID, version_id: UUID) -> ResponseReturnValue:
    return version_page(queries.version(actor(), patient_id, version_id), EmptyForm(formdata=None))


@bp.post("/patients/<uuid:patient_id>/contract/<uuid:version_id>/accept")
@access(Policy.THERAPIST)
def accept(patient_id: UUID, version_id: UUID) -> ResponseReturnValue:
    """The therapist agrees to what the patient proposes, as it was read."""
    queries.version(actor(), patient_id, version_id)
    form = AsReadForm()
    if form.validate():
        try:
            with transaction():
                outcome = services.accept(actor(), version_id, form.seen.data or b"", now())
        except RefusedError as refused:
            form.refuse(refused)
        else:
            flash(str(ACCEPTED[outcome]))
            return redirect(url_for("contract.workshop", patient_id=patient_id))
    return version_page(queries.version(actor(), patient_id, version_id), form), REFUSED


@bp.post("/patients/<uuid:patient_id>/contract/<uuid:version_id>/rest")
@access(Policy.THERAPIST)
def let_rest(patient_id: UUID, version_id: UUID) -> ResponseReturnValue:
    """The therapist lets what the patient proposes rest, with a word why."""
    queries.version(actor(), patient_id, version_id)
    form = RestForm()
    if form.validate():
        try:
            with transaction():
                services.let_rest(actor(), version_id, form.words.data or "", now(), form.id.data)
        except RefusedError as refused:
            form.refuse(refused)
        else:
            flash(_("It rests, and can be taken up again. Your word stands beside it."))
            return redirect(url_for("contract.workshop", patient_id=patient_id))
    form.renew()
    return version_page(queries.version(actor(), patient_id, version_id), form), REFUSED
