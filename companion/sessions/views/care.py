"""The therapist's page about the care of one patient: a lost password, the end."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from companion.accounts import queries as accounts
from companion.accounts.access import Policy, access, actor
from companion.accounts.rules import INVITATION_LASTS
from companion.accounts.services import end_care, new_code_for
from companion.contract.services import end_agreement
from companion.sessions.views.blueprint import REFUSED, bp
from companion.transaction import transaction
from companion.web.forms import EmptyForm
from companion.web.now import now


@bp.get("/patients/<uuid:patient_id>/care")
@access(Policy.THERAPIST)
def care(patient_id: UUID) -> ResponseReturnValue:
    return _care_page(patient_id, EmptyForm(formdata=None))


@bp.post("/patients/<uuid:patient_id>/care/code")
@access(Policy.THERAPIST, confirmed=True)
def new_code(patient_id: UUID) -> ResponseReturnValue:
    form = EmptyForm()
    if not form.validate():
        return _care_page(patient_id, form), REFUSED
    patient = accounts.patient_for(actor(), patient_id)
    with transaction():
        code = new_code_for(actor(), patient_id, now())
    # Shown in the answer itself and kept nowhere: a redirect would have to carry it.
    until = now() + INVITATION_LASTS
    return render_template("sessions/code.html", patient=patient, code=code, until=until, zone=actor().zone)


@bp.get("/patients/<uuid:patient_id>/care/end")
@access(Policy.THERAPIST, confirmed=True)
def ending(patient_id: UUID) -> ResponseReturnValue:
    return _ending_page(patient_id, EmptyForm(formdata=None))


@bp.post("/patients/<uuid:patient_id>/care/end")
@access(Policy.THERAPIST, confirmed=True)
def end(patient_id: UUID) -> ResponseReturnValue:
    form = EmptyForm()
    patient = accounts.patient_for(actor(), patient_id)
    if not form.validate():
        return _ending_page(patient_id, form), REFUSED
    with transaction():
        end_agreement(actor(), patient_id, now())
        end_care(actor(), patient_id, now())
    flash(_("The care of %(name)s has ended.", name=patient.name))
    return redirect(url_for("review.caseload"))


def _care_page(patient_id: UUID, form: EmptyForm) -> str:
    return render_template(
        "sessions/care.html",
        patient=accounts.patient_for(actor(), patient_id),
        code=accounts.last_code(actor(), patient_id, now()),
        zone=actor().zone,
        form=form,
    )


def _ending_page(patient_id: UUID, form: EmptyForm) -> str:
    patient = accounts.own_patient_for(actor(), patient_id)
    return render_template("sessions/ending.html", patient=patient, form=form)
