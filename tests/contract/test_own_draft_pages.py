"""The patient's pages of their own version, and what the therapist does with what is proposed."""

from uuid import UUID

import pytest
from flask import Flask

from companion.accounts.rules import Role
from companion.contract import services
from companion.contract.queries import VersionRead, asked_for, draft_of, in_force, version
from companion.contract.rules import Feels, State
from companion.kernel.clock import FrozenClock
from companion.transaction import transaction
from tests.factories.contract import Contract, agreed_contract, proposed_contract
from tests.factories.negotiation import answered, begun, contract_of, countered, rested, withdrawn
from tests.factories.people import Practice
from tests.support.client import Browser, Page, attributes

HOME = "/agreement"
THERAPY_WORDS = ("therap", "contract", "patient", "session")


@pytest.fixture
def proposal(app: Flask, practice: Practice) -> Contract:
    with app.app_context():
        return proposed_contract(practice)


@pytest.fixture
def draft(app: Flask, practice: Practice, proposal: Contract) -> VersionRead:
    """How the patient would have it, begun from the therapist's proposal."""
    with app.app_context():
        return begun(practice, Role.PATIENT, proposal.id)


@pytest.fixture
def path(draft: VersionRead) -> str:
    return f"{HOME}/{draft.id}"


@pytest.fixture
def asked(app: Flask, practice: Practice, proposal: Contract) -> Contract:
    """What the patient proposes in answer to the therapist's proposal."""
    with app.app_context():
        return countered(practice, Role.PATIENT, proposal.id)


@pytest.fixture
def to_read(practice: Practice, asked: Contract) -> str:
    """Where the therapist reads it."""
    return f"/patients/{practice.patient.id}/contract/{asked.id}"


def form_to(page: Page, ending: str) -> int:
    """Which of the page's forms leads there."""
    for number, form in enumerate(page.document.query("main form")):
        if (attributes(form).get("action") or page.path).endswith(ending):
            return number
    raise AssertionError(ending)


def press(browser: Browser, page: Page, ending: str, changes: dict[str, str] | None = None, expect: int = 200) -> Page:
    return browser.submit(page, changes, number=form_to(page, ending), expect=expect)


def stands(app: Flask, practice: Practice, version_id: UUID) -> State:
    with app.app_context():
        return version(practice.patient, practice.patient.id, version_id).state


# The patient writes.


def test_from_a_proposal_to_ones_own_and_back(
    as_patient: Browser, app: Flask, practice: Practice, proposal: Contract
) -> None:
    page = as_patient.get(HOME)
    assert "Write how I'd have it" in page.text
    page = press(as_patient, page, HOME)
    assert "Only you see this until you send it" in page.text
    assert "Something for myself" in page.text
    path = page.path.removesuffix("/draft")
    page = as_patient.submit(as_patient.get(f"{path}/tasks"), {"what": "Tennis", "kind": "practice"})
    assert "Tennis" in page.text
    page = press(as_patient, page, "/why", {"why": "Three is a lot."})
    assert "Kept with your draft" in page.text
    assert page.value("why") == "Three is a lot."
    page = as_patient.get(f"{path}/propose")
    for words in ("As your therapist will read it", "Tennis", "Three is a lot."):
        assert words in page.text
    assert stands(app, practice, proposal.id) is State.PROPOSED, "nobody knows of it yet"
    page = as_patient.submit(page)
    assert "Sent. Your therapist reads it" in page.text
    assert stands(app, practice, proposal.id) is State.COUNTER_PROPOSED
    page = press(as_patient, page, "/withdraw")
    assert "Taken back" in page.text
    assert stands(app, practice, proposal.id) is State.PROPOSED
    assert "Answer it" in page.text


def test_ones_own_pages_carry_no_word_of_therapy_in_title_or_path(as_patient: Browser, path: str) -> None:
    for page in (as_patient.get(f"{path}/draft"), as_patient.get(f"{path}/frame"), as_patient.get(f"{path}/propose")):
        assert not any(word in (page.title + page.path).lower() for word in THERAPY_WORDS)


def test_an_unchanged_copy_cannot_be_sent(as_patient: Browser, path: str) -> None:
    page = as_patient.get(f"{path}/draft")
    assert "something changed, or a word why" in page.text
    page = as_patient.send(f"{path}/propose", expect=422)
    assert any("Nothing is changed in it yet" in error for error in page.errors())


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("goals", {"what": "Sundays of my own"}),
        ("tasks", {"what": "Tennis", "kind": "practice"}),
        ("costs", {"what": "Money"}),
    ],
)
def test_each_kind_of_line_is_added_changed_and_taken_out(
    as_patient: Browser, app: Flask, practice: Practice, path: str, draft: VersionRead, kind: str, typed: dict[str, str]
) -> None:
    before = {line.id for line in getattr(draft, kind)}
    page = as_patient.submit(as_patient.get(f"{path}/{kind}"), typed)
    assert (page.path, typed["what"] in page.text) == (f"{path}/draft", True)
    with app.app_context():
        now = version(practice.patient, practice.patient.id, draft.id)
        [added] = [line.id for line in getattr(now, kind) if line.id not in before]
    page = as_patient.submit(as_patient.get(f"{path}/{kind}/{added}"), {"what": "Said otherwise"})
    assert "Said otherwise" in page.text
    assert typed["what"] not in page.text
    page = press(as_patient, as_patient.get(f"{path}/{kind}/{added}"), "/remove")
    assert "Said otherwise" not in page.text


def test_a_goal_is_let_go_in_ones_own_version(as_patient: Browser, path: str, draft: VersionRead) -> None:
    page = as_patient.submit(as_patient.get(f"{path}/goals/{draft.goals[0].id}"), {"outcome": "let_go"})
    assert "We let it go" in page.text
    assert "another goal for what serves one that has ended" in page.text


@pytest.mark.parametrize(
    ("kind", "typed", "message", "kept"),
    [
        ("goals", {"what": "", "enough": "Once"}, "Please write something here", "enough"),
        ("goals", {"what": "x" * 4001, "enough": "Once"}, "4000 characters at most", "enough"),
        ("goals", {"what": "Sundays", "outcome": "won", "enough": "Once"}, "Not a valid choice", "enough"),
        ("tasks", {"what": "Tennis", "kind": "", "smaller_version": "Half"}, "Please choose one", "smaller_version"),
        ("tasks", {"what": "Tennis", "kind": "weekly", "target": "8"}, "from 1 to 7", "what"),
        ("tasks", {"what": "Tennis", "kind": "weekly", "target": ""}, "How many times a week", "what"),
        ("tasks", {"what": "Tennis", "kind": "one_off"}, "Until which day", "what"),
        ("tasks", {"what": "Tennis", "kind": "practice", "goal": str(UUID(int=7))}, "Not a valid choice", "what"),
        ("costs", {"what": " "}, "Please write something here", ""),
        ("costs", {"what": "a\0b"}, "can't be kept", ""),
        ("costs", {"what": "Money", "unknown": "1"}, "doesn't ask for", "what"),
        ("frame", {"review_on": "2025-03-04", "promise": "An hour"}, "gone by", "promise"),
        ("frame", {"review_on": "soon", "promise": "An hour"}, "not a day", "promise"),
    ],
    ids=lambda value: repr(value)[:50],
)
def test_what_cannot_be_kept_is_said_beside_it_and_the_words_stay(
    as_patient: Browser, path: str, kind: str, typed: dict[str, str], message: str, kept: str
) -> None:
    before = as_patient.get(f"{path}/draft").text
    page = as_patient.submit(as_patient.get(f"{path}/{kind}"), typed, expect=422)
    assert any(message in error for error in page.errors()), page.errors()
    if kept:
        assert page.value(kept) == typed[kept]
    assert as_patient.get(f"{path}/draft").text == before


def test_why_too_long_is_said_beside_it_and_the_words_stay(as_patient: Browser, path: str) -> None:
    page = press(as_patient, as_patient.get(f"{path}/draft"), "/why", {"why": "x" * 4001}, expect=422)
    assert any("4000 characters at most" in error for error in page.errors())
    assert page.value("why") == "x" * 4001


def test_a_fourth_goal_is_refused_with_its_words(as_patient: Browser, path: str) -> None:
    form = as_patient.get(f"{path}/goals")
    for number in range(2):
        as_patient.submit(as_patient.get(f"{path}/goals"), {"what": f"Goal {number}"})
    page = as_patient.submit(form, {"what": "One too many"}, expect=422)
    assert any("At most 3 goals" in error for error in page.errors())
    assert page.value("what") == "One too many"


def test_something_smaller_is_asked_for_from_what_is_in_force(
    as_patient: Browser, app: Flask, practice: Practice
) -> None:
    with app.app_context():
        agreed = agreed_contract(practice)
    page = press(as_patient, as_patient.get(HOME), "/smaller")
    assert (page.value("what"), page.value("target")) == ("Something for myself", "3")
    page = as_patient.submit(page, {"target": "1"})
    assert "once a week" in page.text.lower()
    with app.app_context():
        found = version(practice.patient, practice.patient.id, UUID(page.path.split("/")[2]))
        assert [task.lineage_id for task in found.tasks] == list(agreed.lineage_ids)
    assert "Go on with my own version" in as_patient.get(HOME).text


def test_something_smaller_of_what_ones_draft_leaves_out_opens_the_draft(
    as_patient: Browser, app: Flask, practice: Practice
) -> None:
    with app.app_context():
        agreed = agreed_contract(practice)
        draft = begun(practice, Role.PATIENT)
        with transaction():
            services.remove_task(practice.patient, draft.tasks[0].id)
    page = as_patient.send(f"{HOME}/tasks/{agreed.task_ids[0]}/smaller")
    assert page.path == f"{HOME}/{draft.id}/draft"


@pytest.mark.parametrize(
    ("kind", "field", "theirs", "mine"),
    [
        ("goals", "what", "From the other tab", "My words"),
        ("tasks", "what", "From the other tab", "My words"),
        ("costs", "what", "From the other tab", "My words"),
        ("frame", "promise", "From the other tab", "My words"),
    ],
)
def test_of_two_tabs_the_second_is_told_and_keeps_its_words(
    as_patient: Browser, path: str, draft: VersionRead, kind: str, field: str, theirs: str, mine: str
) -> None:
    at = f"{path}/{kind}" if kind == "frame" else f"{path}/{kind}/{getattr(draft, kind)[0].id}"
    form = as_patient.get(at)
    as_patient.submit(form, {field: theirs})
    page = as_patient.submit(form, {field: mine}, expect=422)
    assert any("changed while you had it open" in error for error in page.errors())
    assert page.value(field) == mine
    assert theirs in page.text[page.text.index("What stands now") :]
    as_patient.submit(page)
    assert as_patient.get(at).value(field) == mine


def test_a_draft_sent_in_another_tab_is_not_changed_and_the_words_stay(as_patient: Browser, path: str) -> None:
    form, home = as_patient.get(f"{path}/costs"), as_patient.get(f"{path}/draft")
    press(as_patient, home, "/why", {"why": "Three is a lot."})
    preview = as_patient.get(f"{path}/propose")
    as_patient.submit(preview)
    page = as_patient.submit(form, {"what": "Too late"}, expect=422)
    assert any("proposed meanwhile" in error for error in page.errors())
    assert page.value("what") == "Too late"
    page = press(as_patient, home, "/why", {"why": "Late words"}, expect=422)
    assert page.errors()
    assert "Late words" in page.text
    assert "This was sent, and waits" in page.text
    assert press(as_patient, home, "/discard", expect=422).errors()
    assert "Sent" in as_patient.submit(preview).text, "sending twice is sending once"


def test_words_that_were_not_read_are_not_sent(as_patient: Browser, path: str) -> None:
    as_patient.submit(as_patient.get(f"{path}/costs"), {"what": "Money"})
    preview = as_patient.get(f"{path}/propose")
    as_patient.submit(as_patient.get(f"{path}/costs"), {"what": "Time"})
    page = as_patient.submit(preview, expect=422)
    assert any("was not proposed" in error for error in page.errors())
    assert "Time" in page.text
    assert "Sent" in as_patient.submit(page).text


def test_thrown_away_it_is_gone(as_patient: Browser, app: Flask, practice: Practice, path: str) -> None:
    page = press(as_patient, as_patient.get(f"{path}/draft"), "/discard")
    assert (page.path, "The draft is gone" in page.text) == (HOME, True)
    with app.app_context():
        assert draft_of(practice.patient, practice.patient.id) is None
    as_patient.get(f"{path}/draft", expect=404)


def test_what_cannot_be_read_begins_nothing(as_patient: Browser, app: Flask, practice: Practice) -> None:
    assert "could not be read" in as_patient.send(HOME, {"unknown": "1"}).text
    with app.app_context():
        assert draft_of(practice.patient, practice.patient.id) is None


def test_nobody_else_finds_it(app: Flask, practice: Practice, path: str, draft: VersionRead) -> None:
    for stranger in (practice.therapist, practice.other_patient, practice.other_therapist, practice.admin):
        browser = Browser(app.test_client()).sign_in(stranger)
        for each in ("/draft", "/frame", "/goals", f"/goals/{draft.goals[0].id}", "/tasks", "/costs", "/propose"):
            browser.get(path + each, expect=404)
            browser.get(f"/patients/{practice.patient.id}/contract/{draft.id}{each}", expect=404)
        for each in ("/why", "/costs", "/propose", "/withdraw", "/discard"):
            browser.send(path + each, {"what": "x"}, expect=404)


# The therapist reads it.


def test_the_therapist_accepts_and_the_patient_says_how_it_sits(
    as_patient: Browser, as_therapist: Browser, app: Flask, practice: Practice, asked: Contract, to_read: str
) -> None:
    page = as_therapist.get(to_read)
    assert asked.version.why in page.text
    page = press(as_therapist, page, "/accept")
    assert "comes into force as soon as it has been answered" in page.text
    assert "You agreed to it on" in as_therapist.get(to_read).text
    assert "Your therapist agrees to it" in as_patient.get(HOME).text
    [task_id] = asked.task_ids
    said = {f"reason_{task_id}": "To see", f"idea_{task_id}": "mine", "feels": "mine", "decision": "agree"}
    form = as_patient.get(f"{HOME}/{asked.id}")
    assert not form.document.query("[name=decision][value=not_now]"), "one's own is taken back instead"
    page = as_patient.submit(form, said | {"hardest": str(asked.version.costs[0].id)})
    assert "in force from today" in page.text
    with app.app_context():
        found = in_force(practice.patient, practice.patient.id)
        assert found
        assert found.id == asked.id


def test_the_therapist_lets_it_rest_with_a_word(
    as_patient: Browser, as_therapist: Browser, app: Flask, practice: Practice, proposal: Contract, to_read: str
) -> None:
    form = as_therapist.get(to_read)
    page = press(as_therapist, form, "/rest", {"words": "Let's talk first."})
    assert "It rests" in page.text
    press(as_therapist, form, "/rest", {"words": "Let's talk first."})  # sent twice is said once
    home = as_patient.get(HOME)
    assert home.text.count("Let's talk first.") == 1
    assert "lets it rest for now" in home.text
    assert stands(app, practice, proposal.id) is State.PROPOSED
    assert "Agree to it as it stands" in as_therapist.get(to_read).text, "it can be taken up again"


@pytest.mark.parametrize("ending", ["/accept", "/rest"])
def test_what_was_taken_back_meanwhile_is_told_and_the_word_stays(
    as_therapist: Browser,
    app: Flask,
    practice: Practice,
    asked: Contract,
    to_read: str,
    clock: FrozenClock,
    ending: str,
) -> None:
    page = as_therapist.get(to_read)
    with app.app_context():
        withdrawn(practice.patient, asked, at=clock.now())
    typed = {"words": "Let's talk first."} if ending == "/rest" else None
    page = press(as_therapist, page, ending, typed, expect=422)
    assert any("Nothing was done" in error for error in page.errors())
    assert "Taken back" in page.text
    if typed:
        assert typed["words"] in page.text, "what was typed stays on the page"


def test_a_page_of_other_words_accepts_nothing(
    as_therapist: Browser, app: Flask, practice: Practice, to_read: str
) -> None:
    page = press(as_therapist, as_therapist.get(to_read), "/accept", {"seen": "00" * 32}, expect=422)
    assert any("Nothing was done" in error for error in page.errors())
    page = press(as_therapist, page, "/rest", {"words": "x" * 4001}, expect=422)
    assert any("4000 characters at most" in error for error in page.errors())
    with app.app_context():
        found = asked_for(practice.patient, practice.patient.id)
        assert found
        assert (found.state, found.signed_at) == (State.PROPOSED, None)


def test_a_wish_that_lacks_something_is_taken_up_in_a_draft(
    as_therapist: Browser, app: Flask, practice: Practice, clock: FrozenClock
) -> None:
    with app.app_context():
        draft = begun(practice, Role.PATIENT)
        with transaction():
            services.say_why(practice.patient, draft.id, "I want more evenings.")
            services.propose(practice.patient, draft.id, clock.now())
    to_read = f"/patients/{practice.patient.id}/contract/{draft.id}"
    page = press(as_therapist, as_therapist.get(to_read), "/accept", expect=422)
    assert any("what therapy can give" in error for error in page.errors())
    page = press(as_therapist, page, "/contract")
    assert "Draft of version 2" in page.text


def test_told_and_accepted_starts_nothing(
    as_therapist: Browser, app: Flask, practice: Practice, asked: Contract, to_read: str, clock: FrozenClock
) -> None:
    with app.app_context():
        answered(practice, asked, at=clock.now(), feels=Feels.TOLD)
    page = press(as_therapist, as_therapist.get(to_read), "/accept")
    assert "as soon as it has been answered" in page.text
    with app.app_context():
        assert in_force(practice.patient, practice.patient.id) is None
        assert contract_of(practice, asked.id).version.signed_at


def test_answered_already_it_comes_into_force_with_the_acceptance(
    as_patient: Browser,
    as_therapist: Browser,
    app: Flask,
    practice: Practice,
    asked: Contract,
    to_read: str,
    clock: FrozenClock,
) -> None:
    with app.app_context():
        answered(practice, asked, at=clock.now())
    assert "It holds as soon as your therapist agrees as well" in as_patient.get(HOME).text
    page = press(as_therapist, as_therapist.get(to_read), "/accept")
    assert "Agreed by both" in page.text
    assert "Since 5 Mar 2025" in as_patient.get(HOME).text


def test_an_answer_to_what_the_other_answered_meanwhile_is_told(
    as_patient: Browser, app: Flask, practice: Practice, asked: Contract, clock: FrozenClock
) -> None:
    """The patient's page of their own proposal, open while the therapist proposes another and it is agreed to."""
    form = as_patient.get(f"{HOME}/{asked.id}")
    with app.app_context():
        agreed_contract(practice)
    [task_id] = asked.task_ids
    said = {f"reason_{task_id}": "To see", f"idea_{task_id}": "mine", "feels": "mine", "decision": "agree"}
    page = as_patient.submit(form, said | {"hardest": str(asked.version.costs[0].id)}, expect=422)
    assert any("nothing starts" in error for error in page.errors())
    assert page.value(f"reason_{task_id}") == "To see"


def test_of_two_tabs_that_say_why_the_second_is_told_and_keeps_its_words(as_patient: Browser, path: str) -> None:
    first = as_patient.get(f"{path}/draft")
    second = as_patient.get(f"{path}/draft")
    press(as_patient, first, "/why", {"why": "Three is a lot."})
    page = press(as_patient, second, "/why", {"why": "Two would do."}, expect=422)
    assert page.value("why") == "Two would do."
    assert "Three is a lot." in page.text
    page = press(as_patient, page, "/why", {"why": "Two would do."})
    assert page.value("why") == "Two would do."


def test_what_rests_is_not_called_not_now(
    as_therapist: Browser, app: Flask, practice: Practice, asked: Contract, clock: FrozenClock
) -> None:
    with app.app_context():
        rested(practice, asked, at=clock.now())
    page = as_therapist.get(f"/patients/{practice.patient.id}/contract")
    assert "Rests" in page.text
    assert "Not now" not in page.text


# Two tabs.


@pytest.fixture(params=[Role.PATIENT, Role.THERAPIST])
def desk(
    request: pytest.FixtureRequest, app: Flask, practice: Practice, as_patient: Browser, as_therapist: Browser
) -> tuple[Browser, str, VersionRead]:
    """Who writes a draft, where, and the draft, which says more than it was begun from."""
    side: Role = request.param
    with app.app_context():
        draft = begun(practice, side, proposed_contract(practice).id)
    if side is Role.PATIENT:
        return as_patient, f"{HOME}/{draft.id}", draft
    return as_therapist, f"/patients/{practice.patient.id}/contract/{draft.id}", draft


def lines_of(draft: VersionRead) -> dict[str, UUID]:
    return {"goals": draft.goals[0].id, "tasks": draft.tasks[0].id, "costs": draft.costs[0].id}


@pytest.mark.parametrize("kind", ["goals", "tasks", "costs"])
def test_a_line_changed_in_another_tab_is_not_taken_out_unread(
    desk: tuple[Browser, str, VersionRead], kind: str
) -> None:
    browser, path, draft = desk
    line = f"{path}/{kind}/{lines_of(draft)[kind]}"
    old = browser.get(line)
    browser.submit(browser.get(line), {"what": "Said otherwise meanwhile"})
    page = press(browser, old, "/remove", expect=422)
    assert any("was not taken out" in error for error in page.errors())
    assert page.value("what") == "Said otherwise meanwhile"
    press(browser, page, "/remove")
    browser.get(line, expect=404)


@pytest.mark.parametrize("kind", ["goals", "tasks", "costs"])
def test_a_line_taken_out_in_another_tab_is_taken_out(desk: tuple[Browser, str, VersionRead], kind: str) -> None:
    browser, path, draft = desk
    old = browser.get(f"{path}/{kind}/{lines_of(draft)[kind]}")
    press(browser, old, "/remove")
    again = press(browser, old, "/remove", expect=404)
    assert "or this was taken out of it" in again.text


@pytest.mark.parametrize("what", ["costs", "why"])
def test_a_draft_changed_in_another_tab_is_not_thrown_away_unread(
    desk: tuple[Browser, str, VersionRead], what: str
) -> None:
    browser, path, _draft = desk
    home = path if "patients" in path else f"{path}/draft"
    old = browser.get(home)
    if what == "why":
        press(browser, browser.get(home), "/why", {"why": "Only words"})
    else:
        browser.submit(browser.get(f"{path}/costs"), {"what": "Time"})
    page = press(browser, old, "/discard", expect=422)
    assert any("was not thrown away" in error for error in page.errors())
    assert "The draft is gone" in press(browser, page, "/discard").text


@pytest.mark.parametrize(
    ("which", "words"),
    [
        ("frame", {"promise": "An hour, and tea"}),
        ("goals", {"what": "Out on the water"}),
        ("goals/{goals}", {"what": "Out on the water", "enough": "Once"}),
        ("tasks", {"what": "Row to the island"}),
        ("tasks/{tasks}", {"what": "Row to the island"}),
        ("costs", {"what": "Cold hands"}),
        ("costs/{costs}", {"what": "Cold hands"}),
    ],
)
def test_what_was_typed_for_a_draft_thrown_away_meanwhile_can_be_copied(
    desk: tuple[Browser, str, VersionRead], which: str, words: dict[str, str]
) -> None:
    browser, path, draft = desk
    form = browser.get(f"{path}/{which.format(**lines_of(draft))}")
    home = path if "patients" in path else f"{path}/draft"
    press(browser, browser.get(home), "/discard")
    page = browser.submit(form, words, expect=404)
    assert "thrown away meanwhile" in page.text
    assert all(word in page.text for word in words.values())


def test_words_that_go_with_a_draft_thrown_away_can_be_copied(desk: tuple[Browser, str, VersionRead]) -> None:
    browser, path, _draft = desk
    home = path if "patients" in path else f"{path}/draft"
    old = browser.get(home)
    press(browser, browser.get(home), "/discard")
    number = form_to(old, "/why")
    page = browser.submit(old, {"why": "It doesn't sit right"}, number=number, expect=404)
    assert "It doesn't sit right" in page.text
