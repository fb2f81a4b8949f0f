"""Which weeks are looked at, and how many occasions it takes to say something of them together."""

from datetime import UTC, date, datetime

import pytest

from companion.kernel.week import ZoneHistory
from companion.review.rules import Beside, Weeks, beside, lately, open_mondays

ROME = ZoneHistory.staying_in("Europe/Rome")


def at(day: int, hour: int = 12, minute: int = 0) -> datetime:
    """In March 2025; Rome is an hour ahead."""
    return datetime(2025, 3, day, hour - 1, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "first"),
    [
        pytest.param(at(5), date(2025, 1, 27), id="Wednesday: last week is still open"),
        pytest.param(at(6, 1), date(2025, 2, 3), id="Thursday: it has closed"),
        pytest.param(at(9), date(2025, 2, 3), id="Sunday: this week hasn't"),
        pytest.param(at(10), date(2025, 2, 3), id="Monday: nor has the one that ended"),
    ],
)
def test_lately_begins_with_the_fourth_last_closed_week(now: datetime, first: date) -> None:
    assert lately(now, ROME).from_monday == first


def test_lately_reaches_to_the_end_of_this_week() -> None:
    assert lately(at(5), ROME) == Weeks(date(2025, 1, 27), date(2025, 3, 10))


def test_until_thursday_last_week_is_open_too() -> None:
    assert open_mondays(at(5), ROME) == (date(2025, 2, 24), date(2025, 3, 3))
    assert open_mondays(at(6, 1), ROME) == (date(2025, 3, 3),)


def test_a_day_begins_where_the_patient_is() -> None:
    assert open_mondays(at(10, 1), ROME)[-1] == date(2025, 3, 10)
    assert open_mondays(at(10, 1), ZoneHistory.staying_in("America/St_Johns"))[-1] == date(2025, 3, 3)


def test_two_occasions_are_not_put_together() -> None:
    assert beside([(8, 2), (7, 1)]) is None
    assert beside([]) is None


def test_three_are() -> None:
    assert beside([(8, 2), (7, 7), (1, 3)]) == Beside(less=1, as_much=1, more=1)
    assert beside([(8, 2), (7, 7), (1, 3), (5, 0)]) == Beside(less=2, as_much=1, more=1)
