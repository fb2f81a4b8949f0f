"""What was said to others, and how they took it, beside how much they were feared to suffer; pure. Never a share."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from companion.experiments.rules import Reaction, Telling
from companion.review.rules import FEWEST_TO_GENERALISE, Pairs


@dataclass(frozen=True, slots=True)
class Told:
    """What was said to one person at one time; suffering 0-10, as feared and as seen, where known."""

    telling: Telling
    reaction: Reaction | None = None
    feared: int | None = None
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Met:
    """All that was said in one of the ways, and how it was met."""

    telling: Telling
    n: int
    reactions: tuple[tuple[Reaction, int], ...]
    """How often each, in the order in which they are offered; without those that say nothing, or "I don't know"."""
    suffering: Pairs
    """Feared and seen."""

    @property
    def not_known(self) -> int:
        """Times of which the patient doesn't know how it was taken, or didn't say."""
        return self.n - sum(times for _, times in self.reactions)

    @property
    def is_enough(self) -> bool:
        """Whether they may be put together."""
        return self.n >= FEWEST_TO_GENERALISE


def how_met(told: Iterable[Told]) -> tuple[Met, ...]:
    """Put together what was said in the same way, in the order in which the ways are offered."""
    by_telling: dict[Telling, list[Told]] = {telling: [] for telling in Telling}
    for each in told:
        by_telling[each.telling].append(each)
    return tuple(_met(telling, times) for telling, times in by_telling.items() if times)


def _met(telling: Telling, times: list[Told]) -> Met:
    counts = Counter(each.reaction for each in times)
    return Met(
        telling=telling,
        n=len(times),
        reactions=tuple((one, counts[one]) for one in Reaction if one in counts and one is not Reaction.UNKNOWN),
        suffering=Pairs(
            tuple((each.feared, each.seen) for each in times if each.feared is not None and each.seen is not None)
        ),
    )
