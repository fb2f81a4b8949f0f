"""At the instant at which care changes hands: every route of a therapist, just before and from then on.

And what is left to the patient once it has ended.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import cast

import pytest

from companion.accounts import services
from companion.accounts.access import Policy
from companion.accounts.rules import Actor
from companion.contract.queries import in_force
from companion.kernel.clock import FrozenClock
from companion.kernel.ids import new_id
from companion.transaction import transaction
from tests.conftest import NOON
from tests.support.client import Browser
from tests.support.forms import Forms
from tests.support.ground import Ground, stocked
from tests.support.routes import Route, client_of, pages, routes

TONIGHT = NOON.replace(hour=23)
"""Midnight in Rome, at which a cover is over whose last day is today."""
JUST_BEFORE = TONIGHT - timedelta(seconds=1)
FOR_THE_REGULAR_ONE = {
    *("accounts.cover", "accounts.arrange_cover", "accounts.end_cover"),
    *("accounts.handing_over", "accounts.transfer"),
    *("sessions.ending", "sessions.end"),
}
"""On which care changes hands, or ends."""
THEIR_AUTHORS = {
    *("contract.their_review", "contract.correct_their_review"),
    *("sessions.rupture", "sessions.change_rupture"),
}
"""What a therapist answered, or wrote for themselves, stays theirs alone, whoever treats the patient then."""


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ground]:
    """A practice of this test's own, for it changes hands; the clock can be moved."""
    databases = request.getfixturevalue("sqlite_files" if request.param == "sqlite" else "postgres_databases")
    with databases.clone(f"hands_{new_id().hex}") as url, stocked(url, tmp_path, NOON) as ground:
        yield ground


def move_to(ground: Ground, at: object) -> None:
    cast("FrozenClock", ground.app.extensions["clock"]).move_to(at)  # type: ignore[arg-type]


def cover(ground: Ground) -> Actor:
    """The other therapist covers until tonight."""
    people = ground.practice
    with ground.app.app_context(), transaction():
        services.arrange_cover(people.therapist, people.patient.id, people.other_therapist.id, date(2025, 3, 5), NOON)
    return people.other_therapist


def of_a_patient(ground: Ground) -> list[Route]:
    """Every route of a therapist's about one patient."""
    return [
        route for route in routes(ground.app) if route.policy is Policy.THERAPIST and "patient_id" in route.arguments
    ]


def answers(ground: Ground, actor: Actor, forms: Forms, *, with_token: bool = False) -> dict[str, int]:
    """By endpoint: what somebody gets who asks, or sends what the regular one's page would (and no token)."""
    browser, found = Browser(client_of(ground.app, actor)), {}
    for route in of_a_patient(ground):
        if route.changes:
            form = forms.of(route, ground.practice.therapist)
            token = {"csrf_token": browser.csrf_token()} if with_token else {}
            answer = browser.client.post(form.path, data=form.stands | token)
        else:
            answer = browser.client.get(route.path(ground.things))
        found[route.endpoint] = answer.status_code
        answer.close()
    return found


def absent(found: dict[str, int]) -> set[str]:
    return {endpoint for endpoint, status in found.items() if status == HTTPStatus.NOT_FOUND}


@contextmanager
def closed_afterwards(ground: Ground, actor: Actor, forms: Forms) -> Iterator[None]:
    """What opens for somebody before, and after is absent on each route."""
    before = answers(ground, actor, forms)
    assert absent(before) == set()
    assert len(before) > 20
    yield
    assert set(answers(ground, actor, forms, with_token=True).values()) == {404}
    assert ground.practice.patient.id.hex not in Browser(client_of(ground.app, actor)).get("/caseload").html


def test_a_cover_opens_everything_but_hands_and_closes_it_to_the_second(place: Ground) -> None:
    forms, colleague = Forms(place.app, place.things), cover(place)
    move_to(place, JUST_BEFORE)
    assert absent(answers(place, colleague, forms)) == FOR_THE_REGULAR_ONE | THEIR_AUTHORS
    caseload = Browser(client_of(place.app, colleague)).get("/caseload").text
    assert "You cover for Vera Conti" in caseload
    move_to(place, TONIGHT)
    assert set(answers(place, colleague, forms, with_token=True).values()) == {404}
    caseload = Browser(client_of(place.app, colleague)).get("/caseload").text
    assert "Anna" in caseload
    assert "Mark" not in caseload
    assert absent(answers(place, place.practice.therapist, forms)) == set()


@pytest.mark.parametrize("path", ["/caseload", "/patients/{}", "/patients/{}/care", "/patients/{}/contract"])
def test_the_very_first_request_after_it_is_closed(place: Ground, path: str) -> None:
    """A browser that stood open until then, and nobody else has asked for anything."""
    colleague = cover(place)
    move_to(place, TONIGHT - timedelta(minutes=20))
    browser = Browser(place.app.test_client()).sign_in(colleague)
    where = path.format(place.practice.patient.id)
    assert "Mark" in browser.get(where).text
    move_to(place, TONIGHT)
    page = browser.client.get(where)
    assert page.status_code == (200 if path == "/caseload" else 404)
    assert "Mark" not in page.text


def test_who_hands_over_reads_nothing_from_the_next_request_on(place: Ground) -> None:
    forms, people = Forms(place.app, place.things), place.practice
    with closed_afterwards(place, people.therapist, forms), place.app.app_context(), transaction():
        services.transfer(people.therapist, people.patient.id, people.other_therapist.id, NOON)
    assert absent(answers(place, people.other_therapist, forms)) == THEIR_AUTHORS


# After the end


def end(ground: Ground) -> None:
    browser = Browser(client_of(ground.app, ground.practice.therapist))
    browser.submit(browser.get(f"/patients/{ground.practice.patient.id}/care/end"))


def test_after_the_end_nobody_reads_and_the_patient_still_does(place: Ground) -> None:
    forms, people = Forms(place.app, place.things), place.practice
    with closed_afterwards(place, people.therapist, forms):
        end(place)
    for stranger in (people.other_therapist, people.former_therapist):
        assert set(answers(place, stranger, forms, with_token=True).values()) == {404}
    own = [route for route in pages(place.app) if route.policy in {Policy.PATIENT, Policy.SIGNED_IN}]
    found = {}
    for route in own:
        browser = Browser(client_of(place.app, people.patient))
        found[route.endpoint] = browser.get(route.path(place.things)).html
    assert len(found) > 20
    with_places = [name for name, html in found.items() if 'class="places"' in html]
    assert [name for name in with_places if "Nobody at the practice reads this any more." not in found[name]] == []
    assert len(with_places) > 20


def test_after_the_end_nothing_holds_and_it_can_still_be_read(place: Ground) -> None:
    end(place)
    patient = place.practice.patient
    with place.app.app_context():
        assert in_force(patient, patient.id) is None
    browser = Browser(client_of(place.app, patient))
    assert "nobody reads this or answers here" in browser.get("/agreement").text
    assert "Nobody sees it now" in browser.get("/shared").text


def test_after_the_end_now_saves_for_the_patient_alone(place: Ground) -> None:
    end(place)
    browser = Browser(client_of(place.app, place.practice.patient))
    page = browser.send("/now", {"client_id": str(new_id()), "door": "empty"})
    assert "Saved. You can stop here." in page.text
    assert "Only you see this." in page.text
    assert "therapist" not in page.text
