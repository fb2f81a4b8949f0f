"""Codes, names, ways on after signing in, and the numbers on Help."""

from datetime import UTC, date, datetime, timedelta

import pytest

from companion.accounts.rules import (
    CODE_ALPHABET,
    ELSEWHERE,
    HELP_LINES,
    HELP_LINES_WRITTEN_ON,
    CodeState,
    Need,
    code_hash,
    code_state,
    is_help_old,
    is_username,
    is_zone,
    local_path,
    new_code,
    plain_password,
    plain_username,
    zones,
)

NOON = datetime(2025, 3, 5, 12, tzinfo=UTC)


def test_a_code_has_at_least_fifty_bits() -> None:
    letters = new_code().replace("-", "")
    assert set(letters) <= set(CODE_ALPHABET)
    assert len(set(CODE_ALPHABET)) ** len(letters) >= 2**50


def test_no_two_codes_are_alike() -> None:
    assert len({new_code() for _ in range(1000)}) == 1000


@pytest.mark.parametrize("typed", ["a0l1-efgh-jkmn", "AOI1EFGHJKMN", " A011 EFGH JKMN ", "aoiLefghjkmn"])
def test_a_code_may_be_typed_as_it_is_read(typed: str) -> None:
    assert code_hash(typed) == code_hash("A011-EFGH-JKMN")


def test_what_is_kept_of_a_code_is_not_the_code() -> None:
    assert b"A011" not in code_hash("A011-EFGH-JKMN")
    assert code_hash("A011-EFGH-JKMN") != code_hash("A011-EFGH-JKMP")


@pytest.mark.parametrize(
    ("used_at", "age", "state"),
    [
        (None, timedelta(0), CodeState.OPEN),
        (None, timedelta(days=7, microseconds=-1), CodeState.OPEN),
        (None, timedelta(days=7), CodeState.EXPIRED),
        (NOON, timedelta(days=8), CodeState.USED),
    ],
)
def test_a_code_is_open_for_seven_days(used_at: datetime | None, age: timedelta, state: CodeState) -> None:
    assert code_state(used_at, NOON + timedelta(days=7), NOON + age) is state


@pytest.mark.parametrize("name", ["ed", "mark", "zoë", "m.rossi", "a_b-c+d@e", "x" * 40, "馬克"])
def test_a_username_may_be(name: str) -> None:
    assert is_username(plain_username(name))


@pytest.mark.parametrize("name", ["", "m", "two words", "x" * 41, "a\x00b", "a\u202eb", "<b>", "tab\tbed", "a/b"])
def test_a_username_may_not_be(name: str) -> None:
    assert not is_username(plain_username(name))


def test_names_that_look_the_same_are_the_same() -> None:
    assert plain_username(" Mark ") == plain_username("ｍａｒｋ") == "mark"  # noqa: RUF001  # wide letters are the point


def test_a_password_is_the_same_from_every_keyboard_and_keeps_its_blanks() -> None:
    assert plain_password("cafe\u0301") == plain_password("café")
    assert plain_password(" a b ") == " a b "


@pytest.mark.parametrize("path", ["/", "/plan", "/patients/1?tab=2"])
def test_after_signing_in_one_may_go_on_to(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "path",
    ["", "plan", "//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "/\t/x", "/a\nb"],
)
def test_after_signing_in_nobody_is_led_to(path: str) -> None:
    assert local_path(path) is None


def test_zones_that_are_offered_exist() -> None:
    assert "Europe/Rome" in zones()
    assert all(is_zone(name) for name in zones())
    assert not is_zone("Europe/Atlantis")


@pytest.mark.parametrize("country", sorted(set(HELP_LINES) - {ELSEWHERE}))
def test_each_country_has_an_emergency_number_and_says_where_each_is_published(country: str) -> None:
    lines = HELP_LINES[country]
    assert lines[0].need is Need.EMERGENCY
    assert all(line.source.startswith("https://") for line in lines)


@pytest.mark.parametrize(("days", "old"), [(0, False), (180, False), (181, True)])
def test_help_is_old_after_180_days(days: int, *, old: bool) -> None:
    assert is_help_old(HELP_LINES_WRITTEN_ON + timedelta(days=days)) is old


def test_help_written_later_than_today_is_not_old() -> None:
    assert not is_help_old(date(2025, 3, 5))
