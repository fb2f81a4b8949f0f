"""The plan for hard times, for the patient whose it is and for the therapist who writes it down with them."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from companion.accounts import queries, services
from companion.accounts.access import Policy, access, actor
from companion.accounts.forms.safety import HINTS, PARTS, PlanForm
from companion.accounts.queries import SafetyPlanRead, SafetyPlans
from companion.accounts.services.safety import CHANGED_MEANWHILE
from companion.accounts.views.blueprint import REFUSED, bp
from companion.kernel.errors import RefusedError
from companion.transaction import transaction
from companion.web.now import now


@bp.get("/my-plan")
@access(Policy.PATIENT)
def plan() -> ResponseReturnValue:
    plans = queries.safety_plans_of(actor(), actor().id)
    return render_template("accounts/plan.html", plans=plans, parts=PARTS, zone=actor().zone)


@bp.get("/my-plan/words")
@access(Policy.PATIENT)
def plan_words() -> ResponseReturnValue:
    return _words_page(PlanForm.of(queries.safety_plans_of(actor(), actor().id)))


@bp.post("/my-plan/words")
@access(Policy.PATIENT)
def keep_plan() -> ResponseReturnValue:
    form, why = PlanForm(), None
    if form.validate():
        try:
            with transaction():
                services.keep_safety_plan(actor(), actor().id, form.words, now(), form.seen.data or b"", form.id.data)
        except RefusedError as refused:
            form.refuse(why := refused)
        else:
            flash(_("It’s kept."))
            return redirect(url_for("accounts.plan"))
    form.renew()
    return _words_page(form, why), REFUSED


@bp.get("/patients/<uuid:patient_id>/plan")
@access(Policy.THERAPIST)
def plan_of(patient_id: UUID) -> ResponseReturnValue:
    patient, plans = queries.patient_for(actor(), patient_id), queries.safety_plans_of(actor(), patient_id)
    return render_template("accounts/plan_of.html", patient=patient, plans=plans, parts=PARTS)


@bp.get("/patients/<uuid:patient_id>/plan/words")
@access(Policy.THERAPIST)
def plan_words_of(patient_id: UUID) -> ResponseReturnValue:
    return _words_page_of(patient_id, PlanForm.of(queries.safety_plans_of(actor(), patient_id)))


@bp.post("/patients/<uuid:patient_id>/plan/words")
@access(Policy.THERAPIST)
def keep_plan_of(patient_id: UUID) -> ResponseReturnValue:
    patient = queries.patient_for(actor(), patient_id)
    form, why = PlanForm(), None
    if form.validate():
        try:
            with transaction():
                services.keep_safety_plan(actor(), patient_id, form.words, now(), form.seen.data or b"", form.id.data)
        except RefusedError as refused:
            form.refuse(why := refused)
        else:
            flash(_("Kept. %(name)s reads that you wrote it down, and when.", name=patient.name))
            return redirect(url_for("accounts.plan_of", patient_id=patient_id))
    form.renew()
    return _words_page_of(patient_id, form, why), REFUSED


def _words_page(form: PlanForm, why: RefusedError | None = None) -> str:
    stands = _written_meanwhile(form, queries.safety_plans_of(actor(), actor().id), why)
    return render_template("accounts/plan_words.html", form=form, stands=stands, parts=PARTS, hints=HINTS)


def _words_page_of(patient_id: UUID, form: PlanForm, why: RefusedError | None = None) -> str:
    patient = queries.patient_for(actor(), patient_id)
    stands = _written_meanwhile(form, queries.safety_plans_of(actor(), patient_id), why)
    return render_template(
        "accounts/plan_words_of.html", patient=patient, form=form, stands=stands, parts=PARTS, hints=HINTS
    )


def _written_meanwhile(form: PlanForm, plans: SafetyPlans, refused: RefusedError | None) -> SafetyPlanRead | None:
    """What stands now, where that is why the page was refused; sent once more, the page has shown it."""
    if refused is None or refused.message is not CHANGED_MEANWHILE:
        return None
    form.seen.data = plans.stand
    return plans.latest
