"""Signing in and out, codes, one's own settings, Help, the plan for hard times, the practice, and whose care it is."""

from companion.accounts.views import beginning, care, locking, phone, practice, safety, settings, signing_in, ways_in
from companion.accounts.views.blueprint import bp

__all__ = ["beginning", "bp", "care", "locking", "phone", "practice", "safety", "settings", "signing_in", "ways_in"]
