"""How long one therapist covers for another; pure."""

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from companion.kernel.week import ONE_DAY, local_date, start_of_day

LONGEST_COVER: Final = 60
"""Days that a cover may last, today and its last day included. Ours: whoever is away for longer hands over."""


def last_day_at_most(today: date) -> date:
    """The latest day that a cover which begins today may name as its last."""
    return today + (LONGEST_COVER - 1) * ONE_DAY


def end_of_cover(last_day: date, zone: str) -> datetime:
    """The UTC instant at which a cover is over whose last local day, in this zone, is included."""
    return start_of_day(last_day + ONE_DAY, ZoneInfo(zone))


def last_day_of(covers_until: datetime, zone: str) -> date:
    """The local day, in this zone, within which the last moment of a cover falls."""
    return local_date(covers_until - covers_until.resolution, ZoneInfo(zone))
