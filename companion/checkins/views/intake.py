"""Offline intake: what came out of the drop box goes where the page it was written on would have sent it.

What no page would take is not refused: nobody sits before it any more. What can be left out of it is left out, and
what can't go anywhere stands aside, whole, for the patient to read.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from flask import current_app
from werkzeug.exceptions import HTTPException, NotFound

from companion.accounts.rules import Actor
from companion.accounts.services import take_turn
from companion.checkins import queries, services
from companion.checkins.forms.beside import ReflectionForm
from companion.checkins.forms.entries import NextForm, OnceForm, RatingsForm, VisibilityForm
from companion.checkins.forms.moments import MomentForm, OutcomeForm
from companion.checkins.rules import PRIVACY, Aside, Came, Outcome, Visibility, entered_when, shows_more
from companion.checkins.services import Saved
from companion.checkins.views import acts
from companion.experiments import queries as experiments
from companion.experiments.views import acts as occasions
from companion.kernel.errors import NotFoundError, RefusedError
from companion.kernel.when import When
from companion.transaction import transaction
from companion.web.forms import Form, OutOfTheBox

AnyForm = TypeVar("AnyForm", bound=Form)
ABOUT, EARLIER = frozenset({"occasion", "near"}), frozenset({"earlier_day", "earlier_time"})
MAY_BE_LEFT_OUT: Final = (ABOUT, EARLIER, frozenset({"trigger"}), frozenset({"person"}))
"""Fields without which the rest still says what it says: together where one says nothing without the other."""


@dataclass(frozen=True)
class Taken:
    """What became of an item, and the entry that it became or belongs to."""

    outcome: Outcome
    check_in_id: UUID | None = None


@dataclass(frozen=True, repr=False)
class Sent:
    """An item on its way to where its page would have sent it."""

    patient: Actor
    fields: OutOfTheBox
    when: When
    zone: str


class NotWholeError(Exception):
    """A form that its page would show again, with a word beside these fields."""

    def __init__(self, form: Form) -> None:
        super().__init__()
        self.fields = frozenset(field.name for field in form if field.errors)
        self.words = "; ".join(f"{field.label.text} {error}" for field in form for error in field.errors)


@dataclass(frozen=True)
class Refused:
    """What can't be taken as it is: the fields that are in the way, and why."""

    fields: frozenset[str]
    why: Aside
    words: str = ""


def take(patient: Actor, came: Came, received_at: datetime) -> Taken:
    """Put an item where it belongs, or aside; the same item again changes nothing."""
    when = When(entered_when(came.entered_at, came.sent_at, received_at), received_at)
    fields = _fields(came)
    while isinstance(done := _try(Sent(patient, fields, when, came.zone), came), Refused):
        left = _without(fields, done.fields)
        if left is None:
            with transaction():
                services.set_aside(patient, came, done.why, done.words, received_at)
            return Taken(Outcome.SET_ASIDE)
        fields = left
    return done


def _try(sent: Sent, came: Came) -> Taken | Refused:
    try:
        return _take(sent, came)
    except NotWholeError as unfit:
        return Refused(unfit.fields, Aside.NOT_TAKEN, unfit.words)
    except RefusedError as refused:
        return Refused(frozenset({refused.field or ""}), Aside.NOT_TAKEN, str(refused.message))
    except NotFoundError:
        return Refused(ABOUT, Aside.NO_ENTRY)
    except HTTPException:
        return Refused(frozenset(), Aside.NO_SUCH_PAGE)


def _take(sent: Sent, came: Came) -> Taken:
    with transaction():
        take_turn(sent.patient)
        if before := queries.came_before(sent.patient, came):
            return Taken(Outcome.SET_ASIDE if before.aside else Outcome.SAME, before.check_in_id)
        endpoint, ids = current_app.url_map.bind("").match(came.item.path.partition("?")[0], "POST")
        taken = _put(sent, endpoint, ids)
        services.keep_item(sent.patient, came, taken.check_in_id, sent.when.received_at)
    return taken


def _fields(came: Came) -> OutOfTheBox:
    """As its page would have sent them: the phone's clock at sending stands on the envelope."""
    fields = OutOfTheBox(came.item.fields)
    fields["sent_at"] = came.sent_at.isoformat() if came.sent_at else ""
    return fields


def _without(fields: OutOfTheBox, wrong: frozenset[str]) -> OutOfTheBox | None:
    """What is left without what is wrong; None where that can't be left out."""
    leave = {name for group in MAY_BE_LEFT_OUT if group & wrong for name in group if fields.get(name)}
    return OutOfTheBox([pair for pair in fields.items(multi=True) if pair[0] not in leave]) if leave else None


def _put(sent: Sent, endpoint: str, ids: Mapping[str, UUID]) -> Taken:
    """Raises what its page would have been refused with, and HTTPException for a page that nothing comes from."""
    if endpoint in DOORS:
        saved = DOORS[endpoint](sent)
        return Taken(saved.outcome, saved.id)
    if endpoint in ON_AN_ENTRY:
        check_in_id = queries.check_in_known_as(sent.patient, ids["check_in_id"])
        if check_in_id is None:
            raise NotFoundError
        ON_AN_ENTRY[endpoint](sent, check_in_id)
        return Taken(Outcome.NEW, check_in_id)
    if endpoint not in BESIDE:
        raise NotFound
    BESIDE[endpoint](sent, **ids)
    return Taken(Outcome.NEW)


def _whole(form: AnyForm) -> AnyForm:
    if not form.validate():
        raise NotWholeError(form)
    return form


def _save(sent: Sent, make: Callable[[OutOfTheBox], acts.Doors]) -> Saved:
    if sent.fields.get("near") == "1":
        planned = queries.occasion_planned_for(sent.patient, sent.when.entered_at)
        sent.fields["occasion"] = str(planned.id) if planned else ""
    return acts.save(sent.patient, _whole(make(sent.fields)), sent.when)


def _save_door(sent: Sent) -> Saved:
    return _save(sent, lambda fields: acts.door_form(fields.get("door"), fields))


def _save_moment(sent: Sent) -> Saved:
    return _save(sent, MomentForm)


def _add_detail(sent: Sent, check_in_id: UUID) -> None:
    """A page that doesn't know who may see it says nothing of that, and changes nothing of it."""
    shown = queries.one_of_mine(sent.patient, check_in_id, sent.when.received_at)
    if not sent.fields.get("visibility"):
        sent.fields["visibility"] = sent.fields["was_visible"] = shown.visibility.value
    if sent.fields.get("adds"):
        _add_to(sent.fields, shown)
    form = _whole(acts.detail_form(sent.patient, sent.fields))
    acts.add_detail(sent.patient, check_in_id, form, sent.when)


def _on_entry(
    make: Callable[[OutOfTheBox], AnyForm], act: Callable[[Actor, UUID, AnyForm, When], None]
) -> Callable[[Sent, UUID], None]:
    def put(sent: Sent, check_in_id: UUID) -> None:
        act(sent.patient, check_in_id, _whole(make(sent.fields)), sent.when)

    return put


def _add_to(fields: OutOfTheBox, shown: queries.Shown) -> None:
    """What a page that shows nothing of what stands says is added to it; it takes nothing away, and opens nothing."""
    if fields["visibility"] in PRIVACY and shows_more(Visibility(fields["visibility"]), shown.visibility):
        fields["visibility"] = shown.visibility.value
    for name, words in shown.words.items():
        fields[name] = (", " if name == "saw_myself" else "\n").join(filter(None, (words, fields.get(name))))
    fields.setlist("body", list(dict.fromkeys((*(each.value for each in shown.body), *fields.getlist("body")))))
    stands: dict[str, object] = {**shown.feelings, "guilt_kind": shown.guilt_kind}
    if not fields.get("new_trigger"):
        stands["trigger"] = shown.trigger_id
    if not fields.get("new_person"):
        stands["person"] = shown.person_id
    _where_nothing_is_said(fields, stands)


def _where_nothing_is_said(fields: OutOfTheBox, stands: Mapping[str, object]) -> None:
    for name, value in stands.items():
        if value is not None and not fields.get(name):
            fields[name] = str(value)


def _tell_moment(sent: Sent, check_in_id: UUID) -> None:
    """A page that doesn't show what stands of it says only what is new, and takes nothing of it away."""
    moment = queries.one_of_mine(sent.patient, check_in_id, sent.when.received_at).moment
    if moment:
        stands: dict[str, object] = {"urge": moment.urge}
        if sent.fields.get("adds"):
            person = None if sent.fields.get("new_person") else moment.person_id
            stands |= {"worth_less": moment.worth_less, "person": person}
        _where_nothing_is_said(sent.fields, stands)
    acts.tell_moment(sent.patient, check_in_id, _whole(acts.tell_form(sent.patient, sent.fields)), sent.when)


def _reflect(sent: Sent) -> None:
    acts.reflect(sent.patient, _whole(ReflectionForm(sent.fields)), sent.when, sent.zone)


def _debrief(sent: Sent, experiment_id: UUID) -> None:
    occasion = experiments.occasion(sent.patient, experiment_id, sent.when.entered_at)
    form = occasions.form_after(sent.patient, occasion, sent.fields)
    entry = form.entry(occasion, sent.patient.zone, sent.when.entered_at)
    if entry is None:
        raise NotWholeError(form)
    occasions.debrief(sent.patient, form, experiment_id, entry, sent.when)


def _already(sent: Sent) -> None:
    form = occasions.form_already(sent.patient, sent.when, sent.fields)
    done = form.done(sent.patient.zone, sent.when.entered_at)
    if done is None:
        raise NotWholeError(form)
    occasions.already_did(sent.patient, form, *done, sent.when)


DOORS: Final[dict[str, Callable[[Sent], Saved]]] = {
    "checkins.save": _save_door,
    "checkins.save_moment": _save_moment,
}
ON_AN_ENTRY: Final[dict[str, Callable[[Sent, UUID], None]]] = {
    "checkins.add_detail": _add_detail,
    "checkins.re_rate": _on_entry(RatingsForm, acts.re_rate),
    "checkins.correct": _on_entry(RatingsForm, acts.correct),
    "checkins.decide": _on_entry(NextForm, acts.decide),
    "checkins.look_again": _on_entry(OnceForm, acts.look_again),
    "checkins.set_visibility": _on_entry(VisibilityForm, acts.set_visibility),
    "checkins.tell_outcome": _on_entry(OutcomeForm, acts.tell_outcome),
    "checkins.tell_moment": _tell_moment,
}
BESIDE: Final[dict[str, Callable[..., Any]]] = {
    "checkins.reflect": _reflect,
    "experiments.keep_debrief": _debrief,
    "experiments.keep_already": _already,
}
"""By endpoint: where what was written on a page goes. A page that isn't here sends nothing to the box."""
