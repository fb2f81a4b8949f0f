"""What either side writes into its draft, one thing a page."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, RadioField

from companion.contract.forms.words import KINDS, OUTCOMES
from companion.contract.queries import CostRead, GoalRead, TaskRead, VersionRead, fingerprint
from companion.contract.rules import Frame, GoalOutcome, GoalWords, TaskKind, TaskWords, VersionKind
from companion.formulation.queries import WishRead
from companion.kernel.week import DAYS_IN_A_WEEK
from companion.kernel.words import Words
from companion.web.forms import LINE, Form, Validators, choice, day, number, options_of, text
from companion.web.unseen import IdField, OnceForm, SeenField, UnseenField


class AsReadForm(Form):
    """What is done to what was read: nothing to fill in."""

    seen = SeenField(_l("What you read"))


class BeginForm(Form):
    base = IdField(_l("Begin from"))
    wish = IdField(_l("A wish that becomes its first new task"))
    closing = UnseenField(_l("The last one"))
    """Anything but empty for the version that closes the therapy."""

    @property
    def kind(self) -> VersionKind:
        return VersionKind.CLOSING if self.closing.data else VersionKind.WORKING


class WhyForm(Form):
    seen = SeenField(_l("What stood"))
    why = text(_l("What doesn't convince me, or why I'd have it so"))

    @classmethod
    def of(cls, draft: VersionRead) -> "WhyForm":
        return cls(formdata=None, seen=fingerprint(draft.why), why=draft.why)


class FrameForm(Form):
    seen = SeenField(_l("What stood"))
    promise = text(_l("What therapy can give"))
    limits = text(_l("Its limits"))
    cost_of_staying_still = text(_l("What staying still costs"))
    review_on = day(_l("We look at it again on"))
    early_signs = text(_l("Early signs that it begins again"))
    what_helped = text(_l("What helped"))
    first_steps = text(_l("What to do first"))
    come_back = text(_l("When to come back"))

    @classmethod
    def of(cls, frame: Frame) -> "FrameForm":
        return cls(formdata=None, seen=fingerprint(frame), **asdict(frame))

    @property
    def frame(self) -> Frame:
        words = {each.name: self[each.name].data or "" for each in fields(Frame) if each.name != "review_on"}
        return Frame(review_on=self.review_on.data, **words)


class LineForm(OnceForm):
    seen = SeenField(_l("What stood"))
    """Empty for a new line."""


class GoalForm(LineForm):
    """The wishes to choose from are the patient's own, and the one that it serves: see `goal_form`."""

    what = text(_l("What we want"), required=True)
    observable_sign = text(_l("How we would see it"))
    how_it_is_now = text(_l("How it is now"))
    enough = text(_l("What would be enough"))
    outcome = choice(
        _l("How it stands"), [("", _l("It goes on")), *((each.value, OUTCOMES[each]) for each in OUTCOMES)]
    )
    wish = choice(_l("The wish it serves"), [])

    @property
    def words(self) -> GoalWords:
        return GoalWords(
            text=self.what.data or "",
            observable_sign=self.observable_sign.data or "",
            how_it_is_now=self.how_it_is_now.data or "",
            enough=self.enough.data or "",
            outcome=GoalOutcome(self.outcome.data) if self.outcome.data else None,
            wish_id=UUID(self.wish.data) if self.wish.data else None,
        )


def goal_form(wishes: Iterable[WishRead], goal: GoalRead | None = None, *, is_sent: bool = False) -> GoalForm:
    """The form for a new goal, or for one that a draft has; filled from what was sent, or from what stands."""
    if is_sent:
        form = GoalForm()
    elif goal:
        words = goal.words
        form = GoalForm(
            formdata=None,
            seen=fingerprint(goal),
            what=words.text,
            observable_sign=words.observable_sign,
            how_it_is_now=words.how_it_is_now,
            enough=words.enough,
            outcome=words.outcome.value if words.outcome else "",
            wish=str(words.wish_id or ""),
        )
    else:
        form = GoalForm(formdata=None)
    served = {goal.words.wish_id: goal.wish} if goal and goal.words.wish_id else {}
    texts = {wish.id: wish.text for wish in wishes if wish.is_own} | served
    form.wish.choices = options_of([("", _l("None")), *((str(wish_id), text) for wish_id, text in texts.items())])
    return form


class CostForm(LineForm):
    what = text(_l("What it will probably cost"), required=True, most=LINE)

    @classmethod
    def of(cls, cost: CostRead) -> "CostForm":
        return cls(formdata=None, seen=fingerprint(cost), what=cost.text)


NO_GOAL = "none"


class TaskForm(LineForm):
    """The goals to choose from and the kinds on offer are those of the draft: see `task_form`."""

    what = text(_l("What to do"), required=True)
    goal = choice(_l("Which goal does it serve?"), [], required=True)
    kind = choice(_l("How often?"), [], required=True)
    target = number(_l("Times a week"), 1, DAYS_IN_A_WEEK)
    window_from = day(_l("From (may be left empty)"))
    window_until = day(_l("Until"))
    smaller_version = text(_l("A smaller version of it"))
    telling = BooleanField(_l("It is about telling someone the truth"))

    def validate(self, extra_validators: Mapping[str, Validators] | None = None) -> bool:
        is_valid = super().validate(extra_validators)
        if self.kind.data == TaskKind.WEEKLY and not self.target.data and not self.target.errors:
            self.target.errors = [_("How many times a week, from 1 to 7?")]
        if self.kind.data == TaskKind.ONE_OFF and not self.window_until.data and not self.window_until.errors:
            self.window_until.errors = [_("Until which day?")]
        return is_valid and not self.target.errors and not self.window_until.errors

    @property
    def goal_id(self) -> UUID | None:
        return None if self.goal.data == NO_GOAL else UUID(self.goal.data)

    @property
    def words(self) -> TaskWords:
        return TaskWords(
            text=self.what.data or "",
            kind=TaskKind(self.kind.data),
            smaller_version=self.smaller_version.data or "",
            target=self.target.data,
            window_from=self.window_from.data,
            window_until=self.window_until.data,
            telling=bool(self.telling.data),
        ).of_its_kind()


def task_form(draft: VersionRead, task: TaskRead | None = None, *, is_sent: bool = False) -> TaskForm:
    """The form for a new task of a draft, or for one it has; filled from what was sent, or from what stands."""
    if is_sent:
        form = TaskForm()
    elif task:
        words = task.words
        form = TaskForm(
            formdata=None,
            seen=fingerprint(task),
            what=words.text,
            goal=str(task.goal_id or NO_GOAL),
            kind=words.kind.value,
            target=words.target,
            window_from=words.window_from,
            window_until=words.window_until,
            smaller_version=words.smaller_version,
            telling=words.telling,
        )
    else:
        only = str(draft.goals[0].id) if len(draft.goals) == 1 else ""
        form = TaskForm(formdata=None, goal=only)
    form.goal.choices = options_of(
        [*((str(goal.id), goal.words.text) for goal in draft.goals), (NO_GOAL, _l("None yet"))]
    )
    form.kind.choices = options_of((kind.value, label) for kind, label in KINDS.items())
    return form


UNSEEN = {"csrf_token", "id", "seen"}


def differing(typed: Form, stands: Form) -> list[tuple[str, Words]]:
    """What stands otherwise than it was typed: each field's label, and how it reads."""
    return [
        (field.label.text, _as_read(field))
        for field in stands
        if field.name not in UNSEEN and field.data != typed[field.name].data
    ]


def _as_read(field: Field) -> Words:
    if isinstance(field, BooleanField):
        return Words(_("Yes") if field.data else _("No"))
    if isinstance(field, RadioField):
        return next((Words(option.label.text) for option in field if option.checked), Words("–"))
    return Words(field.data or "–")
