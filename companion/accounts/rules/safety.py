"""What a safety plan says; pure."""

from dataclasses import astuple, dataclass


@dataclass(frozen=True)
class PlanWords:
    """The six parts of a plan for hard times; each may be empty.

    They are those of Stanley and Brown's Safety Planning Intervention (2012), in their order. Nothing reads them but
    people.
    """

    signs: str = ""
    """By which the patient notices that it is getting hard."""
    by_myself: str = ""
    elsewhere: str = ""
    """Places and people that take the patient's mind off it, without being asked for help."""
    people: str = ""
    """Whom the patient can ask for help."""
    professionals: str = ""
    out_of_reach: str = ""
    """How what could hurt is kept out of reach."""

    def trimmed(self) -> "PlanWords":
        """Without white space around the parts."""
        return PlanWords(*(part.strip() for part in astuple(self)))

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written in any part."""
        return not any(astuple(self))
