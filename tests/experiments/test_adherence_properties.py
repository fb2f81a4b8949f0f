"""What holds of adherence whatever was agreed, paused, said and corrected, and wherever the patient was."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import example, given
from hypothesis import strategies as st

from companion.contract.rules import TaskKind
from companion.experiments.adherence import (
    Log,
    OneOffState,
    PausedDays,
    Range,
    Record,
    Segment,
    Tally,
    latest_of_each,
    one_off_count,
    period_tally,
    period_tellings,
    weekly_count,
)
from companion.experiments.rules import Result, Telling
from companion.kernel.week import ZoneHistory, monday_of

ZONES = ("Europe/Rome", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia")
SPORT, DINNER, TRUTH = (UUID(int=n) for n in range(1, 4))
MONDAYS = (
    date(2024, 3, 25),  # Rome puts its clocks forward on the Sunday
    date(2024, 10, 21),  # and back
    date(2024, 3, 4),  # St John's forward
    date(2024, 10, 28),  # and back
    date(2020, 9, 21),  # Apia forward
    date(2021, 3, 29),  # and back
    date(2011, 12, 26),  # Apia had no Friday
)
LONG_AFTER = datetime(2030, 1, 1, tzinfo=UTC)
ONE_DAY = timedelta(days=1)
ONE_WEEK = timedelta(weeks=1)

days_from_monday = st.integers(-3, 10)


def mid_day(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@st.composite
def weekly_versions(draw: st.DrawFn, monday: date) -> tuple[Segment, ...]:
    """Draw one to three versions of a weekly task, each beginning where the one before ends, and perhaps dropped."""
    cuts = sorted(draw(st.sets(days_from_monday, min_size=2, max_size=4)))
    days = [monday + n * ONE_DAY for n in cuts]
    ends = [*days[1:-1], days[-1] if draw(st.booleans()) else None]
    return tuple(
        Segment(
            lineage_id=SPORT,
            kind=TaskKind.WEEKLY,
            target=draw(st.integers(1, 7)),
            from_day=from_day,
            until_day=until_day,
        )
        for from_day, until_day in zip(days[:-1], ends, strict=True)
    )


@st.composite
def pauses(draw: st.DrawFn, monday: date) -> PausedDays:
    first_day = monday + draw(days_from_monday) * ONE_DAY
    length = draw(st.none() | st.integers(0, 9))
    return PausedDays(
        lineage_id=draw(st.sampled_from((None, SPORT, DINNER, TRUTH))),
        first_day=first_day,
        resumed_on=None if length is None else first_day + length * ONE_DAY,
    )


@st.composite
def logs(draw: st.DrawFn, monday: date) -> tuple[Log, ...]:
    days = draw(st.lists(days_from_monday, max_size=12))
    return tuple(
        Log(
            occasion_id=UUID(int=number),
            lineage_id=draw(st.sampled_from((SPORT, SPORT, DINNER))),
            happened_at=mid_day(monday + day * ONE_DAY),
            local_date=monday + day * ONE_DAY,
            result=draw(st.sampled_from(Result)),
            tellings=tuple(draw(st.lists(st.sampled_from(Telling), max_size=2))),
            asked_before_window_end=draw(st.booleans()),
            agreed_on=draw(st.none() | st.just(monday - ONE_DAY)),
            spoken_on=draw(st.none() | days_from_monday.map(lambda n: monday + n * ONE_DAY)),
        )
        for number, day in enumerate(days)
    )


@st.composite
def records(draw: st.DrawFn) -> tuple[Record, date]:
    """Draw what one patient agreed, paused and said around one week, and that week's Monday."""
    monday = draw(st.sampled_from(MONDAYS))
    dinner = Segment(
        lineage_id=DINNER,
        kind=TaskKind.ONE_OFF,
        from_day=monday - ONE_DAY,
        window_until=monday + draw(days_from_monday) * ONE_DAY,
    )
    later_dinner = replace(
        dinner, from_day=monday + 2 * ONE_DAY, window_until=monday + draw(days_from_monday) * ONE_DAY
    )
    dinners = draw(st.sampled_from([(dinner,), (replace(dinner, until_day=later_dinner.from_day), later_dinner)]))
    truth = Segment(lineage_id=TRUTH, kind=TaskKind.PRACTICE, telling=True, from_day=monday)
    record = Record(
        segments=(*draw(weekly_versions(monday)), *dinners, truth),
        logs=draw(logs(monday)),
        zones=ZoneHistory.staying_in(draw(st.sampled_from(ZONES))),
        now=draw(st.just(LONG_AFTER) | st.integers(0, 480).map(lambda hours: mid_day(monday) + timedelta(hours=hours))),
        pauses=tuple(draw(st.lists(pauses(monday), max_size=2))),
        said_all=frozenset({(SPORT, monday)} if draw(st.booleans()) else ()),
    )
    return record, monday


def shares(tally: Tally) -> list[Range]:
    return [share for share in (tally.did, tally.tried) if share is not None]


def everything(record: Record, monday: date) -> Tally:
    return period_tally(record, monday - ONE_WEEK, monday + 3 * ONE_WEEK)


@given(records())
def test_nothing_is_ever_above_one_and_ranges_are_in_order(drawn: tuple[Record, date]) -> None:
    record, monday = drawn
    for tally in (weekly_count(record, SPORT, monday).tally, everything(record, monday)):
        assert all(0 <= share.low <= share.high <= 1 for share in shares(tally))
        if tally.did is not None and tally.tried is not None:
            assert tally.did.low <= tally.tried.low
            assert tally.did.high <= tally.tried.high
            assert tally.did.is_one_figure == (tally.no_word == 0)


@given(records())
def test_a_week_is_counted_from_the_words_of_its_own_days(drawn: tuple[Record, date]) -> None:
    """Which is all that `queries.this_week` reads."""
    record, monday = drawn
    of_week = (replace(log, tellings=()) for log in record.logs if monday <= log.local_date < monday + ONE_WEEK)
    less = replace(record, logs=tuple(of_week))
    for lineage_id in (SPORT, DINNER, TRUTH):
        assert weekly_count(less, lineage_id, monday) == weekly_count(record, lineage_id, monday)


@given(records())
def test_no_count_is_negative_and_a_week_never_holds_more_than_it_asked_for(drawn: tuple[Record, date]) -> None:
    record, monday = drawn
    week = weekly_count(record, SPORT, monday)
    tally = week.tally
    assert min(tally.done, tally.gave_up, tally.not_attempted, tally.no_word, tally.extra) >= 0
    assert tally.n <= week.asked <= 7


@st.composite
def busy_weeks(draw: st.DrawFn) -> tuple[Record, date, PausedDays]:
    """Draw a week in force from end to end, words on its days, and a pause within it that is not yet on record."""
    monday = MONDAYS[0]
    changed_on, first_paused = (monday + draw(st.integers(0, 6)) * ONE_DAY for _ in range(2))
    versions = ((monday - ONE_DAY, changed_on), (changed_on, None))
    segments = tuple(
        Segment(
            lineage_id=SPORT,
            kind=TaskKind.WEEKLY,
            target=draw(st.integers(1, 7)),
            from_day=from_day,
            until_day=until_day,
        )
        for from_day, until_day in versions
    )
    words = draw(st.lists(st.tuples(st.integers(0, 6), st.sampled_from(Result)), max_size=6))
    said = tuple(
        word_on(monday + day * ONE_DAY, result, UUID(int=number)) for number, (day, result) in enumerate(words)
    )
    pause = PausedDays(
        lineage_id=SPORT, first_day=first_paused, resumed_on=first_paused + draw(st.integers(1, 3)) * ONE_DAY
    )
    rome = ZoneHistory.staying_in("Europe/Rome")
    return Record(segments=segments, logs=said, zones=rome, now=LONG_AFTER), monday, pause


def word_on(day: date, result: Result, occasion_id: UUID) -> Log:
    return Log(
        occasion_id=occasion_id,
        lineage_id=SPORT,
        happened_at=mid_day(day),
        local_date=day,
        result=result,
        asked_before_window_end=True,
    )


@given(busy_weeks())
def test_within_one_week_a_pause_never_lowers_the_lower_end(drawn: tuple[Record, date, PausedDays]) -> None:
    record, monday, pause = drawn
    before = weekly_count(record, SPORT, monday)
    after = weekly_count(replace(record, pauses=(pause,)), SPORT, monday)
    assert after.asked <= before.asked
    assert after.tally.n <= before.tally.n
    for share, was in ((after.tally.did, before.tally.did), (after.tally.tried, before.tally.tried)):
        if share is not None and was is not None:
            assert share.low >= was.low


def test_a_word_of_a_day_paused_afterwards_still_counts() -> None:
    """Tried would otherwise fall from 1/7 to 0/6: the smallest case against dropping words of paused days."""
    monday, tuesday = MONDAYS[0], MONDAYS[0] + ONE_DAY
    sport = Segment(lineage_id=SPORT, kind=TaskKind.WEEKLY, target=7, from_day=monday)
    gave_up = word_on(tuesday, Result.GAVE_UP, UUID(int=0))
    pause = PausedDays(lineage_id=SPORT, first_day=tuesday, resumed_on=tuesday + ONE_DAY)
    rome = ZoneHistory.staying_in("Europe/Rome")
    record = Record(segments=(sport,), logs=(gave_up,), zones=rome, now=LONG_AFTER, pauses=(pause,))
    assert weekly_count(record, SPORT, monday).tally == Tally(gave_up=1, no_word=5)


@given(records(), st.data())
def test_the_order_of_what_was_agreed_paused_and_said_is_irrelevant(
    drawn: tuple[Record, date], data: st.DataObject
) -> None:
    record, monday = drawn
    shuffled = replace(
        record,
        segments=tuple(data.draw(st.permutations(record.segments))),
        logs=tuple(data.draw(st.permutations(record.logs))),
        pauses=tuple(data.draw(st.permutations(record.pauses))),
    )
    assert everything(shuffled, monday) == everything(record, monday)
    period = (monday - ONE_WEEK, monday + 3 * ONE_WEEK)
    assert period_tellings(shuffled, *period) == period_tellings(record, *period)


@st.composite
def corrected(draw: st.DrawFn) -> Sequence[Log]:
    """Draw rows in server order, in which any occasion may be corrected any number of times."""
    first = draw(logs(MONDAYS[0]))
    if not first:
        return ()
    rows = draw(st.lists(st.tuples(st.sampled_from(first), st.sampled_from(Result)), max_size=8))
    return (*first, *(replace(log, result=result) for log, result in rows))


@given(corrected())
def test_corrections_are_idempotent_and_the_latest_computes(rows: Sequence[Log]) -> None:
    latest = latest_of_each(rows)
    assert latest_of_each(latest) == latest
    assert latest_of_each((*rows, *latest)) == latest
    assert {log.occasion_id for log in latest} == {row.occasion_id for row in rows}
    assert {(log.occasion_id, log.result) for log in latest} == set(
        {row.occasion_id: (row.occasion_id, row.result) for row in rows}.values()
    )


@given(records())
def test_a_period_is_the_sum_of_its_weeks(drawn: tuple[Record, date]) -> None:
    record, monday = drawn
    weeks = [monday + n * ONE_WEEK for n in range(-1, 3)]
    assert everything(record, monday) == sum(
        (period_tally(record, week, week + ONE_WEEK) for week in weeks),
        Tally(),
    )


@given(records())
def test_a_one_off_is_one_unit_only_when_counted(drawn: tuple[Record, date]) -> None:
    record, _ = drawn
    count = one_off_count(record, DINNER)
    assert count.tally.n == int(count.state is OneOffState.COUNTED)
    assert count.monday == monday_of(count.monday)


def six_a_day(monday: date, zones: ZoneHistory, now: datetime = LONG_AFTER) -> Record:
    """Return a record with something done every four hours over three weeks, dated as the wall showed."""
    instants = [mid_day(monday - ONE_WEEK) + timedelta(hours=4 * n) for n in range(21 * 6)]
    done = tuple(
        Log(
            occasion_id=UUID(int=n),
            lineage_id=SPORT,
            happened_at=instant,
            local_date=zones.local_date(instant),
            result=Result.DONE,
        )
        for n, instant in enumerate(instants)
    )
    sport = Segment(lineage_id=SPORT, kind=TaskKind.WEEKLY, target=7, from_day=monday - 3 * ONE_WEEK)
    return Record(segments=(sport,), logs=done, zones=zones, now=now)


@st.composite
def travels(draw: st.DrawFn, monday: date) -> ZoneHistory:
    """Draw up to four moves between zones, within two weeks of this Monday."""
    hours = sorted(draw(st.sets(st.integers(-14 * 24, 14 * 24), min_size=1, max_size=4)))
    return ZoneHistory(tuple((mid_day(monday) + timedelta(hours=hour), draw(st.sampled_from(ZONES))) for hour in hours))


@given(st.sampled_from(MONDAYS), st.data())
def test_a_week_holds_what_the_wall_calendar_of_a_traveller_says(monday: date, data: st.DataObject) -> None:
    zones = data.draw(travels(monday))
    record = six_a_day(monday, zones)
    in_week = [log for log in record.logs if monday <= log.local_date < monday + ONE_WEEK]
    tally = weekly_count(record, SPORT, monday).tally
    assert tally.done == 7
    assert tally.done + tally.extra == len(in_week)


@given(st.sampled_from(MONDAYS), st.data())
def test_a_week_closes_once_72_hours_after_a_traveller_first_leaves_its_sunday(
    monday: date, data: st.DataObject
) -> None:
    zones = data.draw(travels(monday))
    closes_at = weekly_count(six_a_day(monday, zones), SPORT, monday).closes_at
    left = closes_at - timedelta(hours=72)
    assert zones.local_date(left) >= monday + ONE_WEEK
    assert all(zones.local_date(left - timedelta(minutes=n)) < monday + ONE_WEEK for n in range(1, 48 * 60, 13))
    assert not weekly_count(six_a_day(monday, zones, closes_at - timedelta.resolution), SPORT, monday).is_closed
    assert weekly_count(six_a_day(monday, zones, closes_at), SPORT, monday).is_closed


@given(st.sampled_from(MONDAYS), st.sampled_from(ZONES))
@example(date(2011, 12, 26), "Pacific/Apia")
def test_consecutive_weeks_share_nothing_and_miss_nothing_when_clocks_change(monday: date, zone: str) -> None:
    record = six_a_day(monday, ZoneHistory.staying_in(zone))
    weeks = [weekly_count(record, SPORT, monday + n * ONE_WEEK).tally for n in range(-2, 3)]
    assert sum(tally.done + tally.extra for tally in weeks) == len(record.logs)
