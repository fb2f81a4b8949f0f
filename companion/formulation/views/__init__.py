"""The pages of wishes and of the pattern, for both sides."""

from companion.formulation.views import of_patient, pattern, wishes
from companion.formulation.views.blueprint import bp

__all__ = ["bp", "of_patient", "pattern", "wishes"]
