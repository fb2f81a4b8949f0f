"""Planning an occasion, saying what happened, and putting it right."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from companion.accounts.access import Policy, access, actor
from companion.experiments import queries, services
from companion.experiments.forms import (
    HEADLINES,
    AfterForm,
    ChangeForm,
    CloseWeekForm,
    CorrectForm,
    ExpectMoreForm,
    HereForm,
    HighlightForm,
    PlanAndExpectForm,
    TakeBackForm,
    change_form,
    correct_form,
    expect_more_form,
)
from companion.experiments.queries import Occasion, Said
from companion.experiments.rules import DebriefEntry, Expectation, Phase, Plan
from companion.experiments.views import acts
from companion.kernel.errors import NotFoundError, RefusedError
from companion.kernel.ids import new_id
from companion.kernel.when import When
from companion.transaction import transaction
from companion.web.forms import EmptyForm, Form
from companion.web.now import now

bp = Blueprint("experiments", __name__)

REFUSED = 422


# Plans


@bp.get("/plan")
@access(Policy.PATIENT)
def plan() -> ResponseReturnValue:
    return _plan_page(_plan_form(request.args.get("task")))


@bp.post("/plan")
@access(Policy.PATIENT)
def keep_plan() -> ResponseReturnValue:
    form = _plan_form()
    planned, expected = form.plan(actor().zone), form.expectation()
    if planned and expected and _saved(form, lambda: _plan(form, planned, expected)):
        flash(_("It's in the plan."))
        return redirect(url_for(".occasion", experiment_id=planned.id))
    return _plan_page(form), REFUSED


@bp.get("/plan/<uuid:experiment_id>")
@access(Policy.PATIENT)
def occasion(experiment_id: UUID) -> ResponseReturnValue:
    return _occasion_page(experiment_id)


@bp.get("/plan/<uuid:experiment_id>/change")
@access(Policy.PATIENT)
def change(experiment_id: UUID) -> ResponseReturnValue:
    found = queries.occasion(actor(), experiment_id, now())
    if found.phase is not Phase.PLANNED:
        return redirect(url_for(".occasion", experiment_id=experiment_id))
    return _change_page(_change_form(found), found)


@bp.post("/plan/<uuid:experiment_id>/change")
@access(Policy.PATIENT)
def keep_change(experiment_id: UUID) -> ResponseReturnValue:
    found = queries.occasion(actor(), experiment_id, now())
    form = _change_form(found)
    changed = form.plan(found.zone)
    if changed and _saved(form, lambda: _change(form, replace(changed, id=experiment_id))):
        flash(_("The plan is changed."))
        return redirect(url_for(".occasion", experiment_id=experiment_id))
    return _change_page(form, queries.occasion(actor(), experiment_id, now())), REFUSED


@bp.get("/plan/<uuid:experiment_id>/expect")
@access(Policy.PATIENT)
def expect(experiment_id: UUID) -> ResponseReturnValue:
    found = queries.occasion(actor(), experiment_id, now())
    if found.is_locked:
        return redirect(url_for(".occasion", experiment_id=experiment_id))
    return _expect_page(_expect_form(found), found)


@bp.post("/plan/<uuid:experiment_id>/expect")
@access(Policy.PATIENT)
def keep_expectation(experiment_id: UUID) -> ResponseReturnValue:
    found = queries.occasion(actor(), experiment_id, now())
    form = _expect_form(found)
    expected = form.expectation() if form.validate() else None
    if expected and _saved(form, lambda: services.predict(actor(), experiment_id, expected, now())):
        return redirect(url_for(".occasion", experiment_id=experiment_id))
    return _expect_page(form, found), REFUSED


@bp.post("/plan/<uuid:experiment_id>/take-back")
@access(Policy.PATIENT)
def take_back(experiment_id: UUID) -> ResponseReturnValue:
    form = TakeBackForm()
    if not form.validate():
        flash(" ".join(form.form_errors) or _("That could not be read. Nothing was changed."))
    elif not _saved(form, lambda: services.take_back(actor(), experiment_id, form.id.data, now())):
        flash(_("Nothing was changed: you have said how it went already."))
    return redirect(url_for(".occasion", experiment_id=experiment_id))


# What happened


@bp.get("/plan/<uuid:experiment_id>/after")
@access(Policy.PATIENT)
def debrief(experiment_id: UUID) -> ResponseReturnValue:
    found = queries.occasion(actor(), experiment_id, now())
    if found.said and not found.is_called_off:
        return redirect(url_for(".occasion", experiment_id=experiment_id))
    return _after_page(acts.form_after(actor(), found), found)


@bp.post("/plan/<uuid:experiment_id>/after")
@access(Policy.PATIENT)
def keep_debrief(experiment_id: UUID) -> ResponseReturnValue:
    found = queries.occasion(actor(), experiment_id, now())
    form, when = acts.form_after(actor(), found), When.at_once(now())
    entry = form.entry(found, actor().zone, when.entered_at)
    if entry and _saved(form, lambda: acts.debrief(actor(), form, experiment_id, entry, when)):
        return redirect(url_for(".occasion", experiment_id=experiment_id))
    return _after_page(form, found), REFUSED


@bp.get("/plan/<uuid:experiment_id>/correct")
@access(Policy.PATIENT)
def correct(experiment_id: UUID) -> ResponseReturnValue:
    found = queries.occasion(actor(), experiment_id, now())
    if found.said is None:
        return redirect(url_for(".debrief", experiment_id=experiment_id))
    return _after_page(correct_form(found, found.said, _people()), found)


@bp.post("/plan/<uuid:experiment_id>/correct")
@access(Policy.PATIENT)
def keep_correction(experiment_id: UUID) -> ResponseReturnValue:
    found = queries.occasion(actor(), experiment_id, now())
    if found.said is None:
        raise NotFoundError
    form = correct_form(found, _stood(found, request.form.get("replaces", "")), _people())
    entry = form.entry(found, actor().zone, now())
    if entry and _saved(form, lambda: _correct(form, experiment_id, entry)):
        return redirect(url_for(".occasion", experiment_id=experiment_id))
    return _after_page(form, found), REFUSED


@bp.post("/plan/<uuid:experiment_id>/offer-again")
@access(Policy.PATIENT)
def offer_again(experiment_id: UUID) -> ResponseReturnValue:
    """What was dropped is offered again when planning."""
    form = EmptyForm()
    if form.validate():
        with transaction():
            services.offer_again(actor(), experiment_id, now())
        flash(_("It is offered again when you plan. What was called off stays called off."))
        return redirect(url_for(".occasion", experiment_id=experiment_id))
    flash(" ".join(form.form_errors) or _("That could not be read. Nothing was changed."))
    return _occasion_page(experiment_id), REFUSED


@bp.post("/plan/<uuid:experiment_id>/highlight")
@access(Policy.PATIENT)
def highlight(experiment_id: UUID) -> ResponseReturnValue:
    form = HighlightForm()
    if not form.validate():
        flash(" ".join(form.form_errors) or _("That could not be read. Nothing was changed."))
        return _occasion_page(experiment_id), REFUSED
    try:
        with transaction():
            services.highlight(actor(), experiment_id, form.id.data, now(), is_on=form.wants_it)
    except RefusedError as refused:
        flash(str(refused.message))
    return redirect(url_for(".occasion", experiment_id=experiment_id))


@bp.get("/plan/already")
@access(Policy.PATIENT)
def already() -> ResponseReturnValue:
    return _already_page(acts.form_already(actor(), When.at_once(now()), preferred=request.args.get("task")))


@bp.post("/plan/already")
@access(Policy.PATIENT)
def keep_already() -> ResponseReturnValue:
    when = When.at_once(now())
    form = acts.form_already(actor(), when)
    done = form.done(actor().zone, when.entered_at)
    if done and _saved(form, lambda: acts.already_did(actor(), form, *done, when)):
        return redirect(url_for(".occasion", experiment_id=done[0].id))
    return _already_page(form), REFUSED


@bp.post("/plan/week")
@access(Policy.PATIENT)
def close_week() -> ResponseReturnValue:
    form = CloseWeekForm()
    if not form.validate() or form.monday.data is None:
        if any(field.errors for field in form):
            raise NotFoundError  # there is nothing to fill in, so no page of ours sent this
        flash(" ".join(form.form_errors))
        return redirect(url_for("review.today"))
    lineage_id, monday = form.lineage_id.data, form.monday.data
    if _saved(form, lambda: services.close_week(actor(), lineage_id, monday, now())):
        flash(_("Noted. Nothing more is expected this week."))
    else:
        flash(_("That week hasn't begun, so nothing was changed."))
    return redirect(url_for("review.today"))


@bp.get("/plan/earlier")
@access(Policy.PATIENT)
def earlier() -> ResponseReturnValue:
    return render_template("experiments/earlier.html", lines=queries.earlier_lines(actor(), now()))


# Steps


def _saved(form: Form, act: Callable[[], None]) -> bool:
    """Whether it was done; where it was refused, the form says why."""
    try:
        with transaction():
            act()
    except RefusedError as refused:
        form.refuse(refused)
        return False
    return True


def _plan(form: HereForm, planned: Plan, expected: Expectation) -> None:
    acts.note_zone_of(actor(), form, When.at_once(now()))
    services.plan(actor(), planned, now())
    if not expected.is_empty:
        services.predict(actor(), planned.id, expected, now())


def _change(form: ChangeForm, changed: Plan) -> None:
    services.change_plan(actor(), changed, form.stood.data, now())


def _correct(form: CorrectForm, experiment_id: UUID, entry: DebriefEntry) -> None:
    acts.note_zone_of(actor(), form, When.at_once(now()))
    services.correct(actor(), experiment_id, entry, form.replaces.data, now())


def _tasks() -> list[tuple[UUID, str]]:
    return [(task.task_id, task.text) for task in queries.tasks_to_plan(actor())]


def _activities() -> list[tuple[UUID, str]]:
    return queries.activities_of(actor(), actor().id)


def _people() -> list[tuple[UUID, str]]:
    return queries.people_of(actor(), actor().id)


def _plan_form(preferred: str | None = None) -> PlanAndExpectForm:
    form = PlanAndExpectForm()
    form.offer(_tasks(), _activities(), preferred)
    form.offer_people(_people())
    return form


def _change_form(found: Occasion) -> ChangeForm:
    """Its own task and activity stay choices, even where the agreement has changed or the activity is dropped since."""
    form = change_form(found)
    tasks = dict(_tasks())
    tasks.setdefault(found.task_id, _("What it was planned for"))
    activities = dict(_activities())
    activities.setdefault(found.activity_id, found.activity)
    form.offer(list(tasks.items()), list(activities.items()))
    return form


def _expect_form(found: Occasion) -> ExpectMoreForm:
    return expect_more_form(found.predicted, _people())


def _stood(found: Occasion, replaces: str) -> Said:
    """What stood when the page was made, which may be no longer what stands."""
    every = found.everything
    return next((said for said in every if str(said.id) == replaces), every[0])


def _occasion_page(experiment_id: UUID) -> str:
    found = queries.occasion(actor(), experiment_id, now())
    return render_template(
        "experiments/occasion.html",
        occasion=found,
        headline=HEADLINES[found.said.word] if found.said else None,
        take_back_id=new_id(),
        is_highlighted=queries.is_highlighted(actor(), experiment_id),
        fresh=new_id,
        stopped=queries.what_stopped(actor(), found, now()),
    )


def _plan_page(form: PlanAndExpectForm) -> str:
    return render_template("experiments/plan.html", form=form)


def _change_page(form: ChangeForm, found: Occasion) -> str:
    """Where something else stands than its page knew, that is shown, and may then be written over."""
    is_stale, form.stood.data = form.stood.data != found.fingerprint, found.fingerprint
    return render_template("experiments/change.html", form=form, occasion=found, is_stale=is_stale)


def _expect_page(form: ExpectMoreForm, found: Occasion) -> str:
    return render_template("experiments/expect.html", form=form, occasion=found)


def _after_page(form: AfterForm, found: Occasion) -> str:
    return render_template("experiments/after.html", form=form, occasion=found)


def _already_page(form: AfterForm) -> str:
    return render_template("experiments/already.html", form=form)
