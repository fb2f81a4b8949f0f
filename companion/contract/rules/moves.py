"""How a version moves from draft to agreement, every move of it; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from companion.contract.rules.answering import Decision


class State(StrEnum):
    """Where a version stands. That an agreed one was superseded or ended is said by its agreement."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    AGREED = "agreed"
    DECLINED = "declined"
    """Not now, said by the patient; or left to rest, by the therapist."""
    COUNTER_PROPOSED = "counter_proposed"
    WITHDRAWN = "withdrawn"


class Move(StrEnum):
    """What can happen to a version."""

    PROPOSE = "propose"
    AGREE = "agree"
    DECLINE = "decline"
    RECONSIDER = "reconsider"
    COUNTER = "counter"
    GIVE_BACK = "give_back"
    WITHDRAW = "withdraw"


class Mover(StrEnum):
    """Who makes a move."""

    AUTHOR = "author"
    OTHER_SIDE = "other_side"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Row:
    """One allowed move: from where, what, to where, whose it is, and when it happens."""

    before: State
    move: Move
    after: State
    mover: Mover
    when: str


TABLE: Final = (
    Row(State.DRAFT, Move.PROPOSE, State.PROPOSED, Mover.AUTHOR, "proposes it; its words are frozen and hashed"),
    Row(State.PROPOSED, Move.AGREE, State.AGREED, Mover.BOTH, "patient's binding answer and therapist's signature"),
    Row(State.PROPOSED, Move.DECLINE, State.DECLINED, Mover.OTHER_SIDE, "says not now, or lets it rest"),
    Row(State.PROPOSED, Move.COUNTER, State.COUNTER_PROPOSED, Mover.OTHER_SIDE, "proposes or agrees to another"),
    Row(State.PROPOSED, Move.WITHDRAW, State.WITHDRAWN, Mover.AUTHOR, "takes it back, or proposes another"),
    # "Not now" isn't "never": the same words may still be agreed to while nothing newer has been proposed.
    Row(State.DECLINED, Move.RECONSIDER, State.PROPOSED, Mover.OTHER_SIDE, "answers again, and not both agree yet"),
    Row(State.DECLINED, Move.AGREE, State.AGREED, Mover.BOTH, "agree to it after all"),
    Row(State.DECLINED, Move.COUNTER, State.COUNTER_PROPOSED, Mover.OTHER_SIDE, "proposes another"),
    Row(State.DECLINED, Move.WITHDRAW, State.WITHDRAWN, Mover.AUTHOR, "takes it back"),
    Row(
        State.COUNTER_PROPOSED,
        Move.GIVE_BACK,
        State.PROPOSED,
        Mover.BOTH,
        "the answer to it is declined, rests or is taken back, and nothing has come into force since",
    ),
    Row(State.COUNTER_PROPOSED, Move.WITHDRAW, State.WITHDRAWN, Mover.AUTHOR, "takes it back, or proposes another"),
)
"""Every move there is. A draft can also be thrown away, whole; that an agreed version ends its agreement says."""

_AFTER: Final = {(row.before, row.move): row.after for row in TABLE}

ANSWERABLE: Final = frozenset({State.PROPOSED, State.DECLINED})


def may(now: State, move: Move) -> bool:
    """Whether a version that stands so can make this move."""
    return (now, move) in _AFTER


def after(now: State, move: Move) -> State:
    """Where a version stands after a move. Raises ValueError for one that the table doesn't have."""
    if not may(now, move):
        msg = f"a version that is {now} can't {move}"
        raise ValueError(msg)
    return _AFTER[now, move]


def move_of(now: State, decision: Decision, *, binds: bool, is_signed: bool) -> Move | None:
    """The move that the patient's answer to an answerable version makes, if any: only what both agree to is agreed."""
    if binds:
        return Move.AGREE if is_signed else None
    if decision is Decision.NOT_NOW:
        return Move.DECLINE if now is State.PROPOSED else None
    return Move.RECONSIDER if now is State.DECLINED else None


def in_words(rows: Iterable[Row] = TABLE) -> str:
    """The table of moves as Markdown, for the documentation."""
    head = "| from | to | by | when |\n|---|---|---|---|\n"
    return head + "".join(
        f"| {_said(row.before)} | {_said(row.after)} | {_said(row.mover)} | {row.when} |\n" for row in rows
    )


def _said(value: StrEnum) -> str:
    return value.value.replace("_", " ")


class Standing(StrEnum):
    """How a version reads in its history: its state, and for an agreed one whether it still holds."""

    DRAFT = "draft"
    WAITS = "waits"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    ENDED = "ended"
    DECLINED = "declined"
    COUNTER_PROPOSED = "counter_proposed"
    WITHDRAWN = "withdrawn"


def standing(state: State, until_day: date | None, *, is_followed: bool = True) -> Standing:
    """Derive how a version stands; `until_day` is its agreement's, `is_followed` whether another took its place."""
    if state is not State.AGREED:
        return Standing.WAITS if state is State.PROPOSED else Standing(state.value)
    if until_day is None:
        return Standing.IN_FORCE
    return Standing.SUPERSEDED if is_followed else Standing.ENDED
