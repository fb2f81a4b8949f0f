"""The therapist's pages: a patient's wishes and pattern, what is suggested of the one and proposed for the other."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from companion.accounts.access import Policy, access, actor
from companion.accounts.queries import patient_for
from companion.formulation import queries, services
from companion.formulation.forms import PatternForm, SuggestionForm
from companion.formulation.rules import WishState
from companion.formulation.views.blueprint import REFUSED, bp, written_meanwhile
from companion.kernel.errors import RefusedError
from companion.transaction import transaction
from companion.web.now import now


@bp.get("/patients/<uuid:patient_id>/wishes")
@access(Policy.THERAPIST)
def of_patient(patient_id: UUID) -> ResponseReturnValue:
    return _page(patient_id, SuggestionForm(formdata=None))


@bp.post("/patients/<uuid:patient_id>/wishes")
@access(Policy.THERAPIST)
def suggest(patient_id: UUID) -> ResponseReturnValue:
    patient = patient_for(actor(), patient_id)
    form = SuggestionForm()
    if form.validate():
        try:
            with transaction():
                services.suggest_wish(actor(), patient_id, form.what.data or "", now(), form.id.data)
        except RefusedError as refused:
            form.refuse(refused)
        else:
            flash(_("Suggested. It is %(name)s’s only once taken.", name=patient.name))
            return redirect(url_for("formulation.of_patient", patient_id=patient_id))
    form.renew()
    return _page(patient_id, form), REFUSED


@bp.get("/patients/<uuid:patient_id>/pattern")
@access(Policy.THERAPIST)
def proposing(patient_id: UUID) -> ResponseReturnValue:
    patterns = queries.patterns_of(actor(), patient_id)
    return _words_page(patient_id, PatternForm.of(patterns, patterns.to_begin_from))


@bp.post("/patients/<uuid:patient_id>/pattern")
@access(Policy.THERAPIST)
def propose(patient_id: UUID) -> ResponseReturnValue:
    patient = patient_for(actor(), patient_id)
    form, why = PatternForm(), None
    if form.validate():
        try:
            with transaction():
                services.propose_pattern(actor(), patient_id, form.words, now(), form.seen.data or b"", form.id.data)
        except RefusedError as refused:
            form.refuse(why := refused)
        else:
            flash(_("Proposed. It is used only once %(name)s says that it fits.", name=patient.name))
            return redirect(url_for("formulation.of_patient", patient_id=patient_id))
    form.renew()
    return _words_page(patient_id, form, why), REFUSED


def _page(patient_id: UUID, form: SuggestionForm) -> str:
    patient, found = patient_for(actor(), patient_id), queries.wishes_of(actor(), patient_id)
    return render_template(
        "formulation/of_patient.html",
        patient=patient,
        own=[each for each in found if each.is_own],
        suggested=[each for each in found if each.state is WishState.SUGGESTED],
        aside=[each for each in found if each.state in {WishState.LEFT, WishState.LET_GO}],
        patterns=queries.patterns_of(actor(), patient_id),
        form=form,
    )


def _words_page(patient_id: UUID, form: PatternForm, why: RefusedError | None = None) -> str:
    """The form; where something else was written meanwhile, that stands beside what was typed."""
    patterns = queries.patterns_of(actor(), patient_id)
    stands = written_meanwhile(form, patterns, why)
    return render_template(
        "formulation/propose.html",
        patient=patient_for(actor(), patient_id),
        form=form,
        patterns=patterns,
        stands=stands,
    )
