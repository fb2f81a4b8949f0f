"""Leaving, locking and signing out on a real phone-sized page, with the browser's memory of earlier pages turned on."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import PATIENCE
from tests.support.chromium import FLAGS, find_chromium
from tests.support.screens import PHONE
from tests.support.server import Server, running

PIN, WRONG = "2580", "2581"
SIGNING_OUT = 30_000
"""Milliseconds. What it does one after the other may wait 22 s in all: for each it waits no longer than it says."""
OF_THE_APP = "Our agreement"
LOCKED = re.compile("/locked")
LOCKED_OR_OUT = re.compile("/locked|/sign-in")
TELLS = """
    addEventListener("pageshow", ({ persisted }) => {
      if (persisted) sessionStorage.setItem("seen", getComputedStyle(document.querySelector("main")).visibility);
    });
"""
"""Notes, on a page that comes up from memory, whether any of it can be seen."""
HIDES = """hidden => {
    Object.defineProperty(document, "hidden", { configurable: true, value: hidden });
    Object.defineProperty(document, "visibilityState", { configurable: true, value: hidden ? "hidden" : "visible" });
    document.dispatchEvent(new Event("visibilitychange"));
}"""
"""What a phone does when another app comes to the front; Chromium without a screen never does it by itself."""


@pytest.fixture(scope="module")
def remembering(chromium: Chromium) -> Iterator[Chromium]:
    """Playwright turns off the memory of pages that have been left (bfcache), unless told not to."""
    browser = chromium.browser_type.launch(
        executable_path=find_chromium(), args=list(FLAGS), ignore_default_args=["--disable-back-forward-cache"]
    )
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def demo_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("lock")) as server:
        yield server


@pytest.fixture
def phone(remembering: Chromium, demo_server: Server) -> Iterator[BrowserContext]:
    context = remembering.new_context(
        base_url=demo_server.url, viewport=PHONE, has_touch=True, is_mobile=True, service_workers="block"
    )
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def without_pin(phone: BrowserContext, demo_server: Server) -> Page:
    """Mark's phone, on Learned, after Our agreement."""
    page = signed_in(phone.new_page(), demo_server)
    page.goto("/settings/lock")
    remove = page.get_by_role("button", name="Remove the PIN")
    if remove.count():
        remove.tap()
        page.wait_for_url("**/settings")
    return look_around(page)


@pytest.fixture
def with_pin(phone: BrowserContext, demo_server: Server) -> Page:
    page = signed_in(phone.new_page(), demo_server)
    page.goto("/settings/lock")
    page.get_by_label("New PIN").fill(PIN)
    page.get_by_role("button", name=re.compile("(Set|Change) the PIN")).tap()
    page.wait_for_url("**/settings")
    return look_around(page)


def signed_in(page: Page, server: Server) -> Page:
    page.goto("/sign-in")
    sign_in(page, server)
    page.wait_for_url("**/")
    return page


def sign_in(page: Page, server: Server) -> None:
    mark = server.sign_in_of("patient")
    page.get_by_label("Username").fill(mark["username"])
    page.get_by_label("Password", exact=True).fill(mark["password"])
    page.get_by_role("button", name="Sign in", exact=True).click()


def look_around(page: Page) -> Page:
    page.goto("/agreement")
    ready(page)
    page.evaluate(TELLS)
    page.get_by_role("link", name="Learned").tap()
    page.wait_for_url("**/learned")
    ready(page)
    page.evaluate(TELLS)
    return page


def ready(page: Page) -> None:
    """Let the page's behaviours arrive."""
    page.wait_for_load_state("networkidle")


def back(page: Page) -> None:
    page.evaluate("history.back()")


def seen(page: Page) -> str | None:
    found: str | None = page.evaluate("sessionStorage.getItem('seen')")
    return found


def hide(page: Page) -> None:
    page.evaluate(HIDES, True)  # noqa: FBT003  # as the script takes it


def show(page: Page) -> None:
    page.evaluate(HIDES, False)  # noqa: FBT003


def is_veiled(page: Page) -> bool:
    return bool(page.evaluate("getComputedStyle(document.querySelector('main')).visibility === 'hidden'"))


def is_locked_on_the_server(page: Page) -> bool:
    """As anybody with the session finds it, whatever the browser remembers."""
    return "/locked" in page.context.request.get("/agreement").url


def open_with(page: Page, pin: str) -> None:
    page.get_by_label("PIN").fill(pin)
    page.get_by_role("button", name="Open", exact=True).tap()


def leave(page: Page) -> None:
    page.get_by_role("button", name="Leave", exact=True).tap()
    expect(page).to_have_url(re.compile("/leave"))


def lock(page: Page) -> None:
    page.get_by_role("button", name="Lock", exact=True).tap()
    expect(page).to_have_url(LOCKED)


def sign_out(page: Page) -> None:
    page.goto("/settings")
    ready(page)
    page.evaluate(TELLS)
    page.get_by_role("button", name="Sign out").tap()
    expect(page).to_have_url(re.compile("/sign-in"), timeout=SIGNING_OUT)


# Back


def test_without_leaving_back_shows_the_page_from_memory(without_pin: Page) -> None:
    """So the tests below would see it, if it were shown."""
    back(without_pin)
    expect(without_pin.locator("main")).to_contain_text("What we want")
    assert seen(without_pin) == "visible"


def test_locking_on_the_server_alone_would_leave_it_in_memory(with_pin: Page) -> None:
    """So it is the veil that hides it; a page that is asked for anew gets nothing."""
    with_pin.evaluate(
        "() => { const form = document.getElementById('lock'); return fetch(form.action, "
        "{ method: 'POST', body: new URLSearchParams(new FormData(form)) }).then(() => true); }"
    )
    assert is_locked_on_the_server(with_pin)
    back(with_pin)
    expect(with_pin.locator("main")).to_contain_text("What we want")
    assert seen(with_pin) == "visible"


@pytest.mark.parametrize("steps", [1, 2])
@pytest.mark.parametrize("go", [leave, lock, sign_out], ids=["leaving", "locking", "signing out"])
def test_back_shows_nothing_after(with_pin: Page, go: object, steps: int) -> None:
    go(with_pin)  # type: ignore[operator]
    for _ in range(steps):
        back(with_pin)
        expect(with_pin).to_have_url(LOCKED_OR_OUT)
        expect(with_pin.locator("body")).not_to_contain_text(OF_THE_APP)
    assert seen(with_pin) in {"hidden", None}
    with_pin.goto("/agreement")
    expect(with_pin).to_have_url(LOCKED_OR_OUT)


@pytest.mark.parametrize("go", [leave, sign_out], ids=["leaving", "signing out"])
def test_back_shows_nothing_without_a_pin_either(without_pin: Page, go: object) -> None:
    go(without_pin)  # type: ignore[operator]
    back(without_pin)
    expect(without_pin).to_have_url(LOCKED_OR_OUT)
    expect(without_pin.locator("body")).not_to_contain_text(OF_THE_APP)
    assert seen(without_pin) in {"hidden", None}


def test_what_is_opened_again_is_shown_again(with_pin: Page) -> None:
    leave(with_pin)
    with_pin.goto("/learned")
    open_with(with_pin, PIN)
    expect(with_pin).to_have_url(re.compile("/learned$"))
    assert not is_veiled(with_pin)
    assert with_pin.evaluate("localStorage.getItem('closed')") is None
    with_pin.get_by_role("link", name=OF_THE_APP).tap()
    expect(with_pin.locator("main")).to_contain_text("What we want")
    assert not is_veiled(with_pin)


def test_leaving_in_one_tab_closes_the_others(with_pin: Page) -> None:
    other = with_pin.context.new_page()
    other.goto("/agreement")
    ready(other)
    leave(with_pin)
    expect(other).to_have_url(LOCKED)


# Out of sight


def test_out_of_sight_it_is_veiled_and_locked_at_once_and_asks_for_the_pin(with_pin: Page) -> None:
    hide(with_pin)
    assert is_veiled(with_pin)
    with_pin.wait_for_timeout(500)
    assert is_locked_on_the_server(with_pin)
    show(with_pin)
    expect(with_pin).to_have_url(LOCKED)
    expect(with_pin).to_have_title(re.compile("^Locked"))
    open_with(with_pin, PIN)
    expect(with_pin).to_have_url(re.compile("/learned$"))
    assert not is_veiled(with_pin)


def test_without_a_pin_nothing_is_locked_by_it(without_pin: Page) -> None:
    hide(without_pin)
    assert not is_veiled(without_pin)
    show(without_pin)
    without_pin.wait_for_timeout(500)
    assert not is_locked_on_the_server(without_pin)
    expect(without_pin).to_have_url(re.compile("/learned$"))


def test_going_from_page_to_page_locks_nothing(with_pin: Page) -> None:
    with_pin.get_by_role("link", name="Today").tap()
    expect(with_pin).to_have_title(re.compile("^Today"))
    ready(with_pin)
    assert not is_veiled(with_pin)
    assert not is_locked_on_the_server(with_pin)


def test_now_stays_now_and_takes_an_entry_unopened(with_pin: Page) -> None:
    with_pin.goto("/now")
    ready(with_pin)
    hide(with_pin)
    show(with_pin)
    expect(with_pin.get_by_role("link", name="Open", exact=True)).to_be_visible()
    expect(with_pin).to_have_url(re.compile("/now$"))
    expect(with_pin.get_by_text("What I entered earlier")).to_have_count(0)
    ready(with_pin)
    with_pin.get_by_role("button", name="Empty, still").tap()
    expect(with_pin).to_have_url(re.compile("/now/kept$"))
    expect(with_pin.locator("main")).to_contain_text("Saved. You can stop here.")
    assert is_locked_on_the_server(with_pin)


@pytest.mark.parametrize("own", ["a file to choose", "the printer"])
def test_what_the_page_itself_brings_up_locks_nothing(with_pin: Page, own: str) -> None:
    if own == "the printer":
        with_pin.evaluate("dispatchEvent(new Event('beforeprint'))")
    else:
        with_pin.evaluate("document.querySelector('main').innerHTML = '<input type=file>'")
        with with_pin.expect_file_chooser():
            with_pin.locator("input[type=file]").click()
    hide(with_pin)
    assert not is_veiled(with_pin)
    show(with_pin)
    with_pin.wait_for_timeout(500)
    assert not is_locked_on_the_server(with_pin)
    hide(with_pin)
    assert is_veiled(with_pin)


def test_what_was_being_written_when_it_got_out_of_sight_comes_back_to_be_gone_on_with(with_pin: Page) -> None:
    with_pin.goto("/lines")
    ready(with_pin)
    words = with_pin.locator("main textarea").first
    words.fill("A bench in the sun,")
    for _ in range(2):  # also from the page that has come back once
        hide(with_pin)
        show(with_pin)
        expect(with_pin.locator("main")).to_contain_text("What you were writing is kept.")
        open_with(with_pin, PIN)
        with_pin.get_by_role("button", name="Go on writing").wait_for()
        ready(with_pin)
        hide(with_pin)  # also from the page in between
        show(with_pin)
        expect(with_pin.locator("main")).to_contain_text("What you were writing is kept.")
        open_with(with_pin, PIN)
        with_pin.get_by_role("button", name="Go on writing").tap()
        expect(words).to_have_value("A bench in the sun,")
        assert not is_veiled(with_pin)
        ready(with_pin)
    words.fill("A bench in the sun, and nobody.")
    with_pin.get_by_role("button", name="Save", exact=True).tap()
    expect(with_pin.locator("main article").first).to_contain_text("A bench in the sun, and nobody.")


def test_without_a_connection_it_waits_veiled(with_pin: Page) -> None:
    with_pin.goto("/lines")
    ready(with_pin)
    with_pin.locator("main textarea").first.fill("A bench in the shade.")
    with_pin.context.set_offline(True)
    hide(with_pin)
    show(with_pin)
    expect(with_pin.get_by_text("waits here for a connection")).to_be_visible()
    assert is_veiled(with_pin)
    with_pin.context.set_offline(False)
    expect(with_pin.locator("main")).to_contain_text("What you were writing is kept.")
    open_with(with_pin, PIN)
    with_pin.get_by_role("button", name="Go on writing").tap()
    expect(with_pin.locator("main textarea").first).to_have_value("A bench in the shade.")


# The PIN


def test_after_too_many_wrong_pins_one_signs_in(with_pin: Page, demo_server: Server) -> None:
    lock(with_pin)
    for _ in range(4):
        open_with(with_pin, WRONG)
        expect(with_pin.locator("main")).to_contain_text("This is not your PIN.")
    open_with(with_pin, WRONG)
    expect(with_pin.locator("main")).to_contain_text("you are signed out here")
    sign_in(with_pin, demo_server)
    expect(with_pin).to_have_url(re.compile("/learned$"))
    assert not is_veiled(with_pin)


def test_what_was_sent_while_locked_comes_back(with_pin: Page) -> None:
    with_pin.goto("/lines")
    ready(with_pin)
    with_pin.locator("main textarea").first.fill("A walk by the river.")
    with_pin.evaluate(
        "() => { const form = document.getElementById('lock'); return fetch(form.action, "
        "{ method: 'POST', body: new URLSearchParams(new FormData(form)) }).then(() => true); }"
    )
    with_pin.get_by_role("button", name="Save", exact=True).tap()
    expect(with_pin.locator("main")).to_contain_text("What you were writing is kept.")
    open_with(with_pin, PIN)
    expect(with_pin.locator("main")).to_contain_text("It is still here")
    with_pin.get_by_role("button", name="Send it now").tap()
    expect(with_pin.locator("main")).to_contain_text("A walk by the river.")


# Without a connection


def test_left_while_the_server_can_not_be_reached_it_is_locked_once_it_can(with_pin: Page) -> None:
    with_pin.context.set_offline(True)
    with_pin.get_by_role("button", name="Leave", exact=True).tap()
    expect(with_pin.get_by_text(OF_THE_APP)).to_have_count(0)
    with_pin.context.set_offline(False)
    assert not is_locked_on_the_server(with_pin)
    with_pin.goto("/agreement")
    expect(with_pin).to_have_url(LOCKED)
    expect(with_pin.locator("body")).not_to_contain_text(OF_THE_APP)
    with_pin.wait_for_timeout(500)
    assert is_locked_on_the_server(with_pin)
