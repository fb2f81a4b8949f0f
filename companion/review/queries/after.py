"""What followed going on and stopping, an entry at a time."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from companion.checkins.queries import Shown
from companion.checkins.rules import Next
from companion.review.rules.guilt_after import GOING_ON, STOPPING, Change, Changes, Choice, Rating, changes

MOST_OF_EACH: Final = 5
"""How many of the latest of either kind are shown one by one; together all are counted."""


@dataclass(frozen=True)
class Afterwards:
    """Guilt in the minutes after both kinds of decision, the latest entries first."""

    going_on: Changes
    stopping: Changes

    @property
    def latest(self) -> tuple[tuple[bool, Change], ...]:
        """The latest of each kind, oldest first: whether it was going on, and the change."""
        kinds = ((True, self.going_on), (False, self.stopping))
        return tuple((goes_on, each) for goes_on, kind in kinds for each in kind.each[:MOST_OF_EACH][::-1])

    @property
    def n(self) -> int:
        """How many of both."""
        return self.going_on.n + self.stopping.n


def afterwards(entries: Collection[Shown]) -> Afterwards:
    """Of these entries alone: what their reader may not see isn't among them."""
    return Afterwards(_changes(entries, GOING_ON), _changes(entries, STOPPING))


def _changes(entries: Collection[Shown], wanted: frozenset[Next]) -> Changes:
    return Changes(
        tuple(
            change
            for entry in entries
            for change in changes(
                [
                    Rating(entry.occurred_at, entry.guilt),
                    *(Rating(again.at, again.guilt) for again in entry.re_ratings),
                ],
                [Choice(decided.at, decided.choice) for decided in entry.decisions],
                wanted,
            )
        )
    )
