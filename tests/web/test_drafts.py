"""What somebody was writing is sealed for them alone, for a while, and without what is secret."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask

from companion.web.drafts import HOLDS_FOR, LONGEST, SECRET, Draft, draft_of_request, open_draft
from tests.conftest import NOON

ME = UUID(int=7)


@pytest.fixture
def sealed(app: Flask) -> Iterator[str]:
    """What I was writing to /plan."""
    fields = {"csrf_token": "x", "draft": "y", "label": ["tennis", "a walk"], "note": "Nobody laughs."}
    with app.test_request_context("/plan", method="POST", data=fields):
        yield draft_of_request(ME, NOON)


def test_it_comes_back_as_it_was_to_where_it_was_sent(sealed: str) -> None:
    fields = (("label", "tennis"), ("label", "a walk"), ("note", "Nobody laughs."))
    assert open_draft(sealed, ME, NOON) == Draft("/plan", fields)


def test_nothing_of_it_can_be_read(sealed: str) -> None:
    draft = open_draft(sealed, ME, NOON)
    for text in (sealed, repr(draft)):
        assert not [word for word in ("tennis", "laughs", "plan", str(ME)) if word in text]


def test_it_is_nobody_else_s(sealed: str) -> None:
    assert open_draft(sealed, uuid4(), NOON) is None


@pytest.mark.parametrize(("late", "is_kept"), [(0, True), (HOLDS_FOR, True), (HOLDS_FOR + 1, False)])
def test_it_is_kept_for_twelve_hours(sealed: str, late: int, *, is_kept: bool) -> None:
    assert (open_draft(sealed, ME, NOON + timedelta(seconds=late)) is not None) is is_kept


@pytest.mark.parametrize("other", ["", "x", "gAAAAA", "\x00", "é", "x" * 100_000])
def test_what_is_none_of_ours_is_nothing(sealed: str, other: str) -> None:
    assert open_draft(other, ME, NOON) is None
    assert open_draft(sealed[:-2] + other, ME, NOON) is None


@pytest.mark.parametrize("name", sorted(SECRET))
def test_what_is_sent_with_a_secret_is_not_kept(app: Flask, name: str) -> None:
    with app.test_request_context("/x", method="POST", data={name: "", "label": "tennis"}):
        assert draft_of_request(ME, NOON) == ""


def test_a_tap_is_kept_without_words(app: Flask) -> None:
    with app.test_request_context("/pause/end", method="POST", data={"csrf_token": "x"}):
        assert open_draft(draft_of_request(ME, NOON), ME, NOON) == Draft("/pause/end", ())


def test_nothing_is_kept_of_who_never_signed_in_of_what_was_only_read_and_of_what_is_too_long(app: Flask) -> None:
    with app.test_request_context("/x", method="POST", data={"label": "tennis"}):
        assert draft_of_request(None, NOON) == ""
        assert draft_of_request(ME, NOON)
    with app.test_request_context("/x?label=tennis"):
        assert draft_of_request(ME, NOON) == ""
    for length, is_kept in ((LONGEST - 5, True), (LONGEST - 4, False)):
        with app.test_request_context("/x", method="POST", data={"label": "x" * length}):
            assert bool(draft_of_request(ME, NOON)) is is_kept
