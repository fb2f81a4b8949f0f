"""The pages of Now, and those beside it."""

from companion.checkins.views import cards, entries
from companion.checkins.views.blueprint import bp

__all__ = ["bp", "cards", "entries"]
