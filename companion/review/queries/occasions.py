"""How the last occasions went; and what was expected for someone beside what was seen, a line for each time."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from companion.accounts.rules import Actor
from companion.checkins.queries import Shown
from companion.experiments import queries as experiments
from companion.kernel.week import local_date
from companion.review.rules import Beside, Pairs, beside

MOST_WENT = 6
"""How many of the last occasions a page tells of."""

MOST_OCCASIONS = 8
"""How many of the latest lines a page shows; together they are counted over all there are."""


@dataclass(frozen=True)
class LastOccasion:
    """How one occasion went, with the guilt that was there."""

    went: experiments.Went
    peak_guilt: int | None
    """The highest of the entries about it that the reader may see."""


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
class PersonFeared:
    """How much one person was expected to suffer, and did."""

    person: str
    suffering: Pairs


@dataclass(frozen=True)
class Besides:
    """The latest lines, oldest first, and what may be said of all of them together."""

    lines: tuple[PersonBeside, ...]
    together: Beside | None


def besides(viewer: Actor, patient_id: UUID, now: datetime, *, as_shared: bool = False) -> Besides:
    """What was expected beside what happened, where there is a word on it.

    With `as_shared` the patient, too, reads it as the therapist does. Raises NotFoundError for anyone else's patient.
    """
    return besides_of(experiments.predicted_beside_happened(viewer, patient_id, now, as_shared=as_shared))


def besides_of(occasions: Iterable[experiments.Beside]) -> Besides:
    """Of these occasions, the latest first."""
    lines = list(_lines(occasions))
    together = beside((line.expected, line.seen) for line in lines if line.seen is not None)
    return Besides(tuple(lines[:MOST_OCCASIONS][::-1]), together)


def by_person_of(occasions: Iterable[experiments.Beside]) -> tuple[PersonFeared, ...]:
    """Of these occasions, the latest first: whom there is most of stands first, each with the oldest time first."""
    pairs: dict[str, list[tuple[int, int]]] = {}
    for line in reversed(list(_lines(occasions))):
        if line.person is not None and line.seen is not None:
            pairs.setdefault(line.person, []).append((line.expected, line.seen))
    found = (PersonFeared(person, Pairs(tuple(each))) for person, each in pairs.items())
    return tuple(sorted(found, key=lambda one: -one.suffering.n))


def _lines(occasions: Iterable[experiments.Beside]) -> Iterable[PersonBeside]:
    for occasion in occasions:
        day = local_date(occasion.starts_at, ZoneInfo(occasion.zone))
        for person in occasion.people:
            if person.observed_suffering is not None or person.could_not_tell:
                yield PersonBeside(person.person, day, person.might_suffer, person.belief, person.observed_suffering)


def last_occasions(
    viewer: Actor, patient_id: UUID, entries: Collection[Shown], *, as_shared: bool = False
) -> tuple[LastOccasion, ...]:
    """The last occasions with a word, the latest first, beside those of these entries that are about them.

    With `as_shared` the patient, too, reads it as the therapist does. Raises NotFoundError for anyone else's patient.
    """
    return beside_entries(experiments.how_they_went(viewer, patient_id, MOST_WENT, as_shared=as_shared), entries)


def highlighted_occasions(
    viewer: Actor, patient_id: UUID, entries: Collection[Shown], most: int, *, as_shared: bool = False
) -> tuple[LastOccasion, ...]:
    """As `last_occasions`, of those that the patient wants at the top of what the therapist reads."""
    return beside_entries(experiments.highlighted(viewer, patient_id, most, as_shared=as_shared), entries)


def beside_entries(went: Iterable[experiments.Went], entries: Iterable[Shown]) -> tuple[LastOccasion, ...]:
    """These occasions, each beside those of these entries that are about it."""
    peaks: dict[UUID | None, int] = {}
    for entry in entries:
        for rating in (entry.guilt, *(again.guilt for again in entry.re_ratings)):
            if rating.value is not None:
                peaks[entry.experiment_id] = max(rating.value, peaks.get(entry.experiment_id, rating.value))
    return tuple(LastOccasion(each, peaks.get(each.experiment_id)) for each in went)
