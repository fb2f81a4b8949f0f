"""Reads of sessions: when they are, what is prepared, what was done and what was said afterwards."""

from companion.sessions.queries.afterwards import between_us, learned_of, notes_of
from companion.sessions.queries.appointments import (
    ComingSession,
    Meeting,
    coming_sessions,
    meeting,
    meetings,
    next_appointment,
    next_sessions,
)
from companion.sessions.queries.before import agenda_of, point_of, point_to_begin_with
from companion.sessions.queries.during import (
    believed,
    ideas_of,
    rupture,
    ruptures_of,
    ruptures_told,
    scene,
    scenes_of,
)
from companion.sessions.queries.view_models import (
    BelievedRead,
    BetweenRead,
    IdeasRead,
    LearnedRead,
    NoteRead,
    PointRead,
    RuptureRead,
    RuptureTold,
    SceneRead,
    StepRead,
    fingerprint_of,
)

__all__ = [
    "BelievedRead",
    "BetweenRead",
    "ComingSession",
    "IdeasRead",
    "LearnedRead",
    "Meeting",
    "NoteRead",
    "PointRead",
    "RuptureRead",
    "RuptureTold",
    "SceneRead",
    "StepRead",
    "agenda_of",
    "believed",
    "between_us",
    "coming_sessions",
    "fingerprint_of",
    "ideas_of",
    "learned_of",
    "meeting",
    "meetings",
    "next_appointment",
    "next_sessions",
    "notes_of",
    "point_of",
    "point_to_begin_with",
    "rupture",
    "ruptures_of",
    "ruptures_told",
    "scene",
    "scenes_of",
]
