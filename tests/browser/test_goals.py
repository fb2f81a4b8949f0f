"""How it stands, said by touch on a phone, and what the therapist's laptop shows of it meanwhile."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from tests.support.hands import Finger
from tests.support.screenshots import signed_in
from tests.support.server import Server, running

CHOSEN = "Sometimes"


@pytest.fixture(scope="module")
def demo_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("goals")) as server:
        yield server


def tap(page: Page, goal: int, answer: str) -> None:
    page.locator("section.card").nth(goal).get_by_role("radio", name=answer, exact=True).tap(force=True)


def test_two_taps_a_goal_and_the_therapist_sees_it_after_answering(chromium: Chromium, demo_server: Server) -> None:
    with signed_in(chromium, demo_server, "patient", "light") as page:
        hand = Finger(page)
        hand.open("/agreement")
        hand.sees("if you like, say how you see it")
        hand.follow("How it stands", within="main")
        mine, theirs = page.locator("figure > svg .second"), page.locator("figure > svg .ring")
        said, told = mine.count(), theirs.count()
        hand.follow("Say how you see it")
        goals = page.locator("section.card").count()
        assert 1 < goals <= 3
        assert page.locator("input:checked").count() == 0
        for target in page.locator("main .option, main .button").all():
            box = target.bounding_box()
            assert box
            assert box["height"] >= 44, target
        for goal in range(goals):
            tap(page, goal, CHOSEN)
            tap(page, goal, "Partly")
        hand.press("Save")
        expect(page).to_have_url(f"{demo_server.url}/goals")
        hand.sees("Kept.")
        assert mine.count() == said + goals
        assert theirs.count() == told  # hers of the present four weeks, if any, would be shown by now
    with signed_in(chromium, demo_server, "therapist", "light") as page:
        page.get_by_role("link", name="Mark").first.click()
        page.get_by_role("link", name="Contract", exact=True).click()
        page.get_by_role("link", name="How the goals stand").click()
        page.wait_for_url("**/goals")
        seen = page.locator("figure > svg .second")
        assert seen.count() == said
        page.get_by_role("link", name="Say how you see it").click()
        first = page.locator("section.card").first
        first.get_by_role("radio", name="Once", exact=True).check()
        first.get_by_role("radio", name="Yes", exact=True).check()
        page.get_by_role("button", name="Save").click()
        expect(page.locator("main")).to_contain_text("Kept.")
        expect(seen).to_have_count(said + 1)
        expect(page.locator("figure > svg .ring")).to_have_count(told + 1)
