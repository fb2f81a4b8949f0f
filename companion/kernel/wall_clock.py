"""From a day and a time, as people say them, to an instant."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


class NoSuchTimeError(ValueError):
    """The clocks jump over this time on this day."""


def instant_at(day: date, time_of_day: time, zone: ZoneInfo) -> datetime:
    """Return the UTC instant at which the clock on the wall of this zone shows this.

    A time that comes twice is its first coming. Raises NoSuchTimeError for one that doesn't come.
    """
    on_the_wall = datetime.combine(day, time_of_day)
    instant = on_the_wall.replace(tzinfo=zone).astimezone(UTC)
    if shown_at(instant, zone) != on_the_wall:
        raise NoSuchTimeError
    return instant


def reached_at(day: date, time_of_day: time, zone: ZoneInfo) -> datetime:
    """Return the UTC instant at which the clock on the wall of this zone first shows this, or something later.

    A time that comes twice is its first coming. One that the clocks jump over is the jump, also where they jump over
    the whole day (Pacific/Apia, 2011-12-30).
    """
    try:
        return instant_at(day, time_of_day, zone)
    except NoSuchTimeError:
        return _jump_over(datetime.combine(day, time_of_day), zone)


def shown_at(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return what the clock and the calendar on the wall of this zone show at an aware instant, as a naive datetime."""
    return instant.astimezone(zone).replace(tzinfo=None)


def _jump_over(on_the_wall: datetime, zone: ZoneInfo) -> datetime:
    """Find the jump that skipped this time, to the second (zones have no finer offsets).

    Read with the offset after the jump (fold 1) a skipped time falls before it; with the offset before (fold 0), on
    it or after it. Between the two there is one jump, so halving finds it.
    """
    before = on_the_wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = on_the_wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    low, high = 0, int((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if shown_at(before + timedelta(seconds=middle), zone) < on_the_wall:
            low = middle
        else:
            high = middle
    return before + timedelta(seconds=high)
