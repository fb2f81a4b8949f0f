"""What a patient says after a session; every line can be left out."""

from flask_babel import lazy_gettext as _l

from companion.sessions.forms.words import CHIPS, LEARNED
from companion.sessions.forms.written_up import several
from companion.sessions.queries import BetweenRead, LearnedRead
from companion.sessions.rules import Between, Chip, Learned, chips_of
from companion.web.forms import choice, rated, rating
from companion.web.unseen import OnceForm


class AfterwardsForm(OnceForm):
    mattered = rating(_l("We talked about what mattered to me"))
    mine = rating(_l("The steps feel mine"))
    heard = rating(_l("I felt heard"))
    chips = several(_l("Was any of this there?"), CHIPS.items())
    learned = choice(_l("What did we learn from what was done in between?"), LEARNED.items())

    @classmethod
    def of(cls, said: BetweenRead | None, learned: LearnedRead) -> "AfterwardsForm":
        """What was said before, to be put right; nothing is chosen where nothing was said."""
        numbers = {}
        if said:
            for name in ("mattered", "mine", "heard"):
                value = getattr(said.said, name)
                numbers[name] = "" if value is None else str(value)
        chips = [chip.value for chip in said.said.chips] if said else []
        return cls(formdata=None, **numbers, chips=chips, learned=learned.mine.value if learned.mine else "")

    @property
    def between(self) -> Between:
        return Between(
            mattered=rated(self.mattered),
            mine=rated(self.mine),
            heard=rated(self.heard),
            chips=chips_of(Chip(each) for each in self.chips.data or ()),
        )

    @property
    def answer(self) -> Learned | None:
        return Learned(self.learned.data) if self.learned.data else None
