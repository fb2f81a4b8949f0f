"""What was expected for someone beside what was seen, a line for each person and time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from companion.accounts.rules import Actor
from companion.experiments import queries as experiments
from companion.kernel.week import local_date
from companion.review.rules import Beside, beside

MOST_OCCASIONS = 12
"""How many of the latest lines a page shows; together they are counted over all that were loaded."""


@dataclass(frozen=True)
class PersonBeside:
    """How much one person might suffer (0-10, how sure: 0-100 %), beside what was seen of it (None: couldn't tell)."""

    person: str | None
    """None where the name is the patient's to keep."""
    day: date
    expected: int
    belief: int | None
    seen: int | None


@dataclass(frozen=True)
class Besides:
    """The latest lines, oldest first, and what may be said of all of them together."""

    lines: tuple[PersonBeside, ...]
    together: Beside | None


def besides(viewer: Actor, patient_id: UUID, now: datetime, *, as_shared: bool = False) -> Besides:
    """What was expected beside what happened, where there is a word on it.

    With `as_shared` the patient, too, reads it as the therapist does. Raises NotFoundError for anyone else's patient.
    """
    occasions = experiments.predicted_beside_happened(viewer, patient_id, now, as_shared=as_shared)
    lines = list(_lines(occasions))
    together = beside((line.expected, line.seen) for line in lines if line.seen is not None)
    return Besides(tuple(lines[:MOST_OCCASIONS][::-1]), together)


def _lines(occasions: Iterable[experiments.Beside]) -> Iterable[PersonBeside]:
    for occasion in occasions:
        day = local_date(occasion.starts_at, ZoneInfo(occasion.zone))
        for person in occasion.people:
            if person.observed_suffering is not None or person.could_not_tell:
                yield PersonBeside(person.person, day, person.might_suffer, person.belief, person.observed_suffering)
