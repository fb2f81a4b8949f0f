"""A minute and a half beside the patient, on the phone itself, with and without a connection."""

from playwright.sync_api import BrowserContext, expect

from companion.checkins.models import Decision, ReRating, SecondLook
from tests.browser.box.phone import GUILT, URGE, Phone, rows_of
from tests.support.server import Server
from tests.support.wire import Wire

MINUTE, NEXT = "A quiet minute and a half", "The guilt may stay. What next?"
AWAY = "What you prepared for this, if you did, is not on this phone."
KINDS = (ReRating, Decision, SecondLook)


def follow(phone: Phone, name: str) -> None:
    phone.page.get_by_role("link", name=name, exact=True).locator("visible=true").tap()


def test_the_whole_of_it_without_a_connection_arrives_once(
    marks: tuple[BrowserContext, Phone], server: Server, wire: Wire
) -> None:
    _, phone = marks
    before = [len(rows_of(server, kind.id)) for kind in KINDS]
    wire.cut()
    phone.rate("8", "7")
    follow(phone, MINUTE)
    expect(phone.page.locator("[data-card]")).to_be_hidden()  # Mark keeps no card on this phone
    follow(phone, "If I can move")
    expect(phone.page.get_by_text("Let your shoulders open.")).to_be_visible()
    follow(phone, "On to breathing")
    expect(phone.page.get_by_text("Breathe in, counting to 4.")).to_be_visible()
    follow(phone, "And now?")
    phone.step(GUILT, "5").locator("visible=true").tap(force=True)
    phone.step(URGE, "4").locator("visible=true").tap(force=True)
    expect(phone.page.get_by_role("heading", name=NEXT).locator("visible=true")).to_be_visible()
    phone.page.get_by_role("button", name="Someone may need me, check first").locator("visible=true").tap()
    expect(phone.page.get_by_text("You look first whether someone needs you")).to_be_visible()
    expect(phone.page.get_by_text(AWAY)).to_be_visible()
    phone.press("Remind me in 15 minutes")
    expect(phone.page.get_by_text("In 15 minutes it will stand on Today.")).to_be_visible()
    assert len(phone.waiting()) == 4
    wire.mend()
    phone.page.reload()
    phone.has_sent_all()
    phone.page.reload()
    assert [len(rows_of(server, kind.id)) for kind in KINDS] == [count + 1 for count in before]


def test_with_a_connection_the_card_stands_beside_and_goes_with_the_screen(
    marks: tuple[BrowserContext, Phone],
) -> None:
    _, phone = marks
    phone.rate("8", "7")
    phone.has_sent_all()
    follow(phone, MINUTE)
    card = phone.page.locator("[data-card]")
    expect(card).to_be_visible()
    assert card.inner_text().strip()
    follow(phone, "Only breathing")
    assert not card.text_content()


def test_at_every_step_it_can_be_left(marks: tuple[BrowserContext, Phone]) -> None:
    _, phone = marks
    phone.rate("6", "6")
    for steps in (
        (),
        ("If I can move",),
        ("So that nobody notices",),
        ("Only breathing",),
        ("Only breathing", "And now?"),
    ):
        follow(phone, MINUTE)
        for step in steps:
            follow(phone, step)
        follow(phone, "You can stop here")
        expect(phone.page.locator("[data-said]")).to_be_visible()
