"""What the tables refuse, whoever writes to them."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from companion.accounts.rules import Role
from companion.extensions import Model, db
from companion.formulation.models import Pattern, PatternAnswer, Wish
from companion.formulation.rules import PATTERN_MOVES, WISH_MOVES, Fit, Motive, PatternState, WishState
from companion.kernel.clock import FrozenClock
from companion.kernel.ids import new_id
from companion.sealed import sealed_values
from companion.transaction import transaction
from tests.factories.formulation import answered_pattern, kept_wish, proposed_pattern, suggested_wish
from tests.factories.people import Practice

pytestmark = pytest.mark.usefixtures("context")


def change(model: type[Model], row_id: object, **values: Any) -> None:
    with transaction():
        db.session.execute(sa.update(model).where(model.id == row_id).values(**values))  # type: ignore[attr-defined]


def refuses(model: type[Model], row_id: object, **values: Any) -> None:
    with pytest.raises(IntegrityError):
        change(model, row_id, **values)


def answer(practice: Practice, clock: FrozenClock, pattern_id: object, fit: Fit, number: int = 1) -> None:
    row = {"id": new_id(), "patient_id": practice.patient.id, "pattern_id": pattern_id, "number": number, "fit": fit}
    with transaction():
        db.session.execute(sa.insert(PatternAnswer).values(row | {"at": clock.now()}))


@pytest.mark.parametrize("to", [PatternState.IN_USE, PatternState.NOT_ME])
def test_nothing_is_used_or_refused_without_the_patients_answer(
    practice: Practice, clock: FrozenClock, to: PatternState
) -> None:
    refuses(Pattern, proposed_pattern(practice, clock.now()), state=to)


def test_not_me_is_never_used(practice: Practice, clock: FrozenClock) -> None:
    pattern_id = proposed_pattern(practice, clock.now())
    answer(practice, clock, pattern_id, Fit.NOT_ME)
    refuses(Pattern, pattern_id, state=PatternState.IN_USE)
    change(Pattern, pattern_id, state=PatternState.NOT_ME)
    refuses(Pattern, pattern_id, state=PatternState.IN_USE)
    refuses(Pattern, pattern_id, state=PatternState.WAITS)
    with pytest.raises(IntegrityError):
        answer(practice, clock, pattern_id, Fit.EXACTLY, 2)


def test_what_fits_is_not_put_down_as_not_me(practice: Practice, clock: FrozenClock) -> None:
    pattern_id = answered_pattern(practice, clock.now(), Fit.PARTLY)
    refuses(Pattern, pattern_id, state=PatternState.NOT_ME)
    answer(practice, clock, pattern_id, Fit.NOT_ME, 2)
    change(Pattern, pattern_id, state=PatternState.NOT_ME)


@pytest.mark.parametrize("fit", [None, Fit.EXACTLY], ids=["waiting", "answered"])
def test_words_are_written_once(practice: Practice, clock: FrozenClock, fit: Fit | None) -> None:
    pattern_id = answered_pattern(practice, clock.now(), fit) if fit else proposed_pattern(practice, clock.now())
    for column in ("wish", "feared_response", "view_of_self", "feeling", "body", "does", "costs", "healthy_part"):
        refuses(Pattern, pattern_id, **{f"{column}_sealed": b"other"})
    refuses(Pattern, pattern_id, author=Role.PATIENT)
    refuses(Pattern, pattern_id, number=7)


def test_answers_are_written_once(practice: Practice, clock: FrozenClock) -> None:
    pattern_id = answered_pattern(practice, clock.now(), Fit.EXACTLY)
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(
            sa.update(PatternAnswer).where(PatternAnswer.pattern_id == pattern_id).values(fit=Fit.NOT_ME)
        )


def test_an_answer_hangs_on_the_same_patients_version(practice: Practice, clock: FrozenClock) -> None:
    pattern_id = proposed_pattern(practice, clock.now())
    with pytest.raises(IntegrityError):
        answer(practice.of_the_others, clock, pattern_id, Fit.EXACTLY)


@pytest.mark.parametrize("state", [each for each in PatternState if each is not PatternState.WAITS])
def test_a_version_begins_waiting(practice: Practice, clock: FrozenClock, state: PatternState) -> None:
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(sa.insert(Pattern).values(pattern_row(practice, clock, 1, state)))


def pattern_row(practice: Practice, clock: FrozenClock, number: int, state: PatternState) -> dict[str, Any]:
    row = {"id": new_id(), "patient_id": practice.patient.id, "number": number, "author": Role.THERAPIST}
    words = dict.fromkeys(Pattern.SEALED, "words")
    return sealed_values(Pattern, row | words | {"state": state, "at": clock.now()})


def test_one_waits_at_a_time(practice: Practice, clock: FrozenClock) -> None:
    proposed_pattern(practice, clock.now())
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(sa.insert(Pattern).values(pattern_row(practice, clock, 2, PatternState.WAITS)))


def test_one_is_in_use_at_a_time(practice: Practice, clock: FrozenClock) -> None:
    answered_pattern(practice, clock.now(), Fit.EXACTLY)
    other = proposed_pattern(practice, clock.now())
    answer(practice, clock, other, Fit.EXACTLY)
    refuses(Pattern, other, state=PatternState.IN_USE)


@pytest.mark.parametrize("to", list(WishState))
def test_a_suggestion_moves_as_the_rules_say(practice: Practice, clock: FrozenClock, to: WishState) -> None:
    wish_id = suggested_wish(practice, clock.now())
    if to in {WishState.SUGGESTED, *WISH_MOVES[WishState.SUGGESTED].values()}:
        change(Wish, wish_id, state=to)
    else:
        refuses(Wish, wish_id, state=to)


@pytest.mark.parametrize("to", list(WishState))
def test_a_wish_of_ones_own_never_becomes_a_suggestion(practice: Practice, clock: FrozenClock, to: WishState) -> None:
    wish_id = kept_wish(practice, clock.now())
    if to in WISH_MOVES[WishState.MINE].values():
        change(Wish, wish_id, state=to)
    else:
        refuses(Wish, wish_id, state=to)


def test_why_is_the_patients_to_say(practice: Practice, clock: FrozenClock) -> None:
    refuses(Wish, suggested_wish(practice, clock.now()), motive=Motive.FUN)


def test_whose_idea_it_was_stays(practice: Practice, clock: FrozenClock) -> None:
    refuses(Wish, kept_wish(practice, clock.now()), author=Role.THERAPIST)
    refuses(Wish, kept_wish(practice, clock.now()), patient_id=practice.other_patient.id)


def test_the_triggers_let_through_just_what_the_rules_do() -> None:
    """The moves are written down twice, here and in the migration: the tests above try the latter's."""
    moves = {(state, to) for state, acts in PATTERN_MOVES.items() for to in acts.values() if state is not to}
    assert moves == {
        (PatternState.WAITS, PatternState.IN_USE),
        (PatternState.WAITS, PatternState.NOT_ME),
        (PatternState.WAITS, PatternState.FOLLOWED),
        (PatternState.IN_USE, PatternState.NOT_ME),
        (PatternState.IN_USE, PatternState.FOLLOWED),
    }
