"""Error pages: plain words, nothing of the request in them."""

from http import HTTPStatus

from flask import Flask, render_template, request
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp
from werkzeug.exceptions import HTTPException, SecurityError

from companion.kernel.errors import NotFoundError

Page = tuple[str, int]

WORDS = {
    HTTPStatus.BAD_REQUEST: _l("That could not be read. Nothing was changed."),
    HTTPStatus.FORBIDDEN: _l("This page is not for you to open."),
    HTTPStatus.NOT_FOUND: _l("There is nothing here."),
    HTTPStatus.METHOD_NOT_ALLOWED: _l("This can't be done here."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _l("That is too long to be sent. Nothing was changed."),
}
OTHERWISE = _lp("error page", "Something went wrong on our side. Nothing of it was saved.")


def init_app(app: Flask) -> None:
    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Page | HTTPException:
        if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
            return error  # a redirect
        if isinstance(error, SecurityError):
            return error  # asked for under a name that isn't ours, for which no page has addresses
        return _page(error.code)

    @app.errorhandler(NotFoundError)
    def not_found(_: NotFoundError) -> Page:
        return _page(HTTPStatus.NOT_FOUND)

    @app.errorhandler(Exception)
    def crash(error: Exception) -> Page:
        # The exception's text may quote what a patient typed; its kind and place say enough.
        app.logger.error("%s at %s %s", type(error).__name__, request.method, request.endpoint)
        if app.testing or app.debug:
            raise error
        return _page(HTTPStatus.INTERNAL_SERVER_ERROR)


def _page(code: int) -> Page:
    words = WORDS.get(HTTPStatus(code), OTHERWISE)
    return render_template("web/error.html", words=words), code
