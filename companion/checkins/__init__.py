"""Now: ratings in the moment, what was added to them later, and who may see them; and the pages beside it."""

from flask import Flask

from companion.checkins import views
from companion.checkins.forms.words import as_said
from companion.web.pwa import neutral


def init_app(app: Flask) -> None:
    """Open the patient's pages at /now, /lines and /lately."""
    app.register_blueprint(views.bp)
    app.jinja_env.filters["as_said"] = as_said
    neutral(app, "checkins.phone_now")
    neutral(app, "checkins.phone_now", "/now")
    neutral(app, "checkins.phone_now", "/now/words")
    neutral(app, "checkins.phone_now", "/open", first="network")
    neutral(app, "checkins.phone_now", "/lines", first="network")
    neutral(app, "checkins.phone")
    neutral(app, "checkins.kept")
