"""What would be due when, before anything is asked of stops, quiet hours and limits; pure.

Days around the instants that are asked for are looked at whole, and all occasions: who asks takes what falls between.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from companion.checkins.rules import LOOK_AGAIN_AFTER
from companion.kernel.wall_clock import shown_at
from companion.kernel.week import ONE_DAY, as_utc
from companion.reminders.rules.facts import Facts, Meeting, PlannedOccasion, WeeklyDays
from companion.reminders.rules.kinds import (
    AGREEMENT_AFTER,
    BRIEF_AT,
    DEBRIEF_AFTER,
    GOALS_AT,
    LOOK_BACK_AT,
    PLAN_BEFORE,
    SESSION_BEFORE,
    SUNDAY,
    Kind,
    Rank,
    Series,
    rank_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One reminder at an instant (UTC).

    `key` names it for good: the same for the same slot, whoever asks and however often, and of one patient only.
    `lapses_at` is from when on it would come too late. `asked_at` is when P asked for just this one, where that is
    known.
    """

    key: str
    series: Series
    at: datetime
    asked_for: bool = False
    asked_at: datetime | None = None
    lapses_at: datetime | None = None

    @property
    def kind(self) -> Kind:
        """What it is about."""
        return self.series.kind

    @property
    def rank(self) -> Rank:
        """Where it stands among those it competes with."""
        return rank_of(self.kind, asked_for=self.asked_for)


def key_of(patient_id: UUID, series: Series, *which: date | datetime | str) -> str:
    """Return a slot's key: the patient, the kind, the subject, and which of them it is.

    A slot at a local time is named by its local day, so that a day that comes twice to a traveller has one; any other
    by the UTC instant it hangs on, so that what was moved is reminded of anew.
    """
    return ":".join((str(patient_id), series.kind, str(series.subject_id or "all"), *map(_named, which)))


def _named(which: date | datetime | str) -> str:
    if isinstance(which, datetime):
        return as_utc(which).strftime("%Y%m%dT%H%M%SZ")
    return which.isoformat() if isinstance(which, date) else which


def slots_of(facts: Facts, since: datetime, until: datetime) -> Iterator[Slot]:
    """Everything that would be due, at least between these instants (UTC), in no order."""
    yield from _of_days(facts, since, until)
    for plan in facts.plans:
        yield _plan(facts, plan)
        yield from _debriefs(facts, plan)
    yield from _second_looks(facts)
    for meeting in facts.meetings:
        yield _before_session(facts, meeting)
        yield _brief(facts, meeting)
    yield from _agreements(facts)


def lapses_at(facts: Facts, series: Series) -> datetime | None:
    """Return when what the series is about begins (UTC), so that a reminder of it comes too late; None if never."""
    if series.kind is Kind.PLAN:
        return next((as_utc(plan.starts_at) for plan in facts.plans if plan.id == series.subject_id), None)
    if series.kind in {Kind.SESSION, Kind.BRIEF}:
        return next((as_utc(meeting.at) for meeting in facts.meetings if meeting.id == series.subject_id), None)
    return None


# At a local time


def _of_days(facts: Facts, since: datetime, until: datetime) -> Iterator[Slot]:
    for day in _days_around(facts, since, until):
        for picked in facts.settings.weekly:
            if day.weekday() in picked.weekdays:
                yield _weekly(facts, picked, day)
        if day.weekday() == SUNDAY:
            yield _look_back(facts, day)
        if any(goal.is_asked_on(day) for goal in facts.goals):
            yield _goals(facts, day)


def _days_around(facts: Facts, since: datetime, until: datetime) -> Iterator[date]:
    """Two days more at both ends: zones lie up to 26 hours apart."""
    day, last = facts.zones.local_date(since) - 2 * ONE_DAY, facts.zones.local_date(until) + 2 * ONE_DAY
    while day <= last:
        yield day
        day += ONE_DAY


def _weekly(facts: Facts, picked: WeeklyDays, day: date) -> Slot:
    """Only on a day that P picked: moved over midnight, or to where a traveller lands on the next, it has lapsed."""
    series = Series(Kind.WEEKLY, picked.lineage_id)
    return Slot(
        key=key_of(facts.patient_id, series, day),
        series=series,
        at=facts.zones.reached_at(day, picked.at),
        lapses_at=facts.zones.start_of_day(day + ONE_DAY),
    )


def _look_back(facts: Facts, day: date) -> Slot:
    series = Series(Kind.LOOK_BACK)
    return Slot(key=key_of(facts.patient_id, series, day), series=series, at=facts.zones.reached_at(day, LOOK_BACK_AT))


def _goals(facts: Facts, day: date) -> Slot:
    """One for all goals that are asked about from this day on."""
    series = Series(Kind.GOALS)
    return Slot(key=key_of(facts.patient_id, series, day), series=series, at=facts.zones.reached_at(day, GOALS_AT))


# Of an occasion


def _plan(facts: Facts, plan: PlannedOccasion) -> Slot:
    series = Series(Kind.PLAN, plan.id)
    own = None if plan.remind_at is None else as_utc(plan.remind_at)
    return Slot(
        key=key_of(facts.patient_id, series, *(("own", own) if own else (plan.starts_at,))),
        series=series,
        at=own or as_utc(plan.starts_at) - PLAN_BEFORE,
        asked_for=own is not None,
        lapses_at=lapses_at(facts, series),
    )


def _debriefs(facts: Facts, plan: PlannedOccasion) -> Iterator[Slot]:
    """After the window, and once more on the next day at the time that P's clock showed the first time."""
    series, first = Series(Kind.DEBRIEF, plan.id), as_utc(plan.ends_at) + DEBRIEF_AFTER
    shown = shown_at(first, facts.zones.at(first))
    again = max(facts.zones.reached_at(shown.date() + ONE_DAY, shown.time()), first)
    for part, at in (("first", first), ("again", again)):
        yield Slot(key=key_of(facts.patient_id, series, part, plan.ends_at), series=series, at=at)


# Of what P asked for, of sessions and versions


def _second_looks(facts: Facts) -> Iterator[Slot]:
    for look in facts.second_looks:
        series, asked_at = Series(Kind.SECOND_LOOK, look.check_in_id), as_utc(look.asked_at)
        yield Slot(
            key=key_of(facts.patient_id, series, asked_at),
            series=series,
            at=asked_at + LOOK_AGAIN_AFTER,
            asked_for=True,
            asked_at=asked_at,
        )


def _before_session(facts: Facts, meeting: Meeting) -> Slot:
    series, at = Series(Kind.SESSION, meeting.id), as_utc(meeting.at)
    return Slot(key=key_of(facts.patient_id, series, at), series=series, at=at - SESSION_BEFORE, lapses_at=at)


def _brief(facts: Facts, meeting: Meeting) -> Slot:
    series, at = Series(Kind.BRIEF, meeting.id), as_utc(meeting.at)
    morning = meeting.therapist_zones.reached_at(meeting.therapist_zones.local_date(at), BRIEF_AT)
    return Slot(key=key_of(facts.patient_id, series, at), series=series, at=morning, lapses_at=at)


def _agreements(facts: Facts) -> Iterator[Slot]:
    """Once for each version, so nothing but the version names it: given back as proposed, it isn't said again."""
    for version in facts.versions:
        series = Series(Kind.AGREEMENT, version.id)
        yield Slot(
            key=key_of(facts.patient_id, series),
            series=series,
            at=as_utc(version.proposed_at) + AGREEMENT_AFTER,
        )
