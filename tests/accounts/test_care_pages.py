"""The pages on which care changes hands, and those on which it is told."""

from datetime import timedelta

import pytest
from flask import Flask

from companion.accounts import services
from companion.accounts.rules.sessions import CONFIRMATION_HOLDS
from companion.kernel.clock import FrozenClock
from companion.transaction import transaction
from tests.accounts.test_care import TODAY, TONIGHT, arrange
from tests.conftest import NOON
from tests.factories.people import Practice
from tests.support.client import Browser


@pytest.fixture
def as_colleague(app: Flask, practice: Practice) -> Browser:
    return Browser(app.test_client()).sign_in(practice.other_therapist)


def care(practice: Practice, *more: str) -> str:
    return "/".join((f"/patients/{practice.patient.id}/care", *more))


# Covering


def test_a_therapist_lets_a_colleague_cover_and_ends_it(
    as_therapist: Browser, as_colleague: Browser, practice: Practice
) -> None:
    as_colleague.get(care(practice), expect=404)
    assert "A colleague covers" in as_therapist.get(care(practice)).text
    form = as_therapist.get(care(practice, "cover"))
    page = as_therapist.submit(form, {"by": str(practice.other_therapist.id), "last_day": "2025-03-07"})
    assert "The cover is arranged." in page.text
    assert "Paolo Neri covers for you until 7 Mar 2025, that day included." in page.text
    assert "You cover for a colleague until Sat 8 Mar, 00:00." in as_colleague.get(care(practice)).text
    assert "Nobody covers for you" in as_therapist.submit(page).text
    as_colleague.get(care(practice), expect=404)


def test_the_caseload_says_who_covers(as_therapist: Browser, as_colleague: Browser, practice: Practice) -> None:
    with as_therapist.client.application.app_context():
        arrange(practice)
    assert "Paolo Neri covers for you until 5 Mar 2025" in as_therapist.get("/caseload").text
    assert "You cover for Vera Conti until 5 Mar 2025" in as_colleague.get("/caseload").text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"by": ""}, "Please choose one."),
        ({"by": "nobody"}, "Not a valid choice."),
        ({"by": "00000000-0000-0000-0000-000000000000"}, "Not a valid choice."),
        ({"last_day": ""}, "Please choose a day."),
        ({"last_day": "2025-02-30"}, "not a day of the calendar"),
        ({"last_day": "2025-03-04"}, "That day has gone by."),
        ({"last_day": "2025-05-04"}, "60 days at most"),
        ({"covers_until": "2030-01-01"}, "doesn't ask for"),
    ],
)
def test_what_is_wrong_with_a_cover_is_said_and_what_was_typed_stays(
    as_therapist: Browser, practice: Practice, changed: dict[str, str], said: str
) -> None:
    fields = {"by": str(practice.other_therapist.id), "last_day": "2025-03-07"} | changed
    page = as_therapist.submit(as_therapist.get(care(practice, "cover")), fields, expect=422)
    assert any(said in error for error in page.errors())
    if "last_day" not in changed:
        assert page.value("last_day") == "2025-03-07"


def test_a_second_tab_is_told_of_the_cover_that_stands(as_therapist: Browser, practice: Practice) -> None:
    form = as_therapist.get(care(practice, "cover"))
    as_therapist.submit(form, {"by": str(practice.other_therapist.id), "last_day": "2025-03-07"})
    page = as_therapist.submit(form, {"by": str(practice.former_therapist.id), "last_day": "2025-03-09"}, expect=422)
    assert page.errors() == ["A cover is arranged already. Please look at it, and end it first."]
    assert "Paolo Neri covers for you until 7 Mar 2025" in page.text


def test_who_covers_finds_none_of_the_pages_on_which_care_changes_hands(
    as_colleague: Browser, practice: Practice
) -> None:
    with as_colleague.client.application.app_context():
        arrange(practice)
    assert "A colleague covers" not in as_colleague.get(care(practice)).text
    for page in ("cover", "transfer"):
        as_colleague.get(care(practice, page), expect=404)
    for act in ("cover", "cover/end", "transfer", "end"):
        as_colleague.send(care(practice, act), expect=404)


@pytest.mark.parametrize("page", ["cover", "transfer"])
def test_care_changes_hands_only_by_who_has_shown_lately_that_it_is_they(
    as_therapist: Browser, practice: Practice, clock: FrozenClock, page: str
) -> None:
    clock.advance(seconds=CONFIRMATION_HOLDS.total_seconds())
    assert as_therapist.get(care(practice, page)).path == "/confirm"


# Handing over


def test_a_therapist_hands_over(as_therapist: Browser, as_colleague: Browser, practice: Practice) -> None:
    form = as_therapist.get(care(practice, "transfer"))
    page = as_therapist.submit(form, {"to": str(practice.other_therapist.id)})
    assert page.path == "/caseload"
    assert "Mark is in the care of Paolo Neri now." in page.text
    assert "sorted by the next session" in page.text
    as_therapist.get(care(practice), expect=404)
    as_therapist.submit(form, {"to": str(practice.former_therapist.id)}, expect=404)
    assert "You cover" not in as_colleague.get(care(practice)).text
    as_colleague.get(care(practice, "cover"))


def test_nobody_is_handed_over_to_nobody(as_therapist: Browser, practice: Practice) -> None:
    page = as_therapist.submit(as_therapist.get(care(practice, "transfer")), {"to": ""}, expect=422)
    assert page.errors()[0] == "Please choose one."
    as_therapist.get(care(practice))


def test_a_therapist_who_works_alone_is_told_so(as_therapist: Browser, practice: Practice) -> None:
    with as_therapist.client.application.app_context(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("companion.accounts.queries.therapists_beside", lambda _: [])
        for page in ("cover", "transfer"):
            shown = as_therapist.get(care(practice, page))
            assert "There is no other therapist at the practice." in shown.text
            assert not shown.document.query("main form")


# What the patient is told


@pytest.mark.parametrize("page", ["/settings", "/help"])
def test_the_patient_is_told_who_it_is_and_since_when(
    app: Flask, as_patient: Browser, practice: Practice, page: str
) -> None:
    assert "Vera Conti since 1 Jan 2020" in as_patient.get(page).text
    with app.app_context():
        arrange(practice)
    assert "Paolo Neri, covering for Vera Conti until 5 Mar 2025" in as_patient.get(page).text
    with app.app_context(), transaction():
        services.transfer(practice.therapist, practice.patient.id, practice.other_therapist.id, NOON)
    assert "Paolo Neri since 5 Mar 2025" in as_patient.get(page).text
    assert "Vera Conti" not in as_patient.get(page).text
    with app.app_context(), transaction():
        services.end_care(practice.other_therapist, practice.patient.id, NOON + timedelta(seconds=1))
    assert "Nobody, since 5 Mar 2025; until then it was Paolo Neri." in as_patient.get(page).text


@pytest.mark.parametrize("page", ["/settings", "/help"])
def test_a_cover_that_is_over_is_not_told_any_more(
    app: Flask, as_patient: Browser, practice: Practice, clock: FrozenClock, page: str
) -> None:
    with app.app_context():
        arrange(practice, TODAY)
    clock.move_to(TONIGHT - timedelta(seconds=1))
    assert "Paolo Neri, covering" in as_patient.get(page).text
    clock.move_to(TONIGHT)
    assert "Paolo Neri" not in as_patient.get(page).text


def test_help_says_after_the_end_that_nobody_reads(app: Flask, as_patient: Browser, practice: Practice) -> None:
    assert "is read later, if at all" in as_patient.get("/help").text
    with app.app_context(), transaction():
        services.end_care(practice.therapist, practice.patient.id, NOON)
    assert "is read by nobody at the practice" in as_patient.get("/help").text


def test_help_names_nobody_to_who_isn_t_signed_in(browser: Browser, practice: Practice) -> None:
    assert "Vera Conti" not in browser.get("/help").text
