"""The pages of the contract: the therapist's workshop, and what the patient reads as "our agreement"."""

from companion.contract.views import agreement, beside, goals, lines, proposing, resting, workshop
from companion.contract.views.blueprint import bp

__all__ = ["agreement", "beside", "bp", "goals", "lines", "proposing", "resting", "workshop"]
