"""Quiet hours on P's own clock, and where a reminder goes that would fall into them; pure."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from companion.kernel.wall_clock import reached_at, shown_at
from companion.kernel.week import ONE_DAY, ZoneHistory, as_utc

LONGEST_MOVE: Final = timedelta(hours=12)
"""What would have to wait longer than this is dropped. Ours, and not validated."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Local times from the first until the other, excluded; across midnight where it is the earlier one.

    Where both are the same there are no quiet hours.
    """

    from_time: time = time(22)
    until_time: time = time(8)

    def hold_at(self, instant: datetime, zones: ZoneHistory) -> bool:
        """Say whether P's clock shows quiet hours at this instant."""
        shown = shown_at(as_utc(instant), zones.at(instant)).time()
        if self.from_time <= self.until_time:
            return self.from_time <= shown < self.until_time
        return shown >= self.from_time or shown < self.until_time

    def moved(self, instant: datetime, zones: ZoneHistory) -> datetime | None:
        """Return the instant itself, or the end of the quiet hours it falls into; None if that is over 12 h away.

        A traveller may come out of one place's quiet hours into another's: it is the end of those.
        """
        at = as_utc(instant)
        while self.hold_at(at, zones):
            at = self._end(at, zones.at(at))
            if at - instant > LONGEST_MOVE:
                return None
        return at

    def _end(self, at: datetime, zone: ZoneInfo) -> datetime:
        shown = shown_at(at, zone)
        day = shown.date() if shown.time() < self.until_time else shown.date() + ONE_DAY
        end = reached_at(day, self.until_time, zone)
        # In an hour that comes twice, the end may have come before: then it comes again.
        return end if end > at else at + (datetime.combine(day, self.until_time) - shown)
