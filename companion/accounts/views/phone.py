"""What is on the phone: the service worker, and the neutral pages for when there is no connection."""

from flask import Flask, Response, render_template, request
from flask.typing import ResponseReturnValue

from companion.accounts.access import Policy, access
from companion.accounts.views.blueprint import bp
from companion.kernel.languages import LANGUAGES
from companion.web.now import now
from companion.web.pwa import ANYWHERE, neutral, worker_script


def register(app: Flask) -> None:
    """Say which of our pages phones may keep."""
    neutral(app, "accounts.away")
    neutral(app, "accounts.away", ANYWHERE, first="network")
    neutral(app, "accounts.locked_away")
    neutral(app, "accounts.locked_away", "/locked", first="network")
    neutral(app, "accounts.help_page", first="network")
    neutral(app, "accounts.leave")


@bp.get("/sw.js")
@access(Policy.PUBLIC)
def worker() -> ResponseReturnValue:
    language = request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]
    return Response(worker_script(language, now()), mimetype="text/javascript")


@bp.get("/phone/away")
@access(Policy.PUBLIC)
def away() -> ResponseReturnValue:
    return render_template("accounts/away.html")


@bp.get("/phone/locked")
@access(Policy.PUBLIC)
def locked_away() -> ResponseReturnValue:
    return render_template("accounts/locked_away.html")
