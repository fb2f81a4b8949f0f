"""What a push service says, and what is to be done about it."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from companion.reminders.push.answers import LONGEST_WAIT, SHORTEST_WAIT, outcome_of, retry_at
from companion.reminders.push.messages import Kind

AT = datetime(2025, 3, 5, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, Kind.HANDED_OVER),
        (201, Kind.HANDED_OVER),
        (202, Kind.HANDED_OVER),
        (301, Kind.FAILED),
        (307, Kind.FAILED),
        (400, Kind.FAILED),
        (401, Kind.REFUSED),
        (403, Kind.REFUSED),
        (404, Kind.GONE),
        (410, Kind.GONE),
        (413, Kind.TOO_LARGE),
        (418, Kind.FAILED),
        (429, Kind.LATER),
        (500, Kind.LATER),
        (503, Kind.LATER),
        (599, Kind.LATER),
    ],
)
def test_what_a_status_means(status: int, kind: Kind) -> None:
    outcome = outcome_of(status, None, AT)
    assert (outcome.kind, outcome.because, outcome.retry_at) == (kind, str(status), None)


def test_only_what_comes_later_has_an_instant() -> None:
    assert outcome_of(503, "60", AT).retry_at == AT + timedelta(minutes=1)
    assert outcome_of(410, "60", AT).retry_at is None


@pytest.mark.parametrize(
    ("told", "wait"),
    [
        ("120", timedelta(minutes=2)),
        (" 120 ", timedelta(minutes=2)),
        (format_datetime(AT + timedelta(minutes=10), usegmt=True), timedelta(minutes=10)),
        ("Wed, 05 Mar 2025 12:10:00 +0100", timedelta(minutes=10)),
        ("Wed, 05 Mar 2025 11:10:00 -0000", timedelta(minutes=10)),
        ("0", SHORTEST_WAIT),
        (format_datetime(AT - timedelta(days=1), usegmt=True), SHORTEST_WAIT),
        ("9" * 400, LONGEST_WAIT),
        (format_datetime(AT + timedelta(days=400), usegmt=True), LONGEST_WAIT),
    ],
)
def test_an_instant_in_seconds_or_as_a_date_within_bounds(told: str, wait: timedelta) -> None:
    assert retry_at(told, AT) == AT + wait


@pytest.mark.parametrize("told", [None, "", "soon", "-5", "1.5", "٦٠", "Wed, 99 Mar 2025 11:10:00 GMT", "\0", "1e9"])
def test_garbage_is_no_instant(told: str | None) -> None:
    assert retry_at(told, AT) is None
