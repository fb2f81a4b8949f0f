"""Error pages say in plain words what was and wasn't done, and nothing of what was sent."""

import pytest
from flask import Flask
from flask.typing import ResponseReturnValue

from companion.accounts.access import Policy, access
from companion.kernel.errors import NotFoundError
from tests.support.client import Browser

SECRET = "my words of that night"


@access(Policy.PUBLIC)
def broken() -> ResponseReturnValue:
    raise ValueError(SECRET)


@access(Policy.PUBLIC)
def absent() -> ResponseReturnValue:
    raise NotFoundError


def test_a_page_that_is_not_there(browser: Browser) -> None:
    page = browser.get(f"/{SECRET}", expect=404)
    assert "There is nothing here." in page.text
    assert SECRET not in page.text


def test_what_is_not_there_for_this_viewer_looks_the_same(app: Flask, browser: Browser) -> None:
    app.view_functions["accounts.leave"] = absent
    assert browser.get("/leave", expect=404).html == browser.get("/nothing", expect=404).html


def test_what_can_not_be_done_there(browser: Browser) -> None:
    assert "This can't be done here." in browser.send("/help", expect=405).text


def test_what_is_too_long_to_be_read(browser: Browser) -> None:
    page = browser.send("/sign-in", {"username": "x" * 300 * 1024}, expect=413)
    assert "Nothing was changed." in page.text


def test_a_fault_of_ours_shows_and_logs_nothing_of_what_was_written(
    app: Flask, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    app.view_functions["accounts.leave"] = broken
    app.testing = False
    page = browser.get("/leave", expect=500)
    assert "Something went wrong on our side." in page.text
    assert SECRET not in page.html
    assert "ValueError at GET accounts.leave" in caplog.text
    assert SECRET not in caplog.text
