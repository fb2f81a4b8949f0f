"""What two versions say otherwise: line by line and word by word, and how both read it."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import example, given
from hypothesis import strategies as st

from companion.accounts.rules import Role
from companion.contract import services
from companion.contract.queries import version
from companion.contract.rules import (
    Content,
    Frame,
    GoalLine,
    GoalOutcome,
    GoalWords,
    TaskKind,
    TaskLine,
    TaskWords,
    VersionKind,
)
from companion.contract.rules.difference import Change, Kept, Piece, compare, difference
from companion.kernel.ids import new_id
from companion.transaction import transaction
from tests.factories.contract import agreed_contract, drafted_contract, proposed_contract
from tests.factories.negotiation import begun, countered
from tests.factories.people import Practice
from tests.support.client import Browser, Page

EVENINGS, COOKING, OUT, TENNIS = (UUID(int=number) for number in range(1, 5))
BEFORE = Content(
    patient_id=UUID(int=9),
    number=1,
    kind=VersionKind.WORKING,
    frame=Frame(promise="An hour a week", review_on=date(2025, 6, 2)),
    goals=(
        GoalLine(EVENINGS, GoalWords(text="Evenings of my own", enough="Twice a month")),
        GoalLine(COOKING, GoalWords(text="Cook for a friend")),
    ),
    tasks=(
        TaskLine(OUT, EVENINGS, TaskWords(text="Go out on Fridays", kind=TaskKind.WEEKLY, target=3)),
        TaskLine(TENNIS, EVENINGS, TaskWords(text="Ask about tennis", kind=TaskKind.PRACTICE)),
    ),
    costs=("Guilt on the way out", "A dull evening"),
)
words = st.lists(st.sampled_from(["go", "out", "on", "Fridays", "è", ",", ".", "  ", "\n", "🫥", "x1"]), max_size=12)
texts = words.map("".join) | words.map(" ".join) | st.text(max_size=30)


def rebuilt(pieces: tuple[Piece, ...], *kept: Kept) -> str:
    return "".join(piece.words for piece in pieces if piece.kept in kept)


@given(texts, texts)
@example("", "")
@example("", "new")
@example(" blanks before", "blanks before ")
def test_the_pieces_make_both_texts(before: str, after: str) -> None:
    pieces = compare(before, after)
    assert rebuilt(pieces, Kept.BOTH, Kept.IN) == after
    assert rebuilt(pieces, Kept.BOTH, Kept.OUT) == before
    assert all(piece.words for piece in pieces)
    if before == after:
        assert all(piece.kept is Kept.BOTH for piece in pieces)


def test_whole_words_are_taken_out_and_put_in() -> None:
    pieces = compare("I go out three times a week.", "I go out twice a week.")
    assert all(piece.words.strip() in {"I go out", "three times", "twice", "a week."} for piece in pieces)
    assert (rebuilt(pieces, Kept.OUT).strip(), rebuilt(pieces, Kept.IN).strip()) == ("three times", "twice")


def test_nothing_said_otherwise_is_no_difference() -> None:
    found = difference(BEFORE, replace(BEFORE, number=2))
    assert not found.has_any
    assert {line.change for line in (*found.goals, *found.tasks, *found.costs)} == {Change.SAME}


def test_a_line_is_the_same_by_its_lineage_however_it_is_said() -> None:
    other = replace(BEFORE.tasks[0].words, text="Something else altogether")
    found = difference(BEFORE, replace(BEFORE, tasks=(replace(BEFORE.tasks[0], words=other), BEFORE.tasks[1])))
    assert [line.change for line in found.tasks] == [Change.CHANGED, Change.SAME]
    lineage = replace(BEFORE, tasks=(replace(BEFORE.tasks[0], lineage_id=UUID(int=7)), BEFORE.tasks[1]))
    assert [line.change for line in difference(BEFORE, lineage).tasks] == [Change.NEW, Change.SAME, Change.GONE]


def test_lines_stand_as_the_later_version_has_them_and_those_left_out_last() -> None:
    new = TaskLine(UUID(int=7), COOKING, TaskWords(text="Buy flour", kind=TaskKind.PRACTICE))
    found = difference(BEFORE, replace(BEFORE, tasks=(new, BEFORE.tasks[1]), goals=BEFORE.goals[::-1]))
    assert [(line.change, rebuilt(line.part("text").pieces, *Kept)) for line in found.tasks] == [
        (Change.NEW, "Buy flour"),
        (Change.SAME, "Ask about tennis"),
        (Change.GONE, "Go out on Fridays"),
    ]
    assert [rebuilt(line.part("text").pieces, *Kept) for line in found.goals] == [
        "Cook for a friend",
        "Evenings of my own",
    ]


def test_a_changed_target_is_told_as_before_and_after() -> None:
    fewer = replace(BEFORE.tasks[0], words=replace(BEFORE.tasks[0].words, target=2))
    [line, _] = difference(BEFORE, replace(BEFORE, tasks=(fewer, BEFORE.tasks[1]))).tasks
    [part] = line.changed_parts
    assert (part.name, part.before[:2], part.after[:2]) == ("how_often", (TaskKind.WEEKLY, 3), (TaskKind.WEEKLY, 2))


def test_another_goal_of_a_task_is_told_and_the_same_goal_said_otherwise_is_not() -> None:
    moved = replace(BEFORE.tasks[0], goal_lineage_id=COOKING)
    [line, _] = difference(BEFORE, replace(BEFORE, tasks=(moved, BEFORE.tasks[1]))).tasks
    [part] = line.changed_parts
    assert (part.name, part.before, part.after) == ("goal", "Evenings of my own", "Cook for a friend")
    loose = replace(BEFORE.tasks[0], goal_lineage_id=None)
    [line, _] = difference(BEFORE, replace(BEFORE, tasks=(loose, BEFORE.tasks[1]))).tasks
    assert line.part("goal").after == ""
    said = replace(BEFORE.goals[0], words=replace(BEFORE.goals[0].words, text="Evenings that are mine"))
    found = difference(BEFORE, replace(BEFORE, goals=(said, BEFORE.goals[1])))
    assert {line.change for line in found.tasks} == {Change.SAME}


def test_how_a_goal_ended_is_told() -> None:
    ended = replace(BEFORE.goals[0], words=replace(BEFORE.goals[0].words, outcome=GoalOutcome.LET_GO))
    [line, _] = difference(BEFORE, replace(BEFORE, goals=(ended, BEFORE.goals[1]))).goals
    [part] = line.changed_parts
    assert (part.name, part.before, part.after) == ("outcome", None, GoalOutcome.LET_GO)


@pytest.mark.parametrize(
    ("after", "changes"),
    [
        (("Guilt on the way home", "A dull evening"), [Change.CHANGED, Change.SAME]),
        (("A dull evening", "Guilt on the way out"), [Change.SAME, Change.SAME]),
        (("A dull evening",), [Change.SAME, Change.GONE]),
        (("Money",), [Change.NEW, Change.GONE, Change.GONE]),
        ((), [Change.GONE, Change.GONE]),
        (("A dull evening", "Guilt on the way out", "Money"), [Change.SAME, Change.SAME, Change.NEW]),
        # One comes from one: the second that resembles it is new.
        (("Guilt on the way home", "Guilt on the way back"), [Change.CHANGED, Change.NEW, Change.GONE]),
    ],
)
def test_a_cost_comes_from_the_one_it_resembles(after: tuple[str, ...], changes: list[Change]) -> None:
    assert [line.change for line in difference(BEFORE, replace(BEFORE, costs=after)).costs] == changes


def test_what_stands_beside_the_lines_is_compared_too() -> None:
    frame = replace(BEFORE.frame, promise="Two hours a week", review_on=None)
    found = difference(BEFORE, replace(BEFORE, frame=frame)).frame
    assert found.change is Change.CHANGED
    assert [part.name for part in found.changed_parts] == ["promise", "review_on"]


# How it is read.

MARKER = "only-my-draft-says-this"


def marked(page: Page, tag: str) -> list[str]:
    """What a page marks as taken out or put in, as it is read aloud."""
    return [" ".join(element.to_text().replace("]", "").split()) for element in page.document.query(f"main {tag}")]


@pytest.fixture
def two(app: Flask, practice: Practice) -> tuple[UUID, UUID]:
    """What is in force, and what the patient would have instead: less often, another cost, one cost fewer."""
    with app.app_context():
        agreed = agreed_contract(practice)
        draft = begun(practice, Role.PATIENT, agreed.id)
        [task] = draft.tasks
        with transaction():
            less = replace(task.words, text="Something quiet for myself", target=1)
            services.change_task(practice.patient, task.id, less, task.goal_id)
            services.remove_cost(practice.patient, draft.costs[1].id)
            services.add_cost(practice.patient, draft.id, "Money")
            services.propose(practice.patient, draft.id, agreed.version.created_at)
        return agreed.id, draft.id


def test_both_read_what_was_taken_out_and_put_in(
    as_patient: Browser, as_therapist: Browser, practice: Practice, two: tuple[UUID, UUID]
) -> None:
    first, second = two
    of_therapist = f"/patients/{practice.patient.id}/contract"
    for browser, base in ((as_patient, "/agreement"), (as_therapist, of_therapist)):
        for path in (f"{base}/{second}/since/{first}", f"{base}/{first}/since/{second}"):  # the earlier stands first
            page = browser.get(path)
            assert marked(page, "ins") == ["[put in: quiet", "[now: Once a week", "[put in: Money"]
            assert marked(page, "del") == ["[before: 3 times a week", "[taken out: A dull evening"]
            assert "From version 1 to version 2" in page.text


def test_against_itself_nothing_is_said_otherwise(as_patient: Browser, two: tuple[UUID, UUID]) -> None:
    assert "Nothing is said otherwise" in as_patient.get(f"/agreement/{two[1]}/since/{two[1]}").text


def test_a_version_of_somebody_else_is_compared_with_nothing(
    app: Flask, as_patient: Browser, as_therapist: Browser, practice: Practice, two: tuple[UUID, UUID]
) -> None:
    with app.app_context():
        theirs = proposed_contract(practice.of_the_others).id
    of_therapist = f"/patients/{practice.patient.id}/contract"
    for other in (theirs, new_id()):
        for browser, base in ((as_patient, "/agreement"), (as_therapist, of_therapist)):
            browser.get(f"{base}/{two[0]}/since/{other}", expect=404)
            browser.get(f"{base}/{other}/since/{two[0]}", expect=404)
    for stranger in (practice.other_patient, practice.other_therapist, practice.former_therapist, practice.admin):
        browser = Browser(app.test_client()).sign_in(stranger)
        browser.get(f"/agreement/{two[1]}/since/{two[0]}", expect=404)
        browser.get(f"{of_therapist}/{two[1]}/since/{two[0]}", expect=404)


def pages_of(browser: Browser, start: str) -> dict[str, Page]:
    """Every page of the contract that one comes to by links from where one starts."""
    found: dict[str, Page] = {}
    waiting = [start]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found[path] = browser.get(path)
        for anchor in found[path].document.query("main a"):
            href = ((anchor.attrs or {}).get("href") or "").partition("#")[0]
            if href.startswith(start):
                waiting.append(href)
    return found


@pytest.mark.parametrize("writer", [Role.PATIENT, Role.THERAPIST])
def test_a_draft_is_shown_to_nobody_but_who_writes_it(
    app: Flask, practice: Practice, as_patient: Browser, as_therapist: Browser, writer: Role
) -> None:
    of_therapist = f"/patients/{practice.patient.id}/contract"
    with app.app_context():
        agreed = agreed_contract(practice)
        own = countered(practice, Role.PATIENT, agreed.id)
        drafted_contract(practice)
        actor = practice.patient if writer is Role.PATIENT else practice.therapist
        draft = begun(practice, writer, agreed.id)
        with transaction():
            services.say_why(actor, draft.id, MARKER)
            services.add_cost(actor, draft.id, MARKER)
            services.add_goal(actor, draft.id, GoalWords(text=MARKER))
            services.set_frame(actor, draft.id, replace(draft.frame, limits=MARKER), agreed.version.created_at)
        assert version(actor, practice.patient.id, draft.id).why == MARKER
    sides = {Role.PATIENT: (as_patient, "/agreement"), Role.THERAPIST: (as_therapist, of_therapist)}
    its_browser, its_base = sides.pop(writer)
    assert any(MARKER in page.html for page in pages_of(its_browser, its_base).values()), "the scan sees it"
    [(browser, base)] = sides.values()
    found = pages_of(browser, base)
    assert len(found) > 3
    assert [path for path, page in found.items() if MARKER in page.html or str(draft.id) in page.html] == []
    for path in (
        f"{base}/{draft.id}",
        f"{base}/{draft.id}/propose",
        f"{base}/{draft.id}/since/{agreed.id}",
        f"{base}/{agreed.id}/since/{draft.id}",
        f"{base}/{own.id}/since/{draft.id}",
    ):
        browser.get(path, expect=404)
