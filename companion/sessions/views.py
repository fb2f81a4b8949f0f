"""The therapist's page about the care of one patient: sessions ahead, a lost password, the end."""

from http import HTTPStatus
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from companion.accounts import queries as accounts
from companion.accounts.access import Policy, access, actor
from companion.accounts.rules import INVITATION_LASTS
from companion.accounts.services import end_care, new_code_for
from companion.kernel.errors import RefusedError
from companion.kernel.wall_clock import NoSuchTimeError, instant_at
from companion.sessions import queries, services
from companion.sessions.forms import EmptyForm, SessionForm
from companion.transaction import transaction
from companion.web.now import now

bp = Blueprint("sessions", __name__)

REFUSED = HTTPStatus.UNPROCESSABLE_ENTITY


@bp.get("/patients/<uuid:patient_id>/care")
@access(Policy.THERAPIST)
def care(patient_id: UUID) -> ResponseReturnValue:
    return _care_page(patient_id, SessionForm(formdata=None))


@bp.post("/patients/<uuid:patient_id>/care/sessions")
@access(Policy.THERAPIST)
def set_session(patient_id: UUID) -> ResponseReturnValue:
    form = SessionForm()
    accounts.patient_for(actor(), patient_id)
    if form.validate() and form.day.data and form.time.data:
        try:
            at_session = instant_at(form.day.data, form.time.data, ZoneInfo(actor().zone))
            with transaction():
                services.set_next_session(actor(), patient_id, at_session, now())
        except NoSuchTimeError:
            form.time.errors = [_("The clocks go forward over this time on that day. Please choose another.")]
        except RefusedError as refused:
            form.refuse(refused)
        else:
            flash(_("The session is noted."))
            return redirect(url_for("sessions.care", patient_id=patient_id))
    return _care_page(patient_id, form), REFUSED


@bp.post("/patients/<uuid:patient_id>/care/sessions/<uuid:session_id>/remove")
@access(Policy.THERAPIST)
def remove(patient_id: UUID, session_id: UUID) -> ResponseReturnValue:
    form = EmptyForm()
    if not form.validate():
        return _unread(patient_id, form)
    with transaction():
        services.remove_session(actor(), patient_id, session_id, now())
    flash(_("The session was taken off."))
    return redirect(url_for("sessions.care", patient_id=patient_id))


@bp.post("/patients/<uuid:patient_id>/care/code")
@access(Policy.THERAPIST, confirmed=True)
def new_code(patient_id: UUID) -> ResponseReturnValue:
    form = EmptyForm()
    if not form.validate():
        return _unread(patient_id, form)
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
        end_care(actor(), patient_id, now())
    flash(_("The care of %(name)s has ended.", name=patient.name))
    return redirect(url_for("review.caseload"))


def _unread(patient_id: UUID, sent: EmptyForm) -> ResponseReturnValue:
    """The page of a button again, with why what it sent wasn't read."""
    shown = SessionForm(formdata=None)
    shown.form_errors = sent.form_errors
    return _care_page(patient_id, shown), REFUSED


def _care_page(patient_id: UUID, form: SessionForm) -> str:
    return render_template(
        "sessions/care.html",
        patient=accounts.patient_for(actor(), patient_id),
        coming=queries.coming_sessions(actor(), patient_id, now()),
        code=accounts.last_code(actor(), patient_id, now()),
        zone=actor().zone,
        form=form,
    )


def _ending_page(patient_id: UUID, form: EmptyForm) -> str:
    patient = accounts.patient_for(actor(), patient_id)
    return render_template("sessions/ending.html", patient=patient, form=form)
