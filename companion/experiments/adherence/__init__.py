"""Counting what was agreed and what P said happened; pure.

Doing, telling and ownership are three different things and are never blended. N = d + g + x + u: done, gave up,
reported not attempted, no word. What is unknown widens a range; it is never taken for "not done". Days are local dates
(P's zone), instants are UTC, shares are exact fractions from 0 to 1. Formulae: docs/domain.md, "Adherence".
"""

from companion.experiments.adherence.counting import (
    OneOffCount,
    OneOffState,
    TellingCounts,
    Tellings,
    WeeklyCount,
    one_off_count,
    period_tally,
    period_tellings,
    tellings_of,
    weekly_count,
)
from companion.experiments.adherence.record import (
    FROM_MEMORY_AFTER,
    Log,
    PausedDays,
    Record,
    Segment,
    is_from_memory,
    latest_of_each,
    written_together,
)
from companion.experiments.adherence.responses import (
    MomentOutcome,
    ResponseCount,
    ToldMoment,
    period_responses,
    response_count,
)
from companion.experiments.adherence.tally import (
    SMALLEST_N_FOR_A_PERCENTAGE,
    Range,
    Tally,
    shows_percentage,
    whole_percent,
)

__all__ = [
    "FROM_MEMORY_AFTER",
    "SMALLEST_N_FOR_A_PERCENTAGE",
    "Log",
    "MomentOutcome",
    "OneOffCount",
    "OneOffState",
    "PausedDays",
    "Range",
    "Record",
    "ResponseCount",
    "Segment",
    "Tally",
    "TellingCounts",
    "Tellings",
    "ToldMoment",
    "WeeklyCount",
    "is_from_memory",
    "latest_of_each",
    "one_off_count",
    "period_responses",
    "period_tally",
    "period_tellings",
    "response_count",
    "shows_percentage",
    "tellings_of",
    "weekly_count",
    "whole_percent",
    "written_together",
]
