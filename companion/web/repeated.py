"""What every page mentions many times, looked up once: addresses that hold no id, and the reader's translations.

Together they were a third of what a page cost; see docs/performance.md.
"""

from collections.abc import Mapping, MutableMapping
from typing import Any, cast

import flask
import flask_babel
from babel.support import NullTranslations
from flask import Flask, current_app, g, has_request_context, request
from flask.templating import Environment
from markupsafe import Markup


def init_app(app: Flask) -> None:
    """Comes after Flask-Babel, whose way of finding translations it takes the place of."""
    app.jinja_env.globals["url_for"] = Addresses()
    app.jinja_env.globals["_"] = _text
    app.extensions["texts"] = {}
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # of the extension i18n
        gettext=lambda text: _translations().ugettext(text),
        ngettext=lambda one, many, n: _translations().ungettext(one, many, n),
        pgettext=lambda context, text: _translations().upgettext(context, text),
        npgettext=lambda context, one, many, n: _translations().unpgettext(context, one, many, n),
        newstyle=True,
    )


class Addresses:
    """`url_for` for templates; an address of one of our pages or files as a whole is built once in each process."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, str | None], str] = {}

    def __call__(self, endpoint: str, **values: Any) -> str:
        if values.keys() - {"filename"} or endpoint.startswith(".") or not has_request_context():
            return flask.url_for(endpoint, **values)
        key = (request.script_root, endpoint, values.get("filename"))
        if key not in self._known:
            self._known[key] = flask.url_for(endpoint, **values)
        return self._known[key]


class Pages(Environment):
    """Hands each template the application's own names; a chain of maps would go through them at each import."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


class Texts:
    """One language's texts, safe to stand in a page; those without blanks to fill in are looked up once."""

    def __init__(self) -> None:
        self._translations = cast("NullTranslations", flask_babel.get_translations())
        self._whole: dict[str, Markup] = {}

    def __call__(self, text: str, values: Mapping[str, object]) -> Markup:
        if values:
            return self._blank(text) % values
        if text not in self._whole:
            self._whole[text] = self._blank(text) % {}  # as with blanks: a doubled % is one
        return self._whole[text]

    def _blank(self, text: str) -> Markup:
        return Markup(self._translations.ugettext(text))  # noqa: S704  # ours; what fills the blanks is escaped


def _text(text: str, **values: object) -> Markup:
    """`_` of the templates: what the extension i18n has under this name, without its four calls."""
    return _texts()(text, values)


def _texts() -> Texts:
    if not has_request_context():
        return Texts()
    if "texts" not in g:
        known: dict[str, Texts] = current_app.extensions["texts"]
        language = str(flask_babel.get_locale())
        if language not in known:
            known[language] = Texts()
        g.texts = known[language]
    return cast("Texts", g.texts)


def _translations() -> NullTranslations:
    """Those of the request's language; a command may speak to people of several."""
    if not has_request_context():
        return cast("NullTranslations", flask_babel.get_translations())
    if "translations" not in g:
        g.translations = flask_babel.get_translations()
    return cast("NullTranslations", g.translations)
