"""What the doors of Now may send, and what may follow."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from companion.accounts.rules import Actor, is_zone
from companion.checkins.forms.words import BODY, FEELING_NAMES, GUILT_KINDS, NEXTS
from companion.checkins.rules import BodySignal, Door, Entry, GuiltKind, Rated, Visibility
from companion.checkins.services import Detail
from companion.experiments.forms.parts import picked
from companion.experiments.rules import Named
from companion.kernel.errors import RefusedError
from companion.kernel.ids import new_id
from companion.kernel.wall_clock import NoSuchTimeError, instant_at
from companion.kernel.week import local_date
from companion.web.forms import CAN_T_TELL, Form, Validators, choice, day, line, options_of, rating, text, time_of_day
from companion.web.unseen import IdField, UnseenField

HOW_STRONG = _l("How strong is the guilt?")
VISIBILITIES = (
    (Visibility.SHARED, _l("My therapist can read all of it")),
    (Visibility.WORDS_PRIVATE, _l("Keep these words to myself")),
    (Visibility.ONLY_ME, _l("Keep all of it to myself")),
)


class InstantField(UnseenField):
    """An instant by the phone's clock; None where it told none, or nonsense: then ours is taken."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = phones_instant(valuelist[0] if valuelist else "")


def phones_instant(text: str) -> datetime | None:
    """An instant in UTC, as a phone writes it; None for what is none."""
    try:
        instant = datetime.fromisoformat(text)
        return instant.astimezone(UTC) if instant.tzinfo else None
    except (ValueError, OverflowError):
        return None


class OnceForm(Form):
    """A form with an id made when its page was, so that sending it twice does it once."""

    client_id = IdField(_l("This page"), validators=[InputRequired(_l("Please send it again."))], default=new_id)

    def renew(self) -> None:
        """Give the page another id, where the one it came with can't be used."""
        if self.client_id.errors or self.client_id.data is None:
            self.client_id.data = new_id()


class AnyDoorForm(OnceForm):
    """What every door sends beside its answers."""

    occasion = IdField(_l("Occasion"), validators=[Optional()])
    zone = UnseenField(_l("Time zone"), render_kw={"data-module": "zone"})
    entered_at = InstantField(_l("Entered"))
    sent_at = InstantField(_l("Sent"))

    def bare_entry(self, patient: Actor, door: Door) -> Entry:
        """The entry as every door makes it, for its answers to be added to."""
        return Entry(
            client_id=self.client_id.data,
            door=door,
            zone=self.zone_or(patient.zone),
            experiment_id=self.occasion.data,
            entered_at=self.entered_at.data,
            sent_at=self.sent_at.data,
        )

    def zone_or(self, own: str) -> str:
        """The zone that the phone says it is in; the account's where it says none that exists."""
        given = self.zone.data
        return given if given and given != own and is_zone(given) else own


class DoorForm(AnyDoorForm):
    """A door that one tap saves."""

    door = UnseenField(_l("Door"), default=Door.GUILT)

    def validate_door(self, field: Field) -> None:
        if field.data not in {Door.GUILT, Door.EMPTY, Door.GOOD}:
            raise ValidationError(_("This page was not whole. It has been made anew: please send it again."))

    def entry(self, patient: Actor, now: datetime) -> Entry:  # noqa: ARG002  # the open door's needs it
        return self.bare_entry(patient, Door(self.door.data))


class EarlierForm(AnyDoorForm):
    """A door that can tell of something earlier."""

    # On the page they stand below the other doors, and yet belong to this form.
    earlier_day = day(_l("Day"), render_kw={"form": "rate"})
    earlier_time = time_of_day(_l("Time"), render_kw={"form": "rate"})

    @property
    def is_earlier(self) -> bool:
        """Whether something was said, or is wrong, about when it was."""
        parts = (self.earlier_day, self.earlier_time)
        return any((part.raw_data and any(part.raw_data)) or part.errors for part in parts)

    def earlier(self, patient: Actor, now: datetime) -> datetime | None:
        """When it was, if it isn't now; raises RefusedError for what is no time."""
        zone = ZoneInfo(self.zone_or(patient.zone))
        if self.earlier_time.data is None:
            if self.earlier_day.data is None:
                return None
            raise RefusedError(_l("And at about what time?"), "earlier_time")
        on_day = self.earlier_day.data or local_date(now, zone)
        try:
            return instant_at(on_day, self.earlier_time.data, zone)
        except NoSuchTimeError:
            raise RefusedError(
                _l("The clocks went forward over this time. Please take another."), "earlier_time"
            ) from None


class RatingsForm(OnceForm):
    """Both questions, for "And now?" and for a slip of the thumb."""

    guilt = rating(HOW_STRONG, required=True, can_t_tell=True)
    urge = rating("", required=True, can_t_tell=True)


class GuiltForm(DoorForm, EarlierForm):
    """The open door: both questions, and when it was if it isn't now."""

    guilt = rating(HOW_STRONG, required=True, can_t_tell=True)
    urge = rating("", required=True, can_t_tell=True)

    def entry(self, patient: Actor, now: datetime) -> Entry:
        return replace(
            super().entry(patient, now),
            guilt=answer(self.guilt),
            urge=answer(self.urge),
            earlier=self.earlier(patient, now),
        )


class NextForm(OnceForm):
    """What next, with the guilt still there."""

    decision = choice(_l("What next?"), NEXTS.items(), required=True)


class VisibilityForm(OnceForm):
    """Who may see an entry."""

    visibility = choice(_l("Who can see it"), VISIBILITIES, required=True)
    sooner = UnseenField(_l("Now"))


class DetailForm(OnceForm):
    """What else there was; everything can be left out."""

    wanted = text(_l("What did I want just then?"))
    body = SelectMultipleField(
        _l("Where in the body?"),
        choices=options_of(BODY.items()),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    trigger = SelectField(_l("What set it off?"), default="")
    new_trigger = line(_l("Something else"))
    person = SelectField(_l("Who was it about?"), default="")
    new_person = line(_l("Someone else"))
    saw_myself = line(_l("How did I see myself?"))
    guilt_kind = choice(_l("Old guilt, or a real need?"), GUILT_KINDS.items())
    freedom = rating(FEELING_NAMES["freedom"])
    curiosity = rating(FEELING_NAMES["curiosity"])
    envy = rating(FEELING_NAMES["envy"])
    contempt = rating(FEELING_NAMES["contempt"])
    shame = rating(FEELING_NAMES["shame"])
    anger = rating(FEELING_NAMES["anger"])
    thought = text(_l("A thought"))
    visibility = choice(_l("Who can see it"), VISIBILITIES, required=True)
    was_visible = UnseenField(_l("Who could see it"))

    set_off_by: Named | None = None
    about: Named | None = None

    def validate(self, extra_validators: Mapping[str, Validators] | None = None) -> bool:
        is_valid = super().validate(extra_validators)
        self.set_off_by = picked(self.trigger, self.new_trigger)
        self.about = picked(self.person, self.new_person)
        return is_valid and not (self.new_trigger.errors or self.new_person.errors)

    @property
    def changes_visibility(self) -> bool:
        """Whether another choice was made than the page showed: an old page must not undo what was chosen since."""
        return bool(self.visibility.data != self.was_visible.data)

    def offer(self, triggers: Iterable[tuple[UUID, str]], people: Iterable[tuple[UUID, str]]) -> None:
        """Fill the two lists with the patient's own lines."""
        for listed, new, lines in (
            (self.trigger, self.new_trigger, triggers),
            (self.person, self.new_person, people),
        ):
            offer_lines(listed, new, lines)

    def detail(self, trigger_id: UUID | None, person_id: UUID | None) -> Detail:
        return Detail(
            trigger_id=trigger_id,
            person_id=person_id,
            body=tuple(BodySignal(each) for each in self.body.data or ()),
            thought=self.thought.data or "",
            wanted=self.wanted.data or "",
            saw_myself=self.saw_myself.data or "",
            guilt_kind=GuiltKind(self.guilt_kind.data) if self.guilt_kind.data else None,
            feelings={name: value for name in FEELING_FIELDS if (value := answer(self[name]).value) is not None},
        )


GLAD = ("freedom", "curiosity")
FEELING_FIELDS = ("envy", "contempt", "shame", "anger", *GLAD)


def answer(field: Field) -> Rated:
    """What was answered on a scale that has "I can't tell"."""
    value = field.data
    return Rated(int(value) if value and value != CAN_T_TELL else None, cant_tell=value == CAN_T_TELL)


def offer_lines(listed: SelectField, new: StringField, lines: Iterable[tuple[UUID, str]]) -> None:
    """Fill a list with lines of the patient's own, an empty one first."""
    listed.choices = options_of([("", ""), *((str(line_id), label) for line_id, label in lines)])
    if len(listed.choices) == 1:
        new.label.text = listed.label.text  # the only question there is
