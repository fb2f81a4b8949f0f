"""Where a therapist writes down a scene while it is worked on: step by step, until words are found or it is stopped."""

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from companion.accounts.access import Policy, access, actor
from companion.accounts.queries import patient_for
from companion.contract import queries as contract
from companion.contract.rules import TaskKind
from companion.kernel.errors import RefusedError
from companion.sessions import queries, services
from companion.sessions.forms.written_up import SceneForm, StepForm, scene_form
from companion.sessions.queries import SceneRead, fingerprint_of
from companion.sessions.rules.agenda import Subject
from companion.sessions.views.blueprint import REFUSED, SEE_OTHER, bp
from companion.sessions.views.sessions import ONE
from companion.transaction import transaction
from companion.web.forms import EmptyForm
from companion.web.now import now

SCENE = f"{ONE}/scenes/<uuid:scene_id>"


@bp.get(f"{ONE}/scenes")
@access(Policy.THERAPIST)
def new_scene(patient_id: UUID, session_id: UUID) -> ResponseReturnValue:
    queries.meeting(actor(), patient_id, session_id)
    return _new_page(patient_id, session_id, scene_form(_agreed(patient_id)))


@bp.post(f"{ONE}/scenes")
@access(Policy.THERAPIST)
def begin_scene(patient_id: UUID, session_id: UUID) -> ResponseReturnValue:
    queries.meeting(actor(), patient_id, session_id)
    form = scene_form(_agreed(patient_id), is_sent=True)
    if form.validate():
        try:
            with transaction():
                begun = services.begin_scene(actor(), patient_id, session_id, form.words, now(), form.id.data)
        except RefusedError as refused:
            form.refuse(refused)
        else:
            return _to_scene(patient_id, session_id, begun)
    form.renew()
    return _new_page(patient_id, session_id, form), REFUSED


@bp.get(SCENE)
@access(Policy.THERAPIST)
def scene(patient_id: UUID, session_id: UUID, scene_id: UUID) -> ResponseReturnValue:
    found = queries.scene(actor(), patient_id, session_id, scene_id)
    return _scene_page(patient_id, found)


@bp.post(SCENE)
@access(Policy.THERAPIST)
def change_scene(patient_id: UUID, session_id: UUID, scene_id: UUID) -> ResponseReturnValue:
    found = queries.scene(actor(), patient_id, session_id, scene_id)
    form = scene_form(_tasks_of(patient_id, found), is_sent=True)
    stands: SceneRead | None = None
    if form.validate():
        try:
            with transaction():
                services.change_scene(
                    actor(), patient_id, session_id, scene_id, form.words, now(), form.seen.data or b""
                )
        except RefusedError as refused:
            form.refuse(refused)
            stands = queries.scene(actor(), patient_id, session_id, scene_id)
            form.seen.data = fingerprint_of(stands.words)
        else:
            flash(_("Kept."))
            return _to_scene(patient_id, session_id, scene_id)
    form.renew()
    return _scene_page(patient_id, found, form, stands=stands), REFUSED


@bp.post(f"{SCENE}/steps")
@access(Policy.THERAPIST)
def note_step(patient_id: UUID, session_id: UUID, scene_id: UUID) -> ResponseReturnValue:
    found = queries.scene(actor(), patient_id, session_id, scene_id)
    form = StepForm()
    if form.validate():
        try:
            with transaction():
                services.note_step(actor(), patient_id, session_id, scene_id, form.answered, now(), form.id.data)
        except RefusedError as refused:
            form.refuse(refused)
            found = queries.scene(actor(), patient_id, session_id, scene_id)
        else:
            return _to_scene(patient_id, session_id, scene_id)
    form.renew()
    return _scene_page(patient_id, found, step=form), REFUSED


@bp.post(f"{SCENE}/card")
@access(Policy.THERAPIST)
def suggest_card(patient_id: UUID, session_id: UUID, scene_id: UUID) -> ResponseReturnValue:
    def suggest() -> None:
        services.suggest_words_found(actor(), patient_id, session_id, scene_id, now())

    return _press(patient_id, session_id, scene_id, suggest)


def _press(patient_id: UUID, session_id: UUID, scene_id: UUID, act: Callable[[], None]) -> ResponseReturnValue:
    found = queries.scene(actor(), patient_id, session_id, scene_id)
    button = EmptyForm()
    if button.validate():
        try:
            with transaction():
                act()
        except RefusedError as refused:
            button.refuse(refused)
        else:
            flash(_("Suggested. It is a card only if %(name)s keeps it.", name=patient_for(actor(), patient_id).name))
            return _to_scene(patient_id, session_id, scene_id)
    step = StepForm(formdata=None)
    step.form_errors = button.form_errors
    return _scene_page(patient_id, found, step=step), REFUSED


def _agreed(patient_id: UUID) -> list[Subject]:
    """The tasks in force that were agreed for the session."""
    current = contract.in_force(actor(), patient_id)
    tasks = current.tasks if current else ()
    return [Subject(task.lineage_id, task.words.text) for task in tasks if task.words.kind is TaskKind.IN_SESSION]


def _tasks_of(patient_id: UUID, scene: SceneRead) -> list[Subject]:
    """Those, and the scene's own where it is in force no more."""
    agreed = _agreed(patient_id)
    lineage_id = scene.words.lineage_id
    if lineage_id and lineage_id not in {task.id for task in agreed}:
        agreed.append(Subject(lineage_id, scene.task))
    return agreed


def _to_scene(patient_id: UUID, session_id: UUID, scene_id: UUID) -> ResponseReturnValue:
    to = url_for("sessions.scene", patient_id=patient_id, session_id=session_id, scene_id=scene_id)
    return redirect(to, SEE_OTHER)


def _new_page(patient_id: UUID, session_id: UUID, form: SceneForm) -> str:
    return render_template(
        "sessions/scene_new.html",
        patient=patient_for(actor(), patient_id),
        session=queries.meeting(actor(), patient_id, session_id),
        zone=actor().zone,
        form=form,
    )


def _scene_page(
    patient_id: UUID,
    scene: SceneRead,
    form: SceneForm | None = None,
    step: StepForm | None = None,
    stands: SceneRead | None = None,
) -> str:
    return render_template(
        "sessions/scene.html",
        patient=patient_for(actor(), patient_id),
        session=queries.meeting(actor(), patient_id, scene.session_id),
        zone=actor().zone,
        scene=scene,
        stands=stands,
        form=form or scene_form(_tasks_of(patient_id, scene), scene),
        step=step or StepForm(formdata=None),
    )
