"""The therapist's workshop: what is in force, what waits, what was, and one version read or proposed."""

from uuid import UUID
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from companion.accounts.access import Policy, access, actor
from companion.accounts.queries import Patient, patient_for
from companion.contract import queries, services
from companion.contract.forms.drafting import BareForm, BeginForm, ProposeForm
from companion.contract.queries import VersionRead
from companion.contract.rules import Lack, content_hash, lacks
from companion.contract.views.blueprint import REFUSED, bp
from companion.formulation import queries as formulation
from companion.kernel.errors import RefusedError
from companion.kernel.week import local_date
from companion.transaction import transaction
from companion.web.forms import Form
from companion.web.now import now


@bp.get("/patients/<uuid:patient_id>/contract")
@access(Policy.THERAPIST)
def workshop(patient_id: UUID) -> ResponseReturnValue:
    patient = patient_for(actor(), patient_id)
    return render_template(
        "contract/workshop.html",
        patient=patient,
        current=queries.in_force(actor(), patient_id),
        proposal=queries.waiting(actor(), patient_id),
        draft_id=queries.draft_of(actor(), patient_id),
        resting=queries.resting(actor(), patient_id),
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
        draft_id = services.start_draft(actor(), patient_id, now(), form.base.data)
    if wish_id:
        return redirect(url_for("contract.new_task", patient_id=patient_id, version_id=draft_id, wish=wish_id))
    return redirect(url_for("contract.version", patient_id=patient_id, version_id=draft_id))


@bp.get("/patients/<uuid:patient_id>/contract/<uuid:version_id>")
@access(Policy.THERAPIST)
def version(patient_id: UUID, version_id: UUID) -> ResponseReturnValue:
    return _version_page(queries.version(actor(), patient_id, version_id), BareForm(formdata=None))


@bp.get("/patients/<uuid:patient_id>/contract/<uuid:version_id>/propose")
@access(Policy.THERAPIST)
def proposal(patient_id: UUID, version_id: UUID) -> ResponseReturnValue:
    draft = queries.version(actor(), patient_id, version_id)
    if not draft.is_draft:
        return redirect(url_for("contract.version", patient_id=patient_id, version_id=version_id))
    return _proposal_page(draft, ProposeForm(formdata=None))


@bp.post("/patients/<uuid:patient_id>/contract/<uuid:version_id>/propose")
@access(Policy.THERAPIST)
def propose(patient_id: UUID, version_id: UUID) -> ResponseReturnValue:
    queries.version(actor(), patient_id, version_id)
    form = ProposeForm()
    if form.validate():
        try:
            with transaction():
                services.propose(actor(), version_id, now(), form.seen.data or b"")
        except RefusedError as refused:
            form.refuse(refused)
        else:
            flash(_("Proposed. It can be read and answered now; nothing starts before."))
            return redirect(url_for("contract.version", patient_id=patient_id, version_id=version_id))
    read = queries.version(actor(), patient_id, version_id)
    return (_proposal_page(read, form) if read.is_draft else _version_page(read, form)), REFUSED


@bp.post("/patients/<uuid:patient_id>/contract/<uuid:version_id>/withdraw")
@access(Policy.THERAPIST)
def withdraw(patient_id: UUID, version_id: UUID) -> ResponseReturnValue:
    queries.version(actor(), patient_id, version_id)
    form = BareForm()
    if form.validate():
        try:
            with transaction():
                services.withdraw(actor(), version_id, now())
        except RefusedError as refused:
            form.refuse(refused)
        else:
            flash(_("Taken back. What was in force before goes on."))
            return redirect(url_for("contract.workshop", patient_id=patient_id))
    return _version_page(queries.version(actor(), patient_id, version_id), form), REFUSED


@bp.post("/patients/<uuid:patient_id>/contract/<uuid:version_id>/discard")
@access(Policy.THERAPIST)
def discard(patient_id: UUID, version_id: UUID) -> ResponseReturnValue:
    queries.version(actor(), patient_id, version_id)
    form = BareForm()
    if form.validate():
        try:
            with transaction():
                services.discard_draft(actor(), version_id, now())
        except RefusedError as refused:
            form.refuse(refused)
        else:
            flash(_("The draft is gone."))
            return redirect(url_for("contract.workshop", patient_id=patient_id))
    return _version_page(queries.version(actor(), patient_id, version_id), form), REFUSED


def _version_page(read: VersionRead, form: Form) -> str:
    """The editor of a draft; any other version with what was said of it."""
    patient = patient_for(actor(), read.patient_id)
    return render_template(
        "contract/draft.html" if read.is_draft else "contract/version.html",
        patient=patient,
        version=read,
        lacking=_lacking(read, patient),
        draft_id=queries.draft_of(actor(), read.patient_id),
        form=form,
    )


def _proposal_page(draft: VersionRead, form: ProposeForm) -> str:
    form.seen.data = content_hash(draft.content)
    patient = patient_for(actor(), draft.patient_id)
    return render_template(
        "contract/proposal.html", patient=patient, version=draft, lacking=_lacking(draft, patient), form=form
    )


def _lacking(draft: VersionRead, patient: Patient) -> tuple[Lack, ...]:
    return lacks(draft.content, local_date(now(), ZoneInfo(patient.zone)))
