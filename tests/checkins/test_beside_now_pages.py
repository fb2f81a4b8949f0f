"""The pages of the cutting door, of three lines and of how it is lately, without JavaScript; on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from companion.checkins import queries
from companion.checkins.rules import CANT_TELL, Door, Helped, Moment, Rated, Vital
from companion.experiments.adherence import MomentOutcome
from companion.experiments.queries import people_of
from companion.kernel.clock import FrozenClock
from companion.kernel.ids import new_id
from tests.factories.checkins import make_check_in, make_how_it_is, make_moment, make_reflection
from tests.factories.contract import agreed_contract, practice_task, response_task, weekly
from tests.factories.people import Practice
from tests.support.client import Browser, Page, attributes

NOON = datetime(2025, 3, 5, 11, 0, tzinfo=UTC)
DAY = timedelta(days=1)
LONG_AFTER = NOON + 300 * DAY
SAVED = "Saved. You can stop here."


def only(app: Flask, practice: Practice) -> queries.Shown:
    with app.app_context():
        [entry] = queries.last_for(practice.patient, practice.patient.id, LONG_AFTER)
    return entry


def links(page: Page) -> list[str]:
    return [attributes(link)["href"] for link in page.document.query("main a[href]")]


# The cutting door


def test_the_door_leads_to_a_page_where_two_answers_save(app: Flask, practice: Practice, as_patient: Browser) -> None:
    assert "/now/words?about=else" in links(as_patient.get("/now"))
    page = as_patient.submit(as_patient.get("/now/words"), {"urge": "8", "outcome": "said_something_else"})
    assert SAVED in page.text
    assert "Wanting to say something cutting: 8. I said something else" in page.text
    entry = only(app, practice)
    assert (entry.door, entry.occurred_at) == (Door.CUTTING, NOON)
    assert entry.moment == Moment(8, MomentOutcome.SAID_SOMETHING_ELSE)


@pytest.mark.parametrize("outcome", list(MomentOutcome))
def test_whatever_came_of_it_the_answer_is_the_same(
    practice: Practice, as_patient: Browser, outcome: MomentOutcome
) -> None:
    page = as_patient.submit(as_patient.get("/now/words"), {"urge": "8", "outcome": outcome.value})
    assert page.document.query("h1")[0].to_text().strip() == SAVED
    assert not page.document.query(".attention")


def test_the_outcome_can_be_told_later_with_one_tap(app: Flask, practice: Practice, as_patient: Browser) -> None:
    page = as_patient.submit(as_patient.get("/now/words"), {"urge": "8", "outcome": "not_yet"})
    assert "What came of it isn’t told" in page.text
    told = as_patient.submit(page, {"outcome": "said_it"})
    assert "I said it" in told.text
    assert "What came of it?" not in told.text
    assert only(app, practice).moment == Moment(8, MomentOutcome.SAID_IT)


@pytest.mark.parametrize("sent", [{}, {"urge": "8"}, {"outcome": "said_it"}, {"urge": "11", "outcome": "said_it"}])
def test_without_both_answers_nothing_is_saved(
    app: Flask, practice: Practice, as_patient: Browser, sent: dict[str, str]
) -> None:
    page = as_patient.submit(as_patient.get("/now/words"), sent, expect=422)
    assert "Please choose one." in page.text or "Not a valid choice" in page.text
    with app.app_context():
        assert queries.last_for(practice.patient, practice.patient.id, LONG_AFTER) == []


def test_enter_in_the_scale_presses_none_of_the_answers(as_patient: Browser) -> None:
    first = as_patient.get("/now/words").document.query("#rate button")[0]
    assert "name" not in attributes(first)


def test_a_moment_can_be_from_earlier(app: Flask, practice: Practice, as_patient: Browser) -> None:
    sent = {"urge": "8", "outcome": "said_it", "earlier_day": "2025-03-03", "earlier_time": "20:30"}
    as_patient.submit(as_patient.get("/now/words"), sent)
    assert only(app, practice).occurred_at == datetime(2025, 3, 3, 19, 30, tzinfo=UTC)
    still_to_come = sent | {"earlier_day": "2025-03-09"}
    page = as_patient.submit(as_patient.get("/now/words"), still_to_come, expect=422)
    assert "That is still to come." in page.text


def test_sent_twice_is_one_and_sent_differently_is_kept_beside_it(as_patient: Browser) -> None:
    page = as_patient.get("/now/words")
    first, second = (as_patient.submit(page, {"urge": "8", "outcome": "said_it"}) for _ in range(2))
    assert first.path == second.path
    both = as_patient.submit(page, {"urge": "3", "outcome": "said_nothing"}, expect=409)
    assert "Wanting to say something cutting: 3. I said nothing" in both.text


def test_toward_whom_and_how_it_felt_may_follow(app: Flask, practice: Practice, as_patient: Browser) -> None:
    with app.app_context():
        made = make_moment(practice.patient, NOON, MomentOutcome.SAID_IT, 8)
    page = as_patient.get(f"/now/{made}/words")
    assert page.form()["urge"] == "8"
    saved = as_patient.submit(page, {"new_person": "my sister", "worth_less": "2"})
    assert "Toward my sister . Felt less worth: 2." in " ".join(saved.text.split())
    with app.app_context():
        [(sister, _name)] = people_of(practice.patient, practice.patient.id)
    assert only(app, practice).moment == Moment(8, MomentOutcome.SAID_IT, sister, 2)
    again = as_patient.get(f"/now/{made}/words")
    assert again.form()["person"] == str(sister)
    refused = as_patient.submit(again, {"new_person": "an aunt"}, expect=422)
    assert "not both" in refused.text


def test_other_entries_and_other_peoples_have_no_such_page(app: Flask, practice: Practice, as_patient: Browser) -> None:
    with app.app_context():
        guilt = make_check_in(practice.patient, NOON)
        theirs = make_moment(practice.other_patient, NOON)
    for check_in_id in (guilt, theirs, new_id()):
        as_patient.get(f"/now/{check_in_id}/words", expect=404)


def test_no_word_of_therapy_in_their_titles_and_paths(app: Flask, practice: Practice, as_patient: Browser) -> None:
    with app.app_context():
        made = make_moment(practice.patient, NOON)
    for path in ("/now/words", f"/now/{made}/words", "/lines", "/lately"):
        page = as_patient.get(path)
        for word in ("guilt", "therap", "contract", "urge", "reflect", "cutting", "help"):
            assert word not in (page.title + page.path).lower()


# Three lines


def test_three_lines_are_written_and_read_again(app: Flask, practice: Practice, as_patient: Browser) -> None:
    page = as_patient.submit(as_patient.get("/lines"), {"want": "To stay", "feel": "Fear"})
    assert (page.path, "To stay" in page.text, "Fear" in page.text) == ("/lines", True, True)
    assert "Until 15:00 only you see this" in page.text
    assert page.form()["want"] == ""
    kept = as_patient.submit(page, {}, number=1)
    assert "These words are only yours." in kept.text
    opened = as_patient.submit(kept, {}, number=1)
    assert "These words are only yours." not in opened.text
    late = as_patient.submit(kept, {}, number=1)
    assert "Nothing was changed" not in late.text  # it is open already
    as_patient.submit(opened, {}, number=1)
    late = as_patient.submit(kept, {}, number=1)
    assert "You have chosen again since this page was opened. Nothing was changed." in late.text


def test_empty_lines_and_too_long_ones_are_refused_and_kept(as_patient: Browser) -> None:
    assert "One line is enough" in as_patient.submit(as_patient.get("/lines"), {}, expect=422).text
    page = as_patient.submit(as_patient.get("/lines"), {"want": "x" * 4001, "view": "Mine"}, expect=422)
    assert "too long" in page.text
    assert page.form()["view"] == "Mine"


# How it is lately


def test_the_answers_are_kept_and_the_question_steps_back(app: Flask, practice: Practice, as_patient: Browser) -> None:
    sent = {"helped": "somewhat", "alive": "4", "free": "cant_tell", "words": "More room"}
    page = as_patient.submit(as_patient.get("/lately"), sent)
    assert SAVED in page.text
    assert "Not now" not in page.text
    with app.app_context():
        [said] = queries.how_it_is(practice.patient, practice.patient.id, NOON, 9)
    assert (said.helped, said.vital) == (Helped.SOMEWHAT, Vital(Rated(4), CANT_TELL))
    assert (said.words, said.words_private) == ("More room", False)
    assert "One answer is enough" in as_patient.submit(as_patient.get("/lately"), {}, expect=422).text


def test_its_words_can_be_kept_afterwards(app: Flask, practice: Practice, as_patient: Browser) -> None:
    with app.app_context():
        made = make_how_it_is(practice.patient, NOON - DAY, words="More room")
    as_patient.send(f"/lately/{made}/sharing", {"words_private": "1", "seen": "0"})
    assert "These words are only yours." in as_patient.get("/lately").text
    as_patient.send(f"/lately/{made}/sharing", {"words_private": "perhaps", "seen": "0"}, expect=422)
    with app.app_context():
        theirs = make_how_it_is(practice.other_patient, NOON, words="Theirs")
        lines = make_reflection(practice.other_patient, NOON)
    for path in (f"/lately/{theirs}/sharing", f"/lines/{lines}/sharing"):
        as_patient.send(path, {"words_private": "1", "seen": "0"}, expect=404)


ASKED = "Once a month: how is it lately?"


def test_today_asks_once_a_month_and_not_now_keeps_it_away_for_a_week(
    app: Flask, practice: Practice, as_patient: Browser, clock: FrozenClock
) -> None:
    assert ASKED not in as_patient.get("/").text
    with app.app_context():
        agreed_contract(practice)
    assert ASKED in as_patient.get("/").text
    today = as_patient.submit(as_patient.get("/lately"), {}, number=1)
    assert (today.path, ASKED in today.text) == ("/", False)
    clock.advance(days=7)
    assert ASKED in as_patient.get("/").text
    as_patient.submit(as_patient.get("/lately"), {"helped": "a_little"})
    assert ASKED not in as_patient.get("/").text
    clock.advance(days=28)
    assert ASKED in as_patient.get("/").text
    as_patient.send("/pauses", {"scope": "everything"})
    assert ASKED not in as_patient.get("/").text


# On Today


def test_today_leads_to_three_lines_while_a_practice_is_in_force(
    app: Flask, practice: Practice, as_patient: Browser
) -> None:
    with app.app_context():
        agreed_contract(practice, [weekly()])
    assert "/lines" not in links(as_patient.get("/"))
    with app.app_context():
        agreed_contract(practice, [practice_task()], at=NOON)
    assert "/lines" in links(as_patient.get("/"))


def test_today_counts_the_moments_of_the_week(app: Flask, practice: Practice, as_patient: Browser) -> None:
    with app.app_context():
        agreed_contract(practice, [response_task("Let it pass")])
    assert "Let it pass: no moments" in as_patient.get("/").text
    with app.app_context():
        for outcome in (MomentOutcome.SAID_NOTHING, MomentOutcome.CAME_OUT_SIDEWAYS, None):
            make_moment(practice.patient, NOON, outcome)
        make_moment(practice.patient, NOON - 3 * DAY)
    assert "Let it pass: 1 of 2 unsaid" in as_patient.get("/").text
