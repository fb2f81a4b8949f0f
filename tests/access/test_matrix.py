"""Every route × everybody × everybody's things × every method, read from the url map: who gets what, and no more."""

from collections.abc import Iterator
from enum import StrEnum
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.typing import ResponseReturnValue
from werkzeug.test import TestResponse

from companion.accounts.access import Policy, access
from companion.accounts.models import Clinic, Throttle
from companion.accounts.rules import Actor
from companion.extensions import db
from companion.transaction import transaction
from tests.factories.one_of_each import OneOfEach
from tests.factories.people import Practice
from tests.support.client import Browser
from tests.support.forms import Forms
from tests.support.ground import Ground
from tests.support.routes import METHODS, OF_FILES, Route, client_of, methods_at, pages, right_people, routes
from tests.support.writes import Writes, contents, nothing_kept, writes_of

EVERYBODY = ("anonymous", "patient", "other patient", "therapist", "out of care", "ended", "admin")

WITH_WORDS = {
    *("contract.agreement", "contract.answer", "contract.task_order", "contract.pauses", "contract.workshop"),
    *("contract.version", "contract.frame", "contract.goal", "contract.task", "contract.cost", "contract.proposal"),
    *("formulation.wishes", "formulation.wish", "formulation.pattern"),
    *("formulation.of_patient", "formulation.proposing"),
    *("contract.my_goals", "contract.my_review", "contract.their_goals", "contract.their_review"),
    *("review.goals", "review.goals_of_patient"),
    *("checkins.saved", "checkins.more", "experiments.plan", "experiments.occasion"),
    *("experiments.change", "experiments.expect", "experiments.debrief", "experiments.correct"),
    *("checkins.cards", "checkins.card", "checkins.earlier"),
    *("sessions.appointment", "sessions.session", "sessions.scene"),
    *("accounts.plan", "accounts.plan_words", "accounts.plan_of", "accounts.plan_words_of"),
    *("experiments.already", "experiments.earlier", "review.today", "review.learned", "review.shared", "review.brief"),
}
"""Endpoints of pages on which texts of a patient stand."""


class Answer(StrEnum):
    OPEN = "open"
    ABSENT = "absent"
    SIGN_IN = "sign in"
    NO_SUCH_METHOD = "no such method"


def person(practice: Practice, who: str) -> Actor | None:
    return {
        "anonymous": None,
        "patient": practice.patient,
        "other patient": practice.other_patient,
        "therapist": practice.therapist,
        "out of care": practice.other_therapist,
        "ended": practice.former_therapist,
        "admin": practice.admin,
    }[who]


def may_see(actor: Actor | None, things: OneOfEach, route: Route | None = None) -> bool:
    """Whether these are somebody's own things, or of a patient in their care now."""
    is_own_alone = route is not None and route.is_of_one_account
    return actor == things.practice.patient or (actor == things.practice.therapist and not is_own_alone)


def is_about_someone(route: Route) -> bool:
    return bool(route.arguments - OF_FILES)


def expected(route: Route, actor: Actor | None, things: OneOfEach, method: str, known: set[str]) -> Answer:
    """What must be answered, by policy and care alone."""
    if method not in known:
        return Answer.NO_SUCH_METHOD
    if actor is None and route.endpoint == "accounts.sign_out" and method == "POST":
        return Answer.OPEN  # who is signed out already is so
    if not route.admits(actor):
        return Answer.SIGN_IN if actor is None else Answer.ABSENT
    # What may be sent to a path is the same for all paths of its kind, so it tells nothing of what is there.
    is_closed = is_about_someone(route) and method != "OPTIONS" and not may_see(actor, things, route)
    return Answer.ABSENT if is_closed else Answer.OPEN


def found(answer: TestResponse) -> str:
    """What was answered; a status that isn't among the four stands for itself."""
    if answer.status_code == 405:
        return Answer.NO_SUCH_METHOD
    if answer.status_code == 404:
        return Answer.ABSENT
    if answer.status_code == 401 or (answer.location or "").startswith("/sign-in?next="):
        return Answer.SIGN_IN
    is_asked_again = answer.status_code == 400 and answer.is_json  # of a script: it fetches a token first
    return Answer.OPEN if is_asked_again or answer.status_code in {200, 302, 303, 422} else answer.status


def ask(browser: Browser, route: Route, things: OneOfEach, method: str, forms: Forms, wanted: Answer) -> TestResponse:
    """Ask, and send what the right person's page would: where it may be taken, without the token that it needs."""
    if method != "POST" or not route.changes:
        return browser.client.open(route.path(things), method=method)
    form = forms.of(route, next(right_people(route, things.practice)))
    # Everybody sends words of their own: to have these shown again is not to read another's.
    sent = {name: value.replace(things.marker, "words") for name, value in form.stands.items()}
    token = {} if wanted is Answer.OPEN else {"csrf_token": browser.csrf_token()}
    return browser.client.post(form.path, data=sent | token)


def forget_tries(app: Flask) -> None:
    """So much is sent at one instant that it would be too many tries."""
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.delete(Throttle))


def questions(every: list[Route]) -> Iterator[tuple[Route, str, set[str]]]:
    """Each path there is with each method, at the route that knows it; and the methods that some route knows."""
    asked: set[tuple[str, str]] = set()
    for route in every:
        known = methods_at(route, every)
        for method in METHODS:
            if (method in route.methods or method not in known) and (route.rule.rule, method) not in asked:
                asked.add((route.rule.rule, method))
                yield route, method, known


def faults(ground: Ground, actor: Actor | None, forms: Forms, kept: Writes) -> Iterator[str]:
    """Whatever was answered otherwise than it must be, written, or read that is another's."""
    things, browser, every = forms.things, Browser(client_of(ground.app, actor)), routes(ground.app)
    closed = {each.marker for each in (ground.things, ground.theirs) if not may_see(actor, each)}
    for route, method, known in questions(every):
        if things is ground.theirs and not (is_about_someone(route) and method in known):
            continue  # the same as about the patient's things
        wanted = expected(route, actor, things, method, known)
        forget_tries(ground.app)
        answer = ask(browser, route, things, method, forms, wanted)
        if found(answer) != wanted:
            yield f"{method} {route.rule.rule}: {found(answer)}, not {wanted}"
        if kept.kept:
            yield f"{method} {route.rule.rule}: wrote {kept.kept}"
            kept.clear()
        yield from (f"{method} {route.rule.rule}: shows {each}" for each in closed if each in answer.text)
        answer.close()


def test_every_path_is_asked_with_every_method_once(app: Flask) -> None:
    every = routes(app)
    asked = [(route.rule.rule, method) for route, method, _known in questions(every)]
    assert sorted(asked) == sorted({(route.rule.rule, method) for route in every for method in METHODS})


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_gets_what_is_theirs_and_nothing_else(
    ground: Ground, forms: Forms, their_forms: Forms, who: str
) -> None:
    actor, before = person(ground.practice, who), contents(ground.app)
    for about in (forms, their_forms):
        with writes_of(ground.app) as kept:
            assert list(faults(ground, actor, about, kept)) == []
    assert contents(ground.app) == before


def test_every_route_says_whom_it_is_for(app: Flask) -> None:
    assert unclassified(app) == []


def test_a_route_that_says_nothing_is_seen_and_opens_for_nobody(app: Flask, as_patient: Browser) -> None:
    app.view_functions["accounts.leave"] = lambda: "open"
    assert unclassified(app) == ["GET /leave"]
    as_patient.get("/leave", expect=403)


def unclassified(app: Flask) -> list[str]:
    return [str(route) for route in routes(app) if route.policy is None]


def test_whose_words_they_are_reads_them(ground: Ground) -> None:
    """So the guard knows a page with another's words when it sees one."""
    seen = set()
    for actor in (ground.practice.patient, ground.practice.therapist):
        client = client_of(ground.app, actor)
        for route in pages(ground.app):
            if route.admits(actor) and ground.things.marker in client.get(route.path(ground.things)).text:
                seen.add(route.endpoint)
    assert seen >= WITH_WORDS


def test_the_guard_sees_a_page_that_opens_for_a_stranger(
    ground: Ground, forms: Forms, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A brief that forgets to ask whose patient it is, and keeps what was looked at."""

    def careless(patient_id: UUID) -> ResponseReturnValue:
        with transaction():
            db.session.execute(sa.update(Clinic).values(name="x"))
        return ground.things.marker

    monkeypatch.setitem(ground.app.view_functions, "review.brief", access(Policy.THERAPIST)(careless))
    with nothing_kept(ground.app) as kept:
        seen = list(faults(ground, ground.practice.other_therapist, forms, kept))
    path = "GET /patients/<uuid:patient_id>"
    assert {f"{path}: open, not absent", f"{path}: wrote ['clinic']", f"{path}: shows {ground.things.marker}"} <= set(
        seen
    )
