"""Before a session: the patient's own point, and an agenda that collects by itself and that both read."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from companion.accounts.rules import Actor
from companion.contract import services as contract
from companion.contract.rules import Decision, Feels, Scope, TaskKind, TaskWords
from companion.kernel.clock import FrozenClock
from companion.kernel.errors import NotFoundError, RefusedError
from companion.kernel.ids import new_id
from companion.sessions.queries import agenda_of, fingerprint_of, meeting, point_of, point_to_begin_with
from companion.sessions.queries.view_models import PointRead
from companion.sessions.rules import COLLECTS_FOR, Learned, RuptureWords
from companion.sessions.rules.agenda import About, Line
from companion.sessions.services import (
    add_to_agenda,
    change_rupture,
    note_rupture,
    remove_session,
    say_learned,
    set_next_session,
    tick,
    untick,
    write_point,
)
from companion.transaction import transaction
from tests.factories.contract import (
    FRAME,
    TaskPlan,
    agreed_contract,
    agreeing,
    one_off,
    practice_task,
    proposed_contract,
)
from tests.factories.people import Practice, put_in_care
from tests.factories.sessions import DAY, session_at

pytestmark = pytest.mark.usefixtures("context")

TOMORROW = datetime(2025, 3, 6, 9, tzinfo=UTC)
"""10:00 in Rome."""
POINT = PointRead("The wedding in June", "What I wrote on Sunday")


@pytest.fixture
def session_id(practice: Practice) -> UUID:
    return session_at(practice, TOMORROW)


def lines(practice: Practice, session_id: UUID, at: datetime, viewer: Actor | None = None) -> tuple[Line, ...]:
    viewer = viewer or practice.therapist
    return agenda_of(viewer, meeting(viewer, practice.patient.id, session_id), at)


def abouts(practice: Practice, session_id: UUID, at: datetime) -> list[About]:
    found = lines(practice, session_id, at)
    assert found == lines(practice, session_id, at, practice.patient), "both read the same list"
    return [line.about for line in found]


# The patient's own point


def test_the_patients_point_is_theirs_to_change_until_the_session(
    practice: Practice, session_id: UUID, clock: FrozenClock
) -> None:
    with transaction():
        write_point(practice.patient, session_id, POINT, clock.now())
    assert point_of(practice.therapist, practice.patient.id, session_id) == POINT
    with transaction():
        write_point(practice.patient, session_id, PointRead("Something else"), TOMORROW - timedelta(seconds=1))
    with pytest.raises(RefusedError), transaction():
        write_point(practice.patient, session_id, POINT, TOMORROW)
    assert point_of(practice.patient, practice.patient.id, session_id) == PointRead("Something else")


def test_of_two_pages_the_second_is_told(practice: Practice, session_id: UUID, clock: FrozenClock) -> None:
    seen = fingerprint_of(PointRead())
    with transaction():
        write_point(practice.patient, session_id, POINT, clock.now(), seen)
    with transaction():
        write_point(practice.patient, session_id, POINT, clock.now(), seen)  # the same once more
    with pytest.raises(RefusedError), transaction():
        write_point(practice.patient, session_id, PointRead("Something else"), clock.now(), seen)


def test_what_was_written_for_one_that_is_taken_off_begins_the_next(
    practice: Practice, session_id: UUID, clock: FrozenClock
) -> None:
    with transaction():
        write_point(practice.patient, session_id, POINT, clock.now())
        remove_session(practice.therapist, practice.patient.id, session_id, clock.now())
    with pytest.raises(NotFoundError):
        meeting(practice.patient, practice.patient.id, session_id)
    later = session_at(practice, TOMORROW + DAY)
    assert point_to_begin_with(practice.patient, later) == POINT
    assert point_of(practice.patient, practice.patient.id, later) == PointRead()
    with transaction():
        set_next_session(practice.therapist, practice.patient.id, TOMORROW, clock.now())
    assert point_of(practice.patient, practice.patient.id, session_id) == POINT


def test_nobody_else_writes_or_reads_it(practice: Practice, session_id: UUID, clock: FrozenClock) -> None:
    for stranger in (practice.therapist, practice.other_patient, practice.other_therapist, practice.admin):
        with pytest.raises(NotFoundError), transaction():
            write_point(stranger, session_id, POINT, clock.now())
    for stranger in (practice.other_patient, practice.other_therapist, practice.former_therapist, practice.admin):
        with pytest.raises(NotFoundError):
            point_of(stranger, practice.patient.id, session_id)
    with pytest.raises(NotFoundError), transaction():
        write_point(practice.patient, new_id(), POINT, clock.now())


# The agenda


def test_it_collects_what_stands_open(practice: Practice, session_id: UUID, clock: FrozenClock) -> None:
    assert abouts(practice, session_id, clock.now()) == [About.NOTHING_AGREED]
    in_session = TaskPlan(TaskWords(text="A role-play of the dinner", kind=TaskKind.IN_SESSION))
    agreed = agreed_contract(practice, [practice_task(), in_session], feels=Feels.TOLD_BUT_I_CAN_CHOOSE)
    assert abouts(practice, session_id, clock.now()) == [*(About.TOLD_BUT_CAN_CHOOSE, About.HOMEWORK, About.IN_SESSION)]
    with transaction():
        contract.flag_task(practice.patient, agreed.task_ids[0], "", clock.now())
        write_point(practice.patient, session_id, POINT, clock.now())
    assert abouts(practice, session_id, clock.now())[:2] == [About.OWN_POINT, About.ORDER_FLAG]
    with transaction():
        contract.pause(practice.patient, Scope.TASK, agreed.lineage_ids[1], clock.now())
    assert About.IN_SESSION not in abouts(practice, session_id, clock.now())
    assert About.REVIEW in abouts(
        practice, session_at(practice, datetime(2025, 6, 9, 9, tzinfo=UTC)), _after(FRAME.review_on)
    )


def _after(day: date | None) -> datetime:
    assert day
    return datetime(day.year, day.month, day.day + 2, tzinfo=UTC)


def test_a_proposal_and_what_was_called_an_order_in_it(
    practice: Practice, session_id: UUID, clock: FrozenClock
) -> None:
    proposed = proposed_contract(practice, [one_off(date(2025, 4, 1))])
    assert abouts(practice, session_id, clock.now()) == [About.PROPOSAL, About.NOTHING_AGREED]
    with transaction():
        contract.flag_task(practice.patient, proposed.task_ids[0], "", clock.now())
        contract.flag_version(practice.patient, proposed.id, "", clock.now())
        said = agreeing(proposed, decision=Decision.NOT_NOW)
        contract.answer(practice.patient, proposed.id, proposed.content_hash, said, clock.now())
    assert abouts(practice, session_id, clock.now()) == [About.ORDER_FLAG, About.ORDER_FLAG, About.NOTHING_AGREED]


def test_the_homework_is_asked_after_until_both_have_answered(
    practice: Practice, session_id: UUID, clock: FrozenClock
) -> None:
    agreed_contract(practice)
    for actor in (practice.therapist, practice.patient):
        assert abouts(practice, session_id, TOMORROW) == [About.HOMEWORK]
        with transaction():
            say_learned(actor, practice.patient.id, session_id, Learned.SOMETHING, TOMORROW)
    assert abouts(practice, session_id, TOMORROW) == []


def test_a_rupture_comes_on_it_once_it_was_talked_about_and_until_it_is_repaired(
    practice: Practice, session_id: UUID
) -> None:
    agreed_contract(practice, [TaskPlan(TaskWords(text="A scene", kind=TaskKind.IN_SESSION))])
    for words, found in (
        (RuptureWords(happened="I hurried"), False),
        (RuptureWords(happened="I hurried", talked_about=True), True),
        (RuptureWords(happened="I hurried", talked_about=True, repair="I said so"), True),
    ):
        with transaction():
            note_rupture(practice.therapist, practice.patient.id, session_id, words, TOMORROW)
        assert (About.BETWEEN_US in abouts(practice, session_id, TOMORROW)) is found
    assert "hurried" not in str([line.words for line in lines(practice, session_id, TOMORROW)])


def test_only_the_next_one_collects_and_for_half_a_day(
    practice: Practice, session_id: UUID, clock: FrozenClock
) -> None:
    later = session_at(practice, TOMORROW + 7 * DAY)
    assert abouts(practice, later, clock.now()) == []
    over = TOMORROW + COLLECTS_FOR
    assert abouts(practice, session_id, over) == []
    assert abouts(practice, later, over) == [About.NOTHING_AGREED]
    with transaction():
        write_point(practice.patient, session_id, POINT, clock.now())
    assert abouts(practice, session_id, over) == [About.OWN_POINT]


def test_both_add_in_their_own_words_and_once(practice: Practice, session_id: UUID, clock: FrozenClock) -> None:
    page = new_id()
    for _ in range(2):
        with transaction():
            add_to_agenda(practice.patient, practice.patient.id, session_id, "My aunt", clock.now(), page)
    with transaction():
        add_to_agenda(practice.therapist, practice.patient.id, session_id, "The summer", clock.now() + DAY / 24)
    added = [line for line in lines(practice, session_id, clock.now()) if line.about is About.ADDED]
    assert [(line.words, line.by_patient) for line in added] == [("My aunt", True), ("The summer", False)]
    with pytest.raises(RefusedError), transaction():
        add_to_agenda(practice.patient, practice.patient.id, session_id, "My uncle", clock.now(), page)
    with pytest.raises(RefusedError), transaction():
        add_to_agenda(practice.patient, practice.patient.id, session_id, "Too late", TOMORROW + COLLECTS_FOR)


def test_what_was_added_for_one_that_is_taken_off_stands_on_the_next(
    practice: Practice, session_id: UUID, clock: FrozenClock
) -> None:
    def added(on: UUID) -> list[tuple[str, bool]]:
        return [(each.words, each.is_ticked) for each in lines(practice, on, clock.now()) if each.about is About.ADDED]

    talked_about = new_id()
    with transaction():
        add_to_agenda(practice.patient, practice.patient.id, session_id, "My aunt", clock.now())
        add_to_agenda(practice.therapist, practice.patient.id, session_id, "The summer", clock.now(), talked_about)
        tick(practice.therapist, practice.patient.id, session_id, About.ADDED, talked_about, clock.now())
        remove_session(practice.therapist, practice.patient.id, session_id, clock.now())
    later, last = (session_at(practice, TOMORROW + days * DAY) for days in (1, 8))
    assert (added(later), added(last)) == ([("My aunt", False)], [])
    [aunt] = [each for each in lines(practice, later, clock.now(), practice.patient) if each.about is About.ADDED]
    assert aunt.by_patient
    with transaction():
        tick(practice.therapist, practice.patient.id, later, About.ADDED, aunt.subject, clock.now())
    assert (added(later), added(last)) == ([("My aunt", True)], [])
    with transaction():  # on again: what was added for it stands there
        set_next_session(practice.therapist, practice.patient.id, TOMORROW, clock.now())
    assert ("My aunt", False) in added(session_id)


def test_a_rupture_that_is_not_talked_about_any_more_is_off_the_list_though_ticked(
    practice: Practice, session_id: UUID
) -> None:
    on = (practice.therapist, practice.patient.id, session_id)
    with transaction():
        rupture = note_rupture(*on, RuptureWords(happened="I hurried", talked_about=True), TOMORROW)
        tick(*on, About.BETWEEN_US, rupture, TOMORROW)
    assert About.BETWEEN_US in abouts(practice, session_id, TOMORROW)
    with transaction():
        change_rupture(*on, rupture, RuptureWords(happened="I hurried"), TOMORROW)
    assert About.BETWEEN_US not in abouts(practice, session_id, TOMORROW)


def test_the_therapist_ticks_and_what_was_ticked_stands(practice: Practice, session_id: UUID) -> None:
    with transaction():
        tick(practice.therapist, practice.patient.id, session_id, About.NOTHING_AGREED, session_id, TOMORROW)
        tick(practice.therapist, practice.patient.id, session_id, About.NOTHING_AGREED, session_id, TOMORROW)
    agreed_contract(practice)
    long_after = TOMORROW + 9 * DAY
    [line] = lines(practice, session_id, long_after, practice.patient)
    assert (line.about, line.is_ticked) == (About.NOTHING_AGREED, True)
    with transaction():
        untick(practice.therapist, practice.patient.id, session_id, About.NOTHING_AGREED, session_id, long_after)
    assert lines(practice, session_id, long_after) == ()


def test_nobody_else_ticks_and_nothing_that_does_not_stand_there(practice: Practice, session_id: UUID) -> None:
    for stranger in (practice.patient, practice.other_therapist, practice.former_therapist):
        with pytest.raises(NotFoundError), transaction():
            tick(stranger, practice.patient.id, session_id, About.NOTHING_AGREED, session_id, TOMORROW)
    with pytest.raises(NotFoundError), transaction():
        tick(practice.therapist, practice.patient.id, session_id, About.REVIEW, new_id(), TOMORROW)
    for stranger in (practice.other_patient, practice.other_therapist):
        with pytest.raises(NotFoundError), transaction():
            add_to_agenda(stranger, practice.patient.id, session_id, "x", TOMORROW)
        with pytest.raises(NotFoundError):
            lines(practice, session_id, TOMORROW, stranger)


def test_another_therapist_of_the_patients_reads_the_same_list(practice: Practice, session_id: UUID) -> None:
    put_in_care(practice.patient.id, practice.other_therapist.id)
    assert lines(practice, session_id, TOMORROW, practice.other_therapist) == lines(practice, session_id, TOMORROW)
