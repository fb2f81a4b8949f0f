"""The room's blueprint, for the modules that hang their pages on it."""

from http import HTTPStatus

from flask import Blueprint

from companion.contract.forms import words

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
        "standing_in_words": words.standing_in_words,
        "lack_words": words.LACKS,
        "outcome_words": words.OUTCOMES,
        "silence_words": words.SILENCES,
    }
