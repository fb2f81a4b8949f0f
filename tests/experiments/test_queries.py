"""What is read of occasions: by their patient, by a therapist, and by what counts."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from companion.accounts.services import end_care, note_zone
from companion.contract.rules import TaskKind
from companion.experiments import queries
from companion.experiments.adherence import (
    OneOffState,
    Tally,
    one_off_count,
    period_tally,
    period_tellings,
    weekly_count,
)
from companion.experiments.queries import BesidePerson
from companion.experiments.rules import Named, Result, Telling, Verdict, Word
from companion.extensions import db
from companion.kernel.clock import FrozenClock
from companion.kernel.errors import NotFoundError
from companion.kernel.ids import new_id
from companion.kernel.week import ZoneHistory, monday_of
from companion.transaction import transaction
from tests.factories.contract import Contract, agreed_contract, let_rest, one_off, practice_task, weekly
from tests.factories.experiments import closed_week, corrected, did, expecting, met, planned, told
from tests.factories.people import Practice, make_practice, put_in_care
from tests.support.statements import statements

pytestmark = pytest.mark.usefixtures("context")

HOME = ZoneHistory.staying_in("Europe/Rome")
ROME = ZoneInfo("Europe/Rome")
MONDAY = date(2025, 2, 10)
"""The first whole week of a contract of Monday 3 February is the one before; this one is past and closed."""
WEDNESDAY = datetime(2025, 2, 12, 18, 0, tzinfo=UTC)
LATER = datetime(2025, 2, 20, 12, 0, tzinfo=UTC)
"""The Thursday after: 72 h after that week's end."""


@pytest.fixture
def contract(practice: Practice) -> Contract:
    return agreed_contract(practice)


def hours(number: int) -> timedelta:
    return timedelta(hours=number)


# The patient's own


def test_occasions_stand_by_their_time_and_word(practice: Practice, contract: Contract, clock: FrozenClock) -> None:
    [task], now = contract.task_ids, clock.now()
    soon, later = (planned(practice.patient, task, now + hours(n)) for n in (24, 48))
    running = planned(practice.patient, task, now - hours(1))
    silent, long_silent = (planned(practice.patient, task, now - hours(n)) for n in (30, 24 * 15))
    said = did(practice.patient, task, now - hours(72))
    lines = queries.lines_of(practice.patient, now)
    assert [line.id for line in lines.ahead] == [soon, later]
    assert [line.id for line in lines.open] == [running]
    assert [line.id for line in lines.awaiting] == [silent]
    assert [(line.id, line.word) for line in lines.said] == [(said, Word.DONE)]
    earlier = [line.id for line in queries.earlier_lines(practice.patient, now)]
    assert earlier == [silent, said, long_silent]


def test_ones_own_lists_are_ones_own(practice: Practice, contract: Contract) -> None:
    [task] = contract.task_ids
    planned(practice.patient, task, WEDNESDAY, expected=expecting(5, sister=(3, 3), aunt=(4, 4)))
    planned(practice.patient, task, WEDNESDAY + hours(24), activity=Named(label="cinema"))
    for viewer in (practice.patient, practice.therapist):
        assert [label for _id, label in queries.activities_of(viewer, practice.patient.id)] == ["cinema", "tennis"]
        assert [label for _id, label in queries.people_of(viewer, practice.patient.id)] == ["aunt", "sister"]
    assert queries.people_of(practice.other_patient, practice.other_patient.id) == []
    for stranger in (practice.other_patient, practice.other_therapist, practice.admin):
        for patient_id in (practice.patient.id, new_id()):
            with pytest.raises(NotFoundError):
                queries.activities_of(stranger, patient_id)
            with pytest.raises(NotFoundError):
                queries.people_of(stranger, patient_id)


def test_what_was_dropped_is_not_offered_until_it_is_kept_again(practice: Practice, contract: Contract) -> None:
    [task] = contract.task_ids

    def offered() -> list[str]:
        return [label for _id, label in queries.activities_of(practice.patient, practice.patient.id)]

    for n, (verdict, label) in enumerate(
        ((Verdict.KEEP, "cinema"), (Verdict.NOT_YET, "art"), (Verdict.KEEP, "tennis"))
    ):
        occasion = planned(practice.patient, task, WEDNESDAY + hours(3 * n), activity=Named(label=label))
        told(practice.patient, occasion, at=WEDNESDAY + hours(10), verdict=verdict)
    assert set(offered()) == {"cinema", "art", "tennis"}
    did(practice.patient, task, WEDNESDAY + hours(24), verdict=Verdict.DROP)
    did(practice.patient, task, WEDNESDAY + hours(36))  # no verdict, so the last one holds
    assert set(offered()) == {"cinema", "art"}
    again = planned(practice.patient, task, WEDNESDAY + hours(48), activity=Named(label="Tennis"))
    assert set(offered()) == {"cinema", "art"}
    word = told(practice.patient, again, at=WEDNESDAY + hours(50), verdict=Verdict.ADAPT)
    assert set(offered()) == {"cinema", "art", "tennis"}
    corrected(practice.patient, again, word, Word.DONE, at=WEDNESDAY + hours(51), verdict=Verdict.DROP)
    assert set(offered()) == {"cinema", "art"}


def test_nothing_is_asked_of_what_was_dropped_since_it_was_planned(practice: Practice, contract: Contract) -> None:
    [task], now = contract.task_ids, WEDNESDAY + hours(30)
    asked = planned(practice.patient, task, WEDNESDAY + hours(10), activity=Named(label="cinema"))
    planned(practice.patient, task, WEDNESDAY + hours(9))
    assert len(queries.lines_of(practice.patient, now).awaiting) == 2
    did(practice.patient, task, WEDNESDAY, verdict=Verdict.DROP)
    assert [line.id for line in queries.lines_of(practice.patient, now).awaiting] == [asked]
    anew = planned(practice.patient, task, WEDNESDAY + hours(12), at=WEDNESDAY + hours(11))
    assert [line.id for line in queries.lines_of(practice.patient, now).awaiting] == [anew, asked]


def test_tasks_to_plan_are_those_in_force_that_have_a_time(practice: Practice, clock: FrozenClock) -> None:
    agreed_contract(practice, [weekly(text="old")])
    agreed_contract(practice, [weekly(), one_off(date(2025, 3, 30)), practice_task()], at=clock.now())
    kinds = [task.kind for task in queries.tasks_to_plan(practice.patient)]
    assert kinds == [TaskKind.WEEKLY, TaskKind.ONE_OFF]
    assert queries.tasks_to_plan(practice.other_patient) == []


# What was feared beside what happened


def test_what_was_feared_stands_beside_what_happened(practice: Practice, contract: Contract) -> None:
    occasion = planned(
        practice.patient, contract.task_ids[0], WEDNESDAY, expected=expecting(9, aunt=(8, 90), sister=(3, None))
    )
    told(
        practice.patient,
        occasion,
        at=WEDNESDAY + hours(3),
        enjoyment=7,
        freedom=6,
        learned="She was fine",
        verdict=Verdict.KEEP,
        met=(met("aunt", Telling.TOLD, observed_suffering=2), met("cousin", observed_suffering=5)),
    )
    for viewer in (practice.patient, practice.therapist):
        [beside] = queries.predicted_beside_happened(viewer, practice.patient.id, LATER)
        assert (beside.activity, beside.word, beside.expected_guilt) == ("tennis", Word.DONE, 9)
        assert (beside.enjoyment, beside.freedom, beside.learned) == (7, 6, "She was fine")
        assert beside.people == (
            BesidePerson("aunt", 8, 90, 2, could_not_tell=False),
            BesidePerson("sister", 3, None, None, could_not_tell=False),
        )


def test_words_that_are_kept_are_absent_for_the_therapist_and_numbers_are_not(
    practice: Practice, contract: Contract
) -> None:
    occasion = planned(practice.patient, contract.task_ids[0], WEDNESDAY, expected=expecting(9, aunt=(8, 90)))
    told(
        practice.patient,
        occasion,
        at=WEDNESDAY + hours(3),
        learned="SECRET",
        words_private=True,
        met=(met("aunt", observed_suffering=2),),
    )
    [theirs] = queries.predicted_beside_happened(practice.therapist, practice.patient.id, LATER)
    assert "SECRET" not in repr(theirs)
    assert "aunt" not in repr(theirs)
    assert "tennis" not in repr(theirs)
    assert [(each.might_suffer, each.observed_suffering) for each in theirs.people] == [(8, 2)]
    [mine] = queries.predicted_beside_happened(practice.patient, practice.patient.id, LATER)
    assert (mine.learned, mine.activity, mine.people[0].person) == ("SECRET", "tennis", "aunt")


def test_words_shared_by_mistake_are_taken_back_by_a_correction(practice: Practice, contract: Contract) -> None:
    occasion = planned(practice.patient, contract.task_ids[0], WEDNESDAY, expected=expecting(9))
    first = told(practice.patient, occasion, at=WEDNESDAY, learned="SECRET")
    corrected(practice.patient, occasion, first, Word.DONE, at=LATER, learned="SECRET", words_private=True)
    assert "SECRET" not in repr(queries.predicted_beside_happened(practice.therapist, practice.patient.id, LATER))


def test_an_expectation_shows_once_it_has_begun(practice: Practice, contract: Contract) -> None:
    planned(practice.patient, contract.task_ids[0], WEDNESDAY, expected=expecting(9))
    planned(practice.patient, contract.task_ids[0], WEDNESDAY)
    therapist, patient_id = practice.therapist, practice.patient.id
    assert queries.predicted_beside_happened(therapist, patient_id, WEDNESDAY - hours(1)) == []
    [beside] = queries.predicted_beside_happened(therapist, patient_id, WEDNESDAY)
    assert beside.word is None


def test_all_of_them_are_given_unless_fewer_are_asked_for(practice: Practice, contract: Contract) -> None:
    for n in range(51):
        planned(practice.patient, contract.task_ids[0], WEDNESDAY + hours(n), expected=expecting(9))
    read = queries.predicted_beside_happened
    assert len(read(practice.therapist, practice.patient.id, LATER)) == 51
    [latest] = read(practice.therapist, practice.patient.id, LATER, 1)
    assert latest.starts_at == WEDNESDAY + hours(50)


def test_only_the_patient_and_who_treats_them_now_see_it(practice: Practice, contract: Contract) -> None:
    did(practice.patient, contract.task_ids[0], WEDNESDAY)
    strangers = (practice.other_patient, practice.other_therapist, practice.admin)
    with transaction():
        end_care(practice.therapist, practice.patient.id, LATER)
    for stranger in (*strangers, practice.therapist):
        for patient_id in (practice.patient.id, new_id()):
            with pytest.raises(NotFoundError):
                queries.predicted_beside_happened(stranger, patient_id, LATER)
            with pytest.raises(NotFoundError):
                queries.record_of(stranger, patient_id, LATER)
    with pytest.raises(NotFoundError):
        queries.facts_for(practice.other_therapist, [practice.other_patient.id, practice.patient.id], LATER)


# From the tables to the tally


def test_a_week_is_counted_from_what_was_said(practice: Practice, contract: Contract) -> None:
    [task], [line] = contract.task_ids, contract.lineage_ids
    did(practice.patient, task, WEDNESDAY)
    did(practice.patient, task, WEDNESDAY + hours(24), Word.STOPPED_MIDWAY)
    record = queries.record_of(practice.therapist, practice.patient.id, LATER)
    tally = period_tally(record, MONDAY, MONDAY + timedelta(weeks=1))
    assert tally == Tally(done=1, gave_up=1, no_word=1)
    assert tally.did
    assert (tally.did.low, tally.did.high) == (Fraction(1, 3), Fraction(2, 3))
    closed_week(practice.patient, line, MONDAY, at=LATER)
    record = queries.record_of(practice.therapist, practice.patient.id, LATER)
    assert weekly_count(record, line, MONDAY).counted == Tally(done=1, gave_up=1, not_attempted=1)


def test_the_latest_correction_computes(practice: Practice, contract: Contract) -> None:
    [task], [line] = contract.task_ids, contract.lineage_ids
    for n in range(2):
        did(practice.patient, task, WEDNESDAY + hours(n), met=(met("aunt", Telling.TOLD),))
    occasion = planned(practice.patient, task, WEDNESDAY + hours(3))
    first = told(practice.patient, occasion, at=WEDNESDAY + hours(6), met=(met("aunt", Telling.TOLD),))
    corrected(practice.patient, occasion, first, Word.STOPPED_BEFORE, at=LATER, met=(met("aunt", Telling.COVER),))
    record = queries.record_of(practice.patient, practice.patient.id, LATER)
    assert weekly_count(record, line, MONDAY).counted == Tally(done=2, gave_up=1)
    told_counts = period_tellings(record, MONDAY, MONDAY + timedelta(weeks=1)).counts
    assert (told_counts.told, told_counts.cover) == (2, 1)


def test_dinner_on_sunday_night_told_on_monday_counts_for_that_sundays_week(
    practice: Practice, contract: Contract
) -> None:
    sunday_23 = datetime(2025, 2, 16, 23, 0, tzinfo=ROME)
    occasion = planned(practice.patient, contract.task_ids[0], sunday_23)
    told(practice.patient, occasion, at=sunday_23 + hours(10))
    record = queries.record_of(practice.patient, practice.patient.id, LATER)
    assert weekly_count(record, contract.lineage_ids[0], MONDAY).tally.done == 1
    assert weekly_count(record, contract.lineage_ids[0], MONDAY + timedelta(weeks=1)).tally.done == 0


def test_a_travelling_patients_day_is_the_one_they_lived(practice: Practice, contract: Contract) -> None:
    """Sunday evening in New York is Monday in Rome; said there, it is of that Sunday's week."""
    new_york = "America/New_York"
    with transaction():
        note_zone(practice.patient, new_york, datetime(2025, 2, 14, 12, 0, tzinfo=UTC))
    sunday_22 = datetime(2025, 2, 16, 22, 0, tzinfo=ZoneInfo(new_york))
    occasion = planned(practice.patient, contract.task_ids[0], sunday_22, zone=new_york)
    told(practice.patient, occasion, at=sunday_22 + hours(1))
    record = queries.record_of(practice.patient, practice.patient.id, LATER)
    assert weekly_count(record, contract.lineage_ids[0], MONDAY).tally.done == 1
    closes_at = weekly_count(record, contract.lineage_ids[0], MONDAY).closes_at
    assert closes_at == datetime(2025, 2, 20, 0, 0, tzinfo=ZoneInfo(new_york))


def test_asked_in_time_leaves_the_count_and_asked_late_does_not(practice: Practice, contract: Contract) -> None:
    [task], [line] = contract.task_ids, contract.lineage_ids
    for n in range(2):
        did(practice.patient, task, WEDNESDAY + hours(n))
    occasion = planned(practice.patient, task, WEDNESDAY + hours(24))
    told(practice.patient, occasion, Word.CHANGE, at=WEDNESDAY)
    record = queries.record_of(practice.patient, practice.patient.id, LATER)
    assert weekly_count(record, line, MONDAY).counted == Tally(done=2)
    late = planned(practice.patient, task, WEDNESDAY + timedelta(weeks=1))
    told(practice.patient, late, Word.CHANGE, at=WEDNESDAY + timedelta(weeks=1, hours=3))
    now = LATER + timedelta(weeks=1)
    record = queries.record_of(practice.patient, practice.patient.id, now)
    assert weekly_count(record, line, MONDAY + timedelta(weeks=1)).counted == Tally(not_attempted=1, no_word=2)


def test_a_change_asked_days_ahead_leaves_the_week_it_was_planned_for(practice: Practice, contract: Contract) -> None:
    [task], [line] = contract.task_ids, contract.lineage_ids
    occasion = planned(practice.patient, task, WEDNESDAY, at=WEDNESDAY - timedelta(days=7))
    told(practice.patient, occasion, Word.CHANGE, at=WEDNESDAY - timedelta(days=5))
    record = queries.record_of(practice.patient, practice.patient.id, LATER)
    assert weekly_count(record, line, MONDAY).tally.n == 2
    assert weekly_count(record, line, MONDAY - timedelta(weeks=1)).tally.n == 3


@pytest.mark.parametrize(
    ("asked_in_days", "state"), [(1, OneOffState.NOT_COUNTED), (3, OneOffState.NOT_COUNTED), (6, OneOffState.COUNTED)]
)
def test_a_one_offs_window_is_the_tasks_own(practice: Practice, asked_in_days: int, state: OneOffState) -> None:
    """An evening that passed is not the end of a task that has until Sunday."""
    contract = agreed_contract(practice, [one_off(date(2025, 2, 16))])
    occasion = planned(practice.patient, contract.task_ids[0], datetime(2025, 2, 12, 18, 0, tzinfo=UTC))
    told(practice.patient, occasion, Word.CHANGE, at=datetime(2025, 2, 11 + asked_in_days, 18, 0, tzinfo=UTC))
    record = queries.record_of(practice.patient, practice.patient.id, LATER)
    assert one_off_count(record, contract.lineage_ids[0]).state is state


def test_a_one_off_put_off_in_time_and_agreed_anew_is_asked_for_anew(practice: Practice) -> None:
    """Planned for Wednesday, put off on Tuesday, and agreed on Tuesday night for the week after."""
    first = agreed_contract(practice, [one_off(date(2025, 2, 14))])
    [line] = first.lineage_ids
    occasion = planned(practice.patient, first.task_ids[0], WEDNESDAY)
    told(practice.patient, occasion, Word.CHANGE, at=WEDNESDAY - hours(24))
    agreed_contract(practice, [one_off(date(2025, 2, 18), lineage_id=line)], at=WEDNESDAY - hours(22))
    before = queries.record_of(practice.therapist, practice.patient.id, LATER)
    assert one_off_count(before, line).state is OneOffState.PENDING
    after = queries.record_of(practice.therapist, practice.patient.id, LATER + timedelta(weeks=1))
    assert one_off_count(after, line).tally == Tally(no_word=1)


def test_an_obstacle_told_of_ahead_is_of_the_version_it_was_told_in(practice: Practice) -> None:
    """Putting it right later doesn't make it a word on what was agreed meanwhile."""
    first = agreed_contract(practice, [one_off(date(2025, 2, 14))])
    [line] = first.lineage_ids
    occasion = planned(practice.patient, first.task_ids[0], WEDNESDAY)
    word = told(practice.patient, occasion, Word.OBSTACLE, at=WEDNESDAY - hours(48))
    agreed_contract(practice, [one_off(date(2025, 2, 18), lineage_id=line)], at=WEDNESDAY - hours(24))
    corrected(practice.patient, occasion, word, Word.OBSTACLE, at=WEDNESDAY + hours(4), mood=5)
    record = queries.record_of(practice.therapist, practice.patient.id, LATER + timedelta(weeks=1))
    assert one_off_count(record, line).tally == Tally(no_word=1)


def test_asked_too_late_stays_so_when_the_window_moves(practice: Practice) -> None:
    first = agreed_contract(practice, [one_off(date(2025, 2, 12))])
    [line] = first.lineage_ids
    occasion = planned(practice.patient, first.task_ids[0], WEDNESDAY)
    told(practice.patient, occasion, Word.CHANGE, at=WEDNESDAY + hours(24))
    agreed_contract(practice, [one_off(date(2025, 2, 28), lineage_id=line)], at=WEDNESDAY + hours(48))
    record = queries.record_of(practice.therapist, practice.patient.id, LATER)
    assert one_off_count(record, line).tally == Tally(not_attempted=1)


def test_a_task_is_followed_across_versions(practice: Practice, contract: Contract) -> None:
    [line] = contract.lineage_ids
    did(practice.patient, contract.task_ids[0], WEDNESDAY)
    newer = agreed_contract(practice, [weekly(2, lineage_id=line)], at=datetime(2025, 2, 13, 9, 0, tzinfo=UTC))
    did(practice.patient, newer.task_ids[0], WEDNESDAY + hours(48))
    record = queries.record_of(practice.patient, practice.patient.id, LATER)
    assert weekly_count(record, line, MONDAY).counted == Tally(done=2)
    facts = queries.facts_for(practice.patient, [practice.patient.id], LATER)[practice.patient.id]
    assert [(task.version, task.target) for task in facts.tasks] == [(1, 3), (2, 2)]


def test_paused_days_are_not_asked_for(practice: Practice, contract: Contract) -> None:
    let_rest(
        practice,
        contract,
        at=datetime(2025, 2, 10, 9, 0, tzinfo=UTC),
        until=datetime(2025, 2, 13, 9, 0, tzinfo=UTC),
    )
    record = queries.record_of(practice.patient, practice.patient.id, LATER)
    assert weekly_count(record, contract.lineage_ids[0], MONDAY).asked == 1


def test_openness_waits_for_a_task_about_telling(practice: Practice) -> None:
    contract = agreed_contract(practice, [weekly(), practice_task(telling=True)])
    did(
        practice.patient, contract.task_ids[0], WEDNESDAY, met=(met("aunt", Telling.TOLD), met("sister", Telling.COVER))
    )
    record = queries.record_of(practice.therapist, practice.patient.id, LATER)
    tellings = period_tellings(record, MONDAY, MONDAY + timedelta(weeks=1))
    assert tellings.openness == Fraction(1, 2)


def test_this_week_reads_so_far(practice: Practice, contract: Contract, clock: FrozenClock) -> None:
    did(practice.patient, contract.task_ids[0], clock.now() - hours(20))
    [week] = queries.this_week(practice.patient, HOME, clock.now())
    assert (week.count.tally.done, week.count.tally.n, week.count.is_closed) == (1, 3, False)
    assert (week.task.text, week.said_all, week.is_paused) == ("Something for myself", False, False)
    let_rest(practice, contract, at=clock.now())
    [week] = queries.this_week(practice.patient, HOME, clock.now())
    assert week.is_paused


@pytest.mark.parametrize("days", range(-2, 10))
def test_this_week_counts_as_all_weeks_are_counted(practice: Practice, contract: Contract, days: int) -> None:
    """Through a version agreed in midweek, a correction that moves a word to the week before, and a closed week."""
    [task], [line] = contract.task_ids, contract.lineage_ids
    moved = did(practice.patient, task, WEDNESDAY)
    [log] = queries.record_of(practice.patient, practice.patient.id, WEDNESDAY + hours(4)).logs
    assert log.occasion_id == moved
    did(practice.patient, task, WEDNESDAY - hours(24), Word.CHANGE)
    newer = agreed_contract(practice, [weekly(5, lineage_id=line)], at=WEDNESDAY + hours(15))
    did(practice.patient, newer.task_ids[0], WEDNESDAY + hours(24), Word.STOPPED_MIDWAY, met=(met("aunt"),))
    did(practice.patient, newer.task_ids[0], WEDNESDAY + hours(24 * 6))
    occasion = planned(practice.patient, newer.task_ids[0], WEDNESDAY + hours(24 * 5))
    first = told(practice.patient, occasion, at=WEDNESDAY + hours(24 * 5 + 3))
    at, before = WEDNESDAY + hours(24 * 5 + 4), WEDNESDAY + hours(24 * 4)
    corrected(practice.patient, occasion, first, Word.DONE, at=at, happened_at=before)
    closed_week(practice.patient, line, MONDAY, at=LATER)
    now = WEDNESDAY + hours(24 * days)
    record = queries.record_of(practice.patient, practice.patient.id, now)
    monday = monday_of(record.zones.local_date(now))
    [week] = queries.this_week(practice.patient, record.zones, now)
    assert week.count == weekly_count(record, line, monday)


def test_a_late_wish_keeps_its_word_and_its_place(practice: Practice, contract: Contract) -> None:
    did(practice.patient, contract.task_ids[0], WEDNESDAY, Word.CHANGE)
    [log] = queries.record_of(practice.patient, practice.patient.id, LATER).logs
    assert (log.result, log.asked_before_window_end) == (Result.RENEGOTIATED, False)


# Statements do not grow with rows


def test_statements_do_not_grow_with_occasions_or_words(practice: Practice, contract: Contract) -> None:
    patient, therapist = practice.patient, practice.therapist
    corrected_often = planned(patient, contract.task_ids[0], WEDNESDAY - hours(4), expected=expecting(5, aunt=(4, 4)))
    latest = told(patient, corrected_often, at=WEDNESDAY, met=(met("aunt"),))
    reads: dict[str, Callable[[], object]] = {
        "lines": lambda: queries.lines_of(patient, WEDNESDAY + hours(9)),
        "facts": lambda: queries.facts_for(therapist, [patient.id], LATER),
        "beside": lambda: queries.predicted_beside_happened(therapist, patient.id, LATER),
        "week": lambda: queries.this_week(patient, HOME, LATER),
        "occasion": lambda: queries.occasion(patient, corrected_often, LATER),
    }
    few = {name: cost(read) for name, read in reads.items()}
    for n in range(5):
        did(patient, contract.task_ids[0], WEDNESDAY + hours(n), met=(met("aunt", Telling.TOLD), met("sister")))
        latest = corrected(patient, corrected_often, latest, Word.DONE, at=LATER, met=(met("aunt"), met("sister")))
    assert {name: cost(read) for name, read in reads.items()} == few
    assert few == {"lines": 1, "facts": 7, "beside": 5, "week": 4, "occasion": 6}


def cost(read: Callable[[], object]) -> int:
    """How many times a read asks; SQLite's BEGIN isn't asking."""
    db.session.rollback()
    with statements() as sent:
        read()
    return sum(each.startswith("SELECT") for each in sent)


def test_many_patients_are_read_in_as_many_statements_as_one(practice: Practice, contract: Contract) -> None:
    others = [make_practice() for _ in range(3)]
    for other in others:
        agreed_contract(other)
        put_in_care(other.patient.id, practice.therapist.id)
    ids = [practice.patient.id, *(other.patient.id for other in others)]
    assert set(queries.facts_for(practice.therapist, ids, LATER)) == set(ids)
    assert cost(lambda: queries.facts_for(practice.therapist, ids, LATER)) == 7
