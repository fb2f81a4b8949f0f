"""The mood after stopping and after going on."""

from companion.experiments.rules import Word
from companion.review.rules.moods_after import STOPPED, WENT_ON, moods_after

SAID = [
    (Word.STOPPED_BEFORE, 2),
    (Word.STOPPED_MIDWAY, 3),
    (Word.DONE, 6),
    (Word.SMALLER, 5),
    (Word.MY_PART, 7),
    (Word.DONE, None),
    (Word.NOT_ATTEMPTED, 1),
    (Word.OBSTACLE, 1),
]


def test_what_was_done_in_any_way_is_going_on_and_what_did_not_begin_is_neither() -> None:
    assert moods_after(SAID, WENT_ON).each == (6, 5, 7)
    assert moods_after(SAID, STOPPED).each == (2, 3)


def test_two_are_not_put_together_and_three_are() -> None:
    assert moods_after(SAID, WENT_ON).mean == 6
    assert moods_after(SAID, STOPPED).mean is None
