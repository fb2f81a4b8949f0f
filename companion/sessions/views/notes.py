"""A therapist's private notes about one patient: read by who wrote them, and by nobody else."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from companion.accounts.access import Policy, access, actor
from companion.accounts.queries import patient_for
from companion.kernel.errors import NotFoundError, RefusedError
from companion.sessions import queries, services
from companion.sessions.forms.written_up import NoteForm
from companion.sessions.views.blueprint import REFUSED, SEE_OTHER, bp
from companion.transaction import transaction
from companion.web.now import now


@bp.get("/patients/<uuid:patient_id>/notes")
@access(Policy.THERAPIST)
def notes(patient_id: UUID) -> ResponseReturnValue:
    held = [each for each in queries.meetings(actor(), patient_id) if each.at <= now()]
    return _page(patient_id, NoteForm(formdata=None, session=held[0].id if held else None))


@bp.post("/patients/<uuid:patient_id>/notes")
@access(Policy.THERAPIST)
def keep_note(patient_id: UUID) -> ResponseReturnValue:
    patient_for(actor(), patient_id)
    form = NoteForm()
    if form.validate():
        try:
            with transaction():
                services.keep_private_note(actor(), patient_id, form.written, now(), form.session.data, form.id.data)
        except NotFoundError:
            form.session.data = None
            form.form_errors.append(_("The session is no longer there. To keep the note without it, send it again."))
        except RefusedError as refused:
            form.refuse(refused)
        else:
            flash(_("Kept. Only you read it."))
            return redirect(url_for("sessions.notes", patient_id=patient_id), SEE_OTHER)
    form.renew()
    return _page(patient_id, form), REFUSED


def _page(patient_id: UUID, form: NoteForm) -> str:
    about = next((each for each in queries.meetings(actor(), patient_id) if each.id == form.session.data), None)
    return render_template(
        "sessions/notes.html",
        patient=patient_for(actor(), patient_id),
        notes=queries.notes_of(actor(), patient_id),
        about=about,
        zone=actor().zone,
        form=form,
    )
