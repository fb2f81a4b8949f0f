"""The therapist's pages on which care changes hands: a colleague covers, or takes over."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from companion.accounts import queries, services
from companion.accounts.access import Policy, access, actor
from companion.accounts.forms.care import CoverForm, TransferForm, offer
from companion.accounts.rules.care import LONGEST_COVER
from companion.accounts.views.blueprint import REFUSED, bp
from companion.kernel.errors import RefusedError
from companion.transaction import transaction
from companion.web.forms import EmptyForm
from companion.web.now import now


@bp.get("/patients/<uuid:patient_id>/care/cover")
@access(Policy.THERAPIST, confirmed=True)
def cover(patient_id: UUID) -> ResponseReturnValue:
    return _cover_page(patient_id, CoverForm(formdata=None))


@bp.post("/patients/<uuid:patient_id>/care/cover")
@access(Policy.THERAPIST, confirmed=True)
def arrange_cover(patient_id: UUID) -> ResponseReturnValue:
    queries.own_patient_for(actor(), patient_id)
    form = CoverForm()
    offer(form.by, queries.therapists_beside(actor()))
    if form.validate() and form.last_day.data:
        try:
            with transaction():
                services.arrange_cover(actor(), patient_id, UUID(form.by.data), form.last_day.data, now())
        except RefusedError as refused:
            form.refuse(refused)
        else:
            flash(_("The cover is arranged. It ends by itself."))
            return redirect(url_for("accounts.cover", patient_id=patient_id))
    return _cover_page(patient_id, form), REFUSED


@bp.post("/patients/<uuid:patient_id>/care/cover/end")
@access(Policy.THERAPIST, confirmed=True)
def end_cover(patient_id: UUID) -> ResponseReturnValue:
    queries.own_patient_for(actor(), patient_id)
    form = EmptyForm()
    if not form.validate():
        shown = CoverForm(formdata=None)
        shown.form_errors = form.form_errors
        return _cover_page(patient_id, shown), REFUSED
    with transaction():
        services.end_cover(actor(), patient_id, now())
    flash(_("Nobody covers for you with this patient now."))
    return redirect(url_for("accounts.cover", patient_id=patient_id))


@bp.get("/patients/<uuid:patient_id>/care/transfer")
@access(Policy.THERAPIST, confirmed=True)
def handing_over(patient_id: UUID) -> ResponseReturnValue:
    return _transfer_page(patient_id, TransferForm(formdata=None))


@bp.post("/patients/<uuid:patient_id>/care/transfer")
@access(Policy.THERAPIST, confirmed=True)
def transfer(patient_id: UUID) -> ResponseReturnValue:
    patient = queries.own_patient_for(actor(), patient_id)
    form, beside = TransferForm(), queries.therapists_beside(actor())
    offer(form.to, beside)
    if form.validate():
        to_id = UUID(form.to.data)
        try:
            with transaction():
                services.transfer(actor(), patient_id, to_id, now())
        except RefusedError as refused:
            form.refuse(refused)
        else:
            flash(_("%(name)s is in the care of %(to)s now.", name=patient.name, to=dict(beside)[to_id]))
            return redirect(url_for("review.caseload"))
    return _transfer_page(patient_id, form), REFUSED


def _cover_page(patient_id: UUID, form: CoverForm) -> str:
    patient, beside = queries.own_patient_for(actor(), patient_id), queries.therapists_beside(actor())
    offer(form.by, beside)
    return render_template(
        "accounts/cover.html",
        patient=patient,
        form=form,
        cover=queries.covers_with(actor(), [patient_id]).get(patient_id),
        has_colleagues=bool(beside),
        most_days=LONGEST_COVER,
        zone=actor().zone,
    )


def _transfer_page(patient_id: UUID, form: TransferForm) -> str:
    patient, beside = queries.own_patient_for(actor(), patient_id), queries.therapists_beside(actor())
    offer(form.to, beside)
    return render_template("accounts/transfer.html", patient=patient, form=form, has_colleagues=bool(beside))
