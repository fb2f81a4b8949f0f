"""What a patient finds on Today."""

from dataclasses import dataclass
from datetime import datetime

from companion.accounts.queries import zones_of
from companion.accounts.rules import Actor
from companion.contract import queries as contract
from companion.experiments import queries as experiments
from companion.kernel.week import ONE_WEEK, monday_of
from companion.sessions import queries as sessions

MOST_ASKED_AFTER = 3
"""Occasions without a word that are asked after at once; the others wait, unmentioned."""


@dataclass(frozen=True)
class Today:
    """Plans and questions of one day, for the patient alone."""

    proposal_to_read: bool
    """Something proposed that the patient has neither answered nor called an order."""
    has_agreement: bool
    is_all_paused: bool
    running: tuple[experiments.Line, ...]
    """In their window now."""
    this_week: tuple[experiments.Line, ...]
    later: tuple[experiments.Line, ...]
    without_word: tuple[experiments.Line, ...]
    next_appointment: datetime | None
    weeks: tuple[experiments.ThisWeek, ...]
    """Weekly tasks that don't rest and ask for something this week."""


def today_of(patient: Actor, now: datetime) -> Today:
    """The patient's own Today."""
    lines = experiments.lines_of(patient, now)
    zones = zones_of([patient.id])[patient.id]
    next_monday = zones.start_of_day(monday_of(zones.local_date(now)) + ONE_WEEK)
    stands = contract.at_a_glance(patient)
    weeks = experiments.this_week(patient, zones, now)
    return Today(
        proposal_to_read=stands.proposal_to_read,
        has_agreement=stands.has_agreement,
        is_all_paused=stands.is_all_paused,
        running=lines.open,
        this_week=tuple(line for line in lines.ahead if line.starts_at < next_monday),
        later=tuple(line for line in lines.ahead if line.starts_at >= next_monday),
        without_word=lines.awaiting[:MOST_ASKED_AFTER],
        next_appointment=sessions.next_appointment(patient, now),
        weeks=tuple(week for week in weeks if week.count.asked and not week.is_paused),
    )
