"""Which guilt counts as having been there in the hour before stopping."""

from datetime import UTC, datetime, timedelta

import pytest

from companion.review.rules.hour_before import hour_before

AT = datetime(2025, 3, 5, 18, tzinfo=UTC)


@pytest.mark.parametrize(("minutes", "counts"), [(-1, False), (0, True), (60, True), (61, False)])
def test_an_hour_both_edges_included(minutes: int, *, counts: bool) -> None:
    assert hour_before([(AT - timedelta(minutes=minutes), 8)], [[AT]]).n == counts


def test_the_highest_counts_and_a_stopping_without_a_number_does_not() -> None:
    rated = [(AT - timedelta(minutes=50), 9), (AT - timedelta(minutes=10), 5)]
    found = hour_before(rated, [[AT], [AT + timedelta(days=1)], []])
    assert found.peaks == (9,)


def test_either_instant_may_be_the_stopping() -> None:
    rated = [(AT - timedelta(minutes=90), 7)]
    assert hour_before(rated, [[AT, AT - timedelta(minutes=80)]]).peaks == (7,)


def test_much_is_six_and_three_may_be_put_together() -> None:
    days = [AT + timedelta(days=day) for day in range(3)]
    found = hour_before([*zip(days, (5, 6, 9), strict=True)], [[day] for day in days])
    assert (found.with_much, found.n, found.is_enough) == (2, 3, True)
    assert not hour_before([(AT, 9)], [[AT]]).is_enough
