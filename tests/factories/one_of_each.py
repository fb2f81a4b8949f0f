"""One of every thing that has an id in a path, for the guards that walk the url map."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from flask import current_app

from companion.accounts.queries import ways_in
from companion.accounts.rules import Actor, Role
from companion.accounts.rules.safety import PlanWords
from companion.accounts.services import create_staff, invite_patient, keep_safety_plan, new_code_for
from companion.checkins import queries as entries
from companion.checkins import services as checkins
from companion.checkins.rules import Aside, Came, Door, Entry, Rated
from companion.checkins.services import Detail
from companion.contract import services as contract
from companion.contract.queries import VersionRead, version
from companion.contract.rules import Frame, GoalWords, Idea, Scope, TaskSaid
from companion.experiments.rules import Expectation, Fear, Named, Telling
from companion.experiments.services import add_person
from companion.formulation import services as formulation
from companion.formulation.rules import PatternWords, WishWords
from companion.kernel.box import Item
from companion.kernel.ids import new_id
from companion.kernel.words import Words
from companion.sessions import services as sessions
from companion.sessions.queries import coming_sessions, meetings
from companion.sessions.queries.view_models import PointRead
from companion.sessions.rules import Belief, Between, ChosenBy, RuptureWords, SceneKind, SceneWords, StepSaid
from companion.transaction import transaction
from companion.web import static_files
from tests.factories.checkins import make_how_it_is, make_moment, make_reflection
from tests.factories.contract import (
    FIRST_MONDAY,
    FRAME,
    Contract,
    TaskPlan,
    agreeing,
    drafted_contract,
    one_off,
    practice_task,
    proposed_contract,
    weekly,
)
from tests.factories.experiments import did, met, planned
from tests.factories.goals import reviewed
from tests.factories.people import Practice, username_of
from tests.factories.signing_in import PASSWORD, add_passkey, give_ways_in, session_of
from tests.support.box import envelope

DAY = timedelta(days=1)
A_MONTH_AGO = timedelta(days=29)
HOUR = timedelta(hours=1)
IN_A_SESSION = (
    *("session", "add_to_agenda", "tick", "rate_beliefs", "say_learned", "afterwards", "say_afterwards"),
    *("new_scene", "begin_scene", "scene", "change_scene", "note_step", "suggest_card"),
    *("new_rupture", "note_rupture", "rupture", "change_rupture"),
)
"""Endpoints about a session that has begun; the others are about the next one."""
AHEAD = date(2025, 12, 1)


class OneOfEach:
    """The ids of real things of a practice's patient, by the names that paths have for them; and an open code.

    Every text of theirs is the word `marker`, which stands nowhere else; what is the therapist's alone is `own_marker`.
    """

    def __init__(self, practice: Practice, now: datetime) -> None:
        self.practice = practice
        self.marker = f"only-{practice.patient.id.hex[:12]}"
        self.own_marker = f"alone-{practice.patient.id.hex[:12]}"
        agreed = self._agreed()
        with transaction():
            self.code = new_code_for(practice.therapist, practice.patient.id, now)
            _id, newcomers = invite_patient(practice.therapist, "New", now)
            at_the_practice = create_staff(Role.THERAPIST, f"new-{practice.therapist.id.hex[:8]}", "New", now)
        # After the code, which closes every other way in.
        for person in (practice.patient, practice.therapist, practice.former_therapist, practice.admin):
            give_ways_in(person)
        password = {"username": username_of(practice.therapist.id), "password": PASSWORD}
        self.leading_on: list[tuple[str, dict[str, str]]] = [
            *(("/begin", {"code": code}) for code in (self.code, newcomers, at_the_practice)),
            ("/sign-in", password),
        ]
        """Where something must be sent, and what, to come to the pages that nothing else leads to."""
        with transaction():
            pause_id = contract.pause(practice.patient, Scope.TASK, agreed.lineage_ids[1], now - DAY)
        proposed = self._proposed([weekly(text=self.marker)], now)
        draft_id = drafted_contract(
            practice,
            [one_off(AHEAD, self.marker)],
            at=now,
            goals=[self._goal],
            costs=[self.marker],
            frame=self._frame,
        )
        with transaction():
            contract.say_why(practice.therapist, draft_id, self.marker)
        draft = version(practice.therapist, practice.patient.id, draft_id)
        asked_for, own = self._asked_for(agreed, now), self._own_draft(agreed, now)
        self._plan_for_hard_times(now)
        said = self._said(agreed.task_ids[0], now - 3 * DAY)
        check_in_id, conflict_id = self._two_under_one_id(now)
        wish_id, suggestion_id, pattern_id = self._formulated(now)
        sides = (practice.patient, practice.therapist)
        mine, theirs = (reviewed(each, practice.patient.id, agreed.goal_lineage_ids[1], now) for each in sides)
        moment: dict[str, object] = {
            "check_in_id": make_moment(practice.patient, now - DAY, outcome=None, toward=self.marker)
        }
        begun = self._begun_session(now)
        self._ids: dict[str, object] = {
            "patient_id": practice.patient.id,
            "version_id": draft.id,
            "other_id": proposed.id,
            "goal_id": draft.goals[0].id,
            "task_id": draft.tasks[0].id,
            "cost_id": draft.costs[0].id,
            "pause_id": pause_id,
            "experiment_id": self._planned(agreed.task_ids[0], now),
            "check_in_id": check_in_id,
            "conflict_id": conflict_id,
            "wish_id": wish_id,
            "pattern_id": pattern_id,
            "reflection_id": make_reflection(practice.patient, now - DAY, self.marker),
            "help_check_id": make_how_it_is(practice.patient, now - A_MONTH_AGO, words=self.marker),
            "review_id": mine,
            "session_id": self._session_ahead(now),
            "scene_id": self._scene(begun, now),
            "rupture_id": self._rupture(begun, now),
            "card_id": self._card(now),
            "box_item_id": self._aside(now),
            "login_id": session_of(practice.patient, now).session_id,
            "passkey_id": self._passkey(now),
            "filename": "css/tokens.css",
            "version": static_files.version(current_app),
        }
        self.envelope = self._sealed(now)
        """What a phone of the patient's puts into the drop box."""
        self._own = {
            "version_id": own.id,
            "goal_id": own.goals[0].id,
            "task_id": own.tasks[0].id,
            "cost_id": own.costs[0].id,
        }
        self._elsewhere: dict[str, dict[str, object]] = {
            "contract.draft": {"version_id": asked_for},  # leads to where it can be agreed to, or let rest
            "contract.accept": {"version_id": asked_for},
            "contract.let_rest": {"version_id": asked_for},
            "contract.my_withdraw": {"version_id": asked_for},
            "contract.ask_for_smaller": {"task_id": agreed.task_ids[0]},
            "contract.answer": {"version_id": proposed.id},
            "contract.give_answer": {"version_id": proposed.id},
            "contract.version_order": {"version_id": proposed.id},
            "contract.flag_version": {"version_id": proposed.id},
            "contract.withdraw": {"version_id": proposed.id},
            "contract.task_order": {"task_id": agreed.task_ids[0]},
            "contract.flag_task": {"task_id": agreed.task_ids[0]},
            "formulation.take_wish": {"wish_id": suggestion_id},
            "contract.their_review": {"review_id": theirs},
            "contract.correct_their_review": {"review_id": theirs},
            "checkins.saved": moment,
            "checkins.set_visibility": moment,
            "checkins.highlight": moment,
            "checkins.moment": moment,
            "checkins.tell_moment": moment,
            "checkins.tell_outcome": moment,
            "experiments.highlight": {"experiment_id": said},
            "experiments.correct": {"experiment_id": said},
            "experiments.keep_correction": {"experiment_id": said},
            **{f"sessions.{name}": {"session_id": begun} for name in IN_A_SESSION},
        }

    def ids_for(self, endpoint: str, arguments: set[str]) -> dict[str, object]:
        """What stands in a path of this endpoint; a KeyError names an argument that nothing was made for."""
        own = self._own if endpoint.startswith("contract.my_") else {}
        mine = self._ids | own | self._elsewhere.get(endpoint, {})
        return {name: mine[name] for name in arguments}

    @property
    def _goal(self) -> GoalWords:
        return GoalWords(text=self.marker, observable_sign=self.marker, how_it_is_now=self.marker, enough=self.marker)

    @property
    def _frame(self) -> Frame:
        return replace(FRAME, promise=self.marker, limits=self.marker, cost_of_staying_still=self.marker)

    def _plan_for_hard_times(self, now: datetime) -> None:
        """Written by the patient, then with the therapist, who changed a word."""
        practice, words = self.practice, PlanWords(*[self.marker] * 6)
        with transaction():
            keep_safety_plan(practice.patient, practice.patient.id, words, now - DAY)
            longer = replace(words, people=f"{self.marker}, 123")
            keep_safety_plan(practice.therapist, practice.patient.id, longer, now - HOUR)

    def _passkey(self, now: datetime) -> UUID:
        add_passkey(self.practice.patient, now, label=self.marker)
        return ways_in(self.practice.patient).passkeys[-1].id

    def _proposed(self, tasks: list[TaskPlan], at: datetime) -> Contract:
        """Two goals, of which one is answered for, and the other is asked for."""
        goals = [self._goal, self._goal]
        return proposed_contract(self.practice, tasks, at=at, goals=goals, costs=[self.marker], frame=self._frame)

    def _asked_for(self, base: Contract, at: datetime) -> UUID:
        """What the patient proposes, begun from what is in force."""
        draft = self._own_draft(base, at)
        with transaction():
            contract.propose(self.practice.patient, draft.id, at)
        return draft.id

    def _own_draft(self, base: Contract, at: datetime) -> VersionRead:
        patient = self.practice.patient
        with transaction():
            draft_id = contract.start_draft(patient, patient.id, at, base.id)
            contract.say_why(patient, draft_id, self.marker)
        return version(patient, patient.id, draft_id)

    def _agreed(self) -> Contract:
        proposed = self._proposed([weekly(text=self.marker), practice_task(self.marker)], FIRST_MONDAY)
        reasons = {task_id: TaskSaid(self.marker, Idea.OURS) for task_id in proposed.task_ids}
        said = agreeing(proposed, tasks=reasons, doubts=self.marker)
        with transaction():
            contract.answer(self.practice.patient, proposed.id, proposed.content_hash, said, FIRST_MONDAY)
        read = version(self.practice.patient, self.practice.patient.id, proposed.id)
        return Contract(read, proposed=proposed.version)

    def _said(self, task_id: UUID, starts_at: datetime) -> UUID:
        return did(
            self.practice.patient,
            task_id,
            starts_at,
            activity=Named(label=self.marker),
            learned=self.marker,
            met=(met(self.marker, Telling.TOLD),),
        )

    def _planned(self, task_id: UUID, now: datetime) -> UUID:
        words = ("place", "company", "if_then", "smaller_version", "covered_by", "honest_reply")
        return planned(
            self.practice.patient,
            task_id,
            now + 2 * DAY,
            at=now,
            expected=Expectation(7, (Fear(Named(label=self.marker), 6, 80),)),
            activity=Named(label=self.marker),
            **dict.fromkeys(words, self.marker),
        )

    def _two_under_one_id(self, now: datetime) -> tuple[UUID, UUID]:
        patient = self.practice.patient
        entry = Entry(new_id(), Door.GUILT, patient.zone, Rated(7), Rated(6))
        with transaction():
            kept = checkins.save(patient, entry, now - DAY)
            checkins.save(patient, replace(entry, guilt=Rated(2)), now - DAY)
            checkins.add_detail(patient, kept.id, new_id(), self._detail(patient), now - DAY)
        return kept.id, entries.conflicts_of(patient, kept.id)[0].id

    def _formulated(self, now: datetime) -> tuple[UUID, UUID, UUID]:
        patient, therapist = self.practice.patient, self.practice.therapist
        words = PatternWords(*[self.marker] * 8)
        with transaction():
            wish_id = formulation.add_wish(patient, WishWords(self.marker), now - DAY)
            suggestion_id = formulation.suggest_wish(therapist, patient.id, self.marker, now - DAY)
            return wish_id, suggestion_id, formulation.propose_pattern(therapist, patient.id, words, now - DAY)

    def _detail(self, patient: Actor) -> Detail:
        return Detail(
            trigger_id=checkins.trigger_named(patient, self.marker),
            person_id=add_person(patient, self.marker),
            thought=self.marker,
            wanted=self.marker,
            saw_myself=self.marker,
        )

    def _session_ahead(self, now: datetime) -> UUID:
        practice = self.practice
        with transaction():
            sessions.set_next_session(practice.therapist, practice.patient.id, now + DAY, now)
        ahead = coming_sessions(practice.therapist, practice.patient.id, now)[0].id
        with transaction():
            sessions.write_point(practice.patient, ahead, PointRead(self.marker, self.marker), now)
        return ahead

    def _begun_session(self, now: datetime) -> UUID:
        """One that began an hour ago, with what both wrote, and what the therapist keeps."""
        therapist, patient = self.practice.therapist, self.practice.patient
        with transaction():
            sessions.set_next_session(therapist, patient.id, now - HOUR, now - DAY)
        begun = next(each.id for each in meetings(therapist, patient.id) if each.at == now - HOUR)
        with transaction():
            sessions.write_point(patient, begun, PointRead(self.marker, self.marker), now - 2 * HOUR)
            sessions.add_to_agenda(patient, patient.id, begun, self.marker, now - 2 * HOUR)
            ideas = sessions.Ideas(self.marker, self.marker)
            sessions.rate_beliefs(therapist, patient.id, begun, ideas, Belief(old=90, new=20), now)
            sessions.say_between_us(patient, begun, Between(mattered=7, mine=6, heard=8), now)
            note = sessions.Note(words=self.own_marker, regulated=self.own_marker)
            sessions.keep_private_note(therapist, patient.id, note, now, begun)
        return begun

    def _scene(self, session_id: UUID, now: datetime) -> UUID:
        words = SceneWords(
            kind=SceneKind.ROLE_PLAY, scene=self.marker, chosen_by=ChosenBy.PATIENT, words_found=self.marker
        )
        therapist, patient_id = self.practice.therapist, self.practice.patient.id
        with transaction():
            scene_id = sessions.begin_scene(therapist, patient_id, session_id, words, now)
            step = sessions.Step(self.marker, StepSaid.YES)
            sessions.note_step(therapist, patient_id, session_id, scene_id, step, now)
        return scene_id

    def _rupture(self, session_id: UUID, now: datetime) -> UUID:
        words = RuptureWords(happened=self.own_marker, my_part=self.own_marker)
        with transaction():
            return sessions.note_rupture(self.practice.therapist, self.practice.patient.id, session_id, words, now)

    def _aside(self, now: datetime) -> UUID:
        """What came out of the drop box, and belongs to nothing that is here."""
        patient, written = self.practice.patient, (("thought", Words(self.marker)),)
        came = Came(new_id(), Item(Words(f"/now/{new_id()}/more"), written), now, now, patient.zone)
        with transaction():
            checkins.set_aside(patient, came, Aside.NO_ENTRY, "", now)
        return entries.standing_aside(patient)[0].id

    def _sealed(self, now: datetime) -> dict[str, str]:
        key, owner = entries.newest_box_key(), entries.owner_of_box(self.practice.patient)
        said = {"client_id": str(new_id()), "door": "empty", "entered_at": now.isoformat(), "zone": "Europe/Rome"}
        return envelope("/now", said.items(), key.public, key.id, owner, now)

    def _card(self, now: datetime) -> UUID:
        """One of two: it can be put first."""
        with transaction():
            checkins.add_card(self.practice.patient, self.marker, now)
            return checkins.add_card(self.practice.patient, self.marker, now)
