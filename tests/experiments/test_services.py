"""A patient plans occasions, expects something of them, says what happened, and puts that right."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from companion.accounts.rules import Actor
from companion.experiments import queries, services
from companion.experiments.adherence import weekly_count
from companion.experiments.queries import Occasion
from companion.experiments.rules import (
    CareNeed,
    DebriefEntry,
    Expectation,
    Fear,
    Named,
    Phase,
    Reaction,
    Telling,
    Verdict,
    Word,
)
from companion.extensions import Model, db
from companion.kernel.clock import FrozenClock
from companion.kernel.errors import NotFoundError, RefusedError
from companion.kernel.ids import new_id
from companion.kernel.week import ZoneHistory
from companion.transaction import transaction
from tests.factories.contract import Contract, agreed_contract, one_off, practice_task, weekly
from tests.factories.experiments import closed_week, corrected, expecting, met, plan_of, planned, told
from tests.factories.people import Practice

pytestmark = pytest.mark.usefixtures("context")

HOME = ZoneHistory.staying_in("Europe/Rome")
TOMORROW = datetime(2025, 3, 6, 17, 30, tzinfo=UTC)
"""Thursday 18:30 in Rome; the clock stands at Wednesday noon."""
MONDAY = date(2025, 3, 3)


@pytest.fixture
def contract(practice: Practice) -> Contract:
    return agreed_contract(practice)


@pytest.fixture
def task_id(contract: Contract) -> UUID:
    return contract.task_ids[0]


def rows(table: str) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(db.metadata.tables[table])) or 0


def seen(practice: Practice, experiment_id: UUID, now: datetime) -> Occasion:
    return queries.occasion(practice.patient, experiment_id, now)


# Plans


def test_an_occasion_is_planned(practice: Practice, task_id: UUID, clock: FrozenClock) -> None:
    occasion = planned(
        practice.patient,
        task_id,
        TOMORROW,
        at=clock.now(),
        activity=Named(label=" Spanish "),
        place="the school",
        company="nobody",
        if_then="I walk on",
        smaller_version="half an hour",
        care_need=CareNeed.COVERED,
        covered_by="my cousin",
        honest_reply="I'm at my class",
    )
    found = seen(practice, occasion, clock.now())
    assert (found.activity, found.place, found.company) == ("Spanish", "the school", "nobody")
    assert (found.if_then, found.smaller_version, found.honest_reply) == (
        "I walk on",
        "half an hour",
        "I'm at my class",
    )
    assert (found.care_need, found.covered_by) == (CareNeed.COVERED, "my cousin")
    assert (found.starts_at, found.phase, found.was_planned) == (TOMORROW, Phase.PLANNED, True)


def test_planning_twice_is_planning_once(practice: Practice, task_id: UUID, clock: FrozenClock) -> None:
    twice = plan_of(task_id, TOMORROW)
    for _ in range(2):
        with transaction():
            services.plan(practice.patient, twice, clock.now())
    assert (rows("experiment"), rows("activity")) == (1, 1)


def test_another_plan_under_the_same_id_is_refused(practice: Practice, task_id: UUID, clock: FrozenClock) -> None:
    first = planned(practice.patient, task_id, TOMORROW)
    for change in ({"place": "elsewhere"}, {"activity": Named(label="cinema")}):
        with pytest.raises(RefusedError), transaction():
            services.plan(practice.patient, plan_of(task_id, TOMORROW, id=first, **change), clock.now())
    assert seen(practice, first, clock.now()).place == ""
    assert rows("activity") == 1


def test_the_same_activity_in_other_capitals_is_one_activity(practice: Practice, task_id: UUID) -> None:
    planned(practice.patient, task_id, TOMORROW, activity=Named(label="Tennis"))
    planned(practice.patient, task_id, TOMORROW, activity=Named(label="tennis"))
    assert [label for _id, label in queries.activities_of(practice.patient, practice.patient.id)] == ["Tennis"]


@pytest.mark.parametrize(
    ("starts_in", "lasts", "field"),
    [(-3, 2, "day"), (-2, 2, "day"), (24 * 367, 2, "day"), (24, 0, "until"), (24, -1, "until"), (24, 24 * 8, "until")],
)
def test_a_plan_lies_ahead_and_has_an_end(
    practice: Practice, task_id: UUID, clock: FrozenClock, starts_in: int, lasts: int, field: str
) -> None:
    starts_at = clock.now() + timedelta(hours=starts_in)
    with pytest.raises(RefusedError) as refused:
        planned(practice.patient, task_id, starts_at, at=clock.now(), ends_at=starts_at + timedelta(hours=lasts))
    assert refused.value.field == field
    assert rows("experiment") == 0


def test_what_has_begun_can_still_be_planned_until_it_ends(
    practice: Practice, task_id: UUID, clock: FrozenClock
) -> None:
    occasion = planned(practice.patient, task_id, clock.now() - timedelta(hours=1), at=clock.now())
    assert seen(practice, occasion, clock.now()).phase is Phase.OPEN


def test_only_an_agreed_task_in_force_can_be_planned(practice: Practice, task_id: UUID, clock: FrozenClock) -> None:
    newer = agreed_contract(practice, [practice_task()], at=clock.now())
    for not_now in (task_id, newer.task_ids[0], new_id()):
        with pytest.raises(RefusedError) as refused:
            planned(practice.patient, not_now, TOMORROW, at=clock.now())
        assert refused.value.field == "task"


def test_a_plan_can_be_changed_until_it_begins(practice: Practice, task_id: UUID, clock: FrozenClock) -> None:
    occasion = planned(practice.patient, task_id, TOMORROW)
    later = plan_of(task_id, TOMORROW + timedelta(hours=1), id=occasion, place="the club")
    with transaction():
        services.change_plan(practice.patient, later, stands(practice, occasion), clock.now())
    found = seen(practice, occasion, clock.now())
    assert (found.starts_at, found.place) == (TOMORROW + timedelta(hours=1), "the club")
    with pytest.raises(RefusedError), transaction():
        services.change_plan(
            practice.patient, plan_of(task_id, TOMORROW, id=occasion), found.fingerprint, found.starts_at
        )


def test_a_page_older_than_the_plan_changes_nothing(practice: Practice, task_id: UUID, clock: FrozenClock) -> None:
    occasion = planned(practice.patient, task_id, TOMORROW)
    stood = stands(practice, occasion)
    newer = plan_of(task_id, TOMORROW, id=occasion, honest_reply="I'm out tonight")
    for _ in range(2):  # sent twice it is as if done
        with transaction():
            services.change_plan(practice.patient, newer, stood, clock.now())
    older = plan_of(task_id, TOMORROW, id=occasion, place="the club")
    with pytest.raises(RefusedError, match="changed meanwhile"), transaction():
        services.change_plan(practice.patient, older, stood, clock.now())
    assert seen(practice, occasion, clock.now()).honest_reply == "I'm out tonight"
    with transaction():
        services.change_plan(practice.patient, older, stands(practice, occasion), clock.now())
    assert seen(practice, occasion, clock.now()).place == "the club"


def stands(practice: Practice, occasion: UUID) -> str:
    return seen(practice, occasion, TOMORROW).fingerprint


def test_a_plan_with_a_word_is_not_changed(practice: Practice, task_id: UUID, clock: FrozenClock) -> None:
    occasion = planned(practice.patient, task_id, TOMORROW)
    told(practice.patient, occasion, Word.CHANGE, at=clock.now())
    with pytest.raises(RefusedError), transaction():
        services.change_plan(
            practice.patient,
            plan_of(task_id, TOMORROW, id=occasion, place="here"),
            stands(practice, occasion),
            clock.now(),
        )


def test_a_plan_of_an_earlier_version_can_be_changed_without_choosing_a_task(
    practice: Practice, task_id: UUID, clock: FrozenClock
) -> None:
    occasion = planned(practice.patient, task_id, TOMORROW)
    agreed_contract(practice, at=clock.now())
    with transaction():
        changed = plan_of(task_id, TOMORROW, id=occasion, place="here")
        services.change_plan(practice.patient, changed, stands(practice, occasion), clock.now())
    assert seen(practice, occasion, clock.now()).place == "here"


# What is expected


def test_the_latest_prediction_before_it_begins_computes(practice: Practice, task_id: UUID, clock: FrozenClock) -> None:
    occasion = planned(practice.patient, task_id, TOMORROW, expected=expecting(9, aunt=(8, 90)))
    with transaction():
        services.predict(practice.patient, occasion, expecting(6, aunt=(5, None), Sister=(2, 10)), clock.now())
    predicted = seen(practice, occasion, clock.now()).predicted
    assert predicted.expected_guilt == 6
    assert {(fear.person, fear.might_suffer, fear.belief) for fear in predicted.fears} == {
        ("aunt", 5, None),
        ("Sister", 2, 10),
    }
    assert rows("prediction") == 2


def test_the_same_prediction_twice_is_one(practice: Practice, task_id: UUID, clock: FrozenClock) -> None:
    occasion = planned(practice.patient, task_id, TOMORROW)
    for _ in range(2):
        with transaction():
            services.predict(practice.patient, occasion, expecting(6, aunt=(5, 50)), clock.now())
    assert (rows("prediction"), rows("person")) == (1, 1)


def test_nothing_is_predicted_once_it_has_begun(practice: Practice, task_id: UUID) -> None:
    occasion = planned(practice.patient, task_id, TOMORROW)
    with transaction():
        services.predict(practice.patient, occasion, expecting(6), TOMORROW - timedelta(microseconds=1))
    with pytest.raises(RefusedError) as refused, transaction():
        services.predict(practice.patient, occasion, expecting(7), TOMORROW)
    assert refused.value.field == "expected_guilt"
    assert seen(practice, occasion, TOMORROW).is_locked
    assert seen(practice, occasion, TOMORROW).predicted.expected_guilt == 6


def test_the_first_linked_check_in_locks_it_sooner(practice: Practice, task_id: UUID, clock: FrozenClock) -> None:
    occasion = planned(practice.patient, task_id, TOMORROW, expected=expecting(6))
    clock.advance(hours=2)
    with transaction():
        services.lock_prediction(practice.patient, occasion, clock.now())
        services.lock_prediction(practice.patient, occasion, clock.now() + timedelta(hours=1))
    assert seen(practice, occasion, clock.now()).is_locked
    with pytest.raises(RefusedError), transaction():
        services.predict(practice.patient, occasion, expecting(7), clock.now())


def test_what_was_predicted_after_a_check_in_that_came_in_late_does_not_compute(
    practice: Practice, task_id: UUID, clock: FrozenClock
) -> None:
    occasion = planned(practice.patient, task_id, TOMORROW, expected=expecting(6))
    with transaction():
        services.predict(practice.patient, occasion, expecting(2), clock.now() + timedelta(hours=2))
        services.lock_prediction(practice.patient, occasion, clock.now() + timedelta(hours=1))
    assert seen(practice, occasion, TOMORROW).predicted.expected_guilt == 6


def test_a_check_in_after_the_start_locks_nothing_further(practice: Practice, task_id: UUID) -> None:
    occasion = planned(practice.patient, task_id, TOMORROW, expected=expecting(6))
    with transaction():
        services.lock_prediction(practice.patient, occasion, TOMORROW + timedelta(hours=1))
    assert seen(practice, occasion, TOMORROW).predicted.expected_guilt == 6


def test_a_person_stands_in_a_prediction_once(practice: Practice, task_id: UUID, clock: FrozenClock) -> None:
    occasion = planned(practice.patient, task_id, TOMORROW)
    twice = Expectation(5, (Fear(Named(label="aunt"), 3), Fear(Named(label="Aunt"), 4)))
    with pytest.raises(RefusedError) as refused, transaction():
        services.predict(practice.patient, occasion, twice, clock.now())
    assert refused.value.field == "person_new"
    assert (rows("prediction"), rows("person")) == (0, 0)


# What happened


def test_what_happened_is_kept_whole(practice: Practice, task_id: UUID) -> None:
    occasion = planned(practice.patient, task_id, TOMORROW, expected=expecting(8, aunt=(8, 90)))
    told(
        practice.patient,
        occasion,
        Word.DONE,
        at=TOMORROW + timedelta(hours=4),
        enjoyment=7,
        mood=6,
        freedom=8,
        learned="It was quiet",
        verdict=Verdict.KEEP,
        met=(met("aunt", Telling.TOLD, reaction=Reaction.SUPPORTIVE, observed_suffering=2), met("cousin")),
    )
    said = seen(practice, occasion, TOMORROW + timedelta(hours=4)).said
    assert said
    assert (said.word, said.happened_at, said.local_date) == (Word.DONE, TOMORROW, date(2025, 3, 6))
    assert (said.enjoyment, said.mood, said.freedom, said.verdict) == (7, 6, 8, Verdict.KEEP)
    assert (said.learned, said.words_private, said.is_from_memory) == ("It was quiet", False, False)
    assert [(each.person, each.telling, each.observed_suffering) for each in said.met] == [
        ("aunt", Telling.TOLD, 2),
        ("cousin", None, None),
    ]


def test_saying_it_twice_is_saying_it_once(practice: Practice, task_id: UUID) -> None:
    occasion = planned(practice.patient, task_id, TOMORROW)
    entry = DebriefEntry(id=new_id(), word=Word.SMALLER, mood=5, met=(met("aunt", Telling.HALF),))
    for minutes in (0, 1):
        with transaction():
            services.debrief(practice.patient, occasion, entry, TOMORROW + timedelta(minutes=minutes))
    assert (rows("debrief"), rows("met"), rows("person")) == (1, 1, 1)


def test_asking_to_change_it_twice_is_asking_once(practice: Practice, task_id: UUID, clock: FrozenClock) -> None:
    occasion, click = planned(practice.patient, task_id, TOMORROW), new_id()
    for hours in (0, 72):
        with transaction():
            services.take_back(practice.patient, occasion, click, clock.now() + timedelta(hours=hours))
    assert rows("debrief") == 1


@pytest.mark.parametrize("change", [{"word": Word.DONE}, {"mood": 4}, {"met": ()}])
def test_another_word_under_the_same_id_is_refused(
    practice: Practice, task_id: UUID, change: dict[str, object]
) -> None:
    occasion = planned(practice.patient, task_id, TOMORROW)
    said: dict[str, object] = {"word": Word.SMALLER, "mood": 5, "met": (met("aunt", Telling.HALF),)}
    first = told(practice.patient, occasion, at=TOMORROW, **said)  # type: ignore[arg-type]  # fields by name
    with pytest.raises(RefusedError), transaction():
        services.debrief(practice.patient, occasion, DebriefEntry(id=first, **(said | change)), TOMORROW)  # type: ignore[arg-type]
    assert rows("debrief") == 1


def test_a_second_word_is_a_correction_or_nothing(practice: Practice, task_id: UUID) -> None:
    occasion = planned(practice.patient, task_id, TOMORROW)
    told(practice.patient, occasion, Word.DONE, at=TOMORROW)
    with pytest.raises(RefusedError):
        told(practice.patient, occasion, Word.NOT_ATTEMPTED, at=TOMORROW)


def test_dinner_on_sunday_night_told_on_monday_is_of_sunday(practice: Practice, task_id: UUID) -> None:
    sunday_23 = datetime(2025, 3, 9, 22, 0, tzinfo=UTC)
    occasion = planned(practice.patient, task_id, sunday_23)
    told(practice.patient, occasion, at=sunday_23 + timedelta(hours=10))
    said = seen(practice, occasion, sunday_23 + timedelta(days=1)).said
    assert said
    assert (said.local_date, said.local_date.weekday()) == (date(2025, 3, 9), 6)


def test_done_before_its_time_happened_no_later_than_it_is_said(
    practice: Practice, task_id: UUID, clock: FrozenClock
) -> None:
    occasion = planned(practice.patient, task_id, TOMORROW)
    told(practice.patient, occasion, Word.DONE, at=clock.now())
    said = seen(practice, occasion, clock.now()).said
    assert said
    assert (said.happened_at, said.local_date) == (clock.now(), date(2025, 3, 5))


@pytest.mark.parametrize("word", [Word.CHANGE, Word.OBSTACLE, Word.NOT_ATTEMPTED, Word.STOPPED_BEFORE])
def test_what_did_not_begin_stays_on_the_day_it_was_planned_for(
    practice: Practice, task_id: UUID, clock: FrozenClock, word: Word
) -> None:
    occasion = planned(practice.patient, task_id, TOMORROW)
    told(practice.patient, occasion, word, at=clock.now())
    said = seen(practice, occasion, clock.now()).said
    assert said
    assert said.local_date == date(2025, 3, 6)


def test_a_time_of_its_own_counts_by_its_day_in_its_zone(practice: Practice, task_id: UUID) -> None:
    occasion = planned(practice.patient, task_id, TOMORROW)
    at = datetime(2025, 3, 7, 2, 0, tzinfo=UTC)
    told(practice.patient, occasion, at=at, happened_at=at, zone="America/New_York")
    said = seen(practice, occasion, at).said
    assert said
    assert (said.local_date, said.zone) == (date(2025, 3, 6), "America/New_York")


@pytest.mark.parametrize(("word", "hours"), [(Word.DONE, 1), (Word.OBSTACLE, 48)])
def test_nothing_has_happened_in_time_to_come(
    practice: Practice, task_id: UUID, clock: FrozenClock, word: Word, hours: int
) -> None:
    occasion = planned(practice.patient, task_id, TOMORROW)
    with pytest.raises(RefusedError) as refused:
        told(
            practice.patient,
            occasion,
            word,
            at=clock.now(),
            happened_at=clock.now() + timedelta(hours=hours),
            zone="UTC",
        )
    assert refused.value.field == "on_day"


def test_an_entry_made_a_day_later_is_from_memory(practice: Practice, task_id: UUID) -> None:
    occasion = planned(practice.patient, task_id, TOMORROW)
    told(practice.patient, occasion, at=TOMORROW + timedelta(hours=25))
    said = seen(practice, occasion, TOMORROW + timedelta(hours=25)).said
    assert said
    assert said.is_from_memory


# Asking to change it


def test_asked_before_its_end_it_is_a_change(practice: Practice, task_id: UUID, clock: FrozenClock) -> None:
    occasion = planned(practice.patient, task_id, TOMORROW)
    with transaction():
        services.take_back(practice.patient, occasion, new_id(), TOMORROW + timedelta(hours=2))
    assert stored_results() == [("renegotiated", True)]


def test_asked_after_its_end_it_did_not_happen_and_the_wish_is_kept(practice: Practice, task_id: UUID) -> None:
    occasion = planned(practice.patient, task_id, TOMORROW)
    after = TOMORROW + timedelta(hours=2, seconds=1)
    told(practice.patient, occasion, Word.CHANGE, at=after)
    assert stored_results() == [("not_attempted", True)]
    said = seen(practice, occasion, after).said
    assert said
    assert said.word is Word.CHANGE


def test_a_correction_does_not_make_the_asking_later(practice: Practice, task_id: UUID, clock: FrozenClock) -> None:
    occasion = planned(practice.patient, task_id, TOMORROW)
    first = told(practice.patient, occasion, Word.CHANGE, at=clock.now())
    second = corrected(practice.patient, occasion, first, Word.DONE, at=TOMORROW + timedelta(days=1))
    corrected(practice.patient, occasion, second, Word.CHANGE, at=TOMORROW + timedelta(days=2))
    assert sorted(stored_results()) == [("done", False), ("renegotiated", True), ("renegotiated", True)]


def test_the_database_refuses_a_change_asked_too_late(practice: Practice, task_id: UUID) -> None:
    """Invariant 4, against whoever would write past the services."""
    occasion = planned(practice.patient, task_id, TOMORROW)
    told(practice.patient, occasion, Word.CHANGE, at=TOMORROW + timedelta(hours=3))
    for past_the_services in (
        "UPDATE debrief SET result = 'renegotiated'",
        "UPDATE debrief SET result = 'renegotiated', asked_at = NULL",
        "UPDATE debrief SET result = 'renegotiated', window_ended_at = '2026-01-01 00:00:00+00'",
    ):
        with pytest.raises(IntegrityError), transaction():
            db.session.execute(sa.text(past_the_services))


def stored_results() -> list[tuple[str, bool]]:
    found = db.session.execute(sa.text("SELECT result, asked_at FROM debrief ORDER BY entered_at"))
    return [(result, asked_at is not None) for result, asked_at in found]


# Corrections


def test_a_correction_takes_the_place_of_a_word_and_both_stay_readable(practice: Practice, task_id: UUID) -> None:
    occasion = planned(practice.patient, task_id, TOMORROW)
    first = told(practice.patient, occasion, Word.DONE, at=TOMORROW, learned="easy", met=(met("aunt", Telling.COVER),))
    corrected(practice.patient, occasion, first, Word.STOPPED_MIDWAY, at=TOMORROW + timedelta(days=2), learned="hard")
    found = seen(practice, occasion, TOMORROW + timedelta(days=2))
    assert found.said
    assert (found.said.word, found.said.learned, found.said.met) == (Word.STOPPED_MIDWAY, "hard", ())
    [earlier] = found.earlier
    assert (earlier.word, earlier.learned) == (Word.DONE, "easy")
    assert [each.telling for each in earlier.met] == [Telling.COVER]


def test_a_correction_keeps_the_day_unless_told_otherwise(practice: Practice, task_id: UUID) -> None:
    occasion = planned(practice.patient, task_id, TOMORROW)
    sooner = TOMORROW - timedelta(days=2)
    first = told(practice.patient, occasion, at=TOMORROW, happened_at=sooner, zone="Europe/Rome")
    second = corrected(practice.patient, occasion, first, Word.SMALLER, at=TOMORROW + timedelta(days=2))
    now = TOMORROW + timedelta(days=3)
    said = seen(practice, occasion, now).said
    assert said
    assert (said.happened_at, said.local_date) == (sooner, date(2025, 3, 4))
    corrected(practice.patient, occasion, second, Word.SMALLER, at=now, happened_at=TOMORROW, zone="Europe/Rome")
    said = seen(practice, occasion, now).said
    assert said
    assert said.local_date == date(2025, 3, 6)


def test_a_correction_twice_is_one(practice: Practice, task_id: UUID) -> None:
    occasion = planned(practice.patient, task_id, TOMORROW)
    first = told(practice.patient, occasion, at=TOMORROW)
    entry = DebriefEntry(id=new_id(), word=Word.SMALLER)
    for _ in range(2):
        with transaction():
            services.correct(practice.patient, occasion, entry, first, TOMORROW)
    assert rows("debrief") == 2


def test_of_two_corrections_of_one_word_the_second_is_told_to_look_again(practice: Practice, task_id: UUID) -> None:
    occasion = planned(practice.patient, task_id, TOMORROW)
    first = told(practice.patient, occasion, at=TOMORROW)
    corrected(practice.patient, occasion, first, Word.SMALLER, at=TOMORROW)
    with pytest.raises(RefusedError):
        corrected(practice.patient, occasion, first, Word.OBSTACLE, at=TOMORROW)
    with pytest.raises(RefusedError):
        corrected(practice.patient, occasion, new_id(), Word.OBSTACLE, at=TOMORROW)


def test_what_was_said_is_never_rewritten(practice: Practice, task_id: UUID) -> None:
    occasion = planned(practice.patient, task_id, TOMORROW, expected=expecting(5, aunt=(3, 3)))
    told(practice.patient, occasion, at=TOMORROW, met=(met("aunt"),))
    for name in ("Debrief", "Met", "Prediction", "PredictedSuffering"):
        table = next(mapper.class_ for mapper in Model.registry.mappers if mapper.class_.__name__ == name)
        db.session.delete(db.session.scalars(sa.select(table)).first())
        with pytest.raises(TypeError, match="append-only"):
            db.session.flush()
        db.session.rollback()


# Already done, and the week


def test_what_was_not_planned_here_is_plan_and_word_in_one(
    practice: Practice, task_id: UUID, clock: FrozenClock
) -> None:
    yesterday = clock.now() - timedelta(days=1)
    done = plan_of(task_id, yesterday, ends_at=yesterday)
    entry = DebriefEntry(id=done.id, word=Word.DONE, happened_at=yesterday, zone="Europe/Rome")
    for _ in range(2):
        with transaction():
            services.already_did(practice.patient, done, entry, clock.now())
    found = seen(practice, done.id, clock.now())
    assert found.said
    assert (found.phase, found.said.local_date, found.was_planned) == (Phase.SAID, date(2025, 3, 4), False)
    assert found.predicted.expected_guilt is None
    assert rows("experiment") == 1
    with pytest.raises(RefusedError), transaction():
        services.predict(practice.patient, done.id, expecting(3), clock.now())


YESTERDAY = datetime(2025, 3, 4, 18, 0, tzinfo=UTC)


def already(practice: Practice, task_id: UUID, when: datetime, at: datetime, id_: UUID | None = None) -> UUID:
    done = plan_of(task_id, when, ends_at=when, id=id_ or new_id())
    entry = DebriefEntry(id=done.id, word=Word.DONE, happened_at=None if when == at else when, zone="Europe/Rome")
    with transaction():
        services.already_did(practice.patient, done, entry, at)
    return done.id


def done_in_week(practice: Practice, lineage_id: UUID, now: datetime) -> int:
    record = queries.record_of(practice.patient, practice.patient.id, now)
    tally = weekly_count(record, lineage_id, MONDAY).tally
    return tally.done + tally.extra


def test_what_was_done_under_a_task_dropped_since_is_said_and_counts(
    practice: Practice, contract: Contract, clock: FrozenClock
) -> None:
    agreed_contract(practice, [practice_task()], at=clock.now())
    [offered] = queries.tasks_done_lately(practice.patient, clock.now())
    done = already(practice, offered.task_id, YESTERDAY, clock.now())
    assert seen(practice, done, clock.now()).task_id == contract.task_ids[0]
    assert done_in_week(practice, contract.lineage_ids[0], clock.now()) == 1
    with pytest.raises(RefusedError) as refused:
        already(practice, offered.task_id, clock.now() - timedelta(minutes=1), clock.now())
    assert refused.value.field == "task"
    assert rows("experiment") == 1


def test_what_was_done_hangs_on_the_version_of_its_day(
    practice: Practice, contract: Contract, clock: FrozenClock
) -> None:
    newer = agreed_contract(practice, [weekly(2, lineage_id=contract.lineage_ids[0])], at=clock.now())
    for chosen in (contract.task_ids[0], newer.task_ids[0]):
        done = already(practice, chosen, YESTERDAY, clock.now())
        assert seen(practice, done, clock.now()).task_id == contract.task_ids[0]
        today = already(practice, chosen, clock.now(), clock.now())
        assert seen(practice, today, clock.now()).task_id == newer.task_ids[0]
    before_any = already(practice, contract.task_ids[0], datetime(2025, 1, 7, tzinfo=UTC), clock.now())
    assert seen(practice, before_any, clock.now()).task_id == newer.task_ids[0]


def test_sent_again_after_the_agreement_changed_it_is_one(
    practice: Practice, contract: Contract, clock: FrozenClock
) -> None:
    click = new_id()
    already(practice, contract.task_ids[0], clock.now(), clock.now(), click)
    agreed_contract(practice, [practice_task()], at=clock.now())
    already(practice, contract.task_ids[0], clock.now(), clock.now(), click)
    assert (rows("experiment"), rows("debrief")) == (1, 1)


def test_what_was_agreed_until_two_weeks_ago_can_still_be_chosen(
    practice: Practice, contract: Contract, clock: FrozenClock
) -> None:
    agreed_contract(practice, [one_off(date(2025, 6, 1))], at=clock.now())
    assert [task.until_day for task in queries.tasks_done_lately(practice.patient, clock.now())] == [
        None,
        date(2025, 3, 5),
    ]
    for days, offered in ((13, 2), (14, 1)):
        assert len(queries.tasks_done_lately(practice.patient, clock.now() + timedelta(days=days))) == offered
    assert queries.tasks_done_lately(practice.other_patient, clock.now()) == []


def test_what_was_planned_before_the_agreement_changed_can_be_told_of(
    practice: Practice, contract: Contract, clock: FrozenClock
) -> None:
    yesterday, tomorrow = (planned(practice.patient, contract.task_ids[0], when) for when in (YESTERDAY, TOMORROW))
    agreed_contract(practice, [practice_task()], at=clock.now())
    for occasion in (yesterday, tomorrow):
        told(practice.patient, occasion, at=TOMORROW)
    assert rows("debrief") == 2
    assert done_in_week(practice, contract.lineage_ids[0], TOMORROW) == 1


def test_just_now_sent_again_a_minute_later_is_the_same_now(
    practice: Practice, task_id: UUID, clock: FrozenClock
) -> None:
    click = new_id()
    for _ in range(2):
        done = plan_of(task_id, clock.now(), ends_at=clock.now(), id=click)
        with transaction():
            services.already_did(practice.patient, done, DebriefEntry(id=click, word=Word.DONE), clock.now())
        clock.advance(minutes=1)
    assert (rows("experiment"), rows("debrief")) == (1, 1)


def test_what_lies_ahead_was_not_already_done(practice: Practice, task_id: UUID, clock: FrozenClock) -> None:
    with pytest.raises(RefusedError) as refused, transaction():
        services.already_did(
            practice.patient, plan_of(task_id, TOMORROW), DebriefEntry(id=new_id(), word=Word.DONE), clock.now()
        )
    assert refused.value.field == "on_day"
    assert rows("experiment") == 0


def test_thats_all_this_week_is_said_once(practice: Practice, contract: Contract, clock: FrozenClock) -> None:
    for _ in range(2):
        closed_week(practice.patient, contract.lineage_ids[0], MONDAY, at=clock.now())
    assert rows("week_closed") == 1
    [week] = queries.this_week(practice.patient, HOME, clock.now())
    assert week.said_all


def test_a_week_to_come_is_not_closed(practice: Practice, contract: Contract, clock: FrozenClock) -> None:
    with pytest.raises(RefusedError):
        closed_week(practice.patient, contract.lineage_ids[0], MONDAY + timedelta(weeks=1), at=clock.now())


def test_only_a_weekly_task_of_ones_own_has_weeks(practice: Practice, clock: FrozenClock) -> None:
    contract = agreed_contract(practice, [weekly(), one_off(date(2025, 3, 30))])
    weekly_line, one_off_line = contract.lineage_ids
    before_it = date(2025, 1, 27)
    for lineage_id, monday in (
        (one_off_line, MONDAY),
        (new_id(), MONDAY),
        (weekly_line, before_it),
        (weekly_line, MONDAY + timedelta(days=1)),
    ):
        with pytest.raises(NotFoundError):
            closed_week(practice.patient, lineage_id, monday, at=clock.now())
    with pytest.raises(NotFoundError):
        closed_week(practice.other_patient, weekly_line, MONDAY, at=clock.now())


# Whose it is


def test_to_everybody_else_an_occasion_is_not_there(practice: Practice, task_id: UUID, clock: FrozenClock) -> None:
    occasion = planned(practice.patient, task_id, TOMORROW)
    word = told(practice.patient, occasion, at=clock.now())
    strangers: tuple[Actor, ...] = (
        practice.therapist,
        practice.other_patient,
        practice.other_therapist,
        practice.admin,
    )
    for stranger in strangers:
        for id_ in (occasion, new_id()):
            for act in acts_on(stranger, id_, task_id, word, clock.now()):
                with pytest.raises(NotFoundError), transaction():
                    act()
    assert (rows("experiment"), rows("debrief"), rows("prediction")) == (1, 1, 0)


def acts_on(actor: Actor, occasion: UUID, task_id: UUID, word: UUID, at: datetime) -> Iterator[Callable[[], object]]:
    entry = DebriefEntry(id=new_id(), word=Word.DONE)
    yield lambda: services.change_plan(actor, plan_of(task_id, TOMORROW, id=occasion), "", at)
    yield lambda: services.take_back(actor, occasion, new_id(), at)
    yield lambda: services.predict(actor, occasion, expecting(4), at)
    yield lambda: services.lock_prediction(actor, occasion, at)
    yield lambda: services.debrief(actor, occasion, entry, at)
    yield lambda: services.correct(actor, occasion, entry, word, at)
    yield lambda: queries.occasion(actor, occasion, at)


def test_an_id_that_is_anothers_answers_as_a_missing_one(practice: Practice, task_id: UUID, clock: FrozenClock) -> None:
    occasion = planned(practice.patient, task_id, TOMORROW, expected=expecting(5, aunt=(3, 3)))
    [(aunt, _label)] = queries.people_of(practice.patient, practice.patient.id)
    [(tennis, _other)] = queries.activities_of(practice.patient, practice.patient.id)
    with pytest.raises(NotFoundError), transaction():
        services.plan(practice.other_patient, plan_of(task_id, TOMORROW, id=occasion), clock.now())
    with pytest.raises(NotFoundError):
        services.require_own_person(practice.other_patient, aunt)
    other = task_of_the_other(practice)
    with pytest.raises(NotFoundError):
        planned(practice.other_patient, other, TOMORROW, at=clock.now(), activity=Named(id=tennis))
    theirs = planned(practice.other_patient, other, TOMORROW)
    with pytest.raises(NotFoundError), transaction():
        services.predict(practice.other_patient, theirs, Expectation(3, (Fear(Named(id=aunt), 4),)), clock.now())
    with pytest.raises(RefusedError):
        planned(practice.other_patient, task_id, TOMORROW)


def task_of_the_other(practice: Practice) -> UUID:
    mirrored = practice.of_the_others
    return agreed_contract(mirrored).task_ids[0]


def test_a_double_tap_from_two_phones_at_once_is_one(
    app: Flask, practice: Practice, task_id: UUID, clock: FrozenClock
) -> None:
    occasion, word = plan_of(task_id, TOMORROW), DebriefEntry(id=new_id(), word=Word.DONE, met=(met("aunt"),))

    def tap(_: int) -> None:
        with app.app_context():
            with transaction():
                services.plan(practice.patient, occasion, clock.now())
            with transaction():
                services.debrief(practice.patient, occasion.id, word, clock.now())
            db.session.remove()

    with ThreadPoolExecutor(4) as phones:
        list(phones.map(tap, range(12)))
    db.session.rollback()
    assert [rows(table) for table in ("experiment", "activity", "debrief", "met", "person")] == [1, 1, 1, 1, 1]


def test_what_two_phones_name_at_once_stands_on_the_list_once(
    app: Flask, practice: Practice, task_id: UUID, clock: FrozenClock
) -> None:
    def tap(number: int) -> None:
        with app.app_context():
            with transaction():
                services.plan(practice.patient, plan_of(task_id, TOMORROW + timedelta(hours=number)), clock.now())
                services.add_person(practice.patient, "aunt")
            db.session.remove()

    with ThreadPoolExecutor(4) as phones:
        list(phones.map(tap, range(12)))
    db.session.rollback()
    assert [rows(table) for table in ("experiment", "activity", "person")] == [12, 1, 1]
