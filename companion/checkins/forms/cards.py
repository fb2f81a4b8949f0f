"""What the pages of a patient's cards may send."""

from flask_babel import lazy_gettext as _l

from companion.checkins.queries import CardRead, card_fingerprint
from companion.web.forms import text
from companion.web.unseen import OnceForm, SeenField

CARD = 400
"""Longest card, in characters: it is read in the moment."""


class CardForm(OnceForm):
    """`seen` is empty for a new card."""

    seen = SeenField(_l("What stood"))
    words = text(_l("My words"), required=True, most=CARD)

    @classmethod
    def of(cls, card: CardRead) -> "CardForm":
        return cls(formdata=None, words=card.words, seen=card_fingerprint(card))
