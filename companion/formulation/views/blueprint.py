"""The room's blueprint, for the modules that hang their pages on it."""

from http import HTTPStatus

from flask import Blueprint

from companion.formulation.forms import FITS, LINES, MOTIVES, PatternForm
from companion.formulation.queries import PatternRead, Patterns
from companion.formulation.services import CHANGED_MEANWHILE
from companion.kernel.errors import RefusedError

bp = Blueprint("formulation", __name__)

REFUSED = HTTPStatus.UNPROCESSABLE_ENTITY


@bp.context_processor
def how_it_reads() -> dict[str, object]:
    """The words for what is stored as one of several, and how the lines of the pattern begin."""
    return {"motive_words": MOTIVES, "fit_words": FITS, "lines": LINES}


def written_meanwhile(form: PatternForm, patterns: Patterns, refused: RefusedError | None) -> PatternRead | None:
    """What stands now, where that is why the page was refused; sent once more, the page has shown it."""
    if refused is None or refused.message is not CHANGED_MEANWHILE:
        return None
    form.seen.data = patterns.stand
    return next(iter(patterns.versions), None)
