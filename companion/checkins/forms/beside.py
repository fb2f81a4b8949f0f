"""What the pages beside Now may send: three lines, and once a month how it is lately."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from companion.checkins.forms.entries import OnceForm, answer
from companion.checkins.forms.words import HELPED
from companion.checkins.rules import Helped, Vital
from companion.checkins.services import Lately, Lines
from companion.web.forms import Form, choice, number, rating, text

KEEP_WORDS = _l("Keep these words to myself")
MOST_CHOICES = 100_000


class ReflectionForm(OnceForm):
    """Three lines, each of which may stay empty."""

    want = text(_l("What do I want here?"))
    view = text(_l("What is my own view?"))
    feel = text(_l("What do I feel?"))
    words_private = BooleanField(KEEP_WORDS)

    def lines(self) -> Lines:
        return Lines(self.want.data or "", self.view.data or "", self.feel.data or "")


class MonthForm(OnceForm):
    """Is this helping, and how alive, free and close it is; each may be left out."""

    helped = choice(_l("Is this helping?"), HELPED.items())
    alive = rating(_l("How alive do I feel lately?"), can_t_tell=True)
    free = rating(_l("How free?"), can_t_tell=True)
    close = rating(_l("How close to others?"), can_t_tell=True)
    words = text(_l("Anything to add?"))
    words_private = BooleanField(KEEP_WORDS)

    def said(self) -> Lately:
        return Lately(
            helped=Helped(self.helped.data) if self.helped.data else None,
            words=self.words.data or "",
            vital=Vital(answer(self.alive), answer(self.free), answer(self.close)),
        )


class NotNowForm(OnceForm):
    """It isn't the moment."""


class KeepWordsForm(Form):
    """Who may read words from now on, and how many choices the page had seen."""

    words_private = choice(
        _l("Who can see it"), (("1", KEEP_WORDS), ("0", _l("Let my therapist read them"))), required=True
    )
    seen = number(_l("Choices seen"), 0, MOST_CHOICES, required=True)

    def choice_made(self) -> dict[str, Any]:
        """As the services take it."""
        return {"words_private": self.words_private.data == "1", "seen": self.seen.data}
