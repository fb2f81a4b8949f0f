"""What is read before and between sessions: the caseload, the brief, Today, Learned. Owns no table yet."""

from flask import Flask

from companion.review import views


def init_app(app: Flask) -> None:
    app.register_blueprint(views.bp)
