"""The signed cookie, opened by what was put together once in each process instead of at each request."""

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer


def init_app(app: Flask) -> None:
    app.session_interface = SignedOnce(app)


class SignedOnce(SecureCookieSessionInterface):
    """Flask's own in all else."""

    def __init__(self, app: Flask) -> None:
        self._serializer = super().get_signing_serializer(app)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:  # noqa: ARG002  # it has one
        return self._serializer
