"""What a rating is, when it was, and when others may see it."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from companion.checkins import rules
from companion.checkins.rules import CANT_TELL, UNSAID, Door, Entry, Rated, Visibility
from companion.kernel.ids import new_id

NOON = datetime(2025, 3, 5, 11, 0, tzinfo=UTC)
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


def entry(**changes: object) -> Entry:
    said: dict[str, object] = {"client_id": new_id(), "door": Door.GUILT, "zone": "Europe/Rome"}
    return Entry(**said | {"guilt": Rated(7), "urge": Rated(6)} | changes)  # type: ignore[arg-type]


def print_of(said: Entry) -> bytes:
    return rules.fingerprint(rules.content_of(said))


@pytest.mark.parametrize(("value", "cant_tell"), [(-1, False), (11, False), (5, True)])
def test_no_scale_shows_such_an_answer(value: int, cant_tell: bool) -> None:  # noqa: FBT001
    with pytest.raises(ValueError, match="no answer"):
        Rated(value, cant_tell=cant_tell)


def test_nothing_at_all_is_not_the_same_as_cant_tell_nor_as_zero() -> None:
    assert len({UNSAID, CANT_TELL, Rated(0)}) == 3
    assert [said.is_said for said in (UNSAID, CANT_TELL, Rated(0))] == [False, True, True]


def test_the_same_words_have_the_same_fingerprint_however_they_travelled() -> None:
    again = entry(zone="Asia/Kathmandu", entered_at=NOON, sent_at=NOON + HOUR)
    assert print_of(entry()) == print_of(again)


@pytest.mark.parametrize(
    "changes",
    [
        {"door": Door.GOOD},
        {"guilt": Rated(8)},
        {"guilt": CANT_TELL},
        {"guilt": UNSAID},
        {"guilt": Rated(6), "urge": Rated(7)},
        {"experiment_id": new_id()},
        {"earlier": NOON},
    ],
)
def test_other_words_have_another(changes: dict[str, object]) -> None:
    assert print_of(entry()) != print_of(entry(**changes))


def test_the_id_of_what_hangs_on_an_entry_is_its_content_under_the_pages_id() -> None:
    page = new_id()
    assert rules.id_for(page, {"guilt": 4}) == rules.id_for(page, {"guilt": 4})
    assert rules.id_for(page, {"guilt": 4}) != rules.id_for(page, {"guilt": 5})
    assert rules.id_for(page, {"guilt": 4}) != rules.id_for(new_id(), {"guilt": 4})


@pytest.mark.parametrize("clock_is_off", [timedelta(0), HOUR * 7, -HOUR * 30, timedelta(days=-400)])
def test_a_wrong_clock_is_corrected_by_how_wrong_it_is_at_sending(clock_is_off: timedelta) -> None:
    entered, sent = NOON + clock_is_off, NOON + clock_is_off + 20 * MINUTE
    assert rules.entered_when(entered, sent, received_at=NOON + 20 * MINUTE) == NOON


@pytest.mark.parametrize(
    ("entered", "sent"),
    [
        pytest.param(None, NOON, id="no clock"),
        pytest.param(NOON, None, id="not sent by a clock"),
        pytest.param(NOON + SECOND, NOON, id="sent before it was entered"),
        pytest.param(NOON - timedelta(days=31, seconds=1), NOON, id="over a month on the way"),
    ],
)
def test_a_clock_that_says_what_cant_be_is_not_believed(entered: datetime | None, sent: datetime | None) -> None:
    assert rules.entered_when(entered, sent, received_at=NOON) == NOON


def test_the_therapist_sees_an_entry_three_hours_after_it_came_and_not_a_second_sooner() -> None:
    def sees(after: timedelta) -> bool:
        return rules.therapist_sees(Visibility.SHARED, NOON, NOON + after, sooner=False)

    assert [sees(3 * HOUR - SECOND), sees(3 * HOUR), sees(30 * 24 * HOUR)] == [False, True, True]


def test_shared_now_is_seen_now_and_only_me_never_is() -> None:
    assert rules.therapist_sees(Visibility.SHARED, NOON, NOON, sooner=True)
    for after, sooner in product((timedelta(0), HOUR * 1000), (True, False)):
        assert not rules.therapist_sees(Visibility.ONLY_ME, NOON, NOON + after, sooner=sooner)


def test_each_visibility_shows_less_than_the_one_before() -> None:
    assert rules.shows_more(Visibility.SHARED, Visibility.WORDS_PRIVATE)
    assert rules.shows_more(Visibility.WORDS_PRIVATE, Visibility.ONLY_ME)
    assert not rules.shows_more(Visibility.ONLY_ME, Visibility.ONLY_ME)
    assert set(rules.PRIVACY) == set(Visibility)


def test_after_three_entries_in_an_hour_it_is_enough() -> None:
    assert [rules.is_enough_for_now(count) for count in range(5)] == [False, False, False, True, True]
