"""The pages of wishes and of the pattern, on both sides."""

from uuid import UUID

import pytest
from flask import Flask

from companion.contract.queries import draft_of, version
from companion.formulation.queries import wishes_of
from companion.formulation.rules import Fit, Motive, PatternState, WishState
from companion.kernel.clock import FrozenClock
from companion.kernel.ids import new_id
from tests.factories.contract import drafted_contract
from tests.factories.formulation import (
    answered_pattern,
    kept_wish,
    patterns_for,
    proposed_pattern,
    suggested_wish,
    wish_for,
)
from tests.factories.people import Practice
from tests.support.client import Browser, Page, attributes

WISHES, PATTERN = "/wishes", "/pattern"


@pytest.fixture
def theirs(practice: Practice) -> str:
    """Where the therapist reads them."""
    return f"/patients/{practice.patient.id}/wishes"


def number_of(page: Page, action: str) -> int:
    """Which of a page's forms sends to this path."""
    actions = [attributes(form).get("action", "") for form in page.document.query("main form")]
    return actions.index(action)


def press(browser: Browser, page: Page, action: str, changes: dict[str, str] | None = None, expect: int = 200) -> Page:
    return browser.submit(page, changes, number=number_of(page, action), expect=expect)


# Wishes: the patient


def test_a_wish_is_added_in_one_short_form(
    as_patient: Browser, as_therapist: Browser, theirs: str, app: Flask, practice: Practice
) -> None:
    kept = as_patient.submit(as_patient.get(WISHES), {"what": "Learn to sail", "motive": "freedom"})
    for page in (kept, as_therapist.get(theirs)):
        assert "Learn to sail" in page.text
        assert "To feel free" in page.text
    with app.app_context():
        [found] = wishes_of(practice.patient, practice.patient.id)
        assert (found.motive, found.is_own) == (Motive.FREEDOM, True)


def test_why_can_stay_open(as_patient: Browser) -> None:
    page = as_patient.submit(as_patient.get(WISHES), {"what": "Learn to sail"})
    assert "Learn to sail" in page.text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"what": ""}, "Please write something here"),
        ({"what": " \n"}, "Please write something here"),
        ({"what": "x" * 4001}, "4000 characters at most"),
        ({"what": "a\0b"}, "can't be kept"),
        ({"motive": "greed"}, "Not a valid choice"),
        ({"state": "mine"}, "doesn't ask for"),
        ({"id": "nonsense"}, "send it again"),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_a_wish_that_cannot_be_kept(as_patient: Browser, changes: dict[str, str], message: str) -> None:
    form = as_patient.get(WISHES)
    page = as_patient.submit(form, {"what": "Sail", "motive": "fun", **changes}, expect=422)
    assert any(message in error for error in page.errors()), page.errors()
    assert page.value("what") == changes.get("what", "Sail").replace("\0", "").strip()
    assert "Mine" not in page.text
    assert "Sail" in as_patient.submit(page, {"what": "Sail", "motive": "fun"}).text


def test_a_wish_sent_twice_is_one(as_patient: Browser, app: Flask, practice: Practice) -> None:
    form = as_patient.get(WISHES)
    for _ in range(2):
        as_patient.submit(form, {"what": "Sail"})
    page = as_patient.submit(form, {"what": "Other words"}, expect=422)
    assert page.value("what") == "Other words"
    as_patient.submit(page)
    with app.app_context():
        texts = sorted(each.text for each in wishes_of(practice.patient, practice.patient.id))
    assert texts == ["Other words", "Sail"]


def test_a_wish_is_changed_and_let_go_and_taken_up_again(
    as_patient: Browser, app: Flask, practice: Practice, clock: FrozenClock
) -> None:
    with app.app_context():
        wish_id = kept_wish(practice, clock.now())
    path = f"{WISHES}/{wish_id}"
    form = as_patient.get(path)
    assert form.value("what") == "Learn to sail"
    as_patient.submit(form, {"what": "Learn to row", "motive": "fun"})
    page = press(as_patient, as_patient.get(path), f"{path}/aside")
    assert "Put aside" in page.text
    with app.app_context():
        found = wish_for(practice, wish_id)
        assert (found.text, found.motive, found.state) == ("Learn to row", Motive.FUN, WishState.LET_GO)
    assert "You put this aside" in as_patient.get(path).text
    press(as_patient, page, f"{path}/take")
    with app.app_context():
        assert wish_for(practice, wish_id).is_own


def test_what_another_tab_changed_is_not_written_over(
    as_patient: Browser, app: Flask, practice: Practice, clock: FrozenClock
) -> None:
    with app.app_context():
        wish_id = kept_wish(practice, clock.now())
    path = f"{WISHES}/{wish_id}"
    form = as_patient.get(path)
    as_patient.submit(form, {"what": "In one tab"})
    page = as_patient.submit(form, {"what": "In the other"}, expect=422)
    assert any("changed while you had it open" in error for error in page.errors())
    assert "In one tab" in page.text
    assert page.value("what") == "In the other"
    assert "In the other" in as_patient.submit(page).text
    page = as_patient.submit(as_patient.get(path), {"what": ""}, expect=422)
    assert "Please write something here" in page.errors()[0]


# Wishes: the therapist


def test_a_suggestion_is_the_patients_only_once_taken(
    as_patient: Browser, as_therapist: Browser, theirs: str, app: Flask, practice: Practice
) -> None:
    page = as_therapist.submit(as_therapist.get(theirs), {"what": "A swim before work"})
    assert "not Mark’s yet" in page.text
    assert "Make it a task" not in page.text
    page = as_patient.get(WISHES)
    assert "None of it is yours unless you make it so" in page.text
    assert "Mine" not in page.text
    with app.app_context():
        [found] = wishes_of(practice.therapist, practice.patient.id)
    page = press(as_patient, page, f"{WISHES}/{found.id}/take")
    assert "Mine" in page.text
    assert "Suggested" not in page.text
    assert "Make it a task" in as_therapist.get(theirs).text


def test_a_suggestion_is_taken_in_ones_own_words(
    as_patient: Browser, as_therapist: Browser, theirs: str, app: Flask, practice: Practice, clock: FrozenClock
) -> None:
    with app.app_context():
        wish_id = suggested_wish(practice, clock.now())
    form = as_patient.get(f"{WISHES}/{wish_id}")
    assert "once you keep it, it is yours" in form.text
    as_patient.submit(form, {"what": "The sea, in June", "motive": "fun"})
    text = as_therapist.get(theirs).text
    assert "The sea, in June" in text
    assert "A swim before work" not in text


def test_a_suggestion_is_left_and_the_therapist_reads_so(
    as_patient: Browser, as_therapist: Browser, theirs: str, app: Flask, practice: Practice, clock: FrozenClock
) -> None:
    with app.app_context():
        wish_id = suggested_wish(practice, clock.now())
    press(as_patient, as_patient.get(WISHES), f"{WISHES}/{wish_id}/aside")
    assert "suggested, and left" in as_therapist.get(theirs).text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"what": " "}, "Please write something here"),
        ({"what": "x" * 4001}, "4000 characters at most"),
        ({"motive": "fun"}, "doesn't ask for"),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_a_suggestion_that_cannot_be_kept(
    as_therapist: Browser, theirs: str, changes: dict[str, str], message: str
) -> None:
    page = as_therapist.submit(as_therapist.get(theirs), {"what": "A swim", **changes}, expect=422)
    assert any(message in error for error in page.errors())


def test_more_suggestions_than_can_wait_are_refused(
    as_therapist: Browser, theirs: str, app: Flask, practice: Practice, clock: FrozenClock
) -> None:
    with app.app_context():
        for number in range(3):
            suggested_wish(practice, clock.now(), f"Idea {number}")
    page = as_therapist.submit(as_therapist.get(theirs), {"what": "One more"}, expect=422)
    assert any("3 suggestions wait already" in error for error in page.errors())
    assert page.value("what") == "One more"


# From wish to task


def make_a_task(browser: Browser, theirs: str, practice: Practice) -> Page:
    return press(browser, browser.get(theirs), f"/patients/{practice.patient.id}/contract")


@pytest.mark.parametrize("has_draft", [False, True], ids=["begins one", "opens it"])
def test_a_wish_becomes_a_task_of_a_draft_in_one_tap(
    as_therapist: Browser, theirs: str, app: Flask, practice: Practice, clock: FrozenClock, *, has_draft: bool
) -> None:
    with app.app_context():
        kept_wish(practice, clock.now())
        before = drafted_contract(practice) if has_draft else None
    page = make_a_task(as_therapist, theirs, practice)
    assert page.value("what") == "Learn to sail"
    page = as_therapist.submit(page, {"kind": "practice", "goal": "none"})
    assert "Learn to sail" in page.text
    with app.app_context():
        draft_id = draft_of(practice.therapist, practice.patient.id)
        assert draft_id
        assert before in {None, draft_id}
        assert version(practice.therapist, practice.patient.id, draft_id).tasks[-1].words.text == "Learn to sail"


def test_only_what_is_the_patients_becomes_a_task(
    as_therapist: Browser, app: Flask, practice: Practice, clock: FrozenClock
) -> None:
    """Whatever an old page, or a hand, asks for."""
    with app.app_context():
        wish_id = suggested_wish(practice, clock.now())
        draft_id = drafted_contract(practice)
    tasks = f"/patients/{practice.patient.id}/contract/{draft_id}/tasks"
    assert as_therapist.get(f"{tasks}?wish={wish_id}").value("what") == ""
    assert as_therapist.get(f"{tasks}?wish=nonsense").value("what") == ""


def test_anothers_wish_becomes_no_task_and_begins_no_draft(
    as_therapist: Browser, app: Flask, practice: Practice, clock: FrozenClock
) -> None:
    with app.app_context():
        foreign = kept_wish(practice.of_the_others, clock.now())
    base = f"/patients/{practice.patient.id}/contract"
    for wish_id in (foreign, new_id()):
        as_therapist.send(base, {"wish": str(wish_id)}, expect=404)
    with app.app_context():
        assert draft_of(practice.therapist, practice.patient.id) is None
        draft_id = drafted_contract(practice)
    for wish_id in (foreign, new_id()):
        as_therapist.get(f"{base}/{draft_id}/tasks?wish={wish_id}", expect=404)


# The pattern


def test_from_a_proposal_to_what_both_go_by(
    as_patient: Browser, as_therapist: Browser, theirs: str, practice: Practice
) -> None:
    assert "Nothing is owed" in as_patient.get(PATTERN).text
    form = as_therapist.get(f"/patients/{practice.patient.id}/pattern")
    as_therapist.submit(form, {"wish": "an evening of my own", "does": "stay at home"})
    page = as_patient.get(PATTERN)
    for words in ("Does it go like this", "I’d like …", "an evening of my own", "So I …", "stay at home"):
        assert words in page.text
    assert "In my body" not in page.text, "a line that says nothing is left out"
    page = as_patient.submit(page, {"fit": "partly"})
    assert "What you two go by" in page.text
    assert "Mark said on Wed 5 Mar, 12:00: partly" in as_therapist.get(theirs).text
    form = as_therapist.get(f"/patients/{practice.patient.id}/pattern")
    assert form.value("does") == "stay at home"


def test_not_me_is_kept_and_not_used(
    as_patient: Browser, as_therapist: Browser, theirs: str, app: Flask, practice: Practice, clock: FrozenClock
) -> None:
    with app.app_context():
        proposed_pattern(practice, clock.now())
    page = as_patient.submit(as_patient.get(PATTERN), {"fit": "not_me"})
    assert "It won’t be used" in page.text
    assert "What you two go by" not in page.text
    page = as_therapist.get(theirs)
    assert "not me" in page.text
    assert "None is in use" in page.text


def test_the_patient_says_it_in_other_words(
    as_patient: Browser, as_therapist: Browser, theirs: str, app: Flask, practice: Practice, clock: FrozenClock
) -> None:
    with app.app_context():
        pattern_id = proposed_pattern(practice, clock.now())
    form = as_patient.get(f"{PATTERN}/words?from={pattern_id}")
    assert form.value("feeling") == "guilt", "the words that wait are there to be changed"
    page = as_patient.submit(form, {"feeling": "", "does": "text that I'm ill", "fit": "exactly"})
    assert "text that I'm ill" in page.text
    page = as_therapist.get(theirs)
    assert "Version 2, in Mark’s words" in page.text
    assert "Followed by other words before it was answered" in page.text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"wish": ""}, "Please write something here"),
        ({"costs": "x" * 4001}, "4000 characters at most"),
        ({"fit": "not_me"}, "Not a valid choice"),
        ({"fit": ""}, "Please choose one"),
        ({"author": "therapist"}, "doesn't ask for"),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_words_that_cannot_be_kept(as_patient: Browser, changes: dict[str, str], message: str) -> None:
    form = as_patient.get(f"{PATTERN}/words")
    page = as_patient.submit(form, {"wish": "Sail", "fit": "exactly", "does": "stay", **changes}, expect=422)
    assert any(message in error for error in page.errors()), page.errors()
    assert page.value("does") == "stay"
    assert "What you two go by" not in as_patient.get(PATTERN).text


def test_words_typed_while_others_came_are_kept_beside_them(
    as_patient: Browser, as_therapist: Browser, app: Flask, practice: Practice, clock: FrozenClock
) -> None:
    mine, proposal = as_patient.get(f"{PATTERN}/words"), f"/patients/{practice.patient.id}/pattern"
    other = as_therapist.get(proposal)
    with app.app_context():
        proposed_pattern(practice, clock.now())
    page = as_patient.submit(mine, {"wish": "My own words", "fit": "exactly"}, expect=422)
    assert any("changed while you had it open" in error for error in page.errors())
    assert "an evening that is only mine" in page.text
    assert page.value("wish") == "My own words"
    assert "My own words" in as_patient.submit(page, {"fit": "partly"}).text
    page = as_therapist.submit(other, {"wish": "A guess"}, expect=422)
    assert page.value("wish") == "A guess"
    assert "My own words" in page.text
    assert "Answered: partly" in page.text
    assert "A guess" in as_therapist.submit(page).text


def test_an_answer_to_what_was_answered_meanwhile_is_told(
    as_patient: Browser, app: Flask, practice: Practice, clock: FrozenClock
) -> None:
    with app.app_context():
        proposed_pattern(practice, clock.now())
    page = as_patient.get(PATTERN)
    as_patient.submit(page, {"fit": "exactly"})
    page = as_patient.submit(page, {"fit": "not_me"}, expect=422)
    assert any("Something else was said here meanwhile" in error for error in page.errors())
    assert "You said: exactly" in page.text
    page = as_patient.submit(page, {"fit": "not_me"})
    assert "It won’t be used" in page.text


def test_an_answer_needs_one(as_patient: Browser, app: Flask, practice: Practice, clock: FrozenClock) -> None:
    with app.app_context():
        pattern_id = proposed_pattern(practice, clock.now())
    page = as_patient.get(PATTERN)
    for changes in ({}, {"fit": "perfect"}, {"fit": "exactly", "words": "mine"}):
        assert as_patient.submit(page, changes, expect=422).errors()
    for missing in (new_id(), None):
        with app.app_context():
            other: UUID = missing or proposed_pattern(practice.of_the_others, clock.now())
        as_patient.send(f"{PATTERN}/{other}", {"fit": "exactly"}, expect=404)
    with app.app_context():
        [found] = patterns_for(practice).versions
        assert (found.id, found.state) == (pattern_id, PatternState.WAITS)


def test_earlier_words_stay_readable_to_both(
    as_patient: Browser, as_therapist: Browser, theirs: str, app: Flask, practice: Practice, clock: FrozenClock
) -> None:
    with app.app_context():
        answered_pattern(practice, clock.now(), Fit.EXACTLY)
    as_patient.submit(as_patient.get(f"{PATTERN}/words"), {"wish": "less", "fit": "exactly"})
    for page in (as_patient.get(PATTERN), as_therapist.get(theirs)):
        assert "an evening that is only mine" in page.text
        assert "less" in page.text


# Both, and nobody else


def test_our_agreement_leads_to_both_and_says_when_something_waits(
    as_patient: Browser, app: Flask, practice: Practice, clock: FrozenClock
) -> None:
    page = as_patient.get("/agreement")
    assert {attributes(link)["href"] for link in page.document.query("main a")} >= {WISHES, PATTERN}
    assert "left something to read" not in page.text
    with app.app_context():
        suggested_wish(practice, clock.now())
    assert "left something to read" in as_patient.get("/agreement").text


def test_outsiders_find_nothing(app: Flask, practice: Practice, clock: FrozenClock, theirs: str) -> None:
    with app.app_context():
        wish_id, pattern_id = kept_wish(practice, clock.now()), proposed_pattern(practice, clock.now())
    words = f"/patients/{practice.patient.id}/pattern"
    for stranger in (practice.patient, practice.other_patient, practice.other_therapist, practice.admin):
        browser = Browser(app.test_client()).sign_in(stranger)
        for path in (theirs, words):
            browser.get(path, expect=404)
            browser.send(path, {"what": "x", "wish": "x"}, expect=404)
    other = Browser(app.test_client()).sign_in(practice.other_patient)
    for path in (f"{WISHES}/{wish_id}", f"{WISHES}/{new_id()}"):
        other.get(path, expect=404)
        for act in ("", "/take", "/aside"):
            other.send(path + act, {"what": "x"} if not act else {}, expect=404)
    other.send(f"{PATTERN}/{pattern_id}", {"fit": "exactly"}, expect=404)
    for each in (pattern_id, new_id()):
        other.get(f"{PATTERN}/words?from={each}", expect=404)
    assert other.get(f"{PATTERN}/words?from=nonsense").value("wish") == ""
    with app.app_context():
        assert wish_for(practice, wish_id).text == "Learn to sail"
        assert patterns_for(practice).in_use is None
