"""Signing in and out, what a code opens, one's own settings, Help, and the practice."""

from companion.accounts.views import beginning, practice, settings, signing_in, ways_in
from companion.accounts.views.blueprint import bp

__all__ = ["beginning", "bp", "practice", "settings", "signing_in", "ways_in"]
