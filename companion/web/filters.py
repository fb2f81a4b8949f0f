"""How instants, days and numbers read on a page."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Flask
from flask_babel import format_date, format_datetime, format_time

from companion.kernel.week import local_date
from companion.web.now import now

DAY = "EEE d MMM"
DAY_WITH_YEAR = "d MMM y"
NEARBY = timedelta(days=180)
"""Within it a day without its year can be no other."""


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(day=day, date=full_date, clock=clock_time, moment=moment, day_in=day_in)


def day(value: date) -> str:
    """A local date, short: Tue 4 Mar; where it could be of another year, Tue 4 Mar 2025."""
    return str(format_date(value, DAY if abs(now().date() - value) < NEARBY else f"{DAY} y"))


def full_date(value: date) -> str:
    """A local date with its year: 4 Mar 2025."""
    return str(format_date(value, DAY_WITH_YEAR))


def day_in(value: datetime, zone: str) -> date:
    """The local date of an instant in `zone`, for the other filters."""
    return local_date(value, ZoneInfo(zone))


def clock_time(value: datetime, zone: str) -> str:
    """An instant's time of day in `zone`: 18:30."""
    return str(format_time(value.astimezone(ZoneInfo(zone)), "HH:mm", rebase=False))


def moment(value: datetime, zone: str) -> str:
    """An instant in `zone`: Tue 4 Mar, 18:30; where it could be of another year, Tue 4 Mar 2025, 18:30."""
    form = DAY if abs(now() - value) < NEARBY else f"{DAY} y"
    return str(format_datetime(value.astimezone(ZoneInfo(zone)), f"{form}, HH:mm", rebase=False))
