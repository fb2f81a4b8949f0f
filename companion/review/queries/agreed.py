"""What is agreed with a patient, as the pages of review need it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from companion.accounts.rules import Actor
from companion.contract import queries as contract
from companion.contract.rules import Days, Feels, Idea, Phase, Silence, Standing, phase, silence
from companion.experiments.adherence import Record
from companion.review.queries.counts import TaskInForce


@dataclass(frozen=True)
class InForce:
    """The version that both go by."""

    number: int
    since: date
    review_on: date | None
    goals: tuple[str, ...]
    feels: Feels | None
    """How it feels, by the patient's latest answer."""


@dataclass(frozen=True)
class Proposal:
    """A version that waits."""

    number: int
    feels: Feels | None
    """None where there is no answer yet; an answer that doesn't bind leaves it waiting."""


@dataclass(frozen=True)
class Asked:
    """A version that the patient proposes."""

    number: int
    rests: bool
    """The therapist lets it rest for now."""
    is_signed: bool
    """The therapist agrees to it, and the patient is still to say how it sits."""


@dataclass(frozen=True)
class Flag:
    """Said to feel like an order: a task, or a whole version where `task` is empty."""

    day: date
    version: int
    task: str
    words: str
    is_open: bool
    """Whether it still keeps something from going on."""


@dataclass(frozen=True)
class Resting:
    """A pause: of a task or a goal, or of everything where `text` is empty; set beforehand where it is `ahead`."""

    text: str
    first_day: date
    resumed_on: date | None
    ahead: bool = False


@dataclass(frozen=True)
class Band:
    """The days on which a version was in force."""

    number: int
    first_day: date
    until_day: date | None


@dataclass(frozen=True)
class Agreed:
    """What is agreed with a patient, what waits, and what rests."""

    version: InForce | None
    tasks: tuple[TaskInForce, ...]
    proposal: Proposal | None
    asked: Asked | None
    silence: Silence | None
    """Why there is no direction, where there is none."""
    flags: tuple[Flag, ...]
    pauses: tuple[Resting, ...]
    """Those that ended since the day that was asked for, those that rest, and those that are set."""
    history: tuple[Band, ...]


def agreed_of(viewer: Actor, patient_id: UUID, record: Record, since: date, today: date) -> Agreed:
    """What is agreed with this patient; raises NotFoundError for whom the viewer may not read."""
    version = contract.in_force(viewer, patient_id)
    answerable = contract.waiting(viewer, patient_id)
    resting = contract.resting(viewer, patient_id, today)
    rests = resting.rests
    tasks = tuple(_tasks(version)) if version else ()
    return Agreed(
        version=_in_force(version) if version else None,
        tasks=tasks,
        proposal=_proposal(answerable) if answerable and answerable.standing is Standing.WAITS else None,
        asked=_asked(contract.asked_for(viewer, patient_id)),
        silence=silence(version.content if version else None, today),
        # "Not now" takes nothing back: what was called an order is still to be talked about.
        flags=(*_flags(record, version, rests), *_flags(record, answerable, rests)),
        pauses=(
            *_ended(record, tasks, since, today),
            *(Resting(rest.text, rest.first_day, rest.resumed_on) for rest in rests),
            *(Resting(rest.text, rest.first_day, rest.resumed_on, ahead=True) for rest in resting.ahead),
        ),
        history=tuple(
            Band(each.number, each.from_day, each.until_day)
            for each in reversed(contract.history(viewer, patient_id))
            if each.from_day
        ),
    )


def _in_force(version: contract.VersionRead) -> InForce | None:
    if version.from_day is None:
        return None
    return InForce(
        number=version.number,
        since=version.from_day,
        review_on=version.frame.review_on,
        goals=tuple(goal.words.text for goal in version.active_goals),
        feels=version.latest_answer.feels if version.latest_answer else None,
    )


def _tasks(version: contract.VersionRead) -> Iterable[TaskInForce]:
    said = version.latest_answer.tasks if version.latest_answer else {}
    for task in version.tasks:
        idea: Idea | None = said[task.id].idea if task.id in said else None
        yield TaskInForce(task.lineage_id, task.words.text, task.words.kind, task.words.target, idea)


def _proposal(version: contract.VersionRead) -> Proposal:
    answer = version.latest_answer
    return Proposal(version.number, answer.feels if answer else None)


def _asked(version: contract.VersionRead | None) -> Asked | None:
    if version is None:
        return None
    return Asked(version.number, version.standing is Standing.DECLINED, version.signed_at is not None)


def _flags(record: Record, version: contract.VersionRead | None, rests: Iterable[contract.Rest]) -> Iterable[Flag]:
    if version is None:
        return
    tasks = {task.id: task for task in version.tasks}
    kept_from_going_on = {rest.lineage_id for rest in rests if rest.from_order}
    for flag in version.flags:
        task = tasks.get(flag.task_id) if flag.task_id else None
        is_open = task.lineage_id in kept_from_going_on if task and version.is_in_force else not version.is_in_force
        day = record.zones.local_date(flag.at)
        yield Flag(day, version.number, task.words.text if task else "", flag.words, is_open=is_open)


def _ended(record: Record, tasks: Iterable[TaskInForce], since: date, today: date) -> Iterable[Resting]:
    """Pauses that are over, of everything or of a task still in force."""
    texts = {task.lineage_id: task.text for task in tasks}
    for pause in sorted(record.pauses, key=lambda pause: pause.first_day):
        is_known = pause.lineage_id is None or pause.lineage_id in texts
        is_over = phase(Days(pause.first_day, pause.resumed_on), today) is Phase.OVER
        if is_known and is_over and pause.resumed_on and max(since, pause.first_day) < pause.resumed_on:
            yield Resting(texts[pause.lineage_id] if pause.lineage_id else "", pause.first_day, pause.resumed_on)
