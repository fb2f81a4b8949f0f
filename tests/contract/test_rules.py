"""What may be agreed, and how a version moves."""

import re
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path
from uuid import UUID

import pytest

from companion.contract.rules import (
    Changes,
    Content,
    Days,
    Decision,
    Feels,
    Frame,
    GoalLine,
    GoalOutcome,
    GoalWords,
    Idea,
    Lack,
    Move,
    Obstacle,
    Said,
    Silence,
    Standing,
    State,
    TaskKind,
    TaskLine,
    TaskSaid,
    TaskWords,
    VersionKind,
    after,
    as_begun,
    changes,
    content_hash,
    is_overdue,
    lacks,
    may,
    move_of,
    not_before,
    obstacles,
    patient_lacks,
    silence,
    standing,
)
from companion.contract.rules.moves import TABLE, Row, in_words

TODAY = date(2025, 3, 5)
GOAL, TASK, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)
CONTENT = Content(
    patient_id=UUID(int=9),
    number=1,
    kind=VersionKind.WORKING,
    frame=Frame(
        promise="An hour a week", limits="Not live", cost_of_staying_still="A year", review_on=date(2025, 6, 2)
    ),
    goals=(GoalLine(GOAL, GoalWords(text="Evenings", observable_sign="Out", how_it_is_now="In", enough="Two")),),
    tasks=(TaskLine(TASK, GOAL, TaskWords(text="Go out", kind=TaskKind.WEEKLY, target=3)),),
    costs=("Guilt", "A dull evening"),
)
AGREE = Said(
    decision=Decision.AGREE,
    feels=Feels.MINE,
    hardest_cost_words="Guilt",
    tasks={TASK: TaskSaid("To see", Idea.OURS)},
)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.before}-{row.move}")
def test_each_move_of_the_table_is_made(row: Row) -> None:
    assert may(row.before, row.move)
    assert after(row.before, row.move) is row.after


@pytest.mark.parametrize(("state", "move"), sorted({*product(State, Move)} - {(r.before, r.move) for r in TABLE}))
def test_no_other_move_can_be_made(state: State, move: Move) -> None:
    assert not may(state, move)
    with pytest.raises(ValueError, match="can't"):
        after(state, move)


def test_a_draft_can_only_be_proposed() -> None:
    assert [move for move in Move if may(State.DRAFT, move)] == [Move.PROPOSE]


@pytest.mark.parametrize("last", [State.AGREED, State.WITHDRAWN])
def test_what_is_agreed_or_withdrawn_moves_no_more(last: State) -> None:
    assert not any(may(last, move) for move in Move)


def test_the_database_allows_the_same_moves() -> None:
    """The trigger of migration 0010 names them; a draft's fate aside, which nobody has signed or answered."""
    text = Path("migrations/versions/0010_negotiation.py").read_text()
    named = set(re.findall(r'"(\w+>\w+)"', text))
    assert named == {f"{row.before}>{row.after}" for row in TABLE}


def test_the_documentation_shows_the_table() -> None:
    assert in_words() in Path("docs/domain.md").read_text()


def test_not_now_is_not_never() -> None:
    assert move_of(State.PROPOSED, Decision.NOT_NOW, binds=False, is_signed=True) is Move.DECLINE
    assert move_of(State.DECLINED, Decision.AGREE, binds=True, is_signed=True) is Move.AGREE


def test_an_answer_that_does_not_bind_leaves_a_proposal_waiting() -> None:
    assert move_of(State.PROPOSED, Decision.AGREE, binds=False, is_signed=True) is None
    assert move_of(State.PROPOSED, Decision.WOULD_CHANGE, binds=False, is_signed=True) is None
    assert move_of(State.DECLINED, Decision.WOULD_CHANGE, binds=False, is_signed=True) is Move.RECONSIDER


def test_what_the_therapist_has_not_signed_is_not_agreed_by_an_answer() -> None:
    assert move_of(State.PROPOSED, Decision.AGREE, binds=True, is_signed=False) is None


@pytest.mark.parametrize("now", [State.PROPOSED, State.DECLINED])
@pytest.mark.parametrize("decision", Decision)
@pytest.mark.parametrize("binds", [True, False])
@pytest.mark.parametrize("is_signed", [True, False])
def test_an_answer_moves_only_where_a_version_may_go(
    now: State, decision: Decision, *, binds: bool, is_signed: bool
) -> None:
    move = move_of(now, decision, binds=binds, is_signed=is_signed)
    assert move is None or may(now, move)


def test_an_agreed_version_is_in_force_until_another_follows() -> None:
    assert standing(State.AGREED, None) is Standing.IN_FORCE
    assert standing(State.AGREED, TODAY) is Standing.SUPERSEDED
    assert standing(State.AGREED, TODAY, is_followed=False) is Standing.ENDED
    assert standing(State.PROPOSED, None) is Standing.WAITS
    assert standing(State.WITHDRAWN, None) is Standing.WITHDRAWN


@pytest.mark.parametrize(
    "other",
    [
        replace(CONTENT, patient_id=UUID(int=8)),
        replace(CONTENT, number=2),
        replace(CONTENT, kind=VersionKind.CLOSING),
        replace(CONTENT, frame=replace(CONTENT.frame, promise="An hour a week.")),
        replace(CONTENT, frame=replace(CONTENT.frame, limits="")),
        replace(CONTENT, frame=replace(CONTENT.frame, cost_of_staying_still="")),
        replace(CONTENT, frame=replace(CONTENT.frame, review_on=None)),
        replace(CONTENT, goals=(GoalLine(OTHER, CONTENT.goals[0].words),)),
        replace(CONTENT, goals=(GoalLine(GOAL, replace(CONTENT.goals[0].words, enough="One")),)),
        replace(CONTENT, tasks=(replace(CONTENT.tasks[0], goal_lineage_id=None),)),
        replace(CONTENT, tasks=(replace(CONTENT.tasks[0], lineage_id=OTHER),)),
        replace(CONTENT, tasks=(replace(CONTENT.tasks[0], words=replace(CONTENT.tasks[0].words, target=2)),)),
        replace(CONTENT, tasks=(replace(CONTENT.tasks[0], words=replace(CONTENT.tasks[0].words, telling=True)),)),
        replace(CONTENT, costs=("A dull evening", "Guilt")),
        replace(CONTENT, costs=("GuiltA dull evening",)),
    ],
)
def test_any_difference_in_content_is_another_hash(other: Content) -> None:
    assert content_hash(other) != content_hash(CONTENT)


def test_the_hash_of_a_content_stays_what_it_was() -> None:
    """Hashes are kept for years: a change of the canonical form would make every agreement read as stale."""
    assert content_hash(CONTENT).hex() == "c99c0c9162c7785499d7cfe6a8b583bbf9a51af63372e0343ebbcea7dc173a86"


def test_an_agreement_that_says_everything_binds() -> None:
    assert obstacles(AGREE, {TASK: GOAL}) == ()


@pytest.mark.parametrize(
    ("said", "goal_of_task", "found"),
    [
        (replace(AGREE, feels=None), {TASK: GOAL}, Obstacle.FEELING_UNSAID),
        (replace(AGREE, hardest_cost_words=""), {TASK: GOAL}, Obstacle.NO_HARDEST_COST),
        (AGREE, {TASK: None}, Obstacle.TASK_WITHOUT_GOAL),
        (AGREE, {TASK: GOAL, OTHER: None}, Obstacle.TASK_WITHOUT_GOAL),
        (replace(AGREE, tasks={TASK: TaskSaid("", Idea.MINE)}), {TASK: GOAL}, Obstacle.TASK_WITHOUT_REASON),
        (AGREE, {TASK: GOAL, OTHER: GOAL}, Obstacle.TASK_WITHOUT_REASON),
        (replace(AGREE, tasks={TASK: TaskSaid("To see", None)}), {TASK: GOAL}, Obstacle.TASK_WITHOUT_IDEA),
    ],
)
def test_what_keeps_an_answer_from_binding(said: Said, goal_of_task: dict[UUID, UUID | None], found: Obstacle) -> None:
    assert found in obstacles(said, goal_of_task)


def test_whoever_was_told_is_not_asked_for_the_rest() -> None:
    told = Said(decision=Decision.AGREE, feels=Feels.TOLD)
    assert obstacles(told, {TASK: None}) == (Obstacle.TOLD,)
    assert obstacles(replace(AGREE, feels=Feels.TOLD), {TASK: GOAL}) == (Obstacle.TOLD,)


def test_what_a_draft_lacks() -> None:
    assert lacks(CONTENT, TODAY) == ()
    empty = replace(CONTENT, frame=Frame(review_on=date(2025, 3, 4)), goals=(), tasks=(), costs=())
    assert lacks(empty, TODAY) == (Lack.PROMISE, Lack.GOAL, Lack.TASK, Lack.COST, Lack.REVIEW_AHEAD)


def test_a_draft_whose_goals_have_all_ended_lacks_one() -> None:
    ended = replace(CONTENT, goals=(ending(CONTENT.goals[0]),))
    assert lacks(ended, TODAY) == (Lack.GOAL, Lack.TASK_OF_ENDED_GOAL)


def test_a_closing_version_needs_only_what_the_patient_keeps() -> None:
    closing = replace(CONTENT, kind=VersionKind.CLOSING, frame=Frame(), goals=(), tasks=(), costs=())
    assert lacks(closing, TODAY) == (Lack.EARLY_SIGNS, Lack.WHAT_HELPED, Lack.FIRST_STEPS, Lack.COME_BACK)
    whole = Frame(early_signs="Excuses", what_helped="Going", first_steps="Ring", come_back="A month of it")
    assert lacks(replace(closing, frame=whole), TODAY) == ()


def test_a_patients_draft_needs_only_something_that_it_asks_for() -> None:
    same = replace(CONTENT, number=2)
    assert patient_lacks(same, CONTENT, "", TODAY) == (Lack.CHANGE,)
    assert patient_lacks(same, CONTENT, "The second one doesn't convince me.", TODAY) == ()
    assert patient_lacks(replace(same, costs=("Guilt",)), CONTENT, "", TODAY) == ()
    later = replace(CONTENT.frame, review_on=date(2025, 3, 4))
    begun_anew = replace(same, frame=replace(later, review_on=None), goals=())
    over = replace(CONTENT, frame=later, goals=(ending(CONTENT.goals[0]),))
    ended = as_begun(over, VersionKind.WORKING, TODAY, is_agreed=True)
    assert patient_lacks(begun_anew, ended, "", TODAY) == (Lack.CHANGE,)
    empty = replace(CONTENT, frame=Frame(), goals=(), tasks=(), costs=())
    assert patient_lacks(empty, None, "", TODAY) == (Lack.CHANGE,)
    assert patient_lacks(replace(empty, tasks=CONTENT.tasks), None, "", TODAY) == ()


def test_a_missing_direction_is_named() -> None:
    assert silence(CONTENT, TODAY) is None
    assert silence(None, TODAY) is Silence.NO_VERSION
    assert silence(replace(CONTENT, goals=(ending(CONTENT.goals[0]),)), TODAY) is Silence.NO_GOAL
    assert silence(replace(CONTENT, tasks=()), TODAY) is Silence.NO_TASK
    assert silence(CONTENT, date(2025, 6, 2)) is None
    assert silence(CONTENT, date(2025, 6, 3)) is Silence.REVIEW_GONE_BY
    assert silence(replace(CONTENT, kind=VersionKind.CLOSING, tasks=()), date(2026, 1, 1)) is None


def test_what_was_agreed_before_there_was_more_to_say_keeps_its_hash() -> None:
    assert content_hash(CONTENT).hex() == "c99c0c9162c7785499d7cfe6a8b583bbf9a51af63372e0343ebbcea7dc173a86"
    assert content_hash(replace(CONTENT, goals=(ending(CONTENT.goals[0]),))) != content_hash(CONTENT)
    assert content_hash(replace(CONTENT, frame=replace(CONTENT.frame, come_back="Soon"))) != content_hash(CONTENT)


def test_an_end_that_is_only_proposed_is_copied_into_the_answer() -> None:
    proposed = replace(CONTENT, goals=(ending(CONTENT.goals[0]),))
    assert as_begun(proposed, VersionKind.WORKING, TODAY, is_agreed=False).goals == proposed.goals
    assert as_begun(proposed, VersionKind.WORKING, TODAY, is_agreed=True).goals == ()


def test_what_only_a_closing_version_says_stays_with_it() -> None:
    frame = replace(CONTENT.frame, come_back="When it is all excuses again")
    closing = replace(CONTENT, kind=VersionKind.CLOSING, frame=frame)
    assert as_begun(closing, VersionKind.WORKING, TODAY, is_agreed=True).frame == CONTENT.frame
    begun = as_begun(closing, VersionKind.CLOSING, TODAY, is_agreed=False)
    assert (begun.frame.come_back, begun.frame.review_on, begun.tasks) == (frame.come_back, None, ())


def ending(goal: GoalLine) -> GoalLine:
    return replace(goal, words=replace(goal.words, outcome=GoalOutcome.ATTAINED))


def test_what_a_version_changes() -> None:
    after = replace(
        CONTENT,
        number=2,
        tasks=(
            replace(CONTENT.tasks[0], words=replace(CONTENT.tasks[0].words, target=2)),
            TaskLine(OTHER, GOAL, TaskWords(text="Say it", kind=TaskKind.PRACTICE)),
        ),
    )
    found = changes(CONTENT, after)
    assert found == Changes(frozenset({OTHER}), frozenset({TASK}), ())
    assert changes(after, CONTENT).gone == ("Say it",)
    assert not changes(CONTENT, replace(CONTENT, number=2)).has_any


def test_a_pause_begins_on_its_first_day_and_ends_before_the_day_of_resuming() -> None:
    rested = Days(date(2025, 3, 4), date(2025, 3, 6))
    assert [date(2025, 3, day) in rested for day in (3, 4, 5, 6)] == [False, True, True, False]
    assert date(2030, 1, 1) in Days(date(2025, 3, 4))


def test_days_that_two_have_in_common() -> None:
    march = Days(date(2025, 3, 1), date(2025, 4, 1))
    assert march.within(Days(date(2025, 3, 10))) == Days(date(2025, 3, 10), date(2025, 4, 1))
    assert Days(date(2025, 3, 10)).within(Days(date(2025, 2, 1))) == Days(date(2025, 3, 10))
    assert march.within(Days(date(2025, 4, 1))) is None
    assert Days(TODAY, TODAY).within(march) is None


def test_a_traveller_to_the_west_ends_nothing_before_it_began() -> None:
    assert not_before(date(2025, 3, 4), date(2025, 3, 5)) == date(2025, 3, 5)


def test_a_review_date_has_gone_by_on_the_day_after() -> None:
    assert [is_overdue(day, TODAY) for day in (None, TODAY, date(2025, 3, 4))] == [False, False, True]


def test_a_task_keeps_only_what_its_kind_has() -> None:
    words = TaskWords(text="Go", kind=TaskKind.PRACTICE, target=3, window_from=TODAY, window_until=TODAY, telling=True)
    assert words.of_its_kind() == TaskWords(text="Go", kind=TaskKind.PRACTICE, telling=True)
    weekly = replace(words, kind=TaskKind.WEEKLY).of_its_kind()
    assert (weekly.target, weekly.window_until) == (3, None)
