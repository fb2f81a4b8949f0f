"""How many taps an evening takes, and how many seconds of a person's, whatever the machine that tests it.

The seconds are reckoned and not measured, so that a busy machine changes nothing: by the keystroke-level model (Card,
Moran and Newell, 1980: 1.35 s to make up one's mind before each act), 0.5 s for a thumb to reach a target of 44 px or
more (Fitts), 0.33 s for a character (36 words a minute on phones; Palin et al., 2019), and a second for each page.
"""

from typing import Final

from playwright.sync_api import Locator

from tests.support.hands import Finger

TO_DECIDE, TO_TAP, TO_TYPE, TO_LOAD = 1.35, 0.5, 0.33, 1.0
CHECK_IN_TAPS, CHECK_IN_SECONDS, WHOLE_RECORD_SECONDS = 2, 5.0, 60.0
"""What the specification allows: a check-in from the open page to saved, and a whole record."""
SAVED: Final = "Saved. You can stop here."


class Thumb(Finger):
    """A finger whose taps and characters are counted, from the latest page that was opened on."""

    taps = characters = pages = 0

    def open(self, path: str) -> None:
        super().open(path)
        self.count_anew()

    def count_anew(self) -> None:
        """Count from here on."""
        self.taps = self.characters = self.pages = 0

    @property
    def seconds(self) -> float:
        """What a person would have needed since then."""
        return self.taps * (TO_DECIDE + TO_TAP) + self.characters * TO_TYPE + self.pages * TO_LOAD

    def activate(self, target: Locator) -> None:
        self.taps += 1
        super().activate(target)

    def pick(self, group: Locator, radio: Locator) -> None:
        self.taps += 1
        super().pick(group, radio)

    def write(self, target: Locator, text: str) -> None:
        self.taps += 1
        self.characters += len(text)
        super().write(target, text)

    def _go(self, target: Locator) -> None:
        self.pages += 1
        super()._go(target)

    def has_checked_in(self) -> None:
        """It is saved, and was not more than a check-in may take."""
        self.sees(SAVED)
        assert self.taps <= CHECK_IN_TAPS
        assert self.seconds <= CHECK_IN_SECONDS

    def has_recorded_it_all(self) -> None:
        """It was not more than a whole record may take."""
        assert self.seconds < WHOLE_RECORD_SECONDS, (self.taps, self.characters, self.pages)
