"""What stands aside, as its page shows it: the answers by their questions, and without what no hand wrote."""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from companion.checkins.forms.words import BODY, FEELING_NAMES, GUILT_KINDS, NEXTS, OUTCOMES
from companion.checkins.queries import StandsAside
from companion.checkins.rules import Door
from companion.experiments.forms.words import HOW_IT_WENT, REACTIONS, TELLINGS, VERDICTS
from companion.web.forms import CAN_T_TELL

UNSEEN: Final = frozenset(
    {"zone", "entered_at", "sent_at", "near", "was_visible", "visibility", "sooner", "seen", "adds"}
)
"""What a page carries, and what says who may see the rest: nobody else sees any of it."""
DOORS: Final = {Door.GUILT: _l("Guilt"), Door.EMPTY: _l("Empty, still"), Door.GOOD: _l("Something good")}
ASKED: Final = {
    "guilt": _l("Guilt"),
    "urge": _l("Urge"),
    "outcome": _l("What came of it?"),
    "decision": _l("What next?"),
    "earlier_day": _l("Day"),
    "earlier_time": _l("Time"),
    "on_day": _l("Day"),
    "at_time": _l("Time"),
    "how": _l("How did it go?"),
    "enjoyment": _l("How much did I like it?"),
    **FEELING_NAMES,
    "mood": _l("How is my mood since?"),
}
"""Of answers that say nothing without their question."""
ANSWERS: Final[Mapping[str, Mapping[Any, object]]] = {
    "door": DOORS,
    "body": BODY,
    "outcome": OUTCOMES,
    "decision": NEXTS,
    "guilt_kind": GUILT_KINDS,
    "how": HOW_IT_WENT,
    "verdict": VERDICTS,
    "told": TELLINGS,
    "took": REACTIONS,
}


def as_written(aside: StandsAside) -> list[tuple[str, str]]:
    """Question ("" where the answer says it all) and answer, in the order in which they were sent."""
    return list(_told(aside))


def _told(aside: StandsAside) -> Iterator[tuple[str, str]]:
    for field, value in aside.fields:
        name = field.partition("_")[0] if field.startswith(("told_", "took_", "saw_")) else field
        if value.strip() and name not in UNSEEN and not _is_id(value):
            known = _("I can't tell") if value == CAN_T_TELL else str(ANSWERS.get(name, {}).get(value, value))
            yield str(ASKED.get(name, "")), known.replace("\x00", "")


def _is_id(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True
