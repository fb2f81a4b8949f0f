"""The answers that pages offer, in the patient's words."""

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from companion.checkins.rules import GuiltKind, Helped
from companion.experiments.adherence import MomentOutcome

GUILT_KINDS: Final = {
    GuiltKind.OLD: _l("Old guilt"),
    GuiltKind.REAL: _l("A real need"),
    GuiltKind.BOTH: _l("Both"),
    GuiltKind.UNSURE: _l("Not sure"),
}
OUTCOMES: Final = {
    MomentOutcome.SAID_NOTHING: _l("I said nothing"),
    MomentOutcome.SAID_SOMETHING_ELSE: _l("I said something else"),
    MomentOutcome.CAME_OUT_SIDEWAYS: _l("It came out sideways"),
    MomentOutcome.SAID_IT: _l("I said it"),
}
HELPED: Final = {
    Helped.NOT_AT_ALL: _l("Not at all"),
    Helped.A_LITTLE: _l("A little"),
    Helped.SOMEWHAT: _l("Somewhat"),
    Helped.A_LOT: _l("A lot"),
}
IN_WORDS: Final[Mapping[type, Mapping[Any, object]]] = {
    GuiltKind: GUILT_KINDS,
    MomentOutcome: OUTCOMES,
    Helped: HELPED,
}


def as_said(value: object) -> str:
    """An answer as its page says it; "" for none."""
    return str(IN_WORDS[type(value)][value]) if value else ""
