"""The patient's pages: our agreement, the answer, what feels like an order, what rests."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from companion.contract import services
from companion.contract.queries import in_force, resting, version
from companion.contract.rules import Decision, Said, Standing
from companion.kernel.clock import FrozenClock
from companion.kernel.ids import new_id
from companion.transaction import transaction
from tests.factories.contract import (
    REASON,
    Contract,
    TaskPlan,
    agreed_contract,
    drafted_contract,
    practice_task,
    proposed_contract,
    weekly,
)
from tests.factories.people import Practice
from tests.support.client import Browser, attributes

TODAY = date(2025, 3, 5)

THERAPY_WORDS = ("guilt", "therap", "contract", "patient")


@pytest.fixture
def proposal(app: Flask, practice: Practice) -> Contract:
    with app.app_context():
        return proposed_contract(practice)


@pytest.fixture
def agreed(app: Flask, practice: Practice) -> Contract:
    with app.app_context():
        return agreed_contract(practice)


def filled(proposal: Contract, **changes: str) -> dict[str, str]:
    """All that agreeing takes."""
    [task_id] = proposal.task_ids
    return {
        f"reason_{task_id}": "I want to see",
        f"idea_{task_id}": "ours",
        "hardest": str(proposal.version.costs[0].id),
        "feels": "worked_out_together",
        "decision": "agree",
    } | changes


def test_nothing_agreed_says_that_nothing_is_owed(as_patient: Browser) -> None:
    page = as_patient.get("/agreement")
    assert "nothing is owed" in page.text
    assert "nothing to pause" in as_patient.get("/pauses").text


def test_reading_and_agreeing(as_patient: Browser, app: Flask, practice: Practice, proposal: Contract) -> None:
    page = as_patient.get("/agreement")
    for words in (
        "An evening of my own",
        "3 times a week",
        "Guilt on the way out",
        "Another year like the last",
        "2 Jun 2025",
    ):
        assert words in page.text
    page = as_patient.submit(as_patient.get(f"/agreement/{proposal.id}"), filled(proposal))
    assert page.path == "/agreement"
    assert "in force from today" in page.text
    assert "I want to see" in page.text
    with app.app_context():
        found = in_force(practice.patient, practice.patient.id)
        assert found
        assert found.id == proposal.id


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"feels": "told"}, "Nothing starts until you two have talked"),
        ({"decision": "would_change"}, "your therapist reads what you'd change"),
        ({"decision": "not_now"}, "you can still come back to it"),
    ],
)
def test_other_answers_start_nothing(
    as_patient: Browser, app: Flask, practice: Practice, proposal: Contract, changes: dict[str, str], said: str
) -> None:
    page = as_patient.submit(as_patient.get(f"/agreement/{proposal.id}"), filled(proposal, **changes))
    assert said in page.text
    with app.app_context():
        assert in_force(practice.patient, practice.patient.id) is None


@pytest.mark.parametrize("decision", ["would_change", "not_now"])
def test_not_agreeing_needs_nothing_filled_in(as_patient: Browser, proposal: Contract, decision: str) -> None:
    as_patient.submit(as_patient.get(f"/agreement/{proposal.id}"), {"decision": decision})


def test_what_was_put_off_can_be_looked_at_again(as_patient: Browser, proposal: Contract) -> None:
    as_patient.submit(as_patient.get(f"/agreement/{proposal.id}"), {"decision": "not_now"})
    assert "Look at it again" in as_patient.get("/agreement").text
    page = as_patient.submit(as_patient.get(f"/agreement/{proposal.id}"), filled(proposal))
    assert "in force from today" in page.text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"feels": ""}, "How does this feel? – to agree"),
        ({"feels": "fine"}, "Not a valid choice"),
        ({"hardest": ""}, "Which cost will be hardest? – to agree"),
        ({"hardest": str(UUID(int=7))}, "Not a valid choice"),
        ({"reason": ""}, "Why would you do it? – to agree"),
        ({"reason": " \n"}, "Why would you do it? – to agree"),
        ({"reason": "x" * 4001}, "4000 characters at most"),
        ({"reason": "a\0b"}, "can't be kept"),
        ({"idea": ""}, "Whose idea was this? – to agree"),
        ({"idea": "hers"}, "Not a valid choice"),
        ({"worth_it": "11"}, "Not a valid choice"),
        ({"confidence": "-1"}, "Not a valid choice"),
        ({"hardest_words": "x" * 201}, "200 characters at most"),
        ({"decision": ""}, "Please choose one"),
        ({"decision": "yes"}, "Not a valid choice"),
        ({"id": ""}, "Please send it again"),
        ({"unknown": "1"}, "doesn't ask for"),
        ({"seen": "zz"}, "changed or taken back"),
        ({"seen": "00" * 32}, "changed or taken back"),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_an_answer_that_cannot_be_kept(  # fixtures
    as_patient: Browser,
    app: Flask,
    practice: Practice,
    proposal: Contract,
    changes: dict[str, str],
    message: str,
) -> None:
    [task_id] = proposal.task_ids
    of_task = {f"{name}_{task_id}": value for name, value in changes.items() if name in {"reason", "idea"}}
    others = {name: value for name, value in changes.items() if name not in {"reason", "idea"}}
    sent = filled(proposal, doubts="Kept words", **of_task, **others)
    page = as_patient.submit(as_patient.get(f"/agreement/{proposal.id}"), sent, expect=422)
    assert any(message in error for error in page.errors()), page.errors()
    assert page.value("doubts") == "Kept words"
    with app.app_context():
        assert version(practice.patient, practice.patient.id, proposal.id) == proposal.version


def test_own_words_can_name_the_hardest_cost(as_patient: Browser, proposal: Contract) -> None:
    sent = filled(proposal, hardest="", hardest_words="Explaining it")
    assert "in force" in as_patient.submit(as_patient.get(f"/agreement/{proposal.id}"), sent).text


def test_an_answer_sent_twice_is_one(as_patient: Browser, app: Flask, practice: Practice, proposal: Contract) -> None:
    form = as_patient.get(f"/agreement/{proposal.id}")
    for _ in range(2):
        assert as_patient.submit(form, filled(proposal)).path == "/agreement"
    with app.app_context():
        assert len(version(practice.patient, practice.patient.id, proposal.id).answers) == 1


def test_a_proposal_taken_back_meanwhile_is_said_plainly_and_words_are_kept(
    as_patient: Browser, app: Flask, practice: Practice, proposal: Contract
) -> None:
    form = as_patient.get(f"/agreement/{proposal.id}")
    with app.app_context():
        following = proposed_contract(practice, [weekly(1)])
    page = as_patient.submit(form, filled(proposal), expect=422)
    assert any("changed or taken back" in error for error in page.errors())
    assert page.value(f"reason_{proposal.task_ids[0]}") == "I want to see"
    assert "doesn't wait any more" in as_patient.get(f"/agreement/{proposal.id}").text
    with app.app_context():
        assert version(practice.patient, practice.patient.id, following.id).standing is Standing.WAITS


def test_what_a_proposal_changes_is_marked(
    as_patient: Browser, app: Flask, practice: Practice, agreed: Contract
) -> None:
    with app.app_context():
        proposed_contract(practice, [weekly(2, lineage_id=agreed.lineage_ids[0]), weekly(1, "Spanish")])
    page = as_patient.get("/agreement")
    assert "Changed Something for myself 2 times a week" in page.text
    assert "New Spanish Once a week" in page.text
    assert "What holds until then" in page.text


def test_earlier_agreements_can_be_read(
    as_patient: Browser, app: Flask, practice: Practice, agreed: Contract, clock: FrozenClock
) -> None:
    with app.app_context():
        agreed_contract(practice, [weekly(2)], at=clock.now())
    page = as_patient.get("/agreement")
    assert "From 3 Feb 2025 until 5 Mar 2025" in page.text
    assert "3 times a week" in as_patient.get(f"/agreement/{agreed.id}").text


def test_a_proposal_feels_like_an_order(
    as_patient: Browser, app: Flask, practice: Practice, proposal: Contract
) -> None:
    form = as_patient.get(f"/agreement/{proposal.id}/order")
    as_patient.submit(form, {"words": "All of it"})
    page = as_patient.submit(form, {"words": "All of it"})
    assert "Nothing starts until you two have talked" in page.text
    with app.app_context():
        read = version(practice.patient, practice.patient.id, proposal.id)
        assert (read.standing, [flag.words for flag in read.flags]) == (Standing.WAITS, ["All of it"])


def test_a_task_feels_like_an_order_and_rests(
    as_patient: Browser, app: Flask, practice: Practice, agreed: Contract
) -> None:
    page = as_patient.submit(as_patient.get(f"/agreement/tasks/{agreed.task_ids[0]}/order"))
    assert "It rests until you take it up again" in page.text
    assert "Rests since" in page.text
    page = as_patient.submit(as_patient.get("/pauses"))
    assert "Taken up again" in page.text
    with app.app_context():
        assert resting(practice.patient, practice.patient.id, TODAY).rests == ()


def test_a_flag_sent_again_says_what_is_true_now_and_keeps_other_words(
    as_patient: Browser, app: Flask, practice: Practice, agreed: Contract
) -> None:
    form = as_patient.get(f"/agreement/tasks/{agreed.task_ids[0]}/order")
    as_patient.submit(form, {"words": "Like homework"})
    as_patient.submit(as_patient.get("/pauses"))
    assert "It neither rests nor waits now" in as_patient.submit(form, {"words": "Like homework"}).text
    page = as_patient.submit(form, {"words": "Like school"}, expect=422)
    assert any("sent before" in error for error in page.errors())
    assert page.value("words") == "Like school"
    assert "It rests until you take it up again" in as_patient.submit(page).text
    with app.app_context():
        read = version(practice.patient, practice.patient.id, agreed.id)
        assert [flag.words for flag in read.flags] == ["Like homework", "Like school"]


def test_one_thing_of_a_proposal_feels_like_an_order(
    as_patient: Browser, app: Flask, practice: Practice, proposal: Contract
) -> None:
    page = as_patient.get("/agreement")
    [href] = {
        attributes(link).get("href", "")
        for link in page.document.query("main a")
        if link.to_text() == "This feels like an order"
    }
    form = as_patient.get(href)
    assert "nothing of this proposal starts" in form.text
    page = as_patient.submit(form, {"words": "This one"})
    assert "Nothing starts until you two have talked" in page.text
    assert "You said that it feels like an order" in page.text
    with app.app_context():
        read = version(practice.patient, practice.patient.id, proposal.id)
        assert [(flag.task_id, flag.words) for flag in read.flags] == [(proposal.task_ids[0], "This one")]


def test_a_task_changed_meanwhile_is_said_plainly_and_words_are_kept(
    as_patient: Browser, app: Flask, practice: Practice, agreed: Contract, clock: FrozenClock
) -> None:
    path = f"/agreement/tasks/{agreed.task_ids[0]}/order"
    form, pauses = as_patient.get(path), as_patient.get("/pauses")
    with app.app_context():
        agreed_contract(practice, [weekly(1, "Something else")], at=clock.now())
    page = as_patient.submit(form, {"words": "Kept words"}, expect=422)
    assert any("changed meanwhile" in error for error in page.errors())
    assert page.value("words") == "Kept words"
    assert as_patient.get(path).path == f"/agreement/{agreed.id}", "there is nothing to say it about any more"
    number = next(
        number
        for number, form in enumerate(pauses.document.query("main form"))
        if pauses.form(number)["scope"] == "task"
    )
    page = as_patient.submit(pauses, number=number, expect=422)
    assert any("changed meanwhile" in error for error in page.errors())
    assert "Something else" in page.text


@pytest.mark.parametrize("words", ["x" * 4001, "a\0b"])
def test_words_of_a_flag_that_cannot_be_kept(as_patient: Browser, agreed: Contract, words: str) -> None:
    page = as_patient.submit(
        as_patient.get(f"/agreement/tasks/{agreed.task_ids[0]}/order"), {"words": words}, expect=422
    )
    assert page.errors()


def test_what_holds_no_more_is_not_flagged(
    as_patient: Browser, app: Flask, practice: Practice, proposal: Contract, clock: FrozenClock
) -> None:
    form = as_patient.get(f"/agreement/{proposal.id}/order")
    with app.app_context(), transaction():
        services.withdraw(practice.therapist, proposal.id, clock.now())
    page = as_patient.submit(form, {"words": "Kept words"}, expect=422)
    assert page.errors()
    assert page.value("words") == "Kept words"


@pytest.mark.parametrize("scope", ["everything", "task", "goal"])
def test_pausing_and_taking_up_again(
    as_patient: Browser, app: Flask, practice: Practice, agreed: Contract, scope: str
) -> None:
    page = as_patient.get("/pauses")
    number = next(
        number for number, form in enumerate(page.document.query("main form")) if page.form(number)["scope"] == scope
    )
    page = as_patient.submit(page, number=number)
    assert "Rests now" in page.text
    with app.app_context():
        [rest] = resting(practice.patient, practice.patient.id, TODAY).rests
        assert rest.scope.value == scope
    page = as_patient.submit(page)
    assert "Rests now" not in page.text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 422),
        ({"scope": "life"}, 422),
        ({"scope": "task"}, 404),
        ({"scope": "task", "lineage": str(UUID(int=7))}, 404),
        ({"scope": "goal", "lineage": "nonsense"}, 422),
        ({"scope": "everything", "unknown": "1"}, 422),
    ],
    ids=["nothing", "no such scope", "no line", "no such line", "no id", "unknown field"],
)
def test_a_pause_that_cannot_be(
    as_patient: Browser, app: Flask, practice: Practice, agreed: Contract, fields: dict[str, Any], status: int
) -> None:
    as_patient.send("/pauses", fields, expect=status)
    with app.app_context():
        assert resting(practice.patient, practice.patient.id, TODAY).rests == ()


def test_outsiders_find_nothing(app: Flask, practice: Practice, agreed: Contract) -> None:
    with app.app_context():
        waits = proposed_contract(practice)
    stranger = Browser(app.test_client()).sign_in(practice.other_patient)
    for version_id in (agreed.id, waits.id, new_id()):
        stranger.get(f"/agreement/{version_id}", expect=404)
        stranger.get(f"/agreement/{version_id}/order", expect=404)
        stranger.send(f"/agreement/{version_id}", filled(waits), expect=404)
        stranger.send(f"/agreement/{version_id}/order", expect=404)
    for task_id in (*agreed.task_ids, new_id()):
        stranger.get(f"/agreement/tasks/{task_id}/order", expect=404)
        stranger.send(f"/agreement/tasks/{task_id}/order", expect=404)
    for other in (practice.therapist, practice.other_therapist, practice.admin):
        browser = Browser(app.test_client()).sign_in(other)
        for path in ("/agreement", "/pauses", f"/agreement/{waits.id}"):
            browser.get(path, expect=404)


def test_a_pause_is_taken_up_by_its_own_patient_only(
    app: Flask, practice: Practice, agreed: Contract, as_patient: Browser
) -> None:
    as_patient.send("/pauses", {"scope": "everything"})
    with app.app_context():
        [rest] = resting(practice.patient, practice.patient.id, TODAY).rests
    stranger = Browser(app.test_client()).sign_in(practice.other_patient)
    stranger.send(f"/pauses/{rest.id}/resume", expect=404)
    as_patient.send(f"/pauses/{new_id()}/resume", expect=404)


def test_a_patient_never_reads_a_draft(as_patient: Browser, app: Flask, practice: Practice) -> None:
    with app.app_context():
        draft = drafted_contract(practice)
    as_patient.get(f"/agreement/{draft}", expect=404)
    assert "nothing is owed" in as_patient.get("/agreement").text


def test_titles_and_paths_carry_no_therapy_words(
    as_patient: Browser, proposal: Contract, app: Flask, practice: Practice
) -> None:
    with app.app_context():
        agreed = agreed_contract(practice)
        proposed_contract(practice)
    paths = ("/agreement", f"/agreement/{agreed.id}", f"/agreement/tasks/{agreed.task_ids[0]}/order", "/pauses")
    for path in paths:
        page = as_patient.get(path)
        links = [attributes(anchor).get("href", "") for anchor in page.document.query("a[href]")]
        for text in (page.title, path, *links):
            assert not any(word in text.lower() for word in THERAPY_WORDS), text


def test_a_page_that_stood_open_too_long_keeps_what_was_typed(as_patient: Browser, proposal: Contract) -> None:
    as_patient.get(f"/agreement/{proposal.id}")
    sent = filled(proposal, csrf_token="stale", id=str(new_id()), seen=proposal.content_hash.hex())
    page = as_patient.send(f"/agreement/{proposal.id}", sent, expect=422)
    assert page.value(f"reason_{proposal.task_ids[0]}") == "I want to see"
    page = as_patient.submit(page, {"decision": Decision.AGREE.value})
    assert "in force" in page.text


def test_whoever_said_not_now_to_the_first_one_can_still_write_their_own(
    as_patient: Browser, app: Flask, practice: Practice, clock: FrozenClock
) -> None:
    with app.app_context(), transaction():
        proposal = proposed_contract(practice)
        said = Said(decision=Decision.NOT_NOW)
        services.answer(practice.patient, proposal.id, proposal.content_hash, said, clock.now())
    page = as_patient.get("/agreement")
    assert "Write what I'd want" in page.text


def test_reasons_for_what_stays_as_it_is_need_not_be_found_again(
    as_patient: Browser, app: Flask, practice: Practice
) -> None:
    with app.app_context():
        agreed = agreed_contract(practice)
        kept = TaskPlan(agreed.version.tasks[0].words, agreed.lineage_ids[0])
        proposal = proposed_contract(practice, [kept, practice_task()])
    same, other = proposal.task_ids
    page = as_patient.get(f"/agreement/{proposal.id}")
    assert (page.value(f"reason_{same}"), page.value(f"idea_{same}")) == (REASON, "ours")
    assert page.value(f"reason_{other}") == ""


def test_a_reason_for_other_words_is_not_carried_over(as_patient: Browser, app: Flask, practice: Practice) -> None:
    with app.app_context():
        agreed = agreed_contract(practice)
        changed = TaskPlan(replace(agreed.version.tasks[0].words, target=2), agreed.lineage_ids[0])
        proposal = proposed_contract(practice, [changed])
    page = as_patient.get(f"/agreement/{proposal.id}")
    assert page.value(f"reason_{proposal.task_ids[0]}") == ""
