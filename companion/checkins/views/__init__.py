"""The pages of Now, and those beside it."""

from companion.checkins.views import alongside, box, cards, entries, moments, monthly, phone, reflections
from companion.checkins.views.blueprint import bp

__all__ = ["alongside", "box", "bp", "cards", "entries", "moments", "monthly", "phone", "reflections"]
