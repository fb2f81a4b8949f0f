"""What a therapist writes down of a session."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectMultipleField
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from companion.kernel.rating import SURE
from companion.sessions.forms.words import CHOSEN_BY, FELT, LEARNED, SCENE_KINDS, STEP_SAID
from companion.sessions.queries import IdeasRead, RuptureRead, SceneRead, fingerprint_of
from companion.sessions.rules import Belief, ChosenBy, Felt, Learned, RuptureWords, SceneKind, SceneWords, StepSaid
from companion.sessions.rules.agenda import Subject
from companion.sessions.services import Ideas, Note, Step
from companion.web.forms import Form, choice, line, number, options_of, rated, rating, text
from companion.web.unseen import IdField, OnceForm, SeenField

NOT_AGREED = "none"


def several(label: object, choices: Iterable[tuple[str, object]]) -> SelectMultipleField:
    """Any of several, as chips."""
    return SelectMultipleField(
        label,  # type: ignore[arg-type]  # a lazy text
        choices=options_of(choices),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class BeliefsForm(OnceForm):
    old_idea = line(_l("The old idea"))
    old = number(_l("The old one, %"), 0, SURE)
    new_idea = line(_l("The new idea"))
    new = number(_l("The new one, %"), 0, SURE)

    @classmethod
    def of(cls, ideas: IdeasRead | None) -> "BeliefsForm":
        """With the sentences as they stand, and never with the last numbers."""
        if ideas is None:
            return cls(formdata=None)
        return cls(formdata=None, old_idea=ideas.old_idea, new_idea=ideas.new_idea)

    @property
    def ideas(self) -> Ideas:
        return Ideas(self.old_idea.data or "", self.new_idea.data or "")

    @property
    def believed(self) -> Belief:
        return Belief(old=self.old.data, new=self.new.data)


class LearnedForm(Form):
    learned = choice(_l("What did we learn from the homework?"), LEARNED.items(), required=True)

    @property
    def answer(self) -> Learned:
        return Learned(self.learned.data)


class SceneForm(OnceForm):
    """`seen` is empty for a new scene. The tasks to choose from are those agreed for the session: see `scene_form`."""

    seen = SeenField(_l("What stood"))
    kind = choice(_l("What is it?"), SCENE_KINDS.items(), required=True)
    task = choice(_l("Which task of the contract?"), [])
    scene = text(_l("The scene, in a sentence or two"))
    chosen_by = choice(_l("Who chose it?"), CHOSEN_BY.items(), required=True)
    guilt_before = rating(_l("Guilt before"))
    guilt_after = rating(_l("Guilt after"))
    words_found = text(_l("Words found"))

    @property
    def words(self) -> SceneWords:
        task = self.task.data
        return SceneWords(
            kind=SceneKind(self.kind.data),
            lineage_id=UUID(task) if task and task != NOT_AGREED else None,
            scene=self.scene.data or "",
            chosen_by=ChosenBy(self.chosen_by.data),
            guilt_before=rated(self.guilt_before),
            guilt_after=rated(self.guilt_after),
            words_found=self.words_found.data or "",
        )


def scene_form(tasks: Iterable[Subject], scene: SceneRead | None = None, *, is_sent: bool = False) -> SceneForm:
    """The form for a new scene, or for one that is there; filled from what was sent, or from what stands."""
    form = SceneForm() if is_sent else SceneForm(formdata=None, **_standing(scene))
    agreed = [(str(task.id), task.words) for task in tasks]
    form.task.choices = options_of([*agreed, (NOT_AGREED, _l("None: it came up"))])
    return form


def _standing(scene: SceneRead | None) -> dict[str, Any]:
    if scene is None:
        return {}
    words = scene.words
    return {
        "seen": fingerprint_of(words),
        "kind": words.kind.value,
        "task": str(words.lineage_id or NOT_AGREED),
        "scene": words.scene,
        "chosen_by": words.chosen_by.value,
        "guilt_before": "" if words.guilt_before is None else str(words.guilt_before),
        "guilt_after": "" if words.guilt_after is None else str(words.guilt_after),
        "words_found": words.words_found,
    }


class StepForm(OnceForm):
    step = line(_l("The next step, as you say it"), required=True)
    said = choice(_l("What the patient says to it"), STEP_SAID.items(), required=True)

    @property
    def answered(self) -> Step:
        return Step(self.step.data or "", StepSaid(self.said.data))


class RuptureForm(OnceForm):
    """`seen` is empty for a new one."""

    seen = SeenField(_l("What stood"))
    happened = text(_l("What happened between us"), required=True)
    my_part = text(_l("My part in it"))
    repair = text(_l("How it was put right (empty while it isn’t)"))
    talked_about = BooleanField(_l("We talked about it together"))

    @classmethod
    def of(cls, rupture: RuptureRead) -> "RuptureForm":
        words = rupture.words
        return cls(
            formdata=None,
            seen=fingerprint_of(words),
            happened=words.happened,
            my_part=words.my_part,
            repair=words.repair,
            talked_about=words.talked_about,
        )

    @property
    def words(self) -> RuptureWords:
        return RuptureWords(
            happened=self.happened.data or "",
            my_part=self.my_part.data or "",
            repair=self.repair.data or "",
            talked_about=bool(self.talked_about.data),
        )


class NoteForm(OnceForm):
    session = IdField(_l("Session"), validators=[Optional()])
    felt = several(_l("What I felt"), FELT.items())
    note = text(_l("In my words"))
    regulated = text(_l("What I did with it"))

    @property
    def written(self) -> Note:
        felt = tuple(each for each in Felt if each in set(self.felt.data or ()))
        return Note(felt, self.note.data or "", self.regulated.data or "")
