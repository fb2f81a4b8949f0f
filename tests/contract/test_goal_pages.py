"""The pages on which each side says how the goals stand, and reads it."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from companion.accounts.rules import Actor, Role
from companion.contract import services
from companion.contract.rules import GoalWords
from companion.contract.rules.goals import Happened, StillTheirs
from companion.kernel.clock import FrozenClock
from companion.kernel.ids import new_id
from companion.transaction import transaction
from tests.factories.contract import GOAL, Contract, agreed_contract, weekly
from tests.factories.goals import goal_of, reviewed, seen, seen_by_round
from tests.factories.people import Practice
from tests.factories.stories import happened
from tests.support.client import Browser, Page

OTHER = GoalWords(text="Saying what I think")
WORDS = {
    Happened.CANT_TELL: "Can’t tell",
    Happened.NOT_YET: "Not yet",
    Happened.ONCE: "Once",
    Happened.SOMETIMES: "Sometimes",
    Happened.ORDINARY: "Ordinary now",
}


@pytest.fixture
def agreed(app: Flask, practice: Practice) -> Contract:
    """Two goals, agreed 30 days ago."""
    with app.app_context():
        return agreed_contract(practice, goals=[GOAL, OTHER])


@pytest.fixture
def browsers(as_patient: Browser, as_therapist: Browser) -> dict[Role, Browser]:
    return {Role.PATIENT: as_patient, Role.THERAPIST: as_therapist}


def pages_of(practice: Practice, role: Role) -> tuple[str, str]:
    """How it stands, and where it is said."""
    base = "/goals" if role is Role.PATIENT else f"/patients/{practice.patient.id}/goals"
    return base, f"{base}/answer"


def chosen(agreed: Contract, happened: str = "once", still: str = "yes", goal: int = 0) -> dict[str, str]:
    lineage_id = agreed.goal_lineage_ids[goal]
    return {f"happened_{lineage_id}": happened, f"still_{lineage_id}": still}


def rounds(app: Flask, viewer: Actor, agreed: Contract, clock: FrozenClock, goal: int = 0) -> list[object]:
    with app.app_context():
        return list(seen_by_round(viewer, agreed.version.patient_id, agreed.goal_lineage_ids[goal], clock.now()))


@pytest.mark.parametrize("role", [Role.PATIENT, Role.THERAPIST])
def test_each_side_says_it_on_one_page_with_nothing_chosen_beforehand(
    app: Flask,
    practice: Practice,
    agreed: Contract,
    clock: FrozenClock,
    browsers: dict[Role, Browser],
    role: Role,
) -> None:
    browser, me = browsers[role], practice.patient if role is Role.PATIENT else practice.therapist
    overview, asked = pages_of(practice, role)
    page = browser.get(asked)
    assert len(page.document.query("fieldset")) == 4
    assert not page.document.query("input[checked]")
    kept = browser.submit(page, chosen(agreed))
    assert kept.path == overview
    assert "Kept." in kept.text
    assert rounds(app, me, agreed, clock) == [(1, {role: seen()})]
    again = browser.get(asked)
    assert len(again.document.query("fieldset")) == 2, "the other goal can still be said"
    browser.submit(again, chosen(agreed, "cant_tell", "no", goal=1))
    assert "Nothing is asked just now." in browser.get(asked).text


# Blind


def others_answer(page: Page) -> list[str]:
    """Words for an answer anywhere in the page but where they are offered to choose from, or name a picture's lines."""
    for row in page.document.query("text.row-label, label"):
        assert row.parent
        row.parent.remove_child(row)
    html = page.document.to_html()
    return [words for words in WORDS.values() if words in html]


def marks(page: Page) -> int:
    return len(page.document.query("figure.picture > svg circle"))


@pytest.mark.parametrize("role", [Role.PATIENT, Role.THERAPIST])
@pytest.mark.parametrize("answer", list(Happened))
def test_the_others_answer_is_on_no_page_before_ones_own(
    app: Flask,
    practice: Practice,
    agreed: Contract,
    clock: FrozenClock,
    browsers: dict[Role, Browser],
    role: Role,
    answer: Happened,
) -> None:
    """Whatever it is, the pages are the same by the byte as if nothing had been said."""
    browser, other = browsers[role], practice.therapist if role is Role.PATIENT else practice.patient
    paths = [*pages_of(practice, role), *everywhere(practice, role)]
    before = {path: without_what_changes(browser.get(path)) for path in paths}
    lineage_id = agreed.goal_lineage_ids[0]
    with app.app_context():
        reviewed(other, practice.patient.id, lineage_id, clock.now(), seen(answer, StillTheirs.NO))
    assert {path: without_what_changes(browser.get(path)) for path in paths} == before
    overview, asked = pages_of(practice, role)
    own = "not_yet" if answer is not Happened.NOT_YET else "once"
    shown = browser.submit(browser.get(asked), chosen(agreed, own))
    assert shown.path == overview
    assert marks(shown) == 2
    assert WORDS[answer] in others_answer(shown)


def everywhere(practice: Practice, role: Role) -> list[str]:
    """What else could tell of it."""
    if role is Role.PATIENT:
        return ["/", "/agreement", "/learned", "/shared"]
    return ["/caseload", f"/patients/{practice.patient.id}", f"/patients/{practice.patient.id}/contract"]


def without_what_changes(page: Page) -> str:
    """A page without its tokens and its own id, which are new each time."""
    return re.sub(r'name="(csrf_token|id)"[^>]*value="[^"]*"', "", page.html)


def test_a_round_that_is_over_shows_what_one_of_them_said(
    app: Flask, practice: Practice, agreed: Contract, clock: FrozenClock, as_patient: Browser
) -> None:
    with app.app_context():
        reviewed(practice.therapist, practice.patient.id, agreed.goal_lineage_ids[0], clock.now())
    assert marks(as_patient.get("/goals")) == 0
    clock.advance(days=28)
    assert marks(as_patient.get("/goals")) == 1


# What can go wrong


def test_half_an_answer_is_asked_for_the_other_half(
    app: Flask, practice: Practice, agreed: Contract, clock: FrozenClock, as_patient: Browser
) -> None:
    lineage_id = agreed.goal_lineage_ids[1]
    page = as_patient.submit(as_patient.get("/goals/answer"), {f"happened_{lineage_id}": "once"}, expect=422)
    assert page.errors() == ["Please choose one.", "Still mine? – Please choose one."]
    assert page.value(f"happened_{lineage_id}") == "once"
    assert rounds(app, practice.patient, agreed, clock, goal=1) == [(1, {})]


def test_nothing_chosen_is_nothing_saved(agreed: Contract, as_patient: Browser) -> None:
    page = as_patient.submit(as_patient.get("/goals/answer"), expect=422)
    assert page.errors().count("Please choose one.") == 2


def test_where_nothing_is_asked_nothing_is_saved(as_patient: Browser) -> None:
    page = as_patient.send("/goals/answer", {"id": str(new_id())}, expect=422)
    assert page.errors() == ["Nothing was chosen, so nothing was saved."]


@pytest.mark.parametrize("nonsense", ["", "twice", "once\x00", "éé"])
def test_what_cannot_be_is_refused(agreed: Contract, as_patient: Browser, nonsense: str) -> None:
    sent = chosen(agreed, nonsense)
    page = as_patient.submit(as_patient.get("/goals/answer"), sent, expect=422)
    assert page.errors()
    assert page.value(f"still_{agreed.goal_lineage_ids[0]}") == "yes"


def test_a_second_tab_is_told_and_keeps_what_was_chosen(agreed: Contract, as_patient: Browser) -> None:
    first, second = as_patient.get("/goals/answer"), as_patient.get("/goals/answer")
    as_patient.submit(first, chosen(agreed))
    page = as_patient.submit(second, chosen(agreed, "sometimes", "no"), expect=422)
    assert "said meanwhile, from another page" in page.text
    assert page.value(f"happened_{agreed.goal_lineage_ids[0]}") == "sometimes"


def test_the_same_page_sent_twice_is_kept_once(
    app: Flask, practice: Practice, agreed: Contract, clock: FrozenClock, as_patient: Browser
) -> None:
    page = as_patient.get("/goals/answer")
    for _ in range(2):
        assert as_patient.submit(page, chosen(agreed)).path == "/goals"
    assert rounds(app, practice.patient, agreed, clock) == [(1, {Role.PATIENT: seen()})]


def test_a_page_of_a_goal_that_went_meanwhile_is_told(
    app: Flask, practice: Practice, agreed: Contract, clock: FrozenClock, as_patient: Browser
) -> None:
    page = as_patient.get("/goals/answer")
    with app.app_context():
        agreed_contract(practice, [weekly(lineage_id=agreed.lineage_ids[0])], goals=[GOAL], at=clock.now())
    refused = as_patient.submit(page, chosen(agreed, goal=1), expect=422)
    assert "changed meanwhile" in refused.text
    assert refused.value(f"happened_{agreed.goal_lineage_ids[1]}") == "once"


# Saying it again


def test_an_answer_is_said_again_and_the_first_stays_to_be_read(
    app: Flask,
    practice: Practice,
    agreed: Contract,
    clock: FrozenClock,
    as_patient: Browser,
    as_therapist: Browser,
) -> None:
    lineage_id = agreed.goal_lineage_ids[0]
    with app.app_context():
        first = reviewed(practice.patient, practice.patient.id, lineage_id, clock.now(), seen(Happened.NOT_YET))
        reviewed(practice.therapist, practice.patient.id, lineage_id, clock.now())
    page = as_patient.get(f"/goals/{first}/change")
    assert not page.document.query("input[checked]")
    assert "Not yet; Yes" in page.text
    kept = as_patient.submit(page, chosen(agreed, "sometimes", "partly"))
    assert "before you put it right: Not yet, Yes" in kept.text
    theirs = as_therapist.get(f"/patients/{practice.patient.id}/goals").text
    assert "Sometimes" in theirs
    assert "put it right" not in theirs
    assert as_patient.get(f"/goals/{first}/change").path == "/goals", "it has been said again since"
    late = as_patient.submit(page, chosen(agreed, "once", "partly"), expect=422)
    assert "sent before" in late.text
    again = as_patient.submit(late, chosen(agreed, "once", "partly"), expect=422)
    assert "put this right meanwhile" in again.text


# Reading it


def test_each_side_is_told_quietly_when_it_is_due(
    app: Flask,
    practice: Practice,
    agreed: Contract,
    clock: FrozenClock,
    browsers: dict[Role, Browser],
) -> None:
    told = (
        (practice.patient, "/agreement", "if you like, say how you see it"),
        (practice.therapist, f"/patients/{practice.patient.id}/contract", "you can say how you see them"),
    )
    said = dict.fromkeys(agreed.goal_lineage_ids, seen())
    for person, path, words in told:
        assert words in browsers[person.role].get(path).text
        with app.app_context(), transaction():
            services.review_goals(person, practice.patient.id, said, clock.now(), new_id())
        assert words not in browsers[person.role].get(path).text


def test_before_anything_is_agreed_nothing_is_owed(
    practice: Practice, as_patient: Browser, as_therapist: Browser
) -> None:
    assert "Nothing is owed." in as_patient.get("/goals").text
    assert "How it stands" not in as_patient.get("/agreement").text
    assert "will stand here" in as_therapist.get(f"/patients/{practice.patient.id}/goals").text


def test_in_its_first_weeks_a_goal_says_when_it_is_asked(
    agreed: Contract, clock: FrozenClock, as_patient: Browser
) -> None:
    clock.move_to(clock.now() - timedelta(days=20))
    page = as_patient.get("/goals")
    assert "From 3 Mar 2025 on, each of you can say how you see it." in page.text
    assert "Say how you see it" not in page.text
    assert "Nothing is asked just now." in as_patient.get("/goals/answer").text


def test_both_read_the_same_counts_of_what_was_done_for_it(
    app: Flask, practice: Practice, agreed: Contract, clock: FrozenClock, as_patient: Browser, as_therapist: Browser
) -> None:
    with app.app_context():
        for days in (2, 4):
            happened(practice.patient, agreed.task_ids[0], clock.now() - timedelta(days=days))
    for page in (as_patient.get("/goals"), as_therapist.get(f"/patients/{practice.patient.id}/goals")):
        assert "2 occasions with a word on them: done 2" in page.text
        assert "No occasion with a word on it yet." in page.text, "of the other goal"
        assert "%" not in page.text


def test_a_goal_stands_once_with_its_latest_words_and_those_before_behind_a_tap(
    app: Flask, practice: Practice, agreed: Contract, clock: FrozenClock, as_patient: Browser
) -> None:
    keep = weekly(lineage_id=agreed.lineage_ids[0])
    with app.app_context():
        agreed_contract(practice, [keep], goals=[GoalWords(text="Two evenings a month")], at=clock.now())
        assert not goal_of(practice.patient, practice.patient.id, agreed.goal_lineage_ids[1], clock.now()).is_in_force
    page = as_patient.get("/goals")
    assert [each.to_text() for each in page.document.query("main h2, main h3")] == [
        "Two evenings a month",
        "No longer in the agreement",
        OTHER.text,
    ]
    [before, *_others] = page.document.query("details")
    assert GOAL.text in before.to_text()
    assert "From 3 Feb 2025 until 5 Mar 2025, last in version 1" in page.text


def test_the_picture_has_a_title_a_description_and_a_table(agreed: Contract, as_patient: Browser) -> None:
    page = as_patient.submit(as_patient.get("/goals/answer"), chosen(agreed, "ordinary", "partly"))
    [figure, *_others] = page.document.query("figure.picture")
    assert figure.query("svg > title")
    assert figure.query("svg > desc")
    assert marks(page) == 1
    cells = [" ".join(cell.to_text().split()) for cell in figure.query("details table tbody td")]
    assert cells == ["Ordinary now still mine: Partly", "— nothing to see"]
