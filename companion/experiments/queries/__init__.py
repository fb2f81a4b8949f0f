"""Reads about occasions: the patient's own pages, what is counted, and what was feared beside what happened."""

from companion.experiments.queries.beside import Beside, BesidePerson, predicted_beside_happened
from companion.experiments.queries.counted import (
    Facts,
    ThisWeek,
    facts_for,
    record_of,
    tasks_done_lately,
    tasks_to_plan,
    telling_in_force,
    this_week,
    versions_of,
)
from companion.experiments.queries.occasions import (
    Line,
    Lines,
    Occasion,
    Said,
    activities_of,
    earlier_lines,
    lines_of,
    occasion,
    people_of,
)
from companion.experiments.queries.rows import Feared, Meeting, Predicted
from companion.experiments.queries.stopped import (
    SOMETHING,
    Reach,
    WhatStopped,
    dropped_of,
    is_dropped,
    reach_of,
    what_stopped,
)
from companion.experiments.queries.went import Told, Went, how_they_went

__all__ = [
    "SOMETHING",
    "Beside",
    "BesidePerson",
    "Facts",
    "Feared",
    "Line",
    "Lines",
    "Meeting",
    "Occasion",
    "Predicted",
    "Reach",
    "Said",
    "ThisWeek",
    "Told",
    "Went",
    "WhatStopped",
    "activities_of",
    "dropped_of",
    "earlier_lines",
    "facts_for",
    "how_they_went",
    "is_dropped",
    "lines_of",
    "occasion",
    "people_of",
    "predicted_beside_happened",
    "reach_of",
    "record_of",
    "tasks_done_lately",
    "tasks_to_plan",
    "telling_in_force",
    "this_week",
    "versions_of",
    "what_stopped",
]
