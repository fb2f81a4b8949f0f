"""Two things at the same time: one wins, and the other is told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from time import sleep
from uuid import UUID

import pytest
from flask import Flask

from companion.accounts.rules import Actor, Role
from companion.contract import services
from companion.contract.queries import asked_for, history, in_force, resting, version, waiting
from companion.contract.rules import Feels, Outcome, Scope, Standing, State
from companion.contract.services.loading import lock_versions
from companion.extensions import db
from companion.kernel.clock import FrozenClock
from companion.kernel.errors import RefusedError
from companion.kernel.ids import new_id
from companion.transaction import transaction
from tests.factories.contract import (
    Contract,
    agreed_contract,
    agreeing,
    drafted_contract,
    let_rest,
    proposed_contract,
)
from tests.factories.negotiation import answered, begun, contract_of, countered
from tests.factories.people import Practice
from tests.support.client import Browser, Page

TODAY = date(2025, 3, 5)

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
    assert len(resting(practice.patient, practice.patient.id, TODAY).rests) == 1


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
    assert resting(practice.patient, practice.patient.id, TODAY).rests == ()


def state(practice: Practice, contract: Contract) -> State:
    return version(practice.patient, practice.patient.id, contract.id).state


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("turn", range(2))
def test_both_propose_at_once(app: Flask, practice: Practice, clock: FrozenClock, turn: int) -> None:
    """Each answers the other's last; both are there, and either can be agreed to."""
    first = proposed_contract(practice)
    mine, theirs = begun(practice, Role.PATIENT, first.id), begun(practice, Role.THERAPIST, first.id)
    with transaction():
        services.say_why(practice.patient, mine.id, "Three is a lot.")
    answers = at_once(
        app,
        lambda: services.propose(practice.patient, mine.id, clock.now()),
        lambda: services.propose(practice.therapist, theirs.id, clock.now()),
    )
    assert refusals(answers) == 0
    assert state(practice, first) is State.WITHDRAWN
    found = [waiting(practice.patient, practice.patient.id), asked_for(practice.patient, practice.patient.id)]
    assert [each and each.id for each in found] == [theirs.id, mine.id]


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("turn", range(2))
def test_the_patient_answers_while_the_therapist_lets_it_rest(
    app: Flask, practice: Practice, clock: FrozenClock, turn: int
) -> None:
    own = countered(practice, Role.PATIENT, agreed_contract(practice).id)
    answers = at_once(
        app,
        lambda: services.answer(practice.patient, own.id, own.content_hash, agreeing(own), clock.now()),
        lambda: services.let_rest(practice.therapist, own.id, "", clock.now()),
    )
    assert answers == [Outcome.NOTED, None]
    found = contract_of(practice, own.id).version
    assert (found.state, len(found.answers), len(found.replies)) == (State.DECLINED, 1, 1)


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("turn", range(2))
def test_the_therapist_accepts_while_the_patient_takes_it_back(
    app: Flask, practice: Practice, clock: FrozenClock, turn: int
) -> None:
    own = countered(practice, Role.PATIENT, agreed_contract(practice).id)
    answered(practice, own, at=clock.now())
    answers = at_once(
        app,
        lambda: services.accept(practice.therapist, own.id, own.content_hash, clock.now()),
        lambda: services.withdraw(practice.patient, own.id, clock.now()),
    )
    assert refusals(answers) == 1
    found = in_force(practice.patient, practice.patient.id)
    assert found
    assert (found.id == own.id) == (answers[0] is Outcome.IN_FORCE)


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("turn", range(2))
def test_the_therapist_accepts_while_the_patient_says_that_it_was_told(
    app: Flask, practice: Practice, clock: FrozenClock, turn: int
) -> None:
    own = countered(practice, Role.PATIENT, agreed_contract(practice).id)
    answered(practice, own, at=clock.now())
    clock.advance(minutes=1)
    told = agreeing(own, feels=Feels.TOLD)
    answers = at_once(
        app,
        lambda: services.accept(practice.therapist, own.id, own.content_hash, clock.now()),
        lambda: services.answer(practice.patient, own.id, own.content_hash, told, clock.now()),
    )
    assert answers[0] in {Outcome.IN_FORCE, Outcome.NOTED}
    # In force already, it is told so; told first, it waits.
    assert isinstance(answers[1], RefusedError) == (answers[0] is Outcome.IN_FORCE)
    assert (state(practice, own) is State.AGREED) == (answers[0] is Outcome.IN_FORCE)


@pytest.mark.usefixtures("context")
def test_two_tabs_that_accept_sign_once(app: Flask, practice: Practice, clock: FrozenClock) -> None:
    own = countered(practice, Role.PATIENT, agreed_contract(practice).id)
    answered(practice, own, at=clock.now())

    def accept() -> Outcome:
        return services.accept(practice.therapist, own.id, own.content_hash, clock.now())

    assert at_once(app, accept, accept, accept) == [Outcome.IN_FORCE] * 3
    standings = [line.standing for line in history(practice.patient, practice.patient.id)]
    assert standings == [Standing.IN_FORCE, Standing.SUPERSEDED]


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("is_first", [True, False])
def test_both_begin_and_write_their_own_drafts_at_once(
    app: Flask, practice: Practice, clock: FrozenClock, *, is_first: bool
) -> None:
    costs = [] if is_first else [cost.text for cost in agreed_contract(practice).version.costs]
    sides = (practice.patient, practice.therapist)

    def begin(side: Actor) -> Act:
        return lambda: services.start_draft(side, practice.patient.id, clock.now())

    def write(side: Actor, draft_id: object) -> Act:
        return lambda: services.add_cost(side, UUID(str(draft_id)), side.role)

    drafts = at_once(app, *map(begin, sides))
    assert refusals(at_once(app, *map(write, sides, drafts))) == 0
    read = [version(side, practice.patient.id, UUID(str(each))) for side, each in zip(sides, drafts, strict=True)]
    assert len({each.number for each in read}) == 2
    assert [[cost.text for cost in each.costs] for each in read] == [[*costs, side.role] for side in sides]


def test_at_once_on_pages_one_is_kept_and_the_other_keeps_its_words(
    app: Flask, practice: Practice, clock: FrozenClock
) -> None:
    """The therapist lets it rest, with a word, while the patient takes it back."""
    with app.app_context():
        own = countered(practice, Role.PATIENT, agreed_contract(practice).id)
    word = "Talk first, then write"
    to_read = f"/patients/{practice.patient.id}/contract/{own.id}"
    patient, therapist = (
        Browser(app.test_client()).sign_in(person) for person in (practice.patient, practice.therapist)
    )
    form = therapist.get(to_read).form(1)
    sent = {**form, "words": word, "csrf_token": therapist.csrf_token()}
    acts: list[Callable[[], Page]] = [
        lambda: Page(therapist.client.post(f"{to_read}/rest", data=sent), to_read),
        lambda: patient.send(f"/agreement/{own.id}/withdraw"),
    ]
    with ThreadPoolExecutor(2) as threads:
        rest, _taken_back = threads.map(lambda act: act(), acts)
    with app.app_context():
        found = contract_of(practice, own.id).version
    assert found.state is State.WITHDRAWN, "what rests can be taken back, too"
    if rest.status == 302:
        assert [reply.words for reply in found.replies] == [word]
    else:
        assert (rest.status, word in rest.text, found.replies) == (422, True, ())
