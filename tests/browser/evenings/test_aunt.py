"""Telling the aunt: feared at 8, seen at 2, and met kindly."""

from uuid import UUID

from playwright.sync_api import expect

from tests.browser.debriefs import LIKE, WORD, asked, over
from tests.browser.evenings.pace import Thumb
from tests.factories.experiments import expecting
from tests.support.server import Server


def test_telling_the_aunt(mark: Thumb, demo: Server, task_ids: tuple[UUID, ...]) -> None:
    occasion = over(demo, task_ids[1], "the aunt", expected=expecting(8, aunt=(8, 90)))
    mark.open(f"/plan/{occasion}/after")
    mark.choose(WORD, "Done")
    assert asked(mark) == [LIKE, "What did I say"]
    mark.choose("What did I say to aunt?", "The truth")
    mark.choose("How did aunt take it?", "It frightened me")
    mark.sees("before anything else. The rest of this page can wait, or stay empty.")
    mark.choose("How did aunt take it?", "Kindly")
    expect(mark.page.get_by_text("before anything else.").first).to_be_hidden()
    mark.choose("How much did aunt suffer, as far as I saw?", "2")
    mark.press("Save")
    mark.has_recorded_it_all()
    for words in ("Done.", "The truth", "Kindly"):
        mark.sees(words)
    expect(mark.page.locator("main")).not_to_contain_text("worse than hoped")
    mark.open("/learned")
    mark.sees("aunt")
