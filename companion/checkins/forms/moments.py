"""What the cutting door may send: the urge, what came of it, and later toward whom it was."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from companion.accounts.rules import Actor
from companion.checkins.forms.entries import EarlierForm, OnceForm, offer_lines
from companion.checkins.forms.words import OUTCOMES
from companion.checkins.rules import Door, Entry, Moment
from companion.experiments.adherence import MomentOutcome
from companion.experiments.forms.parts import picked
from companion.experiments.rules import Named
from companion.web.forms import Validators, choice, line, rated, rating

NOT_YET = "not_yet"
HOW_STRONG = _l("How strong is the urge to say it?")
WHAT_CAME = _l("What came of it?")


class MomentForm(EarlierForm):
    """Two taps: how strong, and what came of it, which may be told later."""

    urge = rating(HOW_STRONG, required=True)
    outcome = choice(WHAT_CAME, [*OUTCOMES.items(), (NOT_YET, _l("It is still going on"))], required=True)

    def entry(self, patient: Actor, now: datetime) -> Entry:
        moment = Moment(int(self.urge.data), _outcome(self.outcome.data))
        return replace(self.bare_entry(patient, Door.CUTTING), earlier=self.earlier(patient, now), moment=moment)


class OutcomeForm(OnceForm):
    """What came of it, told later."""

    outcome = choice(WHAT_CAME, OUTCOMES.items(), required=True)

    def told(self) -> MomentOutcome:
        return MomentOutcome(self.outcome.data)


class TellForm(OnceForm):
    """All of a moment; only the urge must be there, which it has been from the start."""

    urge = rating(HOW_STRONG, required=True)
    outcome = choice(WHAT_CAME, OUTCOMES.items())
    person = SelectField(_l("Toward whom?"), default="")
    new_person = line(_l("Someone else"))
    worth_less = rating(_l("Did I feel worth less, just then?"))

    toward: Named | None = None

    def validate(self, extra_validators: Mapping[str, Validators] | None = None) -> bool:
        is_valid = super().validate(extra_validators)
        self.toward = picked(self.person, self.new_person)
        return is_valid and not self.new_person.errors

    def offer(self, people: Iterable[tuple[UUID, str]]) -> None:
        """Fill the list with the patient's own people."""
        offer_lines(self.person, self.new_person, people)

    def moment(self, person_id: UUID | None) -> Moment:
        """All of it; whoever is new on the list has an id by now."""
        return Moment(int(self.urge.data), _outcome(self.outcome.data), person_id, rated(self.worth_less))


def _outcome(value: str) -> MomentOutcome | None:
    return MomentOutcome(value) if value and value != NOT_YET else None
