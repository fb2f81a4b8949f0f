"""Pictures as numbers that a template draws: pure geometry, no colours, no words.

Units are those of the picture's own viewBox. Ratings are 0-10. Colours come from CSS classes, so that dark mode and
print work; words, titles and the table beside a picture come from the template.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from companion.kernel.rating import HIGHEST, LOWEST

RATING_TICKS = (LOWEST, (LOWEST + HIGHEST) // 2, HIGHEST)
ONE_DAY = timedelta(days=1)

PAIRS_WIDTH, LABEL_WIDTH, ROW_HEIGHT, AXIS_HEIGHT, MARGIN = 360, 136, 22, 22, 10
LONGEST_LABEL = 20
"""Characters that stand in LABEL_WIDTH; the table beside the picture has the whole."""

FALLS_HEIGHT, FALLS_LEFT, FALLS_TOP, FALLS_FOOT = 170, 24, 22, 20
WIDE, NARROW = 720, 360
"""Widths of a picture along the days: across a laptop's page, and across a phone's. Text keeps its size only if the
picture is drawn for the width it is shown at."""


@dataclass(frozen=True, slots=True)
class Tick:
    """Where a value stands on an axis."""

    at: float
    value: int


# Pairs: one row each, two marks joined by a line


@dataclass(frozen=True, slots=True)
class Pair:
    """Two ratings of the same thing, or means of them; the second may be unknown."""

    label: str
    first: float
    second: float | None


@dataclass(frozen=True, slots=True)
class PairRow:
    label: str
    y: float
    first_x: float
    second_x: float | None


@dataclass(frozen=True, slots=True)
class PairsPicture:
    """Rows from top to bottom in the order given, ratings from left to right."""

    width: int
    height: int
    left: float
    right: float
    bottom: float
    ticks: tuple[Tick, ...]
    rows: tuple[PairRow, ...]


def pairs_picture(pairs: Sequence[Pair]) -> PairsPicture:
    right = PAIRS_WIDTH - MARGIN
    across = scale(LOWEST, HIGHEST, LABEL_WIDTH, right)
    bottom = len(pairs) * ROW_HEIGHT
    return PairsPicture(
        width=PAIRS_WIDTH,
        height=bottom + AXIS_HEIGHT,
        left=LABEL_WIDTH,
        right=right,
        bottom=bottom,
        ticks=tuple(Tick(across(value), value) for value in RATING_TICKS),
        rows=tuple(
            PairRow(
                label=shortened(pair.label),
                y=(number + 0.5) * ROW_HEIGHT,
                first_x=across(pair.first),
                second_x=None if pair.second is None else across(pair.second),
            )
            for number, pair in enumerate(pairs)
        ),
    )


def shortened(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1].rstrip() + "…"


# Falls: a rating and what became of it, along the days


@dataclass(frozen=True, slots=True)
class Fall:
    """A rating at a time on the wall clock, and the one after it, where there was one."""

    at: datetime
    peak: int
    after: int | None


@dataclass(frozen=True, slots=True)
class Span:
    """Days from the first until another, the latter excluded; None goes on."""

    first: date
    until: date | None
    label: str = ""


@dataclass(frozen=True, slots=True)
class FallLine:
    x: float
    peak_y: float
    after_y: float | None


@dataclass(frozen=True, slots=True)
class Band:
    x: float
    width: float
    label: str


@dataclass(frozen=True, slots=True)
class FallsPicture:
    """Days from left to right, ratings upwards; spans are bands over the whole height."""

    width: int
    height: int
    left: float
    right: float
    top: float
    bottom: float
    first: date
    last: date
    ticks: tuple[Tick, ...]
    falls: tuple[FallLine, ...]
    bands: tuple[Band, ...]
    hatched: tuple[Band, ...]


def falls_picture(
    falls: Sequence[Fall],
    first: date,
    last: date,
    *,
    width: int = WIDE,
    bands: Iterable[Span] = (),
    hatched: Iterable[Span] = (),
) -> FallsPicture:
    """Draw the days from `first` to `last`, both included. What lies outside them is left out or cut off."""
    right, bottom = width - MARGIN, FALLS_HEIGHT - FALLS_FOOT
    days = (last - first) / ONE_DAY + 1
    across = scale(0, days, FALLS_LEFT, right)
    up = scale(LOWEST, HIGHEST, bottom, FALLS_TOP)
    return FallsPicture(
        width=width,
        height=FALLS_HEIGHT,
        left=FALLS_LEFT,
        right=right,
        top=FALLS_TOP,
        bottom=bottom,
        first=first,
        last=last,
        ticks=tuple(Tick(up(value), value) for value in RATING_TICKS),
        falls=tuple(
            FallLine(across(into), up(fall.peak), None if fall.after is None else up(fall.after))
            for fall in falls
            if 0 <= (into := _days_into(first, fall.at)) <= days
        ),
        bands=tuple(_bands(bands, first, days, across)),
        hatched=tuple(_bands(hatched, first, days, across)),
    )


def _days_into(first: date, at: datetime) -> float:
    since_midnight = timedelta(hours=at.hour, minutes=at.minute)
    return (at.date() - first + since_midnight) / ONE_DAY


def _bands(spans: Iterable[Span], first: date, days: float, across: Callable[[float], float]) -> Iterable[Band]:
    for span in spans:
        begins = max((span.first - first) / ONE_DAY, 0)
        ends = days if span.until is None else min((span.until - first) / ONE_DAY, days)
        if begins < ends:
            yield Band(across(begins), round(across(ends) - across(begins), 1), span.label)


# Steps: two marks a round, each on one of several steps, along the days


STEP_HEIGHT, STEPS_TOP, STEPS_FOOT, STEPS_LEFT = 22, 22, 20, 96


@dataclass(frozen=True, slots=True)
class Stood:
    """From one day until another, the latter excluded, the step of each mark: 0 at the foot, None where unknown."""

    first: date
    until: date
    first_mark: int | None
    second_mark: int | None


@dataclass(frozen=True, slots=True)
class Marks:
    x: float
    first_y: float | None
    second_y: float | None


@dataclass(frozen=True, slots=True)
class StepsPicture:
    """Days from left to right, steps upwards; spans are bands over the whole height."""

    width: int
    height: int
    left: float
    right: float
    bottom: float
    first: date
    last: date
    ticks: tuple[Tick, ...]
    """A step each, from the foot."""
    marks: tuple[Marks, ...]
    bands: tuple[Band, ...]


def steps_picture(
    stood: Sequence[Stood], steps: int, first: date, *, width: int = WIDE, bands: Iterable[Span] = ()
) -> StepsPicture:
    """Draw the days from `first` until the last of what stood, the marks in the middle of their times."""
    right, bottom = width - MARGIN, STEPS_TOP + steps * STEP_HEIGHT
    last = max(each.until for each in stood)
    days = (last - first) / ONE_DAY
    across = scale(0, days, STEPS_LEFT, right)
    up = scale(0, steps - 1, bottom - STEP_HEIGHT / 2, STEPS_TOP + STEP_HEIGHT / 2)
    return StepsPicture(
        width=width,
        height=bottom + STEPS_FOOT,
        left=STEPS_LEFT,
        right=right,
        bottom=bottom,
        first=first,
        last=last,
        ticks=tuple(Tick(up(step), step) for step in range(steps)),
        marks=tuple(
            Marks(
                across(((each.first - first) + (each.until - first)) / 2 / ONE_DAY),
                *(None if step is None else up(step) for step in (each.first_mark, each.second_mark)),
            )
            for each in stood
        ),
        bands=tuple(_bands(bands, first, days, across)),
    )


def scale(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    """Return a function from values to places, to a tenth of a unit."""
    return lambda value: round(start + (value - low) / (high - low) * (end - start), 1)
