"""The answers that pages offer, in the patient's words."""

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from companion.experiments.rules import CareNeed, OnTop, Reaction, Telling, Verdict, Word
from companion.kernel.words import Words

HOW_IT_WENT: Final = {
    Word.DONE: _l("Done"),
    Word.SMALLER: _l("Done, smaller"),
    Word.MY_PART: _l("I did my part; they couldn't"),
    Word.STOPPED_BEFORE: _l("I stopped before it began"),
    Word.STOPPED_MIDWAY: _l("I stopped midway"),
    Word.NOT_ATTEMPTED: _l("It didn't happen"),
    Word.OBSTACLE: _l("Something real got in the way"),
    Word.CHANGE: _l("I'd like to change it"),
}
CALLED_OFF = _l("Called off")
HEADLINES: Final = {
    Word.DONE: _l("Done."),
    Word.SMALLER: _l("Done, smaller."),
    Word.MY_PART: _l("Done."),
    Word.STOPPED_BEFORE: _l("You stopped. What was it like?"),
    Word.STOPPED_MIDWAY: _l("You stopped. What was it like?"),
    Word.NOT_ATTEMPTED: _l("It didn't happen this time."),
    Word.OBSTACLE: _l("Something real got in the way."),
    Word.CHANGE: _l("You asked to change it."),
    Word.CALLED_OFF: _l("Called off."),
}
TELLINGS: Final = {
    Telling.TOLD: _l("The truth"),
    Telling.HALF: _l("Half of it"),
    Telling.COVER: _l("A cover story"),
    Telling.NOBODY_ASKED: _l("They didn't ask"),
    Telling.RATHER_NOT_SAY: _l("I'd rather not say"),
}
REACTIONS: Final = {
    Reaction.SUPPORTIVE: _l("Kindly"),
    Reaction.NEUTRAL: _l("It was nothing much to them"),
    Reaction.UPSET: _l("Upset"),
    Reaction.UPSET_THEN_ALL_RIGHT: _l("Upset, then all right"),
    Reaction.FRIGHTENING: _l("It frightened me"),
    Reaction.UNKNOWN: _l("I don't know"),
}
VERDICTS: Final = {
    Verdict.KEEP: _l("Keep it"),
    Verdict.ADAPT: _l("Change something about it"),
    Verdict.DROP: _l("Drop this activity: it isn't for me"),
    Verdict.NOT_YET: _l("Not yet"),
}
OF_ONE: Final = {
    Verdict.KEEP: _l("Keep %(activity)s"),
    Verdict.ADAPT: _l("Change something about %(activity)s"),
    Verdict.DROP: _l("Drop %(activity)s: it isn't for me"),
    Verdict.NOT_YET: _l("Not yet"),
}
"""The verdicts on an activity whose name is known."""
ON_TOP: Final = {
    OnTop.THE_THING: _l("The thing itself"),
    OnTop.GUILT_ON_TOP: _l("The guilt on top"),
    OnTop.BOTH: _l("Both"),
    OnTop.UNSURE: _l("I'm not sure"),
}
CARE: Final = {
    CareNeed.NO: _l("No"),
    CareNeed.COVERED: _l("Yes, and someone covers"),
    CareNeed.NOT_SURE: _l("I'm not sure"),
}
IN_WORDS: Final[Mapping[type, Mapping[Any, object]]] = {
    Word: {**HOW_IT_WENT, Word.CALLED_OFF: CALLED_OFF},
    Telling: TELLINGS,
    Reaction: REACTIONS,
    Verdict: VERDICTS,
    OnTop: ON_TOP,
    CareNeed: CARE,
}


def verdicts_on(activity: str) -> list[tuple[str, str]]:
    """What may be said of an activity from now on, by its name."""
    return [(verdict, Words(str(label) % {"activity": activity})) for verdict, label in OF_ONE.items()]


def in_words(value: object) -> str:
    """An answer as its page says it; "" for none."""
    return str(IN_WORDS[type(value)][value]) if value else ""
