"""What the two do about their sessions: set them, prepare them, write down what is done, say what it was like."""

from companion.sessions.services.afterwards import Note, keep_private_note, say_between_us, say_learned
from companion.sessions.services.appointments import FURTHEST_AHEAD, remove_session, set_next_session
from companion.sessions.services.before import add_to_agenda, tick, untick, write_point
from companion.sessions.services.during import Ideas, change_rupture, note_rupture, rate_beliefs
from companion.sessions.services.loading import CHANGED_MEANWHILE
from companion.sessions.services.scenes import Step, begin_scene, change_scene, note_step, suggest_words_found

__all__ = [
    "CHANGED_MEANWHILE",
    "FURTHEST_AHEAD",
    "Ideas",
    "Note",
    "Step",
    "add_to_agenda",
    "begin_scene",
    "change_rupture",
    "change_scene",
    "keep_private_note",
    "note_rupture",
    "note_step",
    "rate_beliefs",
    "remove_session",
    "say_between_us",
    "say_learned",
    "set_next_session",
    "suggest_words_found",
    "tick",
    "untick",
    "write_point",
]
