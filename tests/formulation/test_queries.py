"""What is read of wishes and the pattern, by whom, and with how many statements."""

import pytest

from companion.formulation import services
from companion.formulation.queries import patterns_of, waits_for, wish, wishes_of
from companion.formulation.rules import Fit, PatternWords
from companion.kernel.clock import FrozenClock
from companion.kernel.errors import NotFoundError
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
from tests.support.statements import statements

pytestmark = pytest.mark.usefixtures("context")


def test_both_sides_read_the_same(practice: Practice, clock: FrozenClock) -> None:
    kept_wish(practice, clock.now())
    answered_pattern(practice, clock.now(), Fit.PARTLY)
    me = practice.patient.id
    assert wishes_of(practice.patient, me) == wishes_of(practice.therapist, me)
    assert patterns_of(practice.patient, me) == patterns_of(practice.therapist, me)


def test_wishes_come_newest_first(practice: Practice, clock: FrozenClock) -> None:
    for text in ("First", "Second"):
        kept_wish(practice, clock.now(), text)
        clock.advance(minutes=1)
    assert [each.text for each in wishes_of(practice.patient, practice.patient.id)] == ["Second", "First"]


def test_foreign_and_missing_are_answered_alike(practice: Practice, clock: FrozenClock) -> None:
    me, wish_id = practice.patient.id, kept_wish(practice, clock.now())
    theirs = kept_wish(practice.of_the_others, clock.now())
    for viewer in (practice.other_patient, practice.other_therapist, practice.former_therapist, practice.admin):
        for read in (lambda v: wishes_of(v, me), lambda v: patterns_of(v, me), lambda v: wish(v, me, wish_id)):
            with pytest.raises(NotFoundError):
                read(viewer)
    for viewer in (practice.patient, practice.therapist):
        for each in (theirs, new_id()):
            with pytest.raises(NotFoundError):
                wish(viewer, me, each)
    assert [each.id for each in wishes_of(practice.therapist, me)] == [wish_id]


def test_what_waits_to_be_read_is_known(practice: Practice, clock: FrozenClock) -> None:
    assert not waits_for(practice.patient)
    wish_id = suggested_wish(practice, clock.now())
    assert waits_for(practice.patient)
    assert not waits_for(practice.other_patient)
    with transaction():
        services.put_wish_aside(practice.patient, wish_id, clock.now())
    assert not waits_for(practice.patient)
    pattern_id = proposed_pattern(practice, clock.now())
    assert waits_for(practice.patient)
    with transaction():
        services.answer_pattern(practice.patient, pattern_id, Fit.NOT_ME, clock.now())
    assert not waits_for(practice.patient)


def test_a_new_version_begins_as_what_was_written_last(practice: Practice, clock: FrozenClock) -> None:
    assert patterns_for(practice).to_begin_from == PatternWords("")
    answered_pattern(practice, clock.now(), Fit.NOT_ME)
    assert patterns_for(practice).to_begin_from == PATTERN


def test_a_stand_tells_what_changed(practice: Practice, clock: FrozenClock) -> None:
    seen = {patterns_for(practice).stand}
    pattern_id = proposed_pattern(practice, clock.now())
    seen.add(patterns_for(practice).stand)
    for fit in Fit:
        with transaction():
            services.answer_pattern(practice.patient, pattern_id, fit, clock.now())
        seen.add(patterns_for(practice).stand)
    assert len(seen) == 5
    wish_id = kept_wish(practice, clock.now())
    stood = wish_for(practice, wish_id).stand
    with transaction():
        services.put_wish_aside(practice.patient, wish_id, clock.now())
    assert wish_for(practice, wish_id).stand != stood


def test_statements_do_not_grow_with_what_was_written(practice: Practice, clock: FrozenClock) -> None:
    me = practice.patient
    for number in range(6):
        kept_wish(practice, clock.now(), f"Wish {number}")
        answered_pattern(practice, clock.now(), Fit.EXACTLY)
    wishes_of(me, me.id)  # the key is read once
    with statements() as sent:
        wishes_of(me, me.id)
    assert len(sent) == 2
    with statements() as sent:
        patterns_of(me, me.id)
    assert len(sent) == 3
    with statements() as sent:
        waits_for(me)
    assert len(sent) == 1
