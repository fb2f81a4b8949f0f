"""Where a therapist writes what came between the two, their own part in it, and how it was put right."""

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from companion.accounts.access import Policy, access, actor
from companion.accounts.queries import patient_for
from companion.kernel.errors import RefusedError
from companion.sessions import queries, services
from companion.sessions.forms.written_up import RuptureForm
from companion.sessions.queries import RuptureRead, fingerprint_of
from companion.sessions.views.blueprint import REFUSED, SEE_OTHER, bp
from companion.sessions.views.sessions import ONE
from companion.transaction import transaction
from companion.web.now import now


@bp.get(f"{ONE}/ruptures")
@access(Policy.THERAPIST)
def new_rupture(patient_id: UUID, session_id: UUID) -> ResponseReturnValue:
    return _page(patient_id, session_id, RuptureForm(formdata=None))


@bp.post(f"{ONE}/ruptures")
@access(Policy.THERAPIST)
def note_rupture(patient_id: UUID, session_id: UUID) -> ResponseReturnValue:
    queries.meeting(actor(), patient_id, session_id)
    form = RuptureForm()
    return _keep(
        patient_id,
        session_id,
        form,
        lambda: services.note_rupture(actor(), patient_id, session_id, form.words, now(), form.id.data),
    )


@bp.get(f"{ONE}/ruptures/<uuid:rupture_id>")
@access(Policy.THERAPIST)
def rupture(patient_id: UUID, session_id: UUID, rupture_id: UUID) -> ResponseReturnValue:
    found = queries.rupture(actor(), patient_id, session_id, rupture_id)
    return _page(patient_id, session_id, RuptureForm.of(found), found)


@bp.post(f"{ONE}/ruptures/<uuid:rupture_id>")
@access(Policy.THERAPIST)
def change_rupture(patient_id: UUID, session_id: UUID, rupture_id: UUID) -> ResponseReturnValue:
    found = queries.rupture(actor(), patient_id, session_id, rupture_id)
    form = RuptureForm()
    return _keep(
        patient_id,
        session_id,
        form,
        lambda: services.change_rupture(
            actor(), patient_id, session_id, rupture_id, form.words, now(), form.seen.data or b""
        ),
        found,
    )


def _keep(
    patient_id: UUID,
    session_id: UUID,
    form: RuptureForm,
    keep: Callable[[], object],
    rupture: RuptureRead | None = None,
) -> ResponseReturnValue:
    stands: RuptureRead | None = None
    if form.validate():
        try:
            with transaction():
                keep()
        except RefusedError as refused:
            form.refuse(refused)
            if rupture:
                stands = queries.rupture(actor(), patient_id, session_id, rupture.id)
                form.seen.data = fingerprint_of(stands.words)
        else:
            flash(_("Kept."))
            return redirect(url_for("sessions.session", patient_id=patient_id, session_id=session_id), SEE_OTHER)
    form.renew()
    return _page(patient_id, session_id, form, rupture, stands), REFUSED


def _page(
    patient_id: UUID,
    session_id: UUID,
    form: RuptureForm,
    rupture: RuptureRead | None = None,
    stands: RuptureRead | None = None,
) -> str:
    return render_template(
        "sessions/rupture.html",
        patient=patient_for(actor(), patient_id),
        session=queries.meeting(actor(), patient_id, session_id),
        zone=actor().zone,
        form=form,
        rupture=rupture,
        stands=stands,
    )
