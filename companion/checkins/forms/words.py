"""The answers that pages offer, in the patient's words."""

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from companion.checkins.rules import Aside, BodySignal, GuiltKind, Helped, Next
from companion.experiments.adherence import MomentOutcome

GUILT_KINDS: Final = {
    GuiltKind.OLD: _l("Old guilt"),
    GuiltKind.REAL: _l("A real need"),
    GuiltKind.BOTH: _l("Both"),
    GuiltKind.UNSURE: _l("Not sure"),
}
BODY: Final = {
    BodySignal.CHEST: _l("Chest"),
    BodySignal.HEART: _l("Heart"),
    BodySignal.STOMACH: _l("Stomach"),
    BodySignal.THROAT: _l("Throat"),
    BodySignal.HEAD: _l("Head"),
    BodySignal.SHOULDERS: _l("Shoulders"),
    BodySignal.ARMS: _l("Arms"),
    BodySignal.LEGS: _l("Legs"),
    BodySignal.NOWHERE: _l("Nowhere"),
}
FEELING_NAMES: Final = {
    "freedom": _l("Freedom"),
    "curiosity": _l("Curiosity"),
    "envy": _l("Envy"),
    "contempt": _l("Contempt"),
    "shame": _l("Shame"),
    "anger": _l("Anger"),
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
NEXTS: Final = {
    Next.GO_ON: _l("Go on"),
    Next.SMALLER: _l("Go on, smaller"),
    Next.STOP_FOR_NOW: _l("Stop for now"),
    Next.CHECK_FIRST: _l("Someone may need me, check first"),
}
ANSWERED: Final = {
    Next.GO_ON: _l("You go on, and the guilt may come along."),
    Next.SMALLER: _l("You go on in a smaller way, and the guilt may come along."),
    Next.STOP_FOR_NOW: _l("You stop for now, and the guilt may stay or go."),
    Next.CHECK_FIRST: _l("You look first whether someone needs you, and the guilt may wait."),
}
"""What each decision is answered with: what it is, and nothing of what it is worth."""
WHY_ASIDE: Final = {
    Aside.NO_SUCH_PAGE: _l("The page it was written on is not there any more."),
    Aside.NO_ENTRY: _l("What it belongs to is not here."),
    Aside.NOT_TAKEN: _l("It could not be taken as it was written."),
}
IN_WORDS: Final[Mapping[type, Mapping[Any, object]]] = {
    GuiltKind: GUILT_KINDS,
    BodySignal: BODY,
    MomentOutcome: OUTCOMES,
    Helped: HELPED,
    Next: NEXTS,
    Aside: WHY_ASIDE,
}


def as_said(value: object) -> str:
    """An answer as its page says it; "" for none."""
    return str(IN_WORDS[type(value)][value]) if value else ""
