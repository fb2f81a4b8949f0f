"""What the pages of Now and the drop box do alike: make a form, and act on what it says.

Nothing here knows the request. A form is validated before an act is done on it, in the transaction of its caller.
"""

from collections.abc import Callable
from uuid import UUID

from companion.accounts.rules import Actor
from companion.checkins import queries, services
from companion.checkins.forms import entries as forms
from companion.checkins.forms.beside import ReflectionForm
from companion.checkins.forms.moments import MomentForm, OutcomeForm, TellForm
from companion.checkins.rules import Door, Next, Visibility
from companion.experiments import queries as experiments
from companion.experiments import services as occasions
from companion.experiments.rules import Named
from companion.kernel.errors import RefusedError
from companion.kernel.when import When
from companion.web.forms import Given

Doors = forms.DoorForm | forms.GuiltForm | MomentForm


def door_form(door: str | None, formdata: Given = ...) -> forms.DoorForm | forms.GuiltForm:
    """The form of the open door, or of one that one tap saves."""
    return forms.GuiltForm(formdata) if door in {None, Door.GUILT} else forms.DoorForm(formdata)


def detail_form(patient: Actor, formdata: Given = ...) -> forms.DetailForm:
    form = forms.DetailForm(formdata)
    offer_own_lines(patient, form)
    return form


def offer_own_lines(patient: Actor, form: forms.DetailForm) -> None:
    form.offer(queries.triggers_of(patient), experiments.people_of(patient, patient.id))


def tell_form(patient: Actor, formdata: Given = ...) -> TellForm:
    form = TellForm(formdata)
    offer_people(patient, form)
    return form


def offer_people(patient: Actor, form: TellForm) -> None:
    form.offer(experiments.people_of(patient, patient.id))


def save(patient: Actor, form: Doors, when: When) -> services.Saved:
    """Raises RefusedError for what is no time."""
    return services.save(patient, form.entry(patient, when.entered_at), when.received_at)


def add_detail(patient: Actor, check_in_id: UUID, form: forms.DetailForm, when: When) -> None:
    """The words and who may read them, in one transaction: at no instant are they open that should not be."""
    trigger_id = _id_of(patient, form.set_off_by, services.trigger_named)
    person_id = _id_of(patient, form.about, occasions.add_person)
    services.add_detail(patient, check_in_id, form.client_id.data, form.detail(trigger_id, person_id), when.received_at)
    if form.changes_visibility:
        _see(patient, check_in_id, form, when)


def re_rate(patient: Actor, check_in_id: UUID, form: forms.RatingsForm, when: When) -> None:
    services.re_rate(
        patient,
        check_in_id,
        form.client_id.data,
        forms.answer(form.guilt),
        forms.answer(form.urge),
        when.received_at,
        entered_at=when.entered_at,
    )


def correct(patient: Actor, check_in_id: UUID, form: forms.RatingsForm, when: When) -> None:
    guilt, urge = forms.answer(form.guilt), forms.answer(form.urge)
    services.correct(patient, check_in_id, form.client_id.data, guilt, urge, when.received_at)


def set_visibility(patient: Actor, check_in_id: UUID, form: forms.VisibilityForm, when: When) -> None:
    """Raises RefusedError where more would be seen than what was chosen since."""
    services.set_visibility(
        patient,
        check_in_id,
        form.client_id.data,
        Visibility(form.visibility.data),
        when.received_at,
        sooner=bool(form.sooner.data),
        entered_at=when.entered_at,
    )


def decide(patient: Actor, check_in_id: UUID, form: forms.NextForm, when: When) -> None:
    services.decide(
        patient,
        check_in_id,
        form.client_id.data,
        Next(form.decision.data),
        when.received_at,
        entered_at=when.entered_at,
    )


def look_again(patient: Actor, check_in_id: UUID, form: forms.OnceForm, when: When) -> None:
    services.look_again(patient, check_in_id, form.client_id.data, when.received_at, entered_at=when.entered_at)


def tell_outcome(patient: Actor, check_in_id: UUID, form: OutcomeForm, when: When) -> None:
    services.tell_outcome(patient, check_in_id, form.client_id.data, form.told(), when.received_at)


def tell_moment(patient: Actor, check_in_id: UUID, form: TellForm, when: When) -> None:
    said = form.moment(_id_of(patient, form.toward, occasions.add_person))
    services.tell_moment(patient, check_in_id, form.client_id.data, said, when.received_at)


def reflect(patient: Actor, form: ReflectionForm, when: When, zone: str | None = None) -> None:
    """Raises RefusedError where nothing is written."""
    services.reflect(
        patient,
        form.client_id.data,
        form.lines(),
        when.received_at,
        words_private=form.words_private.data,
        entered_at=when.entered_at if when.entered_at != when.received_at else None,
        zone=zone,
    )


def _see(patient: Actor, check_in_id: UUID, form: forms.DetailForm, when: When) -> None:
    wanted = Visibility(form.visibility.data)
    try:
        services.set_visibility(
            patient, check_in_id, form.client_id.data, wanted, when.received_at, entered_at=when.entered_at
        )
    except RefusedError:
        return  # more was kept back since; the words are, too


def _id_of(patient: Actor, named: Named | None, add: Callable[[Actor, str], UUID]) -> UUID | None:
    """The id of a line of the patient's own list, made where it is new."""
    if named is None:
        return None
    return named.id or add(patient, named.label)
