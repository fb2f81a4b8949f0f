"""Each side says how the goals stand, and puts it right; how they stand is read on a page of review."""

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from companion.accounts.access import Policy, access, actor
from companion.accounts.queries import patient_for
from companion.accounts.rules import Role
from companion.contract import queries, services
from companion.contract.forms.goals import GoalsForm, goals_form
from companion.contract.queries import FollowedGoal
from companion.contract.rules.goals import Turn
from companion.contract.views.blueprint import REFUSED, bp
from companion.kernel.errors import RefusedError
from companion.transaction import transaction
from companion.web.now import now


@bp.context_processor
def whether_goals_are_due() -> dict[str, Callable[[UUID], bool]]:
    """Asked by the one page of each side that says so."""
    return {"goals_are_due": lambda patient_id: queries.has_goals_due(actor(), patient_id, now())}


@bp.get("/goals/answer")
@access(Policy.PATIENT)
def my_goals() -> ResponseReturnValue:
    return _open_page(actor().id)


@bp.post("/goals/answer")
@access(Policy.PATIENT)
def review_my_goals() -> ResponseReturnValue:
    return _keep(actor().id)


@bp.get("/goals/<uuid:review_id>/change")
@access(Policy.PATIENT)
def my_review(review_id: UUID) -> ResponseReturnValue:
    return _open_review(actor().id, review_id)


@bp.post("/goals/<uuid:review_id>/change")
@access(Policy.PATIENT)
def correct_my_review(review_id: UUID) -> ResponseReturnValue:
    return _correct(actor().id, review_id)


@bp.get("/patients/<uuid:patient_id>/goals/answer")
@access(Policy.THERAPIST)
def their_goals(patient_id: UUID) -> ResponseReturnValue:
    return _open_page(patient_id)


@bp.post("/patients/<uuid:patient_id>/goals/answer")
@access(Policy.THERAPIST)
def review_their_goals(patient_id: UUID) -> ResponseReturnValue:
    return _keep(patient_id)


@bp.get("/patients/<uuid:patient_id>/goals/<uuid:review_id>/change")
@access(Policy.THERAPIST)
def their_review(patient_id: UUID, review_id: UUID) -> ResponseReturnValue:
    return _open_review(patient_id, review_id)


@bp.post("/patients/<uuid:patient_id>/goals/<uuid:review_id>/change")
@access(Policy.THERAPIST)
def correct_their_review(patient_id: UUID, review_id: UUID) -> ResponseReturnValue:
    return _correct(patient_id, review_id)


def _open_page(patient_id: UUID) -> str:
    goals = queries.followed_goals(actor(), patient_id, now())
    return _answer_page(patient_id, goals_form(goals, actor().role, _asked(goals)))


def _keep(patient_id: UUID) -> ResponseReturnValue:
    goals = queries.followed_goals(actor(), patient_id, now())
    form = goals_form(goals, actor().role, _asked(goals), is_sent=True)
    if form.validate() and form.id.data:
        try:
            with transaction():
                services.review_goals(actor(), patient_id, form.said, now(), form.id.data)
        except RefusedError as refused:
            form.refuse(refused)
        else:
            return _kept(patient_id)
    form.renew()
    return _answer_page(patient_id, form), REFUSED


def _open_review(patient_id: UUID, review_id: UUID) -> ResponseReturnValue:
    goal = queries.goal_of_own_review(actor(), patient_id, review_id, now())
    own = goal.open_answer_of(actor().role)
    if own is None or own.id != review_id:
        return redirect(_overview(patient_id))
    return _review_page(patient_id, goal, goals_form((goal,), actor().role, (goal,)))


def _correct(patient_id: UUID, review_id: UUID) -> ResponseReturnValue:
    goal = queries.goal_of_own_review(actor(), patient_id, review_id, now())
    form = goals_form((goal,), actor().role, (goal,), is_sent=True)
    if form.validate() and form.id.data:
        try:
            with transaction():
                said = form.said[goal.lineage_id]
                services.correct_review(actor(), patient_id, review_id, said, now(), form.id.data)
        except RefusedError as refused:
            form.refuse(refused)
        else:
            return _kept(patient_id)
    form.renew()
    return _review_page(patient_id, goal, form), REFUSED


def _asked(goals: tuple[FollowedGoal, ...]) -> tuple[FollowedGoal, ...]:
    """Those that can be answered now, be it asked for or not."""
    return tuple(goal for goal in goals if goal.turn in {Turn.OPEN, Turn.DUE})


def _kept(patient_id: UUID) -> ResponseReturnValue:
    flash(_("Kept."))
    return redirect(_overview(patient_id))


def _overview(patient_id: UUID) -> str:
    if actor().role is Role.PATIENT:
        return url_for("review.goals")
    return url_for("review.goals_of_patient", patient_id=patient_id)


def _answer_page(patient_id: UUID, form: GoalsForm) -> str:
    """What is asked, and what was chosen on an older page of what isn't any more."""
    asked, chosen = _asked(tuple(form.goals)), form.chosen
    return render_template(
        "contract/goals_answer.html",
        patient=patient_for(actor(), patient_id),
        overview=_overview(patient_id),
        goals=[goal for goal in form.goals if goal in asked or goal in chosen],
        form=form,
    )


def _review_page(patient_id: UUID, goal: FollowedGoal, form: GoalsForm) -> str:
    return render_template(
        "contract/goal_review.html",
        patient=patient_for(actor(), patient_id),
        overview=_overview(patient_id),
        goal=goal,
        stands=goal.open_answer_of(actor().role),
        form=form,
    )
