"""When guilt counts as having come after freedom, at its edges."""

from datetime import UTC, datetime, timedelta

import pytest

from companion.review.rules.freedom_first import Felt, Pair, freedom_first

AT = datetime(2024, 3, 15, 20, tzinfo=UTC)


def free(hours: float = 0, freedom: int | None = 7, guilt: int | None = 2, curiosity: int | None = None) -> Felt:
    return Felt(AT + timedelta(hours=hours), guilt, freedom, curiosity)


def guilty(hours: float, guilt: int | None = 8) -> Felt:
    return Felt(AT + timedelta(hours=hours), guilt)


def test_freedom_then_guilt_is_a_pair() -> None:
    found = freedom_first([guilty(3), free()])
    assert found.pairs == (Pair(AT, 7, AT + timedelta(hours=3), 8),)
    assert (found.times_free, found.n) == (1, 1)


@pytest.mark.parametrize(
    ("before", "pairs"),
    [
        (free(freedom=5), 1),
        (free(freedom=4), 0),
        (free(guilt=4), 1),
        (free(guilt=5), 0),
        (free(guilt=None), 0),  # can't tell is no small number
        (free(freedom=None, curiosity=5), 1),
        (free(freedom=1, curiosity=4), 0),
        (Felt(AT, freedom=5, asked_no_guilt=True), 1),
    ],
)
def test_free_is_five_of_either_at_a_guilt_of_four_at_most(before: Felt, pairs: int) -> None:
    found = freedom_first([before, guilty(1)])
    assert (found.n, found.times_free) == (pairs, pairs)


@pytest.mark.parametrize(("hours", "guilt", "pairs"), [(12, 6, 1), (12.01, 9, 0), (1, 5, 0), (1, None, 0), (-1, 9, 0)])
def test_guilt_is_six_within_twelve_hours(hours: float, guilt: int | None, pairs: int) -> None:
    found = freedom_first([free(), guilty(hours, guilt)])
    assert (found.n, found.times_free) == (pairs, 1)


def test_neither_is_counted_twice() -> None:
    found = freedom_first([free(), free(2, freedom=6), guilty(5), guilty(6)])
    assert (found.times_free, found.n) == (1, 1)
    assert found.pairs[0].free == 6
    found = freedom_first([free(), guilty(5), free(6), guilty(8)])
    assert (found.times_free, found.n) == (2, 2)


def test_how_often_no_guilt_came_is_told_beside_it() -> None:
    found = freedom_first([free(), guilty(5), free(100), free(200)])
    assert (found.times_free, found.n, found.is_enough) == (3, 1, True)
    assert not freedom_first([free(), guilty(5), free(100)]).is_enough
