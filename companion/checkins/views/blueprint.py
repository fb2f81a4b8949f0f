"""The room's blueprint, for the modules that hang their pages on it."""

from flask import Blueprint

bp = Blueprint("checkins", __name__)
