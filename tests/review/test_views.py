"""The pages of review, as therapist and patient read them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from companion.accounts.rules import Role
from companion.accounts.services import invite_patient
from companion.checkins.rules import Visibility
from companion.checkins.services import Detail
from companion.contract import services as contract
from companion.contract.rules import Scope
from companion.experiments.rules import Reaction, Verdict, Word
from companion.kernel.ids import new_id
from companion.sessions.services import set_next_session
from companion.transaction import transaction
from tests.factories.checkins import make_check_in, make_how_it_is, make_moment, make_reflection
from tests.factories.contract import FRAME, agreed_contract, proposed_contract, weekly
from tests.factories.people import Practice, make_person, put_in_care
from tests.factories.stories import happened, planned
from tests.support.client import Browser, Page, attributes
from tests.support.statements import statements

SECRET = "XYZZY"
WED = datetime(2025, 3, 5, 11, tzinfo=UTC)
"""Now, in every test that doesn't move the clock."""


@pytest.fixture
def told(app: Flask, practice: Practice) -> Practice:
    """A month of a weekly task, with words of every kind, some of them private."""
    with app.app_context():
        [task] = agreed_contract(practice, [weekly(3, "Something for myself")]).task_ids
        for day in (4, 5, 11, 12, 25):
            at = datetime(2025, 2, day, 18, tzinfo=UTC)
            happened(practice.patient, task, at, feared=8, seen=2, learned="Nobody died of it.")
            make_check_in(practice.patient, at, detail=Detail(thought="She waits up."))
        happened(
            practice.patient,
            task,
            datetime(2025, 2, 13, 18, tzinfo=UTC),
            Word.STOPPED_MIDWAY,
            activity=f"{SECRET} activity",
            person=f"{SECRET} person",
            feared=8,
            seen=8,
            reaction=Reaction.FRIGHTENING,
            expected_guilt=9,
            enjoyment=1,
            verdict=Verdict.DROP,
            learned=f"{SECRET} learned",
            words_private=True,
        )
        words = Detail(thought=f"{SECRET} thought", wanted=f"{SECRET} wish", saw_myself=f"{SECRET} self")
        for visibility in (Visibility.WORDS_PRIVATE, Visibility.ONLY_ME):
            make_check_in(practice.patient, WED - timedelta(days=1), detail=words, visibility=visibility)
            make_moment(practice.patient, WED - timedelta(days=1), toward=f"{SECRET} target", visibility=visibility)
        make_reflection(practice.patient, WED - timedelta(days=1), f"{SECRET} line", words_private=True)
        make_how_it_is(practice.patient, WED - timedelta(days=1), words=f"{SECRET} months", words_private=True)
    return practice


def brief(browser: Browser, practice: Practice) -> Page:
    return browser.get(f"/patients/{practice.patient.id}")


def lines(page: Page) -> list[list[str]]:
    """The cells of a page's first table, row by row."""
    rows = page.document.query("table")[0].query("tr")
    return [[" ".join(cell.to_text().split()) for cell in row.query("th, td")] for row in rows]


# Doors


def test_the_front_door_leads_everyone_to_their_own_page(
    app: Flask, browser: Browser, as_patient: Browser, as_therapist: Browser, practice: Practice
) -> None:
    assert as_patient.get("/").title.startswith("Today")
    assert as_therapist.get("/").path == "/caseload"
    assert browser.get("/").path == "/sign-in"
    assert Browser(app.test_client()).sign_in(practice.admin).get("/").path == "/practice"


def test_pages_of_one_side_are_not_there_for_the_other(as_patient: Browser, as_therapist: Browser) -> None:
    for path in ("/learned", "/shared"):
        as_therapist.get(path, expect=404)
    as_patient.get("/caseload", expect=404)


def test_foreign_missing_and_ended_are_answered_alike(
    browser: Browser, as_therapist: Browser, as_patient: Browser, practice: Practice
) -> None:
    pages = [
        as_therapist.get(f"/patients/{practice.other_patient.id}", expect=404),
        as_therapist.get(f"/patients/{new_id()}", expect=404),
        as_therapist.get(f"/patients/{practice.therapist.id}", expect=404),
        browser.sign_in(practice.other_therapist).get(f"/patients/{practice.patient.id}", expect=404),
    ]
    as_patient.get(f"/patients/{practice.patient.id}", expect=404)
    as_therapist.get(f"/patients/{practice.patient.id}")
    as_therapist.send(f"/patients/{practice.patient.id}/care/end")
    pages.append(as_therapist.get(f"/patients/{practice.patient.id}", expect=404))
    assert len({page.text for page in pages}) == 1


def test_help_is_one_tap_from_a_therapists_pages_too(as_therapist: Browser, practice: Practice) -> None:
    for path in ("/caseload", f"/patients/{practice.patient.id}", f"/patients/{practice.patient.id}/care"):
        assert as_therapist.get(path).document.query('a[href="/help"]')
    as_therapist.get("/help")


# Caseload


def test_the_caseload_goes_by_the_next_session_then_by_name(
    app: Flask, as_therapist: Browser, practice: Practice
) -> None:
    with app.app_context():
        for name, days in (("Zeno", 1), ("Bruna", 3), ("anselm", None)):
            patient = make_person(Role.PATIENT, name)
            put_in_care(patient.id, practice.therapist.id)
            if days:
                with transaction():
                    set_next_session(practice.therapist, patient.id, WED + timedelta(days=days), WED)
    page = as_therapist.get("/caseload")
    assert [row[0] for row in lines(page)[1:]] == ["Zeno", "Bruna", "anselm", "Mark"]
    assert lines(page)[1][1] == "Thu 6 Mar, 12:00"


def test_the_caseload_says_how_each_contract_stands(app: Flask, as_therapist: Browser, practice: Practice) -> None:
    with app.app_context():
        waits, flagged = (make_person(Role.PATIENT, name) for name in ("Waits", "Flagged"))
        for patient in (waits, flagged):
            put_in_care(patient.id, practice.therapist.id)
        proposed_contract(replace(practice, patient=waits))
        overdue = replace(FRAME, review_on=date(2025, 3, 4))
        task, *_ = agreed_contract(replace(practice, patient=flagged), frame=overdue).task_ids
        with transaction():
            contract.flag_task(flagged, task, "Yes, sir.", WED)
            invite_patient(practice.therapist, "Newcomer", WED)
    rows = {row[0]: row[2:] for row in lines(as_therapist.get("/caseload"))}
    assert rows["Newcomer"] == ["None in force", "Invited, hasn’t begun yet"]
    assert rows["Waits"][0] == "None in force"
    assert "A proposal waits for an answer" in rows["Waits"][1]
    assert rows["Flagged"][0] == "Version 1, since 3 Feb 2025"
    assert "Something feels like an order" in rows["Flagged"][1]
    assert "The review date has gone by: 4 Mar 2025" in rows["Flagged"][1]


def test_the_caseload_holds_no_adherence_and_nothing_private(as_therapist: Browser, told: Practice) -> None:
    page = as_therapist.get("/caseload")
    assert "Mark" in page.text
    for word in ("%", " of ", "Did", "Tried", SECRET):
        assert word not in page.text


def test_an_empty_caseload_says_what_will_be_here(app: Flask, practice: Practice) -> None:
    with app.app_context():
        newcomer = make_person(Role.THERAPIST, "New")
    page = Browser(app.test_client()).sign_in(newcomer).get("/caseload")
    assert "Whoever you invite will stand here" in page.text
    assert "Mark" not in page.text


def test_the_caseloads_statements_do_not_grow_with_patients(
    app: Flask, as_therapist: Browser, practice: Practice
) -> None:
    counts = []
    with app.app_context():
        for total in (2, 30):
            while len(lines_of_caseload(as_therapist)) < total:
                patient = make_person(Role.PATIENT, f"Patient {new_id()}")
                put_in_care(patient.id, practice.therapist.id)
                agreed_contract(replace(practice, patient=patient))
            with statements() as seen:
                as_therapist.get("/caseload")
            counts.append(len(seen))
    assert counts[0] == counts[1]


def lines_of_caseload(browser: Browser) -> list[list[str]]:
    return lines(browser.get("/caseload"))[1:]


# Brief, and the same for the patient


def test_the_brief_shows_ranges_counts_and_what_is_open(as_therapist: Browser, told: Practice) -> None:
    page = brief(as_therapist, told)
    assert "Version 1, since 3 Feb 2025." in page.text
    rows = {row[0].split(" 3 a week")[0]: row for row in lines(page)}
    assert rows["Together"][1:] == ["4–8 of 9 44–89 %", "5–9 of 9 56–100 %"] * 2
    assert "last week: 1 of 3 so far" in rows["Something for myself"][0]
    assert "this week: 0 of 3 so far" in rows["Something for myself"][0]
    assert "idea: ours" in rows["Something for myself"][0]
    assert "Of all 6 times with both numbers: less than expected in 5, as much in 1, more in 0." in page.text


def test_the_brief_shows_shared_words_verbatim_in_the_patients_own_face(as_therapist: Browser, told: Practice) -> None:
    words = [each.to_text() for each in brief(as_therapist, told).document.query(".own-words")]
    assert "She waits up." in words
    assert "Nobody died of it." in words


def test_the_brief_tells_how_the_last_occasions_went(as_therapist: Browser, told: Practice) -> None:
    page = brief(as_therapist, told)
    [went] = page.document.query(".brief-went")
    rows = [[" ".join(cell.to_text().split()) for cell in row.query("th, td")] for row in went.query("tbody tr")]
    assert rows[:2] == [["Tue 25 Feb, Tennis", "Done", "— not said , — not said", "— not said"], ["Nobody died of it."]]
    assert rows[2:4] == [
        ["Thu 13 Feb, kept private", "I stopped midway", "9, — not said", "1"],
        ["Reaction of someone: It frightened me. From now on: Drop this activity: it isn't for me."],
    ]
    [frightened] = went.query(".attention")
    assert frightened.to_text() == "It frightened me."


def test_the_patient_reads_all_their_own_words_on_their_own_page(as_patient: Browser, told: Practice) -> None:
    page = as_patient.get("/learned")
    assert "Mark" not in page.title
    assert f"Thu 13 Feb, {SECRET} activity" in page.text
    assert f"{SECRET} learned" in page.text


def test_nothing_private_reaches_the_therapist(as_therapist: Browser, as_patient: Browser, told: Practice) -> None:
    assert SECRET not in brief(as_therapist, told).html
    assert SECRET not in as_patient.get("/shared").html
    assert SECRET in as_patient.get("/learned").html  # the marker works: it is the patient's own page


def test_the_patient_sees_the_same_numbers(as_therapist: Browser, as_patient: Browser, told: Practice) -> None:
    theirs, mine = brief(as_therapist, told), as_patient.get("/shared")
    together = next(row for row in lines(theirs) if row[0] == "Together")
    assert next(row for row in lines(mine) if row[0] == "Together") == together[:3]
    for selector in (".brief-went", ".brief-entries", ".brief-beside", ".brief-told"):
        assert [each.to_text() for each in mine.document.query(selector)] == [
            each.to_text() for each in theirs.document.query(selector)
        ]


def test_a_brief_without_a_contract_says_so(as_therapist: Browser, as_patient: Browser, practice: Practice) -> None:
    page = brief(as_therapist, practice)
    assert "None in force." in page.text
    assert "No entries to see yet." in page.text
    assert not page.document.query("table")
    assert "Nothing is agreed yet." in as_patient.get("/shared").text


def test_pictures_have_words_and_a_table_and_no_inline_style(as_therapist: Browser, told: Practice) -> None:
    page = brief(as_therapist, told)
    pictures = page.document.query("figure.picture")
    assert len(pictures) == 2
    for picture in pictures:
        [svg] = picture.query("svg[role=img]")
        named = attributes(svg)["aria-labelledby"].split()
        assert [attributes(each)["id"] for each in svg.query("title, desc")] == named
        assert picture.query("details table")
    assert not page.document.query("[style]")


# Today


def test_today_without_a_contract_owes_nothing(as_patient: Browser) -> None:
    page = as_patient.get("/")
    assert "Nothing is agreed yet, and nothing is owed." in page.text
    assert "Plan something" not in page.text
    assert attributes(page.document.query("main a.button.main")[0])["href"] == "/now"


def test_today_says_that_there_is_a_proposal_until_it_is_answered(
    app: Flask, as_patient: Browser, practice: Practice
) -> None:
    with app.app_context():
        proposed = proposed_contract(practice)
    assert "There is a proposal to read." in as_patient.get("/").text
    with app.app_context(), transaction():
        contract.flag_version(practice.patient, proposed.id, "", WED)
    assert "There is a proposal to read." not in as_patient.get("/").text


def test_today_shows_plans_and_asks_after_what_is_over(app: Flask, as_patient: Browser, practice: Practice) -> None:
    with app.app_context():
        [task] = agreed_contract(practice).task_ids
        planned(practice.patient, task, WED + timedelta(days=1), activity="Tennis")
        planned(practice.patient, task, WED + timedelta(days=8), activity="Spanish")
        over = planned(practice.patient, task, WED - timedelta(days=1), activity="Cinema")
        planned(practice.patient, task, WED - timedelta(days=20), activity="Long ago")
    page = as_patient.get("/")
    assert "This week Tennis, Thu 6 Mar, 12:00" in page.text
    assert "Later Spanish, Thu 13 Mar, 12:00" in page.text
    assert "How did it go? Cinema, Tue 4 Mar, 12:00" in page.text
    assert page.document.query(f'a[href="/plan/{over}/after"]')
    assert "Long ago" not in page.text
    assert "%" not in page.text


def test_counts_stand_behind_see_and_the_week_can_be_called_done(
    app: Flask, as_patient: Browser, practice: Practice
) -> None:
    with app.app_context():
        [task] = agreed_contract(practice, [weekly(3, "Sport")]).task_ids
        happened(practice.patient, task, WED - timedelta(days=2))
    page = as_patient.get("/")
    assert page.document.query("details")[0].to_text().count("Sport: 1 of 3 so far") == 1
    assert "so far" not in " ".join(each.to_text() for each in page.document.query("main > p, main > ul"))
    page = as_patient.submit(page)
    assert "That’s all this week" in as_patient.get("/").text
    assert not as_patient.get("/").document.query("main form")


def test_a_pause_of_everything_asks_for_nothing(app: Flask, as_patient: Browser, practice: Practice) -> None:
    with app.app_context():
        agreed_contract(practice, [weekly(7, "Sport")])
        with transaction():
            contract.pause(practice.patient, Scope.EVERYTHING, None, WED)
    page = as_patient.get("/")
    assert "Everything is paused. Nothing is asked of you." in page.text
    assert "Sport" not in page.text
    [again] = [link for link in page.document.query("main a") if link.to_text().strip() == "Go on again"]
    assert "Take it up again" in as_patient.get(attributes(again)["href"]).text


# Learned


def test_learned_is_empty_kindly(as_patient: Browser) -> None:
    page = as_patient.get("/learned")
    assert "Nothing is owed" in page.text
    assert not page.document.query("svg")


def test_two_times_are_shown_and_not_generalised(app: Flask, as_patient: Browser, practice: Practice) -> None:
    with app.app_context():
        agreed = agreed_contract(practice)
        for day in (1, 2):
            happened(practice.patient, agreed.task_ids[0], WED - timedelta(days=day), feared=8, seen=2)
    page = as_patient.get("/learned")
    assert len(page.document.query("svg .row-label")) == 2
    assert "Too few to say anything of them together." in page.text
    with app.app_context():
        happened(practice.patient, agreed.task_ids[0], WED - timedelta(days=3), feared=2, seen=6)
    assert (
        "Of all 3 times with both numbers: less than expected in 2, as much in 0, more in 1."
        in as_patient.get("/learned").text
    )


@pytest.mark.parametrize(("hours", "path"), [(-1, "/now"), (1, "/now"), (30, "/"), (None, "/")])
def test_the_home_screen_leads_to_now_around_what_was_planned(
    app: Flask, practice: Practice, as_patient: Browser, hours: int | None, path: str
) -> None:
    with app.app_context():
        [task] = agreed_contract(practice, [weekly(3, "Something for myself")]).task_ids
        if hours is not None:
            planned(practice.patient, task, WED + timedelta(hours=hours))
    assert as_patient.get("/open").path == path


def test_the_home_screen_asks_first_who_it_is(browser: Browser) -> None:
    page = browser.get("/open")
    assert page.path == "/sign-in"
    assert page.value("next") == "/open"
