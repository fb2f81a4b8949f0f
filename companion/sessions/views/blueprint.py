"""The room's blueprint, and what its pages have in common."""

from http import HTTPStatus

from flask import Blueprint

from companion.sessions.forms import words

bp = Blueprint("sessions", __name__)

REFUSED = HTTPStatus.UNPROCESSABLE_ENTITY
SEE_OTHER = HTTPStatus.SEE_OTHER


@bp.context_processor
def how_it_reads() -> dict[str, object]:
    """The words for what is stored as one of several."""
    return {
        "agenda_words": words.AGENDA,
        "talked_about_words": words.TALKED_ABOUT,
        "scene_words": words.SCENE_KINDS,
        "plain_scene_words": words.SCENES_IN_PLAIN_WORDS,
        "chosen_words": words.CHOSEN_BY,
        "chosen_by_me": words.CHOSEN_BY_ME,
        "step_words": words.STEP_SAID,
        "learned_words": words.LEARNED,
        "chip_words": words.CHIPS,
        "felt_words": words.FELT,
    }
