"""What pages look up once: the same addresses and words as looked up each time."""

from typing import Any

import flask
import flask_babel
import pytest
from babel.support import NullTranslations
from flask import Flask, render_template_string

from companion.web.repeated import Addresses

STATIC = {"filename": "css/tokens.css"}


@pytest.mark.parametrize(("endpoint", "values"), [("accounts.help_page", {}), ("static", STATIC)])
def test_an_address_is_the_one_that_flask_gives(app: Flask, endpoint: str, values: dict[str, Any]) -> None:
    address = Addresses()
    for _ in range(2):
        with app.test_request_context():
            assert address(endpoint, **values) == flask.url_for(endpoint, **values)


def test_an_address_with_an_id_or_a_question_is_built_each_time(app: Flask) -> None:
    address = Addresses()
    with app.test_request_context():
        assert address("checkins.now_page") == "/now"
        assert address("checkins.now_page", about="else") == "/now?about=else"
        assert address("checkins.now_page", _external=True).endswith("//localhost/now")
        assert address("checkins.now_page") == "/now"


def test_below_another_path_it_is_another_address(app: Flask) -> None:
    address = Addresses()
    with app.test_request_context(environ_overrides={"SCRIPT_NAME": "/below"}):
        assert address("accounts.help_page") == "/below/help"
    with app.test_request_context():
        assert address("accounts.help_page") == "/help"


class Quoting(NullTranslations):
    def ugettext(self, message: str) -> str:
        return f"«{message}»"


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[Quoting]:
    """Each translations that Flask-Babel has been asked for."""
    given: list[Quoting] = []

    def find() -> Quoting:
        given.append(Quoting())
        return given[-1]

    monkeypatch.setattr(flask_babel, "get_translations", find)
    return given


def test_translations_are_the_requests_own(app: Flask, found: list[Quoting]) -> None:
    for _ in range(2):
        with app.test_request_context():
            assert render_template_string("{{ _('a %(what)s', what='<b>') }} {{ _('b') }}") == "«a &lt;b&gt;» «b»"
    assert len(found) == 2


def test_a_command_finds_them_anew_for_everybody_it_speaks_to(app: Flask, found: list[Quoting]) -> None:
    with app.app_context():
        assert render_template_string("{{ _('a') }}{{ _('b') }}") == "«a»«b»"
    assert len(found) == 2
