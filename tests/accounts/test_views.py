"""The pages of accounts, as people go through them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask

from companion.accounts import queries, services
from companion.accounts.rules import ELSEWHERE, HELP_LINES, HELP_LINES_WRITTEN_ON, Actor, PasswordHash
from companion.kernel.clock import FrozenClock
from companion.transaction import transaction
from tests.conftest import NOON
from tests.factories.people import Practice
from tests.support.client import Browser, Page

PASSWORD = "my long password"
ROME, KATHMANDU = "Europe/Rome", "Asia/Kathmandu"


@pytest.fixture
def code(app: Flask, practice: Practice) -> str:
    """A code just made for Nora, who is yet to begin."""
    with app.app_context(), transaction():
        return services.invite_patient(practice.therapist, "Nora", NOON)[1]


@pytest.fixture
def nora(app: Flask, code: str) -> Actor:
    """Nora has begun and signs in as nora."""
    with app.app_context():
        password_hash = services.hash_of(PASSWORD)
        with transaction():
            return services.begin(code, "nora", password_hash, ROME, NOON)


@pytest.fixture
def as_nora(app: Flask, nora: Actor) -> Browser:
    return Browser(app.test_client()).sign_in(nora)


def signed_in_as(browser: Browser) -> str | None:
    with browser.client.session_transaction() as session:
        return session.get("_user_id")


def sign_in(browser: Browser, **fields: str) -> tuple[int, str | None]:
    """Send the sign-in form; returns the status and where it leads."""
    filled = {"username": "nora", "password": PASSWORD, "next": "", "csrf_token": browser.csrf_token(), **fields}
    response = browser.client.post("/sign-in", data=filled)
    return response.status_code, response.headers.get("Location")


# Signing in and out


def test_signing_in_leads_to_the_beginning_and_lasts(browser: Browser, nora: Actor) -> None:
    assert sign_in(browser) == (302, "/")
    assert signed_in_as(browser) == nora.get_id()
    with browser.client.session_transaction() as session:
        assert session.permanent


def test_signing_in_leads_back_to_the_page_asked_for(browser: Browser, nora: Actor) -> None:
    asked = browser.get("/settings/zone")
    assert asked.path == "/sign-in"
    assert asked.value("next") == "/settings/zone"
    page = browser.submit(asked, {"username": "nora", "password": PASSWORD})
    assert page.path == "/settings/zone"


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example/", "/\\evil.example", "plan"])
def test_signing_in_leads_to_no_other_site(browser: Browser, nora: Actor, wanted: str) -> None:
    assert sign_in(browser, next=wanted) == (302, "/")


@pytest.mark.parametrize(("username", "password"), [("nora", "wrong words"), ("nobody", PASSWORD), ("nora ", "")])
def test_what_does_not_belong_together_is_answered_alike(
    browser: Browser, nora: Actor, username: str, password: str
) -> None:
    page = browser.send("/sign-in", {"username": username, "password": password, "next": ""}, expect=422)
    assert page.value("username") == username.strip()
    assert page.value("password") == ""
    assert "Not signed in yet" in page.text
    assert signed_in_as(browser) is None


def test_a_wrong_password_and_an_unknown_name_get_the_same_page(browser: Browser, nora: Actor) -> None:
    def answer(username: str) -> str:
        fields = {"username": username, "password": "wrong words", "next": ""}
        return browser.send("/sign-in", fields, expect=422).text

    assert answer("nora") == answer("nobody")


def test_nothing_of_the_session_before_is_carried_into_the_new_one(browser: Browser, nora: Actor) -> None:
    with browser.client.session_transaction() as session:
        session["left"] = "over"
        session["csrf_token"] = before = "1" * 40
    sign_in(browser)
    with browser.client.session_transaction() as session:
        assert "left" not in session
        assert session.get("csrf_token") != before


def test_signing_out_ends_the_session_and_leaves_nothing_in_it(as_nora: Browser) -> None:
    page = as_nora.submit(as_nora.get("/settings"))
    assert page.path == "/sign-in"
    assert "You are signed out." in page.text
    assert signed_in_as(as_nora) is None
    assert as_nora.get("/settings").path == "/sign-in"


def test_signing_out_by_a_link_does_nothing(as_nora: Browser) -> None:
    as_nora.get("/sign-out", expect=405)
    assert signed_in_as(as_nora)


def test_someone_signed_in_is_not_asked_again(as_nora: Browser) -> None:
    assert as_nora.client.get("/sign-in").headers["Location"] == "/"


def test_a_session_begun_before_the_password_changed_has_ended(app: Flask, as_nora: Browser, nora: Actor) -> None:
    elsewhere = Browser(app.test_client()).sign_in(nora)
    page = as_nora.send("/settings/password", {"current": PASSWORD, "password": "another long password"})
    assert page.path == "/settings"
    assert "Other devices have to sign in again." in page.text
    assert elsewhere.get("/settings").path == "/sign-in"


# Beginning


def open_code(browser: Browser, code: str, expect: int = 200) -> Page:
    return browser.submit(browser.get("/begin"), {"code": code}, expect=expect)


def test_a_patient_begins(app: Flask, browser: Browser, practice: Practice, code: str) -> None:
    page = open_code(browser, code.lower().replace("-", ""))
    assert "Hello, Nora." in page.text
    for said in ("Nobody reads this live.", "not for emergencies", "before a session", "kept to yourself"):
        assert said in page.text
    assert page.value("zone") == practice.therapist.zone
    fields = {"username": "Nora", "password": PASSWORD, "zone": KATHMANDU, "agreed": "y"}
    response = browser.client.post("/begin/you", data={**page.form(), **fields})
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert "What I agreed to on" in browser.get("/settings").text
    with app.app_context():
        (nora,) = [one for one in queries.patients_of(practice.therapist) if one.name == "Nora"]
        assert (nora.has_begun, nora.zone) == (True, KATHMANDU)


def test_the_code_stands_in_no_address(browser: Browser, code: str) -> None:
    page = open_code(browser, code)
    assert page.path == "/begin"
    links = [str((link.attrs or {}).get("href")) for link in page.document.query("a")]
    assert not [link for link in links if code in link]
    assert page.value("code") == code


def test_a_code_that_opens_nothing_gets_a_kind_word(browser: Browser) -> None:
    page = open_code(browser, "AAAA-BBBB-CCCC", expect=422)
    assert "your therapist can give you a new one" in page.text
    assert page.value("code") == "AAAA-BBBB-CCCC"


@pytest.mark.parametrize("path", ["/begin/you", "/begin/password"])
def test_a_code_spent_meanwhile_leads_back_to_the_door(browser: Browser, code: str, nora: Actor, path: str) -> None:
    fields = {"code": code, "username": "other", "password": PASSWORD, "zone": ROME, "agreed": "y"}
    if path == "/begin/password":
        fields = {"code": code, "password": PASSWORD}
    page = browser.send(path, fields, expect=422)
    assert "Your code" in page.text
    assert signed_in_as(browser) is None


@pytest.mark.parametrize("path", ["/begin/you", "/begin/password"])
def test_coming_back_to_a_page_behind_the_door_leads_to_the_door(browser: Browser, path: str) -> None:
    assert browser.get(path).path == "/begin"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"username": ""}, "Please write something here."),
        ({"username": "x" * 41}, "This is too long"),
        ({"username": "two words"}, "without blanks"),
        ({"username": "a\x00b"}, "can't be kept"),
        ({"username": "taken"}, "Somebody has this name already."),
        ({"password": "short"}, "This is too short"),
        ({"password": "x" * 129}, "This is too long"),
        ({"password": "with\x00nul and more"}, "can't be kept"),
        ({"zone": "Europe/Atlantis"}, "Not a valid choice"),
        ({"agreed": ""}, "Please tick this"),
        ({"role": "therapist"}, "that this page doesn't ask for"),
    ],
)
def test_what_is_wrong_at_the_beginning_is_said_and_the_rest_kept(
    app: Flask, browser: Browser, practice: Practice, code: str, changed: dict[str, str], said: str
) -> None:
    with app.app_context(), transaction():
        _, other = services.invite_patient(practice.therapist, "Other", NOON)
        services.begin(other, "taken", PasswordHash("x"), ROME, NOON)
    page = open_code(browser, code)
    fields = {"username": "nora", "password": PASSWORD, "zone": KATHMANDU, "agreed": "y"} | changed
    if not fields["agreed"]:
        del fields["agreed"]
    refused = browser.submit(page, fields, expect=422)
    assert any(said in error for error in refused.errors())
    if "username" not in changed:
        assert refused.value("username") == "nora"
    if "zone" not in changed:
        assert refused.value("zone") == KATHMANDU
        assert not refused.document.query("select[data-module=zone]")  # what was chosen isn't offered over
    assert refused.value("password") == ""
    with app.app_context():
        assert queries.invited_by(code, NOON)


def test_a_lost_password(app: Flask, browser: Browser, practice: Practice, nora: Actor) -> None:
    with app.app_context(), transaction():
        code = services.new_code_for(practice.therapist, nora.id, NOON)
    page = open_code(browser, code)
    assert "You sign in as nora" in page.text
    assert not page.document.query("[name=zone]")
    refused = browser.submit(page, {"password": "short"}, expect=422)
    assert any("too short" in error for error in refused.errors())
    response = browser.client.post("/begin/password", data={**refused.form(), "password": "another long one"})
    assert response.headers["Location"] == "/"
    assert signed_in_as(browser)
    assert sign_in(Browser(app.test_client()), password="another long one") == (302, "/")


# Inviting


def test_a_therapist_invites(app: Flask, as_therapist: Browser, practice: Practice) -> None:
    page = as_therapist.submit(as_therapist.get("/patients/new"), {"name": "Nora"})
    (shown,) = page.document.query(".code")
    code = shown.to_text().strip()
    with app.app_context():
        assert queries.invited_by(code, NOON) == queries.Invited("Nora", None, practice.therapist.zone)
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


# Settings


def test_settings_say_what_is_one_s_own(as_nora: Browser) -> None:
    text = as_nora.get("/settings").text
    for said in ("Nora", "Europe/Rome", "you sign in as nora", "Vera Conti"):
        assert said in text


def test_a_therapist_has_settings_without_a_patient_s(as_therapist: Browser) -> None:
    page = as_therapist.get("/settings")
    assert "What my therapist sees" not in page.text
    assert "Vera Conti" in page.text


def test_a_name_is_changed(as_nora: Browser) -> None:
    page = as_nora.submit(as_nora.get("/settings/name"), {"name": " Norina "})
    assert page.path == "/settings"
    assert "Norina" in page.text


@pytest.mark.parametrize("name", ["", " ", "x" * 201, "a\x00b"])
def test_a_name_that_cannot_be_one_is_refused(as_nora: Browser, name: str) -> None:
    page = as_nora.submit(as_nora.get("/settings/name"), {"name": name}, expect=422)
    assert page.errors()
    assert "Norina" not in as_nora.get("/settings").text


def test_a_zone_is_changed(as_nora: Browser) -> None:
    form = as_nora.get("/settings/zone")
    assert form.value("zone") == ROME
    assert "Asia/Kathmandu" in as_nora.submit(form, {"zone": KATHMANDU}).text


def test_a_zone_that_is_not_offered_any_more_stays_chosen(app: Flask, as_nora: Browser, nora: Actor) -> None:
    with app.app_context(), transaction():
        services.note_zone(nora, "GB", NOON)
    form = as_nora.get("/settings/zone")
    assert form.value("zone") == "GB"
    as_nora.submit(form)


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "", "a\x00b"])
def test_a_zone_that_does_not_exist_is_refused(as_nora: Browser, zone: str) -> None:
    assert as_nora.submit(as_nora.get("/settings/zone"), {"zone": zone}, expect=422).errors()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"current": "wrong", "password": "another long one"}, "This is not your current password."),
        ({"current": PASSWORD, "password": "short"}, "This is too short"),
        ({"current": "", "password": "another long one"}, "Please type the password."),
    ],
)
def test_a_password_change_that_cannot_be_is_refused(
    app: Flask, as_nora: Browser, fields: dict[str, str], said: str
) -> None:
    page = as_nora.submit(as_nora.get("/settings/password"), fields, expect=422)
    assert any(said in error for error in page.errors())
    assert sign_in(Browser(app.test_client())) == (302, "/")


# Help, leave


def set_clinic(app: Flask, practice: Practice, country: str) -> None:
    with app.app_context(), transaction():
        services.set_clinic(practice.admin, "Studio Conti", "+39 02 1234 5678", country)


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
