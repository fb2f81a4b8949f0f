"""Pictures are geometry: what is larger stands further along, and nothing leaves the frame."""

from datetime import date, datetime

import pytest

from companion.web.charts import Fall, Pair, Span, Stood, falls_picture, pairs_picture, shortened, steps_picture

FIRST, LAST = date(2025, 3, 3), date(2025, 3, 9)


def test_a_pair_has_a_row_with_both_marks() -> None:
    picture = pairs_picture([Pair("aunt", 8, 2), Pair("sister", 0, 10)])
    aunt, sister = picture.rows
    assert aunt.second_x is not None
    assert aunt.second_x < aunt.first_x
    assert (sister.first_x, sister.second_x) == (picture.left, picture.right)
    assert aunt.y < sister.y < picture.bottom < picture.height


def test_what_could_not_be_told_has_one_mark() -> None:
    [row] = pairs_picture([Pair("aunt", 8, None)]).rows
    assert row.second_x is None


def test_the_axis_names_its_ends_and_its_middle() -> None:
    picture = pairs_picture([Pair("aunt", 5, 5)])
    assert [tick.value for tick in picture.ticks] == [0, 5, 10]
    assert picture.ticks[1].at == picture.rows[0].first_x


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("aunt", "aunt"),
        ("x" * 20, "x" * 20),
        ("x" * 21, "x" * 19 + "…"),
        ("Tue 4 Mar, the one at number 12", "Tue 4 Mar, the one…"),
    ],
)
def test_a_long_label_is_shortened(label: str, shown: str) -> None:
    assert shortened(label) == shown


def test_a_fall_stands_at_its_day_and_goes_down() -> None:
    picture = falls_picture([Fall(datetime(2025, 3, 6, 12), 9, 3)], FIRST, LAST)  # noqa: DTZ001  # wall clock
    [line] = picture.falls
    assert line.x == pytest.approx((picture.left + picture.right) / 2)
    assert line.after_y is not None
    assert picture.top < line.peak_y < line.after_y < picture.bottom


def test_the_last_day_is_whole() -> None:
    picture = falls_picture([Fall(datetime(2025, 3, 9, 23, 59), 5, None)], FIRST, LAST)  # noqa: DTZ001  # wall clock
    [line] = picture.falls
    assert line.after_y is None
    assert picture.left < line.x <= picture.right


@pytest.mark.parametrize("day", [2, 10])
def test_what_lies_outside_the_days_is_left_out(day: int) -> None:
    assert not falls_picture([Fall(datetime(2025, 3, day, 1), 5, None)], FIRST, LAST).falls  # noqa: DTZ001  # wall clock


def test_bands_are_cut_off_at_the_frame() -> None:
    picture = falls_picture(
        [],
        FIRST,
        LAST,
        bands=[Span(date(2025, 1, 1), date(2025, 3, 5), "1"), Span(date(2025, 3, 5), None, "2")],
        hatched=[Span(date(2025, 2, 1), date(2025, 3, 3))],
    )
    one, two = picture.bands
    assert one.x == picture.left
    assert one.x + one.width == pytest.approx(two.x, abs=0.1)
    assert two.x + two.width == pytest.approx(picture.right, abs=0.1)
    assert picture.hatched == ()


def test_a_narrow_picture_is_as_wide_as_told() -> None:
    picture = falls_picture([], FIRST, LAST, width=360)
    assert picture.right < picture.width == 360


def test_a_higher_step_stands_higher_and_a_later_time_further_along() -> None:
    first, second = (
        Stood(date(2025, 3, 3), date(2025, 3, 31), 0, 4),
        Stood(date(2025, 3, 31), date(2025, 4, 28), 3, None),
    )
    picture = steps_picture([first, second], 5, date(2025, 2, 3), width=360)
    one, two = picture.marks
    assert picture.left < one.x < two.x < picture.right
    assert (one.first_y, one.second_y) == (picture.ticks[0].at, picture.ticks[4].at)
    assert (two.first_y, two.second_y) == (picture.ticks[3].at, None)
    assert 0 < picture.ticks[4].at < picture.ticks[0].at < picture.bottom < picture.height


def test_what_was_agreed_lies_behind_the_steps() -> None:
    stood = [Stood(date(2025, 3, 3), date(2025, 3, 31), 0, 0)]
    spans = [Span(date(2025, 2, 3), date(2025, 3, 3), "1"), Span(date(2025, 3, 3), None, "2")]
    picture = steps_picture(stood, 5, date(2025, 2, 3), bands=spans)
    before, since = picture.bands
    assert (before.x, since.x + since.width) == (picture.left, picture.right)
    assert before.x + before.width == since.x
