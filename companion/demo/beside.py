"""What Mark says beside his occasions: wishes, how it goes, moments, goals every four weeks, how it is every month."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from companion.accounts.rules import Actor
from companion.accounts.rules.safety import PlanWords
from companion.accounts.services import keep_safety_plan
from companion.checkins import services as checkins
from companion.checkins.rules import UNSAID, Door, Entry, Moment, Rated, Vital
from companion.checkins.services import Detail, Lately, Lines
from companion.contract import queries as contract
from companion.contract.rules.goals import GoalSaid, Turn
from companion.contract.services import review_goals
from companion.demo import more_words, words
from companion.demo.calendar import LAST_WEEK, Calendar, Event, case
from companion.experiments import services as experiments
from companion.experiments.adherence import MomentOutcome
from companion.formulation import queries as formulations
from companion.formulation import services as formulation
from companion.formulation.rules import Fit, PatternWords, WishWords
from companion.kernel.ids import new_id

WISHED, READ, REVIEWED_BY_HIM, REVIEWED_BY_HER, SAID_HOW_IT_IS = (
    time(21),
    time(22),
    time(20),
    time(17),
    time(19),
)
IN_SESSION = time(10, 40)
EVERY = 4
"""Weeks between two answers on how goals stand, and between two on how it is lately."""


@dataclass
class Beside:
    """Tells the services what both of them said, each at its own instant."""

    therapist: Actor
    patient: Actor
    calendar: Calendar

    def events(self) -> Iterator[Event]:
        """All of it, in no order."""
        yield from self._wishes()
        yield from self._pattern()
        yield from self._moments()
        yield from self._practice()
        yield from self._goals()
        yield from self._months()
        yield from self._hard_times()

    def _wishes(self) -> Iterator[Event]:
        for week, (text, motive) in more_words.WISHES.items():
            at = self._in_week(week, WISHED)
            yield at, partial(formulation.add_wish, self.patient, WishWords(text, motive), at)
        for week, text in more_words.SUGGESTED.items():
            at = self._in_week(week, WISHED)
            yield at, partial(formulation.suggest_wish, self.therapist, self.patient.id, text, at)

    def _pattern(self) -> Iterator[Event]:
        proposed_at = self.calendar.at(datetime.combine(self.calendar.day(case()["pattern"]["proposed"]), time(10, 50)))
        pattern_id = new_id()
        told = PatternWords(**more_words.PATTERN)
        yield (
            proposed_at,
            partial(
                formulation.propose_pattern, self.therapist, self.patient.id, told, proposed_at, pattern_id=pattern_id
            ),
        )
        answered_at = self._in_week(case()["pattern"]["week"], READ)
        yield answered_at, partial(self._answer_pattern, Fit(case()["pattern"]["answer"]), answered_at)

    def _answer_pattern(self, fit: Fit, at: datetime) -> None:
        waits = formulations.patterns_of(self.patient, self.patient.id).waiting
        if waits:
            formulation.answer_pattern(self.patient, waits.id, fit, at)

    def _moments(self) -> Iterator[Event]:
        for told in case()["moments"]:
            at = self.calendar.instant(told["at"])
            yield at, partial(self._moment, told, at)

    def _moment(self, told: dict[str, Any], at: datetime) -> None:
        urge, outcome = told["urge"], MomentOutcome(told["outcome"])
        entry = Entry(new_id(), Door.CUTTING, self.calendar.zone, UNSAID, UNSAID, moment=Moment(urge, outcome))
        made = checkins.save(self.patient, entry, at).id
        toward = experiments.add_person(self.patient, told["toward"])
        whole = Moment(urge, outcome, toward, told["felt_worth_less"])
        checkins.tell_moment(self.patient, made, new_id(), whole, at + timedelta(minutes=1))
        envy = Detail(feelings={"envy": told["envy"]})
        checkins.add_detail(self.patient, made, new_id(), envy, at + timedelta(minutes=2))

    def _practice(self) -> Iterator[Event]:
        for week, lines in more_words.LINES.items():
            at = self._in_week(week, READ)
            yield at, partial(checkins.reflect, self.patient, new_id(), Lines(*lines), at)

    def _goals(self) -> Iterator[Event]:
        """From the fourth week of the first version on, she on a Wednesday, he on a Thursday."""
        for week in range(11, LAST_WEEK + 1, EVERY):
            for who, clock, days in ((self.therapist, REVIEWED_BY_HER, 2), (self.patient, REVIEWED_BY_HIM, 3)):
                at = self._in_week(week, clock, days)
                yield at, partial(self._review, who, week, at)

    def _review(self, who: Actor, week: int, at: datetime) -> None:
        said = {
            goal.lineage_id: seen
            for goal in contract.followed_goals(who, self.patient.id, at)
            if goal.turn is Turn.DUE and (seen := _seen(goal.words.text, who, week))
        }
        if said:
            review_goals(who, self.patient.id, said, at, new_id())

    def _months(self) -> Iterator[Event]:
        for number, (helped, *vital) in enumerate(more_words.LATELY):
            at = self._in_week(12 + number * EVERY, SAID_HOW_IT_IS, 6)
            said = Lately(helped, more_words.LATELY_WORDS.get(number, ""), Vital(*map(Rated, vital)))
            yield at, partial(checkins.say_how_it_is, self.patient, new_id(), said, at)

    def _hard_times(self) -> Iterator[Event]:
        plan = PlanWords()
        for number, (week, changed) in enumerate(more_words.HARD_TIMES.items()):
            plan = replace(plan, **changed)
            by, at = (self.patient, self._in_week(week, READ)) if number else (self.therapist, self._in_session(week))
            yield at, partial(keep_safety_plan, by, self.patient.id, plan, at)

    def _in_session(self, week: int) -> datetime:
        return self._in_week(week, IN_SESSION, 0)

    def _in_week(self, week: int, clock: time, days: int = 1) -> datetime:
        """So many days after the Monday of a week, in UTC."""
        return self.calendar.at(datetime.combine(self.calendar.monday(week) + timedelta(days=days), clock))


def _seen(goal: str, who: Actor, week: int) -> GoalSaid | None:
    """How a goal stood by then in the eyes of one of the two; the therapist was often a step ahead of him."""
    name = next(name for name, said in words.GOALS.items() if said["text"] == goal)
    steps = more_words.GOALS_SEEN[who.role.value].get(name, {})
    return next((said for since, said in sorted(steps.items(), reverse=True) if since <= week), None)
