"""The pages of the contract: the therapist's workshop, and what the patient reads as "our agreement"."""

from companion.contract.views import agreement, goals, lines, resting, workshop
from companion.contract.views.blueprint import bp

__all__ = ["agreement", "bp", "goals", "lines", "resting", "workshop"]
