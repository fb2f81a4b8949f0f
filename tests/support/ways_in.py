"""Going in by the pages, as people do, in the test client."""

import json
from typing import Any

from flask import Flask

from tests.factories.signing_in import PASSWORD, Known
from tests.support.client import Browser, Page, attributes
from tests.support.soft_passkey import SoftPasskey


def new_browser(app: Flask, network: str = "127.0.0.1", user_agent: str = "") -> Browser:
    """Another browser, in a network of its own if need be."""
    client = app.test_client()
    client.environ_base |= {"REMOTE_ADDR": network, "HTTP_USER_AGENT": user_agent}
    return Browser(client)


def is_in(browser: Browser) -> bool:
    """Whether somebody is signed in here."""
    return browser.get("/settings").path == "/settings"


def token_of(browser: Browser) -> str:
    """What this browser's cookie holds of a session, alive or not."""
    with browser.client.session_transaction() as session:
        return str(session.get("_user_id", ""))


def cookie_of(browser: Browser) -> str:
    """The whole cookie, as somebody might have copied it."""
    cookie = browser.client.get_cookie("session")
    assert cookie
    return cookie.value


def with_cookie(app: Flask, value: str) -> Browser:
    """Another browser with a copied cookie."""
    browser = new_browser(app)
    browser.client.set_cookie("session", value)
    return browser


def by_password(
    browser: Browser, username: str, password: str = PASSWORD, *, page: Page | None = None, expect: int = 200
) -> Page:
    """Fill in the sign-in page; what comes then."""
    page = page or browser.get("/sign-in")
    return browser.submit(page, {"username": username, "password": password}, expect=expect)


def by_code(browser: Browser, person: Known, code: str, *, page: Page | None = None, expect: int = 200) -> Page:
    """Password, then a code."""
    second = by_password(browser, person.username, page=page)
    assert second.document.query("[name=ticket]"), second.text
    return browser.submit(second, {"code": code}, expect=expect)


def asked_by(page: Page) -> dict[str, Any]:
    """What the page's script would ask of a passkey."""
    (form,) = page.document.query("form[data-module=passkey]")
    asked: dict[str, Any] = json.loads(attributes(form)["data-asked"])
    return asked


def by_passkey(browser: Browser, passkey: SoftPasskey, *, page: Page | None = None, expect: int = 200) -> Page:
    """Use a passkey on a page that asks for one, to sign in or to confirm."""
    page = page or browser.get("/sign-in")
    number = [attributes(form).get("data-module") for form in page.document.query("main form")].index("passkey")
    return browser.submit(page, {"answer": passkey.get(asked_by(page))}, number=number, expect=expect)


def make_passkey(browser: Browser, page: Page, *, expect: int = 200) -> SoftPasskey:
    """Make a passkey on a page that asks for one to be made."""
    passkey = SoftPasskey()
    number = [attributes(form).get("data-module") for form in page.document.query("main form")].index("passkey")
    browser.submit(page, {"answer": passkey.create(asked_by(page))}, number=number, expect=expect)
    return passkey
