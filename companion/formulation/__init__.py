"""What the patient would like, and how it goes when they try: wishes, and the pattern that both sides word together."""

from flask import Flask

from companion.formulation import views


def init_app(app: Flask) -> None:
    """Open the patient's pages at /wishes and /pattern."""
    app.register_blueprint(views.bp)
