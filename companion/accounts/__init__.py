"""Sign-in, invitations, roles, the care relationship; who may open what."""

from flask import Flask, has_request_context, request

from companion.accounts import access, queries, views
from companion.extensions import login_manager
from companion.kernel.languages import LANGUAGES
from companion.web.now import now
from companion.web.qr import qr_svg


def init_app(app: Flask) -> None:
    login_manager.user_loader(lambda token: queries.actor_of(token, now()))
    access.init_app(app)
    # For the code that is handed over, see templates/components/code.html.
    app.jinja_env.globals["public_url"] = app.extensions["settings"].public_url
    app.jinja_env.filters["qr"] = qr_svg
    app.register_blueprint(views.bp)
    views.phone.register(app)


def locale() -> str:
    """The person's language, else what the browser asks for, else English."""
    if not has_request_context():
        return LANGUAGES[0]  # a command, or a test of a service
    person = access.visitor()
    if person and person.language in LANGUAGES:
        return person.language
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def zone() -> str | None:
    """The signed-in person's time zone."""
    person = access.visitor() if has_request_context() else None
    return person.zone if person else None
