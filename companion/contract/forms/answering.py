"""What a patient says to a proposal, what feels like an order, what may rest."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired

from companion.contract.forms.words import DECISIONS, FEELS, IDEAS, SCOPES
from companion.contract.queries import Rest, TaskRead, VersionRead
from companion.contract.rules import Decision, Feels, Idea, Obstacle, Said, Scope, TaskSaid, obstacles
from companion.web.forms import LINE, Form, Validators, choice, day, options_of, rated, rating, text
from companion.web.unseen import IdField, OnceForm, SeenField


class AnswerForm(OnceForm):
    """The questions about each cost and task are added by `answer_form`, which knows the version."""

    seen = SeenField(_l("What you read"))
    feels = choice(_l("How does this feel?"), [(feels.value, label) for feels, label in FEELS.items()])
    hardest_words = text(_l("Or another cost, in your words"), most=LINE)
    worth_it = rating(_l("Is it worth that to you?"))
    confidence = rating(_l("How sure are you that you can do it?"))
    doubts = text(_l("Doubts, or what you'd change"))
    decision = choice(_l("Your answer"), [(each.value, label) for each, label in DECISIONS.items()], required=True)

    version: VersionRead
    hardest: RadioField

    def reason_of(self, task: TaskRead) -> TextAreaField:
        """The field for the reason of a task."""
        return cast("TextAreaField", self[f"reason_{task.id}"])

    def idea_of(self, task: TaskRead) -> RadioField:
        """The field for whose idea a task was."""
        return cast("RadioField", self[f"idea_{task.id}"])

    def validate(self, extra_validators: Mapping[str, Validators] | None = None) -> bool:
        return super().validate(extra_validators) and self._is_complete()

    @property
    def answers(self) -> list[Decision]:
        """What can be answered: to a proposal of one's own, only that it is one's own."""
        return [Decision.AGREE] if self.version.is_patients else list(Decision)

    @property
    def agreed_hash(self) -> bytes:
        return self.seen.data or b""

    @property
    def said(self) -> Said:
        hardest = self.hardest.data
        return Said(
            decision=Decision(self.decision.data),
            feels=Feels(self.feels.data) if self.feels.data else None,
            hardest_cost_id=UUID(hardest) if hardest else None,
            hardest_cost_words=self.hardest_words.data or "",
            worth_it=rated(self.worth_it),
            confidence=rated(self.confidence),
            doubts=self.doubts.data or "",
            tasks={task.id: self._said_of(task) for task in self.version.tasks},
        )

    def _said_of(self, task: TaskRead) -> TaskSaid:
        idea = self.idea_of(task).data
        return TaskSaid(self.reason_of(task).data or "", Idea(idea) if idea else None)

    def _is_complete(self) -> bool:
        """Agreeing asks for more than another answer does; each lack is said beside its field."""
        said = self.said
        if said.decision is not Decision.AGREE:
            return True
        found = obstacles(said, {task.id: task.goal_id for task in self.version.tasks})
        if Obstacle.FEELING_UNSAID in found:
            self.feels.errors = [_("to agree, please choose one.")]
        if Obstacle.NO_HARDEST_COST in found:
            self.hardest.errors = [_("to agree, please choose one, or write your own below.")]
        if Obstacle.TASK_WITHOUT_GOAL in found:
            self.form_errors.append(
                _("Something here serves no goal yet, so it can't be agreed as it stands. Please tell your therapist.")
            )
        if Obstacle.TOLD not in found:
            self._mark_tasks(said)
        return not found or found == (Obstacle.TOLD,)

    def _mark_tasks(self, said: Said) -> None:
        for task in self.version.tasks:
            if not said.tasks[task.id].reason:
                self.reason_of(task).errors = [_("to agree, please say why, in your words.")]
            if not said.tasks[task.id].idea:
                self.idea_of(task).errors = [_("to agree, please choose one.")]


def answer_form(version: VersionRead, current: VersionRead | None = None, *, is_sent: bool = False) -> AnswerForm:
    """The form to answer just this version: its costs to choose from, a reason and an idea for each of its tasks.

    What the patient said of a task that `current`, the version in force, has in the same words is filled in.
    """
    costs = [(str(cost.id), cost.text) for cost in version.costs]
    fields: dict[str, Any] = {"hardest": choice(_l("Which cost will be hardest?"), costs), "version": version}
    for task in version.tasks:
        fields[f"reason_{task.id}"] = text(_l("Why would you do it?"))
        fields[f"idea_{task.id}"] = choice(
            _l("Whose idea was this?"), [(idea.value, label) for idea, label in IDEAS.items()]
        )
    # WTForms takes its fields from a class, and these differ from version to version.
    made: type[AnswerForm] = type("AnswerFormOfVersion", (AnswerForm,), fields)
    if is_sent:
        return made()
    return made(formdata=None, seen=version.content_hash, **_said_before(version, current))


def _said_before(version: VersionRead, current: VersionRead | None) -> dict[str, str]:
    """By field. Nobody has to find the same words for the same thing twice; all of it can be changed."""
    if current is None or current.latest_answer is None:
        return {}
    unchanged = {(task.lineage_id, task.words): current.latest_answer.tasks.get(task.id) for task in current.tasks}
    found: dict[str, str] = {}
    for task in version.tasks:
        if said := unchanged.get((task.lineage_id, task.words)):
            found |= {f"reason_{task.id}": said.reason, f"idea_{task.id}": said.idea.value if said.idea else ""}
    return found


class OrderForm(OnceForm):
    words = text(_l("What makes it feel so? (may be left empty)"))


class RestForm(OnceForm):
    words = text(_l("A word why, if you like; it will be read"))


class PauseForm(Form):
    scope = choice(_l("What should rest?"), [(scope.value, label) for scope, label in SCOPES.items()], required=True)
    lineage = IdField(_l("Which one"))


class PauseDaysForm(Form):
    """The days of a pause, set beforehand or from today: see `set_pause_form` and `change_pause_form`."""

    seen = SeenField(_l("What stood"))
    what = choice(_l("What should rest?"), [])
    first_day = day(_l("The first day it rests"))
    resumed_on = day(_l("The day it goes on again"))

    has_begun: bool = False

    def validate(self, extra_validators: Mapping[str, Validators] | None = None) -> bool:
        is_valid = super().validate(extra_validators)
        if not self.first_day.data and not self.first_day.errors and not self.has_begun:
            self.first_day.errors = [_("Please choose a day.")]
        return is_valid and not self.first_day.errors

    @property
    def scope(self) -> Scope:
        return Scope(self.what.data.partition(" ")[0])

    @property
    def lineage_id(self) -> UUID | None:
        """Of the task or the goal; None for everything."""
        lineage = self.what.data.partition(" ")[2]
        return UUID(lineage) if lineage else None


def set_pause_form(current: VersionRead, today: date, *, is_sent: bool = False) -> PauseDaysForm:
    """The form to set a pause of something that is in force, or of everything."""
    form = PauseDaysForm() if is_sent else PauseDaysForm(formdata=None, first_day=today)
    form.what.choices = options_of(
        [
            (Scope.EVERYTHING.value, SCOPES[Scope.EVERYTHING]),
            *((f"{Scope.TASK} {task.lineage_id}", task.words.text) for task in current.tasks),
            *(
                (f"{Scope.GOAL} {goal.lineage_id}", _("All for: %(goal)s", goal=goal.words.text))
                for goal in current.active_goals
            ),
        ]
    )
    form.what.validators = [InputRequired(_l("Please choose one."))]
    return form


def change_pause_form(rest: Rest, today: date, *, is_sent: bool = False) -> PauseDaysForm:
    """The form to change the days of a pause that isn't over; one that rests already has begun when it did."""
    form = (
        PauseDaysForm()
        if is_sent
        else PauseDaysForm(formdata=None, seen=rest.stand, first_day=rest.first_day, resumed_on=rest.resumed_on)
    )
    form.has_begun = rest.first_day <= today
    return form
