"""How it went, and putting that right."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField
from wtforms.validators import InputRequired

from companion.experiments.forms.parts import HereForm, Lines, asked_by_page, choices_of, instant, picked
from companion.experiments.forms.plans import WhatForm
from companion.experiments.forms.words import HOW_IT_WENT, ON_TOP, REACTIONS, TELLINGS, VERDICTS, verdicts_on
from companion.experiments.queries import Meeting, Occasion, Said
from companion.experiments.rules import (
    LIKED_LITTLE,
    NOTHING_BEGUN,
    DebriefEntry,
    Encounter,
    Named,
    OnTop,
    Plan,
    Reaction,
    Telling,
    Verdict,
    Word,
)
from companion.kernel.week import local_date
from companion.kernel.words import Words
from companion.web.forms import (
    CAN_T_TELL,
    Form,
    Given,
    choice,
    day,
    line,
    options_of,
    rated,
    rating,
    text,
    time_of_day,
)
from companion.web.unseen import IdField

HOW_DID_IT_GO = _l("How did it go?")
BEGUN: Final = frozenset(word.value for word in HOW_IT_WENT if word not in NOTHING_BEGUN)
"""Words after which there is something to like, and somebody may have been told."""


class Kind(StrEnum):
    """Which questions come with a word: of an activity, of telling someone, or of whichever task is chosen."""

    ACTIVITY = "activity"
    TELLING = "telling"
    EITHER = "either"


class AfterForm(HereForm):
    """One occasion looked back on: how it went, and what belongs to that word and this kind of task.

    Its page shows the questions that belong; all of them may be answered, and none but the word must be.
    """

    how = choice(HOW_DID_IT_GO, HOW_IT_WENT.items(), required=True)
    learned = text(_l("What was it like?"))
    words_private = BooleanField(_l("Keep these words to myself"))
    enjoyment = rating(_l("How much did I like it?"), can_t_tell=True)
    liking_of = choice(_l("The thing itself, or the guilt on top?"), ON_TOP.items())
    freedom = rating(_l("How free did I feel?"), can_t_tell=True)
    mood = rating(_l("How is my mood since?"), can_t_tell=True)
    verdict = choice(_l("From now on?"), VERDICTS.items())
    person = choice(_l("Who else was told, or noticed?"), ())
    person_new = line(_l("Who was told, or noticed?"))
    told = choice(_l("What did I say to them?"), TELLINGS.items())
    took = choice(_l("How did they take it?"), REACTIONS.items())
    saw = rating(_l("How much did they suffer, as far as I saw?"), can_t_tell=True)
    on_day = day(_l("Day"))
    at_time = time_of_day(_l("Time"))

    REST = ("freedom", "mood", "on_day", "at_time")
    """What is asked of nobody who doesn't want more."""

    kind, begun, little = Kind.ACTIVITY, BEGUN, LIKED_LITTLE
    telling_is_agreed = False
    """Whether telling someone is part of what is agreed, in a task of its own that has no occasions."""
    asked_about: Lines = ()
    """People who are asked after by name."""

    @property
    def asks_after_people(self) -> bool:
        """Whether people are asked after besides the activity: someone might suffer, or be told."""
        return bool(self.asked_about) or self.telling_is_agreed

    @property
    def has_more(self) -> bool:
        """Whether something stands in a question that is asked only of who wants more, or is wrong there.

        Where an answer is chosen, its part is shown by that; what is typed says nothing to a style sheet.
        """
        return any(self[name].data or self[name].errors for name in (*self.REST, "person_new"))

    def offer_people(self, people: Lines) -> None:
        """Fill in who can be chosen: those who are not asked after by name already."""
        named = {id_ for id_, _label in self.asked_about}
        others = [(id_, label) for id_, label in people if id_ not in named]
        self.person.choices = choices_of(others, _("Someone else"), _("Nobody"))
        if others:
            self.person_new.label.text = _("Someone else")

    @property
    def by_person(self) -> Iterable[tuple[str, RadioField, RadioField, RadioField]]:
        """Each person asked after by name, with the three fields about them."""
        return ((label, *self._about(id_)) for id_, label in self.asked_about)

    def entry(self, occasion: Occasion | None, own_zone: str, now: datetime) -> DebriefEntry | None:
        """What was said; None, and a word beside the field, where something isn't right."""
        is_valid, zone = self.validate(), self.zone_or(own_zone)
        self.renew()
        who = self._person()
        happened_at = self._happened_at(occasion, zone, now)
        if not is_valid or any(field.errors for field in self):
            return None
        return DebriefEntry(
            id=self.id.data,
            word=Word(self.how.data),
            happened_at=happened_at,
            zone=zone if happened_at else None,
            enjoyment=rated(self.enjoyment),
            liking_of=OnTop(self.liking_of.data) if self.liking_of.data else None,
            mood=rated(self.mood),
            freedom=rated(self.freedom),
            learned=self.learned.data or "",
            verdict=Verdict(self.verdict.data) if self.verdict.data else None,
            words_private=self.words_private.data,
            met=self._met(who),
        )

    def _about(self, person_id: UUID) -> tuple[RadioField, RadioField, RadioField]:
        fields = (self[f"{name}_{person_id.hex}"] for name in ("told", "took", "saw"))
        return cast("tuple[RadioField, RadioField, RadioField]", tuple(fields))

    def _person(self) -> Named | None:
        who = picked(self.person, self.person_new)
        # An answer that was tapped can't be taken away again: these say as much as none, and need nobody.
        means_nothing = {"", Telling.RATHER_NOT_SAY, Reaction.UNKNOWN, CAN_T_TELL}
        says_something = any((field.data or "") not in means_nothing for field in (self.told, self.took, self.saw))
        if who is None and says_something and not self.person_new.errors:
            self.person_new.errors = [_("Who is it about?")]
        return who

    def _met(self, who: Named | None) -> tuple[Encounter, ...]:
        by_name = ((Named(id=id_), self._about(id_)) for id_, _label in self.asked_about)
        asked = tuple(_encounter(person, *fields) for person, fields in by_name if any(field.data for field in fields))
        return (*asked, _encounter(who, self.told, self.took, self.saw)) if who else asked

    def _happened_at(self, occasion: Occasion | None, zone: str, now: datetime) -> datetime | None:
        """The time of its own that was given, a missing half of it taken from the plan, or from now."""
        if (self.on_day.data is None and self.at_time.data is None) or self.on_day.errors or self.at_time.errors:
            return None
        usual = (occasion.starts_at if occasion else now).astimezone(ZoneInfo(zone))
        if self.at_time.data is None and occasion is None and self.on_day.data != local_date(now, ZoneInfo(zone)):
            self.at_time.errors = [_("At about what time?")]
            return None
        return instant(self.on_day.data or usual.date(), self.at_time.data or usual.time(), zone, self.at_time)


class CorrectForm(AfterForm):
    """What is said anew, in place of what stood when its page was made."""

    replaces = IdField(_l("What stood"), validators=[InputRequired(_l("Please open this page again."))])


class AlreadyForm(AfterForm, WhatForm):
    """Plan and word in one; without a day and a time it was just now."""

    how = choice(
        HOW_DID_IT_GO, [(word, label) for word, label in HOW_IT_WENT.items() if word is not Word.CHANGE], required=True
    )
    telling_tasks: frozenset[str] = frozenset()
    """Those of the tasks that are about telling someone, by the value their button sends."""

    def offer_kinds(self, telling: Iterable[UUID]) -> None:
        """Say which of the tasks on offer are about telling someone."""
        self.telling_tasks = frozenset(map(str, telling))
        if self.telling_tasks:
            self.kind = Kind.TELLING if len(self.telling_tasks) == len(self.task.choices or ()) else Kind.EITHER

    def done(self, own_zone: str, now: datetime) -> tuple[Plan, DebriefEntry] | None:
        """What was done and what was said of it; None, and a word beside the field, where something isn't right."""
        entry = self.entry(None, own_zone, now)
        self.named = picked(self.activity, self.activity_new, required=True)
        if entry is None or self.named is None:
            return None
        happened_at = entry.happened_at or now
        plan = Plan(
            id=self.id.data,
            task_id=UUID(self.task.data),
            activity=self.named,
            starts_at=happened_at,
            ends_at=happened_at,
            zone=self.zone_or(own_zone),
        )
        return plan, entry


class TakeBackForm(HereForm):
    """Nothing to fill in: that it is sent is the answer."""


class CloseWeekForm(Form):
    """Which task, and which week: as the page showed it, which may have been before midnight."""

    lineage_id = IdField(_l("Task"), validators=[InputRequired(_l("Please send it again."))])
    monday = day(_l("Week"), required=True)


def after_form(occasion: Occasion, people: Lines, formdata: Given = ...) -> AfterForm:
    """The form for an occasion without a word; it asks by name after those who might suffer."""
    named = {each.person_id: each.person for each in occasion.predicted.fears}
    return _of(occasion, _form(AfterForm, named, people, formdata=formdata))


def correct_form(occasion: Occasion, said: Said, people: Lines) -> CorrectForm:
    """The form that puts right what stands, filled in with it."""
    met = {each.person_id: each for each in said.met}
    named = {each.person_id: each.person for each in occasion.predicted.fears}
    named |= {each.person_id: each.person for each in said.met}
    data: dict[str, Any] = {
        "replaces": said.id,
        "how": said.word,
        "learned": said.learned,
        "words_private": said.words_private,
        "verdict": said.verdict or "",
        "liking_of": said.liking_of or "",
    }
    data |= {name: _as_choice(getattr(said, name)) for name in ("enjoyment", "freedom", "mood")}
    for person_id, meeting in met.items():
        data |= {f"{name}_{person_id.hex}": value for name, value in _answers(meeting).items()}
    return cast("CorrectForm", _of(occasion, _form(CorrectForm, named, people, data)))


def already_form(people: Lines, formdata: Given = ...) -> AlreadyForm:
    """The form for what wasn't planned here; tasks and activities are offered to it afterwards."""
    return cast("AlreadyForm", _form(AlreadyForm, {}, people, formdata=formdata))


def _of(occasion: Occasion, form: AfterForm) -> AfterForm:
    """The form as it asks after this occasion."""
    form.kind = Kind.TELLING if occasion.is_telling else Kind.ACTIVITY
    form.telling_is_agreed = occasion.telling_is_agreed
    form.verdict.choices = options_of(verdicts_on(occasion.activity))
    return form


def _form(
    kind: type[AfterForm],
    named: Mapping[UUID, str],
    people: Lines,
    data: Mapping[str, Any] | None = None,
    formdata: Given = ...,
) -> AfterForm:
    """A form of this kind that asks after these people by name, each with three fields."""
    named = {**named, **dict(asked_by_page(people, formdata))}
    fields: dict[str, Any] = {"asked_about": tuple(named.items())}
    for person_id, name in named.items():
        key = person_id.hex
        told = _("What did I say to %(name)s?", name=name)
        took = _("How did %(name)s take it?", name=name)
        saw = _("How much did %(name)s suffer, as far as I saw?", name=name)
        fields[f"told_{key}"] = choice(Words(told), TELLINGS.items())
        fields[f"took_{key}"] = choice(Words(took), REACTIONS.items())
        fields[f"saw_{key}"] = rating(Words(saw), can_t_tell=True)
    form = type(kind.__name__, (kind,), fields)(formdata, data=data)
    form.offer_people(people)
    return cast("AfterForm", form)


def _encounter(person: Named, told: RadioField, took: RadioField, saw: RadioField) -> Encounter:
    return Encounter(
        person=person,
        telling=Telling(told.data) if told.data else None,
        reaction=Reaction(took.data) if took.data else None,
        observed_suffering=rated(saw),
        could_not_tell=saw.data == CAN_T_TELL,
    )


def _answers(meeting: Meeting) -> dict[str, str]:
    saw = CAN_T_TELL if meeting.could_not_tell else _as_choice(meeting.observed_suffering)
    return {"told": meeting.telling or "", "took": meeting.reaction or "", "saw": saw}


def _as_choice(value: int | None) -> str:
    return "" if value is None else str(value)
