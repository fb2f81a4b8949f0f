"""How both sides say how a goal stands, and what each of them gets to see."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from companion.accounts.rules import Actor, Role
from companion.contract import services
from companion.contract.models import GoalReview
from companion.contract.queries import followed_goals, has_goals_due
from companion.contract.rules import Frame, GoalWords, Scope, VersionKind
from companion.contract.rules.goals import GoalSaid, Happened, StillTheirs, Turn
from companion.extensions import db
from companion.kernel.clock import FrozenClock
from companion.kernel.errors import NotFoundError, RefusedError, SentBeforeError
from companion.kernel.ids import new_id
from companion.transaction import transaction
from tests.factories.contract import GOAL, Contract, TaskPlan, agreed_contract, drafted_contract, weekly
from tests.factories.goals import answer_of, goal_of, reviewed, seen, seen_by_round
from tests.factories.negotiation import answered, begun, contract_of
from tests.factories.people import Practice, put_in_care
from tests.support.at_once import at_once
from tests.support.statements import statements

pytestmark = pytest.mark.usefixtures("context")

OTHER = GoalWords(text="Saying what I think")
MINE, THEIRS = seen(Happened.NOT_YET, StillTheirs.PARTLY), seen(Happened.ORDINARY, StillTheirs.NO)


@pytest.fixture
def agreed(practice: Practice) -> Contract:
    """Two goals, agreed 30 days ago."""
    return agreed_contract(practice, goals=[GOAL, OTHER])


def say(actor: Actor, agreed: Contract, clock: FrozenClock, said: GoalSaid | None = None, goal: int = 0) -> None:
    reviewed(actor, agreed.version.patient_id, agreed.goal_lineage_ids[goal], clock.now(), said)


def rows() -> list[GoalReview]:
    return list(db.session.scalars(sa.select(GoalReview)))


# Saying it


def test_an_answer_is_kept_with_its_round_and_day(practice: Practice, agreed: Contract, clock: FrozenClock) -> None:
    say(practice.patient, agreed, clock, MINE)
    [row] = rows()
    assert (row.side, row.round_number, row.local_date) == (Role.PATIENT, 1, date(2025, 3, 5))
    assert (row.happened, row.still_theirs) == (Happened.NOT_YET, StillTheirs.PARTLY)


def test_one_page_says_several_goals_or_some_of_them(practice: Practice, agreed: Contract, clock: FrozenClock) -> None:
    said = dict.fromkeys(agreed.goal_lineage_ids, MINE)
    with transaction():
        services.review_goals(practice.patient, practice.patient.id, said, clock.now(), new_id())
    assert len(rows()) == 2
    say(practice.therapist, agreed, clock, goal=1)
    turns = [goal.turn for goal in followed_goals(practice.therapist, practice.patient.id, clock.now())]
    assert turns == [Turn.DUE, Turn.SAID]


def test_too_early_it_is_refused(practice: Practice, agreed: Contract, clock: FrozenClock) -> None:
    clock.move_to(clock.now() - timedelta(days=3))
    with pytest.raises(RefusedError, match="too early"):
        say(practice.patient, agreed, clock)
    assert goal_of(practice.patient, practice.patient.id, agreed.goal_lineage_ids[0], clock.now()).rounds == ()


def test_a_second_answer_in_the_round_is_refused_and_all_of_its_page(
    practice: Practice, agreed: Contract, clock: FrozenClock
) -> None:
    say(practice.patient, agreed, clock, goal=1)
    with pytest.raises(RefusedError, match="another page"), transaction():
        services.review_goals(
            practice.patient, practice.patient.id, dict.fromkeys(agreed.goal_lineage_ids, MINE), clock.now(), new_id()
        )
    assert len(rows()) == 1


def test_the_same_page_sent_twice_is_one_answer(practice: Practice, agreed: Contract, clock: FrozenClock) -> None:
    page, lineage_id = new_id(), agreed.goal_lineage_ids[0]
    for _ in range(2):
        reviewed(practice.patient, practice.patient.id, lineage_id, clock.now(), MINE, page)
    assert len(rows()) == 1
    with pytest.raises(SentBeforeError):
        reviewed(practice.patient, practice.patient.id, lineage_id, clock.now(), THEIRS, page)
    with pytest.raises(NotFoundError):
        reviewed(practice.therapist, practice.patient.id, lineage_id, clock.now(), MINE, page)


def test_nobody_else_says_it_or_reads_it(practice: Practice, agreed: Contract, clock: FrozenClock) -> None:
    say(practice.patient, agreed, clock)
    mine = answer_of(practice.patient, practice.patient.id, agreed.goal_lineage_ids[0], clock.now())
    strangers = (practice.other_patient, practice.other_therapist, practice.former_therapist, practice.admin)

    def refused(stranger: Actor) -> None:
        with pytest.raises(NotFoundError):
            say(stranger, agreed, clock)
        with pytest.raises(NotFoundError), transaction():
            services.correct_review(stranger, practice.patient.id, mine, MINE, clock.now(), new_id())
        with pytest.raises(NotFoundError):
            followed_goals(stranger, practice.patient.id, clock.now())

    for stranger in strangers:
        refused(stranger)
    with pytest.raises(NotFoundError), transaction():
        services.correct_review(practice.therapist, practice.patient.id, mine, MINE, clock.now(), new_id())


def test_only_a_goal_that_both_agreed_to_is_followed(practice: Practice, agreed: Contract, clock: FrozenClock) -> None:
    drafted_contract(practice, goals=[GOAL, OTHER, GoalWords(text="New")])
    found = followed_goals(practice.therapist, practice.patient.id, clock.now())
    assert {goal.lineage_id for goal in found} == set(agreed.goal_lineage_ids)
    with pytest.raises(NotFoundError):
        reviewed(practice.therapist, practice.patient.id, new_id(), clock.now())


# Putting it right


def test_a_correction_counts_and_its_author_still_reads_the_first(
    practice: Practice, agreed: Contract, clock: FrozenClock
) -> None:
    lineage_id, page = agreed.goal_lineage_ids[0], new_id()
    first = reviewed(practice.patient, practice.patient.id, lineage_id, clock.now(), MINE)
    say(practice.therapist, agreed, clock)
    clock.advance(days=1)
    for _ in range(2):
        with transaction():
            services.correct_review(practice.patient, practice.patient.id, first, seen(), clock.now(), page)
    before = {}
    for viewer in (practice.patient, practice.therapist):
        own = goal_of(viewer, practice.patient.id, lineage_id, clock.now()).rounds[0].by[Role.PATIENT]
        assert own.said == seen()
        before[viewer.role] = own.before
    assert before == {Role.PATIENT: (MINE,), Role.THERAPIST: ()}
    assert len(rows()) == 3


def test_what_was_put_right_meanwhile_is_told(practice: Practice, agreed: Contract, clock: FrozenClock) -> None:
    first = reviewed(practice.patient, practice.patient.id, agreed.goal_lineage_ids[0], clock.now(), MINE)
    with transaction():
        services.correct_review(practice.patient, practice.patient.id, first, seen(), clock.now(), new_id())
    with pytest.raises(RefusedError, match="another page"), transaction():
        services.correct_review(practice.patient, practice.patient.id, first, THEIRS, clock.now(), new_id())


def test_after_its_round_an_answer_stays(practice: Practice, agreed: Contract, clock: FrozenClock) -> None:
    first = reviewed(practice.patient, practice.patient.id, agreed.goal_lineage_ids[0], clock.now(), MINE)
    clock.advance(days=26)
    with pytest.raises(RefusedError, match="are over"), transaction():
        services.correct_review(practice.patient, practice.patient.id, first, seen(), clock.now(), new_id())
    say(practice.patient, agreed, clock)
    with pytest.raises(RefusedError, match="are over"), transaction():
        services.correct_review(practice.patient, practice.patient.id, first, seen(), clock.now(), new_id())


# Neither sees the other's before its own


@pytest.mark.parametrize("first", [Role.PATIENT, Role.THERAPIST])
def test_neither_gets_the_others_answer_before_their_own(
    practice: Practice, agreed: Contract, clock: FrozenClock, first: Role
) -> None:
    one, other = (
        (practice.patient, practice.therapist) if first is Role.PATIENT else (practice.therapist, practice.patient)
    )
    lineage_id = agreed.goal_lineage_ids[0]
    say(one, agreed, clock, MINE)
    assert seen_by_round(one, practice.patient.id, lineage_id, clock.now()) == [(1, {one.role: MINE})]
    assert seen_by_round(other, practice.patient.id, lineage_id, clock.now()) == [(1, {})]
    say(other, agreed, clock, THEIRS)
    for viewer in (one, other):
        both = seen_by_round(viewer, practice.patient.id, lineage_id, clock.now())
        assert both == [(1, {one.role: MINE, other.role: THEIRS})]


def test_an_answer_of_another_goal_opens_nothing(practice: Practice, agreed: Contract, clock: FrozenClock) -> None:
    say(practice.therapist, agreed, clock, THEIRS)
    say(practice.patient, agreed, clock, MINE, goal=1)
    assert seen_by_round(practice.patient, practice.patient.id, agreed.goal_lineage_ids[0], clock.now()) == [(1, {})]


def test_once_the_round_is_over_both_see_what_was_said(
    practice: Practice, agreed: Contract, clock: FrozenClock
) -> None:
    say(practice.therapist, agreed, clock, THEIRS)
    clock.advance(days=25)
    assert seen_by_round(practice.patient, practice.patient.id, agreed.goal_lineage_ids[0], clock.now()) == [(1, {})]
    clock.advance(days=1)
    found = seen_by_round(practice.patient, practice.patient.id, agreed.goal_lineage_ids[0], clock.now())
    assert found == [(1, {Role.THERAPIST: THEIRS}), (2, {})]


def test_a_colleague_sees_their_sides_answer_and_does_not_put_it_right(
    practice: Practice, agreed: Contract, clock: FrozenClock
) -> None:
    put_in_care(practice.patient.id, practice.other_therapist.id)
    first = reviewed(practice.therapist, practice.patient.id, agreed.goal_lineage_ids[0], clock.now(), THEIRS)
    found = seen_by_round(practice.other_therapist, practice.patient.id, agreed.goal_lineage_ids[0], clock.now())
    assert found == [(1, {Role.THERAPIST: THEIRS})]
    with pytest.raises(NotFoundError), transaction():
        services.correct_review(practice.other_therapist, practice.patient.id, first, MINE, clock.now(), new_id())


# When it is asked


def test_it_is_asked_once_four_weeks_and_not_while_it_rests(
    practice: Practice, agreed: Contract, clock: FrozenClock
) -> None:
    def due() -> list[bool]:
        return [
            has_goals_due(each, practice.patient.id, clock.now()) for each in (practice.patient, practice.therapist)
        ]

    assert due() == [True, True]
    for goal in (0, 1):
        say(practice.patient, agreed, clock, goal=goal)
    assert due() == [False, True]
    clock.advance(days=27)
    assert due() == [False, True]
    clock.advance(days=1)
    assert due() == [True, True]
    with transaction():
        pause_id = services.pause(practice.patient, Scope.EVERYTHING, None, clock.now())
    assert due() == [False, False]
    with transaction():
        services.resume(practice.patient, pause_id, clock.now())
        services.pause(practice.patient, Scope.GOAL, agreed.goal_lineage_ids[0], clock.now())
    turns = [goal.turn for goal in followed_goals(practice.patient, practice.patient.id, clock.now())]
    assert turns == [Turn.OPEN, Turn.DUE]


# Across versions


def test_a_goal_is_one_across_versions_with_its_latest_words(practice: Practice, clock: FrozenClock) -> None:
    first = agreed_contract(practice)
    lineage_id = first.goal_lineage_ids[0]
    keep = weekly(lineage_id=first.lineage_ids[0])
    reviewed(practice.patient, practice.patient.id, lineage_id, clock.now(), MINE)
    agreed_contract(practice, [keep], at=clock.now())
    renamed = GoalWords(text="Two evenings a month")
    agreed_contract(practice, [keep], at=clock.now() + timedelta(days=3), goals=[renamed])
    clock.advance(days=30)
    goal = goal_of(practice.patient, practice.patient.id, lineage_id, clock.now())
    assert (goal.words, goal.first.number, goal.last.number) == (renamed, 1, 3)
    assert [each.words for each in goal.earlier_words] == [GOAL]
    assert [each.number for each in goal.rounds] == [1, 2]
    assert goal.asked_on == date(2025, 4, 2)


def test_a_goal_that_is_gone_stands_below_and_is_asked_no_more(practice: Practice, clock: FrozenClock) -> None:
    first = agreed_contract(practice, [TaskPlan(weekly().words, goal=0)], goals=[GOAL, OTHER])
    kept, gone = first.goal_lineage_ids
    reviewed(practice.therapist, practice.patient.id, gone, clock.now(), THEIRS)
    keep = weekly(lineage_id=first.lineage_ids[0])
    agreed_contract(practice, [keep], goals=[GOAL], at=clock.now())
    found = followed_goals(practice.patient, practice.patient.id, clock.now())
    assert [(goal.lineage_id, goal.is_in_force, goal.last.number) for goal in found] == [
        (kept, True, 2),
        (gone, False, 1),
    ]
    assert seen_by_round(practice.patient, practice.patient.id, gone, clock.now()) == [(1, {Role.THERAPIST: THEIRS})]
    clock.advance(days=300)
    assert len(goal_of(practice.patient, practice.patient.id, gone, clock.now()).rounds) == 1
    with pytest.raises(RefusedError, match="changed meanwhile"):
        reviewed(practice.patient, practice.patient.id, gone, clock.now())


def test_reading_asks_the_same_of_the_database_whatever_there_is(
    practice: Practice, agreed: Contract, clock: FrozenClock
) -> None:
    with statements() as few:
        followed_goals(practice.patient, practice.patient.id, clock.now())
    for _ in range(4):
        for side in (practice.patient, practice.therapist):
            say(side, agreed, clock)
        clock.advance(days=28)
    with statements() as many:
        followed_goals(practice.patient, practice.patient.id, clock.now())
    assert len(few) == len(many) <= 6


# At once


def together(app: Flask, *acts: Callable[[], None]) -> list[RefusedError | None]:
    """Do all of it at the same moment, each over a connection of its own; what was refused of it."""
    db.session.rollback()  # or what is read afterwards is as it was before

    def do(act: Callable[[], None]) -> RefusedError | None:
        with app.app_context():
            try:
                with transaction():
                    act()
            except RefusedError as refused:
                return refused
            finally:
                db.session.remove()
        return None

    return at_once([partial(do, act) for act in acts])


def saying(
    actor: Actor, patient: Actor, lineage_id: UUID, said: GoalSaid, clock: FrozenClock, page: UUID
) -> Callable[[], None]:
    return partial(services.review_goals, actor, patient.id, {lineage_id: said}, clock.now(), page)


def test_both_say_it_at_the_same_moment(app: Flask, practice: Practice, agreed: Contract, clock: FrozenClock) -> None:
    me, lineage_id = practice.patient, agreed.goal_lineage_ids[0]
    refused = together(
        app,
        saying(me, me, lineage_id, MINE, clock, new_id()),
        saying(practice.therapist, me, lineage_id, THEIRS, clock, new_id()),
    )
    assert refused == [None, None]
    for viewer in (me, practice.therapist):
        both = seen_by_round(viewer, me.id, lineage_id, clock.now())
        assert both == [(1, {Role.PATIENT: MINE, Role.THERAPIST: THEIRS})]


def test_of_two_tabs_at_once_one_says_it(app: Flask, practice: Practice, agreed: Contract, clock: FrozenClock) -> None:
    me, lineage_id = practice.patient, agreed.goal_lineage_ids[0]
    refused = together(app, *(saying(me, me, lineage_id, MINE, clock, new_id()) for _ in range(3)))
    assert refused.count(None) == len(rows()) == 1


def test_a_page_sent_twice_at_once_is_one_answer(
    app: Flask, practice: Practice, agreed: Contract, clock: FrozenClock
) -> None:
    me, page = practice.patient, new_id()
    act = saying(me, me, agreed.goal_lineage_ids[0], MINE, clock, page)
    assert together(app, act, act, act) == [None, None, None]
    assert len(rows()) == 1


# What the table holds


@pytest.fixture
def kept(practice: Practice, agreed: Contract, clock: FrozenClock) -> dict[str, Any]:
    """An answer of the patient's, as the table has it."""
    say(practice.patient, agreed, clock, MINE)
    [row] = rows()
    return {column.key: getattr(row, column.key) for column in sa.inspect(GoalReview).columns}


def insert(kept: dict[str, Any], **changes: object) -> None:
    with transaction():
        db.session.execute(sa.insert(GoalReview).values(**kept | {"id": new_id()} | changes))


def refuses(kept: dict[str, Any], **changes: object) -> None:
    with pytest.raises(IntegrityError):
        insert(kept, **changes)


def test_the_table_keeps_what_was_said(kept: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(sa.update(GoalReview).values(happened=Happened.ORDINARY))


def test_the_table_refuses_what_nobody_could_have_said(practice: Practice, kept: dict[str, Any]) -> None:
    refuses(kept)
    refuses(kept, side=Role.THERAPIST)
    refuses(kept, round_number=2, side=Role.ADMIN, author_id=practice.admin.id)
    refuses(kept, round_number=2, author_id=practice.therapist.id)
    refuses(kept, round_number=0)
    refuses(kept, round_number=2, goal_lineage_id=new_id())
    refuses(kept, round_number=2, version_id=drafted_contract(practice, goals=[GOAL, OTHER]))
    refuses(kept, round_number=2, patient_id=practice.other_patient.id, author_id=practice.other_patient.id)
    insert(kept, round_number=2)


def test_an_answer_is_replaced_once_and_by_its_author(
    practice: Practice, agreed: Contract, kept: dict[str, Any], clock: FrozenClock
) -> None:
    theirs = reviewed(practice.therapist, practice.patient.id, agreed.goal_lineage_ids[0], clock.now(), MINE)
    refuses(kept, replaces_id=theirs)
    refuses(kept, replaces_id=new_id())
    refuses(kept, replaces_id=kept["id"], round_number=2)
    insert(kept, replaces_id=kept["id"])
    refuses(kept, replaces_id=kept["id"])


# The closing version


def closed(practice: Practice, clock: FrozenClock) -> None:
    """Both agree to the last version, which the patient keeps."""
    draft = begun(practice, Role.THERAPIST, at=clock.now(), kind=VersionKind.CLOSING)
    words = Frame(early_signs="Excuses", what_helped="Going", first_steps="Ring", come_back="After a month of it")
    with transaction():
        services.set_frame(practice.therapist, draft.id, words, clock.now())
        services.propose(practice.therapist, draft.id, clock.now())
    answered(practice, contract_of(practice, draft.id), at=clock.now())


def test_a_goal_of_the_closing_version_is_asked_for_no_more(
    practice: Practice, agreed: Contract, clock: FrozenClock
) -> None:
    say(practice.patient, agreed, clock, MINE)
    closed(practice, clock)
    for weeks in (0, 4, 8):
        at = clock.now() + timedelta(weeks=weeks)
        for actor in (practice.patient, practice.therapist):
            goals = followed_goals(actor, practice.patient.id, at)
            assert [(goal.is_in_force, goal.turn, goal.open_round) for goal in goals] == [(False, None, None)] * 2
            assert not has_goals_due(actor, practice.patient.id, at)
    first = goal_of(practice.therapist, practice.patient.id, agreed.goal_lineage_ids[0], clock.now())
    assert first.last.until_day == first.last.from_day == date(2025, 3, 5)
    assert first.rounds[0].by[Role.PATIENT].said == MINE, "no answer is to come any more, so none is kept back"
    with pytest.raises(RefusedError, match="changed meanwhile"):
        say(practice.therapist, agreed, clock)


def test_a_goal_taken_up_after_the_closing_version_is_followed_on(
    practice: Practice, agreed: Contract, clock: FrozenClock
) -> None:
    closed(practice, clock)
    clock.move_to(clock.now() + timedelta(weeks=6))
    agreed_contract(practice, at=clock.now(), goals=[GOAL, OTHER])
    found = goal_of(practice.patient, practice.patient.id, agreed.goal_lineage_ids[0], clock.now())
    assert (found.turn, found.first.from_day) == (Turn.DUE, date(2025, 2, 3))
