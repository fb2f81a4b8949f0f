"""The room's blueprint, for the modules that hang their pages on it."""

from http import HTTPStatus

from flask import Blueprint

from companion.formulation.forms import FITS, LINES, MOTIVES, PatternForm
from companion.formulation.queries import PatternRead, Patterns
from companion.formulation.services import CHANGED_MEANWHILE, SENT_BEFORE
from companion.kernel.errors import RefusedError
from companion.kernel.ids import new_id
from companion.web.unseen import OnceForm

bp = Blueprint("formulation", __name__)

REFUSED = HTTPStatus.UNPROCESSABLE_ENTITY


@bp.context_processor
def how_it_reads() -> dict[str, object]:
    """The words for what is stored as one of several, and how the lines of the pattern begin."""
    return {"motive_words": MOTIVES, "fit_words": FITS, "lines": LINES}


def refuse(form: OnceForm, refused: RefusedError) -> None:
    """Show why; a page that was sent before, with other words, becomes another page, so that these can be sent too."""
    form.refuse(refused)
    if refused.message is SENT_BEFORE:
        form.id.data = new_id()


def written_meanwhile(form: PatternForm, patterns: Patterns, refused: RefusedError | None) -> PatternRead | None:
    """What stands now, where that is why the page was refused; sent once more, the page has shown it."""
    if refused is None or refused.message is not CHANGED_MEANWHILE:
        return None
    form.seen.data = patterns.stand
    return next(iter(patterns.versions), None)
