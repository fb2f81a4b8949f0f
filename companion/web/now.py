"""The request's instant, from the clock that the application was made with."""

from datetime import datetime
from typing import cast

from flask import Flask, current_app

from companion.kernel.clock import Clock


def init_app(app: Flask, clock: Clock) -> None:
    app.extensions["clock"] = clock


def now() -> datetime:
    """Aware, in UTC."""
    return cast("Clock", current_app.extensions["clock"]).now()
