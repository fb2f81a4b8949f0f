"""The therapist's page of a session, quick to use while it goes on."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask

from companion.contract.rules import TaskKind, TaskWords
from companion.kernel.clock import FrozenClock
from companion.sessions.queries import scenes_of
from companion.sessions.rules import Between, Chip, Learned
from companion.sessions.services import say_between_us, say_learned
from companion.transaction import transaction
from tests.factories.contract import TaskPlan, agreed_contract, weekly
from tests.factories.people import Practice
from tests.factories.sessions import scene_in, scene_words, session_at
from tests.support.client import Browser, Page, attributes
from tests.support.statements import statements

BEGUN = datetime(2025, 3, 5, 10, 30, tzinfo=UTC)
"""Half an hour ago."""


@pytest.fixture
def session_id(app: Flask, practice: Practice) -> UUID:
    with app.app_context():
        return session_at(practice, BEGUN)


@pytest.fixture
def path(practice: Practice, session_id: UUID) -> str:
    return f"/patients/{practice.patient.id}/sessions/{session_id}"


def form_to(page: Page, end: str) -> int:
    """Which of a page's forms leads there."""
    forms = page.document.query("main form")
    return next(number for number, form in enumerate(forms) if attributes(form).get("action", "").endswith(end))


def test_an_empty_session_says_what_will_be_there(as_therapist: Browser, path: str) -> None:
    page = as_therapist.get(path)
    assert "We have no shared direction yet, or not any more. What would we want?" in page.text
    assert "every line of it may stay empty" in page.text
    assert "Nothing is agreed for between sessions." in page.text


def test_the_agenda_is_added_to_and_ticked(as_therapist: Browser, path: str) -> None:
    page = as_therapist.get(path)
    page = as_therapist.submit(page, {"what": "The summer"}, number=form_to(page, "/agenda"))
    assert "Added by you" in page.text
    page = as_therapist.submit(page, number=form_to(page, "/tick"))
    assert len(page.document.query(".ticked")) == 1
    page = as_therapist.submit(page, number=form_to(page, "/tick"))
    assert not page.document.query(".ticked")


@pytest.mark.parametrize(
    ("end", "fields"),
    [
        ("/agenda", {"what": ""}),
        ("/agenda", {"what": "x" * 201}),
        ("/beliefs", {"old_idea": "I may not", "new_idea": ""}),
        ("/beliefs", {"old_idea": "a", "new_idea": "b", "old": "101"}),
        ("/beliefs", {"old_idea": "a", "new_idea": "b", "new": "half"}),
        ("/learned", {"learned": ""}),
        ("/learned", {"learned": "everything"}),
        ("/agenda/tick", {"about": "dreams"}),
        ("/agenda/tick", {"subject": "none"}),
        ("/agenda", {"what": "x", "more": "y"}),
    ],
)
def test_what_cannot_be_kept_is_refused_and_stays_typed(
    as_therapist: Browser, path: str, end: str, fields: dict[str, str]
) -> None:
    page = as_therapist.get(path)
    refused = as_therapist.submit(page, fields, number=form_to(page, end), expect=422)
    assert refused.errors()
    for name, typed in fields.items():
        if name in {"what", "old_idea", "old"}:
            assert refused.value(name) == typed


def test_both_ideas_stand_there_next_time_and_never_the_last_numbers(as_therapist: Browser, path: str) -> None:
    page = as_therapist.get(path)
    typed = {"old_idea": "I may not", "new_idea": "I may", "old": "90", "new": "15"}
    page = as_therapist.submit(page, typed, number=form_to(page, "/beliefs"))
    assert "the old one 90 %, the new one 15 %" in page.text
    assert (page.value("old_idea"), page.value("old"), page.value("new")) == ("I may not", "", "")


def test_what_the_other_learned_is_read_once_one_has_answered(
    app: Flask, as_therapist: Browser, practice: Practice, path: str, session_id: UUID
) -> None:
    with app.app_context(), transaction():
        say_learned(practice.patient, practice.patient.id, session_id, Learned.A_LOT, BEGUN)
    page = as_therapist.get(path)
    assert "Mark has answered." in page.text
    assert "Mark says: A lot" not in page.text
    page = as_therapist.submit(page, {"learned": "a_little"}, number=form_to(page, "/learned"))
    assert "Mark says: A lot" in page.text


def test_what_the_patient_said_afterwards_stands_on_the_session_and_in_the_list(
    app: Flask, as_therapist: Browser, practice: Practice, path: str, session_id: UUID
) -> None:
    with app.app_context(), transaction():
        said = Between(mattered=7, heard=4, chips=(Chip.YOU_PUSHED,))
        say_between_us(practice.patient, session_id, said, BEGUN)
    assert "what mattered 7, the steps feel mine —, felt heard 4" in as_therapist.get(path).text
    listed = as_therapist.get(path.rpartition("/")[0])
    row = [" ".join(cell.to_text().split()) for cell in listed.document.query("tbody tr")[0].query("th, td")]
    assert row[1:] == ["7", "—", "4", "You pushed", "—", "—"]


def test_before_its_time_there_is_the_agenda_and_nothing_to_write_down(
    app: Flask, as_therapist: Browser, practice: Practice
) -> None:
    with app.app_context():
        ahead = session_at(practice, BEGUN + timedelta(days=2))
    page = as_therapist.get(f"/patients/{practice.patient.id}/sessions/{ahead}")
    assert "Something else to talk about" in page.text
    assert "Begin a scene" not in page.text
    to_early = f"/patients/{practice.patient.id}/sessions/{ahead}"
    for end, fields in (
        ("/learned", {"learned": "a_lot"}),
        ("/scenes", {"kind": "imagery", "chosen_by": "together"}),
        ("/ruptures", {"happened": "x"}),
    ):
        once = {} if end == "/learned" else {"id": str(ahead)}
        refused = as_therapist.send(to_early + end, fields | once, expect=422)
        assert any("That session is still to come." in error for error in refused.errors())


def test_the_next_one_is_set_from_the_page_of_this_one(as_therapist: Browser, path: str) -> None:
    page = as_therapist.get(path)
    typed = {"day": "2025-03-12", "time": "10:00"}
    page = as_therapist.submit(page, typed, number=form_to(page, "/sessions"))
    assert "Wed 12 Mar, 10:00" in page.text
    assert "Wed 12 Mar, 10:00" in as_therapist.get(path).text


# Scenes


def test_an_in_session_task_goes_from_its_first_step_to_a_suggested_card(
    app: Flask, as_therapist: Browser, as_patient: Browser, practice: Practice, path: str
) -> None:
    with app.app_context():
        task = TaskPlan(TaskWords(text="A role-play of the dinner", kind=TaskKind.IN_SESSION))
        _, lineage = agreed_contract(practice, [weekly(), task]).lineage_ids
    assert "Agreed for when we meet" in as_therapist.get(path).text
    chosen = {"kind": "role_play", "chosen_by": "patient", "task": str(lineage), "guilt_before": "8"}
    page = as_therapist.submit(as_therapist.get(f"{path}/scenes"), {**chosen, "scene": "At the table"})
    for words, said in (("I play your mother", "yes"), ("You stand up", "not_this")):
        page = as_therapist.submit(page, {"step": words, "said": said}, number=form_to(page, "/steps"))
    kept = {"guilt_after": "4", "words_found": "I am not leaving you."}
    page = as_therapist.submit(page, kept, number=form_to(page, page.path))
    page = as_therapist.submit(page, number=form_to(page, "/card"))
    assert "It is a card only if Mark keeps it." in page.text
    assert "I am not leaving you." in as_patient.get("/cards").text
    read = as_patient.get(f"/appointments/{path.rpartition('/')[2]}").text
    for words in ("I play your mother Yes", "You stand up Not this", "I chose it", "Guilt 8 before, 4 after"):
        assert words in read


def test_the_task_of_a_scene_can_be_chosen_anew_on_its_page(
    app: Flask, as_therapist: Browser, practice: Practice, path: str, session_id: UUID
) -> None:
    with app.app_context():
        task = TaskPlan(TaskWords(text="A role-play of the dinner", kind=TaskKind.IN_SESSION))
        _, lineage = agreed_contract(practice, [weekly(), task]).lineage_ids
        scene_id = scene_in(practice, session_id, BEGUN)
    old = as_therapist.get(f"{path}/scenes/{scene_id}")
    number = form_to(old, f"/scenes/{scene_id}")
    as_therapist.submit(old, {"task": str(lineage)}, number=number)
    assert "A role-play of the dinner" in as_therapist.get(path).text
    page = as_therapist.submit(old, {"guilt_after": "3"}, number=number, expect=422)
    assert any("changed while you had it open" in error for error in page.errors())
    as_therapist.submit(page, {"task": "none"}, number=number)
    with app.app_context():
        [read] = scenes_of(practice.therapist, practice.patient.id, session_id)
        assert (read.words.lineage_id, read.task, read.words.guilt_after) == (None, "", 3)


def test_a_stop_closes_the_form(
    as_therapist: Browser, app: Flask, practice: Practice, path: str, session_id: UUID
) -> None:
    with app.app_context():
        scene_id = scene_in(practice, session_id, BEGUN)
    page = as_therapist.get(f"{path}/scenes/{scene_id}")
    old = page
    page = as_therapist.submit(page, {"step": "Say it", "said": "stop"}, number=form_to(page, "/steps"))
    assert "Mark said stop, so it has ended." in page.text
    assert "The next step" not in page.text
    late = old.form(form_to(old, "/steps")) | {"id": str(scene_id), "step": "One more", "said": "yes"}
    refused = as_therapist.send(f"{path}/scenes/{scene_id}/steps", late, expect=422)
    assert any("It was stopped." in error for error in refused.errors())


def test_an_old_page_of_a_scene_keeps_what_was_typed_and_shows_what_stands(
    as_therapist: Browser, app: Flask, practice: Practice, path: str, session_id: UUID
) -> None:
    with app.app_context():
        scene_id = scene_in(practice, session_id, BEGUN)
    old = as_therapist.get(f"{path}/scenes/{scene_id}")
    number = form_to(old, f"/scenes/{scene_id}")
    as_therapist.submit(old, {"words_found": "First"}, number=number)
    page = as_therapist.submit(old, {"words_found": "Second"}, number=number, expect=422)
    assert page.value("words_found") == "Second"
    assert "First" in page.text
    assert "Second" in as_therapist.submit(page, number=number).html


def test_nothing_can_be_suggested_where_no_words_were_found(
    as_therapist: Browser, app: Flask, practice: Practice, path: str, session_id: UUID
) -> None:
    with app.app_context():
        scene_id = scene_in(practice, session_id, BEGUN)
    page = as_therapist.send(f"{path}/scenes/{scene_id}/card", expect=422)
    assert any("There are no words yet" in error for error in page.errors())


@pytest.mark.parametrize(
    "fields", [{"kind": ""}, {"chosen_by": ""}, {"kind": "hypnosis"}, {"guilt_before": "11"}, {"task": "another"}]
)
def test_what_is_no_scene_is_refused(as_therapist: Browser, path: str, fields: dict[str, str]) -> None:
    typed = {"kind": "imagery", "chosen_by": "together", "scene": "The kitchen", **fields}
    page = as_therapist.submit(as_therapist.get(f"{path}/scenes"), typed, expect=422)
    assert page.errors()
    assert page.value("scene") == "The kitchen"


# What comes between the two


def test_a_rupture_is_noted_and_later_put_right(as_therapist: Browser, as_patient: Browser, path: str) -> None:
    page = as_therapist.submit(as_therapist.get(f"{path}/ruptures"), {"happened": "I hurried"})
    assert "Not talked about together: only you read it." in page.text
    mine = f"/appointments/{path.rpartition('/')[2]}"
    assert "Something came between us" not in as_patient.get(mine).text
    [link] = [attributes(each)["href"] for each in page.document.query("main a") if "Change it" in each.to_text()]
    old = as_therapist.get(link)
    page = as_therapist.submit(old, {"happened": "I hurried", "repair": "I said so", "talked_about": "y"})
    assert "Repair: I said so" in page.text
    told = as_patient.get(mine).text
    assert "Something came between us, and we talked about it. It was put right." in told
    assert "hurried" not in told
    refused = as_therapist.submit(old, {"happened": "Something else"}, expect=422)
    assert "I said so" in refused.text
    assert refused.value("happened") == "Something else"


# For myself


def test_a_private_note_is_about_the_last_session_and_stands_there(
    as_therapist: Browser, practice: Practice, path: str
) -> None:
    notes = f"/patients/{practice.patient.id}/notes"
    page = as_therapist.get(notes)
    assert "About the session of Wed 5 Mar, 11:30." in page.text
    page = as_therapist.submit(page, {"felt": "pushing", "note": "I wanted a result."})
    assert page.path == notes
    assert "I wanted a result." in as_therapist.get(path).text
    assert any(
        "There is nothing in this note yet." in error for error in as_therapist.submit(page, expect=422).errors()
    )


def test_the_number_of_statements_does_not_grow_with_what_was_done(
    app: Flask, as_therapist: Browser, practice: Practice, path: str, session_id: UUID, clock: FrozenClock
) -> None:
    counts = []
    as_therapist.get(path)  # the first one reads keys
    for _ in range(2):
        with app.app_context():
            for _ in range(3):
                scene_in(practice, session_id, clock.now(), words=scene_words())
            with statements() as seen:
                as_therapist.get(path)
                counts.append(len(seen))
            assert scenes_of(practice.patient, practice.patient.id, session_id)
    assert counts[0] == counts[1]
