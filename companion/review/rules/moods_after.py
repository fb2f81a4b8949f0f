"""The mood after stopping beside that after going on, as it was told when the occasion was over; pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from companion.experiments.rules import Word
from companion.review.rules import mean_of

WENT_ON: Final = frozenset({Word.DONE, Word.SMALLER, Word.MY_PART})
STOPPED: Final = frozenset({Word.STOPPED_BEFORE, Word.STOPPED_MIDWAY})


@dataclass(frozen=True, slots=True)
class Moods:
    """Moods 0-10 after one kind of occasion."""

    each: tuple[int, ...]

    @property
    def n(self) -> int:
        """How many."""
        return len(self.each)

    @property
    def mean(self) -> float | None:
        """To a tenth; None where they are too few to be put together."""
        return mean_of(self.each)


def moods_after(said: Iterable[tuple[Word, int | None]], words: Collection[Word]) -> Moods:
    """The moods told with one of these words."""
    return Moods(tuple(mood for word, mood in said if word in words and mood is not None))
