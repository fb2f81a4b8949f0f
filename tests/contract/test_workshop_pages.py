"""The therapist's pages: drafting one thing a page, proposing, reading what was said."""

from uuid import UUID

import pytest
from flask import Flask

from companion.contract import services
from companion.contract.queries import draft_of, history
from companion.contract.rules import Decision, Feels, Idea, Said, Standing, TaskSaid
from companion.kernel.clock import FrozenClock
from companion.kernel.ids import new_id
from companion.transaction import transaction
from tests.factories.contract import agreed_contract, drafted_contract, proposed_contract
from tests.factories.people import Practice
from tests.support.client import Browser, Page

WORDS = {"what": "Go out on Fridays", "kind": "weekly", "target": "2"}


@pytest.fixture
def base(practice: Practice) -> str:
    return f"/patients/{practice.patient.id}/contract"


@pytest.fixture
def draft(app: Flask, practice: Practice, base: str) -> str:
    """The path of a draft that could be proposed."""
    with app.app_context():
        return f"{base}/{drafted_contract(practice)}"


def link(page: Page, text: str) -> str:
    for anchor in page.document.query("main a"):
        if text in " ".join(anchor.to_text().split()):
            return (anchor.attrs or {}).get("href") or ""
    raise AssertionError(text)


def test_from_nothing_to_a_proposal(as_therapist: Browser, practice: Practice, base: str, app: Flask) -> None:
    page = as_therapist.get(base)
    assert "Nothing is in force" in page.text
    page = as_therapist.submit(page)
    assert "what therapy can give" in page.text
    path = page.path
    as_therapist.submit(as_therapist.get(f"{path}/frame"), {"promise": "An hour a week", "review_on": "2025-06-02"})
    as_therapist.submit(as_therapist.get(f"{path}/goals"), {"what": "Evenings of my own"})
    form = as_therapist.get(f"{path}/tasks")
    assert form.value("goal"), "the only goal is chosen already"
    as_therapist.submit(form, WORDS)
    page = as_therapist.submit(as_therapist.get(f"{path}/costs"), {"what": "Guilt on the way out"})
    assert "Before it can be proposed" not in page.text
    preview = as_therapist.get(link(page, "See it as Mark will"))
    for words in (
        "Evenings of my own",
        "Go out on Fridays",
        "2 times a week",
        "Guilt on the way out",
        "An hour a week",
    ):
        assert words in preview.text
    page = as_therapist.submit(preview)
    assert "Waits for an answer" in page.text
    with app.app_context():
        [line] = history(practice.patient, practice.patient.id)
        assert line.standing is Standing.WAITS


def test_a_line_can_be_changed_and_taken_out(as_therapist: Browser, draft: str) -> None:
    page = as_therapist.get(draft)
    task = link(page, "Something for myself")
    form = as_therapist.get(task)
    assert (form.value("what"), form.value("target")) == ("Something for myself", "3")
    page = as_therapist.submit(form, {"what": "Other words", "target": "5"})
    assert "Other words" in page.text
    assert "5 times a week" in page.text
    page = as_therapist.submit(as_therapist.get(task), number=1)
    assert "Other words" not in page.text
    goal = link(page, "An evening of my own")
    assert "Take this goal out" in as_therapist.get(goal).text
    page = as_therapist.submit(as_therapist.get(goal), number=1)
    assert "a goal" in page.text
    page = as_therapist.submit(as_therapist.get(link(page, "A dull evening")), {"what": "Nothing much"})
    assert "Nothing much" in page.text
    page = as_therapist.submit(as_therapist.get(link(page, "Nothing much")), number=1)
    assert "Nothing much" not in page.text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"what": ""}, "Please write something here"),
        ({"what": "  "}, "Please write something here"),
        ({"what": "x" * 4001}, "4000 characters at most"),
        ({"what": "a\0b"}, "can't be kept"),
        ({"kind": ""}, "Please choose one"),
        ({"kind": "daily"}, "Not a valid choice"),
        ({"kind": "anything"}, "Not a valid choice"),
        ({"target": ""}, "How many times a week"),
        ({"target": "0"}, "from 1 to 7"),
        ({"target": "8"}, "from 1 to 7"),
        ({"target": "often"}, "Not a valid integer"),
        ({"goal": str(UUID(int=7))}, "Not a valid choice"),
        ({"goal": "anything"}, "Not a valid choice"),
        ({"kind": "one_off", "window_until": ""}, "Until which day"),
        ({"kind": "one_off", "window_until": "2025-02-30"}, "not a day of the calendar"),
        ({"kind": "one_off", "window_until": "2025-03-08", "window_from": "2025-03-09"}, "before the first day"),
        ({"unknown": "1"}, "doesn't ask for"),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_a_task_that_cannot_be_kept(as_therapist: Browser, draft: str, changes: dict[str, str], message: str) -> None:
    before = as_therapist.get(draft).text
    form = as_therapist.get(f"{draft}/tasks")
    sent = {"smaller_version": "Half of it", **WORDS, **changes}
    page = as_therapist.submit(form, sent, expect=422)
    assert any(message in error for error in page.errors()), page.errors()
    assert page.value("smaller_version") == "Half of it"
    assert as_therapist.get(draft).text == before


@pytest.mark.parametrize(
    ("review_on", "message"),
    [
        ("2025-03-04", "gone by"),
        ("tomorrow", "not a day"),
        ("1899-01-01", "between 2000"),
        ("9999-12-31", "between 2000"),
    ],
)
def test_a_review_date_that_cannot_be(as_therapist: Browser, draft: str, review_on: str, message: str) -> None:
    page = as_therapist.submit(as_therapist.get(f"{draft}/frame"), {"review_on": review_on}, expect=422)
    assert any(message in error for error in page.errors())


def test_a_line_sent_twice_is_one_line(as_therapist: Browser, draft: str) -> None:
    form = as_therapist.get(f"{draft}/costs")
    as_therapist.submit(form, {"what": "A cost of its own"})
    page = as_therapist.submit(form, {"what": "A cost of its own"})
    assert page.text.count("A cost of its own") == 2, "its text, and the name of its link"
    page = as_therapist.submit(form, {"what": "Other words"}, expect=422)
    assert page.value("what") == "Other words"


def test_a_page_without_its_id_is_given_another(as_therapist: Browser, draft: str) -> None:
    page = as_therapist.submit(as_therapist.get(f"{draft}/goals"), {"id": "nonsense", "what": "Kept"}, expect=422)
    assert page.value("what") == "Kept"
    assert "Kept" in as_therapist.submit(page).text


def test_a_draft_proposed_in_another_tab_is_not_changed(
    as_therapist: Browser, draft: str, app: Flask, practice: Practice, clock: FrozenClock
) -> None:
    form = as_therapist.get(f"{draft}/goals")
    preview = as_therapist.get(f"{draft}/propose")
    as_therapist.submit(preview)
    page = as_therapist.submit(form, {"what": "Too late"}, expect=422)
    assert any("proposed meanwhile" in error for error in page.errors())
    assert page.value("what") == "Too late"
    assert as_therapist.get(f"{draft}/goals").path == draft, "there is nothing to edit any more"
    assert "Waits" in as_therapist.submit(preview).text, "proposing twice is proposing once"


def test_words_that_were_not_read_are_not_signed(
    as_therapist: Browser, draft: str, app: Flask, practice: Practice
) -> None:
    preview = as_therapist.get(f"{draft}/propose")
    as_therapist.submit(as_therapist.get(f"{draft}/costs"), {"what": "A cost from another tab"})
    page = as_therapist.submit(preview, expect=422)
    assert any("was not proposed" in error for error in page.errors())
    assert "A cost from another tab" in page.text
    with app.app_context():
        assert draft_of(practice.therapist, practice.patient.id)
    assert "Waits for an answer" in as_therapist.submit(page).text


def test_what_a_colleague_proposed_otherwise_was_not_proposed_by_this_page(as_therapist: Browser, draft: str) -> None:
    preview = as_therapist.get(f"{draft}/propose")
    as_therapist.submit(as_therapist.get(f"{draft}/costs"), {"what": "A cost from another tab"})
    as_therapist.submit(as_therapist.get(f"{draft}/propose"))
    page = as_therapist.submit(preview, expect=422)
    assert any("proposed meanwhile" in error for error in page.errors())
    assert "A cost from another tab" in page.text


@pytest.mark.parametrize(
    ("text", "field", "theirs", "label"),
    [
        ("An evening of my own", "what", "Their goal", "What we want"),
        ("Something for myself", "target", "5", "Times a week"),
        ("Something for myself", "goal", "none", "None yet"),
        ("A dull evening", "what", "Their cost", "What it will probably cost"),
        ("Change the frame", "promise", "Their promise", "What therapy can give"),
    ],
)
def test_a_page_opened_before_another_wrote_overwrites_nothing(
    as_therapist: Browser, draft: str, text: str, field: str, theirs: str, label: str
) -> None:
    form = as_therapist.get(link(as_therapist.get(draft), text))
    as_therapist.submit(form, {field: theirs})
    typed = {"what": "My words"} if "what" in form.form() else {"promise": "My words"}
    page = as_therapist.submit(form, typed, expect=422)
    assert any("changed while you had it open" in error for error in page.errors())
    assert page.value(next(iter(typed))) == "My words"
    stands = page.text[page.text.index("What stands now") :]
    assert label in stands
    assert theirs in stands or theirs == "none"
    assert "My words" in as_therapist.submit(page).text, "knowing what stood, it can be written over"


def test_a_change_sent_twice_is_one(as_therapist: Browser, draft: str) -> None:
    form = as_therapist.get(link(as_therapist.get(draft), "A dull evening"))
    for _ in range(2):
        assert "Nothing much" in as_therapist.submit(form, {"what": "Nothing much"}).text


@pytest.mark.parametrize("text", ["An evening of my own", "Something for myself", "A dull evening"])
def test_words_for_a_line_taken_out_meanwhile_are_kept(as_therapist: Browser, draft: str, text: str) -> None:
    path = link(as_therapist.get(draft), text)
    form = as_therapist.get(path)
    as_therapist.submit(as_therapist.get(path), number=1)
    page = as_therapist.submit(form, {"what": "Kept words"}, expect=422)
    assert any("taken out of the draft meanwhile" in error for error in page.errors())
    assert page.value("what") == "Kept words"
    assert "Kept words" in as_therapist.submit(page).text


def test_what_was_said_is_read(
    as_therapist: Browser, app: Flask, practice: Practice, clock: FrozenClock, base: str
) -> None:
    with app.app_context():
        proposal = proposed_contract(practice)
        said = Said(
            decision=Decision.WOULD_CHANGE,
            feels=Feels.TOLD_BUT_I_CAN_CHOOSE,
            hardest_cost_words="Explaining it",
            worth_it=6,
            confidence=4,
            doubts="<Three> is a lot",
            tasks={proposal.task_ids[0]: TaskSaid("To see", Idea.THEIRS)},
        )
        with transaction():
            services.answer(practice.patient, proposal.id, proposal.content_hash, said, clock.now())
            services.flag_version(practice.patient, proposal.id, "All of it", clock.now())
    page = as_therapist.get(f"{base}/{proposal.id}")
    words = ("I'd change this", "Told, but I can choose", "Explaining it", "6 of 10", "4 of 10", "<Three> is a lot")
    for each in (*words, "To see", "My therapist's", "All of it"):
        assert each in page.text
    assert "waits for an answer" in as_therapist.get(base).text


def test_a_proposal_is_taken_back_and_a_draft_begun_from_it(
    as_therapist: Browser, app: Flask, practice: Practice, base: str
) -> None:
    with app.app_context():
        proposal = proposed_contract(practice)
    page = as_therapist.get(f"{base}/{proposal.id}")
    as_therapist.submit(page, number=0)
    page = as_therapist.get(f"{base}/{proposal.id}")
    assert "Taken back" in page.text
    page = as_therapist.submit(page, number=0)
    assert "Draft of version 2" in page.text
    as_therapist.submit(page, number=1)
    with app.app_context():
        assert draft_of(practice.therapist, practice.patient.id) is None


def test_what_was_agreed_meanwhile_is_not_taken_back(
    as_therapist: Browser, app: Flask, practice: Practice, base: str
) -> None:
    with app.app_context():
        agreed = agreed_contract(practice)
    page = as_therapist.send(f"{base}/{agreed.id}/withdraw", expect=422)
    assert any("in force" in error for error in page.errors())
    page = as_therapist.send(f"{base}/{agreed.id}/discard", expect=422)
    assert page.errors()


def test_an_empty_draft_is_not_proposed(as_therapist: Browser, base: str) -> None:
    page = as_therapist.submit(as_therapist.get(base))
    assert as_therapist.send(f"{page.path}/propose", expect=422).errors()


def test_outsiders_find_nothing(app: Flask, practice: Practice, base: str, draft: str) -> None:
    strangers = (practice.patient, practice.other_patient, practice.other_therapist, practice.admin)
    for stranger in strangers:
        browser = Browser(app.test_client()).sign_in(stranger)
        for path in (base, draft, f"{draft}/frame", f"{draft}/goals", f"{draft}/tasks", f"{draft}/propose"):
            browser.get(path, expect=404)
        for path in (
            base,
            f"{draft}/frame",
            f"{draft}/costs",
            f"{draft}/propose",
            f"{draft}/withdraw",
            f"{draft}/discard",
        ):
            browser.send(path, {"what": "x"}, expect=404)
    with app.app_context():
        assert draft_of(practice.therapist, practice.patient.id)


def test_missing_and_foreign_lines_answer_alike(
    as_therapist: Browser, app: Flask, practice: Practice, draft: str, base: str
) -> None:
    with app.app_context():
        agreed = agreed_contract(practice)
        other = drafted_contract(practice)
    path = f"{base}/{other}"
    foreign = {
        "goals": agreed.version.goals[0].id,
        "tasks": agreed.version.tasks[0].id,
        "costs": agreed.version.costs[0].id,
    }
    for kind, line_id in foreign.items():
        for each in (line_id, new_id()):
            as_therapist.get(f"{path}/{kind}/{each}", expect=404)
            as_therapist.send(f"{path}/{kind}/{each}", {"what": "x"}, expect=404)
            as_therapist.send(f"{path}/{kind}/{each}/remove", expect=404)
    as_therapist.get(f"{base}/{new_id()}", expect=404)
    as_therapist.get(f"/patients/{practice.other_patient.id}/contract/{other}", expect=404)


def test_a_draft_begins_from_a_version_of_the_same_patient(as_therapist: Browser, base: str) -> None:
    as_therapist.send(base, {"base": str(new_id())}, expect=404)
    assert "could not be read" in as_therapist.send(base, {"unknown": "1"}).text
