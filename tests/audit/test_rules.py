"""Each event tells exactly its own keys, and nothing that anybody wrote."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from companion.audit.rules import NOTHING_YET, Event, Noted, link, told

NOON = datetime(2025, 3, 5, 11, tzinfo=UTC)
SOMEBODY = UUID(int=7)


def mac(purpose: str, what: bytes) -> bytes:
    """Stands in for the installation's own: told apart by all that goes in."""
    return hash((purpose, what)).to_bytes(32, "big", signed=True)


def test_codes_of_events_are_their_own() -> None:
    assert len({event.code for event in Event}) == len(Event)


def test_an_event_tells_its_own_keys() -> None:
    session = uuid4()
    assert told(Event.SIGNED_OUT, {"session": session}) == {"session": str(session)}


@pytest.mark.parametrize("about", [{}, {"session": SOMEBODY, "more": 1}, {"other": SOMEBODY}])
def test_an_event_with_other_keys_is_refused(about: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="signed_out tells"):
        told(Event.SIGNED_OUT, about)


@pytest.mark.parametrize("words", ["I went out.", "Anna", "tennis lesson", "", b"bytes", 1.5, {"a": 1}, ["Some Words"]])
def test_words_have_no_place_in_it(words: object) -> None:
    with pytest.raises(ValueError, match="no place in the audit"):
        told(Event.READ, {"page": words})


def test_ids_numbers_codes_and_lists_of_them_have() -> None:
    people = [SOMEBODY, uuid4()]
    assert told(Event.CASELOAD_READ, {"people": people}) == {"people": [str(each) for each in people]}
    assert told(Event.READ, {"page": "review.brief"}) == {"page": "review.brief"}
    about = {"version": SOMEBODY, "answer": SOMEBODY, "decision": "agree", "binds": True}
    assert told(Event.VERSION_ANSWERED, about)["binds"] is True


def noted(**changed: object) -> Noted:
    values = {
        "event": Event.SIGNED_OUT,
        "at": NOON,
        "actor_id": SOMEBODY,
        "person_id": SOMEBODY,
        "about": {"session": 1},
    }
    return Noted(**{**values, **changed})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "other",
    [
        {"event": Event.SESSION_ENDED},
        {"at": NOON.replace(microsecond=1)},
        {"actor_id": None},
        {"person_id": UUID(int=8)},
        {"about": {"session": 2}},
    ],
    ids=lambda other: str(next(iter(other))),
)
def test_whatever_is_changed_of_an_event_changes_its_link(other: dict[str, object]) -> None:
    assert link(mac, NOTHING_YET, 1, noted(**other)) != link(mac, NOTHING_YET, 1, noted())


def test_a_link_stands_on_its_number_and_on_the_one_before() -> None:
    links = {
        link(mac, NOTHING_YET, 1, noted()),
        link(mac, NOTHING_YET, 2, noted()),
        link(mac, bytes(31) + b"1", 1, noted()),
    }
    assert len(links) == 3
