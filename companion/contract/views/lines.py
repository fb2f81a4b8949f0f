"""The pages on which either side writes its draft: one thing a page."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar
from uuid import UUID

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from companion.accounts.access import actor
from companion.contract import queries, services
from companion.contract.forms.drafting import (
    AsReadForm,
    CostForm,
    FrameForm,
    GoalForm,
    LineForm,
    TaskForm,
    differing,
    goal_form,
    task_form,
)
from companion.contract.queries import CostRead, GoalRead, TaskRead, VersionRead
from companion.contract.views.blueprint import REFUSED
from companion.contract.views.desk import desk_of, page
from companion.formulation import queries as formulation
from companion.formulation.queries import WishRead
from companion.kernel.errors import NotFoundError, RefusedError
from companion.transaction import transaction
from companion.web.forms import Form
from companion.web.now import now
from companion.web.unseen import OnceForm

Line = GoalRead | TaskRead | CostRead
L = TypeVar("L", GoalRead, TaskRead, CostRead)


@page("/frame", "GET")
def frame(draft: VersionRead) -> ResponseReturnValue:
    return _open("frame", draft, FrameForm.of(draft.frame))


@page("/frame", "POST", typed=FrameForm)
def keep_frame(draft: VersionRead) -> ResponseReturnValue:
    form = FrameForm()
    return _keep(
        "frame", draft, form, lambda: services.set_frame(actor(), draft.id, form.frame, now(), form.seen.data or b"")
    )


@page("/goals", "GET")
def new_goal(draft: VersionRead) -> ResponseReturnValue:
    form = _goal_form(draft)
    if wish := _wish(draft):
        form.what.data, form.wish.data = wish.text, str(wish.id)
    return _open("goal", draft, form)


@page("/goals", "POST", typed=GoalForm)
def add_goal(draft: VersionRead) -> ResponseReturnValue:
    form = _goal_form(draft, is_sent=True)
    return _keep("goal", draft, form, lambda: services.add_goal(actor(), draft.id, form.words, form.id.data))


@page("/goals/<uuid:goal_id>", "GET")
def goal(draft: VersionRead, goal_id: UUID) -> ResponseReturnValue:
    found = _among(draft.goals, goal_id)
    return _open("goal", draft, _goal_form(draft, found), found)


@page("/goals/<uuid:goal_id>", "POST", typed=GoalForm)
def keep_goal(draft: VersionRead, goal_id: UUID) -> ResponseReturnValue:
    found = _find(draft.goals, goal_id)
    form = _goal_form(draft, found, is_sent=True)
    return _change(
        "goal", draft, form, found, lambda: services.change_goal(actor(), goal_id, form.words, form.seen.data or b"")
    )


@page("/goals/<uuid:goal_id>/remove", "POST", typed=AsReadForm)
def remove_goal(draft: VersionRead, goal_id: UUID) -> ResponseReturnValue:
    return _remove("goal", draft, _find(draft.goals, goal_id), partial(services.remove_goal, actor(), goal_id))


@page("/tasks", "GET")
def new_task(draft: VersionRead) -> ResponseReturnValue:
    form = task_form(draft)
    wish = _wish(draft)
    form.what.data = wish.text if wish else ""
    return _open("task", draft, form, wish=wish)


@page("/tasks", "POST", typed=TaskForm)
def add_task(draft: VersionRead) -> ResponseReturnValue:
    form = task_form(draft, is_sent=True)
    return _keep(
        "task",
        draft,
        form,
        lambda: services.add_task(actor(), draft.id, form.words, form.goal_id, form.id.data),
    )


@page("/tasks/<uuid:task_id>", "GET")
def task(draft: VersionRead, task_id: UUID) -> ResponseReturnValue:
    found = _among(draft.tasks, task_id)
    form = task_form(draft, found)
    if "smaller" in request.args and found.words.smaller_version:
        form.what.data = found.words.smaller_version
    return _open("task", draft, form, found)


@page("/tasks/<uuid:task_id>", "POST", typed=TaskForm)
def keep_task(draft: VersionRead, task_id: UUID) -> ResponseReturnValue:
    found = _find(draft.tasks, task_id)
    form = task_form(draft, found, is_sent=True)
    return _change(
        "task",
        draft,
        form,
        found,
        lambda: services.change_task(actor(), task_id, form.words, form.goal_id, form.seen.data or b""),
    )


@page("/tasks/<uuid:task_id>/remove", "POST", typed=AsReadForm)
def remove_task(draft: VersionRead, task_id: UUID) -> ResponseReturnValue:
    return _remove("task", draft, _find(draft.tasks, task_id), partial(services.remove_task, actor(), task_id))


@page("/costs", "GET")
def new_cost(draft: VersionRead) -> ResponseReturnValue:
    return _open("cost", draft, CostForm(formdata=None))


@page("/costs", "POST", typed=CostForm)
def add_cost(draft: VersionRead) -> ResponseReturnValue:
    form = CostForm()
    return _keep("cost", draft, form, lambda: services.add_cost(actor(), draft.id, form.what.data or "", form.id.data))


@page("/costs/<uuid:cost_id>", "GET")
def cost(draft: VersionRead, cost_id: UUID) -> ResponseReturnValue:
    found = _among(draft.costs, cost_id)
    return _open("cost", draft, CostForm.of(found), found)


@page("/costs/<uuid:cost_id>", "POST", typed=CostForm)
def keep_cost(draft: VersionRead, cost_id: UUID) -> ResponseReturnValue:
    found = _find(draft.costs, cost_id)
    form = CostForm()
    return _change(
        "cost",
        draft,
        form,
        found,
        lambda: services.change_cost(actor(), cost_id, form.what.data or "", form.seen.data or b""),
    )


@page("/costs/<uuid:cost_id>/remove", "POST", typed=AsReadForm)
def remove_cost(draft: VersionRead, cost_id: UUID) -> ResponseReturnValue:
    return _remove("cost", draft, _find(draft.costs, cost_id), partial(services.remove_cost, actor(), cost_id))


def _wish(draft: VersionRead) -> WishRead | None:
    """The wish from which a new line is made, where its address names one that is the patient's own."""
    wish_id = request.args.get("wish", type=UUID)
    if wish_id is None:
        return None
    wish = formulation.wish(actor(), draft.patient_id, wish_id)
    return wish if wish.is_own else None


def _goal_form(draft: VersionRead, goal: GoalRead | None = None, *, is_sent: bool = False) -> GoalForm:
    return goal_form(formulation.wishes_of(actor(), draft.patient_id), goal, is_sent=is_sent)


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
            form.refuse(refused)
            if refused.message is services.CHANGED_MEANWHILE:
                draft = queries.version(actor(), draft.patient_id, draft.id)
                stands = _as_it_stands(draft, line)
                form.seen.data = stands.seen.data
        else:
            return redirect(desk_of(draft).draft(draft.id))
    if isinstance(form, OnceForm):
        form.renew()
    return _page(thing, draft, form, line, differing(form, stands) if stands else []), REFUSED


def _as_it_stands(draft: VersionRead, line: Line | None) -> FrameForm | LineForm:
    if isinstance(line, GoalRead):
        return _goal_form(draft, _among(draft.goals, line.id))
    if isinstance(line, TaskRead):
        return task_form(draft, _among(draft.tasks, line.id))
    if isinstance(line, CostRead):
        return CostForm.of(_among(draft.costs, line.id))
    return FrameForm.of(draft.frame)


def _remove(thing: str, draft: VersionRead, line: Line | None, remove: Callable[[bytes], None]) -> ResponseReturnValue:
    """Take a line out as it was read, or show it as it stands."""
    if line is None:
        raise NotFoundError
    form = AsReadForm()
    if form.validate():
        try:
            with transaction():
                remove(form.seen.data or b"")
        except RefusedError as refused:
            draft = queries.version(actor(), draft.patient_id, draft.id)
            shown = _as_it_stands(draft, line)
            shown.refuse(refused)
            return _page(thing, draft, shown, line), REFUSED
        return redirect(desk_of(draft).draft(draft.id))
    shown = _as_it_stands(draft, line)
    shown.form_errors.append(_("That could not be read. Nothing was changed."))
    return _page(thing, draft, shown, line), REFUSED


def _open(
    thing: str, draft: VersionRead, form: Form, line: Line | None = None, wish: WishRead | None = None
) -> ResponseReturnValue:
    if not draft.is_draft:
        return redirect(desk_of(draft).version(draft.id))
    return _page(thing, draft, form, line, wish=wish)


def _page(
    thing: str,
    draft: VersionRead,
    form: Form,
    line: Line | None = None,
    stands: Sequence[tuple[str, str]] = (),
    wish: WishRead | None = None,
) -> str:
    return render_template(
        f"contract/{thing}.html",
        desk=(desk := desk_of(draft)),
        patient=desk.patient,
        version=draft,
        form=form,
        line=line,
        stands=stands,
        wish=wish,
    )


def _find(lines: tuple[L, ...], line_id: UUID) -> L | None:
    return next((line for line in lines if line.id == line_id), None)


def _among(lines: tuple[L, ...], line_id: UUID) -> L:
    if found := _find(lines, line_id):
        return found
    raise NotFoundError
