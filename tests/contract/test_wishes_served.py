"""A goal names the wish that it serves, across versions and for both readers."""

from dataclasses import replace
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from companion.accounts.rules import Role
from companion.contract import services
from companion.contract.models import GoalWish
from companion.contract.queries import VersionRead, contents, fingerprint, version
from companion.contract.rules import GoalOutcome, GoalWords, content_hash
from companion.contract.rules.difference import Change, Difference, difference
from companion.extensions import db
from companion.formulation import services as formulation
from companion.formulation.rules import WishWords
from companion.kernel.clock import FrozenClock
from companion.kernel.errors import NotFoundError, RefusedError, SentBeforeError
from companion.kernel.ids import new_id
from companion.transaction import transaction
from tests.factories.contract import GOAL, agreed_contract, drafted_contract, proposed_contract
from tests.factories.formulation import kept_wish, suggested_wish
from tests.factories.negotiation import begun
from tests.factories.people import Practice
from tests.support.client import Browser


def read(practice: Practice, version_id: UUID) -> VersionRead:
    return version(practice.therapist, practice.patient.id, version_id)


def put_aside(practice: Practice, wish_id: UUID, clock: FrozenClock) -> None:
    with transaction():
        formulation.put_wish_aside(practice.patient, wish_id, clock.now())


def between(practice: Practice, *version_ids: UUID) -> Difference:
    before, after = contents(practice.patient, practice.patient.id, version_ids)
    return difference(before.content, after.content)


@pytest.fixture
def sailing(context: Flask, practice: Practice, clock: FrozenClock) -> UUID:
    return kept_wish(practice, clock.now())


def test_a_goal_serves_a_wish_in_every_version_after(practice: Practice, sailing: UUID) -> None:
    agreed = agreed_contract(practice, goals=[replace(GOAL, wish_id=sailing), GOAL])
    for found in (agreed.version, begun(practice, Role.PATIENT), begun(practice, Role.THERAPIST)):
        assert [(goal.words.wish_id, goal.wish) for goal in found.goals] == [(sailing, "Learn to sail"), (None, "")]


def test_which_wish_it_is_is_agreed_to_and_how_it_is_worded_is_not(
    practice: Practice, sailing: UUID, clock: FrozenClock
) -> None:
    agreed = agreed_contract(practice, goals=[replace(GOAL, wish_id=sailing)])
    with transaction():
        formulation.take_wish(practice.patient, sailing, clock.now(), WishWords("Sail to an island"))
    now = read(practice, agreed.id)
    assert now.goals[0].wish == "Sail to an island"
    assert content_hash(now.content) == agreed.content_hash
    goal = now.content.goals[0]
    other = replace(goal, words=replace(goal.words, wish_id=new_id()))
    assert content_hash(replace(now.content, goals=(other,))) != agreed.content_hash


def test_serving_another_wish_is_what_changed(practice: Practice, sailing: UUID, clock: FrozenClock) -> None:
    other = kept_wish(practice, clock.now(), "Cook for friends")
    first = agreed_contract(practice, goals=[replace(GOAL, wish_id=sailing)])
    second = agreed_contract(practice, goals=[replace(GOAL, wish_id=other)])
    (goal,) = between(practice, first.id, second.id).goals
    assert goal.change is Change.CHANGED
    assert [(part.name, part.before, part.after) for part in goal.changed_parts] == [
        ("wish", "Learn to sail", "Cook for friends")
    ]


def test_serving_none_any_more_is_what_changed_too(practice: Practice, sailing: UUID) -> None:
    first = agreed_contract(practice, goals=[replace(GOAL, wish_id=sailing)])
    second = agreed_contract(practice, goals=[GOAL])
    (goal,) = between(practice, first.id, second.id).goals
    assert [(part.name, part.before, part.after) for part in goal.changed_parts] == [("wish", "Learn to sail", "")]


def test_the_same_wish_in_two_versions_is_no_change(practice: Practice, sailing: UUID) -> None:
    goals = [replace(GOAL, wish_id=sailing)]
    first, second = agreed_contract(practice, goals=goals), agreed_contract(practice, goals=goals)
    assert [goal.change for goal in between(practice, first.id, second.id).goals] == [Change.SAME]


@pytest.mark.usefixtures("context")
def test_only_the_patients_own_wishes_are_served(practice: Practice, clock: FrozenClock) -> None:
    suggested = suggested_wish(practice, clock.now())
    draft_id = drafted_contract(practice)
    with pytest.raises(RefusedError) as refused, transaction():
        services.add_goal(practice.therapist, draft_id, replace(GOAL, wish_id=suggested))
    assert refused.value.field == "wish"
    with pytest.raises(NotFoundError), transaction():
        services.add_goal(practice.therapist, draft_id, replace(GOAL, wish_id=new_id()))


def test_a_wish_put_aside_is_served_on_but_chosen_no_more(
    practice: Practice, sailing: UUID, clock: FrozenClock
) -> None:
    draft = read(practice, drafted_contract(practice, goals=[replace(GOAL, wish_id=sailing), GOAL]))
    put_aside(practice, sailing, clock)
    serving, other = draft.goals
    with transaction():
        services.change_goal(practice.therapist, serving.id, replace(serving.words, text="Another evening"))
    with pytest.raises(RefusedError), transaction():
        services.change_goal(practice.therapist, other.id, replace(other.words, wish_id=sailing))
    assert [goal.words.wish_id for goal in read(practice, draft.id).goals] == [sailing, None]


def test_a_page_that_is_old_does_not_write_over_the_wish_chosen_meanwhile(practice: Practice, sailing: UUID) -> None:
    (goal,) = read(practice, drafted_contract(practice)).goals
    seen = fingerprint(goal)
    with transaction():
        services.change_goal(practice.therapist, goal.id, replace(goal.words, wish_id=sailing), seen)
    with pytest.raises(RefusedError), transaction():
        services.change_goal(practice.therapist, goal.id, replace(goal.words, text="Other words"), seen)
    with transaction():  # what stands already is as if done
        services.change_goal(practice.therapist, goal.id, replace(goal.words, wish_id=sailing), seen)


def test_a_new_goal_sent_twice_with_another_wish_is_refused(practice: Practice, sailing: UUID) -> None:
    draft_id, page = drafted_contract(practice, goals=[]), new_id()
    for _ in range(2):
        with transaction():
            services.add_goal(practice.therapist, draft_id, replace(GOAL, wish_id=sailing), page)
    with pytest.raises(SentBeforeError), transaction():
        services.add_goal(practice.therapist, draft_id, GOAL, page)
    assert [goal.words.wish_id for goal in read(practice, draft_id).goals] == [sailing]


def test_a_goal_that_serves_a_wish_can_be_taken_out_and_its_draft_thrown_away(
    practice: Practice, sailing: UUID, clock: FrozenClock
) -> None:
    serving = replace(GOAL, wish_id=sailing)
    draft = read(practice, drafted_contract(practice, goals=[serving, serving]))
    with transaction():
        services.remove_goal(practice.therapist, draft.goals[0].id)
    with transaction():
        services.discard_draft(practice.therapist, draft.id, clock.now())
    assert db.session.scalar(sa.select(sa.func.count()).select_from(GoalWish)) == 0


def test_a_goal_that_ended_is_left_out_of_the_next_draft_with_its_wish(practice: Practice, sailing: UUID) -> None:
    ended = replace(GOAL, wish_id=sailing, outcome=GoalOutcome.ATTAINED)
    agreed_contract(practice, goals=[GOAL, ended])
    assert [goal.words.wish_id for goal in begun(practice, Role.PATIENT).goals] == [None]


def test_what_is_proposed_serves_what_it_served(practice: Practice, sailing: UUID, clock: FrozenClock) -> None:
    other = kept_wish(practice, clock.now(), "Cook for friends")
    proposed = proposed_contract(practice, goals=[replace(GOAL, wish_id=sailing), GOAL])
    whose = {"version_id": proposed.id, "patient_id": practice.patient.id, "wish_id": other}
    for statement in (
        sa.update(GoalWish).values(wish_id=other),
        sa.delete(GoalWish),
        sa.insert(GoalWish).values(goal_id=proposed.version.goals[1].id, **whose),
    ):
        with pytest.raises(IntegrityError), transaction():
            db.session.execute(statement)


@pytest.mark.usefixtures("context")
def test_no_goal_serves_a_wish_of_another_patient(practice: Practice, sailing: UUID) -> None:
    goal = read(practice, drafted_contract(practice)).goals[0]
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(
            sa.insert(GoalWish).values(
                goal_id=goal.id, version_id=new_id(), patient_id=practice.patient.id, wish_id=sailing
            )
        )


# On the pages of both.


@pytest.mark.parametrize("side", [Role.PATIENT, Role.THERAPIST])
def test_either_side_chooses_it_on_the_goals_page(
    side: Role, app: Flask, as_patient: Browser, as_therapist: Browser, practice: Practice, clock: FrozenClock
) -> None:
    with app.app_context():
        sailing = kept_wish(practice, clock.now())
        suggested_wish(practice, clock.now(), "A swim before work")
        draft = begun(practice, side)
    is_patient = side is Role.PATIENT
    browser = as_patient if is_patient else as_therapist
    path = f"/agreement/{draft.id}" if is_patient else f"/patients/{practice.patient.id}/contract/{draft.id}"
    page = browser.get(f"{path}/goals")
    assert "Learn to sail" in page.text
    assert "A swim before work" not in page.text
    browser.submit(page, {"what": "Out on the water", "wish": str(sailing)})
    with app.app_context():
        (goal,) = version(practice.patient if is_patient else practice.therapist, practice.patient.id, draft.id).goals
    assert goal.words == GoalWords(text="Out on the water", wish_id=sailing)
    page = browser.get(f"{path}/goals/{goal.id}")
    assert page.value("wish") == str(sailing)
    assert "Learn to sail" in browser.get(f"{path}/propose").text


def test_beginning_from_a_wish_fills_it_in(
    app: Flask, as_patient: Browser, practice: Practice, clock: FrozenClock
) -> None:
    with app.app_context():
        sailing = kept_wish(practice, clock.now())
        draft = begun(practice, Role.PATIENT)
    task = as_patient.get(f"/agreement/{draft.id}/tasks?wish={sailing}")
    assert f"/agreement/{draft.id}/goals?wish={sailing}" in task.html
    page = as_patient.get(f"/agreement/{draft.id}/goals?wish={sailing}")
    assert (page.value("what"), page.value("wish")) == ("Learn to sail", str(sailing))


def test_both_read_it_on_what_is_agreed(
    app: Flask, as_patient: Browser, as_therapist: Browser, practice: Practice, clock: FrozenClock
) -> None:
    with app.app_context():
        agreed_contract(practice, goals=[replace(GOAL, wish_id=kept_wish(practice, clock.now()))])
    for page in (as_patient.get("/agreement"), as_therapist.get(f"/patients/{practice.patient.id}/contract")):
        assert "Learn to sail" in page.text


@pytest.mark.parametrize("wish", ["nonsense", str(UUID(int=7))])
def test_another_wish_is_no_choice(wish: str, app: Flask, as_patient: Browser, practice: Practice) -> None:
    with app.app_context():
        draft = begun(practice, Role.PATIENT)
    page = as_patient.get(f"/agreement/{draft.id}/goals")
    page = as_patient.submit(page, {"what": "Out on the water", "wish": wish}, expect=422)
    assert "Not a valid choice" in page.text
    assert page.value("what") == "Out on the water"
