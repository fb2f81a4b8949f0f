"""From a day and a time, as people say them, to an instant."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


class NoSuchTimeError(ValueError):
    """The clocks jump over this time on this day."""


def instant_at(day: date, time_of_day: time, zone: ZoneInfo) -> datetime:
    """Return the UTC instant at which the clock on the wall of this zone shows this.

    A time that comes twice is its first coming. Raises NoSuchTimeError for one that doesn't come.
    """
    on_the_wall = datetime.combine(day, time_of_day)
    instant = on_the_wall.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != on_the_wall:
        raise NoSuchTimeError
    return instant
