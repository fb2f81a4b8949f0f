"""Inviting a patient, Help, the way out, and the practice itself."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask

from companion.accounts import queries, services
from companion.accounts.rules.help_lines import ELSEWHERE, HELP_LINES, HELP_LINES_WRITTEN_ON
from companion.kernel.clock import FrozenClock
from companion.transaction import transaction
from tests.conftest import NOON
from tests.factories.people import Practice
from tests.support.client import Browser

# Inviting


def test_a_therapist_invites(app: Flask, as_therapist: Browser, practice: Practice) -> None:
    page = as_therapist.submit(as_therapist.get("/patients/new"), {"name": "Nora"})
    (shown,) = page.document.query(".code")
    code = shown.to_text().strip()
    with app.app_context():
        invited = queries.invited_by(code, NOON)
        assert invited
        assert (invited.name, invited.username, invited.zone) == ("Nora", "", practice.therapist.zone)
    assert "until Wed 12 Mar, 12:00" in page.text
    assert page.document.query("svg.qr path")
    assert not page.document.query("[style]")


def test_the_code_is_shown_once(as_therapist: Browser) -> None:
    page = as_therapist.submit(as_therapist.get("/patients/new"), {"name": "Nora"})
    code = page.document.query(".code")[0].to_text().strip()
    assert code not in as_therapist.get("/patients/new").html
    with as_therapist.client.session_transaction() as session:
        assert code not in str(dict(session))


def test_the_picture_leads_to_the_page_with_the_code_behind_the_sign(
    as_therapist: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    monkeypatch.setitem(as_therapist.client.application.jinja_env.filters, "qr", drawn.append)
    page = as_therapist.submit(as_therapist.get("/patients/new"), {"name": "Nora"})
    code = page.document.query(".code")[0].to_text().strip()
    assert drawn == [f"http://localhost:8000/begin#{code}"]


def test_a_double_tap_invites_one(app: Flask, as_therapist: Browser, practice: Practice) -> None:
    page = as_therapist.get("/patients/new")
    for _ in range(2):
        as_therapist.submit(page, {"name": "Nora"})
    with app.app_context():
        assert [one.name for one in queries.patients_of(practice.therapist)] == ["Mark", "Nora"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": ""}, "Please write something here."),
        ({"name": "   "}, "Please write something here."),
        ({"name": "x" * 201}, "This is too long"),
        ({"name": "a\x00b"}, "can't be kept"),
        ({"id": "not an id"}, "This page is damaged."),
        ({"id": ""}, "This page is damaged."),
        ({"therapist_id": str(uuid4())}, "that this page doesn't ask for"),
    ],
)
def test_what_is_wrong_with_an_invitation_is_said(as_therapist: Browser, changed: dict[str, str], said: str) -> None:
    page = as_therapist.submit(as_therapist.get("/patients/new"), {"name": "Nora"} | changed, expect=422)
    assert any(said in error for error in page.errors())


def test_an_invitation_under_another_patients_id_finds_nobody(as_therapist: Browser, practice: Practice) -> None:
    as_therapist.send("/patients/new", {"id": str(practice.other_patient.id), "name": "Anna"}, expect=404)


# Help, leave


def set_clinic(app: Flask, practice: Practice, country: str) -> None:
    with app.app_context(), transaction():
        services.set_clinic(practice.admin, "Studio Conti", "+39 02 1234 5678", country, NOON)


@pytest.mark.parametrize("country", sorted(HELP_LINES))
def test_help_has_the_numbers_of_the_practice_and_its_country(
    app: Flask, browser: Browser, practice: Practice, country: str
) -> None:
    set_clinic(app, practice, country)
    page = browser.get("/help")
    links = [str((link.attrs or {}).get("href")) for link in page.document.query("main a")]
    numbers = [line.number.replace(" ", "") for line in HELP_LINES[country]]
    assert links == [*(f"tel:{number}" for number in numbers), "tel:+390212345678"]
    assert "Nobody is watching this live." in page.text
    assert ("112 in the European Union" in page.text) is True
    assert "24 Nov 2026" in page.text
    assert country != ELSEWHERE or "Someone is in danger, now" in page.text


def test_help_works_before_the_practice_has_a_name_and_before_sign_in(browser: Browser) -> None:
    assert "112 in the European Union" in browser.get("/help").text


def test_help_of_a_patient_keeps_their_places(as_patient: Browser) -> None:
    assert as_patient.get("/help").document.query("nav.places")


@pytest.mark.parametrize(("days", "old"), [(180, False), (182, True)])
def test_help_says_when_it_may_be_out_of_date(
    app: Flask, browser: Browser, clock: FrozenClock, days: int, *, old: bool
) -> None:
    clock.move_to(NOON.replace(year=2026, month=11, day=24) + timedelta(days=days))
    assert clock.now().date() - HELP_LINES_WRITTEN_ON == timedelta(days=days)
    assert ("may be out of date" in browser.get("/help").text) is old


def test_leaving_leads_to_a_page_that_tells_nothing(as_patient: Browser) -> None:
    page = as_patient.get("/leave")
    assert page.title == "Closed · companion"
    assert [(link.attrs or {}).get("href") for link in page.document.query("a")] == ["#main"]
    assert not page.document.query("form")


# The practice


@pytest.fixture
def as_admin(app: Flask, practice: Practice) -> Browser:
    return Browser(app.test_client()).sign_in(practice.admin)


def test_an_administrator_names_the_practice(app: Flask, as_admin: Browser) -> None:
    fields = {"name": "Studio Conti", "phone": "+39 02 1234", "country": "IT"}
    page = as_admin.submit(as_admin.get("/practice"), fields)
    assert (page.value("name"), page.value("phone"), page.value("country")) == tuple(fields.values())
    with app.app_context():
        assert queries.clinic() == queries.Practice(**fields)


def test_an_administrator_sees_who_works_here_and_no_patient(as_admin: Browser) -> None:
    text = as_admin.get("/practice").text
    assert "Vera Conti therapist" in text
    assert "2 patients have an account." in text
    assert "Mark" not in text
    assert "Anna" not in text


@pytest.mark.parametrize(
    "changed",
    [{"name": ""}, {"phone": ""}, {"phone": "1" * 41}, {"country": ""}, {"country": "XX"}, {"name": "a\x00b"}],
)
def test_a_practice_that_cannot_be_reached_is_refused(as_admin: Browser, changed: dict[str, str]) -> None:
    fields = {"name": "Studio Conti", "phone": "+39 02 1234", "country": "IT"} | changed
    page = as_admin.submit(as_admin.get("/practice"), fields, expect=422)
    assert page.errors()
    assert page.value("phone") == fields["phone"]


def test_an_administrator_s_frame_leads_where_they_may_go(as_admin: Browser) -> None:
    page = as_admin.get("/settings")
    for link in page.document.query("header a"):
        as_admin.get(str((link.attrs or {})["href"]))
