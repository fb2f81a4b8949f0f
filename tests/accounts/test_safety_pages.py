"""The pages of the plan for hard times, on both sides."""

from dataclasses import asdict

import pytest
from flask import Flask

from companion.accounts.rules.safety import PlanWords
from companion.accounts.services import end_care
from companion.kernel.clock import FrozenClock
from companion.transaction import transaction
from tests.factories.people import Practice
from tests.factories.safety import PLAN, plans_for, wrote_plan, wrote_plan_together
from tests.support.client import Browser, attributes

MINE, WORDS = "/my-plan", "/my-plan/words"
TYPED = asdict(PLAN)


@pytest.fixture
def theirs(practice: Practice) -> str:
    return f"/patients/{practice.patient.id}/plan"


def test_the_patient_finds_it_under_help_and_settings(as_patient: Browser) -> None:
    for page in (as_patient.get("/help"), as_patient.get("/settings")):
        assert page.document.query(f'a[href="{MINE}"]')
    page = as_patient.get(MINE)
    assert page.title.startswith("My plan")
    assert "every part can stay empty" in page.text


def test_nobody_else_is_offered_one(browser: Browser, as_therapist: Browser) -> None:
    for who in (browser, as_therapist):
        assert not who.get("/help").document.query(f'a[href="{MINE}"]')
    assert not as_therapist.get("/settings").document.query(f'a[href="{MINE}"]')


def test_the_patient_writes_it_and_changes_it(as_patient: Browser, app: Flask, practice: Practice) -> None:
    page = as_patient.submit(as_patient.get(WORDS), TYPED)
    for words in TYPED.values():
        assert words in page.text
    assert "You wrote it on Wed 5 Mar" in page.text
    form = as_patient.get(WORDS)
    assert form.value("people") == PLAN.people
    page = as_patient.submit(form, {"people": "My aunt, 555 0199"})
    assert "My aunt, 555 0199" in page.text
    assert "How it read before" in page.text
    assert PLAN.people in page.text
    with app.app_context():
        assert len(plans_for(practice).versions) == 2


def test_parts_that_are_empty_are_left_out(as_patient: Browser) -> None:
    page = as_patient.submit(as_patient.get(WORDS), {"signs": "I go quiet"})
    assert [each.to_text() for each in page.document.query("dt")] == ["How I notice that it is getting hard"]


def test_what_the_phone_may_keep_is_the_latest_alone(
    as_patient: Browser, app: Flask, practice: Practice, clock: FrozenClock
) -> None:
    with app.app_context():
        wrote_plan(practice, clock.now())
        wrote_plan(practice, clock.now(), PlanWords(signs="Only this"))
    lines = as_patient.get(MINE).document.query("[data-line]")
    assert [(attributes(each)["data-line"], each.to_text()) for each in lines] == [
        ("How I notice that it is getting hard", "Only this")
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (dict.fromkeys(TYPED, ""), "Please write something in one of the parts"),
        ({"signs": "x" * 4001}, "4000 characters at most"),
        ({"people": "a\0b"}, "can't be kept"),
        ({"number": "2"}, "doesn't ask for"),
        ({"id": "nonsense"}, "send it again"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_cannot_be_kept_is_said_and_stays_typed(
    as_patient: Browser, as_therapist: Browser, theirs: str, changes: dict[str, str], message: str
) -> None:
    for browser, path in ((as_patient, WORDS), (as_therapist, f"{theirs}/words")):
        typed = TYPED | changes
        page = browser.submit(browser.get(path), typed, expect=422)
        assert any(message in error for error in page.errors()), page.errors()
        for name in TYPED:
            assert page.value(name) == typed[name].replace("\0", "")


def test_both_at_once_one_wins_and_the_other_keeps_what_was_typed(
    as_patient: Browser, as_therapist: Browser, theirs: str
) -> None:
    form = as_therapist.get(f"{theirs}/words")
    as_patient.submit(as_patient.get(WORDS), {"signs": "I go quiet"})
    page = as_therapist.submit(form, {"signs": "He goes quiet"}, expect=422)
    assert any("changed while you had it open" in error for error in page.errors())
    assert "What stands now: How I notice that it is getting hard I go quiet" in page.text
    assert page.value("signs") == "He goes quiet"
    assert "He goes quiet" in as_therapist.submit(page).text


def test_the_patient_is_told_where_it_was_taken_down_meanwhile(as_patient: Browser) -> None:
    as_patient.submit(as_patient.get(WORDS), {"signs": "I go quiet"})
    form = as_patient.get(WORDS)
    assert "It will stand here" in as_patient.submit(as_patient.get(WORDS), {"signs": ""}).text
    page = as_patient.submit(form, {"signs": "I lie awake"}, expect=422)
    assert "Nothing stands in it now." in page.text
    assert "I lie awake" in as_patient.submit(page).text


def test_sent_twice_it_is_one_and_other_words_need_another_page(
    as_patient: Browser, app: Flask, practice: Practice
) -> None:
    form = as_patient.get(WORDS)
    for _ in range(2):
        as_patient.submit(form, {"signs": "I go quiet"})
    page = as_patient.submit(form, {"signs": "I lie awake"}, expect=422)
    assert any("sent before, with other words" in error for error in page.errors())
    with app.app_context():
        assert len(plans_for(practice).versions) == 1


def test_the_therapist_writes_it_down_and_the_patient_reads_who_and_when(
    as_patient: Browser, as_therapist: Browser, theirs: str, practice: Practice
) -> None:
    assert as_therapist.get(f"/patients/{practice.patient.id}/care").document.query(f'a[href="{theirs}"]')
    assert "Nothing is written." in as_therapist.get(theirs).text
    page = as_therapist.submit(as_therapist.get(f"{theirs}/words"), TYPED)
    assert "Written down by Vera Conti on Wed 5 Mar" in page.text
    page = as_patient.get(MINE)
    assert PLAN.out_of_reach in page.text
    assert "Vera Conti wrote it down on Wed 5 Mar" in page.text
    as_patient.submit(as_patient.get(WORDS), {"signs": "I go quiet"})
    page = as_therapist.get(theirs)
    assert "Written down by Mark on" in page.text
    assert "Earlier versions" in page.text


def test_the_patient_reads_that_somebody_opened_it(as_patient: Browser, as_therapist: Browser, theirs: str) -> None:
    as_therapist.get(theirs)
    assert "Vera Conti: your plan for hard times" in as_patient.get("/settings/looked").text


def test_after_the_end_of_care_the_page_says_that_nobody_reads_it(
    as_patient: Browser, as_therapist: Browser, theirs: str, app: Flask, practice: Practice, clock: FrozenClock
) -> None:
    with app.app_context():
        wrote_plan_together(practice, clock.now(), PLAN)
        with transaction():
            end_care(practice.therapist, practice.patient.id, clock.now())
    as_therapist.get(theirs, expect=404)
    page = as_patient.get(MINE)
    assert PLAN.signs in page.text
    assert "Nobody at the practice reads it any more" in page.text


def test_the_copy_holds_every_version_and_names_who_wrote(
    as_patient: Browser, app: Flask, practice: Practice, clock: FrozenClock
) -> None:
    with app.app_context():
        wrote_plan(practice, clock.now())
        wrote_plan_together(practice, clock.now(), PlanWords(signs="Only this"))
    copy = as_patient.client.post("/settings/copy", data={"csrf_token": as_patient.csrf_token()}).get_json(force=True)
    first, second = sorted(copy["tables"]["safety_plan"], key=lambda row: row["number"])
    assert (first["people"], first["therapist_id"]) == (PLAN.people, None)
    assert (second["signs"], copy["people"][second["therapist_id"]]) == ("Only this", "Vera Conti")


def test_help_is_the_same_for_everybody_where_it_shows_what_a_phone_keeps(
    browser: Browser, as_patient: Browser
) -> None:
    sections = [who.get("/help").document.query("section.kept")[0].to_html() for who in (browser, as_patient)]
    assert sections[0] == sections[1]
    assert "hidden" in sections[0]
