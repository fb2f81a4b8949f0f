"""Occasions of an agreed task: planned, predicted, said what happened, counted."""

from flask import Flask

from companion.experiments import forms, views


def init_app(app: Flask) -> None:
    app.register_blueprint(views.bp)
    app.jinja_env.filters["in_words"] = forms.in_words
