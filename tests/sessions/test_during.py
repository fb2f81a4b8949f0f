"""In a session: a scene step by step, words found, two ideas, and what comes between the two."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from companion.accounts.rules import Actor
from companion.audit.models import AuditEvent
from companion.checkins import queries as cards
from companion.checkins import services as checkins
from companion.contract.rules import TaskKind, TaskWords
from companion.extensions import db
from companion.kernel.errors import NotFoundError, RefusedError, SentBeforeError
from companion.kernel.ids import new_id
from companion.sessions.models import StepConsent
from companion.sessions.queries import (
    believed,
    fingerprint_of,
    ideas_of,
    rupture,
    ruptures_of,
    ruptures_told,
    scene,
    scenes_of,
)
from companion.sessions.rules import MOST_STEPS, Belief, ChosenBy, RuptureWords, SceneKind, StepSaid
from companion.sessions.services import (
    Ideas,
    Step,
    begin_scene,
    change_rupture,
    change_scene,
    note_rupture,
    note_step,
    rate_beliefs,
    suggest_words_found,
)
from companion.transaction import transaction
from tests.factories.contract import TaskPlan, agreed_contract, weekly
from tests.factories.people import Practice, put_in_care
from tests.factories.sessions import scene_in, scene_words, session_at

pytestmark = pytest.mark.usefixtures("context")

TEN = datetime(2025, 3, 5, 9, tzinfo=UTC)
A_MINUTE = timedelta(minutes=1)
IDEAS = Ideas("If I am fine, they suffer", "I may be fine, and love them")


@pytest.fixture
def session_id(practice: Practice) -> UUID:
    return session_at(practice, TEN)


def step(
    practice: Practice, session_id: UUID, scene_id: UUID, said: StepSaid, at: datetime = TEN, page: UUID | None = None
) -> None:
    with transaction():
        taken = Step("Stand up and say it", said)
        note_step(practice.therapist, practice.patient.id, session_id, scene_id, taken, at, page)


# Scenes


def test_a_scene_goes_step_by_step_and_the_patient_reads_what_was_agreed(practice: Practice, session_id: UUID) -> None:
    scene_id = scene_in(practice, session_id, TEN)
    for number, said in enumerate((StepSaid.YES, StepSaid.NOT_THIS, StepSaid.YES)):
        step(practice, session_id, scene_id, said, TEN + number * A_MINUTE)
    [read] = scenes_of(practice.patient, practice.patient.id, session_id)
    assert [(each.number, each.said, each.at) for each in read.steps] == [
        (1, StepSaid.YES, TEN),
        (2, StepSaid.NOT_THIS, TEN + A_MINUTE),
        (3, StepSaid.YES, TEN + 2 * A_MINUTE),
    ]
    assert read.stopped_at is None
    assert read == scene(practice.therapist, practice.patient.id, session_id, scene_id)


def test_a_stop_ends_it_at_once(practice: Practice, session_id: UUID) -> None:
    scene_id, page = scene_in(practice, session_id, TEN), new_id()
    step(practice, session_id, scene_id, StepSaid.YES)
    step(practice, session_id, scene_id, StepSaid.STOP, TEN + A_MINUTE, page)
    step(practice, session_id, scene_id, StepSaid.STOP, TEN + A_MINUTE, page)  # the same once more
    with pytest.raises(RefusedError):
        step(practice, session_id, scene_id, StepSaid.YES, TEN + 2 * A_MINUTE)
    read = scene(practice.patient, practice.patient.id, session_id, scene_id)
    assert (len(read.steps), read.stopped_at) == (2, TEN + A_MINUTE)
    with transaction():  # what was felt and found can still be written
        words = scene_words(words_found="I said stop", guilt_after=3)
        change_scene(practice.therapist, practice.patient.id, session_id, scene_id, words, TEN)


def test_the_tables_know_no_step_after_a_stop_and_no_other_words(practice: Practice, session_id: UUID) -> None:
    scene_id = scene_in(practice, session_id, TEN)
    step(practice, session_id, scene_id, StepSaid.STOP)
    again = {"id": new_id(), "patient_id": practice.patient.id, "scene_id": scene_id, "number": 2}
    for forbidden in (
        sa.insert(StepConsent).values(**again, said=StepSaid.YES, said_at=TEN),
        sa.update(StepConsent).values(said=StepSaid.YES),
    ):
        with pytest.raises(DBAPIError), transaction():
            db.session.execute(forbidden)


def test_each_step_is_in_the_audit_without_its_words(practice: Practice, session_id: UUID) -> None:
    step(practice, session_id, scene_in(practice, session_id, TEN), StepSaid.NOT_THIS)
    [about] = db.session.scalars(sa.select(AuditEvent.about).where(AuditEvent.event == "step_noted"))
    assert (about["step"], about["said"]) == (1, "not_this")


def test_a_scene_may_be_of_a_task_agreed_for_the_session_and_of_no_other(practice: Practice, session_id: UUID) -> None:
    tasks = [weekly(), TaskPlan(TaskWords(text="A role-play", kind=TaskKind.IN_SESSION))]
    homework, agreed = agreed_contract(practice, tasks).lineage_ids
    scene_in(practice, session_id, TEN, words=scene_words(lineage_id=agreed))
    [read] = scenes_of(practice.therapist, practice.patient.id, session_id)
    assert (read.words.lineage_id, read.task) == (agreed, "A role-play")
    for other in (homework, new_id()):
        words = scene_words(lineage_id=other)
        with pytest.raises(NotFoundError):
            scene_in(practice, session_id, TEN, words=words)
        with pytest.raises(NotFoundError), transaction():
            change_scene(practice.therapist, practice.patient.id, session_id, read.id, words, TEN)


def test_a_scene_sent_twice_is_one_and_of_two_pages_the_second_is_told(practice: Practice, session_id: UUID) -> None:
    page = new_id()
    for _ in range(2):
        with transaction():
            begin_scene(practice.therapist, practice.patient.id, session_id, scene_words(), TEN, page)
    [read] = scenes_of(practice.therapist, practice.patient.id, session_id)
    seen, first, other = (fingerprint_of(read.words), scene_words(words_found="a"), scene_words(words_found="b"))
    for words in (first, first):
        with transaction():
            change_scene(practice.therapist, practice.patient.id, session_id, page, words, TEN, seen)
    with pytest.raises(RefusedError), transaction():
        change_scene(practice.therapist, practice.patient.id, session_id, page, other, TEN, seen)


def test_there_is_an_end_to_the_steps(practice: Practice, session_id: UUID) -> None:
    scene_id = scene_in(practice, session_id, TEN)
    for _ in range(MOST_STEPS):
        step(practice, session_id, scene_id, StepSaid.YES)
    with pytest.raises(RefusedError):
        step(practice, session_id, scene_id, StepSaid.YES)


def test_nothing_is_written_up_that_is_still_to_come(practice: Practice, session_id: UUID) -> None:
    with pytest.raises(RefusedError):
        scene_in(practice, session_id, TEN - timedelta(hours=2))
    scene_in(practice, session_id, TEN - timedelta(minutes=5))


@pytest.mark.parametrize(
    "others",
    [{"chosen_by": ChosenBy.PATIENT}, {"kind": SceneKind.IMAGERY}, {"guilt_before": 2}, {"words_found": "I stay"}],
)
def test_a_page_of_a_scene_sent_again_with_anything_else_is_told(
    practice: Practice, session_id: UUID, others: dict[str, object]
) -> None:
    page, on = new_id(), (practice.therapist, practice.patient.id, session_id)
    agreed = agreed_contract(practice, [TaskPlan(TaskWords(text="A role-play", kind=TaskKind.IN_SESSION))])
    with transaction():
        begin_scene(*on, scene_words(), TEN, page)
    with pytest.raises(SentBeforeError), transaction():
        begin_scene(*on, replace(scene_words(), **others), TEN, page)  # type: ignore[arg-type]  # any of them
    with pytest.raises(SentBeforeError), transaction():
        begin_scene(*on, scene_words(lineage_id=agreed.lineage_ids[0]), TEN, page)


# Words found


def test_words_found_become_a_card_only_if_the_patient_keeps_it(practice: Practice, session_id: UUID) -> None:
    scene_id = scene_in(practice, session_id, TEN)
    handed = (practice.therapist, practice.patient.id, session_id, scene_id)
    with pytest.raises(RefusedError), transaction():
        suggest_words_found(*handed, TEN)
    with transaction():
        change_scene(*handed, scene_words(words_found="I am not leaving you."), TEN)
    for _ in range(2):
        with transaction():
            suggest_words_found(*handed, TEN)
    [suggested] = cards.cards_of(practice.patient)
    assert (suggested.words, suggested.is_mine) == ("I am not leaving you.", False)
    assert not scene(*handed).card_is_kept
    with transaction():
        checkins.keep_suggested(practice.patient, suggested.id, "I am only going to dinner.", TEN)
    assert [(card.words, card.is_mine) for card in cards.cards_of(practice.patient)] == [
        ("I am only going to dinner.", True)
    ]
    assert scene(*handed).card_is_kept


def test_that_a_suggestion_was_left_is_not_told(practice: Practice, session_id: UUID) -> None:
    scene_id = scene_in(practice, session_id, TEN, words=scene_words(words_found="Words"))
    handed = (practice.therapist, practice.patient.id, session_id, scene_id)
    with transaction():
        suggest_words_found(*handed, TEN)
    before, [card] = scene(*handed), cards.cards_of(practice.patient)
    with transaction():
        checkins.let_go_of_card(practice.patient, card.id, TEN)
    assert scene(*handed) == before
    assert cards.cards_of(practice.patient) == []


# The two ideas


def believe(practice: Practice, session_id: UUID, ideas: Ideas, belief: Belief, page: UUID | None = None) -> None:
    with transaction():
        rate_beliefs(practice.therapist, practice.patient.id, session_id, ideas, belief, TEN, page)


def test_the_ideas_stay_and_are_believed_anew_in_each_session(practice: Practice, session_id: UUID) -> None:
    page = new_id()
    for _ in range(2):
        believe(practice, session_id, IDEAS, Belief(old=90, new=10), page)
    believe(practice, session_id, IDEAS, Belief(old=80, new=10))  # said again in the same session: the latest counts
    later = session_at(practice, TEN + timedelta(minutes=50))
    believe(practice, later, IDEAS, Belief(old=45))
    read = believed(practice.patient, practice.patient.id)
    assert [(each.session_id, each.believed) for each in read] == [
        (later, Belief(old=45)),
        (session_id, Belief(old=80, new=10)),
    ]


def test_numbers_stay_with_the_sentences_they_were_given_to(practice: Practice, session_id: UUID) -> None:
    believe(practice, session_id, IDEAS, Belief(old=90, new=10))
    reworded = Ideas(IDEAS.old_idea, "I may be fine")
    later = session_at(practice, TEN + timedelta(minutes=50))
    believe(practice, later, reworded, Belief(new=20))
    now = ideas_of(practice.patient, practice.patient.id)
    assert now
    assert now.new_idea == "I may be fine"
    assert [each.new_idea for each in believed(practice.therapist, practice.patient.id)] == [
        "I may be fine",
        IDEAS.new_idea,
    ]


@pytest.mark.parametrize(("ideas", "field"), [(Ideas("", "b"), "old_idea"), (Ideas("a", ""), "new_idea")])
def test_both_ideas_are_needed(practice: Practice, session_id: UUID, ideas: Ideas, field: str) -> None:
    with pytest.raises(RefusedError) as refused:
        believe(practice, session_id, ideas, Belief(old=1))
    assert refused.value.field == field


def test_a_page_of_the_ideas_sent_again_in_other_words_is_told(practice: Practice, session_id: UUID) -> None:
    page = new_id()
    believe(practice, session_id, IDEAS, Belief(old=90), page)
    for ideas in (Ideas("Another", IDEAS.new_idea), Ideas(IDEAS.old_idea, "Another")):
        with pytest.raises(SentBeforeError):
            believe(practice, session_id, ideas, Belief(old=90), page)


# What comes between the two


def test_a_rupture_is_the_therapists_until_both_have_talked_about_it(practice: Practice, session_id: UUID) -> None:
    page, words = new_id(), RuptureWords(happened="I hurried", my_part="I wanted it done")
    on = (practice.therapist, practice.patient.id, session_id)
    for _ in range(2):
        with transaction():
            note_rupture(*on, words, TEN, page)
    assert ruptures_told(practice.patient, practice.patient.id, session_id) == []
    [open_one] = ruptures_of(practice.therapist, practice.patient.id)
    assert open_one.words == words
    with transaction():
        talked = RuptureWords(happened="I hurried", my_part="I wanted it done", repair="I said so", talked_about=True)
        change_rupture(*on, page, talked, TEN, fingerprint_of(words))
    with pytest.raises(RefusedError), transaction():
        change_rupture(*on, page, words, TEN, fingerprint_of(words))
    assert [told.is_repaired for told in ruptures_told(practice.patient, practice.patient.id, session_id)] == [True]
    assert ruptures_of(practice.therapist, practice.patient.id) == []
    assert rupture(*on, page).words == talked


def test_a_page_of_a_rupture_sent_again_with_anything_else_is_told(practice: Practice, session_id: UUID) -> None:
    page, words = new_id(), RuptureWords(happened="I hurried")
    on = (practice.therapist, practice.patient.id, session_id)
    with transaction():
        note_rupture(*on, words, TEN, page)
    for others in (
        RuptureWords(happened="I hurried", my_part="I wanted it done"),
        RuptureWords(happened="I hurried", repair="I said so"),
        RuptureWords(happened="I hurried", talked_about=True),
    ):
        with pytest.raises(SentBeforeError), transaction():
            note_rupture(*on, others, TEN, page)


def test_a_rupture_is_read_and_changed_by_its_author_alone(practice: Practice, session_id: UUID) -> None:
    with transaction():
        words = RuptureWords(happened="I hurried")
        made = note_rupture(practice.therapist, practice.patient.id, session_id, words, TEN)
    put_in_care(practice.patient.id, practice.other_therapist.id)
    assert ruptures_of(practice.other_therapist, practice.patient.id) == []
    with pytest.raises(NotFoundError), transaction():
        change_rupture(practice.other_therapist, practice.patient.id, session_id, made, words, TEN)
    with pytest.raises(NotFoundError):
        ruptures_of(practice.patient, practice.patient.id)


# Who may


def strangers(practice: Practice) -> tuple[Actor, ...]:
    therapists = (practice.other_therapist, practice.former_therapist)
    return (practice.patient, *therapists, practice.other_patient, practice.admin)


def test_nobody_else_writes_anything_down(practice: Practice, session_id: UUID) -> None:
    scene_id = scene_in(practice, session_id, TEN, words=scene_words(words_found="Words"))
    patient_id = practice.patient.id
    for stranger in strangers(practice):
        on = (stranger, patient_id, session_id)
        acts: tuple[Callable[[], object], ...] = (
            partial(begin_scene, *on, scene_words(), TEN),
            partial(change_scene, *on, scene_id, scene_words(), TEN),
            partial(note_step, *on, scene_id, Step("x", StepSaid.YES), TEN),
            partial(suggest_words_found, *on, scene_id, TEN),
            partial(rate_beliefs, *on, IDEAS, Belief(), TEN),
            partial(note_rupture, *on, RuptureWords(happened="x"), TEN),
        )
        for act in acts:
            with pytest.raises(NotFoundError), transaction():
                act()
    for stranger in strangers(practice)[1:]:
        with pytest.raises(NotFoundError):
            scenes_of(stranger, patient_id, session_id)
        with pytest.raises(NotFoundError):
            believed(stranger, patient_id)


def test_a_scene_of_another_session_is_not_there(practice: Practice, session_id: UUID) -> None:
    scene_id = scene_in(practice, session_id, TEN)
    other = session_at(practice, TEN + timedelta(minutes=30))
    with pytest.raises(NotFoundError):
        scene(practice.therapist, practice.patient.id, other, scene_id)
    with pytest.raises(NotFoundError):
        step(practice, other, scene_id, StepSaid.YES)
