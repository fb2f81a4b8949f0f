"""A change that another site sends is refused before anything reads it."""

import pytest

from tests.support.client import Browser


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
    ],
)
def test_another_site_changes_nothing_even_with_a_right_token(as_patient: Browser, headers: dict[str, str]) -> None:
    data = {"name": "Marco", "csrf_token": as_patient.csrf_token()}
    assert as_patient.client.post("/settings/name", data=data, headers=headers).status_code == 403
    assert "Marco" not in as_patient.get("/settings").text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://localhost:8000", "Sec-Fetch-Site": "same-origin"},
    ],
)
def test_our_own_pages_may(as_patient: Browser, headers: dict[str, str]) -> None:
    data = {"name": "Marco", "csrf_token": as_patient.csrf_token()}
    assert as_patient.client.post("/settings/name", data=data, headers=headers).status_code == 302


def test_a_link_from_another_site_opens(as_patient: Browser) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert as_patient.client.get("/settings", headers=headers).status_code == 200
