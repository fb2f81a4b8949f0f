"""The therapist's list of sessions, and the care page: a new code, the end of the care relationship."""

from typing import Any

import pytest

from companion.kernel.ids import new_id
from tests.factories.people import Practice
from tests.support.client import Browser, Page


def care(practice: Practice) -> str:
    return f"/patients/{practice.patient.id}/care"


def sessions(practice: Practice) -> str:
    return f"/patients/{practice.patient.id}/sessions"


def note(browser: Browser, practice: Practice, expect: int = 200, **fields: Any) -> Page:
    wanted = {"day": "2025-03-12", "time": "18:30", **fields}
    return browser.send(sessions(practice), wanted, expect)


def test_a_noted_session_stands_on_the_page_in_the_therapists_own_time(
    as_therapist: Browser, practice: Practice
) -> None:
    page = note(as_therapist, practice)
    assert page.path == sessions(practice)
    assert "The session is noted." in page.text
    assert "Wed 12 Mar, 18:30" in page.text


def test_a_session_can_be_taken_off(as_therapist: Browser, practice: Practice) -> None:
    page = as_therapist.submit(note(as_therapist, practice))
    assert "Wed 12 Mar" not in page.text
    assert "No session is noted." in page.text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"day": ""}, "Please choose a day."),
        ({"time": ""}, "Please choose a time."),
        ({"day": "2025-02-30"}, "This is not a day of the calendar. Please write it as 2025-03-31."),
        ({"day": "0001-01-01"}, "A day between 2000 and 2100, please."),
        ({"day": "9999-12-31"}, "A day between 2000 and 2100, please."),
        ({"day": "soon\x00"}, "This is not a day of the calendar. Please write it as 2025-03-31."),
        ({"time": "25:00"}, "This is not a time of day. Please write it as 18:30."),
        ({"day": "2025-03-05", "time": "11:59"}, "That time has gone by."),
        ({"day": "2026-03-30"}, "That is more than a year ahead. Is the year right?"),
        ({"day": "2025-03-30", "time": "02:30"}, "The clocks go forward over this time on that day."),
        ({"place": "here"}, "Something was sent that this page doesn't ask for."),
    ],
)
def test_what_is_no_session_is_refused_beside_its_field(
    as_therapist: Browser, practice: Practice, fields: dict[str, str], said: str
) -> None:
    page = note(as_therapist, practice, expect=422, **fields)
    assert any(said in error for error in page.errors())
    assert "No session is noted." in page.text


def test_what_was_typed_is_kept(as_therapist: Browser, practice: Practice) -> None:
    page = note(as_therapist, practice, expect=422, day="2024-03-12")
    assert (page.value("day"), page.value("time")) == ("2024-03-12", "18:30")


def test_noting_it_twice_notes_it_once(as_therapist: Browser, practice: Practice) -> None:
    note(as_therapist, practice)
    assert note(as_therapist, practice).text.count("Wed 12 Mar") == 1


def test_a_new_code_is_shown_once(as_therapist: Browser, practice: Practice) -> None:
    code = f"{care(practice)}/code"
    shown = as_therapist.send(code).document.query(".code")[0].to_text()
    assert len(shown.replace("-", "")) == 12
    assert shown not in as_therapist.get(care(practice)).html
    assert "A code is open until" in as_therapist.get(care(practice)).text


def test_ending_the_care_asks_first_and_then_closes_everything_at_once(
    as_therapist: Browser, practice: Practice
) -> None:
    note(as_therapist, practice)
    page = as_therapist.submit(as_therapist.get(f"{care(practice)}/end"))
    assert page.path == "/caseload"
    assert "The care of Mark has ended." in page.text
    for path in ("", "/sessions", "/notes", "/care", "/care/end"):
        as_therapist.get(f"/patients/{practice.patient.id}{path}", expect=404)


def test_others_and_nobody_are_answered_alike(
    browser: Browser, as_therapist: Browser, as_patient: Browser, practice: Practice
) -> None:
    session = f"/sessions/{new_id()}"
    missing, foreign = f"/patients/{new_id()}", f"/patients/{practice.other_patient.id}"
    pages: list[Page] = []
    for path in (missing, foreign):
        looks = ("/care", "/care/end", "/sessions", session, "/notes")
        pages += [as_therapist.get(path + look, expect=404) for look in looks]
        acts = ("/sessions", "/care/code", "/care/end", f"{session}/remove", "/notes")
        pages += [as_therapist.send(path + act, expect=404) for act in acts]
    as_therapist.send(f"{sessions(practice)}/{new_id()}/remove", expect=404)
    as_patient.get(care(practice), expect=404)
    stranger = browser.sign_in(practice.other_therapist)
    stranger.get(care(practice), expect=404)
    stranger.send(f"{care(practice)}/end", expect=404)
    assert len({page.text for page in pages}) == 1
