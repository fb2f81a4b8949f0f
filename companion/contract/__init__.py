"""What therapist and patient agree on: versions, answers, what came into force, order flags, pauses."""

from flask import Flask

from companion.contract import views


def init_app(app: Flask) -> None:
    app.register_blueprint(views.bp)
