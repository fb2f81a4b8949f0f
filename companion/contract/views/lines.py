"""The pages on which a therapist writes a draft: one thing a page."""

from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from companion.accounts.access import Policy, access, actor
from companion.accounts.queries import patient_for
from companion.contract import queries, services
from companion.contract.forms.drafting import BareForm, CostForm, FrameForm, GoalForm, LineForm, differing, task_form
from companion.contract.queries import CostRead, GoalRead, TaskRead, VersionRead
from companion.contract.views.blueprint import REFUSED, bp, refuse
from companion.formulation import queries as formulation
from companion.kernel.errors import NotFoundError, RefusedError
from companion.transaction import transaction
from companion.web.forms import Form
from companion.web.now import now
from companion.web.unseen import OnceForm

DRAFT = "/patients/<uuid:patient_id>/contract/<uuid:version_id>"
Line = GoalRead | TaskRead | CostRead
L = TypeVar("L", GoalRead, TaskRead, CostRead)


@bp.get(f"{DRAFT}/frame")
@access(Policy.THERAPIST)
def frame(patient_id: UUID, version_id: UUID) -> ResponseReturnValue:
    draft = queries.version(actor(), patient_id, version_id)
    return _open("frame", draft, FrameForm.of(draft.frame))


@bp.post(f"{DRAFT}/frame")
@access(Policy.THERAPIST)
def keep_frame(patient_id: UUID, version_id: UUID) -> ResponseReturnValue:
    draft = queries.version(actor(), patient_id, version_id)
    form = FrameForm()
    return _keep(
        "frame", draft, form, lambda: services.set_frame(actor(), version_id, form.frame, now(), form.seen.data or b"")
    )


@bp.get(f"{DRAFT}/goals")
@access(Policy.THERAPIST)
def new_goal(patient_id: UUID, version_id: UUID) -> ResponseReturnValue:
    return _open("goal", queries.version(actor(), patient_id, version_id), GoalForm(formdata=None))


@bp.post(f"{DRAFT}/goals")
@access(Policy.THERAPIST)
def add_goal(patient_id: UUID, version_id: UUID) -> ResponseReturnValue:
    draft = queries.version(actor(), patient_id, version_id)
    form = GoalForm()
    return _keep("goal", draft, form, lambda: services.add_goal(actor(), version_id, form.words, form.id.data))


@bp.get(f"{DRAFT}/goals/<uuid:goal_id>")
@access(Policy.THERAPIST)
def goal(patient_id: UUID, version_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    draft = queries.version(actor(), patient_id, version_id)
    found = _among(draft.goals, goal_id)
    return _open("goal", draft, GoalForm.of(found), found)


@bp.post(f"{DRAFT}/goals/<uuid:goal_id>")
@access(Policy.THERAPIST)
def keep_goal(patient_id: UUID, version_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    draft = queries.version(actor(), patient_id, version_id)
    found = _find(draft.goals, goal_id)
    form = GoalForm()
    return _change(
        "goal", draft, form, found, lambda: services.change_goal(actor(), goal_id, form.words, form.seen.data or b"")
    )


@bp.post(f"{DRAFT}/goals/<uuid:goal_id>/remove")
@access(Policy.THERAPIST)
def remove_goal(patient_id: UUID, version_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    draft = queries.version(actor(), patient_id, version_id)
    found = _among(draft.goals, goal_id)
    return _remove("goal", draft, GoalForm.of(found), lambda: services.remove_goal(actor(), goal_id), found)


@bp.get(f"{DRAFT}/tasks")
@access(Policy.THERAPIST)
def new_task(patient_id: UUID, version_id: UUID) -> ResponseReturnValue:
    draft = queries.version(actor(), patient_id, version_id)
    form = task_form(draft)
    if wish_id := request.args.get("wish", type=UUID):
        wish = formulation.wish(actor(), patient_id, wish_id)
        form.what.data = wish.text if wish.is_own else ""
    return _open("task", draft, form)


@bp.post(f"{DRAFT}/tasks")
@access(Policy.THERAPIST)
def add_task(patient_id: UUID, version_id: UUID) -> ResponseReturnValue:
    draft = queries.version(actor(), patient_id, version_id)
    form = task_form(draft, is_sent=True)
    return _keep(
        "task",
        draft,
        form,
        lambda: services.add_task(actor(), version_id, form.words, form.goal_id, form.id.data),
    )


@bp.get(f"{DRAFT}/tasks/<uuid:task_id>")
@access(Policy.THERAPIST)
def task(patient_id: UUID, version_id: UUID, task_id: UUID) -> ResponseReturnValue:
    draft = queries.version(actor(), patient_id, version_id)
    found = _among(draft.tasks, task_id)
    return _open("task", draft, task_form(draft, found), found)


@bp.post(f"{DRAFT}/tasks/<uuid:task_id>")
@access(Policy.THERAPIST)
def keep_task(patient_id: UUID, version_id: UUID, task_id: UUID) -> ResponseReturnValue:
    draft = queries.version(actor(), patient_id, version_id)
    found = _find(draft.tasks, task_id)
    form = task_form(draft, found, is_sent=True)
    return _change(
        "task",
        draft,
        form,
        found,
        lambda: services.change_task(actor(), task_id, form.words, form.goal_id, form.seen.data or b""),
    )


@bp.post(f"{DRAFT}/tasks/<uuid:task_id>/remove")
@access(Policy.THERAPIST)
def remove_task(patient_id: UUID, version_id: UUID, task_id: UUID) -> ResponseReturnValue:
    draft = queries.version(actor(), patient_id, version_id)
    found = _among(draft.tasks, task_id)
    return _remove("task", draft, task_form(draft, found), lambda: services.remove_task(actor(), task_id), found)


@bp.get(f"{DRAFT}/costs")
@access(Policy.THERAPIST)
def new_cost(patient_id: UUID, version_id: UUID) -> ResponseReturnValue:
    return _open("cost", queries.version(actor(), patient_id, version_id), CostForm(formdata=None))


@bp.post(f"{DRAFT}/costs")
@access(Policy.THERAPIST)
def add_cost(patient_id: UUID, version_id: UUID) -> ResponseReturnValue:
    draft = queries.version(actor(), patient_id, version_id)
    form = CostForm()
    return _keep(
        "cost", draft, form, lambda: services.add_cost(actor(), version_id, form.what.data or "", form.id.data)
    )


@bp.get(f"{DRAFT}/costs/<uuid:cost_id>")
@access(Policy.THERAPIST)
def cost(patient_id: UUID, version_id: UUID, cost_id: UUID) -> ResponseReturnValue:
    draft = queries.version(actor(), patient_id, version_id)
    found = _among(draft.costs, cost_id)
    return _open("cost", draft, CostForm.of(found), found)


@bp.post(f"{DRAFT}/costs/<uuid:cost_id>")
@access(Policy.THERAPIST)
def keep_cost(patient_id: UUID, version_id: UUID, cost_id: UUID) -> ResponseReturnValue:
    draft = queries.version(actor(), patient_id, version_id)
    found = _find(draft.costs, cost_id)
    form = CostForm()
    return _change(
        "cost",
        draft,
        form,
        found,
        lambda: services.change_cost(actor(), cost_id, form.what.data or "", form.seen.data or b""),
    )


@bp.post(f"{DRAFT}/costs/<uuid:cost_id>/remove")
@access(Policy.THERAPIST)
def remove_cost(patient_id: UUID, version_id: UUID, cost_id: UUID) -> ResponseReturnValue:
    draft = queries.version(actor(), patient_id, version_id)
    found = _among(draft.costs, cost_id)
    form = CostForm.of(found)
    return _remove("cost", draft, form, lambda: services.remove_cost(actor(), cost_id), found)


def _change(
    thing: str, draft: VersionRead, form: LineForm, line: Line | None, change: Callable[[], None]
) -> ResponseReturnValue:
    """Write a line anew. Where it was taken out meanwhile, its page becomes that of a new one, with what was typed."""
    if line is not None:
        return _keep(thing, draft, form, change, line)
    if not form.seen.data:
        raise NotFoundError
    form.validate()
    form.form_errors.append(_("This was taken out of the draft meanwhile. To add it anew as you typed it, keep it."))
    form.seen.data = b""
    form.renew()
    return _page(thing, draft, form), REFUSED


def _keep(
    thing: str, draft: VersionRead, form: FrameForm | LineForm, keep: Callable[[], object], line: Line | None = None
) -> ResponseReturnValue:
    """Write what was sent and go back to the draft, or show the page again with what was typed."""
    stands: FrameForm | LineForm | None = None
    if form.validate():
        try:
            with transaction():
                keep()
        except RefusedError as refused:
            refuse(form, refused)
            if refused.message is services.CHANGED_MEANWHILE:
                draft = queries.version(actor(), draft.patient_id, draft.id)
                stands = _as_it_stands(draft, line)
                form.seen.data = stands.seen.data
        else:
            return redirect(url_for("contract.version", patient_id=draft.patient_id, version_id=draft.id))
    if isinstance(form, OnceForm):
        form.renew()
    return _page(thing, draft, form, line, differing(form, stands) if stands else []), REFUSED


def _as_it_stands(draft: VersionRead, line: Line | None) -> FrameForm | LineForm:
    if isinstance(line, GoalRead):
        return GoalForm.of(_among(draft.goals, line.id))
    if isinstance(line, TaskRead):
        return task_form(draft, _among(draft.tasks, line.id))
    if isinstance(line, CostRead):
        return CostForm.of(_among(draft.costs, line.id))
    return FrameForm.of(draft.frame)


def _remove(thing: str, draft: VersionRead, shown: Form, remove: Callable[[], None], line: Line) -> ResponseReturnValue:
    form = BareForm()
    if form.validate():
        try:
            with transaction():
                remove()
        except RefusedError as refused:
            shown.refuse(refused)
            return _page(thing, draft, shown, line), REFUSED
        return redirect(url_for("contract.version", patient_id=draft.patient_id, version_id=draft.id))
    shown.form_errors.append(_("That could not be read. Nothing was changed."))
    return _page(thing, draft, shown, line), REFUSED


def _open(thing: str, draft: VersionRead, form: Form, line: Line | None = None) -> ResponseReturnValue:
    if not draft.is_draft:
        return redirect(url_for("contract.version", patient_id=draft.patient_id, version_id=draft.id))
    return _page(thing, draft, form, line)


def _page(
    thing: str,
    draft: VersionRead,
    form: Form,
    line: Line | None = None,
    stands: Sequence[tuple[str, str]] = (),
) -> str:
    return render_template(
        f"contract/{thing}.html",
        patient=patient_for(actor(), draft.patient_id),
        version=draft,
        form=form,
        line=line,
        stands=stands,
    )


def _find(lines: tuple[L, ...], line_id: UUID) -> L | None:
    return next((line for line in lines if line.id == line_id), None)


def _among(lines: tuple[L, ...], line_id: UUID) -> L:
    if found := _find(lines, line_id):
        return found
    raise NotFoundError
