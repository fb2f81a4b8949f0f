"""What P says, what it is stored as, and what it means; without an application."""

from datetime import UTC, datetime, timedelta

import pytest

from companion.experiments.rules import (
    NOTHING_BEGUN,
    Outcome,
    Phase,
    Reaction,
    Result,
    Stopped,
    Word,
    happened_by_default,
    is_asked_in_time,
    locks_at,
    outcome_of,
    phase_at,
    went_worse_than_hoped,
    word_of,
)

STARTS = datetime(2025, 3, 6, 17, 30, tzinfo=UTC)
ENDS = STARTS + timedelta(hours=2)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("word", Word)
@pytest.mark.parametrize("asked_at", [STARTS, ENDS, ENDS + HOUR])
def test_a_word_is_read_again_as_it_was_said(word: Word, asked_at: datetime) -> None:
    assert word_of(outcome_of(word, asked_at=asked_at, window_ends_at=ENDS)) is word


def test_only_a_wish_to_change_or_drop_it_says_when_it_was_asked() -> None:
    stored = {word: outcome_of(word, asked_at=STARTS, window_ends_at=ENDS) for word in Word}
    assert [word for word, outcome in stored.items() if outcome.asked_at] == [Word.CHANGE, Word.CALLED_OFF]
    assert [word for word, outcome in stored.items() if outcome.stopped] == [Word.STOPPED_BEFORE, Word.STOPPED_MIDWAY]
    assert stored[Word.STOPPED_BEFORE] == Outcome(Result.GAVE_UP, Stopped.BEFORE)


@pytest.mark.parametrize(
    ("asked_at", "result"),
    [(STARTS, Result.RENEGOTIATED), (ENDS, Result.RENEGOTIATED), (ENDS + HOUR, Result.NOT_ATTEMPTED)],
)
def test_a_change_is_one_until_the_windows_end(asked_at: datetime, result: Result) -> None:
    assert outcome_of(Word.CHANGE, asked_at=asked_at, window_ends_at=ENDS) == Outcome(result, asked_at=asked_at)
    assert is_asked_in_time(asked_at, ENDS) is (result is Result.RENEGOTIATED)


def test_what_is_called_off_counts_as_what_was_asked_in_time() -> None:
    assert outcome_of(Word.CALLED_OFF, asked_at=STARTS, window_ends_at=ENDS) == Outcome(
        Result.RENEGOTIATED, asked_at=STARTS, called_off=True
    )


def test_what_was_never_asked_was_not_asked_in_time() -> None:
    assert not is_asked_in_time(None, ENDS)


@pytest.mark.parametrize("word", Word)
def test_it_happened_when_it_was_to_begin(word: Word) -> None:
    assert happened_by_default(word, STARTS, ENDS + HOUR) == STARTS
    said_sooner = STARTS - HOUR
    assert happened_by_default(word, STARTS, said_sooner) == (STARTS if word in NOTHING_BEGUN else said_sooner)


@pytest.mark.parametrize(
    ("first_check_in_at", "locks"), [(None, STARTS), (STARTS - HOUR, STARTS - HOUR), (STARTS + HOUR, STARTS)]
)
def test_a_prediction_is_locked_by_whichever_is_first(first_check_in_at: datetime | None, locks: datetime) -> None:
    assert locks_at(STARTS, first_check_in_at) == locks


@pytest.mark.parametrize(
    ("mood", "reactions", "worse"),
    [
        (None, frozenset(), False),
        (3, frozenset({Reaction.SUPPORTIVE, Reaction.UPSET_THEN_ALL_RIGHT, Reaction.UNKNOWN}), False),
        (2, frozenset(), True),
        (9, frozenset({Reaction.UPSET}), True),
        (None, frozenset({Reaction.FRIGHTENING, Reaction.SUPPORTIVE}), True),
    ],
)
def test_help_is_offered_where_it_hurt(mood: int | None, reactions: frozenset[Reaction], *, worse: bool) -> None:
    assert went_worse_than_hoped(mood, reactions) is worse


@pytest.mark.parametrize(
    ("now", "phase"),
    [
        (STARTS - HOUR, Phase.PLANNED),
        (STARTS, Phase.OPEN),
        (ENDS - HOUR, Phase.OPEN),
        (ENDS, Phase.AWAITING),
        (ENDS + HOUR, Phase.AWAITING),
    ],
)
def test_an_occasion_without_a_word_stands_by_its_window(now: datetime, phase: Phase) -> None:
    assert phase_at(STARTS, ENDS, now, has_word=False) is phase
    assert phase_at(STARTS, ENDS, now, has_word=True) is Phase.SAID
