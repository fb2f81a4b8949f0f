"""A rating inside an occasion's window, or shortly before it, is about that occasion; on both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from companion.checkins import queries, services
from companion.checkins.rules import Door, Entry, Rated
from companion.checkins.services import Saved
from companion.experiments import queries as occasions
from companion.experiments import services as experiments
from companion.experiments.models import Experiment
from companion.experiments.rules import Word
from companion.extensions import db
from companion.kernel.clock import FrozenClock
from companion.kernel.errors import NotFoundError, RefusedError
from companion.kernel.ids import new_id
from companion.transaction import transaction
from tests.factories.checkins import make_check_in
from tests.factories.contract import agreed_contract
from tests.factories.experiments import expecting, planned, told
from tests.factories.people import Practice
from tests.support.client import Browser

NOON = datetime(2025, 3, 5, 11, 0, tzinfo=UTC)
DINNER = NOON + timedelta(hours=6)
"""When it begins; it lasts two hours."""
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
BOTH = {"guilt": "7", "urge": "6"}


@pytest.fixture
def dinner(app: Flask, practice: Practice) -> UUID:
    with app.app_context():
        task_id = agreed_contract(practice).task_ids[0]
        return planned(practice.patient, task_id, DINNER, at=NOON - 24 * HOUR)


def question(browser: Browser) -> str:
    legends = [legend.to_text().strip() for legend in browser.get("/now").document.query("legend")]
    return legends[1]


@pytest.mark.usefixtures("dinner")
@pytest.mark.parametrize(
    ("now", "is_about_it"),
    [
        (DINNER - 2 * HOUR - MINUTE, False),
        (DINNER - 2 * HOUR, True),
        (DINNER + HOUR, True),
        (DINNER + 2 * HOUR + MINUTE, False),
    ],
)
def test_the_question_names_what_is_near(
    as_patient: Browser,
    clock: FrozenClock,
    now: datetime,
    is_about_it: bool,  # noqa: FBT001
) -> None:
    clock.move_to(now)
    wanted = "tennis" if is_about_it else "what you were about to do"
    assert question(as_patient) == f"How much do you want to drop {wanted}?"


def test_an_entry_is_linked_to_what_is_near(
    app: Flask, practice: Practice, as_patient: Browser, clock: FrozenClock, dinner: UUID
) -> None:
    clock.move_to(DINNER - HOUR)
    for number, changes in ((0, BOTH), (1, {"door": "empty"}), (2, {"door": "good"})):
        as_patient.submit(as_patient.get("/now"), changes, number=number)
    with app.app_context():
        entries = queries.last_for(practice.patient, practice.patient.id, DINNER)
    assert {entry.experiment_id for entry in entries} == {dinner}
    path = f"/now/{entries[0].id}"
    assert "tennis" in as_patient.get(f"{path}/again").text


@pytest.mark.usefixtures("dinner")
def test_a_patient_may_say_that_it_is_not_about_this(
    app: Flask, practice: Practice, as_patient: Browser, clock: FrozenClock
) -> None:
    clock.move_to(DINNER - HOUR)
    (link,) = [link for link in as_patient.get("/now").document.query("main a") if "Not about this" in link.to_text()]
    assert link.attrs
    page = as_patient.get(str(link.attrs["href"]))
    assert "what you were about to do" in page.text
    half = as_patient.submit(page, {"guilt": "7"}, expect=422)
    assert "what you were about to do" in half.text
    as_patient.submit(half, BOTH)
    with app.app_context():
        (entry,) = queries.last_for(practice.patient, practice.patient.id, DINNER)
    assert entry.experiment_id is None


def test_after_a_word_on_it_a_rating_is_no_longer_about_it(
    app: Flask, practice: Practice, as_patient: Browser, clock: FrozenClock, dinner: UUID
) -> None:
    clock.move_to(DINNER + HOUR)
    with app.app_context():
        told(practice.patient, dinner, Word.DONE, at=DINNER + HOUR)
    assert "what you were about to do" in question(as_patient)


def test_the_first_linked_entry_locks_what_was_expected(app: Flask, practice: Practice, dinner: UUID) -> None:
    with app.app_context():
        make_check_in(practice.patient, DINNER - HOUR, experiment_id=dinner)
        with pytest.raises(RefusedError), transaction():
            experiments.predict(practice.patient, dinner, expecting(3), DINNER - HOUR / 2)


@pytest.mark.parametrize("minutes", [-60, 30])
def test_a_rating_from_earlier_does_not_erase_what_was_expected_before_it_was_made(
    app: Flask, practice: Practice, dinner: UUID, minutes: int
) -> None:
    """Entered an hour into the dinner: of the hour before it, or of its first half."""
    with app.app_context():
        with transaction():
            experiments.predict(practice.patient, dinner, expecting(8), DINNER - MINUTE)
        when = {"earlier": DINNER + minutes * MINUTE, "experiment_id": dinner}
        keep(practice, DINNER + HOUR, **when)
        assert occasions.occasion(practice.patient, dinner, DINNER + HOUR).predicted.expected_guilt == 8
        locked_at = db.session.scalar(sa.select(Experiment.first_check_in_at))
    assert locked_at == (DINNER + HOUR if minutes > 0 else None)


@pytest.mark.parametrize(
    ("minutes", "is_about_it"), [(-48 * 60, False), (-1, False), (0, True), (119, True), (120, False)]
)
def test_a_rating_from_earlier_is_about_what_was_on_then(
    app: Flask,
    practice: Practice,
    dinner: UUID,
    minutes: int,
    is_about_it: bool,  # noqa: FBT001
) -> None:
    with app.app_context():
        keep(practice, DINNER + 3 * HOUR, earlier=DINNER + minutes * MINUTE, experiment_id=dinner)
        (entry,) = queries.last_for(practice.patient, practice.patient.id, DINNER + 3 * HOUR)
    assert entry.experiment_id == (dinner if is_about_it else None)


def keep(practice: Practice, at: datetime, **said: object) -> Saved:
    entry = Entry(new_id(), Door.GUILT, practice.patient.zone, Rated(7), Rated(6))
    with transaction():
        return services.save(practice.patient, replace(entry, **said), at)  # type: ignore[arg-type]  # by name


def test_an_entry_about_anothers_occasion_is_not_kept(app: Flask, practice: Practice, dinner: UUID) -> None:
    with app.app_context():
        with pytest.raises(NotFoundError):
            make_check_in(practice.other_patient, NOON, experiment_id=dinner)
        assert queries.last_for(practice.other_patient, practice.other_patient.id, DINNER) == []
