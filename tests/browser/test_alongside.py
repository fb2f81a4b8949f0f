"""A minute and a half beside the patient, by touch, with nothing of ours kept on the phone and then with the app."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from tests.browser.debriefs import practice_of
from tests.browser.steps import phone_in_rome, sign_in
from tests.factories.checkins import make_check_in
from tests.support.hands import Finger
from tests.support.server import Server, running

GUILT, URGE = "How strong is the guilt?", "How much do you want to drop"
MINUTE, STOP, PASS = "A quiet minute and a half", "You can stop here", "Pass it over"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("alongside")) as server:
        yield server


@pytest.fixture(scope="module")
def entry(demo: Server) -> str:
    """What Mark has just saved: one for all, as after three in an hour nothing more is offered."""
    with practice_of(demo) as practice:
        return f"/now/{make_check_in(practice.patient, datetime.now(UTC), 8, 7)}"


@pytest.fixture(params=["no-preference", "reduce"], ids=["things may move", "nothing moves"])
def mark(chromium: Chromium, demo: Server, entry: str, request: pytest.FixtureRequest) -> Iterator[Finger]:
    """Mark, on its page."""
    context = phone_in_rome(chromium, demo.url)
    page = context.new_page()
    page.emulate_media(reduced_motion=request.param)
    sign_in(page, demo, "patient")
    mark = Finger(page)
    mark.open(entry)
    yield mark
    context.close()


def moves(page: Page) -> bool:
    return bool(page.evaluate("document.getAnimations().length"))


def test_the_whole_of_it_one_thing_a_page(mark: Finger) -> None:
    mark.follow(MINUTE)
    mark.follow("So that nobody notices")
    mark.sees("Both feet on the floor.")
    mark.follow("On to breathing")
    for words in ("Breathe in, counting to 4.", "Breathe out, counting to 6."):
        mark.sees(words)
    mark.follow("And now?")
    mark.choose(GUILT, "5")
    with mark.page.expect_navigation():
        mark.choose(URGE, "4")
    mark.sees("The guilt may stay. What next?")
    mark.press("Go on, smaller")
    mark.sees("You go on in a smaller way, and the guilt may come along.")
    mark.sees("guilt 5, wanting to drop the plan 4")


def test_the_circle_moves_only_where_it_is_asked_to_and_can_be_stopped(mark: Finger) -> None:
    mark.follow(MINUTE)
    mark.follow("Only breathing")
    start, stop = (mark.page.get_by_role("button", name=f"{word} the circle", exact=True) for word in ("Start", "Stop"))
    assert not moves(mark.page)
    if mark.page.evaluate("matchMedia('(prefers-reduced-motion: reduce)').matches"):
        expect(start).to_be_hidden()
        mark.sees("Breathe in, counting to 4.")
        return
    mark.activate(start)
    expect(stop).to_be_visible()
    assert moves(mark.page)
    mark.activate(stop)
    expect(start).to_be_visible()
    assert not moves(mark.page)


@pytest.mark.parametrize("way", [(), ("If I can move",), ("So that nobody notices",), ("Only breathing",)])
def test_at_every_step_he_can_stop(mark: Finger, entry: str, way: tuple[str, ...]) -> None:
    mark.follow(MINUTE)
    for step in way:
        mark.follow(step)
    mark.follow(STOP)
    expect(mark.page).to_have_url(re.compile(f"{entry}$"))


def test_breathing_can_be_passed_over_and_so_can_rating_again(mark: Finger) -> None:
    mark.follow(MINUTE)
    mark.follow("Only breathing")
    mark.follow(PASS)
    mark.sees("The guilt may stay. What next?")
    mark.page.go_back()
    mark.follow("And now?")
    mark.follow(PASS)
    mark.sees("The guilt may stay. What next?")


def test_a_second_look_is_asked_for_with_one_tap(chromium: Chromium, demo: Server, entry: str) -> None:
    context = phone_in_rome(chromium, demo.url)
    sign_in(page := context.new_page(), demo, "patient")
    mark = Finger(page)
    mark.open(entry)
    mark.press("Remind me in 15 minutes")
    mark.sees("it will stand on Today. The phone won't ring.")
    expect(page.get_by_role("button", name="Remind me in 15 minutes")).to_have_count(0)
    context.close()
