"""The keys that people's words are sealed with, and the copy that a patient takes of all that is theirs."""

from flask import Flask

from companion.privacy import views


def init_app(app: Flask) -> None:
    app.register_blueprint(views.bp)
