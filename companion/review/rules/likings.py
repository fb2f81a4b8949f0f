"""What was liked, by activity, from what was said after each time; pure.

Nothing is said of fewer than `FEWEST_TO_GENERALISE` times together: then each stands by itself. What was dropped stays
in, with what was found: that is a finding like the others.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from companion.experiments.rules import OnTop, Verdict
from companion.review.rules import mean_of


@dataclass(frozen=True, slots=True)
class Tried:
    """What was said after one time; enjoyment 0-10."""

    activity_id: UUID
    enjoyment: int | None = None
    liking_of: OnTop | None = None
    verdict: Verdict | None = None

    @property
    def is_said(self) -> bool:
        """Whether anything was said of the liking."""
        return self.enjoyment is not None or self.liking_of is not None or self.verdict is not None


@dataclass(frozen=True, slots=True)
class Liking:
    """What was found of one activity."""

    activity_id: UUID
    enjoyed: tuple[int, ...]
    """Each enjoyment 0-10, oldest first."""
    verdict: Verdict | None
    """The latest."""
    on_top: tuple[tuple[OnTop, int], ...]
    """How often each was said of what there was not to like, in the order in which they are offered."""

    @property
    def n(self) -> int:
        """Times with a number."""
        return len(self.enjoyed)

    @property
    def mean(self) -> float | None:
        """To a tenth; None where they are too few to be put together."""
        return mean_of(self.enjoyed)


def likings(tried: Iterable[Tried]) -> tuple[Liking, ...]:
    """Put together what was said, told oldest first: the most often tried first, and last what was dropped."""
    by_activity: dict[UUID, list[Tried]] = {}
    for each in tried:
        if each.is_said:
            by_activity.setdefault(each.activity_id, []).append(each)
    found = (_liking(activity_id, said) for activity_id, said in by_activity.items())
    return tuple(sorted(found, key=lambda liking: (liking.verdict is Verdict.DROP, -liking.n)))


def _liking(activity_id: UUID, said: list[Tried]) -> Liking:
    verdicts = [each.verdict for each in said if each.verdict is not None]
    times = Counter(each.liking_of for each in said)
    return Liking(
        activity_id=activity_id,
        enjoyed=tuple(each.enjoyment for each in said if each.enjoyment is not None),
        verdict=verdicts[-1] if verdicts else None,
        on_top=tuple((answer, times[answer]) for answer in OnTop if answer in times),
    )
