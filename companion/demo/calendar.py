"""Where in time the demo practice lies: whole weeks before now, so that local times and weekdays stay as they were."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from companion.kernel.week import ONE_WEEK, ZoneHistory, local_date, monday_of, week_closes_at

Event = tuple[datetime, Callable[[], object]]
"""Something that happens at an instant."""

CASE = Path(__file__).with_name("mark_case.json")
FIRST_MONDAY = date(2024, 1, 8)
LAST_WEEK = 78
FRIDAY = 4


@cache
def case() -> dict[str, Any]:
    """Mark's 78 weeks, all invented; local times of `zone`."""
    return dict(json.loads(CASE.read_text()))


@dataclass(frozen=True)
class Calendar:
    """Moves the case's local dates and times by whole weeks, and says them in UTC."""

    shift: timedelta
    zone: str

    def day(self, text: str) -> date:
        return date.fromisoformat(text) + self.shift

    def instant(self, text: str) -> datetime:
        return self.at(datetime.fromisoformat(text) + self.shift)

    def at(self, wall: datetime) -> datetime:
        """The UTC instant at which the clock on the wall reads this."""
        return wall.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)

    def monday(self, week: int) -> date:
        """The Monday of a week of the case, counted from 1."""
        return FIRST_MONDAY + self.shift + (week - 1) * ONE_WEEK

    def next_monday_at_ten(self, now: datetime) -> datetime:
        """The session that comes next, in UTC; Mark's are on Mondays at ten."""
        monday = monday_of(local_date(now, ZoneInfo(self.zone))) + ONE_WEEK
        return self.at(datetime.combine(monday, time(10)))

    def day_at(self, now: datetime, days: int, clock: time) -> datetime:
        """So many local days after today's, at a local time, in UTC."""
        day = local_date(now, ZoneInfo(self.zone)) + timedelta(days=days)
        return self.at(datetime.combine(day, clock))

    def session_on(self, now: datetime, days: int) -> datetime:
        """About so many days from now, at eleven, in UTC; nobody works on a weekend."""
        at = self.day_at(now, days, time(11))
        weekend = max(at.astimezone(ZoneInfo(self.zone)).weekday() - FRIDAY, 0)
        return self.day_at(now, days - weekend, time(11)) if weekend < days else self.day_at(now, days + 2, time(11))


def calendar(now: datetime) -> Calendar:
    """The calendar in which week 78 is the last week that has closed."""
    zone: str = case()["zone"]
    closed = last_closed_week(now, ZoneHistory.staying_in(zone))
    return Calendar(closed - (FIRST_MONDAY + (LAST_WEEK - 1) * ONE_WEEK), zone)


def last_closed_week(now: datetime, zones: ZoneHistory) -> date:
    """The Monday of the latest week whose 72 h for a late word are over."""
    monday = monday_of(zones.local_date(now))
    while week_closes_at(monday, zones) > now:
        monday -= ONE_WEEK
    return monday
