"""Whose a wish is, and which words of the pattern may be used: every move there is, and that there is no other."""

import pytest

from companion.formulation.rules import (
    PATTERN_MOVES,
    WISH_MOVES,
    Fit,
    PatternAct,
    PatternState,
    PatternWords,
    WishAct,
    WishState,
    act_of,
    after,
)

WAITS, IN_USE, NOT_ME, FOLLOWED = PatternState
FITS, IS_NOT_ME, ANOTHER = PatternAct
SUGGESTED, MINE, LEFT, LET_GO = WishState
TAKE, PUT_ASIDE = WishAct


@pytest.mark.parametrize(
    ("state", "act", "then"),
    [
        (WAITS, FITS, IN_USE),
        (WAITS, IS_NOT_ME, NOT_ME),
        (WAITS, ANOTHER, FOLLOWED),
        (IN_USE, FITS, IN_USE),
        (IN_USE, IS_NOT_ME, NOT_ME),
        (IN_USE, ANOTHER, FOLLOWED),
        (NOT_ME, FITS, None),
        (NOT_ME, IS_NOT_ME, None),
        (NOT_ME, ANOTHER, None),
        (FOLLOWED, FITS, None),
        (FOLLOWED, IS_NOT_ME, None),
        (FOLLOWED, ANOTHER, None),
    ],
)
def test_a_version_of_the_pattern_moves(state: PatternState, act: PatternAct, then: PatternState | None) -> None:
    assert after(state, act) is then


@pytest.mark.parametrize(
    ("state", "act", "then"),
    [
        (SUGGESTED, TAKE, MINE),
        (SUGGESTED, PUT_ASIDE, LEFT),
        (MINE, TAKE, MINE),
        (MINE, PUT_ASIDE, LET_GO),
        (LEFT, TAKE, MINE),
        (LEFT, PUT_ASIDE, LEFT),
        (LET_GO, TAKE, MINE),
        (LET_GO, PUT_ASIDE, LET_GO),
    ],
)
def test_a_wish_moves(state: WishState, act: WishAct, then: WishState) -> None:
    assert WISH_MOVES[state][act] is then


def test_every_state_and_act_is_in_its_table() -> None:
    assert set(PATTERN_MOVES) == set(PatternState)
    assert {(state, act) for state in WISH_MOVES for act in WISH_MOVES[state]} == {
        (state, act) for state in WishState for act in WishAct
    }


def test_only_what_fits_leads_into_use() -> None:
    assert {act for moves in PATTERN_MOVES.values() for act, to in moves.items() if to is IN_USE} == {FITS}
    assert [fit for fit in Fit if act_of(fit) is FITS] == [Fit.EXACTLY, Fit.PARTLY]
    assert act_of(Fit.NOT_ME) is IS_NOT_ME


def test_a_suggestion_becomes_the_patients_by_taking_it_alone() -> None:
    assert {act for moves in WISH_MOVES.values() for act, to in moves.items() if to is MINE} == {TAKE}


def test_lines_are_kept_without_white_space_around_them() -> None:
    assert PatternWords(" a ", does="\nb").trimmed() == PatternWords("a", does="b")
