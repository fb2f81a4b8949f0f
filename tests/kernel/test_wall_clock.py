"""Times as people say them, in zones whose clocks change."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from companion.kernel.wall_clock import NoSuchTimeError, instant_at

ROME = ZoneInfo("Europe/Rome")


def test_a_winter_evening_in_rome_is_an_hour_earlier_in_utc() -> None:
    assert instant_at(date(2025, 3, 6), time(18, 30), ROME) == datetime(2025, 3, 6, 17, 30, tzinfo=UTC)


def test_a_time_that_comes_twice_is_its_first_coming() -> None:
    assert instant_at(date(2025, 10, 26), time(2, 30), ROME) == datetime(2025, 10, 26, 0, 30, tzinfo=UTC)


def test_a_time_that_the_clocks_jump_over_does_not_exist() -> None:
    with pytest.raises(NoSuchTimeError):
        instant_at(date(2025, 3, 30), time(2, 30), ROME)


def test_a_day_that_a_zone_skipped_has_no_times() -> None:
    with pytest.raises(NoSuchTimeError):
        instant_at(date(2011, 12, 30), time(12), ZoneInfo("Pacific/Apia"))
