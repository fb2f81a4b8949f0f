"""How goals stand: two questions about each, of which none has to be answered."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, cast
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField

from companion.accounts.rules import Role
from companion.contract.forms.words import HAPPENED, OUTCOMES, STILL_THEIRS
from companion.contract.queries import FollowedGoal
from companion.contract.rules import GoalOutcome
from companion.contract.rules.goals import GoalSaid, Happened, StillTheirs
from companion.web.forms import Validators, choice
from companion.web.unseen import OnceForm

HAPPENED_ASKED = _l("Has it happened?")
STILL_ASKED = {Role.PATIENT: _l("Still mine?"), Role.THERAPIST: _l("Still theirs, as you see it?")}


class GoalsForm(OnceForm):
    """The two questions about each goal are added by `goals_form`; a goal that nothing is said of is left out."""

    goals: Collection[FollowedGoal]
    asked_first: FollowedGoal | None

    def happened_of(self, goal: FollowedGoal) -> RadioField:
        """The field for whether it has happened."""
        return cast("RadioField", self[f"happened_{goal.lineage_id}"])

    def still_of(self, goal: FollowedGoal) -> RadioField:
        """The field for whether it is still the patient's own."""
        return cast("RadioField", self[f"still_{goal.lineage_id}"])

    @property
    def chosen(self) -> list[FollowedGoal]:
        """The goals of which anything is said."""
        return [goal for goal in self.goals if self.happened_of(goal).data or self.still_of(goal).data]

    def validate(self, extra_validators: Mapping[str, Validators] | None = None) -> bool:
        return super().validate(extra_validators) and self._is_complete()

    def _is_complete(self) -> bool:
        """Whoever says one thing of a goal is asked for the other; with nothing chosen there is nothing to save."""
        begun = self.chosen or [goal for goal in self.goals if goal is self.asked_first]
        fields = [field for goal in begun for field in (self.happened_of(goal), self.still_of(goal)) if not field.data]
        for field in fields:
            field.errors = [_("Please choose one.")]
        if not begun:
            self.form_errors.append(_("Nothing was chosen, so nothing was saved."))
        return bool(begun) and not fields

    @property
    def said(self) -> dict[UUID, GoalSaid]:
        """By lineage."""
        return {
            goal.lineage_id: GoalSaid(Happened(self.happened_of(goal).data), StillTheirs(self.still_of(goal).data))
            for goal in self.chosen
        }


def goals_form(
    goals: Iterable[FollowedGoal], side: Role, asked: Collection[FollowedGoal], *, is_sent: bool = False
) -> GoalsForm:
    """The form about these goals for one side, of which the page asks for `asked`; nothing is chosen beforehand.

    It also takes what an older page asked for: why that isn't kept is said by the service.
    """
    goals = tuple(goals)
    fields: dict[str, Any] = {"goals": goals, "asked_first": next(iter(asked), None)}
    for goal in goals:
        fields[f"happened_{goal.lineage_id}"] = choice(HAPPENED_ASKED, _choices(HAPPENED))
        fields[f"still_{goal.lineage_id}"] = choice(STILL_ASKED[side], _choices(STILL_THEIRS))
    # WTForms takes its fields from a class, and these differ from person to person.
    made: type[GoalsForm] = type("GoalsFormOfSide", (GoalsForm,), fields)
    return made() if is_sent else made(formdata=None)


def goal_answer_in_words(answer: Happened | StillTheirs | GoalOutcome) -> str:
    """What was said of a goal, or how it ended, as a page says it."""
    if isinstance(answer, GoalOutcome):
        return str(OUTCOMES[answer])
    return str(HAPPENED[answer] if isinstance(answer, Happened) else STILL_THEIRS[answer])


def _choices(labels: Mapping[Any, object]) -> list[tuple[str, object]]:
    return [(each.value, label) for each, label in labels.items()]
