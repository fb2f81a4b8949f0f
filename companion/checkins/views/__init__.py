"""The pages of Now, and those beside it."""

from companion.checkins.views import box, cards, entries, moments, monthly, phone, reflections
from companion.checkins.views.blueprint import bp

__all__ = ["box", "bp", "cards", "entries", "moments", "monthly", "phone", "reflections"]
