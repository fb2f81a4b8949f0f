"""Appointments, and what a therapist does about the care itself: the next session, a lost password, the end."""

from flask import Flask

from companion.sessions import views


def init_app(app: Flask) -> None:
    app.register_blueprint(views.bp)
