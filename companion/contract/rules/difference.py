"""What two versions say otherwise, line by line and word by word; pure.

The words are compared by `difflib` of the standard library; what is the same line across versions, lineages say.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any, Final, TypeVar
from uuid import UUID

from companion.contract.rules.content import CLOSING, Content, GoalLine, TaskLine

WORD: Final = re.compile(r"\s+|(?:\w+|[^\w\s])\s*")
"""What is compared as one: a word or a sign with the blanks behind it."""

L = TypeVar("L", GoalLine, TaskLine)

ALIKE: Final = 0.5
"""How much of two texts has to be the same (0-1, as `difflib` counts it) for one to be the other, said otherwise."""


class Change(StrEnum):
    """What became of a line."""

    SAME = "same"
    CHANGED = "changed"
    NEW = "new"
    GONE = "gone"


class Kept(StrEnum):
    """What became of a run of words."""

    BOTH = "both"
    OUT = "out"
    IN = "in"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that both have, or that was taken out or put in."""

    kept: Kept
    words: str


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a line says, by the name of its field: its words in pieces, or a value of before and of after."""

    name: str
    pieces: tuple[Piece, ...] = ()
    before: Any = None
    after: Any = None

    @property
    def is_changed(self) -> bool:
        """Whether it says something else."""
        return self.before != self.after or any(piece.kept is not Kept.BOTH for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class LineChange:
    """A goal, task or cost, or what stands beside them, in two versions."""

    change: Change
    parts: tuple[Part, ...]

    def part(self, name: str) -> Part:
        """The part of this name. Raises StopIteration where the line has none."""
        return next(part for part in self.parts if part.name == name)

    @property
    def changed_parts(self) -> tuple[Part, ...]:
        """The parts that say something else."""
        return tuple(part for part in self.parts if part.is_changed)


@dataclass(frozen=True, slots=True)
class Difference:
    """Two versions beside each other. Lines stand in the order of the later one; those left out stand last."""

    goals: tuple[LineChange, ...]
    tasks: tuple[LineChange, ...]
    costs: tuple[LineChange, ...]
    frame: LineChange

    @property
    def has_any(self) -> bool:
        """Whether they say anything otherwise."""
        lines = (*self.goals, *self.tasks, *self.costs, self.frame)
        return any(line.change is not Change.SAME for line in lines)


def difference(before: Content, after: Content) -> Difference:
    """How the later version differs from the earlier one, of the same patient."""
    return Difference(
        goals=_lines(_by_lineage(before.goals), _by_lineage(after.goals), _goal_parts),
        tasks=_lines(
            _by_lineage(before.tasks),
            _by_lineage(after.tasks),
            lambda old, new: _task_parts(old, new, _goal_texts(before), _goal_texts(after)),
        ),
        costs=_costs(before.costs, after.costs),
        frame=_line(Change.SAME, _frame_parts(before, after)),
    )


def compare(before: str, after: str) -> tuple[Piece, ...]:
    """The words of both texts in their order, in pieces: what both have, what was taken out, what was put in.

    Texts that have little in common are told whole, one after the other: so they can be read.
    """
    if before == after:
        return (Piece(Kept.BOTH, after),) if after else ()
    old, new = WORD.findall(before), WORD.findall(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < ALIKE:
        return _otherwise(before, after)
    found: list[Piece] = []
    for tag, i, j, k, m in matcher.get_opcodes():
        is_same = tag == "equal"
        found += [Piece(Kept.BOTH, "".join(old[i:j]))] if is_same else _otherwise("".join(old[i:j]), "".join(new[k:m]))
    return tuple(found)


def _otherwise(old: str, new: str) -> tuple[Piece, ...]:
    return tuple(Piece(kept, words) for kept, words in ((Kept.OUT, old), (Kept.IN, new)) if words)


def _by_lineage(lines: Sequence[L]) -> dict[UUID, L]:
    return {line.lineage_id: line for line in lines}


def _lines(
    before: Mapping[UUID, L], after: Mapping[UUID, L], parts: Callable[[L | None, L | None], Iterator[Part]]
) -> tuple[LineChange, ...]:
    found = [
        _line(Change.SAME if lineage in before else Change.NEW, parts(before.get(lineage), line))
        for lineage, line in after.items()
    ]
    found += [_line(Change.GONE, parts(line, None)) for lineage, line in before.items() if lineage not in after]
    return tuple(found)


def _line(change: Change, parts: Iterator[Part]) -> LineChange:
    found = tuple(parts)
    if change is Change.SAME and any(part.is_changed for part in found):
        change = Change.CHANGED
    return LineChange(change, found)


def _goal_parts(old: GoalLine | None, new: GoalLine | None) -> Iterator[Part]:
    for name in ("text", "how_it_is_now", "observable_sign", "enough"):
        yield _words(name, old and old.words, new and new.words)
    yield _value("outcome", old and old.words, new and new.words)
    is_same_wish = (old and old.words.wish_id) == (new and new.words.wish_id)
    # A wish that is worded otherwise by now stays the wish that a goal serves.
    yield Part("wish", before=new and new.wish if is_same_wish else old and old.wish, after=new and new.wish)


def _task_parts(
    old: TaskLine | None, new: TaskLine | None, old_goals: Mapping[UUID, str], new_goals: Mapping[UUID, str]
) -> Iterator[Part]:
    yield _words("text", old and old.words, new and new.words)
    yield Part("how_often", before=old and old.words.how_often, after=new and new.words.how_often)
    yield _words("smaller_version", old and old.words, new and new.words)
    yield _value("telling", old and old.words, new and new.words)
    goal_of = [line.goal_lineage_id if line else None for line in (old, new)]
    served = [goals.get(goal, "") if goal else "" for goal, goals in zip(goal_of, (old_goals, new_goals), strict=True)]
    # A goal that is said otherwise stays the goal that a task serves.
    yield Part("goal", before=served[0], after=served[1] if goal_of[0] != goal_of[1] else served[0])


def _goal_texts(content: Content) -> dict[UUID, str]:
    return {goal.lineage_id: goal.words.text for goal in content.goals}


def _frame_parts(before: Content, after: Content) -> Iterator[Part]:
    for name in ("promise", "limits", "cost_of_staying_still", *CLOSING):
        yield _words(name, before.frame, after.frame)
    yield _value("review_on", before.frame, after.frame)


def _words(name: str, old: object | None, new: object | None) -> Part:
    return Part(name, compare(getattr(old, name, ""), getattr(new, name, "")))


def _value(name: str, old: object | None, new: object | None) -> Part:
    return Part(name, before=getattr(old, name, None), after=getattr(new, name, None))


def _costs(before: Sequence[str], after: Sequence[str]) -> tuple[LineChange, ...]:
    """Costs have no lineage: one is the same as another that reads alike, and comes from the nearest otherwise."""
    left = [text for text in before if text not in after]
    found = []
    for text in after:
        nearest = None if text in before else _nearest(text, left)
        if nearest is not None:
            left.remove(nearest)
        is_new = text not in before and nearest is None
        old = "" if is_new else text if nearest is None else nearest
        found.append(_line(Change.NEW if is_new else Change.SAME, iter([Part("text", compare(old, text))])))
    return (*found, *(_line(Change.GONE, iter([Part("text", compare(text, ""))])) for text in left))


def _nearest(text: str, among: Sequence[str]) -> str | None:
    scored = [(SequenceMatcher(None, WORD.findall(each), WORD.findall(text)).ratio(), each) for each in among]
    best = max(scored, default=(0.0, ""), key=lambda pair: pair[0])
    return best[1] if best[0] >= ALIKE else None
