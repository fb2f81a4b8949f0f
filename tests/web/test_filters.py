"""How instants read on a page."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from companion.kernel.clock import FrozenClock
from companion.web.filters import NEARBY, moment

ROME = "Europe/Rome"


@pytest.mark.usefixtures("context")
def test_a_moment_says_its_year_only_where_it_could_be_another(clock: FrozenClock) -> None:
    near, far = clock.now() - NEARBY + timedelta(minutes=1), clock.now() - NEARBY
    assert str(near.year) not in moment(near, ROME)
    assert str(far.year) in moment(far, ROME)
    ahead = clock.now() + 2 * NEARBY
    assert str(ahead.year) in moment(ahead, ROME)


def test_a_moment_is_told_by_the_clock_on_the_wall(app: Flask, clock: FrozenClock) -> None:
    clock.move_to(datetime(2025, 3, 31, 12, tzinfo=UTC))
    with app.test_request_context():
        assert moment(datetime(2025, 3, 30, 0, 30, tzinfo=UTC), ROME) == "Sun 30 Mar, 01:30"
        assert moment(datetime(2025, 3, 30, 1, 30, tzinfo=UTC), ROME) == "Sun 30 Mar, 03:30"
