"""What is said of an activity after several times, and of how many."""

from uuid import UUID

from companion.experiments.rules import OnTop, Verdict
from companion.review.rules.likings import Tried, likings

TENNIS, SPANISH, GYM = UUID(int=1), UUID(int=2), UUID(int=3)


def times(activity: UUID, *enjoyed: int | None) -> list[Tried]:
    return [Tried(activity, enjoyment, verdict=Verdict.KEEP) for enjoyment in enjoyed]


def test_three_times_are_put_together_and_two_are_not() -> None:
    [tennis] = likings(times(TENNIS, 8, 7, 9))
    assert (tennis.n, tennis.mean) == (3, 8)
    [tennis] = likings(times(TENNIS, 8, 7))
    assert (tennis.n, tennis.mean, tennis.enjoyed) == (2, None, (8, 7))


def test_a_time_without_a_number_is_no_time_of_the_mean() -> None:
    [tennis] = likings(times(TENNIS, 8, None, 7))
    assert (tennis.n, tennis.mean) == (2, None)


def test_the_mean_is_to_a_tenth() -> None:
    [gym] = likings(times(GYM, 5, 5, 6))
    assert gym.mean == 5.3


def test_the_latest_verdict_holds() -> None:
    [spanish] = likings([Tried(SPANISH, 4, verdict=Verdict.KEEP), Tried(SPANISH, 2, verdict=Verdict.DROP)])
    assert spanish.verdict is Verdict.DROP
    [spanish] = likings([Tried(SPANISH, 4, verdict=Verdict.NOT_YET), Tried(SPANISH, 2)])
    assert spanish.verdict is Verdict.NOT_YET


def test_the_thing_itself_and_the_guilt_on_top_are_counted() -> None:
    said = [OnTop.THE_THING, OnTop.GUILT_ON_TOP, OnTop.GUILT_ON_TOP, None]
    [gym] = likings(Tried(GYM, 3, each) for each in said)
    assert gym.on_top == ((OnTop.THE_THING, 1), (OnTop.GUILT_ON_TOP, 2))


def test_what_was_dropped_stays_and_stands_last() -> None:
    found = likings(
        [*times(SPANISH, 4, 3), Tried(SPANISH, 2, verdict=Verdict.DROP), *times(GYM, 5), *times(TENNIS, 8, 8)]
    )
    assert [each.activity_id for each in found] == [TENNIS, GYM, SPANISH]
    assert found[-1].enjoyed == (4, 3, 2)


def test_what_nothing_was_said_of_is_not_there() -> None:
    assert likings([Tried(GYM)]) == ()
