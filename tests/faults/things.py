"""What the acts are done to: real things of a practice, made once, and what each act is handed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import cast
from uuid import UUID

from companion.accounts import services as accounts
from companion.accounts.queries import ways_in
from companion.accounts.rules import PasswordHash
from companion.accounts.rules.factors import ChallengeFor, new_secret
from companion.accounts.rules.lock import OPEN_FOR, PinHash
from companion.accounts.rules.throttling import Tries
from companion.accounts.services import Recognised
from companion.checkins import services as checkins
from companion.checkins.rules import Door, Entry, Rated, Visibility
from companion.contract import services as contract
from companion.contract.queries import in_force, version
from companion.experiments.models import Experiment
from companion.experiments.rules import Expectation, Named, Verdict, fingerprint_of
from companion.extensions import db
from companion.kernel.ids import new_id
from companion.sessions import services as sessions
from companion.sessions.rules.agenda import About
from companion.transaction import transaction
from tests.factories.contract import Contract, agreed_contract, agreeing
from tests.factories.experiments import planned, told
from tests.factories.one_of_each import OneOfEach
from tests.factories.people import make_practice
from tests.factories.signing_in import HERE, SITE, add_passkey, hash_of, nora, session_of, staff
from tests.support.soft_passkey import SoftPasskey

NOW = datetime(2025, 3, 5, 11, 0, tzinfo=UTC)
"""A Wednesday, 12:00 in Rome."""
MONDAY, TODAY = date(2025, 3, 3), date(2025, 3, 5)
DAY = timedelta(days=1)
ADD, SIGN_IN, SET_UP = (ChallengeFor(purpose, HERE) for purpose in ("add", "sign in", "set up"))


class Things:
    """One practice, in which every act can be done as it stands.

    An act done a second time is handed the same ids, as a page that is sent twice hands them.
    """

    def __init__(self) -> None:
        self.page, self.other_page = new_id(), new_id()
        self.practice = make_practice()
        self.therapist, self.patient = self.practice.therapist, self.practice.patient
        self._one_of_each = OneOfEach(self.practice, NOW)
        self._agree()
        self._plan()
        self._rate()
        self._meet()
        self._cover()
        self._go_in()
        self._ask_for_passkeys()

    def id(self, name: str, endpoint: str = "") -> UUID:
        """The id that stands for `name` in a path, of an endpoint if that matters."""
        return cast("UUID", self._one_of_each.ids_for(endpoint, {name})[name])

    def _agree(self) -> None:
        current = in_force(self.patient, self.patient.id)
        assert current
        self.task, self.practised = current.tasks
        self.suggestion_id = self.id("wish_id", "formulation.take_wish")
        self.goal_lineage_id = current.goals[0].lineage_id
        self.draft_id, self.proposal_id = self.id("version_id"), self.id("version_id", "contract.answer")
        read = version(self.patient, self.patient.id, self.proposal_id)
        self.proposal = Contract(read, proposed=read)
        asked_for = version(self.patient, self.patient.id, self.id("version_id", "contract.accept"))
        self.asked_for = Contract(asked_for, proposed=asked_for)
        self.own_draft_id = self.id("version_id", "contract.my_draft")
        said = agreeing(self.asked_for)
        with transaction():  # so that what the therapist accepts comes into force
            contract.answer(self.patient, asked_for.id, self.asked_for.content_hash, said, NOW - DAY / 2)
        with transaction():  # a new agreement lifts it
            contract.flag_task(self.patient, self.practised.id, "You want this, not I.", NOW - DAY)
        agreed_contract(self.practice.of_the_others)  # a first draft would be a copy of nothing

    def _plan(self) -> None:
        self.occasion_id = self.id("experiment_id")
        plan = db.session.get_one(Experiment, self.occasion_id)
        self.fingerprint = fingerprint_of(plan)
        self.over_id = planned(self.patient, self.task.id, NOW - 2 * DAY, expected=Expectation(6))
        self.said_id = planned(self.patient, self.task.id, NOW - 3 * DAY, activity=Named(label="swimming"))
        self.debrief_id = told(self.patient, self.said_id, at=NOW - 2 * DAY)
        planned(self.patient, self.task.id, NOW + 3 * DAY, at=NOW - 3 * DAY)  # with the one that is over it can go
        self.dropped_id = planned(self.patient, self.task.id, NOW - 4 * DAY, activity=Named(label="judo"))
        told(self.patient, self.dropped_id, at=NOW - 3 * DAY, verdict=Verdict.DROP)

    def _rate(self) -> None:
        self.check_in_id, self.conflict_id = self.id("check_in_id"), self.id("conflict_id")
        self.moment_id = self.id("check_in_id", "checkins.moment")
        self.entry = Entry(new_id(), Door.GUILT, self.patient.zone, Rated(7), Rated(6))
        with transaction():
            checkins.save(self.patient, self.entry, NOW - DAY)
            # What is made of the other then is as private, too.
            checkins.set_visibility(self.patient, self.check_in_id, new_id(), Visibility.ONLY_ME, NOW - DAY)

    def _meet(self) -> None:
        self.begun_id = self.id("session_id", "sessions.session")
        self.in_session = (self.therapist, self.patient.id, self.begun_id)
        with transaction():
            self.suggested_id = checkins.suggest_card(self.therapist, self.patient.id, "I may stay.", NOW - DAY)
            sessions.tick(*self.in_session, About.OWN_POINT, self.begun_id, NOW)

    def _cover(self) -> None:
        """The one therapist covers for the other until tonight."""
        others = self.practice.of_the_others
        with transaction():
            accounts.arrange_cover(others.therapist, others.patient.id, self.therapist.id, TODAY, NOW - DAY)

    def _go_in(self) -> None:
        """Nora and Vera are in; Ugo and Carla lost what let them in, and hold a code."""
        self.nora, self.vera, self.secret = nora(self.practice), staff(), new_secret()
        self.ugo, self.carla = nora(self.practice, "ugo"), staff("carla")
        self.recognised = Recognised(self.nora.actor.id, needs_code=False, stored=hash_of(), fresher=PasswordHash("x"))
        with transaction():
            _, self.invited = accounts.invite_patient(self.therapist, "Ada", NOW - DAY)
            self.ugos_code = accounts.new_code_for(self.therapist, self.ugo.actor.id, NOW - DAY)
            self.carlas_code = accounts.restore("carla", NOW - DAY)
            assert accounts.take_try(Tries.NETWORK, NOW - DAY / 24 / 60, "here")
        self.here, self.there = (session_of(self.nora.actor, NOW - DAY / 24) for _ in range(2))
        with transaction():  # so that she is in here for two minutes more, and locked out there
            accounts.set_pin(self.here, PinHash("of another PIN"), NOW - DAY / 24 / 20)
        self.here, self.there = (replace(each, has_pin=True) for each in (self.here, self.there))
        self.here = replace(self.here, open_until=NOW - DAY / 24 / 20 + OPEN_FOR)
        for person in (self.vera, self.ugo, self.carla):  # of the latter two, as if begun at that very moment
            session_of(person.actor, NOW - DAY / 24)

    def _ask_for_passkeys(self) -> None:
        self.passkey = add_passkey(self.nora.actor, NOW - DAY, sign_count=1)
        self.passkey_id = ways_in(self.nora.actor).passkeys[0].id
        for person in (self.vera, self.ugo, self.carla):
            add_passkey(person.actor, NOW - DAY)
        self.signed = self.passkey.get(accounts.how_to_use(SITE, accounts.challenge(SIGN_IN, NOW)))
        made_for = {ADD: self.nora, SET_UP: self.carla}
        self.made, self.set_up = (
            SoftPasskey().create(
                accounts.how_to_add(person.actor.id, person.username, SITE, accounts.challenge(wanted, NOW))
            )
            for wanted, person in made_for.items()
        )
