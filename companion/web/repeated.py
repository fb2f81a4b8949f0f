"""What every page mentions many times, looked up once: addresses that hold no id, and the reader's translations.

Together they were a third of what a page cost; see docs/performance.md.
"""

from typing import Any, cast

import flask
import flask_babel
from babel.support import NullTranslations
from flask import Flask, g, has_request_context, request


def init_app(app: Flask) -> None:
    """Comes after Flask-Babel, whose way of finding translations it takes the place of."""
    app.jinja_env.globals["url_for"] = Addresses()
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


def _translations() -> NullTranslations:
    """Those of the request's language; a command may speak to people of several."""
    if not has_request_context():
        return cast("NullTranslations", flask_babel.get_translations())
    if "translations" not in g:
        g.translations = flask_babel.get_translations()
    return cast("NullTranslations", g.translations)
