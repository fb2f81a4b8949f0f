"""The brief: worked cases of adherence through stored rows, and nothing private on it."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from companion.checkins.rules import Visibility
from companion.checkins.services import Detail
from companion.contract import services as contract
from companion.contract.rules import Decision, Feels, Idea
from companion.experiments import services as experiments
from companion.experiments.rules import Reaction, Telling, Verdict, Word
from companion.kernel.clock import FrozenClock
from companion.kernel.errors import NotFoundError
from companion.kernel.ids import new_id
from companion.review.queries.brief import Brief, brief_of
from companion.review.queries.learned import learned_of
from companion.review.rules import Beside
from companion.transaction import transaction
from tests.factories.checkins import make_check_in, make_re_rating
from tests.factories.contract import (
    TaskPlan,
    agreed_contract,
    agreeing,
    let_rest,
    one_off,
    proposed_contract,
    weekly,
)
from tests.factories.people import Practice
from tests.factories.stories import happened
from tests.support.statements import statements

pytestmark = pytest.mark.usefixtures("context")

SECRET = "XYZZY"


def february(day: int, hour: int = 18) -> datetime:
    """A day of February 2025, from Monday the 3rd on the contract is in force; 32 is 4 March."""
    return datetime(2025, 2, 1, hour, tzinfo=UTC) + timedelta(days=day - 1)


def read(practice: Practice, clock: FrozenClock) -> Brief:
    return brief_of(practice.therapist, practice.patient.id, clock.now())


def test_a_closed_week_with_a_silence_is_a_range(practice: Practice, clock: FrozenClock) -> None:
    [task] = agreed_contract(practice, [weekly(3)]).task_ids
    happened(practice.patient, task, february(4))
    happened(practice.patient, task, february(5), Word.STOPPED_MIDWAY)
    clock.move_to(february(13, 0))
    [line] = read(practice, clock).counts.tasks
    assert line.tallies.lately == line.tallies.whole
    did, tried = line.tallies.whole.did, line.tallies.whole.tried
    assert did
    assert tried
    assert (did.percents, tried.percents) == ((33, 67), (67, 100))


def test_that_is_all_this_week_makes_it_one_figure(practice: Practice, clock: FrozenClock) -> None:
    agreed = agreed_contract(practice, [weekly(3)])
    happened(practice.patient, agreed.task_ids[0], february(4))
    happened(practice.patient, agreed.task_ids[0], february(5), Word.STOPPED_MIDWAY)
    with transaction():
        experiments.close_week(practice.patient, agreed.lineage_ids[0], date(2025, 2, 3), february(6))
    clock.move_to(february(13, 0))
    tally = read(practice, clock).counts.together.whole
    assert tally.did
    assert tally.tried
    assert (tally.did.percents, tally.tried.percents) == ((33, 33), (67, 67))


def test_an_open_week_reads_so_far_and_enters_no_period(practice: Practice, clock: FrozenClock) -> None:
    [task] = agreed_contract(practice, [weekly(3)]).task_ids
    happened(practice.patient, task, february(4))
    clock.move_to(february(11))
    [line] = read(practice, clock).counts.tasks
    assert line.tallies.whole.n == 0
    assert [(week.tally.done, week.tally.n) for week in line.open_weeks] == [(1, 3), (0, 3)]
    clock.move_to(february(13, 0))
    [line] = read(practice, clock).counts.tasks
    assert (line.tallies.whole.done, line.tallies.whole.n) == (1, 3)
    assert len(line.open_weeks) == 1


def test_lately_leaves_out_what_the_whole_therapy_keeps(practice: Practice, clock: FrozenClock) -> None:
    [task] = agreed_contract(practice, [weekly(1)]).task_ids
    happened(practice.patient, task, february(4))
    clock.move_to(february(4 + 7 * 6))
    counts = read(practice, clock).counts
    assert counts.lately_from == date(2025, 2, 10)
    assert (counts.together.lately.done, counts.together.lately.n) == (0, 4)
    assert (counts.together.whole.done, counts.together.whole.n) == (1, 5)


def test_tasks_of_earlier_versions_are_kept_apart(practice: Practice, clock: FrozenClock) -> None:
    [task] = agreed_contract(practice, [one_off(date(2025, 2, 9))]).task_ids
    happened(practice.patient, task, february(8), telling=Telling.COVER)
    agreed_contract(practice, [weekly(1)], at=february(10, 8))
    clock.move_to(february(21, 0))
    counts = read(practice, clock).counts
    assert (counts.earlier.whole.done, counts.earlier.whole.n) == (1, 1)
    assert (counts.together.whole.done, counts.together.whole.n) == (1, 2)
    assert len(counts.tasks) == 1


def test_telling_is_counted_and_has_a_ratio_only_while_it_is_a_task(practice: Practice, clock: FrozenClock) -> None:
    [task] = agreed_contract(practice, [weekly(7)]).task_ids
    happened(practice.patient, task, february(4), telling=Telling.TOLD)
    happened(practice.patient, task, february(5), telling=Telling.COVER)
    clock.move_to(february(20))
    told = read(practice, clock).counts.told_whole
    assert (told.counts.told, told.counts.cover, told.out_of, told.percent) == (1, 1, 0, None)
    clock.move_to(february(10))
    second = agreed_contract(practice, [one_off(date(2025, 2, 20), telling=True)], at=february(10, 8))
    happened(practice.patient, second.task_ids[0], february(11), telling=Telling.TOLD)
    clock.move_to(february(20))
    told = read(practice, clock).counts.told_whole
    assert (told.counts.told, told.told, told.out_of, told.percent) == (2, 1, 1, None)


def test_ownership_is_the_latest_answer_on_the_version_in_force(practice: Practice, clock: FrozenClock) -> None:
    agreed_contract(practice, [weekly(3)], feels=Feels.WORKED_OUT_TOGETHER)
    proposed = proposed_contract(practice, [weekly(2)], at=february(10))
    answer = agreeing(proposed, feels=Feels.TOLD, decision=Decision.AGREE)
    with transaction():
        contract.answer(practice.patient, proposed.id, proposed.content_hash, answer, february(11))
    clock.move_to(february(12))
    agreed = read(practice, clock).agreed
    assert agreed.version
    assert (agreed.version.number, agreed.version.feels) == (1, Feels.WORKED_OUT_TOGETHER)
    assert agreed.proposal
    assert (agreed.proposal.number, agreed.proposal.feels) == (2, Feels.TOLD)
    assert [task.idea for task in agreed.tasks] == [Idea.OURS]


def test_a_proposal_that_was_put_off_no_longer_waits(practice: Practice, clock: FrozenClock) -> None:
    proposed = proposed_contract(practice)
    assert read(practice, clock).agreed.proposal
    with transaction():
        answer = agreeing(proposed, decision=Decision.NOT_NOW)
        contract.answer(practice.patient, proposed.id, proposed.content_hash, answer, clock.now())
    assert read(practice, clock).agreed.proposal is None


def test_a_flag_stays_on_it_when_the_version_was_then_put_off(practice: Practice, clock: FrozenClock) -> None:
    agreed_contract(practice, [weekly(3)])
    proposed = proposed_contract(practice, [weekly(7)], at=february(10))
    with transaction():
        contract.flag_version(practice.patient, proposed.id, "Every day, sir.", february(11))
        answer = agreeing(proposed, decision=Decision.NOT_NOW)
        contract.answer(practice.patient, proposed.id, proposed.content_hash, answer, february(12))
    clock.move_to(february(13))
    found = read(practice, clock).agreed
    assert found.proposal is None
    assert [(flag.version, flag.task, flag.words, flag.is_open) for flag in found.flags] == [
        (2, "", "Every day, sir.", True)
    ]


def test_an_order_flag_stands_on_it_until_it_is_lifted(practice: Practice, clock: FrozenClock) -> None:
    agreed = agreed_contract(practice, [weekly(3, "Tennis")])
    with transaction():
        contract.flag_task(practice.patient, agreed.task_ids[0], "Because you say so", february(6))
    clock.move_to(february(7))
    found = read(practice, clock).agreed
    assert [(flag.task, flag.words, flag.is_open) for flag in found.flags] == [("Tennis", "Because you say so", True)]
    assert [(pause.text, pause.resumed_on) for pause in found.pauses] == [("Tennis", None)]


def test_a_pause_that_is_over_stays_for_a_while(practice: Practice, clock: FrozenClock) -> None:
    agreed = agreed_contract(practice, [weekly(3, "Tennis")])
    let_rest(practice, agreed, at=february(6), until=february(8))
    clock.move_to(february(12))
    [pause] = read(practice, clock).agreed.pauses
    assert (pause.text, pause.first_day, pause.resumed_on) == ("Tennis", date(2025, 2, 6), date(2025, 2, 8))
    clock.move_to(february(50))
    assert read(practice, clock).agreed.pauses == ()


def test_expected_stands_beside_seen_and_three_are_put_together(practice: Practice, clock: FrozenClock) -> None:
    [task] = agreed_contract(practice, [weekly(7)]).task_ids
    happened(practice.patient, task, february(4), feared=8, seen=2)
    happened(practice.patient, task, february(5), feared=7, seen=7)
    happened(practice.patient, task, february(6), feared=7)
    clock.move_to(february(10))
    besides = read(practice, clock).besides
    assert [(line.person, line.expected, line.belief, line.seen) for line in besides.lines] == [
        ("Aunt", 8, 80, 2),
        ("Aunt", 7, 80, 7),
        ("Aunt", 7, 80, None),
    ]
    assert besides.together is None
    happened(practice.patient, task, february(7), feared=1, seen=3)
    assert read(practice, clock).besides.together == Beside(less=1, as_much=1, more=1)


def test_what_is_said_of_all_times_is_counted_over_all_of_them(practice: Practice, clock: FrozenClock) -> None:
    [task] = agreed_contract(practice, [weekly(7)]).task_ids
    for number in range(55):
        happened(practice.patient, task, february(4) + timedelta(hours=6 * number), feared=5, seen=7 if number else 1)
    clock.move_to(february(30))
    besides = read(practice, clock).besides
    assert besides.together == Beside(less=1, as_much=0, more=54)
    assert len(besides.lines) < 55


def test_the_last_occasions_stand_with_the_patients_words_and_the_guilt_that_was_there(
    practice: Practice, clock: FrozenClock
) -> None:
    [task] = agreed_contract(practice, [weekly(7)]).task_ids
    happened(practice.patient, task, february(4), Word.OBSTACLE, activity="Cinema", learned="The bus, truly.")
    tennis = happened(
        practice.patient,
        task,
        february(5),
        Word.MY_PART,
        telling=Telling.TOLD,
        reaction=Reaction.FRIGHTENING,
        expected_guilt=9,
        enjoyment=6,
        verdict=Verdict.KEEP,
        learned="She shouted. I stayed.",
    )
    entry = make_check_in(practice.patient, february(5), guilt=4, experiment_id=tennis)
    make_re_rating(practice.patient, entry, february(5), guilt=5, after_minutes=20)
    make_check_in(practice.patient, february(5), guilt=8, experiment_id=tennis, visibility=Visibility.ONLY_ME)
    make_check_in(practice.patient, february(5), guilt=10)
    clock.move_to(february(6))
    last, before = read(practice, clock).last_occasions
    assert (before.went.activity, before.went.word, before.went.learned) == ("Cinema", Word.OBSTACLE, "The bus, truly.")
    assert (before.went.expected_guilt, before.peak_guilt, before.went.told) == (None, None, ())
    assert (last.went.day, last.went.activity, last.went.word) == (date(2025, 2, 5), "Tennis", Word.MY_PART)
    [told] = last.went.told
    assert (told.person, told.telling, told.reaction) == ("Aunt", Telling.TOLD, Reaction.FRIGHTENING)
    assert (last.went.expected_guilt, last.peak_guilt) == (9, 5)
    assert (last.went.enjoyment, last.went.verdict, last.went.learned) == (6, Verdict.KEEP, "She shouted. I stayed.")
    [mine, _] = learned_of(practice.patient, clock.now()).last_occasions
    assert (mine.went, mine.peak_guilt) == (last.went, 8)


def test_as_many_last_occasions_as_a_page_holds_the_latest_first(practice: Practice, clock: FrozenClock) -> None:
    [task] = agreed_contract(practice, [weekly(7)]).task_ids
    for day in range(4, 12):
        happened(practice.patient, task, february(day))
    clock.move_to(february(14))
    assert [each.went.day.day for each in read(practice, clock).last_occasions] == [11, 10, 9, 8, 7, 6]


def test_the_last_entries_show_what_became_of_the_guilt(practice: Practice, clock: FrozenClock) -> None:
    entry = make_check_in(practice.patient, february(4), guilt=8, urge=7)
    make_re_rating(practice.patient, entry, february(4), guilt=3, urge=2, after_minutes=20)
    clock.move_to(february(4, 20))
    assert read(practice, clock).entries == ()
    clock.move_to(february(4, 21))
    [shown] = read(practice, clock).entries
    assert shown.after
    assert (shown.guilt.value, shown.after.guilt.value) == (8, 3)


def tell_secrets(practice: Practice) -> None:
    """Private words in every place that takes some, and one entry that is only the patient's."""
    [task] = agreed_contract(practice, [weekly(7)]).task_ids
    happened(
        practice.patient,
        task,
        february(4),
        person=f"{SECRET} person",
        feared=8,
        seen=2,
        telling=Telling.COVER,
        reaction=Reaction.FRIGHTENING,
        expected_guilt=9,
        enjoyment=2,
        learned=f"{SECRET} learned",
        words_private=True,
        activity=f"{SECRET} activity",
    )
    detail = Detail(thought=f"{SECRET} thought", wanted=f"{SECRET} wish", saw_myself=f"{SECRET} self")
    make_check_in(practice.patient, february(5), detail=detail, visibility=Visibility.WORDS_PRIVATE)
    make_check_in(practice.patient, february(6), 9, 9, detail=detail, visibility=Visibility.ONLY_ME)


def texts(found: object) -> Iterator[str]:
    if is_dataclass(found):
        for each in fields(found):
            yield from texts(getattr(found, each.name))
    elif isinstance(found, dict):
        yield from texts(tuple(found.values()))
    elif isinstance(found, tuple | list):
        for each in found:
            yield from texts(each)
    else:
        yield str(found)


def test_nothing_private_is_in_it_whoever_reads_it(practice: Practice, clock: FrozenClock) -> None:
    tell_secrets(practice)
    clock.move_to(february(10))
    seen = read(practice, clock)
    assert not [text for text in texts(seen) if SECRET in text]
    assert [entry.guilt.value for entry in seen.entries] == [7]
    [last] = seen.last_occasions
    assert (last.went.word, last.went.activity, last.went.expected_guilt) == (Word.DONE, None, 9)
    assert (last.went.enjoyment, last.went.learned) == (2, "")
    assert [(told.person, told.reaction) for told in last.went.told] == [(None, Reaction.FRIGHTENING)]
    shared = brief_of(practice.patient, practice.patient.id, clock.now())
    assert not [text for text in texts(shared) if SECRET in text]
    assert shared == seen


def test_nobody_else_reads_it(practice: Practice, clock: FrozenClock) -> None:
    for stranger in (practice.other_therapist, practice.other_patient, practice.admin):
        with pytest.raises(NotFoundError):
            brief_of(stranger, practice.patient.id, clock.now())
    with pytest.raises(NotFoundError):
        brief_of(practice.therapist, new_id(), clock.now())


def test_its_statements_do_not_grow_with_weeks_entries_and_occasions(practice: Practice, clock: FrozenClock) -> None:
    lineage = agreed_contract(practice, [weekly(3)])
    [task] = lineage.task_ids
    for day in (4, 5):
        happened(practice.patient, task, february(day), feared=5, seen=5)
        make_re_rating(practice.patient, make_check_in(practice.patient, february(day)), february(day))
    clock.move_to(february(8))
    with statements() as few:
        read(practice, clock)
    for number in range(3):
        plan = TaskPlan(weekly(2).words, lineage.lineage_ids[0])
        again = agreed_contract(practice, [plan], at=february(8 + number * 7))
        for day in (1, 2, 3, 4):
            at = february(8 + number * 7 + day)
            happened(practice.patient, again.task_ids[0], at, feared=5, seen=5, person=f"Person {day}")
            make_re_rating(practice.patient, make_check_in(practice.patient, at), at)
    clock.move_to(february(60))
    with statements() as many:
        read(practice, clock)
    assert len(many) == len(few)
