"""Who did what, and who looked: append-only, chained, in the same transaction as what was done."""

from flask import Flask

from companion.audit import services


def init_app(app: Flask) -> None:
    services.init_app(app)
