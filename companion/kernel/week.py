"""Local days and Monday weeks, for people whose clocks change and who travel.

An instant is an aware datetime and is handed back in UTC; a day is a plain local date; a week is named by its Monday.
A local day begins the first time the clock on the wall reaches it: a clock or a traveller that then goes back over
midnight does not begin it twice, so what has begun, or closed, never un-begins.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Final, Self
from zoneinfo import ZoneInfo

from companion.kernel.wall_clock import reached_at

TIME_FOR_A_WORD: Final = timedelta(hours=72)
"""How long word may still come after a window or a week has ended. Ours, and not validated."""

ONE_DAY: Final = timedelta(days=1)
ONE_WEEK: Final = timedelta(weeks=1)
DAYS_IN_A_WEEK: Final = 7

_DAWN_OF_TIME: Final = datetime.min.replace(tzinfo=UTC)
_END_OF_TIME: Final = datetime.max.replace(tzinfo=UTC)


def as_utc(instant: datetime) -> datetime:
    """Return the instant in UTC, where adding hours adds real hours.

    Raises ValueError for a naive datetime, which would silently be read in the server's zone.
    """
    if instant.utcoffset() is None:
        msg = f"an instant needs a zone: {instant!r}"
        raise ValueError(msg)
    return instant.astimezone(UTC)


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """Return the date on the wall calendar in this zone at this instant."""
    return as_utc(instant).astimezone(zone).date()


def monday_of(day: date) -> date:
    """Return the Monday of the week that holds this local date."""
    return day - timedelta(days=day.weekday())


def require_monday(day: date) -> date:
    """Return the day, or raise ValueError if it names no week."""
    if day != monday_of(day):
        msg = f"a week is named by its Monday: {day:%A} {day}"
        raise ValueError(msg)
    return day


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the UTC instant at which this local day, or a later one, is first on the calendar.

    Where midnight comes twice, it is the first. Where the clock jumps over midnight, it is the jump. A day the zone
    skipped whole (Pacific/Apia, 2011-12-30) begins together with the next.
    """
    return reached_at(day, time.min, zone)


@dataclass(frozen=True, slots=True)
class ZoneHistory:
    """The zones one person has lived in: (from this UTC instant, IANA name), oldest first.

    The first zone also holds for everything before it, and the last for everything after. Raises ValueError when
    empty, out of order, or with a naive instant.
    """

    moves: tuple[tuple[datetime, str], ...]

    def __post_init__(self) -> None:
        """Refuse a history that could not be read one way only."""
        instants = [as_utc(moved_at) for moved_at, _ in self.moves]
        if not instants or any(later <= earlier for earlier, later in pairwise(instants)):
            msg = "a zone history needs at least one zone, and each move later than the one before"
            raise ValueError(msg)

    @classmethod
    def staying_in(cls, zone_name: str) -> Self:
        """Return the history of someone who never left this IANA zone."""
        return cls(((_DAWN_OF_TIME, zone_name),))

    def at(self, instant: datetime) -> ZoneInfo:
        """Return the zone this person was in at this instant; a move takes effect at its own instant."""
        moves_so_far = bisect_right(self.moves, as_utc(instant), key=lambda move: move[0])
        return ZoneInfo(self.moves[max(moves_so_far - 1, 0)][1])

    def local_date(self, instant: datetime) -> date:
        """Return the date on this person's calendar at this instant."""
        return local_date(instant, self.at(instant))

    def start_of_day(self, day: date) -> datetime:
        """Return the UTC instant at which this local day first began for this person, wherever they then were.

        Someone who travels over midnight into the day begins it on arrival.
        """
        return self.reached_at(day, time.min)

    def reached_at(self, day: date, time_of_day: time) -> datetime:
        """Return the UTC instant at which this person's clock and calendar first showed this, or something later.

        So each time of each day comes once, wherever they then were: one that comes twice, because clocks or a
        traveller go back, is its first coming; one that clocks jump over is the jump, and one that a traveller skips
        is their arrival.
        """
        return next(
            max(came_at, reached)
            for came_at, left_at, zone in self._stays()
            if (reached := reached_at(day, time_of_day, zone)) < left_at
        )

    def _stays(self) -> Iterator[tuple[datetime, datetime, ZoneInfo]]:
        came_at = [_DAWN_OF_TIME, *(as_utc(moved_at) for moved_at, _ in self.moves[1:])]
        left_at = [*came_at[1:], _END_OF_TIME]
        zones = [ZoneInfo(name) for _, name in self.moves]
        return zip(came_at, left_at, zones, strict=True)


def week_closes_at(monday: date, zones: ZoneHistory) -> datetime:
    """Return the UTC instant at which this week closes: 72 real hours after its Sunday 24:00, P's time.

    That reads Thursday 00:00 unless a clock changes in between. Raises ValueError if the day is no Monday.
    """
    return zones.start_of_day(require_monday(monday) + ONE_WEEK) + TIME_FOR_A_WORD
