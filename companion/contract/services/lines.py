"""Either side writes the lines of its draft: goals, tasks, expected costs.

What is added carries the id of the page it was typed on, so that sending it twice makes one line. What is changed
or taken out carries as `seen` the fingerprint of what stood when its page was opened, and is refused where something
else does.
"""

from dataclasses import asdict
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from companion.accounts.rules import Actor
from companion.contract.models import ContractVersion, ExpectedCost, Goal, GoalWish, Task
from companion.contract.queries import CostRead, GoalRead, TaskRead
from companion.contract.queries.versions import load
from companion.contract.rules import MOST_GOALS, MOST_LINES, GoalWords, TaskKind, TaskWords, VersionKind
from companion.contract.services.loading import CHANGED_MEANWHILE, lock_draft, require_unchanged
from companion.extensions import db
from companion.formulation.queries import wish
from companion.kernel.errors import NotFoundError, RefusedError, SentBeforeError
from companion.kernel.ids import new_id
from companion.kernel.week import DAYS_IN_A_WEEK

Line = Goal | Task | ExpectedCost
L = TypeVar("L", Goal, Task, ExpectedCost)

TOO_MANY_GOALS = _l("At most %(most)s goals can go on at once. Change or remove one first.", most=MOST_GOALS)
PUT_ASIDE = _l("This wish isn't one of the patient's own any more. Please choose another, or none.")
NOT_TAKEN_OUT = _l("This was changed while you had it open, so it was not taken out. This is how it reads now.")
NO_TASKS_ANY_MORE = _l("This is the closing version: nothing is asked for in it.")
TOO_MANY_LINES = _l("That is more than can be read as one agreement.")


def add_goal(actor: Actor, version_id: UUID, words: GoalWords, goal_id: UUID | None = None) -> UUID:
    """Add a goal to a draft; returns its id.

    Raises RefusedError for a fourth, and for a wish that isn't the patient's own; NotFoundError for one of others.
    """
    draft = lock_draft(actor, version_id)
    is_known = goal_id is not None and db.session.get(Goal, goal_id) is not None
    goal_id = _add(Goal, draft, goal_id, {**words.in_its_row, "lineage_id": new_id()}, MOST_GOALS, TOO_MANY_GOALS)
    if not is_known:
        _serve(actor, db.session.get_one(Goal, goal_id), words.wish_id)
    elif _wish_of(goal_id) != words.wish_id:
        raise SentBeforeError
    return goal_id


def change_goal(actor: Actor, goal_id: UUID, words: GoalWords, seen: bytes | None = None) -> None:
    """Write a goal of a draft anew, or how it ends; it stays the same goal across versions.

    Raises RefusedError where it would be a fourth that goes on, and as `add_goal` for the wish that it serves, unless
    it served that one before.
    """
    goal = _line(actor, Goal, goal_id)
    if words.is_active and goal.outcome is not None and _count(Goal, goal.version_id)[0] >= MOST_GOALS:
        raise RefusedError(TOO_MANY_GOALS)
    if words.wish_id != _wish_of(goal_id):
        _require_as_seen(goal, seen)
        _serve(actor, goal, words.wish_id)
        seen = None
    _write(goal, words.in_its_row, seen)


def remove_goal(actor: Actor, goal_id: UUID, seen: bytes | None = None) -> None:
    """Take a goal out of a draft. Its tasks stay, and serve no goal until one is chosen."""
    goal = _line(actor, Goal, goal_id)
    _require_as_seen(goal, seen, NOT_TAKEN_OUT)
    db.session.execute(sa.update(Task).where(Task.goal_id == goal.id).values(goal_id=None))
    db.session.execute(sa.delete(GoalWish).where(GoalWish.goal_id == goal.id))
    db.session.delete(goal)
    db.session.flush()


def add_task(
    actor: Actor, version_id: UUID, words: TaskWords, goal_id: UUID | None, task_id: UUID | None = None
) -> UUID:
    """Add a task to a draft, serving one of its goals or none yet; returns its id. RefusedError for a closing one."""
    draft = lock_draft(actor, version_id)
    if draft.kind is VersionKind.CLOSING:
        raise RefusedError(NO_TASKS_ANY_MORE)
    values = _task_values(draft.id, words, goal_id)
    return _add(Task, draft, task_id, {**values, "lineage_id": new_id()}, MOST_LINES, TOO_MANY_LINES)


def change_task(actor: Actor, task_id: UUID, words: TaskWords, goal_id: UUID | None, seen: bytes | None = None) -> None:
    """Write a task of a draft anew; it stays the same task across versions, and its counts go on."""
    task = _line(actor, Task, task_id)
    _write(task, _task_values(task.version_id, words, goal_id), seen)


def remove_task(actor: Actor, task_id: UUID, seen: bytes | None = None) -> None:
    """Take a task out of a draft. In the version in force it stays until another is agreed."""
    _remove(_line(actor, Task, task_id), seen)


def add_cost(actor: Actor, version_id: UUID, text: str, cost_id: UUID | None = None) -> UUID:
    """Add a line of what it will probably cost; returns its id."""
    draft = lock_draft(actor, version_id)
    return _add(ExpectedCost, draft, cost_id, {"text": text}, MOST_LINES, TOO_MANY_LINES)


def change_cost(actor: Actor, cost_id: UUID, text: str, seen: bytes | None = None) -> None:
    """Write an expected cost of a draft anew."""
    _write(_line(actor, ExpectedCost, cost_id), {"text": text}, seen)


def remove_cost(actor: Actor, cost_id: UUID, seen: bytes | None = None) -> None:
    """Take an expected cost out of a draft."""
    _remove(_line(actor, ExpectedCost, cost_id), seen)


def _wish_of(goal_id: UUID) -> UUID | None:
    return db.session.scalar(sa.select(GoalWish.wish_id).where(GoalWish.goal_id == goal_id))


def _serve(actor: Actor, goal: Goal, wish_id: UUID | None) -> None:
    """Let a goal serve this wish and no other."""
    db.session.execute(sa.delete(GoalWish).where(GoalWish.goal_id == goal.id))
    if wish_id:
        if not wish(actor, goal.patient_id, wish_id).is_own:
            raise RefusedError(PUT_ASIDE, field="wish")
        whose = {"patient_id": goal.patient_id, "version_id": goal.version_id}
        db.session.add(GoalWish(goal_id=goal.id, wish_id=wish_id, **whose))
    db.session.flush()


def _task_values(version_id: UUID, words: TaskWords, goal_id: UUID | None) -> dict[str, Any]:
    """Raise RefusedError where a task couldn't be counted, NotFoundError for a goal of another version."""
    if words.kind is TaskKind.WEEKLY and not (words.target and 1 <= words.target <= DAYS_IN_A_WEEK):
        raise RefusedError(_l("How many times a week, from 1 to 7?"), field="target")
    if words.kind is TaskKind.ONE_OFF:
        if words.window_until is None:
            raise RefusedError(_l("Until which day?"), field="window_until")
        if words.window_from and words.window_from > words.window_until:
            raise RefusedError(_l("This lies before the first day."), field="window_until")
    if goal_id and db.session.scalar(sa.select(Goal.version_id).where(Goal.id == goal_id)) != version_id:
        raise NotFoundError
    return {**asdict(words.of_its_kind()), "goal_id": goal_id}


def _add(
    model: type[L], draft: ContractVersion, line_id: UUID | None, values: dict[str, Any], most: int, too_many: object
) -> UUID:
    if line_id and (known := db.session.get(model, line_id)):
        _require_same(known, draft, values)
        return known.id
    count, last = _count(model, draft.id)
    if count >= most:
        raise RefusedError(too_many)
    whose = {"patient_id": draft.patient_id, "version_id": draft.id}
    line = model(id=line_id or new_id(), **whose, position=(last or 0) + 1, **values)
    db.session.add(line)
    db.session.flush()
    return line.id


def _count(model: type[Line], version_id: UUID) -> tuple[int, int | None]:
    """How many lines a version has, of goals those that go on, and the last position."""
    counted = sa.func.count(sa.case((Goal.outcome.is_(None), 1))) if model is Goal else sa.func.count()
    found = db.session.execute(sa.select(counted, sa.func.max(model.position)).where(model.version_id == version_id))
    count, last = found.one()
    return count, last


def _require_same(known: Line, draft: ContractVersion, values: dict[str, Any]) -> None:
    if known.version_id != draft.id:
        raise NotFoundError
    if any(getattr(known, name) != value for name, value in values.items() if name != "lineage_id"):
        raise SentBeforeError


def _line(actor: Actor, model: type[L], line_id: UUID) -> L:
    """A line of the side's own open draft; raises NotFoundError or RefusedError as `lock_draft` does."""
    version_id = db.session.scalar(sa.select(model.version_id).where(model.id == line_id))
    if version_id is None:
        raise NotFoundError
    lock_draft(actor, version_id)
    line = db.session.get(model, line_id, populate_existing=True)
    if line is None:
        raise NotFoundError
    return line


def _write(line: Line, values: dict[str, Any], seen: bytes | None) -> None:
    if all(getattr(line, name) == value for name, value in values.items()):
        return
    _require_as_seen(line, seen)
    for name, value in values.items():
        setattr(line, name, value)
    db.session.flush()


def _remove(line: Line, seen: bytes | None) -> None:
    _require_as_seen(line, seen, NOT_TAKEN_OUT)
    db.session.delete(line)
    db.session.flush()


def _require_as_seen(line: Line, seen: bytes | None, told: object = CHANGED_MEANWHILE) -> None:
    """Raise RefusedError where the page showed something else of this line than what stands."""
    if seen is not None and (read := load(line.version_id)):
        lines: tuple[GoalRead | TaskRead | CostRead, ...] = (*read.goals, *read.tasks, *read.costs)
        require_unchanged(seen, next(each for each in lines if each.id == line.id), told)
