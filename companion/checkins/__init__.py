"""Now: ratings in the moment, what was added to them later, and who may see them."""

from flask import Flask

from companion.checkins import views


def init_app(app: Flask) -> None:
    """Open the patient's pages at /now."""
    app.register_blueprint(views.bp)
