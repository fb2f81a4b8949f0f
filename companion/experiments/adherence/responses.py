"""How moments of a response task are counted; pure."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from companion.contract.rules import TaskKind
from companion.experiments.adherence.counting import mondays_of
from companion.experiments.adherence.record import Record
from companion.experiments.adherence.tally import shows_percentage, whole_percent
from companion.kernel.week import monday_of


class MomentOutcome(StrEnum):
    """What became of an urge to say something cutting."""

    SAID_NOTHING = "said_nothing"
    SAID_SOMETHING_ELSE = "said_something_else"
    CAME_OUT_SIDEWAYS = "came_out_sideways"
    SAID_IT = "said_it"


@dataclass(frozen=True, slots=True)
class ToldMoment:
    """P's word on one moment of a response task: the latest. `local_date` is the one frozen at entry."""

    lineage_id: UUID
    local_date: date
    outcome: MomentOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseCount:
    """Moments of a response task, and in how many it stayed unsaid. Envy may be there and still be held."""

    said_nothing: int = 0
    said_something_else: int = 0
    came_out_sideways: int = 0
    said_it: int = 0

    def __add__(self, other: "ResponseCount") -> "ResponseCount":
        """Add counts, so that a period is a sum over a sum."""
        return ResponseCount(
            said_nothing=self.said_nothing + other.said_nothing,
            said_something_else=self.said_something_else + other.said_something_else,
            came_out_sideways=self.came_out_sideways + other.came_out_sideways,
            said_it=self.said_it + other.said_it,
        )

    @property
    def held(self) -> int:
        """Said nothing, or said something else. Coming out sideways is not held."""
        return self.said_nothing + self.said_something_else

    @property
    def moments(self) -> int:
        """All of them."""
        return self.held + self.came_out_sideways + self.said_it

    @property
    def share(self) -> Fraction | None:
        """The share held / moments (0-1), or None without moments (shown as a dash)."""
        return Fraction(self.held, self.moments) if self.moments else None

    @property
    def percent(self) -> int | None:
        """The share as a whole percentage (0-100); None where there are too few for one."""
        return whole_percent(self.share) if self.share is not None and shows_percentage(self.moments) else None


def response_count(outcomes: Iterable[MomentOutcome]) -> ResponseCount:
    """Count what became of moments."""
    counts = Counter(outcomes)
    return ResponseCount(
        said_nothing=counts[MomentOutcome.SAID_NOTHING],
        said_something_else=counts[MomentOutcome.SAID_SOMETHING_ELSE],
        came_out_sideways=counts[MomentOutcome.CAME_OUT_SIDEWAYS],
        said_it=counts[MomentOutcome.SAID_IT],
    )


def period_responses(
    record: Record,
    moments: Iterable[ToldMoment],
    from_monday: date,
    until_monday: date,
    lineages: Collection[UUID] | None = None,
) -> ResponseCount:
    """Count the moments of the weeks from one Monday until another, the latter excluded, by their local dates.

    A moment counts as soon as its outcome is told, if its task was in force on its day as a response task; a word on a
    paused day counts, as everywhere. `lineages` narrows the count; None takes all. Raises ValueError if either day is
    no Monday.
    """
    mondays = mondays_of(from_monday, until_monday)
    return response_count(
        moment.outcome
        for moment in moments
        if monday_of(moment.local_date) in mondays
        and (lineages is None or moment.lineage_id in lineages)
        and _is_asked_for(record, moment)
    )


def _is_asked_for(record: Record, moment: ToldMoment) -> bool:
    segment = record.segment_on(moment.lineage_id, moment.local_date)
    return segment is not None and segment.kind is TaskKind.RESPONSE
