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


def test_a_language_s_translations_are_found_once(app: Flask, found: list[Quoting]) -> None:
    for _ in range(2):
        with app.test_request_context():
            assert render_template_string("{{ _('a %(what)s', what='<b>') }} {{ _('b') }}") == "«a &lt;b&gt;» «b»"
    assert len(found) == 1


def test_texts_are_in_the_language_of_the_request(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    class Named(NullTranslations):
        def __init__(self, language: str) -> None:
            super().__init__()
            self.language = language

        def ugettext(self, message: str) -> str:
            return f"{message} in {self.language}"

    monkeypatch.setattr(flask_babel, "get_translations", lambda: Named(str(flask_babel.get_locale())))
    for language in ("en", "it", "en"):
        with app.test_request_context(), flask_babel.force_locale(language):
            assert (
                render_template_string("{{ _('a') }}, {{ _('b %(x)s', x=1) }}") == f"a in {language}, b 1 in {language}"
            )


def test_a_doubled_percent_sign_is_one_with_and_without_blanks(app: Flask) -> None:
    with app.test_request_context():
        assert render_template_string("{{ _('5 %%') }} {{ _('%(n)s %%', n=5) }}") == "5 % 5 %"


def test_a_command_finds_them_anew_for_everybody_it_speaks_to(app: Flask, found: list[Quoting]) -> None:
    with app.app_context():
        assert render_template_string("{{ _('a') }}{{ _('b') }}") == "«a»«b»"
    assert len(found) == 2
