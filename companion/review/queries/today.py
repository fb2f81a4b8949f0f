"""What a patient finds on Today."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from companion.accounts.queries import zones_of
from companion.accounts.rules import Actor
from companion.checkins import queries as checkins
from companion.checkins.rules import is_month_over
from companion.contract import queries as contract
from companion.contract.rules import TaskKind
from companion.experiments import queries as experiments
from companion.experiments.adherence import ResponseCount, ToldMoment, response_count
from companion.kernel.week import ONE_WEEK, monday_of
from companion.sessions import queries as sessions

MOST_ASKED_AFTER = 3
"""Occasions without a word that are asked after at once; the others wait, unmentioned."""


@dataclass(frozen=True)
class MomentsThisWeek:
    """A response task with the moments of the patient's present week."""

    task: contract.TaskSegment
    count: ResponseCount


@dataclass(frozen=True)
class Today:
    """Plans and questions of one day, for the patient alone."""

    proposal_to_read: bool
    """Something proposed that the patient has neither answered nor called an order."""
    has_agreement: bool
    had_agreement: bool
    review_gone_by: bool
    is_all_paused: bool
    running: tuple[experiments.Line, ...]
    """In their window now."""
    this_week: tuple[experiments.Line, ...]
    later: tuple[experiments.Line, ...]
    without_word: tuple[experiments.Line, ...]
    next_appointment: sessions.ComingSession | None
    weeks: tuple[experiments.ThisWeek, ...]
    """Weekly tasks that don't rest and ask for something this week."""
    moments: tuple[MomentsThisWeek, ...]
    """Of the response tasks in force; of those that rest only where there were some."""
    has_practice: bool
    """Whether a practice task is in force and doesn't rest."""
    asks_how_it_is: bool
    """Whether a month is over since the last answer to "Is this helping?"."""
    look_again_at: UUID | None
    """The entry that the patient wanted to look at again about now."""


def today_of(patient: Actor, now: datetime) -> Today:
    """The patient's own Today."""
    lines = experiments.lines_of(patient, now)
    zones = zones_of([patient.id])[patient.id]
    today = zones.local_date(now)
    next_monday = zones.start_of_day(monday_of(today) + ONE_WEEK)
    stands = contract.at_a_glance(patient, today)
    weeks = experiments.this_week(patient, zones, now)
    entered = checkins.on_today(patient, monday_of(today), now)
    return Today(
        proposal_to_read=stands.proposal_to_read,
        has_agreement=stands.has_agreement,
        had_agreement=stands.had_agreement,
        review_gone_by=stands.review_gone_by,
        is_all_paused=stands.is_all_paused,
        running=lines.open,
        this_week=tuple(line for line in lines.ahead if line.starts_at < next_monday),
        later=tuple(line for line in lines.ahead if line.starts_at >= next_monday),
        without_word=lines.awaiting[:MOST_ASKED_AFTER],
        next_appointment=sessions.next_appointment(patient, now),
        weeks=tuple(week for week in weeks if week.count.asked and not week.is_paused),
        moments=tuple(_moments(weeks, entered.moments)),
        has_practice=any(week.task.kind is TaskKind.PRACTICE and not week.is_paused for week in weeks),
        asks_how_it_is=stands.has_agreement
        and not stands.is_all_paused
        and is_month_over(today, zones, entered.first_agreed, entered.said_at, entered.put_off_at),
        look_again_at=entered.look_again_at,
    )


def _moments(weeks: Iterable[experiments.ThisWeek], told: Collection[ToldMoment]) -> Iterable[MomentsThisWeek]:
    for week in weeks:
        if week.task.kind is TaskKind.RESPONSE:
            count = response_count(moment.outcome for moment in told if moment.lineage_id == week.task.lineage_id)
            if count.moments or not week.is_paused:
                yield MomentsThisWeek(week.task, count)
