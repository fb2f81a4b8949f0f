"""The plan for hard times, as both sides write it."""

from dataclasses import asdict
from typing import Final

from flask_babel import lazy_gettext as _l

from companion.accounts.queries import SafetyPlans
from companion.accounts.rules.safety import PlanWords
from companion.web.forms import text
from companion.web.unseen import OnceForm, SeenField

PARTS: Final = {
    "signs": _l("How I notice that it is getting hard"),
    "by_myself": _l("What I can do by myself"),
    "elsewhere": _l("Places and people that take my mind off it"),
    "people": _l("People I can ask for help"),
    "professionals": _l("Professionals, and their numbers"),
    "out_of_reach": _l("How I keep what could hurt me out of reach"),
}
"""What each part is called, in the patient's voice."""
HINTS: Final = {
    "signs": _l("What goes through my head, what I feel or do."),
    "by_myself": _l("Without anybody’s help: what got me through an hour before."),
    "elsewhere": _l("To be somewhere else, or with somebody, without having to explain."),
    "people": _l("Name and number of each."),
    "professionals": _l("Therapist, doctor, a line that answers at night."),
    "out_of_reach": _l("Where it is then, and who can keep it for me."),
}


class PlanForm(OnceForm):
    seen = SeenField(_l("What stood"))
    signs = text(PARTS["signs"])
    by_myself = text(PARTS["by_myself"])
    elsewhere = text(PARTS["elsewhere"])
    people = text(PARTS["people"])
    professionals = text(PARTS["professionals"])
    out_of_reach = text(PARTS["out_of_reach"])

    @classmethod
    def of(cls, plans: SafetyPlans) -> "PlanForm":
        """Begins as the plan reads now."""
        return cls(formdata=None, seen=plans.stand, **asdict(plans.words))

    @property
    def words(self) -> PlanWords:
        return PlanWords(**{name: self[name].data for name in PARTS})
