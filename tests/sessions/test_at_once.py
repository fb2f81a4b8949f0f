"""Two things at the same time about one session: they count one after the other, and a stop ends it for both."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from flask import Flask

from companion.extensions import db
from companion.kernel.errors import RefusedError
from companion.sessions.queries import scene
from companion.sessions.rules import StepSaid
from companion.sessions.services import Step, note_step
from companion.transaction import transaction
from tests.factories.people import Practice
from tests.factories.sessions import scene_in, session_at

TEN = datetime(2025, 3, 5, 9, tzinfo=UTC)


@pytest.mark.usefixtures("context")
def test_of_steps_noted_at_once_none_follows_the_stop(app: Flask, practice: Practice) -> None:
    session_id = session_at(practice, TEN)
    on = (practice.therapist, practice.patient.id, session_id, scene_in(practice, session_id, TEN))
    said = [StepSaid.YES, StepSaid.STOP, StepSaid.YES, StepSaid.NOT_THIS]
    start = Barrier(len(said))
    db.session.rollback()  # or what is read afterwards is as it was before

    def take(word: StepSaid) -> None:
        with app.app_context():
            start.wait(timeout=10)
            try:
                with transaction():
                    note_step(*on, Step("A step", word), TEN)
            except RefusedError:
                return
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(said)) as threads:
        list(threads.map(take, said))
    steps = scene(*on).steps
    assert [step.number for step in steps] == list(range(1, len(steps) + 1))
    assert steps[-1].said is StepSaid.STOP
