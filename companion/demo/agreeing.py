"""How Mark and his therapist came to each version: drafted, proposed, answered; and what rested when."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from companion.accounts.rules import Actor
from companion.contract import queries
from companion.contract import services as contract
from companion.contract.rules import (
    Decision,
    Feels,
    GoalOutcome,
    GoalWords,
    Idea,
    Said,
    Scope,
    Standing,
    TaskKind,
    TaskSaid,
    TaskWords,
)
from companion.demo import words
from companion.demo.calendar import Calendar, Event, case

FEELS = {
    "mine": Feels.MINE,
    "worked out together": Feels.WORKED_OUT_TOGETHER,
    "told, but I can choose": Feels.TOLD_BUT_I_CAN_CHOOSE,
}
IDEAS = {"mine": Idea.MINE, "ours": Idea.OURS, "T's": Idea.THEIRS}
WINDOWS_UNTIL = {
    "one_off:dinner with a colleague": "2024-02-25",
    "one_off:cinema alone": "2024-03-03",
    "one_off:aperitif after work": "2024-03-17",
    "one_off:live music at the club": "2024-03-31",
}
"""The Sunday of the week in which each occasion lies; the case gives one-offs no window of their own."""

PROPOSED, ANSWERED, RESTED, TAKEN_UP = time(10, 15), time(10, 40), time(12), time(9)
"""Local times on the day of the session."""
SIGNED_AFTER = timedelta(minutes=5)
REVIEWED_AFTER = timedelta(weeks=20)
TRIED_WITHIN = timedelta(weeks=6, days=6)


@dataclass
class Agreeing:
    """Tells the contract's services the versions of the case, and remembers which line is which."""

    therapist: Actor
    patient: Actor
    calendar: Calendar
    lineages: dict[str, UUID] = field(default_factory=dict)
    """Of tasks and goals, by the case's names."""

    def events(self) -> Iterator[Event]:
        """What happened to the contract, each with its instant."""
        for spec in case()["versions"]:
            yield from self._negotiation(spec)
        yield from self._not_yet(case()["weekly_not_yet"])
        for spec in case()["pauses"]:
            rested_at, up_at = self._at(spec["first_day"], RESTED), self._at(spec["resumed"], TAKEN_UP)
            yield rested_at, partial(self._rest, spec["scope"], rested_at)
            yield up_at, partial(self._take_up, up_at)

    def _negotiation(self, spec: dict[str, Any]) -> Iterator[Event]:
        """Who proposed, who answered with another proposal, and how it came into force."""
        authors = [
            self.patient if side == "patient" else self.therapist for side in spec["proposed_by"].split(", then ")
        ]
        days = [spec[day] for day in ("proposed", "countered") if day in spec] or [spec["agreed"]]
        for author, day in zip(authors, days, strict=True):
            proposed_at = self._at(day, PROPOSED)
            yield proposed_at, partial(self._propose, author, spec, proposed_at)
        agreed_at = self._agreed_at(spec)
        if authors[-1] is self.therapist:
            yield agreed_at, partial(self._answer, spec, agreed_at)
            return
        answered_at = agreed_at - SIGNED_AFTER
        yield answered_at, partial(self._answer, spec, answered_at)
        yield agreed_at, partial(self._sign, agreed_at)

    def _not_yet(self, spec: dict[str, Any]) -> Iterator[Event]:
        """She proposes to add something, and he puts it off."""
        monday = self.calendar.monday(spec["week"])
        proposed_at, answered_at = (self.calendar.at(datetime.combine(monday, at)) for at in (PROPOSED, ANSWERED))
        yield proposed_at, partial(self._propose_to_add, spec["activity"], monday, proposed_at)
        yield answered_at, partial(self._put_off, answered_at)

    def _propose_to_add(self, activity: str, monday: date, at: datetime) -> None:
        draft_id = contract.start_draft(self.therapist, self.patient.id, at)
        draft = queries.version(self.therapist, self.patient.id, draft_id)
        until = monday + TRIED_WITHIN
        wanted = TaskWords(text=words.TRY_ONCE.format(activity), kind=TaskKind.ONE_OFF, window_until=until)
        contract.add_task(self.therapist, draft_id, wanted, draft.goals[0].id)
        contract.set_frame(self.therapist, draft_id, replace(draft.frame, review_on=until), at)
        contract.propose(self.therapist, draft_id, at)

    def _put_off(self, at: datetime) -> None:
        waits = self._proposed()
        said = Said(decision=Decision.NOT_NOW, doubts=words.NOT_YET)
        contract.answer(self.patient, waits.id, waits.content_hash or b"", said, at)

    def latest_agreement_before(self, instant: datetime) -> datetime:
        """When what was in force at an instant was agreed."""
        return max(at for at in map(self._agreed_at, case()["versions"]) if at <= instant)

    def task_in_force(self, name: str) -> UUID:
        """The id, in the version in force, of a task by the case's name."""
        current = queries.in_force(self.patient, self.patient.id)
        tasks = current.tasks if current else ()
        return next(task.id for task in tasks if task.lineage_id == self.lineages[name])

    def _at(self, day: str, clock: time) -> datetime:
        return self.calendar.at(datetime.combine(self.calendar.day(day), clock))

    def _agreed_at(self, spec: dict[str, Any]) -> datetime:
        return self._at(spec["agreed"], ANSWERED)

    # Drafting

    def _propose(self, author: Actor, spec: dict[str, Any], at: datetime) -> None:
        waits = queries.waiting(author, self.patient.id)
        answers = waits.id if waits and waits.standing is Standing.WAITS else None
        draft_id = contract.start_draft(author, self.patient.id, at, answers)
        draft = queries.version(author, self.patient.id, draft_id)
        review_on = self.calendar.day(spec["agreed"]) + REVIEWED_AFTER
        terms = {"promise": words.PROMISE, "limits": words.LIMITS, "cost_of_staying_still": words.STAYING_STILL}
        contract.set_frame(author, draft_id, replace(draft.frame, review_on=review_on, **terms), at)
        for cost in () if draft.costs else words.COSTS:
            contract.add_cost(author, draft_id, cost)
        self._write_lines(author, draft, spec)
        if author is self.patient:
            contract.say_why(author, draft_id, words.WHY[spec["number"]])
        contract.propose(author, draft_id, at)

    def _write_lines(self, author: Actor, draft: queries.VersionRead, spec: dict[str, Any]) -> None:
        wanted = {task["lineage"]: task for task in spec["tasks"]}
        kept = {name: task for task in draft.tasks if (name := self._name(task.lineage_id)) in wanted}
        for task in draft.tasks:
            if task not in kept.values():
                contract.remove_task(author, task.id)
        goals = self._write_goals(author, draft, {words.TASKS[name][0] for name in wanted})
        for name, task in wanted.items():
            goal_id = goals[words.TASKS[name][0]]
            if name in kept:
                contract.change_task(author, kept[name].id, self._task_words(author, task), goal_id)
            else:
                contract.add_task(author, draft.id, self._task_words(author, task), goal_id)
        self._remember(author, draft.id)

    def _write_goals(self, author: Actor, draft: queries.VersionRead, wanted: set[str]) -> dict[str, UUID]:
        """The ids in this draft of the goals it is to have, by the names in `words`; one that it no longer has ends."""
        there = {self._name(goal.lineage_id): goal for goal in draft.goals}
        for name in there.keys() - wanted:
            contract.change_goal(author, there[name].id, replace(there[name].words, outcome=GoalOutcome.CHANGED))
        new = [name for name in words.GOALS if name in wanted - there.keys()]
        return {name: there[name].id for name in wanted & there.keys()} | {
            name: contract.add_goal(author, draft.id, GoalWords(**words.GOALS[name])) for name in new
        }

    def _remember(self, author: Actor, draft_id: UUID) -> None:
        """Learn the lineages of new lines, by their words."""
        draft = queries.version(author, self.patient.id, draft_id)
        by_text = {goal["text"]: name for name, goal in words.GOALS.items()}
        by_text |= {text: name for name, (_, text, _) in words.TASKS.items()}
        for goal in draft.goals:
            self.lineages.setdefault(by_text[goal.words.text], goal.lineage_id)
        for task in draft.tasks:
            self.lineages.setdefault(by_text[task.words.text], task.lineage_id)

    def _name(self, lineage_id: UUID) -> str:
        return next(name for name, known in self.lineages.items() if known == lineage_id)

    def _task_words(self, author: Actor, task: dict[str, Any]) -> TaskWords:
        _, text, smaller = words.TASKS[task["lineage"]]
        if author is self.therapist:
            smaller = words.BEFORE_MARK_CHANGED_IT.get(task["lineage"], smaller)
        return TaskWords(
            text=text,
            kind=TaskKind(task["kind"]),
            smaller_version=smaller,
            target=task.get("target"),
            window_until=self._window_until(task["lineage"]),
            telling=task.get("telling", False),
        )

    def _window_until(self, name: str) -> date | None:
        return self.calendar.day(WINDOWS_UNTIL[name]) if name in WINDOWS_UNTIL else None

    # Answering

    def _answer(self, spec: dict[str, Any], at: datetime) -> None:
        proposed = self._proposed()
        ideas = {self.lineages[task["lineage"]]: IDEAS[task["idea"]] for task in spec["tasks"]}
        said = Said(
            decision=Decision.AGREE,
            feels=FEELS[spec["feels"]],
            hardest_cost_id=proposed.costs[0].id,
            tasks={
                task.id: TaskSaid(words.REASONS[self._name(task.lineage_id)], ideas[task.lineage_id])
                for task in proposed.tasks
            },
        )
        contract.answer(self.patient, proposed.id, proposed.content_hash or b"", said, at)

    def _sign(self, at: datetime) -> None:
        proposed = self._proposed()
        contract.accept(self.therapist, proposed.id, proposed.content_hash or b"", at)

    def _proposed(self) -> queries.VersionRead:
        """What waits, whoever proposed it."""
        who = self.patient
        found = queries.asked_for(who, who.id) or queries.waiting(who, who.id)
        if found is None:
            msg = "nothing waits to be answered"
            raise ValueError(msg)
        return found

    # Resting

    def _rest(self, name: str, at: datetime) -> None:
        contract.pause(self.patient, Scope.TASK, self.lineages[name], at)

    def _take_up(self, at: datetime) -> None:
        for rest in queries.resting(self.patient, self.patient.id, at.date()).rests:
            contract.resume(self.patient, rest.id, at)
