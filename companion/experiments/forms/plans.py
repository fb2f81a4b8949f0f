"""What is planned, and what is expected of it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField

from companion.experiments.forms.parts import HereForm, Lines, asked_by_page, choices_of, instant, picked
from companion.experiments.forms.words import CARE
from companion.experiments.queries import Occasion, Predicted
from companion.experiments.rules import CareNeed, Expectation, Fear, Named, Plan
from companion.kernel.rating import SURE
from companion.kernel.week import ONE_DAY
from companion.web.forms import Form, choice, day, line, number, rated, rating, text, time_of_day
from companion.web.unseen import UnseenField

USUAL_LENGTH: Final = timedelta(hours=2)
"""How long an occasion is planned for where no end is given."""

HOW_MUCH = _l("How much might they suffer?")
HOW_SURE = _l("How sure am I of that, from 0 to 100?")


class WhatForm(HereForm):
    """Which agreed task, and what."""

    task = choice(_l("Which part of our agreement is it for?"), (), required=True)
    activity = choice(_l("What?"), ())
    activity_new = line(_l("What?"))
    named: Named | None = None

    def offer(self, tasks: Lines, activities: Lines, preferred: str | None = None) -> None:
        """Fill in what there is to choose from; a task that is alone, or that a link asks for, is chosen."""
        values = [str(id_) for id_, _label in tasks]
        self.task.choices = list(zip(values, (label for _id, label in tasks), strict=True))
        self.activity.choices = choices_of(activities, _("Something else"))
        if activities:
            self.activity_new.label.text = _("Something else")
        if not self.task.data and (len(tasks) == 1 or preferred in values):
            self.task.data = preferred if preferred in values else values[0]

    def is_whole(self) -> bool:
        """Validate every field; what is checked here needs more than one."""
        is_valid = self.validate()
        self.renew()
        self.named = picked(self.activity, self.activity_new, required=True)
        return is_valid and self.named is not None


class PlanForm(WhatForm):
    """One occasion: what and when, and what is added if useful."""

    day = day(_l("Day"), required=True)
    start = time_of_day(_l("From"), required=True)
    until = time_of_day(_l("Until"))
    place = line(_l("Where"))
    company = line(_l("With whom"))
    if_then = text(_l("If guilt comes, then I will …"))
    smaller_version = text(_l("A smaller version"))
    care_need = choice(_l("Does someone need me meanwhile?"), CARE.items())
    covered_by = line(_l("Covered by"))
    honest_reply = text(_l("What I might say at home"))

    USEFUL = (
        "place",
        "company",
        "if_then",
        "smaller_version",
        "care_need",
        "covered_by",
        "honest_reply",
    )

    def plan(self, own_zone: str) -> Plan | None:
        """What was planned; None, and a word beside the field, where something isn't right."""
        is_whole, zone = self.is_whole(), self.zone_or(own_zone)
        window = self._window(zone)
        if not is_whole or window is None or self.named is None:
            return None
        starts_at, ends_at = window
        return Plan(
            id=self.id.data,
            task_id=UUID(self.task.data),
            activity=self.named,
            starts_at=starts_at,
            ends_at=ends_at,
            zone=zone,
            place=self.place.data or "",
            company=self.company.data or "",
            if_then=self.if_then.data or "",
            smaller_version=self.smaller_version.data or "",
            care_need=self._care_need(),
            covered_by=self.covered_by.data or "",
            honest_reply=self.honest_reply.data or "",
        )

    def _window(self, zone: str) -> tuple[datetime, datetime] | None:
        """Both ends; an end that isn't later on the clock is on the next day."""
        if self.day.data is None or self.start.data is None or self.day.errors or self.start.errors:
            return None
        starts_at = instant(self.day.data, self.start.data, zone, self.start)
        if starts_at is None or self.until.errors:
            return None
        if self.until.data is None:
            return starts_at, starts_at + USUAL_LENGTH
        last_day = self.day.data + (ONE_DAY if self.until.data <= self.start.data else timedelta())
        ends_at = instant(last_day, self.until.data, zone, self.until)
        return (starts_at, ends_at) if ends_at else None

    def _care_need(self) -> CareNeed | None:
        if self.care_need.data:
            return CareNeed(self.care_need.data)
        return CareNeed.COVERED if self.covered_by.data else None


class ChangeForm(PlanForm):
    """A plan written anew, in place of what stood when its page was made."""

    stood = UnseenField(_l("What stood"), default="")


def change_form(occasion: Occasion) -> ChangeForm:
    """The form for a plan that stands, filled in with it; times stay in the zone they were planned in."""
    zone = ZoneInfo(occasion.zone)
    starts, ends = occasion.starts_at.astimezone(zone), occasion.ends_at.astimezone(zone)
    data = {name: getattr(occasion, name) for name in PlanForm.USEFUL} | {
        "task": str(occasion.task_id),
        "activity": str(occasion.activity_id),
        "zone": occasion.zone,
        "stood": occasion.fingerprint,
        "day": starts.date(),
        "start": starts.time(),
        "until": ends.time(),
    }
    form = ChangeForm(data=data)
    form.zone.render_kw = {}
    return form


class ExpectForm(Form):
    """How strong the guilt might be, and for one person how much they might suffer."""

    expected_guilt = rating(_l("How strong might the guilt be?"), can_t_tell=True)
    person = choice(_l("Who might suffer?"), ())
    person_new = line(_l("Who might suffer?"))
    might_suffer = rating(HOW_MUCH, can_t_tell=True)
    belief = number(HOW_SURE, 0, SURE)

    EXPECTED = ("expected_guilt", "person", "person_new", "might_suffer", "belief")

    def offer_people(self, people: Lines) -> None:
        self.person.choices = choices_of(people, _("Someone else"), _("Nobody in particular"))
        if people:
            self.person_new.label.text = _("Someone else")

    def expectation(self) -> Expectation | None:
        """What is expected, of a form whose fields were validated; None where a part of it is missing."""
        who, how_much = picked(self.person, self.person_new), rated(self.might_suffer)
        if who is None and (how_much is not None or self.belief.data is not None) and not self.person_new.errors:
            self.person_new.errors = [_("Who is it about?")]
        if who is not None and not self.might_suffer.data:
            self.might_suffer.errors = [_("How much, about?")]
        if any(self[name].errors for name in self.EXPECTED):
            return None
        fears = (Fear(who, how_much, self.belief.data),) if who is not None and how_much is not None else ()
        return Expectation(rated(self.expected_guilt), fears)


class PlanAndExpectForm(PlanForm, ExpectForm):
    """A new plan, and what is expected of it."""


class ExpectMoreForm(ExpectForm):
    """What is expected, told anew: the people it names already, and one more. "I can't tell" takes a person out."""

    asked_about: Lines = ()
    """People who are asked after by name."""

    @property
    def by_person(self) -> Iterable[tuple[str, RadioField, IntegerField]]:
        """Each of them, with the two fields about them."""
        return ((label, *self._about(id_)) for id_, label in self.asked_about)

    def expectation(self) -> Expectation | None:
        told = super().expectation()
        again = tuple(
            Fear(Named(id=id_), how_much, belief.data)
            for id_, (might_suffer, belief) in ((id_, self._about(id_)) for id_, _label in self.asked_about)
            if (how_much := rated(might_suffer)) is not None
        )
        return Expectation(told.expected_guilt, (*again, *told.fears)) if told else None

    def _about(self, person_id: UUID) -> tuple[RadioField, IntegerField]:
        fields = self[f"suffer_{person_id.hex}"], self[f"belief_{person_id.hex}"]
        return cast("tuple[RadioField, IntegerField]", fields)


def expect_more_form(predicted: Predicted, people: Lines) -> ExpectMoreForm:
    """The form for what was predicted so far, filled in with it."""
    named = {each.person_id: each.person for each in predicted.fears} | dict(asked_by_page(people))
    fields: dict[str, Any] = {"asked_about": tuple(named.items())}
    for person_id in named:
        fields[f"suffer_{person_id.hex}"] = rating(HOW_MUCH, can_t_tell=True)
        fields[f"belief_{person_id.hex}"] = number(HOW_SURE, 0, SURE)
    data: dict[str, Any] = {"expected_guilt": _as_choice(predicted.expected_guilt)}
    for each in predicted.fears:
        key = each.person_id.hex
        data |= {f"suffer_{key}": str(each.might_suffer), f"belief_{key}": each.belief}
    form: ExpectMoreForm = type("ExpectMoreForm", (ExpectMoreForm,), fields)(data=data)
    form.offer_people([(id_, label) for id_, label in people if id_ not in named])
    return form


def _as_choice(value: int | None) -> str:
    return "" if value is None else str(value)
