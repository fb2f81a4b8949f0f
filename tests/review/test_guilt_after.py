"""What counts as guilt in the minutes after a decision, at its edges."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from companion.checkins.rules import CANT_TELL, Next, Rated
from companion.review.rules.guilt_after import GOING_ON, STOPPING, Change, Changes, Choice, Rating, changes

AT = datetime(2025, 3, 5, 18, tzinfo=UTC)


def rating(guilt: Rated, minutes: float = 0) -> Rating:
    return Rating(AT + timedelta(minutes=minutes), guilt)


def choice(decided: Next = Next.GO_ON, minutes: float = 0) -> Choice:
    return Choice(AT + timedelta(minutes=minutes), decided)


def change(before: int, after: int, minutes: float = 0) -> Change:
    return Change(AT + timedelta(minutes=minutes), before, after)


@pytest.mark.parametrize(("seconds", "counts"), [(299, False), (300, True), (301, True)])
def test_from_five_minutes_on(seconds: int, *, counts: bool) -> None:
    found = changes([rating(Rated(8), -1), rating(Rated(5), seconds / 60)], [choice()], GOING_ON)
    assert bool(found) == counts


@pytest.mark.parametrize(("seconds", "counts"), [(3599, True), (3600, True), (3601, False)])
def test_until_sixty_minutes(seconds: int, *, counts: bool) -> None:
    found = changes([rating(Rated(8), -1), rating(Rated(5), seconds / 60)], [choice()], GOING_ON)
    assert bool(found) == counts


def test_going_on_and_a_smaller_version_are_one_kind_and_stopping_another() -> None:
    ratings = [rating(Rated(8)), rating(Rated(5), 20)]
    for decided in (Next.GO_ON, Next.SMALLER):
        assert changes(ratings, [choice(decided)], GOING_ON) == (change(8, 5),)
        assert changes(ratings, [choice(decided)], STOPPING) == ()
    assert changes(ratings, [choice(Next.STOP_FOR_NOW)], STOPPING) == (change(8, 5),)
    assert changes(ratings, [choice(Next.CHECK_FIRST)], GOING_ON | STOPPING) == ()


def test_the_last_before_beside_the_last_after_not_the_lowest() -> None:
    ratings = [rating(Rated(9), -30), rating(Rated(7), -1), rating(Rated(2), 10), rating(Rated(6), 40)]
    assert changes(ratings, [choice()], GOING_ON) == (change(7, 6),)


def test_what_follows_another_decision_is_that_ones() -> None:
    ratings = [rating(Rated(8), -1), rating(Rated(7), 10), rating(Rated(3), 30)]
    decided = [choice(), choice(Next.STOP_FOR_NOW, 15)]
    assert changes(ratings, decided, GOING_ON) == (change(8, 7),)
    assert changes(ratings, decided, STOPPING) == (change(7, 3, 15),)


def test_cant_tell_is_never_nought() -> None:
    assert changes([rating(CANT_TELL), rating(Rated(5), 20)], [choice()], GOING_ON) == ()
    assert changes([rating(Rated(8)), rating(CANT_TELL, 20)], [choice()], GOING_ON) == ()


def test_what_was_left_out_is_no_answer() -> None:
    ratings = [rating(Rated(8)), rating(Rated(5), 20), rating(Rated(), 30)]
    assert changes(ratings, [choice()], GOING_ON) == (change(8, 5),)
    assert changes([rating(Rated(8))], [choice()], GOING_ON) == ()
    assert changes([rating(Rated(5), 20)], [choice()], GOING_ON) == ()


def test_minutes_are_true_ones_when_the_clocks_change() -> None:
    rome = ZoneInfo("Europe/Rome")
    before = datetime(2025, 3, 30, 1, 50, tzinfo=rome)
    after = datetime(2025, 3, 30, 3, 20, tzinfo=rome)  # half an hour later
    assert changes([Rating(before, Rated(8)), Rating(after, Rated(4))], [Choice(before, Next.GO_ON)], GOING_ON)


def test_two_are_not_put_together_and_three_are() -> None:
    assert Changes((change(8, 4), change(6, 6))).median_fall is None
    assert Changes((change(8, 4), change(6, 6), change(5, 7))).median_fall == 0
