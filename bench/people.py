"""The practice that is driven: a therapist, and patients with a contract in force and one plan ahead.

Made through the services, as the demo practice is, before the server starts.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from secrets import token_hex
from uuid import UUID

from companion.accounts import services
from companion.accounts.rules import Actor, Role
from companion.accounts.rules.factors import code_at, new_secret
from companion.contract import services as contract
from companion.contract.queries import history, version
from companion.contract.rules import GoalWords
from companion.transaction import transaction
from tests.factories.contract import FRAME, agreed_contract, proposed_contract, weekly
from tests.factories.experiments import planned
from tests.factories.people import Practice

ZONE, LANGUAGE = "Europe/Rome", "en"
AGREED_AGO = timedelta(weeks=3)
REVIEWED_IN = timedelta(weeks=10)
AHEAD = timedelta(hours=26)
"""Far enough that no check-in is taken to be about it."""

LINES, COSTS, VERSIONS = 40, 17, 30
"""Of a long contract: its lines, how many of them are costs, and how often it was written."""
TASKS_PER_CHANGE = 5
SENTENCE = "an evening out of the house, said beforehand, with nobody asked to wait up for me."


@dataclass(frozen=True)
class Reader:
    """Somebody who reads what changed in a long contract, and the path at which it stands."""

    username: str
    password: str
    difference: str


def make_patients(count: int, now: datetime) -> list[tuple[str, str]]:
    """Fill an empty database; returns each patient's username and password. Needs an application context."""
    therapist = _therapist(now - AGREED_AGO)
    return [_patient(therapist, f"patient-{number}", now) for number in range(count)]


def make_readers(count: int, now: datetime) -> list[Reader]:
    """Patients to whom long contracts were proposed, version after version."""
    therapist = _therapist(now - AGREED_AGO, "long-therapist")
    return [_reader(therapist, f"reader-{number}", now) for number in range(count)]


def _reader(therapist: Actor, username: str, now: datetime) -> Reader:
    since = now - AGREED_AGO
    patient, password = _begun(therapist, username, since)
    practice = Practice(therapist, patient, therapist, patient, therapist, therapist)
    goals = [GoalWords(text=f"{word}: {SENTENCE}", enough="Twice a month.") for word in ("Out", "Like", "Say")]
    frame = replace(FRAME, review_on=now.date() + REVIEWED_IN)
    tasks = [weekly(text=f"Number {number}: {SENTENCE}") for number in range(LINES - len(goals) - COSTS)]
    costs = [f"Cost {number}: {SENTENCE}" for number in range(COSTS)]
    ids = [proposed_contract(practice, tasks, at=since, goals=goals, costs=costs, frame=frame).id]
    while len(ids) < VERSIONS:
        ids.append(_said_otherwise(therapist, patient, len(ids), since))
    return Reader(username, password, f"/agreement/{ids[-1]}/since/{ids[-2]}")


def _said_otherwise(therapist: Actor, patient: Actor, turn: int, at: datetime) -> UUID:
    """Another version, in which a fifth of the lines are worded anew."""
    with transaction():
        draft_id = contract.start_draft(therapist, patient.id, at, history(therapist, patient.id)[0].id)
    draft = version(therapist, patient.id, draft_id)
    with transaction():
        for task in draft.tasks[::TASKS_PER_CHANGE]:
            words = replace(task.words, text=f"Since turn {turn}, a little earlier: {SENTENCE}")
            contract.change_task(therapist, task.id, words, task.goal_id)
        for cost in draft.costs[::TASKS_PER_CHANGE]:
            contract.change_cost(therapist, cost.id, f"Turn {turn}: {SENTENCE}")
        contract.propose(therapist, draft_id, at)
    return draft_id


def _therapist(at: datetime, username: str = "therapist") -> Actor:
    secret, password = new_secret(), services.hash_of(token_hex())
    with transaction():
        code = services.create_staff(Role.THERAPIST, username, "Vera Conti", at, ZONE)
        user_id, _codes = services.set_up_with_password(code, password, secret, code_at(secret, at), at)
    return Actor(user_id, Role.THERAPIST, ZONE, LANGUAGE)


def _patient(therapist: Actor, username: str, now: datetime) -> tuple[str, str]:
    since = now - AGREED_AGO
    patient, password = _begun(therapist, username, since)
    frame = replace(FRAME, review_on=now.date() + REVIEWED_IN)
    agreed = agreed_contract(
        Practice(therapist, patient, therapist, patient, therapist, therapist), at=since, frame=frame
    )
    planned(patient, agreed.task_ids[0], now + AHEAD, at=now - timedelta(hours=1))
    return username, password


def _begun(therapist: Actor, username: str, since: datetime) -> tuple[Actor, str]:
    """A patient who has opened their code, and their password."""
    password = token_hex()
    password_hash = services.hash_of(password)
    with transaction():
        _id, code = services.invite_patient(therapist, "Mark", since)
        patient = Actor(services.begin(code, username, password_hash, ZONE, since), Role.PATIENT, ZONE, LANGUAGE)
    return patient, password
