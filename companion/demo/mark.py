"""Mark's 78 weeks, told to the services one after the other, each at its own instant."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from companion.accounts.rules import Actor
from companion.checkins import services as checkins
from companion.checkins.rules import CANT_TELL, UNSAID, BodySignal, Door, Entry, GuiltKind, Next, Rated, Visibility
from companion.checkins.services import Detail
from companion.demo import words
from companion.demo.agreeing import Agreeing
from companion.demo.beside import Beside
from companion.demo.calendar import Calendar, Event, case
from companion.demo.meeting import Meetings
from companion.experiments import services as experiments
from companion.experiments.rules import (
    DebriefEntry,
    Encounter,
    Expectation,
    Fear,
    Named,
    OnTop,
    Plan,
    Reaction,
    Telling,
    Verdict,
    Word,
)
from companion.kernel.ids import new_id

PLANNED_BEFORE = timedelta(hours=30)
"""How long before its beginning an occasion is planned, unless that would be before the task was agreed."""
DECIDED_AFTER = timedelta(minutes=3)
FEELINGS = ("envy", "contempt", "freedom")
STOPPED = {"before": Word.STOPPED_BEFORE, "midway": Word.STOPPED_MIDWAY}
USUALLY_FEARED_FOR = "sister"
NOT_TO_LIKE = {
    "o021": OnTop.GUILT_ON_TOP,
    "o033": OnTop.GUILT_ON_TOP,
    "o047": OnTop.UNSURE,
    "o053": OnTop.BOTH,
    "o059": OnTop.THE_THING,
}
"""What it was about an evening that there was little to like of, by the case's names."""

AT_THE_TOP = {"o045", "o147", "c184"}
"""What he wants his therapist to read first, by the case's names."""


@dataclass
class Mark:
    """The patient, and what has been made of his case so far."""

    patient: Actor
    calendar: Calendar
    agreeing: Agreeing
    occasions: dict[str, UUID] = field(default_factory=dict)

    def live(self) -> None:
        """Go through all that happened, in its order."""
        beside = Beside(self.agreeing.therapist, self.patient, self.calendar)
        meetings = Meetings(self.agreeing.therapist, self.patient, self.calendar)
        told = (self.agreeing.events(), self._occasions(), self._check_ins(), beside.events(), meetings.events())
        events = [event for part in told for event in part]
        for _at, happen in sorted(events, key=lambda event: event[0]):
            happen()

    def look_ahead(self, now: datetime) -> None:
        """Plan the next evening of tennis, so that Today has something to show."""
        starts_at = self.calendar.day_at(now, 1, time(18, 30))
        planned = Plan(
            id=new_id(),
            task_id=self.agreeing.task_in_force("activities"),
            activity=Named(label=words.NEXT),
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=2),
            zone=self.calendar.zone,
            if_then=words.IF_THEN,
        )
        experiments.plan(self.patient, planned, now)

    # Occasions

    def _occasions(self) -> Iterator[Event]:
        for occasion in case()["occasions"]:
            planned_at = self._planned_at(occasion)
            yield planned_at, partial(self._plan, occasion, planned_at)
            if occasion["result"]:
                at = self.calendar.instant(occasion["debriefed"])
                yield at, partial(self._debrief, occasion, at)

    def _planned_at(self, occasion: dict[str, Any]) -> datetime:
        starts_at = self.calendar.instant(occasion["start"])
        agreed_at = self.agreeing.latest_agreement_before(starts_at)
        return max(starts_at - PLANNED_BEFORE, agreed_at + timedelta(minutes=20))

    def _plan(self, occasion: dict[str, Any], at: datetime) -> None:
        planned = Plan(
            id=self.occasions.setdefault(occasion["id"], new_id()),
            task_id=self.agreeing.task_in_force(occasion["task"]),
            activity=Named(label=occasion["activity"]),
            starts_at=self.calendar.instant(occasion["start"]),
            ends_at=self.calendar.instant(occasion["end"]),
            zone=self.calendar.zone,
        )
        experiments.plan(self.patient, planned, at)
        fear = Fear(self._feared_for(occasion), occasion["predicted_suffering"], occasion["belief"])
        expected = Expectation(occasion["expected_guilt"], (fear,))
        experiments.predict(self.patient, planned.id, expected, at + timedelta(minutes=1))

    def _debrief(self, occasion: dict[str, Any], at: datetime) -> None:
        entry = DebriefEntry(
            id=new_id(),
            word=_word(occasion),
            happened_at=self.calendar.instant(occasion["start"]),
            zone=self.calendar.zone,
            enjoyment=occasion.get("enjoyment"),
            liking_of=NOT_TO_LIKE.get(occasion["id"]),
            mood=occasion.get("mood"),
            freedom=occasion.get("freedom"),
            learned=words.LEARNED.get(occasion["id"], ""),
            verdict=Verdict(occasion["verdict"]) if "verdict" in occasion else None,
            met=(self._met(occasion),) if "told" in occasion else (),
        )
        experiment_id = self.occasions[occasion["id"]]
        experiments.debrief(self.patient, experiment_id, entry, at)
        if occasion["id"] in AT_THE_TOP:
            experiments.highlight(self.patient, experiment_id, new_id(), at, is_on=True)

    def _met(self, occasion: dict[str, Any]) -> Encounter:
        return Encounter(
            self._feared_for(occasion),
            Telling(occasion["told"]),
            Reaction(occasion["reaction"]),
            occasion["observed_suffering"],
        )

    def _feared_for(self, occasion: dict[str, Any]) -> Named:
        return Named(label=occasion.get("about", USUALLY_FEARED_FOR))

    # Check-ins

    def _check_ins(self) -> Iterator[Event]:
        for entry in case()["checkins"]:
            at = self.calendar.instant(entry["at"])
            yield at, partial(self._check_in, entry, at)

    def _check_in(self, entry: dict[str, Any], at: datetime) -> None:
        made = checkins.save(self.patient, self._entry(entry), at).id
        if detail := self._detail(entry):
            checkins.add_detail(self.patient, made, new_id(), detail, at + timedelta(minutes=1))
        if "visibility" in entry:
            visibility = Visibility(entry["visibility"])
            checkins.set_visibility(self.patient, made, new_id(), visibility, at + timedelta(minutes=2))
        if entry["id"] in AT_THE_TOP:
            checkins.highlight(self.patient, made, new_id(), at + timedelta(minutes=2), is_on=True)
        if again := entry.get("rerating"):
            later = at + timedelta(minutes=again["minutes"])
            guilt, urge = Rated(again["guilt"]), Rated(again["urge"])
            if "decision" in entry:
                decided_at = at + DECIDED_AFTER
                checkins.decide(self.patient, made, new_id(), Next(entry["decision"]), decided_at)
            checkins.re_rate(self.patient, made, new_id(), guilt, urge, later)

    def _entry(self, entry: dict[str, Any]) -> Entry:
        door = Door(entry["door"])
        rated = door is Door.GUILT
        return Entry(
            new_id(),
            door,
            self.calendar.zone,
            _rated(entry["guilt"]) if rated else UNSAID,
            _rated(entry["urge"]) if rated else UNSAID,
            experiment_id=self.occasions[entry["occasion"]] if entry["occasion"] else None,
        )

    def _detail(self, entry: dict[str, Any]) -> Detail | None:
        """What else there was, or None where nothing else was said."""
        detail = Detail(
            trigger_id=checkins.trigger_named(self.patient, entry["trigger"]) if "trigger" in entry else None,
            person_id=experiments.add_person(self.patient, entry["who"]) if "who" in entry else None,
            body=tuple(BodySignal(signal) for signal in entry.get("body", ())),
            wanted=words.WANTED.get(entry["id"], ""),
            guilt_kind=GuiltKind(entry["guilt_kind"]) if "guilt_kind" in entry else None,
            feelings={name: entry[name] for name in FEELINGS if name in entry},
        )
        return None if detail == Detail() else detail


def _word(occasion: dict[str, Any]) -> Word:
    return STOPPED[occasion["when"]] if occasion["result"] == "gave_up" else Word(occasion["result"])


def _rated(value: int | None) -> Rated:
    return CANT_TELL if value is None else Rated(value)
