"""Occasions of an agreed task: planned, predicted, said what happened, counted."""

from flask import Flask

from companion.experiments import views


def init_app(app: Flask) -> None:
    app.register_blueprint(views.bp)
