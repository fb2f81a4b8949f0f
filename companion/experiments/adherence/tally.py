"""Counts, and the shares that may be read from them; pure."""

from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Final

SMALLEST_N_FOR_A_PERCENTAGE: Final = 3
"""Under this N only counts are shown ("2 of 2"). Ours, and not validated."""


def whole_percent(share: Fraction) -> int:
    """Return a share (0-1) as a whole percentage (0-100), halves rounded up."""
    return floor(share * 100 + Fraction(1, 2))


def shows_percentage(n: int) -> bool:
    """Say whether a share of n is shown as a percentage; under 3 only its counts are."""
    return n >= SMALLEST_N_FOR_A_PERCENTAGE


@dataclass(frozen=True, slots=True)
class Range:
    """A share from low to high (0-1): one figure where they are equal, and wider by what has no word yet."""

    low: Fraction
    high: Fraction

    @property
    def is_one_figure(self) -> bool:
        """Whether everything has a word."""
        return self.low == self.high

    @property
    def percents(self) -> tuple[int, int]:
        """Both ends as whole percentages (0-100)."""
        return whole_percent(self.low), whole_percent(self.high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Counts of what was agreed. `extra` was done beyond it, stands outside N, and is shown beside it."""

    done: int = 0
    gave_up: int = 0
    not_attempted: int = 0
    no_word: int = 0
    extra: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """Add counts, so that a period is a sum over a sum and never a mean of percentages."""
        return Tally(
            done=self.done + other.done,
            gave_up=self.gave_up + other.gave_up,
            not_attempted=self.not_attempted + other.not_attempted,
            no_word=self.no_word + other.no_word,
            extra=self.extra + other.extra,
        )

    @property
    def n(self) -> int:
        """N = d + g + x + u."""
        return self.done + self.gave_up + self.not_attempted + self.no_word

    @property
    def did(self) -> Range | None:
        """d/N to (d + u)/N, or None where N is 0 (shown as a dash)."""
        return self._share_of(self.done)

    @property
    def tried(self) -> Range | None:
        """(d + g)/N to (d + g + u)/N, or None where N is 0 (shown as a dash)."""
        return self._share_of(self.done + self.gave_up)

    @property
    def shows_percentage(self) -> bool:
        """Whether N is large enough for a percentage."""
        return shows_percentage(self.n)

    def _share_of(self, count: int) -> Range | None:
        if self.n == 0:
            return None
        return Range(Fraction(count, self.n), Fraction(count + self.no_word, self.n))
