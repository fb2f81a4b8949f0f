"""Moments of a response task: what is held, whose days count, and the same as counting by hand."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.contract.rules import TaskKind
from companion.experiments.adherence import (
    MomentOutcome,
    PausedDays,
    Record,
    ResponseCount,
    Segment,
    ToldMoment,
    period_responses,
    response_count,
)
from companion.kernel.week import ZoneHistory

UNSAID, OTHER = UUID(int=1), UUID(int=2)
MONDAY = date(2025, 3, 3)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
NOTHING, ELSE, SIDEWAYS, SAID = MomentOutcome


def segment(
    from_day: date = MONDAY, until_day: date | None = None, kind: TaskKind = TaskKind.RESPONSE, lineage: UUID = UNSAID
) -> Segment:
    target = 3 if kind is TaskKind.WEEKLY else None
    return Segment(lineage_id=lineage, kind=kind, from_day=from_day, until_day=until_day, target=target)


def record(*segments: Segment, pauses: tuple[PausedDays, ...] = ()) -> Record:
    return Record(
        segments=segments or (segment(),),
        logs=(),
        zones=ZoneHistory.staying_in("Europe/Rome"),
        now=datetime(2025, 4, 1, 12, tzinfo=UTC),
        pauses=pauses,
    )


def on(day: date = MONDAY, outcome: MomentOutcome = NOTHING, lineage: UUID = UNSAID) -> ToldMoment:
    return ToldMoment(lineage, day, outcome)


def counted(found: Record, *moments: ToldMoment, weeks: int = 1, only: set[UUID] | None = None) -> tuple[int, int]:
    count = period_responses(found, moments, MONDAY, MONDAY + weeks * WEEK, only)
    return count.held, count.moments


EXAMPLE_10 = (NOTHING, NOTHING, NOTHING, ELSE, SAID)


def test_example_10_four_of_five_are_held_and_sideways_is_one_more_that_is_not() -> None:
    moments = [on(outcome=outcome) for outcome in EXAMPLE_10]
    assert counted(record(), *moments) == (4, 5)
    assert counted(record(), *moments, on(outcome=SIDEWAYS)) == (4, 6)
    assert counted(record()) == (0, 0)
    assert response_count([]).share is None


@pytest.mark.parametrize(
    ("outcomes", "percent"), [((), None), ((NOTHING,) * 2, None), ((NOTHING, ELSE, SAID), 67), (EXAMPLE_10, 80)]
)
def test_there_is_no_percentage_under_three(outcomes: tuple[MomentOutcome, ...], percent: int | None) -> None:
    assert response_count(outcomes).percent == percent


def test_only_days_in_force_count_and_the_day_of_agreement_is_one() -> None:
    in_force = record(segment(MONDAY + DAY, MONDAY + 3 * DAY))
    days = [MONDAY + n * DAY for n in range(5)]
    assert [counted(in_force, on(day))[1] for day in days] == [0, 1, 1, 0, 0]


def test_a_word_on_a_paused_day_counts() -> None:
    pause = PausedDays(lineage_id=UNSAID, first_day=MONDAY)
    assert counted(record(pauses=(pause,)), on(MONDAY + DAY, SAID)) == (0, 1)


@pytest.mark.parametrize("kind", [kind for kind in TaskKind if kind not in {TaskKind.RESPONSE, TaskKind.ONE_OFF}])
def test_on_a_day_on_which_the_lineage_was_another_kind_of_task_nothing_counts(kind: TaskKind) -> None:
    assert counted(record(segment(kind=kind)), on()) == (0, 0)


def test_a_period_is_its_weeks_and_no_others() -> None:
    moments = [on(MONDAY + n * DAY) for n in (0, 6, 7, 13, 14)]
    assert [counted(record(), *moments, weeks=weeks)[1] for weeks in (0, 1, 2, 3)] == [0, 2, 4, 5]


def test_lineages_narrow_the_count() -> None:
    both = record(segment(), segment(lineage=OTHER))
    moments = (on(), on(lineage=OTHER, outcome=SAID))
    assert counted(both, *moments) == (1, 2)
    assert counted(both, *moments, only={OTHER}) == (0, 1)
    assert counted(both, *moments, only=set()) == (0, 0)


@st.composite
def spans(draw: st.DrawFn) -> Segment:
    first = MONDAY + draw(st.integers(-10, 20)) * DAY
    length = draw(st.none() | st.integers(1, 20))
    return segment(
        first,
        None if length is None else first + length * DAY,
        draw(st.sampled_from((TaskKind.RESPONSE, TaskKind.RESPONSE, TaskKind.PRACTICE))),
        draw(st.sampled_from((UNSAID, OTHER))),
    )


moments = st.builds(
    ToldMoment,
    st.sampled_from((UNSAID, OTHER)),
    st.integers(-14, 35).map(lambda n: MONDAY + n * DAY),
    st.sampled_from(MomentOutcome),
)


@given(st.lists(spans(), max_size=4), st.lists(moments, max_size=30), st.integers(0, 4), st.booleans())
def test_it_is_what_one_counts_by_hand(
    segments: list[Segment],
    told: list[ToldMoment],
    weeks: int,
    everything_paused: bool,  # noqa: FBT001
) -> None:
    pauses = (PausedDays(lineage_id=None, first_day=date(2000, 1, 1)),) if everything_paused else ()
    found = record(*segments, pauses=pauses) if segments else None
    if found is None:
        return
    held = out_of = 0
    for moment in told:
        in_force = [
            each for each in segments if each.lineage_id == moment.lineage_id and each.holds_on(moment.local_date)
        ]
        newest = max((each.from_day for each in in_force), default=None)
        asks = next((each.kind for each in in_force if each.from_day == newest), None)
        if MONDAY <= moment.local_date < MONDAY + weeks * WEEK and asks is TaskKind.RESPONSE:
            out_of += 1
            held += moment.outcome in {NOTHING, ELSE}
    assert counted(found, *told, weeks=weeks) == (held, out_of)


@given(st.lists(st.sampled_from(MomentOutcome)), st.lists(st.sampled_from(MomentOutcome)))
def test_counts_of_two_periods_add_up(one: list[MomentOutcome], another: list[MomentOutcome]) -> None:
    assert response_count(one) + response_count(another) == response_count(one + another)
    assert response_count(one) + ResponseCount() == response_count(one)
