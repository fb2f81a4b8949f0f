"""The worked examples of "Adherence", one test each, and the decisions that stand beside them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from companion.contract.rules import TaskKind
from companion.experiments.adherence import (
    Log,
    MomentOutcome,
    OneOffState,
    PausedDays,
    Range,
    Record,
    Segment,
    Tally,
    TellingCounts,
    Tellings,
    is_from_memory,
    latest_of_each,
    one_off_count,
    period_tally,
    period_tellings,
    response_count,
    shows_percentage,
    tellings_of,
    weekly_count,
    whole_percent,
    written_together,
)
from companion.experiments.rules import Place, Result, Telling, place_of
from companion.kernel.week import ZoneHistory, local_date, monday_of

ROME = ZoneInfo("Europe/Rome")
SPORT = UUID(int=1)
DINNER = UUID(int=2)
TRUTH = UUID(int=3)

MONDAY = date(2024, 1, 8)
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = (MONDAY + timedelta(days=n) for n in range(1, 7))
NEXT_MONDAY = MONDAY + timedelta(days=7)
CHRISTMAS = date(2023, 12, 25)
LONG_AFTER = datetime(2024, 6, 1, tzinfo=UTC)


def rome(day: date, hour: int = 20, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ROME).astimezone(UTC)


def weekly(target: int, from_day: date = CHRISTMAS, until_day: date | None = None) -> Segment:
    return Segment(lineage_id=SPORT, kind=TaskKind.WEEKLY, target=target, from_day=from_day, until_day=until_day)


def one_off(
    lineage: UUID = DINNER, *, window_until: date = FRIDAY, from_day: date = CHRISTMAS, until_day: date | None = None
) -> Segment:
    return Segment(
        lineage_id=lineage, kind=TaskKind.ONE_OFF, window_until=window_until, from_day=from_day, until_day=until_day
    )


def telling_task(from_day: date = CHRISTMAS, until_day: date | None = None) -> Segment:
    return Segment(lineage_id=TRUTH, kind=TaskKind.PRACTICE, telling=True, from_day=from_day, until_day=until_day)


def said(
    result: Result, day: date = TUESDAY, *tellings: Telling, lineage: UUID = SPORT, hour: int = 20, in_time: bool = True
) -> Log:
    return Log(
        occasion_id=uuid4(),
        lineage_id=lineage,
        happened_at=rome(day, hour),
        local_date=day,
        result=result,
        tellings=tellings,
        asked_before_window_end=in_time,
    )


def record(
    *segments: Segment,
    logs: tuple[Log, ...] = (),
    pauses: tuple[PausedDays, ...] = (),
    said_all: bool = False,
    zones: ZoneHistory | None = None,
    now: datetime = LONG_AFTER,
) -> Record:
    return Record(
        segments=segments,
        logs=logs,
        zones=zones or ZoneHistory.staying_in("Europe/Rome"),
        now=now,
        pauses=pauses,
        said_all=frozenset({(SPORT, MONDAY)}) if said_all else frozenset(),
    )


def week_of(*segments: Segment, logs: tuple[Log, ...] = (), pauses: tuple[PausedDays, ...] = ()) -> Tally:
    return weekly_count(record(*segments, logs=logs, pauses=pauses), SPORT, MONDAY).counted


def percents(share: Range | None) -> tuple[int, int] | None:
    return None if share is None else share.percents


def week_period(of: Record) -> Tally:
    return period_tally(of, MONDAY, NEXT_MONDAY)


# The worked examples


def test_example_1_a_one_off_done_with_a_cover_story_is_done_and_has_no_ratio() -> None:
    dinner = record(one_off(), logs=(said(Result.DONE, FRIDAY, Telling.COVER, lineage=DINNER),))
    assert week_period(dinner) == Tally(done=1)
    told = period_tellings(dinner, MONDAY, NEXT_MONDAY)
    assert told.counts == TellingCounts(cover=1)
    assert told.openness is None


@pytest.mark.parametrize(
    ("telling_segments", "openness"), [((), None), ((telling_task(),), Fraction(1, 2))], ids=["no task", "in force"]
)
def test_example_2_two_done_one_given_up_one_silent_gives_ranges_and_openness_only_with_a_telling_task(
    telling_segments: tuple[Segment, ...], openness: Fraction | None
) -> None:
    logs = (
        said(Result.DONE, MONDAY, Telling.TOLD),
        said(Result.DONE, TUESDAY, Telling.COVER),
        said(Result.GAVE_UP, FRIDAY),
    )
    facts = record(weekly(4), *telling_segments, logs=logs)
    tally = week_period(facts)
    assert (percents(tally.did), percents(tally.tried)) == ((50, 75), (75, 100))
    told = period_tellings(facts, MONDAY, NEXT_MONDAY)
    assert told.counts == TellingCounts(told=1, cover=1)
    assert told.openness == openness


def test_example_3_a_renegotiated_one_off_leaves_the_denominator() -> None:
    results = {
        UUID(int=11): Result.DONE,
        UUID(int=12): Result.GAVE_UP,
        UUID(int=13): Result.NOT_ATTEMPTED,
        UUID(int=14): Result.RENEGOTIATED,
    }
    tally = week_period(
        record(
            *(one_off(lineage) for lineage in results),
            logs=tuple(said(result, lineage=lineage) for lineage, result in results.items()),
        )
    )
    assert (tally.n, percents(tally.did), percents(tally.tried)) == (3, (33, 33), (67, 67))


def test_example_4_a_smaller_version_is_done_and_a_fourth_time_is_extra() -> None:
    logs = tuple(said(Result.DONE, day) for day in (MONDAY, WEDNESDAY, FRIDAY))
    assert week_of(weekly(3), logs=(*logs, said(Result.SMALLER, SUNDAY))) == Tally(done=3, extra=1)


def test_example_5_silence_makes_a_range() -> None:
    tally = week_of(weekly(3), logs=(said(Result.DONE), said(Result.GAVE_UP, FRIDAY)))
    assert tally == Tally(done=1, gave_up=1, no_word=1)
    assert (percents(tally.did), percents(tally.tried)) == ((33, 67), (67, 100))


def test_example_6_that_is_all_this_week_makes_one_figure() -> None:
    logs = (said(Result.DONE), said(Result.GAVE_UP, FRIDAY))
    tally = weekly_count(record(weekly(3), logs=logs, said_all=True), SPORT, MONDAY).counted
    assert tally == Tally(done=1, gave_up=1, not_attempted=1)
    assert tally.did == Range(Fraction(1, 3), Fraction(1, 3))
    assert tally.did.is_one_figure
    assert percents(tally.tried) == (67, 67)


@pytest.mark.parametrize(("agreed_on", "asked"), [(MONDAY, 3), (WEDNESDAY, 2), (SUNDAY, 0)])
def test_example_7_a_week_asks_only_for_its_days_in_force(agreed_on: date, asked: int) -> None:
    assert weekly_count(record(weekly(3, agreed_on)), SPORT, MONDAY).asked == asked


def test_example_7_a_log_before_the_day_of_agreement_does_not_count() -> None:
    logs = (said(Result.DONE, MONDAY), said(Result.DONE, WEDNESDAY))
    assert week_of(weekly(3, WEDNESDAY), logs=logs) == Tally(done=1, no_word=1)


def test_example_8_a_target_changed_on_wednesday_is_weighed_by_days() -> None:
    changed = record(weekly(3, CHRISTMAS, WEDNESDAY), weekly(2, WEDNESDAY))
    assert weekly_count(changed, SPORT, MONDAY).asked == 2


@pytest.mark.parametrize(
    ("target", "resumed_on", "asked"), [(3, THURSDAY, 1), (3, NEXT_MONDAY, 0), (3, None, 0), (1, TUESDAY, 0)]
)
def test_example_9_paused_days_ask_for_nothing(target: int, resumed_on: date | None, asked: int) -> None:
    pause = PausedDays(lineage_id=SPORT, first_day=MONDAY, resumed_on=resumed_on)
    week = weekly_count(record(weekly(target), pauses=(pause,)), SPORT, MONDAY)
    assert (week.asked, week.tally.n) == (asked, asked)
    assert (week.counted.did is None) == (asked == 0)


@pytest.mark.parametrize(("sideways", "counts", "share"), [(0, (4, 5), Fraction(4, 5)), (1, (4, 6), Fraction(2, 3))])
def test_example_10_something_else_is_held_and_sideways_is_not(
    sideways: int, counts: tuple[int, int], share: Fraction
) -> None:
    outcomes = [MomentOutcome.SAID_NOTHING] * 3 + [MomentOutcome.SAID_SOMETHING_ELSE, MomentOutcome.SAID_IT]
    found = response_count(outcomes + [MomentOutcome.CAME_OUT_SIDEWAYS] * sideways)
    assert (found.held, found.moments) == counts
    assert found.share == share


def test_example_10_without_moments_there_is_no_share() -> None:
    assert response_count([]).share is None


@pytest.mark.parametrize(
    ("instant", "monday"), [("2024-03-31T22:30Z", date(2024, 4, 1)), ("2024-10-27T22:30Z", date(2024, 10, 21))]
)
def test_example_11_the_week_is_that_of_the_local_date_when_clocks_change(instant: str, monday: date) -> None:
    assert monday_of(local_date(datetime.fromisoformat(instant), ROME)) == monday


def test_example_12_a_correction_to_gave_up_counts_and_the_first_word_stays_in_the_history() -> None:
    first = tuple(said(Result.DONE, day) for day in (MONDAY, WEDNESDAY, FRIDAY))
    history = (*first, replace(first[1], result=Result.GAVE_UP))
    tally = week_of(weekly(3), logs=latest_of_each(history))
    assert (tally.did, tally.tried) == (Range(Fraction(2, 3), Fraction(2, 3)), Range(Fraction(1), Fraction(1)))
    assert [row.result for row in history if row.occasion_id == first[1].occasion_id] == [Result.DONE, Result.GAVE_UP]


def test_example_13_a_period_is_a_sum_over_a_sum_and_no_mean_of_percentages() -> None:
    second, third = (MONDAY + timedelta(days=days) for days in (7, 14))
    logs = (
        *(said(Result.DONE, day) for day in (MONDAY, TUESDAY, second, second, second, third)),
        said(Result.NOT_ATTEMPTED, FRIDAY),
        *(said(Result.OBSTACLE, third) for _ in range(2)),
    )
    tally = period_tally(record(weekly(3), logs=logs), MONDAY, MONDAY + timedelta(days=21))
    assert tally.did == Range(Fraction(6, 7), Fraction(6, 7))
    assert tally.did.percents == (86, 86)
    assert tally == sum((Tally(done=2, not_attempted=1), Tally(done=3), Tally(done=1)), Tally())


def test_example_14_an_obstacle_leaves_the_denominator() -> None:
    logs = (said(Result.DONE, MONDAY), said(Result.DONE, WEDNESDAY), said(Result.OBSTACLE, FRIDAY))
    tally = week_of(weekly(3), logs=logs)
    assert (tally.done, tally.n, tally.shows_percentage) == (2, 2, False)


def test_example_15_my_part_is_done() -> None:
    assert week_period(record(one_off(), logs=(said(Result.MY_PART, lineage=DINNER),))) == Tally(done=1)


def test_example_16_a_sunday_night_dinner_told_on_monday_belongs_to_that_sunday() -> None:
    dinner = said(Result.DONE, SUNDAY, lineage=DINNER, hour=23)
    facts = record(one_off(window_until=NEXT_MONDAY), logs=(dinner,), now=rome(NEXT_MONDAY, 9))
    assert one_off_count(facts, DINNER).monday == MONDAY
    assert week_period(facts) == Tally(done=1)
    assert period_tally(facts, NEXT_MONDAY, NEXT_MONDAY + timedelta(days=7)) == Tally()
    assert not is_from_memory(happened_at=dinner.happened_at, entered_at=facts.now)


def test_example_17_a_week_is_open_until_thursday_and_then_has_a_range() -> None:
    facts = record(weekly(3), logs=(said(Result.DONE),), now=rome(NEXT_MONDAY + timedelta(days=1)))
    week = weekly_count(facts, SPORT, MONDAY)
    assert (week.tally.done, week.tally.n, week.is_closed) == (1, 3, False)
    assert week_period(facts) == week.counted == Tally()

    thursday = rome(NEXT_MONDAY + timedelta(days=3), 0)
    assert week.closes_at == thursday
    assert week_period(replace(facts, now=thursday - timedelta.resolution)) == Tally()
    assert percents(week_period(replace(facts, now=thursday)).did) == (33, 100)


# Weekly tasks, beside the examples


def test_a_week_given_up_more_often_than_asked_does_not_grow() -> None:
    logs = tuple(said(Result.GAVE_UP, day) for day in (MONDAY, TUESDAY, FRIDAY))
    assert week_of(weekly(2), logs=(*logs, said(Result.DONE, SUNDAY))) == Tally(done=1, gave_up=1)


def test_obstacles_take_away_only_what_was_neither_done_nor_tried() -> None:
    logs = (said(Result.DONE), said(Result.GAVE_UP), *(said(Result.OBSTACLE) for _ in range(5)))
    assert week_of(weekly(3), logs=logs) == Tally(done=1, gave_up=1)


def test_not_attempted_is_known_and_no_word_is_not() -> None:
    logs = (said(Result.DONE), *(said(Result.NOT_ATTEMPTED) for _ in range(5)))
    assert week_of(weekly(3), logs=logs) == Tally(done=1, not_attempted=2)
    assert week_of(weekly(3), logs=logs[:2]) == Tally(done=1, not_attempted=1, no_word=1)


def test_that_is_all_this_week_does_not_close_it_sooner() -> None:
    facts = record(weekly(3), logs=(said(Result.DONE),), said_all=True, now=rome(SUNDAY))
    week = weekly_count(facts, SPORT, MONDAY)
    assert week.tally == Tally(done=1, not_attempted=2)
    assert week.counted == Tally()


def test_a_task_dropped_on_thursday_asks_for_three_days_and_counts_until_then() -> None:
    logs = (said(Result.DONE, WEDNESDAY), said(Result.DONE, THURSDAY))
    assert week_of(weekly(7, CHRISTMAS, THURSDAY), logs=logs) == Tally(done=1, no_word=2)


def test_a_task_that_passes_from_one_version_to_the_next_keeps_the_whole_week() -> None:
    logs = (said(Result.DONE, MONDAY), said(Result.DONE, WEDNESDAY))
    same = (weekly(3, CHRISTMAS, WEDNESDAY), weekly(3, WEDNESDAY))
    assert week_of(*same, logs=logs) == week_of(weekly(3), logs=logs) == Tally(done=2, no_word=1)


def test_the_day_of_agreement_belongs_to_the_new_version_even_where_both_claim_it() -> None:
    assert weekly_count(record(weekly(1), weekly(7, WEDNESDAY)), SPORT, MONDAY).asked == (1 * 2 + 7 * 5) // 7


def test_done_on_a_paused_day_counts() -> None:
    pause = PausedDays(lineage_id=None, first_day=TUESDAY, resumed_on=FRIDAY)
    assert week_of(weekly(3), logs=(said(Result.DONE, WEDNESDAY),), pauses=(pause,)) == Tally(done=1)


def test_a_pause_of_another_task_changes_nothing() -> None:
    pause = PausedDays(lineage_id=DINNER, first_day=MONDAY)
    assert week_of(weekly(3), pauses=(pause,)) == Tally(no_word=3)


def test_two_pauses_over_the_same_day_take_it_away_once() -> None:
    pauses = tuple(PausedDays(lineage_id=who, first_day=MONDAY, resumed_on=TUESDAY) for who in (None, SPORT))
    assert week_of(weekly(7), pauses=pauses).n == 6


@pytest.mark.parametrize("kind", [TaskKind.PRACTICE, TaskKind.IN_SESSION, TaskKind.RESPONSE])
def test_practice_in_session_and_response_tasks_are_in_no_period(kind: TaskKind) -> None:
    facts = record(Segment(lineage_id=SPORT, kind=kind, from_day=CHRISTMAS), logs=(said(Result.DONE),))
    assert week_period(facts) == Tally()
    assert weekly_count(facts, SPORT, MONDAY).tally == Tally()


@pytest.mark.parametrize("target", [None, 0, 8])
def test_a_weekly_task_without_a_target_of_one_to_seven_is_refused(target: int | None) -> None:
    with pytest.raises(ValueError, match="1-7"):
        Segment(lineage_id=SPORT, kind=TaskKind.WEEKLY, target=target, from_day=MONDAY)


def test_an_occasion_that_comes_twice_is_refused() -> None:
    log = said(Result.DONE)
    with pytest.raises(ValueError, match="counts once"):
        record(weekly(3), logs=(log, replace(log, result=Result.GAVE_UP)))


# One-off tasks, beside the examples


def test_a_silent_one_off_is_pending_until_72_hours_after_its_window_and_then_no_word() -> None:
    due = rome(MONDAY + timedelta(days=8), 0)  # its window ends on Friday 24:00
    waiting = one_off_count(record(one_off(), now=due - timedelta.resolution), DINNER)
    assert (waiting.state, waiting.tally) == (OneOffState.PENDING, Tally())
    silent = one_off_count(record(one_off(), now=due), DINNER)
    assert (silent.state, silent.tally, silent.monday) == (OneOffState.COUNTED, Tally(no_word=1), MONDAY)


def test_a_one_off_counts_as_soon_as_there_is_a_word() -> None:
    facts = record(one_off(), logs=(said(Result.GAVE_UP, lineage=DINNER),), now=rome(TUESDAY, 23))
    assert week_period(facts) == Tally(gave_up=1)


@pytest.mark.parametrize("ids", [(1, 2), (2, 1)])
def test_a_one_off_counts_once_by_its_latest_occasion(ids: tuple[int, int]) -> None:
    stopped, done = said(Result.GAVE_UP, TUESDAY, lineage=DINNER), said(Result.DONE, FRIDAY, lineage=DINNER)
    logs = tuple(replace(log, occasion_id=UUID(int=n)) for log, n in zip((stopped, done), ids, strict=True))
    assert week_period(record(one_off(), logs=logs)) == Tally(done=1)


@pytest.mark.parametrize("result", [Result.OBSTACLE, Result.RENEGOTIATED])
def test_an_obstacle_or_a_change_asked_for_in_time_is_not_counted(result: Result) -> None:
    count = one_off_count(record(one_off(), logs=(said(result, lineage=DINNER),)), DINNER)
    assert (count.state, count.tally) == (OneOffState.NOT_COUNTED, Tally())


def test_a_change_asked_for_after_the_window_is_a_word_and_counts_as_not_attempted() -> None:
    assert place_of(Result.RENEGOTIATED, asked_before_window_end=False) is Place.NOT_ATTEMPTED
    late = said(Result.RENEGOTIATED, SATURDAY, lineage=DINNER, in_time=False)
    assert week_period(record(one_off(), logs=(late,))) == Tally(not_attempted=1)


@pytest.mark.parametrize(("dropped_on", "state"), [(FRIDAY, OneOffState.NOT_COUNTED), (SATURDAY, OneOffState.COUNTED)])
def test_a_one_off_dropped_before_its_window_ends_is_not_counted(dropped_on: date, state: OneOffState) -> None:
    assert one_off_count(record(one_off(until_day=dropped_on)), DINNER).state is state


@pytest.mark.parametrize(
    ("result", "tally"),
    [(Result.DONE, Tally(done=1)), (Result.GAVE_UP, Tally()), (Result.NOT_ATTEMPTED, Tally())],
)
def test_of_a_one_off_dropped_or_paused_only_what_was_done_counts(result: Result, tally: Tally) -> None:
    logs = (said(result, lineage=DINNER),)
    pause = PausedDays(lineage_id=DINNER, first_day=THURSDAY)
    assert week_period(record(one_off(until_day=THURSDAY), logs=logs)) == tally
    assert week_period(record(one_off(), logs=logs, pauses=(pause,))) == tally


@pytest.mark.parametrize(("resumed_on", "state"), [(SATURDAY, OneOffState.NOT_COUNTED), (FRIDAY, OneOffState.COUNTED)])
def test_a_window_that_ends_inside_a_pause_is_not_counted(resumed_on: date, state: OneOffState) -> None:
    pause = PausedDays(lineage_id=None, first_day=TUESDAY, resumed_on=resumed_on)
    assert one_off_count(record(one_off(), pauses=(pause,)), DINNER).state is state


def test_what_is_called_off_with_its_activity_says_nothing_of_a_one_off() -> None:
    off = replace(said(Result.RENEGOTIATED, THURSDAY, lineage=DINNER), called_off=True)
    done = said(Result.DONE, TUESDAY, lineage=DINNER)
    assert week_period(record(one_off(), logs=(done, off))) == Tally(done=1)
    assert one_off_count(record(one_off(), logs=(off,), now=rome(THURSDAY)), DINNER).state is OneOffState.PENDING


def test_what_is_called_off_takes_a_place_of_its_week_away() -> None:
    off = replace(said(Result.RENEGOTIATED, THURSDAY), called_off=True)
    assert week_period(record(weekly(3), logs=(said(Result.DONE), off))) == Tally(done=1, no_word=1)


def test_a_one_off_in_several_versions_has_the_window_of_the_latest() -> None:
    versions = (one_off(window_until=TUESDAY, until_day=WEDNESDAY), one_off(window_until=SUNDAY, from_day=WEDNESDAY))
    waiting = record(*versions, now=rome(SUNDAY))
    assert one_off_count(waiting, DINNER).state is OneOffState.PENDING
    assert week_period(replace(waiting, now=LONG_AFTER)) == Tally(no_word=1)


def test_a_window_that_ended_in_the_version_before_still_counts() -> None:
    versions = (one_off(window_until=TUESDAY, until_day=WEDNESDAY), one_off(window_until=TUESDAY, from_day=WEDNESDAY))
    assert week_period(record(*versions)) == Tally(no_word=1)


@pytest.mark.parametrize("result", [Result.OBSTACLE, Result.RENEGOTIATED])
@pytest.mark.parametrize(
    ("of_version", "spoken_on"),
    [(MONDAY, MONDAY), (MONDAY, WEDNESDAY)],
    ids=["before the agreement", "earlier on its day"],
)
def test_a_one_off_put_off_and_agreed_anew_is_asked_for_anew(result: Result, of_version: date, spoken_on: date) -> None:
    """Its evening would have been on Friday; on Wednesday both agreed to the week after."""
    versions = (
        one_off(from_day=MONDAY, until_day=WEDNESDAY),
        one_off(window_until=NEXT_MONDAY, from_day=WEDNESDAY),
    )
    put_off = replace(said(result, FRIDAY, lineage=DINNER), agreed_on=of_version, spoken_on=spoken_on)
    before = record(*versions, logs=(put_off,), now=rome(NEXT_MONDAY))
    assert one_off_count(before, DINNER).state is OneOffState.PENDING
    silent = one_off_count(replace(before, now=LONG_AFTER), DINNER)
    assert (silent.state, silent.tally, silent.monday) == (OneOffState.COUNTED, Tally(no_word=1), NEXT_MONDAY)
    done = said(Result.DONE, TUESDAY, lineage=DINNER)
    assert one_off_count(record(*versions, logs=(put_off, done)), DINNER).tally == Tally(done=1)


@pytest.mark.parametrize("result", [Result.OBSTACLE, Result.RENEGOTIATED])
@pytest.mark.parametrize(
    ("of_version", "spoken_on"),
    [(WEDNESDAY, WEDNESDAY), (MONDAY, THURSDAY)],
    ids=["an occasion of its own", "said since"],
)
def test_a_one_off_put_off_in_the_version_that_asks_is_not_counted(
    result: Result, of_version: date, spoken_on: date
) -> None:
    versions = (
        one_off(from_day=MONDAY, until_day=WEDNESDAY),
        one_off(window_until=NEXT_MONDAY, from_day=WEDNESDAY),
    )
    put_off = replace(said(result, FRIDAY, lineage=DINNER), agreed_on=of_version, spoken_on=spoken_on)
    assert one_off_count(record(*versions, logs=(put_off,)), DINNER).state is OneOffState.NOT_COUNTED


def test_a_one_off_put_off_stays_so_where_a_later_version_only_carries_its_old_window() -> None:
    versions = (one_off(window_until=TUESDAY, until_day=WEDNESDAY), one_off(window_until=TUESDAY, from_day=WEDNESDAY))
    put_off = replace(said(Result.OBSTACLE, MONDAY, lineage=DINNER), agreed_on=CHRISTMAS)
    assert one_off_count(record(*versions, logs=(put_off,)), DINNER).state is OneOffState.NOT_COUNTED


def test_an_occasion_before_the_agreement_is_no_word_on_a_one_off() -> None:
    facts = record(one_off(from_day=WEDNESDAY), logs=(said(Result.DONE, TUESDAY, lineage=DINNER),))
    assert week_period(facts) == Tally(no_word=1)


def test_a_window_ends_where_the_patient_is() -> None:
    in_apia = ZoneHistory(((rome(CHRISTMAS), "Europe/Rome"), (rome(THURSDAY), "Pacific/Apia")))
    ends_at = datetime(2024, 1, 12, 11, tzinfo=UTC)  # Friday 24:00 in Apia, thirteen hours ahead
    facts = record(one_off(), zones=in_apia, now=ends_at + timedelta(hours=72))
    assert one_off_count(facts, DINNER).state is OneOffState.COUNTED
    assert one_off_count(replace(facts, now=facts.now - timedelta.resolution), DINNER).state is OneOffState.PENDING


def test_a_one_off_without_a_window_is_refused_and_an_unknown_one_cannot_be_counted() -> None:
    with pytest.raises(ValueError, match="window"):
        Segment(lineage_id=DINNER, kind=TaskKind.ONE_OFF, from_day=MONDAY)
    with pytest.raises(ValueError, match="empty"):
        one_off_count(record(weekly(3)), SPORT)


# Periods, tellings, figures


def test_a_period_can_be_narrowed_to_a_lineage() -> None:
    facts = record(weekly(3), one_off(), logs=(said(Result.DONE, lineage=DINNER),))
    assert week_period(facts) == Tally(done=1, no_word=3)
    assert period_tally(facts, MONDAY, NEXT_MONDAY, {DINNER}) == Tally(done=1)
    assert period_tally(facts, MONDAY, NEXT_MONDAY, {SPORT}) == Tally(no_word=3)


def test_a_period_is_named_by_mondays_and_may_be_empty() -> None:
    assert period_tally(record(weekly(3)), MONDAY, MONDAY) == Tally()
    for days in ((TUESDAY, NEXT_MONDAY), (MONDAY, TUESDAY)):
        with pytest.raises(ValueError, match="Tuesday"):
            period_tally(record(weekly(3)), *days)


def test_tellings_of_an_open_week_wait_for_it_to_close() -> None:
    facts = record(weekly(3), telling_task(), logs=(said(Result.DONE, TUESDAY, Telling.TOLD),), now=rome(SUNDAY))
    assert period_tellings(facts, MONDAY, NEXT_MONDAY) == Tellings()
    assert period_tellings(replace(facts, now=LONG_AFTER), MONDAY, NEXT_MONDAY).openness == 1


def test_openness_is_over_the_days_a_telling_task_is_in_force_paused_or_not_and_each_person_counts_once() -> None:
    logs = (
        said(Result.DONE, MONDAY, Telling.COVER, Telling.COVER),
        said(Result.DONE, WEDNESDAY, Telling.TOLD, Telling.HALF),
        said(Result.DONE, THURSDAY, Telling.TOLD, Telling.NOBODY_ASKED, Telling.RATHER_NOT_SAY),
        said(Result.DONE, FRIDAY, Telling.COVER),
        said(Result.DONE, SUNDAY, Telling.COVER),
    )
    pause = PausedDays(lineage_id=TRUTH, first_day=FRIDAY)
    facts = record(weekly(3), telling_task(WEDNESDAY, SUNDAY), logs=logs, pauses=(pause,))
    told = tellings_of(facts, facts.logs)
    assert told.counts == TellingCounts(told=2, half=1, cover=4, nobody_asked=1, rather_not_say=1)
    assert told.while_in_force == TellingCounts(told=2, half=1, cover=1, nobody_asked=1, rather_not_say=1)
    assert told.openness == Fraction(2, 4)


def test_nobody_asked_and_rather_not_say_make_no_ratio() -> None:
    facts = record(telling_task(), logs=(said(Result.DONE, MONDAY, Telling.NOBODY_ASKED, Telling.RATHER_NOT_SAY),))
    assert tellings_of(facts, facts.logs).openness is None


def test_an_entry_is_from_memory_from_the_first_moment_after_a_day() -> None:
    happened_at = rome(SATURDAY)
    a_day_later = happened_at + timedelta(hours=24)
    assert not is_from_memory(happened_at=happened_at, entered_at=a_day_later)
    assert is_from_memory(happened_at=happened_at, entered_at=a_day_later + timedelta.resolution)


@pytest.mark.parametrize(
    ("minutes", "together"),
    [
        ((), ()),
        ((0, 1), (0, 0)),
        ((0, 10, 20), (3, 3, 3)),
        ((0, 10, 20.01), (0, 0, 0)),
        ((20, 0, 10), (3, 3, 3)),
        ((0, 0, 0), (3, 3, 3)),
        ((0, 5, 9, 60, 61, 62, 63, 90), (3, 3, 3, 4, 4, 4, 4, 0)),
    ],
)
def test_three_or_more_each_within_ten_minutes_are_written_together(
    minutes: tuple[float, ...], together: tuple[int, ...]
) -> None:
    entered = [(UUID(int=number), rome(SATURDAY) + timedelta(minutes=each)) for number, each in enumerate(minutes)]
    found = written_together(entered)
    assert tuple(found.get(entry_id, 0) for entry_id, _at in entered) == together


@pytest.mark.parametrize("local", ["2025-03-30T01:57", "2025-10-26T02:57"])
def test_written_together_goes_by_true_time_over_both_changes_of_the_clocks(local: str) -> None:
    """01:57, 03:03, 03:09 and 02:57, 02:03 (again), 02:09 are six minutes apart each."""
    first = datetime.fromisoformat(local).replace(tzinfo=ROME)
    entered = [
        (UUID(int=number), (first.astimezone(UTC) + timedelta(minutes=6 * number)).astimezone(ROME))
        for number in range(3)
    ]
    assert set(written_together(entered).values()) == {3}


@pytest.mark.parametrize(
    ("share", "percent"),
    [(Fraction(6, 7), 86), (Fraction(8, 9), 89), (Fraction(1, 3), 33), (Fraction(1, 8), 13), (Fraction(5, 8), 63)],
)
def test_a_share_is_rounded_to_a_whole_percentage_halves_up(share: Fraction, percent: int) -> None:
    assert whole_percent(share) == percent


@pytest.mark.parametrize(("n", "shown"), [(0, False), (2, False), (3, True)])
def test_a_percentage_is_shown_from_three_up(n: int, shown: bool) -> None:  # noqa: FBT001 - a table of cases
    assert shows_percentage(n) is shown
    assert Tally(no_word=n).shows_percentage is shown
