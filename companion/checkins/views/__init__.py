"""The pages of Now, and those beside it."""

from companion.checkins.views import cards, entries, moments, monthly, reflections
from companion.checkins.views.blueprint import bp

__all__ = ["bp", "cards", "entries", "moments", "monthly", "reflections"]
