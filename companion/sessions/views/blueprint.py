"""The room's blueprint, and what its pages have in common."""

from http import HTTPStatus

from flask import Blueprint

from companion.kernel.errors import RefusedError
from companion.kernel.ids import new_id
from companion.sessions.forms import words
from companion.sessions.services import SENT_BEFORE
from companion.web.forms import Form
from companion.web.unseen import OnceForm

bp = Blueprint("sessions", __name__)

REFUSED = HTTPStatus.UNPROCESSABLE_ENTITY
SEE_OTHER = HTTPStatus.SEE_OTHER


@bp.context_processor
def how_it_reads() -> dict[str, object]:
    """The words for what is stored as one of several."""
    return {
        "agenda_words": words.AGENDA,
        "scene_words": words.SCENE_KINDS,
        "chosen_words": words.CHOSEN_BY,
        "chosen_by_me": words.CHOSEN_BY_ME,
        "step_words": words.STEP_SAID,
        "learned_words": words.LEARNED,
        "chip_words": words.CHIPS,
        "felt_words": words.FELT,
    }


def refuse(form: Form, refused: RefusedError) -> None:
    """Show why; a page that was sent before, with other words, becomes another page, so that these can be sent too."""
    form.refuse(refused)
    if refused.message is SENT_BEFORE and isinstance(form, OnceForm):
        form.id.data = new_id()
