"""How Mark and his therapist came to each version: drafted, proposed, answered; and what rested when."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from companion.accounts.rules import Actor
from companion.contract import queries
from companion.contract import services as contract
from companion.contract.rules import Decision, Feels, Frame, GoalWords, Idea, Said, Scope, TaskKind, TaskSaid, TaskWords
from companion.demo import words
from companion.demo.calendar import Calendar, case

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
REVIEWED_AFTER = timedelta(weeks=20)


@dataclass
class Agreeing:
    """Tells the contract's services the versions of the case, and remembers which line is which."""

    therapist: Actor
    patient: Actor
    calendar: Calendar
    lineages: dict[str, UUID] = field(default_factory=dict)
    """Of tasks and goals, by the case's names."""

    def events(self) -> Iterator[tuple[datetime, Callable[[], None]]]:
        """What happened to the contract, each with its instant."""
        for spec in case()["versions"]:
            proposed_at = self._at(spec.get("proposed", spec["agreed"]), PROPOSED)
            yield proposed_at, partial(self._propose, spec, proposed_at)
            if "countered" in spec:
                doubted_at = self._at(spec["countered"], ANSWERED)
                yield doubted_at, partial(self._answer, spec, Decision.WOULD_CHANGE, doubted_at)
            agreed_at = self._agreed_at(spec)
            yield agreed_at, partial(self._answer, spec, Decision.AGREE, agreed_at)
        for spec in case()["pauses"]:
            rested_at, up_at = self._at(spec["first_day"], RESTED), self._at(spec["resumed"], TAKEN_UP)
            yield rested_at, partial(self._rest, spec["scope"], rested_at)
            yield up_at, partial(self._take_up, up_at)

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

    def _propose(self, spec: dict[str, Any], at: datetime) -> None:
        draft_id = contract.start_draft(self.therapist, self.patient.id, at)
        review_on = self.calendar.day(spec["agreed"]) + REVIEWED_AFTER
        frame = Frame(
            promise=words.PROMISE,
            limits=words.LIMITS,
            cost_of_staying_still=words.STAYING_STILL,
            review_on=review_on,
        )
        contract.set_frame(self.therapist, draft_id, frame, at)
        draft = queries.version(self.therapist, self.patient.id, draft_id)
        if not draft.costs:
            for cost in words.COSTS:
                contract.add_cost(self.therapist, draft_id, cost)
        self._write_lines(draft, spec)
        contract.propose(self.therapist, draft_id, at)

    def _write_lines(self, draft: queries.VersionRead, spec: dict[str, Any]) -> None:
        wanted = {task["lineage"]: task for task in spec["tasks"]}
        kept = {name: task for task in draft.tasks if (name := self._name(task.lineage_id)) in wanted}
        for task in draft.tasks:
            if task not in kept.values():
                contract.remove_task(self.therapist, task.id)
        goals = self._write_goals(draft, {words.TASKS[name][0] for name in wanted})
        for name, task in wanted.items():
            goal_id = goals[words.TASKS[name][0]]
            if name in kept:
                contract.change_task(self.therapist, kept[name].id, self._task_words(task), goal_id)
            else:
                contract.add_task(self.therapist, draft.id, self._task_words(task), goal_id)
        self._remember(draft.id)

    def _write_goals(self, draft: queries.VersionRead, wanted: set[str]) -> dict[str, UUID]:
        """The ids in this draft of the goals it is to have, by the names in `words`."""
        there = {self._name(goal.lineage_id): goal.id for goal in draft.goals}
        for name in there.keys() - wanted:
            contract.remove_goal(self.therapist, there[name])
        new = [name for name in words.GOALS if name in wanted - there.keys()]
        return {name: there[name] for name in wanted & there.keys()} | {
            name: contract.add_goal(self.therapist, draft.id, GoalWords(**words.GOALS[name])) for name in new
        }

    def _remember(self, draft_id: UUID) -> None:
        """Learn the lineages of new lines, by their words."""
        draft = queries.version(self.therapist, self.patient.id, draft_id)
        by_text = {goal["text"]: name for name, goal in words.GOALS.items()}
        by_text |= {text: name for name, (_, text, _) in words.TASKS.items()}
        for goal in draft.goals:
            self.lineages.setdefault(by_text[goal.words.text], goal.lineage_id)
        for task in draft.tasks:
            self.lineages.setdefault(by_text[task.words.text], task.lineage_id)

    def _name(self, lineage_id: UUID) -> str:
        return next(name for name, known in self.lineages.items() if known == lineage_id)

    def _task_words(self, task: dict[str, Any]) -> TaskWords:
        _, text, smaller = words.TASKS[task["lineage"]]
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

    def _answer(self, spec: dict[str, Any], decision: Decision, at: datetime) -> None:
        proposed = queries.waiting(self.patient, self.patient.id)
        if proposed is None or proposed.content_hash is None:
            msg = f"nothing waits to be answered for version {spec['number']}"
            raise ValueError(msg)
        ideas = {self.lineages[task["lineage"]]: IDEAS[task["idea"]] for task in spec["tasks"]}
        said = Said(
            decision=decision,
            feels=FEELS[spec["feels"]],
            hardest_cost_id=proposed.costs[0].id,
            doubts=words.DOUBTS.get(spec["number"], "") if decision is Decision.WOULD_CHANGE else "",
            tasks={
                task.id: TaskSaid(words.REASONS[self._name(task.lineage_id)], ideas[task.lineage_id])
                for task in proposed.tasks
            },
        )
        contract.answer(self.patient, proposed.id, proposed.content_hash, said, at)

    # Resting

    def _rest(self, name: str, at: datetime) -> None:
        contract.pause(self.patient, Scope.TASK, self.lineages[name], at)

    def _take_up(self, at: datetime) -> None:
        for rest in queries.resting(self.patient, self.patient.id).rests:
            contract.resume(self.patient, rest.id, at)
