"""What holds of every form: it refuses what it doesn't know and keeps what was typed."""

from collections.abc import Iterator
from datetime import date, time
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask_wtf.csrf import generate_csrf
from werkzeug.datastructures import MultiDict

from companion.kernel.clock import FrozenClock
from companion.kernel.errors import RefusedError
from companion.web.forms import Form, choice, day, line, number, rated, rating, text, time_of_day
from companion.web.unseen import UnseenField
from tests.factories.checkins import make_check_in
from tests.factories.contract import agreed_contract
from tests.factories.people import Practice
from tests.support.client import Browser, attributes

NAME = "/settings/name"


# On a page


def test_a_field_that_the_page_does_not_ask_for_is_refused(as_patient: Browser) -> None:
    page = as_patient.submit(as_patient.get(NAME), {"name": "Marco", "role": "admin"}, expect=422)
    assert any("that this page doesn't ask for" in error for error in page.errors())
    assert page.value("name") == "Marco"
    assert "Marco" not in as_patient.get("/settings").text


def test_a_nul_byte_is_refused(as_patient: Browser) -> None:
    page = as_patient.submit(as_patient.get(NAME), {"name": "Mar\x00co"}, expect=422)
    assert any("has a character that can't be kept" in error for error in page.errors())


@pytest.mark.parametrize("page", ["/plan", "/plan/already", "/now/{entry}/more"])
def test_a_nul_byte_in_what_a_page_carries_unseen_is_not_sent_back(
    app: Flask, practice: Practice, as_patient: Browser, clock: FrozenClock, page: str
) -> None:
    with app.app_context():
        agreed_contract(practice)
        path = page.format(entry=make_check_in(practice.patient, clock.now()))
    hidden = as_patient.get(path).document.query("main form input[type=hidden]")
    unseen = [attributes(field)["name"] for field in hidden]
    for name in {*unseen} - {"csrf_token"}:
        answer = as_patient.send(path, {name: "a\x00b", "unknown": "x"}, expect=422)
        assert "\x00" not in answer.html, name
    assert unseen


def test_an_error_stands_beside_its_field_and_above_the_form(as_patient: Browser) -> None:
    page = as_patient.submit(as_patient.get(NAME), {"name": "x" * 201}, expect=422)
    (field,) = page.document.query("#name")
    described = str((field.attrs or {})["aria-describedby"]).split()
    assert "name-error" in described
    assert "This is too long" in page.document.query("#name-error")[0].to_text()
    assert [(link.attrs or {}).get("href") for link in page.document.query(".error-summary a")] == ["#name"]


@pytest.mark.parametrize("token", ["", "made up", "another session's"])
def test_a_token_that_does_not_fit_changes_nothing_and_keeps_what_was_typed(
    app: Flask, as_patient: Browser, token: str
) -> None:
    if token == "another session's":
        other = Browser(app.test_client())
        with other.client.session_transaction() as session:
            session["csrf_token"] = "9" * 40
        token = other.csrf_token()
    page = as_patient.send(NAME, {"name": "Marco", "csrf_token": token}, expect=422)
    assert any("What you typed is still here: please send it again." in error for error in page.errors())
    assert page.value("name") == "Marco"
    assert "Marco" not in as_patient.get("/settings").text


def test_a_page_that_stood_open_too_long_is_sent_again_as_it_is(app: Flask, as_patient: Browser) -> None:
    page = as_patient.get(NAME)
    allowed, app.config["WTF_CSRF_TIME_LIMIT"] = app.config["WTF_CSRF_TIME_LIMIT"], -1
    again = as_patient.submit(page, {"name": "Marco"}, expect=422)
    app.config["WTF_CSRF_TIME_LIMIT"] = allowed
    assert "Marco" in as_patient.submit(again).text


def test_what_is_sent_otherwise_than_by_a_form_is_not_read(as_patient: Browser) -> None:
    for body in ([1], "name", {"name": "Marco"}, None):
        assert as_patient.client.post(NAME, json=body).status_code == 422
    file = {"name": (BytesIO(b"Marco"), "name.txt"), "csrf_token": as_patient.csrf_token()}
    assert as_patient.client.post(NAME, data=file).status_code == 422
    assert "Marco" not in as_patient.get("/settings").text


# By itself


class Everything(Form):
    title = line("Title", required=True, most=10)
    note = text("Note", most=20)
    times = number("Times", 1, 7)
    on = day("On")
    at = time_of_day("At")
    kind = choice("Kind", [("a", "A"), ("b", "B")])
    guilt = rating("Guilt", can_t_tell=True)
    urge = rating("Urge")
    unseen = UnseenField("Unseen")


@pytest.fixture
def request_context(app: Flask) -> Iterator[None]:
    with app.test_request_context("/", method="POST"):
        yield


def filled(**fields: str) -> Everything:
    return Everything(MultiDict({"title": "A title", **fields, "csrf_token": generate_csrf()}))  # type: ignore[no-untyped-call]


@pytest.mark.usefixtures("request_context")
class TestByItself:
    def test_nothing_is_preselected(self) -> None:
        form = Everything(formdata=None)
        assert not any(option.checked for field in (form.kind, form.guilt, form.urge) for option in field)

    def test_what_is_not_needed_may_be_left_out(self) -> None:
        form = filled()
        assert form.validate(), form.errors
        assert (form.note.data, form.times.data, form.on.data, form.at.data, form.kind.data) == (
            "",
            None,
            None,
            None,
            "",
        )
        assert rated(form.guilt) is None

    def test_blanks_around_a_text_go_and_the_text_stays(self) -> None:
        form = filled(title="  A title ", note=" two\r\nlines ")
        assert form.validate()
        assert form.title.data == "A title"
        assert form.note.data.split() == ["two", "lines"]  # type: ignore[union-attr]

    @pytest.mark.parametrize(
        ("name", "typed", "value"),
        [
            ("times", "7", 7),
            ("on", "2024-02-29", date(2024, 2, 29)),
            ("at", "23:59", time(23, 59)),
            ("at", "23:59:30", time(23, 59, 30)),
            ("kind", "b", "b"),
        ],
    )
    def test_what_is_typed_is_read(self, name: str, typed: str, value: object) -> None:
        form = filled(**{name: typed})
        assert form.validate(), form.errors
        assert form[name].data == value

    @pytest.mark.parametrize(("typed", "value"), [("0", 0), ("10", 10), ("cant_tell", None)])
    def test_a_rating_is_a_number_or_cannot_be_told(self, typed: str, value: int | None) -> None:
        form = filled(guilt=typed)
        assert form.validate()
        assert rated(form.guilt) == value

    @pytest.mark.parametrize("blank", [" ", "\t\n", "\u3000"])
    def test_blanks_choose_nothing(self, blank: str) -> None:
        form = filled(kind=blank, guilt=blank)
        assert form.validate(), form.errors
        assert form.kind.data == ""
        assert rated(form.guilt) is None

    def test_what_is_no_choice_is_no_rating(self) -> None:
        form = filled(guilt="eleven")
        assert not form.validate()
        assert rated(form.guilt) is None

    @pytest.mark.parametrize(
        ("name", "typed"),
        [
            ("title", ""),
            ("title", "   "),
            ("title", "x" * 11),
            ("title", "a\x00b"),
            ("note", "x" * 21),
            ("note", "a\x00b"),
            ("times", "0"),
            ("times", "8"),
            ("times", "many"),
            ("times", "1.5"),
            ("times", "9" * 5000),
            ("times", "\x00"),
            ("on", "2025-02-29"),
            ("on", "2025-13-01"),
            ("on", "1999-12-31"),
            ("on", "2101-01-01"),
            ("on", "tomorrow"),
            ("on", "2025-03-01\x00"),
            ("at", "24:00"),
            ("at", "noon"),
            ("at", "18:30\x00"),
            ("kind", "c"),
            ("kind", "a\x00"),
            ("guilt", "11"),
            ("guilt", "-1"),
            ("guilt", "5.5"),
            ("guilt", "None"),
            ("urge", "cant_tell"),
        ],
    )
    def test_what_cannot_be_is_refused_with_a_word_beside_the_field(self, name: str, typed: str) -> None:
        form = filled(**{name: typed})
        assert not form.validate()
        assert set(form.errors) == {name}
        assert str(form[name].errors[0]).endswith((".", "too long: 10 characters at most."))

    def test_no_field_gives_a_nul_byte_back_to_the_page(self) -> None:
        form = filled(**dict.fromkeys(Everything(formdata=None).data, "a\x00b"))
        assert not form.validate()
        assert [field.name for field in form if "\x00" in str(field())] == []
        assert 'value="ab"' in str(form.unseen())

    def test_a_refusal_of_a_service_stands_beside_its_field_else_above(self) -> None:
        form: Any = filled()
        form.validate()
        form.refuse(RefusedError("Taken.", field="title"))
        form.refuse(RefusedError("Not now."))
        form.refuse(RefusedError("Nowhere.", field="no such field"))
        assert form.title.errors == ["Taken."]
        assert form.form_errors == ["Not now.", "Nowhere."]
