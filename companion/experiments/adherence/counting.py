"""How weeks, one-offs, periods and tellings are counted; pure."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from companion.contract.rules import TaskKind
from companion.experiments.adherence.record import Log, Record
from companion.experiments.adherence.tally import Tally
from companion.experiments.rules import Place, Telling
from companion.kernel.week import (
    DAYS_IN_A_WEEK,
    ONE_DAY,
    ONE_WEEK,
    TIME_FOR_A_WORD,
    monday_of,
    require_monday,
    week_closes_at,
)

# Weekly tasks


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyCount:
    """One week of a weekly task: how many times it asked for (B), its counts, and when it closes (UTC).

    While open it reads "`tally.done` of `tally.n` so far"; only `counted` enters a period, a percentage or a rule.
    """

    monday: date
    asked: int
    tally: Tally
    closes_at: datetime
    is_closed: bool

    @property
    def counted(self) -> Tally:
        """The tally of a closed week; nothing while it is open."""
        return self.tally if self.is_closed else Tally()


def weekly_count(record: Record, lineage_id: UUID, monday: date) -> WeeklyCount:
    """Count one week of a weekly lineage. Raises ValueError if the day is no Monday.

    "That's all this week" says what the silence means; it does not close the week sooner.
    """
    asked = _times_asked(record, lineage_id, monday)
    words = Counter(log.place for log in _words_of_week(record, lineage_id, monday))
    closes_at = week_closes_at(monday, record.zones)
    return WeeklyCount(
        monday=monday,
        asked=asked,
        tally=_tally_of_week(asked, words, said_all=(lineage_id, monday) in record.said_all),
        closes_at=closes_at,
        is_closed=record.now >= closes_at,
    )


def _times_asked(record: Record, lineage_id: UUID, monday: date) -> int:
    """B = floor(sum of target x days / 7): each day at the target then in force, a paused day at nothing."""
    days = (monday + n * ONE_DAY for n in range(DAYS_IN_A_WEEK))
    asked = (record.asked_on(lineage_id, TaskKind.WEEKLY, day) for day in days)
    return sum(segment.target or 0 for segment in asked if segment is not None) // DAYS_IN_A_WEEK


def _words_of_week(record: Record, lineage_id: UUID, monday: date) -> list[Log]:
    return [
        log
        for log in record.logs
        if log.lineage_id == lineage_id and monday_of(log.local_date) == monday and record.belongs(log, TaskKind.WEEKLY)
    ]


def _tally_of_week(asked: int, words: Counter[Place], *, said_all: bool) -> Tally:
    """Fill the B places asked for: done first, then gave up, then what leaves N, then what is known not to have been.

    A pause takes places away and never a word. Were words of paused days dropped too, a pause could lower a share:
    7 a week, gave up on Tuesday, Tuesday paused would turn Tried from 1/7 into 0/6.
    """
    done = min(asked, words[Place.DID])
    gave_up = min(asked - done, words[Place.GAVE_UP])
    n = asked - min(asked - done - gave_up, words[Place.OUTSIDE])
    rest = n - done - gave_up
    not_attempted = rest if said_all else min(rest, words[Place.NOT_ATTEMPTED])
    return Tally(
        done=done,
        gave_up=gave_up,
        not_attempted=not_attempted,
        no_word=rest - not_attempted,
        extra=words[Place.DID] - done,
    )


# One-off tasks


class OneOffState(StrEnum):
    """Where a one-off stands: waiting for word, in N, or outside it (a later word can still change that)."""

    PENDING = "pending"
    COUNTED = "counted"
    NOT_COUNTED = "not_counted"


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOffCount:
    """One unit a lineage: its state, the week it belongs to, and its counts (N is 1 when counted, else 0)."""

    state: OneOffState
    monday: date
    tally: Tally


def one_off_count(record: Record, lineage_id: UUID) -> OneOffCount:
    """Count a one-off lineage by its latest occasion with a word, over the window of its latest version.

    A word counts as soon as it is given; silence is pending until 72 h after the window's end, then no word. Dropped,
    paused or not yet agreed on the window's last day: not counted, unless it was done. An obstacle, or a change asked
    for in time, says nothing of a version agreed since; what was called off with its activity is no word on the task,
    which may have been done before. It belongs to the week of that latest occasion, or else of the
    window's last day. Raises ValueError if the lineage was never a one-off.
    """
    last_day = _last_day_of_window(record, lineage_id)
    is_asked = record.asked_on(lineage_id, TaskKind.ONE_OFF, last_day) is not None
    word = _latest_word(record, lineage_id, last_day)
    if word is not None:
        return _one_off_with(_unit(word.place, is_asked=is_asked), monday_of(word.local_date))
    if is_asked and record.now < record.zones.start_of_day(last_day + ONE_DAY) + TIME_FOR_A_WORD:
        return OneOffCount(state=OneOffState.PENDING, monday=monday_of(last_day), tally=Tally())
    return _one_off_with(Tally(no_word=int(is_asked)), monday_of(last_day))


def _last_day_of_window(record: Record, lineage_id: UUID) -> date:
    windows = {
        segment.from_day: segment.window_until
        for segment in record.segments
        if segment.lineage_id == lineage_id and segment.kind is TaskKind.ONE_OFF and segment.window_until
    }
    return windows[max(windows)]


def _latest_word(record: Record, lineage_id: UUID, last_day: date) -> Log | None:
    agreed_on = _agreed_on(record, lineage_id, last_day)
    words = (
        log
        for log in record.logs
        if log.lineage_id == lineage_id
        and record.belongs(log, TaskKind.ONE_OFF)
        and log.speaks_of(agreed_on)
        and not log.called_off
    )
    return max(words, key=lambda log: (log.happened_at, log.occasion_id), default=None)


def _agreed_on(record: Record, lineage_id: UUID, last_day: date) -> date:
    """The day of agreement of the version that asks for the window's last day, or did last, whatever rests."""
    days = (segment.from_day for segment in record.segments if segment.lineage_id == lineage_id)
    return max((day for day in days if day <= last_day), default=date.min)


def _unit(place: Place, *, is_asked: bool) -> Tally:
    return Tally(
        done=int(place is Place.DID),
        gave_up=int(is_asked and place is Place.GAVE_UP),
        not_attempted=int(is_asked and place is Place.NOT_ATTEMPTED),
    )


def _one_off_with(tally: Tally, monday: date) -> OneOffCount:
    state = OneOffState.COUNTED if tally.n else OneOffState.NOT_COUNTED
    return OneOffCount(state=state, monday=monday, tally=tally)


# Periods


def period_tally(
    record: Record, from_monday: date, until_monday: date, lineages: Collection[UUID] | None = None
) -> Tally:
    """Sum the closed weeks and counted one-offs of the weeks from one Monday until another, the latter excluded.

    A one-off belongs to the week of its latest occasion's local date, or else of its window's last day, and enters as
    soon as it is counted. `lineages` narrows the sum; None takes all. Raises ValueError if either day is no Monday.
    """
    mondays = mondays_of(from_monday, until_monday)
    weekly = _chosen(record.lineages(TaskKind.WEEKLY), lineages)
    one_offs = [one_off_count(record, lineage) for lineage in _chosen(record.lineages(TaskKind.ONE_OFF), lineages)]
    weeks = (weekly_count(record, lineage, monday).counted for lineage in weekly for monday in mondays)
    return sum((*weeks, *(one_off.tally for one_off in one_offs if one_off.monday in mondays)), Tally())


def _chosen(lineages: frozenset[UUID], wanted: Collection[UUID] | None) -> frozenset[UUID]:
    return lineages if wanted is None else lineages.intersection(wanted)


def mondays_of(from_monday: date, until_monday: date) -> list[date]:
    weeks = (require_monday(until_monday) - require_monday(from_monday)) // ONE_WEEK
    return [from_monday + n * ONE_WEEK for n in range(weeks)]


# How it was told


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingCounts:
    """How it was told, one count a person: counts, and never a score."""

    told: int = 0
    half: int = 0
    cover: int = 0
    nobody_asked: int = 0
    rather_not_say: int = 0

    @property
    def said_something(self) -> int:
        """Told, half or cover: what openness is out of."""
        return self.told + self.half + self.cover


@dataclass(frozen=True, slots=True, kw_only=True)
class Tellings:
    """All tellings, and those of days on which a telling task was in force, paused or not."""

    counts: TellingCounts = field(default_factory=TellingCounts)
    while_in_force: TellingCounts = field(default_factory=TellingCounts)

    @property
    def openness(self) -> Fraction | None:
        """The share told / (told + half + cover) while a telling task was in force (0-1); otherwise None."""
        out_of = self.while_in_force.said_something
        return Fraction(self.while_in_force.told, out_of) if out_of else None


def tellings_of(record: Record, logs: Iterable[Log]) -> Tellings:
    """Count how it was told over these logs, whatever their result, by each log's local date."""
    logs = list(logs)
    return Tellings(
        counts=_count_tellings(logs),
        while_in_force=_count_tellings(log for log in logs if record.is_telling_in_force_on(log.local_date)),
    )


def period_tellings(record: Record, from_monday: date, until_monday: date) -> Tellings:
    """Count how it was told over the occasions that `period_tally` reads: those of an open week wait for it to close.

    Weeks run from one Monday until another, the latter excluded. Raises ValueError if either day is no Monday.
    """
    mondays = mondays_of(from_monday, until_monday)
    logs = (log for log in record.logs if monday_of(log.local_date) in mondays)
    return tellings_of(record, (log for log in logs if _has_entered(record, log)))


def _has_entered(record: Record, log: Log) -> bool:
    if not record.belongs(log, TaskKind.WEEKLY):
        return True
    return record.now >= week_closes_at(monday_of(log.local_date), record.zones)


def _count_tellings(logs: Iterable[Log]) -> TellingCounts:
    counts = Counter(telling for log in logs for telling in log.tellings)
    return TellingCounts(
        told=counts[Telling.TOLD],
        half=counts[Telling.HALF],
        cover=counts[Telling.COVER],
        nobody_asked=counts[Telling.NOBODY_ASKED],
        rather_not_say=counts[Telling.RATHER_NOT_SAY],
    )
