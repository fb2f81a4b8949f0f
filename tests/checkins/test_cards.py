"""A patient's own words to meet an urge with."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

import pytest

from companion.checkins.queries import card, card_fingerprint, cards_of, kept_cards
from companion.checkins.services import (
    add_card,
    change_card,
    keep_suggested,
    let_go_of_card,
    put_card_first,
    suggest_card,
)
from companion.kernel.clock import FrozenClock
from companion.kernel.errors import NotFoundError, RefusedError, SentBeforeError
from companion.kernel.ids import new_id
from companion.transaction import transaction
from tests.factories.people import Practice
from tests.support.client import Browser

WORDS = "I may stay until the end."


@pytest.fixture
def written(context: object, practice: Practice, clock: FrozenClock) -> UUID:
    with transaction():
        return add_card(practice.patient, WORDS, clock.now())


def words(practice: Practice) -> list[str]:
    return [each.words for each in cards_of(practice.patient)]


def test_a_card_is_written_once_and_reworded(practice: Practice, written: UUID, clock: FrozenClock) -> None:
    page = new_id()
    for _ in range(2):
        with transaction():
            add_card(practice.patient, "It passes.", clock.now(), page)
    assert words(practice) == [WORDS, "It passes."]
    with pytest.raises(RefusedError), transaction():
        add_card(practice.patient, "Something else", clock.now(), page)
    seen = card_fingerprint(card(practice.patient, written))
    with transaction():
        change_card(practice.patient, written, "I stay.", seen)
        change_card(practice.patient, written, "I stay.", seen)
    with pytest.raises(RefusedError), transaction():
        change_card(practice.patient, written, "I go.", seen)
    assert words(practice) == ["I stay.", "It passes."]


def test_cards_stand_in_the_patients_own_order(practice: Practice, written: UUID, clock: FrozenClock) -> None:
    with transaction():
        second = add_card(practice.patient, "It passes.", clock.now())
    with transaction():
        put_card_first(practice.patient, second)
        put_card_first(practice.patient, second)
    assert words(practice) == ["It passes.", WORDS]
    with transaction():
        let_go_of_card(practice.patient, second, clock.now())
        let_go_of_card(practice.patient, second, clock.now())
    assert words(practice) == [WORDS]


def test_a_suggestion_is_no_card_until_it_is_kept(practice: Practice, written: UUID, clock: FrozenClock) -> None:
    with transaction():
        made = suggest_card(practice.therapist, practice.patient.id, "Found words", clock.now())
    assert [each.is_mine for each in cards_of(practice.patient)] == [True, False]
    with pytest.raises(NotFoundError), transaction():
        change_card(practice.patient, made, "x")
    with pytest.raises(NotFoundError), transaction():
        put_card_first(practice.patient, made)
    assert kept_cards(practice.therapist, practice.patient.id, [made]) == set()
    with transaction():
        keep_suggested(practice.patient, made, "My words", clock.now())
        keep_suggested(practice.patient, made, "My words", clock.now())
    with pytest.raises(RefusedError), transaction():  # of the other tab, that had it open as a suggestion
        keep_suggested(practice.patient, made, "Others", clock.now())
    assert words(practice) == [WORDS, "My words"]
    assert kept_cards(practice.therapist, practice.patient.id, [made]) == {made}


def test_a_suggestion_sent_again_with_other_words_is_told(
    practice: Practice, clock: FrozenClock, written: UUID
) -> None:
    page, on = new_id(), (practice.therapist, practice.patient.id)
    for _ in range(2):
        with transaction():
            assert suggest_card(*on, "Found words", clock.now(), page) == page
    with pytest.raises(SentBeforeError), transaction():
        suggest_card(*on, "Other words", clock.now(), page)
    assert words(practice) == [WORDS, "Found words"]


def test_what_was_let_go_of_is_not_kept_by_an_old_page(practice: Practice, clock: FrozenClock, written: UUID) -> None:
    with transaction():
        made = suggest_card(practice.therapist, practice.patient.id, "Found words", clock.now())
        for each in (made, written):
            let_go_of_card(practice.patient, each, clock.now())
    with pytest.raises(RefusedError), transaction():
        keep_suggested(practice.patient, made, "x", clock.now())
    with pytest.raises(RefusedError), transaction():
        change_card(practice.patient, written, "x")


def test_they_are_nobody_elses(practice: Practice, written: UUID, clock: FrozenClock) -> None:
    for stranger in (practice.other_patient, practice.therapist, practice.admin):
        acts: tuple[Callable[[], None], ...] = (
            partial(change_card, stranger, written, "x"),
            partial(keep_suggested, stranger, written, "x", clock.now()),
            partial(let_go_of_card, stranger, written, clock.now()),
            partial(put_card_first, stranger, written),
        )
        for act in acts:
            with pytest.raises(NotFoundError), transaction():
                act()
        with pytest.raises(NotFoundError):
            card(stranger, written)
    with pytest.raises(NotFoundError), transaction():
        add_card(practice.therapist, "x", clock.now())
    with pytest.raises(NotFoundError), transaction():
        add_card(practice.other_patient, WORDS, clock.now(), written)
    for stranger in (practice.patient, practice.other_therapist, practice.former_therapist):
        with pytest.raises(NotFoundError), transaction():
            suggest_card(stranger, practice.patient.id, "x", clock.now())


# The pages


def test_the_page_says_what_will_be_there(as_patient: Browser) -> None:
    page = as_patient.get("/cards")
    assert "Your own words for a hard moment will stand here. Nothing is owed." in page.text


def test_a_card_is_written_and_reworded_on_its_page(as_patient: Browser) -> None:
    page = as_patient.submit(as_patient.get("/cards/new"), {"words": WORDS})
    assert page.path == "/cards"
    assert WORDS in page.text
    [link] = [each for each in page.document.query("main a") if "Change its words" in each.to_text()]
    path = (link.attrs or {})["href"] or ""
    changed = as_patient.submit(as_patient.get(path), {"words": "I stay."})
    assert "I stay." in changed.text
    assert WORDS not in changed.text


def test_a_page_sent_again_with_other_words_becomes_another_page(as_patient: Browser) -> None:
    new = as_patient.get("/cards/new")
    as_patient.submit(new, {"words": WORDS})
    page = as_patient.submit(new, {"words": "It passes."}, expect=422)
    assert any("This page was sent before, with other words" in error for error in page.errors())
    assert page.value("words") == "It passes."
    both = as_patient.submit(page).text
    assert WORDS in both
    assert "It passes." in both


@pytest.mark.parametrize("typed", ["", " ", "x" * 401])
def test_what_is_no_card_is_refused_beside_its_field_and_kept(as_patient: Browser, typed: str) -> None:
    page = as_patient.submit(as_patient.get("/cards/new"), {"words": typed}, expect=422)
    assert page.errors()
    assert page.value("words").strip() == typed.strip()


def test_an_old_page_of_a_card_keeps_what_was_typed_and_shows_what_stands(
    as_patient: Browser, practice: Practice, written: UUID
) -> None:
    old = as_patient.get(f"/cards/{written}")
    as_patient.submit(as_patient.get(f"/cards/{written}"), {"words": "It passes."})
    page = as_patient.submit(old, {"words": "I stay."}, expect=422)
    assert page.value("words") == "I stay."
    assert "It passes." in page.text
    assert "I stay." in as_patient.submit(page).text


def test_a_suggestion_is_kept_in_other_words_or_left(
    as_patient: Browser, practice: Practice, clock: FrozenClock, context: object
) -> None:
    with transaction():
        kept, left = (
            suggest_card(practice.therapist, practice.patient.id, each, clock.now()) for each in ("one", "two")
        )
    page = as_patient.submit(as_patient.get(f"/cards/{kept}"), {"words": "One, in my words"})
    assert "One, in my words" in page.text
    assert "two" not in as_patient.send(f"/cards/{left}/let-go").text
    again = as_patient.submit(as_patient.get(f"/cards/{left}"), {"words": "two"}, expect=422)
    assert any("You let go of this card meanwhile." in error for error in again.errors())
