"""How long a cover lasts, by the therapist's own calendar."""

from datetime import UTC, date, datetime, timedelta

import pytest

from companion.accounts.rules.care import LONGEST_COVER, end_of_cover, last_day_at_most, last_day_of

ROME, APIA, SANTIAGO = "Europe/Rome", "Pacific/Apia", "America/Santiago"


@pytest.mark.parametrize(
    ("last_day", "zone", "ends"),
    [
        (date(2025, 3, 5), ROME, datetime(2025, 3, 5, 23, 0, tzinfo=UTC)),
        (date(2025, 3, 5), "America/New_York", datetime(2025, 3, 6, 5, 0, tzinfo=UTC)),
        # The day before the clocks go forward, and that day, which has 23 hours.
        (date(2025, 3, 29), ROME, datetime(2025, 3, 29, 23, 0, tzinfo=UTC)),
        (date(2025, 3, 30), ROME, datetime(2025, 3, 30, 22, 0, tzinfo=UTC)),
        # The day on which they go back has 25.
        (date(2025, 10, 25), ROME, datetime(2025, 10, 25, 22, 0, tzinfo=UTC)),
        (date(2025, 10, 26), ROME, datetime(2025, 10, 26, 23, 0, tzinfo=UTC)),
        # Where the clocks jump over midnight, it is the jump.
        (date(2025, 9, 6), SANTIAGO, datetime(2025, 9, 7, 4, 0, tzinfo=UTC)),
        # Where the next day was skipped whole, it is the one after.
        (date(2011, 12, 29), APIA, datetime(2011, 12, 30, 10, 0, tzinfo=UTC)),
    ],
)
def test_a_cover_ends_at_the_midnight_after_its_last_day(last_day: date, zone: str, ends: datetime) -> None:
    assert end_of_cover(last_day, zone) == ends
    assert last_day_of(ends, zone) == last_day


def test_elsewhere_its_last_moment_may_be_another_day() -> None:
    ends = end_of_cover(date(2025, 3, 5), ROME)
    assert last_day_of(ends, "Asia/Tokyo") == date(2025, 3, 6)


def test_a_cover_lasts_sixty_days_at_most_today_included() -> None:
    today = date(2025, 3, 5)
    assert last_day_at_most(today) == date(2025, 5, 3)
    assert (last_day_at_most(today) - today) + timedelta(days=1) == timedelta(days=LONGEST_COVER)
