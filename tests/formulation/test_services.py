"""What patient and therapist do about wishes and the pattern."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask

from companion.accounts.rules import Actor, Role
from companion.extensions import db
from companion.formulation import services
from companion.formulation.queries import patterns_of, wishes_of
from companion.formulation.rules import (
    MOST_SUGGESTIONS,
    Fit,
    Motive,
    PatternState,
    PatternWords,
    WishState,
    WishWords,
)
from companion.kernel.clock import FrozenClock
from companion.kernel.errors import NotFoundError, RefusedError, SentBeforeError
from companion.kernel.ids import new_id
from companion.transaction import transaction
from tests.factories.formulation import (
    PATTERN,
    answered_pattern,
    kept_wish,
    patterns_for,
    proposed_pattern,
    suggested_wish,
    wish_for,
)
from tests.factories.people import Practice
from tests.support.at_once import at_once
from tests.support.noted import noted

pytestmark = pytest.mark.usefixtures("context")

MINE = WishWords("Learn to sail", Motive.FREEDOM)
OTHER = replace(PATTERN, wish="a holiday with nobody to look after")


def refusal(act: Callable[[], object]) -> RefusedError:
    with pytest.raises(RefusedError) as refused, transaction():
        act()
    return refused.value


# Wishes


def test_a_wish_is_kept_with_its_motive(practice: Practice, clock: FrozenClock) -> None:
    with transaction():
        wish_id = services.add_wish(practice.patient, MINE, clock.now())
    found = wish_for(practice, wish_id)
    assert (found.text, found.motive, found.by, found.is_own) == ("Learn to sail", Motive.FREEDOM, Role.PATIENT, True)


def test_a_wish_sent_twice_is_one(practice: Practice, clock: FrozenClock) -> None:
    page = new_id()
    for _ in range(2):
        with transaction():
            assert services.add_wish(practice.patient, MINE, clock.now(), page) == page
    assert len(wishes_of(practice.patient, practice.patient.id)) == 1
    other = replace(MINE, text="Something else")
    refused = refusal(lambda: services.add_wish(practice.patient, other, clock.now(), page))
    assert isinstance(refused, SentBeforeError)


def test_a_wish_without_words_is_none(practice: Practice, clock: FrozenClock) -> None:
    me, now = practice.patient, clock.now()
    wish_id = kept_wish(practice, now)
    for act in (
        lambda: services.add_wish(me, WishWords("  "), now),
        lambda: services.suggest_wish(practice.therapist, me.id, "", now),
        lambda: services.take_wish(me, wish_id, now, WishWords("")),
    ):
        assert refusal(act).field == "what"


def test_a_suggestion_is_not_the_patients_before_they_take_it(practice: Practice, clock: FrozenClock) -> None:
    wish_id = suggested_wish(practice, clock.now())
    for viewer in (practice.patient, practice.therapist):
        [found] = wishes_of(viewer, practice.patient.id)
        assert (found.is_own, found.state, found.by, found.motive) == (
            False,
            WishState.SUGGESTED,
            Role.THERAPIST,
            None,
        )
    clock.advance(hours=1)
    with transaction():
        services.take_wish(practice.patient, wish_id, clock.now())
    found = wish_for(practice, wish_id)
    assert (found.is_own, found.text, found.by) == (True, "A swim before work", Role.THERAPIST)
    assert found.moved_at == clock.now() > found.at


def test_a_suggestion_is_taken_in_other_words(practice: Practice, clock: FrozenClock) -> None:
    wish_id = suggested_wish(practice, clock.now())
    with transaction():
        services.take_wish(practice.patient, wish_id, clock.now(), MINE)
    found = wish_for(practice, wish_id)
    assert (found.text, found.motive, found.is_own) == (MINE.text, MINE.motive, True)


def test_a_suggestion_that_is_left_can_still_be_taken(practice: Practice, clock: FrozenClock) -> None:
    wish_id = suggested_wish(practice, clock.now())
    for _ in range(2):
        with transaction():
            services.put_wish_aside(practice.patient, wish_id, clock.now())
        assert wish_for(practice, wish_id).state is WishState.LEFT
    with transaction():
        services.take_wish(practice.patient, wish_id, clock.now())
    assert wish_for(practice, wish_id).is_own


def test_a_wish_is_let_go_stays_readable_and_is_taken_up_again(practice: Practice, clock: FrozenClock) -> None:
    with transaction():
        wish_id = services.add_wish(practice.patient, MINE, clock.now())
    clock.advance(days=1)
    with transaction():
        services.put_wish_aside(practice.patient, wish_id, clock.now())
    found = wish_for(practice, wish_id)
    assert (found.text, found.motive, found.state, found.moved_at) == (
        MINE.text,
        MINE.motive,
        WishState.LET_GO,
        clock.now(),
    )
    with transaction():
        services.take_wish(practice.patient, wish_id, clock.now())
    assert wish_for(practice, wish_id).is_own


def test_words_changed_in_another_tab_are_not_written_over(practice: Practice, clock: FrozenClock) -> None:
    me, now = practice.patient, clock.now()
    wish_id = kept_wish(practice, now)
    seen = wish_for(practice, wish_id).stand
    with transaction():
        services.take_wish(me, wish_id, now, WishWords("In one tab"), seen)
    refused = refusal(lambda: services.take_wish(me, wish_id, now, WishWords("In the other"), seen))
    assert refused.message is services.CHANGED_MEANWHILE
    with transaction():  # the same sent twice is once
        services.take_wish(me, wish_id, now, WishWords("In one tab"), seen)
    assert wish_for(practice, wish_id).text == "In one tab"


def test_few_suggestions_wait_at_once(practice: Practice, clock: FrozenClock) -> None:
    first, *_more = [suggested_wish(practice, clock.now(), f"Idea {number}") for number in range(MOST_SUGGESTIONS)]
    assert "wait already" in str(refusal(lambda: suggested_wish(practice, clock.now(), "One more")).message)
    with transaction():  # one that is there can be sent again
        services.suggest_wish(practice.therapist, practice.patient.id, "Idea 0", clock.now(), first)
    with transaction():
        services.put_wish_aside(practice.patient, first, clock.now())
    suggested_wish(practice, clock.now(), "One more")


# The pattern


def test_what_is_proposed_waits_and_is_not_used(practice: Practice, clock: FrozenClock) -> None:
    pattern_id = proposed_pattern(practice, clock.now())
    found = patterns_for(practice)
    assert (found.in_use, found.waiting and found.waiting.id) == (None, pattern_id)
    assert found.versions[0].words == PATTERN


@pytest.mark.parametrize("fit", [Fit.EXACTLY, Fit.PARTLY])
def test_what_fits_is_used(practice: Practice, clock: FrozenClock, fit: Fit) -> None:
    pattern_id = answered_pattern(practice, clock.now(), fit)
    found = patterns_for(practice)
    assert found.in_use
    assert found.in_use.latest_fit
    assert (found.in_use.id, found.in_use.latest_fit.fit, found.waiting) == (pattern_id, fit, None)


def test_not_me_is_not_used_and_what_was_in_use_stays(practice: Practice, clock: FrozenClock) -> None:
    first = answered_pattern(practice, clock.now(), Fit.PARTLY)
    second = answered_pattern(practice, clock.now(), Fit.NOT_ME, OTHER)
    found = patterns_for(practice)
    assert found.in_use
    assert found.in_use.id == first
    assert {each.id: each.state for each in found.earlier} == {second: PatternState.NOT_ME}


def test_the_latest_that_fits_is_the_one_in_use(practice: Practice, clock: FrozenClock) -> None:
    first = answered_pattern(practice, clock.now(), Fit.EXACTLY)
    second = answered_pattern(practice, clock.now(), Fit.PARTLY, OTHER)
    found = patterns_for(practice)
    assert {each.id: each.state for each in found.versions} == {
        first: PatternState.FOLLOWED,
        second: PatternState.IN_USE,
    }
    assert [each.number for each in found.versions] == [2, 1]


def test_proposing_again_takes_the_place_of_what_waits(practice: Practice, clock: FrozenClock) -> None:
    used = answered_pattern(practice, clock.now(), Fit.EXACTLY)
    first, second = (proposed_pattern(practice, clock.now(), words) for words in (PATTERN, OTHER))
    assert {each.id: each.state for each in patterns_for(practice).versions} == {
        used: PatternState.IN_USE,
        first: PatternState.FOLLOWED,
        second: PatternState.WAITS,
    }
    refused = refusal(lambda: services.answer_pattern(practice.patient, first, Fit.EXACTLY, clock.now()))
    assert refused.message is services.ANSWERED_MEANWHILE


def test_the_patients_own_words_are_a_version_and_used_at_once(practice: Practice, clock: FrozenClock) -> None:
    used = answered_pattern(practice, clock.now(), Fit.PARTLY)
    waiting = proposed_pattern(practice, clock.now())
    with transaction():
        mine = services.write_pattern(practice.patient, OTHER, Fit.EXACTLY, clock.now())
    found = patterns_for(practice)
    assert {each.id: each.state for each in found.versions} == {
        used: PatternState.FOLLOWED,
        waiting: PatternState.FOLLOWED,
        mine: PatternState.IN_USE,
    }
    assert found.in_use
    assert (found.in_use.words, found.in_use.by) == (OTHER, Role.PATIENT)
    assert next(each for each in found.versions if each.id == waiting).words == PATTERN, "what was proposed is kept"


def test_an_answer_can_change_until_other_words_follow(practice: Practice, clock: FrozenClock) -> None:
    pattern_id = answered_pattern(practice, clock.now(), Fit.EXACTLY)
    for fit in (Fit.PARTLY, Fit.NOT_ME):
        with transaction():
            services.answer_pattern(practice.patient, pattern_id, fit, clock.now())
    found = patterns_for(practice)
    assert found.in_use is None
    assert [each.fit for each in found.versions[0].fits] == [Fit.EXACTLY, Fit.PARTLY, Fit.NOT_ME]
    refusal(lambda: services.answer_pattern(practice.patient, pattern_id, Fit.EXACTLY, clock.now()))


@pytest.mark.parametrize("fit", list(Fit))
def test_an_answer_sent_twice_is_one(practice: Practice, clock: FrozenClock, fit: Fit) -> None:
    pattern_id = proposed_pattern(practice, clock.now())
    seen = patterns_for(practice).versions[0].stand
    for _ in range(2):
        with transaction():
            services.answer_pattern(practice.patient, pattern_id, fit, clock.now(), seen)
    assert len(patterns_for(practice).versions[0].fits) == 1


def test_an_answer_from_a_page_of_before_is_told_so(practice: Practice, clock: FrozenClock) -> None:
    pattern_id = proposed_pattern(practice, clock.now())
    seen = patterns_for(practice).versions[0].stand
    with transaction():
        services.answer_pattern(practice.patient, pattern_id, Fit.NOT_ME, clock.now(), seen)
    refused = refusal(lambda: services.answer_pattern(practice.patient, pattern_id, Fit.EXACTLY, clock.now(), seen))
    assert refused.message is services.ANSWERED_MEANWHILE
    assert patterns_for(practice).in_use is None


def test_words_typed_while_others_were_written_are_not_kept_unseen(practice: Practice, clock: FrozenClock) -> None:
    me, now = practice.patient, clock.now()
    seen = patterns_for(practice).stand
    proposed_pattern(practice, now)
    refused = refusal(lambda: services.write_pattern(me, OTHER, Fit.EXACTLY, now, seen))
    assert refused.message is services.CHANGED_MEANWHILE
    seen = patterns_for(practice).stand
    with transaction():
        services.write_pattern(me, OTHER, Fit.EXACTLY, now, seen)
    refused = refusal(lambda: services.propose_pattern(practice.therapist, me.id, PATTERN, now, seen))
    assert refused.message is services.CHANGED_MEANWHILE


def test_words_sent_twice_are_one_version(practice: Practice, clock: FrozenClock) -> None:
    me, seen = practice.patient, patterns_for(practice).stand
    proposing, writing = new_id(), new_id()
    for _ in range(2):
        with transaction():
            services.propose_pattern(practice.therapist, me.id, PATTERN, clock.now(), seen, proposing)
    seen = patterns_for(practice).stand
    for _ in range(2):
        with transaction():
            services.write_pattern(me, OTHER, Fit.PARTLY, clock.now(), seen, writing)
    assert [each.id for each in patterns_for(practice).versions] == [writing, proposing]
    refused = refusal(lambda: services.write_pattern(me, PATTERN, Fit.PARTLY, clock.now(), seen, writing))
    assert isinstance(refused, SentBeforeError)


def test_a_pattern_needs_its_wish(practice: Practice, clock: FrozenClock) -> None:
    empty = PatternWords(" ", does="stay at home")
    assert refusal(lambda: proposed_pattern(practice, clock.now(), empty)).field == "wish"
    assert refusal(lambda: services.write_pattern(practice.patient, empty, Fit.EXACTLY, clock.now())).field == "wish"


def test_nobody_writes_words_that_are_not_theirs(practice: Practice, clock: FrozenClock) -> None:
    refused = refusal(lambda: services.write_pattern(practice.patient, PATTERN, Fit.NOT_ME, clock.now()))
    assert refused.field == "fit"


# Who may


def test_each_side_does_its_own_and_nobody_anothers(practice: Practice, clock: FrozenClock) -> None:
    now, me = clock.now(), practice.patient.id
    wish_id, pattern_id = suggested_wish(practice, now), proposed_pattern(practice, now)

    def of_patient(actor: Actor) -> list[Callable[[], object]]:
        return [
            lambda: services.take_wish(actor, wish_id, now),
            lambda: services.put_wish_aside(actor, wish_id, now),
            lambda: services.answer_pattern(actor, pattern_id, Fit.EXACTLY, now),
        ]

    def of_therapist(actor: Actor) -> list[Callable[[], object]]:
        return [
            lambda: services.suggest_wish(actor, me, "Swim", now),
            lambda: services.propose_pattern(actor, me, OTHER, now),
        ]

    outsiders = (practice.other_therapist, practice.former_therapist, practice.admin)
    acts = [act for actor in (*outsiders, practice.therapist, practice.other_patient) for act in of_patient(actor)]
    acts += [act for actor in (*outsiders, practice.patient, practice.other_patient) for act in of_therapist(actor)]
    acts += [
        lambda: services.add_wish(practice.therapist, MINE, now),
        lambda: services.write_pattern(practice.therapist, OTHER, Fit.EXACTLY, now),
        lambda: services.add_wish(practice.other_patient, MINE, now, wish_id),
        lambda: services.write_pattern(practice.other_patient, PATTERN, Fit.EXACTLY, now, None, pattern_id),
        lambda: services.write_pattern(practice.patient, PATTERN, Fit.EXACTLY, now, None, pattern_id),
    ]
    for act in acts:
        with pytest.raises(NotFoundError), transaction():
            act()
    assert [each.state for each in wishes_of(practice.patient, me)] == [WishState.SUGGESTED]
    assert [each.state for each in patterns_for(practice).versions] == [PatternState.WAITS]


def test_what_both_read_of_it_is_noted_without_a_word(practice: Practice, clock: FrozenClock) -> None:
    wish_id = suggested_wish(practice, clock.now())
    pattern_id = answered_pattern(practice, clock.now(), Fit.PARTLY)
    me, therapist = practice.patient.id, practice.therapist.id
    assert [(each.code, each.by, each.about, each.told) for each in noted()] == [
        ("wish_suggested", therapist, me, {"wish": str(wish_id)}),
        ("pattern_written", therapist, me, {"pattern": str(pattern_id)}),
        ("pattern_answered", me, me, {"pattern": str(pattern_id), "fit": "partly"}),
    ]


# At once


def in_thread(app: Flask, act: Callable[[], object]) -> Callable[[], object]:
    """In a transaction of its own; what it answered, or its refusal."""

    def do() -> object:
        with app.app_context():
            try:
                with transaction():
                    return act()
            except RefusedError as refused:
                return refused
            finally:
                db.session.remove()

    return do


@pytest.mark.parametrize("turn", range(3))
def test_of_an_answer_and_other_words_at_once_one_wins_and_the_other_is_told(
    app: Flask, practice: Practice, clock: FrozenClock, turn: int
) -> None:
    pattern_id = proposed_pattern(practice, clock.now())
    found, me = patterns_for(practice), practice.patient
    all_seen, seen = found.stand, found.versions[0].stand
    db.session.rollback()

    answers = at_once(
        [
            in_thread(app, lambda: services.answer_pattern(me, pattern_id, Fit.EXACTLY, clock.now(), seen)),
            in_thread(app, lambda: services.propose_pattern(practice.therapist, me.id, OTHER, clock.now(), all_seen)),
        ]
    )
    assert sum(isinstance(each, RefusedError) for each in answers) == 1
    states = {each.id: each.state for each in patterns_of(me, me.id).versions}
    was_answered = answers[0] is None
    assert states[pattern_id] is (PatternState.IN_USE if was_answered else PatternState.FOLLOWED)
    assert len(states) == (1 if was_answered else 2)


def test_the_first_words_from_two_tabs_are_one_version(app: Flask, practice: Practice, clock: FrozenClock) -> None:
    seen, page = patterns_for(practice).stand, new_id()
    db.session.rollback()

    def write(page: UUID) -> Callable[[], object]:
        return in_thread(
            app, lambda: services.write_pattern(practice.patient, PATTERN, Fit.EXACTLY, clock.now(), seen, page)
        )

    assert at_once([write(page), write(page)]) == [page, page]
    answers = at_once([write(new_id()), write(new_id())])
    assert all(isinstance(each, RefusedError) for each in answers)
    assert len(patterns_for(practice).versions) == 1
