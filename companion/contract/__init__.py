"""What therapist and patient agree on: versions, answers, what came into force, order flags, pauses."""

from flask import Flask

from companion.contract import views
from companion.contract.forms.goals import goal_answer_in_words


def init_app(app: Flask) -> None:
    app.register_blueprint(views.bp)
    app.jinja_env.filters["goal_answer"] = goal_answer_in_words
