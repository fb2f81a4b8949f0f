"""What the pages of occasions and the drop box do alike: make a form, and act on what it says.

Nothing here knows the request. Each act is done in the transaction of its caller.
"""

from uuid import UUID

from flask_babel import gettext as _

from companion.accounts.rules import Actor
from companion.accounts.services import note_zone
from companion.contract.queries import TaskSegment
from companion.experiments import queries, services
from companion.experiments.forms import AfterForm, AlreadyForm, HereForm, after_form, already_form
from companion.experiments.queries import Occasion
from companion.experiments.rules import DebriefEntry, Plan
from companion.kernel.week import ONE_DAY
from companion.kernel.when import When
from companion.web.filters import day
from companion.web.forms import Given


def form_after(patient: Actor, occasion: Occasion, formdata: Given = ...) -> AfterForm:
    """The form that says how an occasion went."""
    return after_form(occasion, queries.people_of(patient, patient.id), formdata)


def form_already(patient: Actor, when: When, formdata: Given = ..., preferred: str | None = None) -> AlreadyForm:
    """The form for what wasn't planned here."""
    form = already_form(queries.people_of(patient, patient.id), formdata)
    tasks = queries.tasks_done_lately(patient, when.entered_at)
    named = [(task.task_id, _until(task)) for task in tasks]
    form.offer(named, queries.activities_of(patient, patient.id), preferred)
    form.offer_kinds(task.task_id for task in tasks if task.telling)
    form.telling_is_agreed = bool(queries.telling_in_force(patient))
    return form


def debrief(patient: Actor, form: HereForm, experiment_id: UUID, entry: DebriefEntry, when: When) -> None:
    note_zone_of(patient, form, when)
    services.debrief(patient, experiment_id, entry, when.entered_at)


def already_did(patient: Actor, form: HereForm, done: Plan, entry: DebriefEntry, when: When) -> None:
    note_zone_of(patient, form, when)
    services.already_did(patient, done, entry, when.entered_at)


def note_zone_of(patient: Actor, form: HereForm, when: When) -> None:
    """A phone that says it is elsewhere moves its owner there."""
    if (zone := form.zone_or(patient.zone)) != patient.zone:
        note_zone(patient, zone, when.received_at, seen_at=when.entered_at)


def _until(task: TaskSegment) -> str:
    """A task by its words, and its last day where that has gone by."""
    if task.until_day is None:
        return task.text
    return str(_("%(task)s (until %(day)s)", task=task.text, day=day(task.until_day - ONE_DAY)))
