"""What the patient finds out from their own entries and words: all of them, shared or not, loaded once."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from companion.accounts.rules import Actor
from companion.checkins import queries as checkins
from companion.checkins.queries import Shown
from companion.checkins.rules import Door, Next
from companion.contract import queries as contract
from companion.contract.queries import FollowedGoal
from companion.experiments import queries as experiments
from companion.experiments.queries import Went
from companion.review.queries.after import Afterwards, afterwards
from companion.review.queries.occasions import (
    MOST_WENT,
    Besides,
    LastOccasion,
    PersonFeared,
    beside_entries,
    besides_of,
    by_person_of,
)
from companion.review.rules import Beside, beside
from companion.review.rules.freedom_first import Felt, FreedomFirst, freedom_first
from companion.review.rules.hour_before import HourBefore, hour_before
from companion.review.rules.likings import Liking, Tried, likings
from companion.review.rules.moods_after import STOPPED, WENT_ON, Moods, moods_after
from companion.review.rules.tellings import Met, Told, how_met

MOST_GUILTS: Final = 8
"""How many of the latest occasions with both guilts are drawn; together they are counted over all there are."""


@dataclass(frozen=True)
class Liked:
    """What was found of one activity, by its name."""

    activity: str
    found: Liking
    is_dropped: bool
    """Whether that is the last word; it may be taken up again."""


@dataclass(frozen=True)
class GuiltBeside:
    """How much guilt was expected of one occasion, and the most there was in the entries about it; 0-10."""

    activity: str
    day: date
    expected: int
    felt: int


@dataclass(frozen=True)
class Guilts:
    """The latest of them, oldest first, and what may be said of all together."""

    lines: tuple[GuiltBeside, ...]
    together: Beside | None


@dataclass(frozen=True)
class Learned:
    """What there is on the patient's own page."""

    last_occasions: tuple[LastOccasion, ...]
    besides: Besides
    by_person: tuple[PersonFeared, ...]
    guilts: Guilts
    afterwards: Afterwards
    before_stopping: HourBefore
    moods_on: Moods
    moods_stopped: Moods
    liked: tuple[Liked, ...]
    freedom: FreedomFirst
    tellings: tuple[Met, ...]
    goals: tuple[FollowedGoal, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing of it yet."""
        return not (self.last_occasions or self.besides.lines or self.afterwards.n or self.freedom.times_free)


def learned_of(patient: Actor, now: datetime) -> Learned:
    """What there is to learn from; as many statements however much there is."""
    entries = checkins.last_for(patient, patient.id, now, None)
    went = experiments.how_they_went(patient, patient.id, None)
    expected = experiments.predicted_beside_happened(patient, patient.id, now)
    beside_each = beside_entries(went, entries)
    moods = [(each.word, each.mood) for each in went]
    return Learned(
        last_occasions=beside_each[:MOST_WENT],
        besides=besides_of(expected),
        by_person=by_person_of(expected),
        guilts=guilts_of(beside_each),
        afterwards=afterwards(entries),
        before_stopping=before_stopping_of(went, entries),
        moods_on=moods_after(moods, WENT_ON),
        moods_stopped=moods_after(moods, STOPPED),
        liked=liked_of(went, experiments.dropped_of(patient, patient.id)),
        freedom=freedom_first_of(entries),
        tellings=tellings_of(went),
        goals=tuple(contract.followed_goals(patient, patient.id, now)),
    )


def freedom_first_of(entries: Iterable[Shown]) -> FreedomFirst:
    """Of these entries alone: what their reader may not see isn't among them."""
    return freedom_first(felt for entry in entries for felt in _felt(entry))


def _felt(entry: Shown) -> Iterable[Felt]:
    feelings = {name: entry.feelings.get(name) for name in ("freedom", "curiosity")}
    yield Felt(entry.occurred_at, entry.guilt.value, **feelings, asked_no_guilt=entry.door is Door.GOOD)
    for again in entry.re_ratings:
        yield Felt(again.at, again.guilt.value)


def guilts_of(occasions: Iterable[LastOccasion]) -> Guilts:
    """Of occasions, the latest first, of which both guilts are known."""
    lines = [
        GuiltBeside(each.went.activity or "", each.went.day, each.went.expected_guilt, each.peak_guilt)
        for each in occasions
        if each.went.expected_guilt is not None and each.peak_guilt is not None
    ]
    return Guilts(tuple(lines[:MOST_GUILTS][::-1]), beside((line.expected, line.felt) for line in lines))


def before_stopping_of(went: Iterable[Went], entries: Collection[Shown]) -> HourBefore:
    """Of occasions that were stopped, before or midway."""
    rated = [
        (at, guilt.value)
        for entry in entries
        for at, guilt in ((entry.occurred_at, entry.guilt), *((again.at, again.guilt) for again in entry.re_ratings))
        if guilt.value is not None
    ]
    stops: dict[UUID | None, list[datetime]] = {}
    for entry in entries:
        stops.setdefault(entry.experiment_id, []).extend(
            decided.at for decided in entry.decisions if decided.choice is Next.STOP_FOR_NOW
        )
    stopped = (each for each in went if each.word in STOPPED)
    return hour_before(rated, ([each.happened_at, *stops.get(each.experiment_id, ())] for each in stopped))


def liked_of(went: Sequence[Went], dropped: Collection[UUID]) -> tuple[Liked, ...]:
    """By activity, from what was said of its occasions, told the latest first. A name that is kept private is out."""
    named = [
        (each.activity_id, each.activity, each)
        for each in reversed(went)
        if each.activity_id is not None and each.activity is not None
    ]
    names = {activity_id: activity for activity_id, activity, _ in named}
    tried = (Tried(activity_id, each.enjoyment, each.liking_of, each.verdict) for activity_id, _, each in named)
    return tuple(Liked(names[found.activity_id], found, found.activity_id in dropped) for found in likings(tried))


def tellings_of(went: Iterable[Went]) -> tuple[Met, ...]:
    """By what was said to each person."""
    return how_met(
        Told(told.telling, told.reaction, told.feared, told.seen)
        for each in went
        for told in each.told
        if told.telling is not None
    )
