"""A few more invented patients, each of another shape, so that a caseload looks like one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import cycle

from companion.accounts.rules import Actor
from companion.checkins import services as checkins
from companion.checkins.rules import UNSAID, Door, Entry, Rated
from companion.contract import queries
from companion.contract import services as contract
from companion.contract.rules import Decision, Feels, Frame, GoalWords, Idea, Said, TaskKind, TaskSaid, TaskWords
from companion.demo import words
from companion.demo.calendar import Calendar
from companion.experiments import services as experiments
from companion.experiments.rules import DebriefEntry, Encounter, Expectation, Fear, Named, Plan, Telling, Word
from companion.kernel.ids import new_id
from companion.kernel.week import DAYS_IN_A_WEEK, ONE_WEEK
from companion.sessions import services as sessions


@dataclass(frozen=True, kw_only=True)
class Other:
    """A patient in a few words. Weeks are counted back from now."""

    name: str
    weeks_ago: int
    """When they were invited."""
    has_begun: bool = True
    goal: str = ""
    """Empty where there is no contract."""
    task: str = ""
    reason: str = ""
    activity: str = ""
    feels: Feels = Feels.WORKED_OUT_TOGETHER
    idea: Idea = Idea.OURS
    silent_for: int = 0
    """Weeks without a word until now."""
    flag: str | None = None
    """What was said with "this feels like an order"."""
    session_in_days: int | None = None

    def live(self, therapist: Actor, patient: Actor, weeks: Calendar, now: datetime) -> None:
        """Go through what happened, in its order."""
        begun_at = weeks.day_at(now, -self.weeks_ago * DAYS_IN_A_WEEK, time(17))
        if self.goal:
            self._agree(therapist, patient, begun_at)
            for at in self._outings(begun_at, now):
                self._go_out(patient, weeks, at)
        else:
            entry = Entry(new_id(), Door.EMPTY, patient.zone, UNSAID, UNSAID)
            checkins.save(patient, entry, begun_at + timedelta(days=2))
        if self.flag is not None:
            self._call_it_an_order(patient, now - timedelta(days=2))
        if self.session_in_days:
            at_session = weeks.session_on(now, self.session_in_days)
            sessions.set_next_session(therapist, patient.id, at_session, now)

    def _agree(self, therapist: Actor, patient: Actor, at: datetime) -> None:
        draft_id = contract.start_draft(therapist, patient.id, at)
        review_on = (at + 12 * ONE_WEEK).date()
        frame = Frame(promise=words.PROMISE, limits=words.LIMITS, review_on=review_on)
        contract.set_frame(therapist, draft_id, frame, at)
        goal_id = contract.add_goal(therapist, draft_id, GoalWords(text=self.goal))
        contract.add_task(therapist, draft_id, TaskWords(text=self.task, kind=TaskKind.WEEKLY, target=2), goal_id)
        contract.add_cost(therapist, draft_id, words.COSTS[0])
        contract.propose(therapist, draft_id, at)
        proposed = queries.version(patient, patient.id, draft_id)
        said = Said(
            decision=Decision.AGREE,
            feels=self.feels,
            hardest_cost_id=proposed.costs[0].id,
            tasks={task.id: TaskSaid(self.reason, self.idea) for task in proposed.tasks},
        )
        contract.answer(patient, draft_id, proposed.content_hash or b"", said, at + timedelta(minutes=10))

    def _outings(self, begun_at: datetime, now: datetime) -> Iterator[datetime]:
        """Twice a week, three and four days apart."""
        at, steps = begun_at + timedelta(days=2), cycle((timedelta(days=3), timedelta(days=4)))
        while at < now - timedelta(days=1) - self.silent_for * ONE_WEEK:
            yield at
            at += next(steps)

    def _go_out(self, patient: Actor, weeks: Calendar, at: datetime) -> None:
        current = queries.in_force(patient, patient.id)
        if current is None:
            return
        planned = Plan(
            id=new_id(),
            task_id=current.tasks[0].id,
            activity=Named(label=self.activity),
            starts_at=at,
            ends_at=at + timedelta(hours=2),
            zone=weeks.zone,
        )
        someone = Named(label=words.AT_HOME)
        experiments.plan(patient, planned, at - timedelta(hours=20))
        experiments.predict(patient, planned.id, Expectation(6, (Fear(someone, 6, 60),)), at - timedelta(hours=20))
        rated = Entry(new_id(), Door.GUILT, patient.zone, Rated(6), Rated(4), experiment_id=planned.id)
        checkins.save(patient, rated, at - timedelta(minutes=10))
        entry = DebriefEntry(
            id=new_id(), word=Word.DONE, enjoyment=6, mood=6, met=(Encounter(someone, Telling.TOLD, None, 3),)
        )
        experiments.debrief(patient, planned.id, entry, at + timedelta(hours=3))

    def _call_it_an_order(self, patient: Actor, at: datetime) -> None:
        current = queries.in_force(patient, patient.id)
        if current:
            contract.flag_task(patient, current.tasks[0].id, self.flag or "", at)


OTHERS = (
    Other(name="Anna", weeks_ago=1, session_in_days=1),
    Other(
        name="Luca",
        weeks_ago=9,
        goal="Sleep in my own flat, and not mind the phone.",
        task="An evening away from the phone.",
        reason="My brother can ring somebody else for once.",
        activity="the choir",
        silent_for=6,
    ),
    Other(
        name="Sofia",
        weeks_ago=4,
        goal="A Saturday that isn't for the family.",
        task="Half a Saturday somewhere else.",
        reason="You said it would help.",
        activity="the museum",
        feels=Feels.TOLD_BUT_I_CAN_CHOOSE,
        idea=Idea.THEIRS,
        flag="It reads like one more thing on my list.",
        session_in_days=3,
    ),
    Other(
        name="Tommaso",
        weeks_ago=13,
        goal="Play again.",
        task="Band practice, or an hour alone with the guitar.",
        reason="I miss it.",
        activity="band practice",
        feels=Feels.MINE,
        idea=Idea.MINE,
        session_in_days=5,
    ),
    Other(name="Giulia", weeks_ago=0, has_begun=False),
)
