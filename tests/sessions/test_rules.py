"""What may be said of a session, and what its agenda collects by itself."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from companion.contract.rules import Feels, Silence
from companion.sessions.forms.words import (
    AGENDA,
    CHIPS,
    CHOSEN_BY,
    CHOSEN_BY_ME,
    FELT,
    LEARNED,
    SCENE_KINDS,
    SCENES_IN_PLAIN_WORDS,
    STEP_SAID,
)
from companion.sessions.rules import (
    COLLECTS_FOR,
    MAY_BEGIN_EARLY,
    Belief,
    Between,
    Chip,
    ChosenBy,
    Felt,
    Learned,
    SceneKind,
    StepSaid,
    chips_of,
    may_be_written_up,
    next_of,
    still_collects,
)
from companion.sessions.rules.agenda import About, Facts, Item, Line, Subject, agenda, collected

TEN = datetime(2025, 3, 10, 9, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)
SESSION, VERSION, TASK, RUPTURE = (UUID(int=number) for number in range(1, 5))
AGREED = Facts(session_id=SESSION, in_force=VERSION)


def abouts(facts: Facts) -> list[About]:
    return [item.about for item in collected(facts)]


def test_with_all_well_there_is_nothing_to_talk_about_by_itself() -> None:
    assert collected(AGREED) == ()


def test_everything_collects_in_one_order_the_patients_own_point_first() -> None:
    facts = Facts(
        session_id=SESSION,
        own_point="The wedding",
        orders=(Subject(TASK, "Dinner"),),
        proposals=(VERSION,),
        answered=VERSION,
        feels=Feels.TOLD,
        in_force=VERSION,
        silence=Silence.REVIEW_GONE_BY,
        to_come_back_to=(RUPTURE,),
        homework_open=True,
        in_session=(Subject(TASK, "A role-play"),),
    )
    assert abouts(facts) == [
        *(About.OWN_POINT, About.ORDER_FLAG, About.TOLD, About.BETWEEN_US, About.PROPOSAL, About.REVIEW),
        *(About.HOMEWORK, About.IN_SESSION),
    ]
    assert [item.words for item in collected(facts) if item.words] == ["The wedding", "Dinner", "A role-play"]


@pytest.mark.parametrize(
    ("feels", "found"),
    [
        (None, []),
        (Feels.MINE, []),
        (Feels.WORKED_OUT_TOGETHER, []),
        (Feels.TOLD_BUT_I_CAN_CHOOSE, [About.TOLD_BUT_CAN_CHOOSE]),
        (Feels.TOLD, [About.TOLD]),
    ],
)
def test_only_told_is_to_be_talked_about(feels: Feels | None, found: list[About]) -> None:
    assert abouts(Facts(session_id=SESSION, in_force=VERSION, answered=VERSION, feels=feels)) == found


@pytest.mark.parametrize(
    ("silence", "found"),
    [
        (None, []),
        (Silence.NO_VERSION, [About.NOTHING_AGREED]),
        (Silence.NO_GOAL, [About.NOTHING_AGREED]),
        (Silence.NO_TASK, [About.NOTHING_AGREED]),
        (Silence.REVIEW_GONE_BY, [About.REVIEW]),
    ],
)
def test_a_missing_direction_is_itself_to_be_talked_about(silence: Silence | None, found: list[About]) -> None:
    in_force = None if silence is Silence.NO_VERSION else VERSION
    assert abouts(Facts(session_id=SESSION, in_force=in_force, silence=silence)) == found


def test_what_was_ticked_stays_ticked_though_it_is_settled_meanwhile() -> None:
    flag = Item(About.ORDER_FLAG, TASK, "Dinner")
    added = Line(About.ADDED, RUPTURE, "The summer", is_ticked=False, by_patient=True)
    point = Item(About.OWN_POINT, SESSION, "The wedding")
    lines = agenda([point], [flag, point], [added])
    assert lines == (
        Line(About.OWN_POINT, SESSION, "The wedding", is_ticked=True),
        Line(About.ORDER_FLAG, TASK, "Dinner", is_ticked=True),
        added,
    )


def test_an_added_line_that_is_ticked_stands_once() -> None:
    added = Line(About.ADDED, RUPTURE, "The summer", is_ticked=True)
    assert agenda([], [Item(About.ADDED, RUPTURE)], [added]) == (added,)


def test_an_agenda_collects_for_half_a_day_after_it_begins() -> None:
    assert still_collects(TEN, TEN + COLLECTS_FOR - A_SECOND)
    assert not still_collects(TEN, TEN + COLLECTS_FOR)
    assert next_of([TEN, TEN + timedelta(days=7)], TEN + COLLECTS_FOR) == TEN + timedelta(days=7)
    assert next_of([TEN], TEN + COLLECTS_FOR) is None


def test_it_may_be_written_up_an_hour_early() -> None:
    assert may_be_written_up(TEN, TEN - MAY_BEGIN_EARLY)
    assert not may_be_written_up(TEN, TEN - MAY_BEGIN_EARLY - A_SECOND)


@pytest.mark.parametrize(
    ("chosen", "kept"),
    [
        ((), ()),
        ((Chip.NOTHING,), (Chip.NOTHING,)),
        ((Chip.NOTHING, Chip.YOU_PUSHED), (Chip.YOU_PUSHED,)),
        ((Chip.ENVIED, Chip.YOU_PUSHED, Chip.ENVIED), (Chip.YOU_PUSHED, Chip.ENVIED)),
    ],
)
def test_nothing_beside_something_is_a_slip(chosen: tuple[Chip, ...], kept: tuple[Chip, ...]) -> None:
    assert chips_of(chosen) == kept


@pytest.mark.parametrize("value", [-1, 11])
def test_an_answer_off_the_scale_is_none(value: int) -> None:
    for said in ({"mattered": value}, {"mine": value}, {"heard": value}):
        with pytest.raises(ValueError, match="scale"):
            replace(Between(), **said)  # type: ignore[arg-type]  # a field by its name


@pytest.mark.parametrize("value", [-1, 101])
def test_a_belief_is_a_percentage(value: int) -> None:
    for name in ("old", "new"):
        with pytest.raises(ValueError, match="percentage"):
            Belief(**{name: value})


def test_each_answer_may_be_left_out() -> None:
    assert Between().is_empty
    assert not Between(heard=0).is_empty
    assert not Between(chips=(Chip.NOTHING,)).is_empty


def test_there_are_words_for_whatever_can_be_chosen() -> None:
    pairs = (
        *((AGENDA, About), (CHIPS, Chip), (CHOSEN_BY, ChosenBy), (CHOSEN_BY_ME, ChosenBy), (FELT, Felt)),
        *((LEARNED, Learned), (SCENE_KINDS, SceneKind), (SCENES_IN_PLAIN_WORDS, SceneKind), (STEP_SAID, StepSaid)),
    )
    for words, values in pairs:
        assert set(words) == set(values)
