"""What is on the phone: the service worker, the pages for when there is no connection, and the home screen."""

from typing import Any

from flask import Flask, Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from companion.accounts.access import Policy, access
from companion.accounts.rules.installing import COLOURS, Look, Platform, look_of, platform_of
from companion.accounts.views.blueprint import bp
from companion.kernel.languages import LANGUAGES
from companion.web.now import now
from companion.web.pwa import ANYWHERE, neutral, neutral_file, worker_script
from companion.web.static_files import compressed, version_of

ICONS = (("192", 192, "any"), ("512", 512, "any"), ("maskable", 512, "maskable"))
"""The end of the name, how large, and what for."""


def register(app: Flask) -> None:
    """Say which of our pages phones may keep."""
    neutral(app, "accounts.away")
    neutral(app, "accounts.away", ANYWHERE, first="network")
    neutral(app, "accounts.locked_away")
    neutral(app, "accounts.locked_away", "/locked", first="network")
    neutral(app, "accounts.help_on_phone")
    neutral(app, "accounts.help_on_phone", "/help", first="network")
    neutral(app, "accounts.leave")
    neutral_file(app, "accounts.companion_manifest")
    neutral_file(app, "accounts.days_manifest")
    app.jinja_env.globals["paper"] = COLOURS


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


@bp.get("/install")
@access(Policy.PATIENT)
def install() -> ResponseReturnValue:
    look, here = look_of(request.args.get("as", "")), platform_of(request.user_agent.string)
    others = [platform for platform in Platform if platform is not here]
    return render_template("accounts/install.html", look=look, looks=Look, platforms=[here, *others])


@bp.get("/companion.webmanifest")
@access(Policy.PUBLIC)
def companion_manifest() -> ResponseReturnValue:
    return _manifest(Look.COMPANION)


@bp.get("/days.webmanifest")
@access(Policy.PUBLIC)
def days_manifest() -> ResponseReturnValue:
    return _manifest(Look.DAYS)


def _manifest(look: Look) -> Response:
    """Nothing in it changes but by our will: phones ask people to look again when it does."""
    told = {
        "id": f"/{look}",
        "name": look.shown,
        "short_name": look.shown,
        "start_url": "/open",
        "scope": "/",
        "display": "standalone",
        "theme_color": COLOURS.light,
        "background_color": COLOURS.light,
        "icons": [_icon(look, *each) for each in ICONS],
        "shortcuts": [{"name": _("Now"), "url": "/now", "icons": [_icon(look, *ICONS[0])]}],
    }
    return compressed(Response(current_app.json.dumps(told), mimetype="application/manifest+json"))


def _icon(look: Look, end: str, size: int, purpose: str) -> dict[str, Any]:
    """Under an address that is another only if the picture is, not whenever any file of ours is."""
    name = f"icons/{look}-{end}.png"
    address = url_for("static", filename=name, version=version_of(current_app, name))
    return {"src": address, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
