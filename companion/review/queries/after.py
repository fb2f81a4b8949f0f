"""What followed going on and stopping, an entry at a time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from companion.accounts.rules import Actor
from companion.checkins import queries as checkins
from companion.checkins.queries import Shown
from companion.checkins.rules import Next
from companion.review.rules.guilt_after import GOING_ON, STOPPING, Changes, Choice, Rating, changes

MOST_ENTRIES: Final = 200
"""How many of the latest entries are looked at."""


@dataclass(frozen=True)
class Afterwards:
    """Guilt in the minutes after both kinds of decision, the latest entries first."""

    going_on: Changes
    stopping: Changes


def my_afterwards(patient: Actor, now: datetime) -> Afterwards:
    """Of the patient's own latest entries, whoever else may read them."""
    return afterwards(checkins.last_for(patient, patient.id, now, MOST_ENTRIES))


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
