"""The room's blueprint, for the modules that hang their pages on it."""

from http import HTTPStatus

from flask import Blueprint

from companion.contract.forms import words
from companion.contract.services import SENT_BEFORE
from companion.kernel.errors import RefusedError
from companion.kernel.ids import new_id
from companion.web.forms import Form
from companion.web.unseen import OnceForm

bp = Blueprint("contract", __name__)

REFUSED = HTTPStatus.UNPROCESSABLE_ENTITY


@bp.context_processor
def how_it_reads() -> dict[str, object]:
    """The words for what is stored as one of several."""
    return {
        "feels_words": words.FEELS,
        "idea_words": words.IDEAS,
        "decision_words": words.DECISIONS,
        "kind_words": words.KINDS,
        "standing_words": words.STANDINGS,
        "lack_words": words.LACKS,
        "outcome_words": words.OUTCOMES,
        "silence_words": words.SILENCES,
    }


def refuse(form: Form, refused: RefusedError) -> None:
    """Show why; a page that was sent before, with other words, becomes another page, so that these can be sent too."""
    form.refuse(refused)
    if refused.message is SENT_BEFORE and isinstance(form, OnceForm):
        form.id.data = new_id()
