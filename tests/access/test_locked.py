"""A phone on which the app is locked: every route, read from the url map, gives nothing away; Now takes entries.

Locked is Mark's app; whoever holds the phone has his session.
"""

from collections.abc import Iterator
from http import HTTPStatus

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.typing import ResponseReturnValue
from werkzeug.test import TestResponse

from companion.accounts.access import Policy, access, works_while_locked
from companion.accounts.models import LoginSession, User
from companion.database import WRITE
from companion.extensions import db
from companion.kernel.ids import new_id
from tests.conftest import NOON
from tests.factories.one_of_each import OneOfEach
from tests.support.client import Browser
from tests.support.forms import Forms
from tests.support.ground import Ground
from tests.support.routes import Route, changing, client_of, pages, routes
from tests.support.writes import Writes, nothing_kept

OPEN = {
    *("accounts.locked", "accounts.open_up", "accounts.sign_in_instead", "accounts.begin_instead", "accounts.lock"),
    *("accounts.written", "accounts.keep_writing"),
    *("checkins.box", "checkins.drop"),
    *("accounts.sign_out", "checkins.now_page", "checkins.save", "checkins.cutting", "checkins.save_moment"),
}
"""What isn't public and is there while locked. Whoever adds to it adds to what a stranger with the phone can do."""
NAMES = ("Mark", "Vera Conti", "Lea Sala", "Paolo Neri")
"""Of the patient, and of who treats and treated them."""


@pytest.fixture(params=[True, False], ids=["with a PIN", "without"])
def locked(ground: Ground, request: pytest.FixtureRequest) -> Iterator[Browser]:
    """The phone's browser, an instant after it was locked."""
    patient = ground.practice.patient
    browser = Browser(client_of(ground.app, patient))
    write(ground.app, sa.update(LoginSession).where(LoginSession.user_id == patient.id).values(open_until=NOON))
    write(ground.app, pin_of(patient.id, "a hash that takes no time" if request.param else None))
    yield browser
    write(ground.app, pin_of(patient.id, None))


def pin_of(patient_id: object, pin_hash: str | None) -> sa.Update:
    return sa.update(User).where(User.id == patient_id).values(pin_hash=pin_hash)


def write(app: Flask, statement: sa.Update) -> None:
    """Past the session of the ORM, whose commits a guard may take back."""
    with app.app_context():
        connection = db.engine.connect().execution_options(**{WRITE: True})
    with connection, connection.begin():
        connection.execute(statement)


def told(answer: TestResponse, things: OneOfEach) -> list[str]:
    """What an answer says of the person: words, names, ids, whatever stands in its text or its headers."""
    patient, all_of_it = things.practice.patient, f"{answer.text}\n{answer.headers}"
    marks = (things.marker, things.own_marker, patient.id.hex, str(patient.id), patient.zone, *NAMES)
    return [mark for mark in marks if mark in all_of_it]


def betrayed(ground: Ground, browser: Browser) -> Iterator[str]:
    """Whatever a look at any page of the patient's gives away."""
    for route in pages(ground.app):
        if not route.admits(ground.practice.patient):
            continue
        answer = browser.client.get(route.path(ground.things))
        yield from (f"{route}: shows {mark}" for mark in told(answer, ground.things))
        is_lock = answer.status_code == HTTPStatus.FOUND and answer.location.startswith("/locked?next=")
        if not (is_lock or route.policy is Policy.PUBLIC or route.endpoint in OPEN):
            yield f"{route}: {answer.status}"
        answer.close()


def sent(ground: Ground, browser: Browser, route: Route, forms: Forms) -> TestResponse:
    form = forms.of(route, ground.practice.patient)
    chosen = {name: next(filter(None, offered), "") for name, offered in form.offers.items()}
    return browser.client.post(form.path, data=chosen | form.stands | {"csrf_token": browser.csrf_token()})


def undone(ground: Ground, browser: Browser, forms: Forms, kept: Writes) -> Iterator[str]:
    """Whatever is written, or told, by what the pages of the open app would send."""
    for route in changing(ground.app):
        if route.policy is Policy.PUBLIC or not route.admits(ground.practice.patient) or route.endpoint in OPEN:
            continue
        answer = sent(ground, browser, route, forms)
        yield from (f"{route}: shows {mark}" for mark in told(answer, ground.things))
        if answer.status_code != HTTPStatus.LOCKED:
            yield f"{route}: {answer.status}"
        yield from (f"{route}: wrote {table}" for table in kept.kept)
        kept.clear()


def test_looking_gives_nothing_away(ground: Ground, locked: Browser) -> None:
    assert list(betrayed(ground, locked)) == []


def test_sending_changes_nothing(ground: Ground, locked: Browser, forms: Forms) -> None:
    with nothing_kept(ground.app) as kept:
        assert list(undone(ground, locked, forms, kept)) == []


def test_the_same_looks_and_sendings_tell_and_change_a_lot_while_it_is_open(ground: Ground, forms: Forms) -> None:
    """So the guards know what they look for."""
    with nothing_kept(ground.app) as kept:
        browser = Browser(client_of(ground.app, ground.practice.patient))
        assert len([each for each in betrayed(ground, browser) if ": shows" in each]) > 40
        assert len([each for each in undone(ground, browser, forms, kept) if ": wrote" in each]) > 20


def test_what_is_there_while_locked_is_what_is_said_to_be(app: Flask) -> None:
    with app.app_context():
        found = {each.endpoint for each in routes(app) if works_while_locked(each.endpoint)}
    assert found - {each.endpoint for each in routes(app) if each.policy is Policy.PUBLIC} == OPEN


def test_a_route_that_says_nothing_is_locked(ground: Ground, locked: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def careless() -> ResponseReturnValue:
        return ground.things.marker

    monkeypatch.setitem(ground.app.view_functions, "checkins.now_page", access(Policy.PATIENT)(careless))
    assert locked.client.get("/now").location == "/locked?next=/now"
    telling = access(Policy.PATIENT, while_locked=True)(lambda: ground.things.marker)
    monkeypatch.setitem(ground.app.view_functions, "checkins.now_page", telling)
    assert f"GET /now: shows {ground.things.marker}" in list(betrayed(ground, locked))


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/now", {"door": "empty"}),
        ("/now", {"door": "guilt", "guilt": "7", "urge": "cant_tell"}),
        ("/now/words", {"urge": "8", "outcome": "said_nothing"}),
    ],
)
def test_every_door_takes_an_entry_and_says_nothing_of_it(
    ground: Ground, locked: Browser, path: str, fields: dict[str, str]
) -> None:
    with nothing_kept(ground.app) as kept:
        about = {
            "client_id": str(new_id()),
            "occasion": str(ground.things.ids_for("", {"experiment_id"})["experiment_id"]),
        }
        page = locked.send(path, fields | about)
        assert "check_in" in kept.kept
    assert page.path == "/now/kept"
    assert page.text.startswith("Saved")


@pytest.mark.parametrize("path", ["/now", "/now/words"])
def test_a_door_that_was_not_answered_says_so_and_no_more(ground: Ground, locked: Browser, path: str) -> None:
    experiment_id = ground.things.ids_for("", {"experiment_id"})["experiment_id"]
    page = locked.send(path, {"client_id": str(new_id()), "occasion": str(experiment_id)}, expect=422)
    assert page.errors()
    assert str(experiment_id) not in page.html
    assert ground.things.marker not in page.html


def test_the_page_after_saving_is_the_same_for_everybody(ground: Ground, locked: Browser) -> None:
    people = (None, ground.practice.patient, ground.practice.other_patient, ground.practice.therapist)
    answers = [client_of(ground.app, person).get("/now/kept") for person in people]
    answers.append(locked.client.get("/now/kept"))
    assert len({answer.text for answer in answers}) == 1
    assert not any("Set-Cookie" in answer.headers for answer in answers)
