"""Rounds of a goal, when somebody is asked, and what they may see of the other's answer."""

from datetime import UTC, date, datetime, timedelta

import pytest

from companion.contract.rules.goals import (
    ROUND,
    LastSaid,
    Turn,
    asked_on,
    round_begins,
    round_on,
    shows_the_others,
    turn,
)
from companion.kernel.week import ONE_DAY, ZoneHistory

AGREED = date(2025, 2, 3)
ROME = ZoneHistory.staying_in("Europe/Rome")


def after(days: int) -> date:
    return AGREED + timedelta(days=days)


@pytest.mark.parametrize(
    ("days", "number"), [(-1, 0), (0, 0), (27, 0), (28, 1), (55, 1), (56, 2), (28 * 19 - 1, 18), (28 * 19, 19)]
)
def test_a_round_is_28_days_from_the_day_of_agreement(days: int, number: int) -> None:
    assert round_on(AGREED, after(days)) == number


def test_a_round_ends_where_the_next_begins() -> None:
    for number in range(30):
        begins = round_begins(AGREED, number)
        assert round_on(AGREED, begins) == number
        assert round_on(AGREED, begins - ONE_DAY) == max(number - 1, 0)
        assert round_begins(AGREED, number + 1) - begins == ROUND


@pytest.mark.parametrize(
    ("agreed", "last_moment", "first_moment"),
    [
        # The clocks go forward on 30 March and back on 26 October 2025; midnight in Rome follows them.
        (date(2025, 3, 10), datetime(2025, 4, 6, 21, 59, tzinfo=UTC), datetime(2025, 4, 6, 22, 0, tzinfo=UTC)),
        (date(2025, 10, 6), datetime(2025, 11, 2, 22, 59, tzinfo=UTC), datetime(2025, 11, 2, 23, 0, tzinfo=UTC)),
        (date(2025, 3, 2), datetime(2025, 3, 29, 22, 59, tzinfo=UTC), datetime(2025, 3, 29, 23, 0, tzinfo=UTC)),
        (date(2025, 9, 28), datetime(2025, 10, 25, 21, 59, tzinfo=UTC), datetime(2025, 10, 25, 22, 0, tzinfo=UTC)),
    ],
)
def test_a_round_begins_at_the_patients_midnight_whatever_the_clocks_did(
    agreed: date, last_moment: datetime, first_moment: datetime
) -> None:
    assert [round_on(agreed, ROME.local_date(at)) for at in (last_moment, first_moment)] == [0, 1]


def test_nothing_is_asked_in_the_first_four_weeks() -> None:
    assert turn(AGREED, after(0), None, rests=False) is Turn.NOT_YET
    assert turn(AGREED, after(27), None, rests=False) is Turn.NOT_YET
    assert turn(AGREED, after(28), None, rests=False) is Turn.DUE
    assert asked_on(AGREED, None) == after(28)


def test_who_answered_in_a_round_is_done_with_it() -> None:
    last = LastSaid(1, after(28))
    assert turn(AGREED, after(28), last, rests=False) is Turn.SAID
    assert turn(AGREED, after(55), last, rests=False) is Turn.SAID
    assert turn(AGREED, after(56), last, rests=False) is Turn.DUE
    assert asked_on(AGREED, last) == after(56)


def test_who_answered_late_is_asked_28_days_later_and_may_answer_sooner() -> None:
    last = LastSaid(1, after(40))
    assert turn(AGREED, after(56), last, rests=False) is Turn.OPEN
    assert turn(AGREED, after(67), last, rests=False) is Turn.OPEN
    assert turn(AGREED, after(68), last, rests=False) is Turn.DUE
    assert asked_on(AGREED, last) == after(68)


def test_a_round_let_pass_is_not_asked_for_any_more() -> None:
    assert turn(AGREED, after(28 * 5), LastSaid(1, after(30)), rests=False) is Turn.DUE
    assert turn(AGREED, after(28 * 5), LastSaid(5, after(28 * 5)), rests=False) is Turn.SAID


def test_what_rests_is_not_asked_for_and_may_be_answered() -> None:
    assert turn(AGREED, after(28), None, rests=True) is Turn.OPEN
    assert turn(AGREED, after(3), None, rests=True) is Turn.NOT_YET
    assert turn(AGREED, after(30), LastSaid(1, after(28)), rests=True) is Turn.SAID


def test_a_traveller_who_is_a_day_younger_has_still_answered() -> None:
    assert turn(AGREED, after(55), LastSaid(2, after(56)), rests=False) is Turn.SAID


def test_the_others_answer_is_seen_after_ones_own_or_when_it_can_not_be_given_any_more() -> None:
    assert not shows_the_others(2, open_round=2, said=[])
    assert not shows_the_others(2, open_round=2, said=[1])
    assert shows_the_others(2, open_round=2, said=[2])
    assert shows_the_others(1, open_round=2, said=[])
    assert shows_the_others(2, open_round=None, said=[])
