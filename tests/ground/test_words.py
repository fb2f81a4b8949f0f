"""Nobody's words stand in a repr, read or typed: so no log and no traceback can quote them."""

import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from importlib import import_module
from inspect import isfunction
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

import companion
from companion.accounts import services as accounting
from companion.accounts.models import Clinic
from companion.accounts.queries import safety_plans_of, zones_of
from companion.accounts.rules.safety import PlanWords
from companion.checkins import queries as checkins
from companion.checkins import services as checking_in
from companion.checkins.rules import Aside, Came, Door, Entry, Rated
from companion.checkins.services import Detail
from companion.contract import queries as contract
from companion.contract import services as contracting
from companion.contract.forms.drafting import FrameForm, differing
from companion.contract.rules import Frame, GoalWords, Idea, TaskKind, TaskSaid, TaskWords
from companion.experiments import queries as experiments
from companion.experiments import services as experimenting
from companion.experiments.forms.plans import PlanAndExpectForm
from companion.experiments.rules import Expectation, Fear, Named, Reaction, Telling, Word
from companion.extensions import Base, db
from companion.formulation import queries as formulation
from companion.formulation import services as formulating
from companion.formulation.rules import Fit, Motive, PatternWords, WishWords
from companion.kernel.box import Item
from companion.kernel.clock import FrozenClock
from companion.kernel.ids import new_id
from companion.kernel.words import Words
from companion.review.queries.brief import brief_of
from companion.review.queries.goals import goals_of
from companion.review.queries.learned import learned_of
from companion.review.queries.today import today_of
from companion.sessions import queries as sessions
from companion.sessions import services as meeting
from companion.sessions.queries.view_models import PointRead
from companion.sessions.rules import Belief, RuptureWords, StepSaid
from companion.transaction import transaction
from tests.factories.checkins import make_check_in, make_how_it_is, make_moment, make_reflection
from tests.factories.contract import TaskPlan, agreeing, proposed_contract, weekly
from tests.factories.experiments import corrected, met, planned, told
from tests.factories.people import Practice
from tests.factories.sessions import scene_in, scene_words, session_at
from tests.support.client import Browser, Page, attributes

MARKER = "hornbeam"
DAY = timedelta(days=1)
ROOMS = ("contract", "formulation", "experiments", "checkins", "sessions", "review")
WITHOUT_ALL = ("add_detail", "save", "trigger_named", "suggest_wish", "take_wish", "propose_pattern", "write_pattern")
"""Services of the rooms whose services are one file."""
NAMES = {"CaseloadRow"}
"""What holds a person's name and no words."""


def dataclasses_within(value: object) -> Iterator[Any]:
    """A value and all that it is made of, as far as they are dataclasses."""
    if is_dataclass(value):
        yield value
        value = [getattr(value, field.name) for field in fields(value)]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from dataclasses_within(each)


def texts_in(value: object) -> Iterator[str]:
    """The texts that a value holds itself, not those of another dataclass in it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from texts_in(list(value.values()))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from texts_in(each)


def holding_words(value: object) -> set[str]:
    """The kinds of dataclass in this value that hold the marked words."""
    return {
        type(each).__name__
        for each in dataclasses_within(value)
        if any(MARKER in text for field in fields(each) for text in texts_in(getattr(each, field.name)))
    }


def read_models() -> set[str]:
    """Every dataclass of the queries that has a text in it."""
    names = [f"companion.{room}.queries" for room in ROOMS]
    within = [f"{name}." for name in names]
    modules = [each.name for each in pkgutil.walk_packages(companion.__path__, "companion.")]
    found = (import_module(name) for name in modules if name in names or name.startswith(tuple(within)))
    return {
        each.__name__
        for module in found
        for each in vars(module).values()
        if isinstance(each, type) and is_dataclass(each) and ".queries" in each.__module__
        if any("str" in str(field.type) for field in fields(each)) and each.__module__.split(".")[1] in ROOMS
    }


class Story:
    """A patient all of whose words are marked."""

    def __init__(self, practice: Practice, now: datetime) -> None:
        self.practice, self.patient, self.now = practice, practice.patient, now
        self.task_id, self.lineage_id = self._agree()
        self._order()
        self.occasion_id = self._go_out()
        self._plan()
        self.check_in_id = self._check_in()
        self.wish_id = self._formulate()
        self.ahead_id, self.begun_id = session_at(practice, now + DAY), session_at(practice, now - DAY / 24)
        self._meet()
        self._hard_times()
        proposed_contract(
            practice, [weekly(text="Something else")], at=now, frame=FRAME, goals=[replace(GOAL, wish_id=self.wish_id)]
        )
        self._ask()

    def _agree(self) -> tuple[UUID, UUID]:
        at = self.now - 20 * DAY
        tasks = [weekly(text=MARKER), TaskPlan(TaskWords(text=MARKER, kind=TaskKind.IN_SESSION))]
        proposed = proposed_contract(self.practice, tasks, at=at, goals=[GOAL], frame=FRAME, costs=[MARKER])
        task, self.in_session = proposed.version.tasks
        said = agreeing(
            proposed,
            hardest_cost_id=None,
            hardest_cost_words=MARKER,
            doubts=MARKER,
            tasks=dict.fromkeys(proposed.task_ids, TaskSaid(MARKER, Idea.OURS)),
        )
        with transaction():
            contracting.answer(self.patient, proposed.id, proposed.content_hash, said, at)
        return task.id, task.lineage_id

    def _order(self) -> None:
        with transaction():
            contracting.flag_task(self.patient, self.task_id, MARKER, self.now - 3 * DAY)
        rests = contract.resting(self.patient, self.patient.id, self.now.date()).rests
        with transaction():
            contracting.resume(self.patient, rests[0].id, self.now - 2 * DAY)
            contracting.flag_task(self.patient, self.task_id, MARKER, self.now - DAY)

    def _go_out(self) -> UUID:
        at, who = self.now - 5 * DAY, met(MARKER, Telling.TOLD, reaction=Reaction.NEUTRAL, observed_suffering=3)
        fear = Fear(Named(label=MARKER), 7, 80)
        marked: dict[str, Any] = dict.fromkeys(PlanAndExpectForm.USEFUL, MARKER) | {"care_need": None}
        occasion = planned(
            self.patient,
            self.task_id,
            at,
            expected=Expectation(6, (fear,)),
            activity=Named(label=MARKER),
            **marked,
        )
        make_check_in(self.patient, at, experiment_id=occasion)
        first = told(self.patient, occasion, at=at + DAY, learned=MARKER, met=(who,))
        said: dict[str, Any] = {"learned": f"{MARKER}s", "met": (who,), "enjoyment": 6}
        corrected(self.patient, occasion, first, Word.DONE, at=at + DAY, **said)
        return occasion

    def _plan(self) -> None:
        for days in (0, 1):
            starts_at = self.now + days * DAY
            planned(self.patient, self.task_id, starts_at, at=self.now - DAY, activity=Named(label=MARKER))

    def _check_in(self) -> UUID:
        with transaction():
            trigger = checking_in.trigger_named(self.patient, MARKER)
            person = experimenting.add_person(self.patient, MARKER)
        detail = Detail(trigger_id=trigger, person_id=person, thought=MARKER, wanted=MARKER, saw_myself=MARKER)
        made = make_check_in(self.patient, self.now - DAY, detail=detail)
        entry = Entry(new_id(), Door.GUILT, self.patient.zone, Rated(7), Rated(6))
        with transaction():
            checking_in.save(self.patient, entry, self.now)
            checking_in.save(self.patient, replace(entry, guilt=Rated(2)), self.now)
            checking_in.add_detail(self.patient, made, new_id(), replace(detail, thought=f"{MARKER}s"), self.now)
            came = Came(new_id(), Item(Words(f"/{MARKER}"), (("thought", Words(MARKER)),)), None, None, "UTC")
            checking_in.set_aside(self.patient, came, Aside.NO_SUCH_PAGE, MARKER, self.now)
        make_moment(self.patient, self.now - DAY, toward=MARKER)
        make_reflection(self.patient, self.now - DAY, MARKER)
        make_how_it_is(self.patient, self.now - DAY, words=MARKER)
        return made

    def _ask(self) -> None:
        with transaction():
            draft_id = contracting.start_draft(self.patient, self.patient.id, self.now)
            contracting.say_why(self.patient, draft_id, MARKER)
            contracting.propose(self.patient, draft_id, self.now)
            contracting.let_rest(self.practice.therapist, draft_id, MARKER, self.now)

    def _formulate(self) -> UUID:
        words = PatternWords(*[MARKER] * 8)
        with transaction():
            formulating.suggest_wish(self.practice.therapist, self.patient.id, MARKER, self.now)
            formulating.write_pattern(self.patient, words, Fit.EXACTLY, self.now)
            formulating.propose_pattern(self.practice.therapist, self.patient.id, words, self.now)
            return formulating.add_wish(self.patient, WishWords(MARKER, Motive.FUN), self.now)

    def _meet(self) -> None:
        on = (self.practice.therapist, self.patient.id, self.begun_id)
        words = scene_words(scene=MARKER, words_found=MARKER, lineage_id=self.in_session.lineage_id)
        scene_id = scene_in(self.practice, self.begun_id, self.now, words=words)
        with transaction():
            meeting.write_point(self.patient, self.ahead_id, PointRead(MARKER, MARKER), self.now)
            meeting.add_to_agenda(self.patient, self.patient.id, self.begun_id, MARKER, self.now)
            meeting.rate_beliefs(*on, meeting.Ideas(MARKER, MARKER), Belief(old=90), self.now)
            meeting.note_step(*on, scene_id, meeting.Step(MARKER, StepSaid.YES), self.now)
            meeting.suggest_words_found(*on, scene_id, self.now)
            meeting.note_rupture(*on, RuptureWords(happened=MARKER, my_part=MARKER, repair=MARKER), self.now)
            meeting.keep_private_note(*on[:2], meeting.Note((), MARKER, MARKER), self.now, self.begun_id)

    def of_sessions(self) -> Iterator[object]:
        me, my_id, therapist = self.patient, self.patient.id, self.practice.therapist
        begun = sessions.meeting(me, my_id, self.begun_id)
        yield sessions.point_of(me, my_id, self.ahead_id)
        yield sessions.agenda_of(me, begun, self.now)
        yield sessions.scenes_of(me, my_id, self.begun_id)
        yield sessions.ideas_of(me, my_id)
        yield sessions.believed(me, my_id)
        yield sessions.ruptures_of(therapist, my_id, self.begun_id)
        yield sessions.notes_of(therapist, my_id)
        yield checkins.cards_of(me)

    def _hard_times(self) -> None:
        with transaction():
            accounting.keep_safety_plan(self.patient, self.patient.id, PlanWords(*[MARKER] * 6), self.now)

    def reads(self) -> Iterator[object]:
        """All that can be read of it."""
        me, my_id, now = self.patient, self.patient.id, self.now
        yield contract.in_force(me, my_id)
        yield contract.waiting(me, my_id)
        yield contract.resting(me, my_id, now.date())
        yield contract.segments_of([my_id])
        yield formulation.wishes_of(me, my_id)
        yield formulation.wish(me, my_id, self.wish_id)
        yield formulation.patterns_of(me, my_id)
        yield contract.followed_goals(me, my_id, now)
        yield safety_plans_of(me, my_id)
        yield goals_of(me, my_id, now)
        yield experiments.lines_of(me, now)
        yield experiments.earlier_lines(me, now)
        yield experiments.occasion(me, self.occasion_id, now)
        yield experiments.occasion(me, self.occasion_id, now).everyone
        yield experiments.activities_of(me, my_id)
        yield experiments.people_of(me, my_id)
        yield experiments.how_they_went(me, my_id, 9)
        yield experiments.predicted_beside_happened(me, my_id, now)
        yield experiments.facts_for(me, [my_id], now)
        yield experiments.this_week(me, zones_of([my_id])[my_id], now)
        yield checkins.last_for(me, my_id, now)
        yield checkins.stood_before(me, self.check_in_id)
        yield checkins.triggers_of(me)
        yield checkins.standing_aside(me)
        yield checkins.reflections_of(me, my_id, now, 9)
        yield checkins.how_it_is(me, my_id, now, 9)
        yield contract.asked_for(me, my_id)
        yield contract.flagged_since(me, my_id, None)
        yield from self.of_sessions()
        yield learned_of(me, now)
        yield today_of(me, now)
        yield brief_of(self.practice.therapist, my_id, now)


FRAME = Frame(promise=MARKER, limits=MARKER, cost_of_staying_still=MARKER, review_on=date(2025, 6, 2))
GOAL = GoalWords(text=MARKER, observable_sign=MARKER, how_it_is_now=MARKER, enough=MARKER)


@pytest.fixture
def story(app: Flask, practice: Practice, clock: FrozenClock) -> Story:
    with app.app_context():
        return Story(practice, clock.now())


@pytest.mark.usefixtures("context")
def test_no_repr_of_what_is_read_says_words(story: Story) -> None:
    found: set[str] = set()
    for read in story.reads():
        assert MARKER not in repr(read)
        found |= holding_words(read)
    assert read_models() - NAMES <= found


@pytest.mark.usefixtures("context")
def test_no_repr_of_a_row_says_words(story: Story) -> None:
    for mapper in Base.registry.mappers:
        for row in db.session.scalars(sa.select(mapper.class_)):
            assert MARKER not in repr(row) + repr(vars(row))


# What is typed


@pytest.fixture
def handed_over(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """All that pages hand to the services of these rooms, from now on."""
    seen: list[Any] = []
    for room in (accounting, contracting, formulating, experimenting, checking_in, meeting):
        names = getattr(room, "__all__", WITHOUT_ALL)
        for name in names:
            if isfunction(getattr(room, name, None)):
                monkeypatch.setattr(room, name, noting(getattr(room, name), seen))
    return seen


def noting(service: Callable[..., Any], seen: list[Any]) -> Callable[..., Any]:
    def noted(*given: Any, **named: Any) -> Any:  # noqa: ANN401  # whatever it takes
        seen.extend((*given, *named.values()))
        return service(*given, **named)

    return noted


def filled(page: Page) -> dict[str, str]:
    """Every place of a page where something can be written, with words in it."""
    form = page.document.query("main form")[0]
    written = [*form.query("textarea"), *form.query("input[type=text]")]
    return {attributes(field)["name"]: f"{MARKER} {number}" for number, field in enumerate(written)}


def test_no_repr_of_what_is_typed_says_words(
    app: Flask, story: Story, handed_over: list[Any], as_patient: Browser, as_therapist: Browser
) -> None:
    with app.app_context():
        proposal = contract.waiting(story.patient, story.patient.id)
        assert proposal
        with transaction():
            draft = contracting.start_draft(story.practice.therapist, story.patient.id, story.now)
    handed_over.clear()
    workshop = f"/patients/{story.patient.id}/contract/{draft}"
    begun = f"/patients/{story.patient.id}/sessions/{story.begun_id}"
    idea = {f"idea_{each.id}": "mine" for each in proposal.tasks}
    when = {"task": str(story.task_id), "day": "2025-04-01", "start": "18:30"}
    for browser, path, choices in (
        (as_therapist, f"{workshop}/frame", {}),
        (as_therapist, f"{workshop}/goals", {}),
        (as_therapist, f"{workshop}/tasks", {"kind": "practice", "goal": "none"}),
        (as_therapist, f"{workshop}/costs", {}),
        (as_therapist, f"/patients/{story.patient.id}/wishes", {}),
        (as_therapist, f"/patients/{story.patient.id}/pattern", {}),
        (as_therapist, f"/patients/{story.patient.id}/plan/words", {}),
        (as_patient, f"/wishes/{story.wish_id}", {}),
        (as_patient, "/pattern/words", {"fit": "exactly"}),
        (as_therapist, f"{begun}/scenes", {"kind": "imagery", "chosen_by": "patient"}),
        (as_therapist, f"{begun}/ruptures", {}),
        (as_therapist, f"/patients/{story.patient.id}/notes", {}),
        (as_patient, f"/appointments/{story.ahead_id}", {}),
        (as_patient, f"/agreement/tasks/{story.task_id}/order", {}),
        (as_patient, "/plan", {**when, "might_suffer": "7"}),
        (as_patient, f"/plan/{story.occasion_id}/correct", {"how": "done"}),
        (as_patient, "/plan/already", {"task": str(story.task_id), "how": "done"}),
        (as_patient, f"/now/{story.check_in_id}/more", {"trigger": "", "person": ""}),
        (as_patient, f"/agreement/{proposal.id}", {"decision": "agree", "feels": "mine", **idea}),
    ):
        page = browser.get(path)
        browser.submit(page, filled(page) | choices)
    assert holding_words(handed_over) == {
        *("Frame", "GoalWords", "TaskWords", "Said", "TaskSaid"),
        *("WishWords", "PatternWords", "Plan", "Named", "DebriefEntry", "Detail"),
        *("PointRead", "SceneWords", "RuptureWords", "Note", "PlanWords"),
    }
    assert sum(MARKER in each for each in texts_in(handed_over)) >= len(("a cost", "an order", "a trigger", "a person"))
    assert MARKER not in repr(handed_over)


def test_what_is_too_long_is_not_quoted(story: Story, as_patient: Browser) -> None:
    page = as_patient.get("/plan")
    typed = dict.fromkeys(filled(page), MARKER * 1000)
    refused = as_patient.submit(page, typed, expect=422)
    assert refused.errors()
    assert not [error for error in refused.errors() if MARKER in error]


@pytest.mark.usefixtures("context")
def test_words_can_be_stored_where_nothing_is_sealed(story: Story) -> None:
    """The names of people and of the practice are typed into the same fields."""
    with transaction():
        db.session.execute(sa.text("UPDATE clinic SET name = :name"), {"name": Words("Studio Riva")})
        db.session.add(Clinic(name=Words("Studio Riva"), phone=Words("1"), country="IT"))
    assert db.session.scalars(sa.select(Clinic.name)).all() == ["Studio Riva"]


def test_a_page_shows_what_stands_otherwise_without_telling_a_repr(app: Flask) -> None:
    with app.test_request_context():
        found = differing(FrameForm.of(Frame()), FrameForm.of(FRAME))
    assert {str(words) for _label, words in found} > {MARKER}
    assert MARKER not in repr(found)


def test_what_a_page_showed_is_told_from_other_words(story: Story) -> None:
    """The fingerprint is over the words, though their repr is the same for all."""
    other = replace(FRAME, promise=Words("Something else"))
    prints = [contract.fingerprint(each) for each in (FRAME, other, replace(other, promise="Something else"))]
    assert prints[0] != prints[1] == prints[2]
