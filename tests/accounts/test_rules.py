"""Codes, names, sessions, networks, ways on after signing in, and the numbers on Help."""

from datetime import UTC, date, datetime, timedelta

import pytest

from companion.accounts.rules import CODE_ALPHABET, CodeState, Role, is_zone
from companion.accounts.rules.codes import code_hash, code_state, new_code
from companion.accounts.rules.help_lines import ELSEWHERE, HELP_LINES, HELP_LINES_WRITTEN_ON, Need, is_help_old
from companion.accounts.rules.people import is_username, plain_password, plain_username, zones
from companion.accounts.rules.sessions import (
    LIMITS,
    Device,
    System,
    device_of,
    is_alive,
    is_confirmed,
    local_path,
)
from companion.accounts.rules.throttling import network_of

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


MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize("role", Role)
def test_a_session_ends_when_it_has_not_been_used_for_its_idle_time(role: Role) -> None:
    idle = LIMITS[role].idle
    assert is_alive(role, NOON, NOON, NOON + idle - MOMENT)
    assert not is_alive(role, NOON, NOON, NOON + idle)
    assert not is_alive(role, NOON, NOON, NOON + idle + MOMENT)


@pytest.mark.parametrize("role", Role)
def test_a_session_ends_in_any_case_its_absolute_time_after_it_began(role: Role) -> None:
    end = NOON + LIMITS[role].absolute
    assert is_alive(role, NOON, end - MOMENT, end - MOMENT)
    assert not is_alive(role, NOON, end, end)
    assert not is_alive(role, NOON, end, end + MOMENT)


def test_a_patient_s_phone_stays_signed_in_and_who_sees_others_words_does_not() -> None:
    assert LIMITS[Role.PATIENT].idle >= timedelta(days=30)
    for role in (Role.THERAPIST, Role.ADMIN):
        # NIST SP 800-63B-4, AAL2: an hour unused, a day in all.
        assert LIMITS[role].idle <= timedelta(hours=1)
        assert LIMITS[role].absolute <= timedelta(days=1)


@pytest.mark.parametrize(
    ("age", "holds"), [(timedelta(0), True), (timedelta(minutes=10) - MOMENT, True), (timedelta(minutes=10), False)]
)
def test_a_confirmation_holds_for_ten_minutes(age: timedelta, *, holds: bool) -> None:
    assert is_confirmed(NOON, NOON + age) is holds


def test_who_has_not_signed_in_has_confirmed_nothing() -> None:
    assert not is_confirmed(None, NOON)


IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 "
ANDROID = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) "


@pytest.mark.parametrize(
    ("said", "device", "system"),
    [
        (f"{IPHONE}Version/18.5 Mobile/15E148 Safari/604.1", Device.SAFARI, System.IPHONE),
        (f"{IPHONE}CriOS/140.0.0.0 Mobile/15E148 Safari/604.1", Device.CHROME, System.IPHONE),
        (f"{IPHONE}FxiOS/140.0 Mobile/15E148 Safari/605.1.15", Device.FIREFOX, System.IPHONE),
        (f"{WINDOWS}Safari/537.36", Device.CHROME, System.WINDOWS),
        (f"{WINDOWS}Safari/537.36 Edg/140.0.0.0", Device.EDGE, System.WINDOWS),
        (f"{WINDOWS}Safari/537.36 OPR/125.0.0.0", Device.OPERA, System.WINDOWS),
        (f"{ANDROID}SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36", Device.SAMSUNG, System.ANDROID),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", Device.FIREFOX, System.LINUX),
        ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/140.0.0.0 Safari/537.36", Device.CHROME, System.CHROME_OS),
        ("curl/8.5.0", Device.OTHER, System.OTHER),
        ("", Device.OTHER, System.OTHER),
    ],
)
def test_a_device_is_known_by_what_its_browser_says(said: str, device: Device, system: System) -> None:
    assert device_of(said) == (device, system)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("203.0.113.9, 198.51.100.1", "unknown"),
        ("", "unknown"),
        (None, "unknown"),
    ],
)
def test_an_address_is_counted_with_what_one_household_has(address: str | None, network: str) -> None:
    assert network_of(address) == network
