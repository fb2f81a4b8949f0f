"""The pages of sessions: the therapist's, the patient's, and the therapist's page about the care itself."""

from companion.sessions.views import appointments, care, notes, ruptures, scenes, sessions
from companion.sessions.views.blueprint import bp

__all__ = ["appointments", "bp", "care", "notes", "ruptures", "scenes", "sessions"]
