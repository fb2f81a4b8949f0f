"""What the pages of wishes and of the pattern may send."""

from dataclasses import asdict
from typing import Self

from flask_babel import lazy_gettext as _l

from companion.formulation.queries import Patterns, WishRead
from companion.formulation.rules import Fit, Motive, PatternWords, WishWords
from companion.web.forms import Form, choice, text
from companion.web.unseen import OnceForm, SeenField

MOTIVES = {
    Motive.FUN: _l("For the fun of it"),
    Motive.CURIOSITY: _l("Out of curiosity"),
    Motive.FREEDOM: _l("To feel free"),
    Motive.CLOSENESS: _l("To be close to someone"),
    Motive.RECOGNITION: _l("To be seen"),
    Motive.UNSURE: _l("Not sure why"),
}
FITS = {Fit.EXACTLY: _l("Exactly"), Fit.PARTLY: _l("Partly"), Fit.NOT_ME: _l("Not me")}
LINES = {
    "wish": _l("I’d like …"),
    "feared_response": _l("I expect that they …"),
    "view_of_self": _l("Then I see myself as …"),
    "feeling": _l("I feel …"),
    "body": _l("In my body …"),
    "does": _l("So I …"),
    "costs": _l("It costs me …"),
    "healthy_part": _l("And a part of me …"),
}
"""How each line of the pattern begins, in the patient's voice."""


class WishForm(OnceForm):
    seen = SeenField(_l("What stood"))
    """Empty for a new one."""
    what = text(_l("What I’d like"), required=True)
    motive = choice(_l("Why? You can leave this open."), [(each.value, label) for each, label in MOTIVES.items()])

    @classmethod
    def of(cls, wish: WishRead) -> "WishForm":
        return cls(formdata=None, seen=wish.stand, what=wish.text, motive=wish.motive or "")

    @property
    def words(self) -> WishWords:
        return WishWords(self.what.data or "", Motive(self.motive.data) if self.motive.data else None)


class SuggestionForm(OnceForm):
    what = text(_l("Something they might like"), required=True)


class PatternForm(OnceForm):
    """The eight lines, as both sides write them."""

    seen = SeenField(_l("What stood"))
    wish = text(LINES["wish"], required=True)
    feared_response = text(LINES["feared_response"])
    view_of_self = text(LINES["view_of_self"])
    feeling = text(LINES["feeling"])
    body = text(LINES["body"])
    does = text(LINES["does"])
    costs = text(LINES["costs"])
    healthy_part = text(LINES["healthy_part"])

    @classmethod
    def of(cls, patterns: Patterns, begin_from: PatternWords) -> Self:
        return cls(formdata=None, seen=patterns.stand, **asdict(begin_from))

    @property
    def words(self) -> PatternWords:
        return PatternWords(**{name: self[name].data for name in LINES})


class OwnPatternForm(PatternForm):
    """In the patient's words, with how well they fit."""

    fit = choice(
        _l("Is it like this?"), [(each.value, label) for each, label in FITS.items() if each.fits], required=True
    )


class FitForm(Form):
    """An answer to a version, by one of its buttons."""

    seen = SeenField(_l("What you read"))
    fit = choice(_l("Is it like this?"), [(each.value, label) for each, label in FITS.items()], required=True)
