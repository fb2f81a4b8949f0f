"""Two things at the same time: one wins, and the other is told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep

import pytest
from flask import Flask

from companion.contract import services
from companion.contract.queries import history, in_force, resting, version
from companion.contract.rules import Outcome, Scope, Standing
from companion.contract.services.loading import lock_versions
from companion.extensions import db
from companion.kernel.clock import FrozenClock
from companion.kernel.errors import RefusedError
from companion.kernel.ids import new_id
from companion.transaction import transaction
from tests.factories.contract import agreed_contract, agreeing, drafted_contract, let_rest, proposed_contract
from tests.factories.people import Practice

Act = Callable[[], object]


def at_once(app: Flask, *acts: Act) -> list[object]:
    """Do all of it at the same time, each in a transaction; what each answered, or its refusal."""
    start = Barrier(len(acts))
    db.session.rollback()  # or what is read afterwards is as it was before

    def do(act: Act) -> object:
        with app.app_context():
            start.wait(timeout=10)
            try:
                with transaction():
                    return act()
            except RefusedError as refused:
                return refused
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(do, acts))


def refusals(answers: list[object]) -> int:
    return sum(isinstance(answer, RefusedError) for answer in answers)


@pytest.mark.usefixtures("context")
def test_of_two_tabs_that_agree_one_does(app: Flask, practice: Practice, clock: FrozenClock) -> None:
    agreed_contract(practice)
    proposal = proposed_contract(practice)

    def agree() -> Outcome:
        return services.answer(
            practice.patient, proposal.id, proposal.content_hash, agreeing(proposal), clock.now(), new_id()
        )

    answers = at_once(app, agree, agree, agree)
    assert (answers.count(Outcome.IN_FORCE), refusals(answers)) == (1, 2)
    standings = [line.standing for line in history(practice.patient, practice.patient.id)]
    assert standings == [Standing.IN_FORCE, Standing.SUPERSEDED]
    assert len(version(practice.patient, practice.patient.id, proposal.id).answers) == 1


@pytest.mark.usefixtures("context")
def test_an_answer_sent_twice_at_once_is_one(app: Flask, practice: Practice, clock: FrozenClock) -> None:
    proposal, page = proposed_contract(practice), new_id()

    def agree() -> Outcome:
        return services.answer(
            practice.patient, proposal.id, proposal.content_hash, agreeing(proposal), clock.now(), page
        )

    assert at_once(app, agree, agree) == [Outcome.IN_FORCE] * 2
    assert len(version(practice.patient, practice.patient.id, proposal.id).answers) == 1


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("turn", range(3))
def test_agreeing_while_another_is_proposed(app: Flask, practice: Practice, clock: FrozenClock, turn: int) -> None:
    first = proposed_contract(practice)
    draft = drafted_contract(practice)

    def agree() -> Outcome:
        return services.answer(practice.patient, first.id, first.content_hash, agreeing(first), clock.now())

    answers = at_once(app, agree, lambda: services.propose(practice.therapist, draft, clock.now()))
    standings = {line.id: line.standing for line in history(practice.patient, practice.patient.id)}
    assert standings[draft] is Standing.WAITS
    won = answers[0] is Outcome.IN_FORCE
    assert won or isinstance(answers[0], RefusedError)
    assert standings[first.id] is (Standing.IN_FORCE if won else Standing.WITHDRAWN)


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("turn", range(3))
def test_agreeing_while_it_is_taken_back(app: Flask, practice: Practice, clock: FrozenClock, turn: int) -> None:
    proposal = proposed_contract(practice)

    def agree() -> Outcome:
        return services.answer(practice.patient, proposal.id, proposal.content_hash, agreeing(proposal), clock.now())

    answers = at_once(app, agree, lambda: services.withdraw(practice.therapist, proposal.id, clock.now()))
    assert refusals(answers) == 1
    found = in_force(practice.patient, practice.patient.id)
    assert (found is not None) == (answers[0] is Outcome.IN_FORCE)


@pytest.mark.usefixtures("context")
def test_the_first_draft_begun_in_two_tabs_is_one(app: Flask, practice: Practice, clock: FrozenClock) -> None:
    def begin() -> object:
        return services.start_draft(practice.therapist, practice.patient.id, clock.now())

    assert len(set(at_once(app, begin, begin, begin))) == 1


@pytest.mark.usefixtures("context")
def test_everything_paused_in_two_tabs_rests_once(app: Flask, practice: Practice, clock: FrozenClock) -> None:
    def rest() -> object:
        return services.pause(practice.patient, Scope.EVERYTHING, None, clock.now())

    assert len(set(at_once(app, rest, rest, rest))) == 1
    assert len(resting(practice.patient, practice.patient.id).rests) == 1


@pytest.mark.usefixtures("context")
def test_taking_up_waits_for_what_is_being_done_to_the_contract(
    app: Flask, practice: Practice, clock: FrozenClock
) -> None:
    """Or a flag could take over a pause that ends at the same instant, and say that it rests."""
    agreed = agreed_contract(practice)
    pause_id = let_rest(practice, agreed, at=clock.now())

    def take_up() -> None:
        with app.app_context():
            try:
                with transaction():
                    services.resume(practice.patient, pause_id, clock.now())
            finally:
                db.session.remove()

    with ThreadPoolExecutor(1) as threads:
        with transaction():
            lock_versions(practice.patient.id)
            taking_up = threads.submit(take_up)
            sleep(0.3)
            assert not taking_up.done()
        taking_up.result(timeout=10)
    assert resting(practice.patient, practice.patient.id).rests == ()
