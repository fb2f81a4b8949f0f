"""Inviting a patient, the practice itself, Help, and the way out."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from companion.accounts import queries, services
from companion.accounts.access import Policy, access, actor, is_locked, layout, visitor
from companion.accounts.forms.settings import ClinicForm, PatientForm
from companion.accounts.rules.codes import INVITATION_LASTS
from companion.accounts.rules.help_lines import HELP_LINES, HELP_LINES_WRITTEN_ON, is_help_old
from companion.accounts.rules.people import Actor, Role
from companion.accounts.views.blueprint import REFUSED, bp
from companion.kernel.errors import RefusedError
from companion.kernel.ids import new_id
from companion.transaction import transaction
from companion.web.now import now


@bp.get("/patients/new")
@access(Policy.THERAPIST)
def new_patient() -> ResponseReturnValue:
    return _new_patient_page(PatientForm(formdata=None, id=str(new_id())))


@bp.post("/patients/new")
@access(Policy.THERAPIST)
def invite() -> ResponseReturnValue:
    form = PatientForm()
    if not form.validate():
        return _new_patient_page(form), REFUSED
    try:
        with transaction():
            _id, code = services.invite_patient(actor(), form.name.data or "", now(), UUID(form.id.data))
    except RefusedError as refused:
        form.refuse(refused)
        return _new_patient_page(form), REFUSED
    # Shown in the answer itself and kept nowhere: a redirect would have to carry it.
    until = now() + INVITATION_LASTS
    return render_template("accounts/hand_over.html", name=form.name.data, code=code, until=until, zone=actor().zone)


@bp.get("/help")
@access(Policy.PUBLIC)
def help_page() -> ResponseReturnValue:
    """While the app is locked it names the numbers, and nobody of the practice's."""
    person = visitor()
    patient = person if person and person.role is Role.PATIENT and not is_locked() else None
    return _help_page(layout() if patient or is_locked() else "layouts/plain.html", patient)


@bp.get("/phone/help")
@access(Policy.PUBLIC)
def help_on_phone() -> ResponseReturnValue:
    """As nobody sees it; what a phone keeps, with the way back to Now."""
    return _help_page("layouts/phone.html", None)


def _help_page(frame: str, patient: Actor | None) -> str:
    clinic = queries.clinic()
    return render_template(
        "accounts/help.html",
        layout=frame,
        care=queries.care_of(patient) if patient else None,
        zone=patient.zone if patient else "",
        clinic=clinic,
        lines=HELP_LINES[clinic.country] if clinic else (),
        written_on=HELP_LINES_WRITTEN_ON,
        is_old=is_help_old(now().date()),
    )


@bp.get("/leave")
@access(Policy.PUBLIC)
def leave() -> ResponseReturnValue:
    return render_template("accounts/leave.html")


@bp.get("/practice")
@access(Policy.ADMIN)
def practice() -> ResponseReturnValue:
    return _practice_page(ClinicForm(formdata=None, obj=queries.clinic()))


@bp.post("/practice")
@access(Policy.ADMIN)
def keep_practice() -> ResponseReturnValue:
    form = ClinicForm()
    if not form.validate():
        return _practice_page(form), REFUSED
    with transaction():
        services.set_clinic(actor(), form.name.data or "", form.phone.data or "", form.country.data, now())
    flash(_("Kept. Help shows it from now on."))
    return redirect(url_for("accounts.practice"))


def _new_patient_page(form: PatientForm) -> str:
    return render_template("accounts/new_patient.html", form=form)


def _practice_page(form: ClinicForm) -> str:
    return render_template(
        "accounts/practice.html",
        form=form,
        colleagues=queries.colleagues(actor()),
        patients=queries.people_by_role()[Role.PATIENT],
    )
