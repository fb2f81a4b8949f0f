"""Local days and weeks where clocks change, midnight is missing or comes twice, and people travel."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.kernel.week import (
    TIME_FOR_A_WORD,
    ZoneHistory,
    as_utc,
    local_date,
    monday_of,
    require_monday,
    start_of_day,
    week_closes_at,
)

ZONES = ("Europe/Rome", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia")
DAYS_WHEN_CLOCKS_CHANGE = (
    date(2024, 3, 31),  # Rome, forward
    date(2024, 10, 27),  # Rome, back
    date(2024, 3, 10),  # St John's, forward
    date(2024, 11, 3),  # St John's, back
    date(2006, 10, 29),  # St John's, back from 00:01 to 23:01 of the day before
    date(2006, 4, 2),  # St John's, forward at 00:01
    date(2020, 9, 27),  # Apia, forward
    date(2021, 4, 4),  # Apia, back
    date(2011, 12, 30),  # Apia, the day that never was
    date(1986, 1, 1),  # Kathmandu, from +5:30 to +5:45 at midnight
)

any_zone = st.sampled_from(ZONES)
any_day = st.one_of(
    st.dates(date(1990, 1, 1), date(2035, 12, 31)),
    st.builds(
        lambda day, days: day + timedelta(days=days), st.sampled_from(DAYS_WHEN_CLOCKS_CHANGE), st.integers(-2, 2)
    ),
)
any_instant = st.datetimes(datetime(2012, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis adds it


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@st.composite
def travels(draw: st.DrawFn) -> ZoneHistory:
    moved_at = sorted(draw(st.sets(any_instant, min_size=1, max_size=4)))
    return ZoneHistory(tuple((instant, draw(any_zone)) for instant in moved_at))


@given(any_day)
def test_a_week_is_named_by_its_monday(day: date) -> None:
    monday = monday_of(day)
    assert monday.weekday() == 0
    assert monday <= day < monday + timedelta(days=7)
    assert require_monday(monday) == monday


def test_a_week_named_by_another_day_is_refused() -> None:
    with pytest.raises(ValueError, match="Wednesday 2024-10-02"):
        require_monday(date(2024, 10, 2))


def test_an_instant_without_a_zone_is_refused() -> None:
    naive = datetime(2024, 10, 2, 12, 0)  # noqa: DTZ001 - the fault under test
    with pytest.raises(ValueError, match="needs a zone"):
        as_utc(naive)
    with pytest.raises(ValueError, match="needs a zone"):
        local_date(naive, ZoneInfo("Europe/Rome"))


@pytest.mark.parametrize(
    ("instant", "zone", "day"),
    [
        ("2024-03-31T22:30", "Europe/Rome", date(2024, 4, 1)),
        ("2024-10-27T22:30", "Europe/Rome", date(2024, 10, 27)),
        ("2024-07-01T02:29", "America/St_Johns", date(2024, 6, 30)),
        ("2024-07-01T02:30", "America/St_Johns", date(2024, 7, 1)),
        ("2024-07-01T18:14", "Asia/Kathmandu", date(2024, 7, 1)),
        ("2024-07-01T18:15", "Asia/Kathmandu", date(2024, 7, 2)),
        ("2011-12-30T09:59", "Pacific/Apia", date(2011, 12, 29)),
        ("2011-12-30T10:00", "Pacific/Apia", date(2011, 12, 31)),
    ],
)
def test_the_date_is_the_one_on_the_wall(instant: str, zone: str, day: date) -> None:
    assert local_date(utc(instant), ZoneInfo(zone)) == day


@pytest.mark.parametrize(
    ("day", "zone", "begins"),
    [
        pytest.param(date(2024, 1, 8), "Europe/Rome", "2024-01-07T23:00", id="an ordinary day"),
        pytest.param(date(2024, 3, 31), "Europe/Rome", "2024-03-30T23:00", id="clocks change later that day"),
        pytest.param(date(2018, 11, 4), "America/Sao_Paulo", "2018-11-04T03:00", id="midnight is skipped"),
        pytest.param(date(1919, 3, 31), "America/Toronto", "1919-03-31T04:30", id="the jump begins before midnight"),
        pytest.param(date(2018, 11, 4), "America/Havana", "2018-11-04T04:00", id="midnight comes twice"),
        pytest.param(date(2018, 2, 18), "America/Sao_Paulo", "2018-02-18T03:00", id="the hour before it comes twice"),
        pytest.param(date(2006, 10, 29), "America/St_Johns", "2006-10-29T02:30", id="back over midnight"),
        pytest.param(date(2011, 12, 30), "Pacific/Apia", "2011-12-30T10:00", id="the day that never was"),
        pytest.param(date(2011, 12, 31), "Pacific/Apia", "2011-12-30T10:00", id="the day after it"),
    ],
)
def test_a_day_begins_when_the_wall_first_reaches_it(day: date, zone: str, begins: str) -> None:
    assert start_of_day(day, ZoneInfo(zone)) == utc(begins)


@given(any_day, any_zone)
def test_no_minute_before_its_start_belongs_to_a_day(day: date, zone_name: str) -> None:
    zone = ZoneInfo(zone_name)
    begins = start_of_day(day, zone)
    assert begins.tzinfo is UTC
    assert local_date(begins, zone) >= day
    assert all(local_date(begins - timedelta(minutes=minutes), zone) < day for minutes in range(1, 27 * 60, 7))
    assert local_date(begins - timedelta(microseconds=1), zone) < day


def test_a_zone_history_is_neither_empty_nor_out_of_order() -> None:
    later, sooner = (utc("2024-05-02T00:00"), "Europe/Rome"), (utc("2024-05-01T00:00"), "Asia/Kathmandu")
    for moves in ((), (later, sooner), (later, later)):
        with pytest.raises(ValueError, match="each move later"):
            ZoneHistory(moves)


def test_a_zone_holds_from_the_instant_of_the_move_and_the_first_one_before_it() -> None:
    zones = ZoneHistory(((utc("2024-05-01T00:00"), "Europe/Rome"), (utc("2024-06-01T12:00"), "Pacific/Apia")))
    assert zones.at(utc("2020-01-01T00:00")).key == "Europe/Rome"
    assert zones.at(utc("2024-06-01T11:59")).key == "Europe/Rome"
    assert zones.at(utc("2024-06-01T12:00")).key == "Pacific/Apia"
    assert zones.at(datetime(2024, 6, 1, 13, 59, tzinfo=timezone(timedelta(hours=2)))).key == "Europe/Rome"


def test_flying_east_over_midnight_begins_the_day_on_arrival() -> None:
    zones = ZoneHistory(((utc("2024-01-01T00:00"), "America/St_Johns"), (utc("2024-01-14T23:30"), "Europe/Rome")))
    assert zones.local_date(utc("2024-01-14T23:29")) == date(2024, 1, 14)
    assert zones.start_of_day(date(2024, 1, 15)) == utc("2024-01-14T23:30")


def test_flying_west_over_midnight_does_not_begin_the_day_twice() -> None:
    zones = ZoneHistory(((utc("2024-01-01T00:00"), "Europe/Rome"), (utc("2024-01-14T23:30"), "America/St_Johns")))
    assert zones.local_date(utc("2024-01-14T23:30")) == date(2024, 1, 14)
    assert zones.start_of_day(date(2024, 1, 15)) == utc("2024-01-14T23:00")


@given(travels(), any_instant)
def test_a_traveller_begins_a_day_when_their_calendar_first_reaches_it(zones: ZoneHistory, instant: datetime) -> None:
    day = zones.local_date(instant)
    begins = zones.start_of_day(day)
    assert begins <= instant
    assert zones.local_date(begins) >= day
    assert all(zones.local_date(begins - timedelta(minutes=minutes)) < day for minutes in range(1, 60 * 60, 11))


@given(travels(), any_instant, any_zone)
def test_a_later_move_never_changes_a_day_that_has_begun(zones: ZoneHistory, instant: datetime, zone: str) -> None:
    last_move = zones.moves[-1][0]
    now = max(instant, last_move + timedelta(minutes=1))
    today = zones.local_date(now)
    moved = ZoneHistory((*zones.moves, (now, zone)))
    if zones.start_of_day(today) < now:
        assert moved.start_of_day(today) == zones.start_of_day(today)


@pytest.mark.parametrize(
    ("monday", "zone", "closes"),
    [
        pytest.param(date(2024, 1, 8), "Europe/Rome", "2024-01-17T23:00", id="Thursday 00:00"),
        pytest.param(date(2024, 3, 25), "Europe/Rome", "2024-04-03T22:00", id="clocks went forward on its Sunday"),
        pytest.param(date(2024, 10, 21), "Europe/Rome", "2024-10-30T23:00", id="clocks went back on its Sunday"),
        pytest.param(date(2024, 1, 8), "Asia/Kathmandu", "2024-01-17T18:15", id="a quarter of an hour"),
        pytest.param(date(2011, 12, 19), "Pacific/Apia", "2011-12-29T10:00", id="the week before the skipped day"),
        pytest.param(date(2011, 12, 26), "Pacific/Apia", "2012-01-04T10:00", id="the week of the skipped day"),
    ],
)
def test_a_week_closes_72_hours_after_its_sunday(monday: date, zone: str, closes: str) -> None:
    assert timedelta(hours=72) == TIME_FOR_A_WORD
    assert week_closes_at(monday, ZoneHistory.staying_in(zone)) == utc(closes)


def test_the_72_hours_are_real_hours_when_clocks_change_within_them() -> None:
    closes = week_closes_at(date(2022, 3, 14), ZoneHistory.staying_in("Asia/Tehran"))
    assert closes == utc("2022-03-23T20:30")
    assert closes.astimezone(ZoneInfo("Asia/Tehran")).isoformat() == "2022-03-24T01:00:00+04:30"


def test_a_week_closes_by_the_zone_the_person_was_in_on_that_sunday_night() -> None:
    zones = ZoneHistory(((utc("2024-01-01T00:00"), "Europe/Rome"), (utc("2024-01-12T12:00"), "Asia/Kathmandu")))
    assert week_closes_at(date(2024, 1, 1), zones) == utc("2024-01-10T23:00")
    assert week_closes_at(date(2024, 1, 8), zones) == utc("2024-01-17T18:15")


def test_a_week_that_is_no_monday_never_closes() -> None:
    with pytest.raises(ValueError, match="Tuesday"):
        week_closes_at(date(2024, 1, 9), ZoneHistory.staying_in("Europe/Rome"))
