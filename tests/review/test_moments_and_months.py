"""Moments, three lines, how it is lately and who may have needed the patient: on the brief, and the same to both."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from companion.accounts.rules import Actor
from companion.checkins.rules import CANT_TELL, GuiltKind, Helped, Rated, Visibility, Vital
from companion.checkins.services import Detail
from companion.experiments.adherence import MomentOutcome
from companion.experiments.rules import CareNeed
from companion.review.queries.brief import Brief, brief_of
from companion.review.queries.today import today_of
from tests.factories.checkins import make_check_in, make_how_it_is, make_moment, make_reflection
from tests.factories.contract import TaskPlan, agreed_contract, practice_task, response_task, weekly
from tests.factories.experiments import planned
from tests.factories.experiments import told as word
from tests.factories.people import Practice
from tests.support.client import Browser
from tests.support.statements import statements

NOW = datetime(2025, 3, 5, 11, tzinfo=UTC)
DAY = timedelta(days=1)
NOTHING, ELSE, SIDEWAYS, SAID = MomentOutcome
SECRET = "XYZZY"


def read(practice: Practice, viewer: Actor | None = None) -> Brief:
    return brief_of(viewer or practice.therapist, practice.patient.id, NOW)


@pytest.fixture
def told(app: Flask, practice: Practice) -> Practice:
    """Example 10, a moment that came out sideways and is only the patient's, and one that is still going on."""
    with app.app_context():
        [weekly_task, *_] = agreed_contract(
            practice, [weekly(), response_task("Let it pass"), practice_task()]
        ).task_ids
        for number, outcome in enumerate((NOTHING, NOTHING, NOTHING, ELSE, SAID, None)):
            make_moment(practice.patient, NOW - (number + 1) * DAY, outcome, toward="my sister")
        make_moment(practice.patient, NOW - DAY, SIDEWAYS, visibility=Visibility.ONLY_ME)
        make_how_it_is(practice.patient, NOW - 9 * DAY, Helped.A_LITTLE, Vital(Rated(4), Rated(3), CANT_TELL))
        make_how_it_is(practice.patient, NOW - 2 * DAY, Helped.SOMEWHAT, Vital(Rated(6)), "More room than before")
        make_reflection(practice.patient, NOW - DAY, "To stay until the end")
        make_reflection(practice.patient, NOW - DAY, SECRET, words_private=True)
        for day, is_private in ((3, False), (2, True)):
            cousin = f"{SECRET} cousin" if is_private else "my cousin"
            occasion = planned(
                practice.patient, weekly_task, NOW - day * DAY, care_need=CareNeed.COVERED, covered_by=cousin
            )
            said_at = NOW - day * DAY + timedelta(hours=3)
            word(practice.patient, occasion, at=said_at, learned="It was fine", words_private=is_private)
        make_check_in(practice.patient, NOW - DAY, detail=Detail(guilt_kind=GuiltKind.BOTH))
    return practice


# Moments


def test_example_10_on_the_brief_what_is_only_the_patients_is_in_no_count(app: Flask, told: Practice) -> None:
    with app.app_context():
        [line] = read(told).counts.responses
    assert line.task
    assert (line.task.text, line.whole, line.lately) == ("Let it pass", line.lately, line.whole)
    assert (line.whole.held, line.whole.moments, line.whole.percent) == (4, 5, 80)


def test_the_brief_says_how_many_stayed_unsaid(as_therapist: Browser, told: Practice) -> None:
    page = as_therapist.get(f"/patients/{told.patient.id}")
    assert "4 of 5 unsaid 80 % (nothing 3, something else 1, said 1)" in page.text
    assert "urge 7, toward my sister: I said nothing; felt less worth 2" in page.text
    not_counted = [each.to_text() for each in page.document.query(".brief-counts p") if "Not counted" in each.to_text()]
    assert len(not_counted) == 1
    assert "a practice" in not_counted[0]


def test_moments_of_a_task_that_is_agreed_no_more_stand_apart(app: Flask, practice: Practice) -> None:
    with app.app_context():
        first = agreed_contract(practice, [response_task("Let it pass")], at=NOW - 20 * DAY)
        make_moment(practice.patient, NOW - 10 * DAY, SAID)
        again = TaskPlan(response_task("Let it pass, still").words, first.lineage_ids[0])
        agreed_contract(practice, [again], at=NOW - 8 * DAY)
        make_moment(practice.patient, NOW - 7 * DAY, NOTHING)
        [line] = read(practice).counts.responses
        assert line.task
        assert (line.task.text, line.whole.held, line.whole.moments) == ("Let it pass, still", 1, 2)
        agreed_contract(practice, [weekly()], at=NOW - 6 * DAY)
        make_moment(practice.patient, NOW - 5 * DAY, SAID)
        [line] = read(practice).counts.responses
        assert (line.task, line.whole.held, line.whole.moments, line.whole.percent) == (None, 1, 2, None)


def test_a_response_task_without_moments_has_a_dash(app: Flask, practice: Practice, as_therapist: Browser) -> None:
    with app.app_context():
        agreed_contract(practice, [response_task()])
    section = as_therapist.get(f"/patients/{practice.patient.id}").document.query(".brief-moments dd")
    assert [each.to_text().split()[0] for each in section] == ["—", "—"]


# Months and lines


def test_the_brief_shows_how_it_was_month_by_month(app: Flask, as_therapist: Browser, told: Practice) -> None:
    with app.app_context():
        assert [each.day for each in read(told).how_it_is] == [date(2025, 2, 24), date(2025, 3, 3)]
    table = as_therapist.get(f"/patients/{told.patient.id}").document.query(".brief-lately tbody")[0]
    rows = [" ".join(row.to_text().split()) for row in table.query("tr")]
    assert rows[0] == "24 Feb 2025 A little 4 3 can’t tell"
    assert rows[1].startswith("3 Mar 2025 Somewhat 6")
    assert rows[2] == "More room than before"


def test_the_brief_shows_three_lines_that_are_shared(as_therapist: Browser, told: Practice) -> None:
    page = as_therapist.get(f"/patients/{told.patient.id}")
    [section] = page.document.query(".brief-lines")
    assert "To stay until the end · To stay until the end" in section.to_text()
    assert SECRET not in page.html


# A real need beside old guilt


def test_the_brief_says_that_someone_may_have_needed_the_patient_unless_it_is_kept(
    as_therapist: Browser, told: Practice
) -> None:
    page = as_therapist.get(f"/patients/{told.patient.id}")
    went = " ".join(page.document.query(".brief-went")[0].to_text().split())
    assert went.count("Someone may have needed me: Yes, and someone covers") == 1
    assert went.count("my cousin") == 1
    assert "Both" in page.document.query(".brief-entries")[0].to_text()


# The same to both


def test_the_patient_reads_the_same(as_therapist: Browser, as_patient: Browser, told: Practice) -> None:
    theirs, mine = as_therapist.get(f"/patients/{told.patient.id}"), as_patient.get("/shared")
    assert SECRET not in mine.html
    for selector in (".brief-moments", ".brief-lately", ".brief-lines", ".brief-went", ".brief-entries"):
        [one], [other] = theirs.document.query(selector), mine.document.query(selector)
        assert one.to_text() == other.to_text()


def test_what_the_patient_kept_is_on_their_own_pages(as_patient: Browser, told: Practice) -> None:
    assert SECRET in as_patient.get("/lines").html
    assert "Let it pass: 2 of 3 unsaid" in as_patient.get("/").text  # with the one that is only theirs


def test_statements_do_not_grow_with_what_is_entered(app: Flask, practice: Practice) -> None:
    counts = []
    with app.app_context():
        agreed_contract(practice, [response_task()])
        for _ in range(2):
            make_moment(practice.patient, NOW - DAY, toward="my sister")
            make_reflection(practice.patient, NOW - DAY)
            make_how_it_is(practice.patient, NOW - DAY)
            with statements() as seen:
                read(practice)
                today_of(practice.patient, NOW)
            counts.append(len(seen))
            for number in range(3):
                make_moment(practice.patient, NOW - DAY, NOTHING, toward=f"person {number}")
                make_reflection(practice.patient, NOW - DAY)
                make_how_it_is(practice.patient, NOW - DAY)
    assert counts[0] == counts[1]
