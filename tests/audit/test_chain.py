"""The chain: written with what it tells of, or not at all; and whatever is done to it afterwards shows."""

import threading
from datetime import timedelta
from typing import cast
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.ctx import AppContext
from sqlalchemy.exc import DBAPIError, IntegrityError

from companion.accounts import services as accounts
from companion.accounts.models import Clinic
from companion.audit import queries
from companion.audit.models import AuditEvent, AuditHead
from companion.audit.rules import Event
from companion.audit.services import ANCHORED_EVERY, note
from companion.contract.services import flag_task
from companion.extensions import db
from companion.kernel.clock import FrozenClock
from companion.privacy.key_store import KeyStore
from companion.transaction import transaction
from tests.factories.contract import agreed_contract, let_rest
from tests.factories.people import Practice
from tests.support.noted import noted
from tests.support.tampering import without_triggers

SOME = 7


@pytest.fixture
def store(app: Flask) -> KeyStore:
    return cast("KeyStore", app.extensions["keys"])


@pytest.fixture
def chain(context: AppContext, practice: Practice, clock: FrozenClock) -> Practice:
    """A few events, one transaction each."""
    for _ in range(SOME):
        clock.advance(minutes=1)
        with transaction():
            look(practice, clock)
    return practice


def look(practice: Practice, clock: FrozenClock) -> None:
    note(Event.READ, clock.now(), actor_id=practice.therapist.id, person_id=practice.patient.id, page="review.brief")


def faults(store: KeyStore | None = None) -> list[str]:
    db.session.rollback()
    return list(queries.faults(store.anchor() if store else None))


def tamper(*statements: str) -> None:
    """What somebody does who has the database in their hands, and not the key."""
    with without_triggers("audit_event") as connection:
        for statement in statements:
            connection.execute(sa.text(statement))


def test_an_untouched_chain_is_whole(chain: Practice, store: KeyStore) -> None:
    assert queries.count() == SOME
    assert faults(store) == []


def test_no_events_are_a_whole_chain(context: AppContext, store: KeyStore) -> None:
    assert faults(store) == []


def test_an_event_lands_with_what_it_tells_of_or_not_at_all(practice: Practice, clock: FrozenClock, app: Flask) -> None:
    def until_the_power_fails() -> None:
        with transaction():
            accounts.rename(practice.patient, "Marco")
            look(practice, clock)
            raise InterruptedError

    with app.app_context():
        with pytest.raises(InterruptedError):
            until_the_power_fails()
        assert queries.count() == 0
        with transaction():
            accounts.rename(practice.patient, "Marco")
        assert queries.count() == 0, "what was noted before the power failed is not told later"


def test_what_was_noted_before_a_savepoint_outlives_it_however_that_ends(
    practice: Practice, clock: FrozenClock, app: Flask
) -> None:
    def fail_in_a_savepoint() -> None:
        with db.session.begin_nested():
            look(practice, clock)
            raise InterruptedError

    with app.app_context():
        with transaction():
            look(practice, clock)
            with pytest.raises(InterruptedError):
                fail_in_a_savepoint()
            with pytest.raises(IntegrityError), db.session.begin_nested():
                db.session.add(Clinic(id=2, name="Second", phone="1", country="IT"))
            with db.session.begin_nested():
                look(practice, clock)
        assert queries.count() == 2
        assert faults() == []


def test_of_what_rests_already_it_is_noted_that_it_feels_like_an_order(
    practice: Practice, clock: FrozenClock, app: Flask
) -> None:
    """The pause that is there already fails in a savepoint, which must not take the event with it."""
    with app.app_context():
        agreed = agreed_contract(practice)
        let_rest(practice, agreed, at=clock.now())
        with transaction():
            flag_task(practice.patient, agreed.task_ids[0], "You want this, not I.", clock.now())
        assert len(noted("order_flagged")) == 1


def test_the_head_is_neither_held_nor_copied_before_the_commit(
    practice: Practice, clock: FrozenClock, app: Flask, store: KeyStore
) -> None:
    def until_the_power_fails() -> None:
        with transaction():
            look(practice, clock)
            with db.session.begin_nested():
                look(practice, clock)
            assert db.session.scalar(sa.select(AuditHead.number)) is None
            raise InterruptedError

    with app.app_context():
        with pytest.raises(InterruptedError):
            until_the_power_fails()
        assert store.anchor() is None
        assert faults(store) == []


def test_an_event_with_what_it_has_no_key_for_stops_the_act(practice: Practice, clock: FrozenClock, app: Flask) -> None:
    with app.app_context(), pytest.raises(ValueError, match="read tells"), transaction():
        note(Event.READ, clock.now(), actor_id=practice.therapist.id, person_id=practice.patient.id)


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET person_id = NULL", "DELETE FROM audit_event"])
def test_the_database_itself_refuses_to_change_an_event(chain: Practice, statement: str) -> None:
    with pytest.raises(DBAPIError, match="audit_event_is_"), db.engine.begin() as connection:
        connection.execute(sa.text(statement))
    assert faults() == []


@pytest.mark.parametrize(
    ("what", "statement"),
    [
        ("another page", """UPDATE audit_event SET about = '{"page": "review.caseload"}' WHERE number = 4"""),
        ("another person", "UPDATE audit_event SET actor_id = person_id WHERE number = 4"),
        ("nobody", "UPDATE audit_event SET actor_id = NULL WHERE number = 4"),
        ("another event", "UPDATE audit_event SET event = 'signed_out' WHERE number = 4"),
        ("an event that isn't any", "UPDATE audit_event SET event = 'nothing' WHERE number = 4"),
        ("a moved number", "UPDATE audit_event SET number = 40 WHERE number = 4"),
    ],
)
def test_a_changed_event_shows(chain: Practice, what: str, statement: str) -> None:
    tamper(statement)
    assert faults()[0].startswith("event 4 "), what


def test_a_changed_time_shows(chain: Practice, clock: FrozenClock) -> None:
    with without_triggers("audit_event") as connection:
        moved = clock.now() - timedelta(days=1)
        connection.execute(sa.update(AuditEvent).where(AuditEvent.number == SOME).values(at=moved))
    assert faults() == [f"event {SOME} isn't as it was written"]


@pytest.mark.parametrize("number", [1, 4])
def test_an_event_taken_out_shows(chain: Practice, number: int) -> None:
    tamper(f"DELETE FROM audit_event WHERE number = {number}")  # noqa: S608  # a number of ours
    assert faults() == [f"event {number} is missing"]


def test_an_event_taken_out_and_the_rest_moved_up_shows(chain: Practice) -> None:
    tamper(
        "DELETE FROM audit_event WHERE number = 4",
        *(f"UPDATE audit_event SET number = {n - 1} WHERE number = {n}" for n in (5, 6, 7)),  # noqa: S608
    )
    assert faults() == ["event 4 isn't as it was written"]


def test_two_events_that_changed_places_show(chain: Practice) -> None:
    tamper(
        "UPDATE audit_event SET number = 30 WHERE number = 3",
        "UPDATE audit_event SET number = 3 WHERE number = 4",
        "UPDATE audit_event SET number = 4 WHERE number = 30",
    )
    assert faults() == ["event 3 isn't as it was written"]


def test_the_newest_cut_off_show(chain: Practice) -> None:
    tamper("DELETE FROM audit_event WHERE number > 5")
    assert faults() == [f"its head says {SOME} events, and 5 are there"]


def test_a_head_that_says_so_too_shows_without_the_key_to_vouch_for_it(chain: Practice) -> None:
    tamper(
        "UPDATE audit_head SET number = 5, link = (SELECT link FROM audit_event WHERE number = 5)",
        "DELETE FROM audit_event WHERE number > 5",
    )
    assert faults() == ["its head says 5 events, and 5 are there"]


def test_an_older_head_put_back_shows_by_what_the_key_store_remembers(
    context: AppContext, practice: Practice, clock: FrozenClock, store: KeyStore
) -> None:
    with transaction():
        look(practice, clock)
    old = db.session.execute(sa.select(AuditHead.number, AuditHead.link, AuditHead.voucher)).one()
    with transaction():
        look(practice, clock)
    store.drop_anchor(2, db.session.scalars(sa.select(AuditEvent.link).where(AuditEvent.number == 2)).one())
    with without_triggers("audit_event") as connection:
        connection.execute(sa.delete(AuditEvent).where(AuditEvent.number == 2))
        connection.execute(sa.update(AuditHead).values(**old._mapping))  # noqa: SLF001  # its public name
    assert faults() == [], "inside the database nothing shows"
    assert faults(store) == ["it doesn't go on from where it was seen before: event 2"]


def test_everything_taken_out_shows(chain: Practice, store: KeyStore) -> None:
    tamper("DELETE FROM audit_event", "DELETE FROM audit_head")
    assert faults() == []
    assert faults(store) == ["it doesn't go on from where it was seen before: event 1"]


def test_the_key_store_remembers_the_head_now_and_then(
    context: AppContext, practice: Practice, clock: FrozenClock, store: KeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = 0.0
    monkeypatch.setattr("companion.audit.services.time.monotonic", lambda: seconds)
    for later, expected in ((0.0, 1), (ANCHORED_EVERY - 0.1, 1), (ANCHORED_EVERY, 3)):
        seconds = later
        with transaction():
            look(practice, clock)
        anchor = store.anchor()
        assert anchor
        assert anchor[0] == expected


def test_an_anchor_never_goes_back(store: KeyStore) -> None:
    store.drop_anchor(5, bytes(32))
    store.drop_anchor(4, bytes(32))
    assert store.anchor() == (5, bytes(32))


def test_many_at_once_make_one_chain(app: Flask, practice: Practice, clock: FrozenClock, store: KeyStore) -> None:
    together = threading.Barrier(8)

    def look_often() -> None:
        together.wait()
        for _ in range(5):
            with app.app_context(), transaction():
                look(practice, clock)

    threads = [threading.Thread(target=look_often) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert queries.count() == 40
        assert faults(store) == []


def test_what_happened_stays_when_those_it_tells_of_are_gone(context: AppContext, clock: FrozenClock) -> None:
    with transaction():
        note(Event.READ, clock.now(), actor_id=uuid4(), person_id=uuid4(), page="review.brief")
    assert faults() == []
