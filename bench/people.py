"""The practice that is driven: a therapist, and patients with a contract in force and one plan ahead.

Made through the services, as the demo practice is, before the server starts.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from secrets import token_hex

from companion.accounts import services
from companion.accounts.rules import Actor, Role
from companion.accounts.rules.factors import code_at, new_secret
from companion.transaction import transaction
from tests.factories.contract import FRAME, agreed_contract
from tests.factories.experiments import planned
from tests.factories.people import Practice

ZONE, LANGUAGE = "Europe/Rome", "en"
AGREED_AGO = timedelta(weeks=3)
REVIEWED_IN = timedelta(weeks=10)
AHEAD = timedelta(hours=26)
"""Far enough that no check-in is taken to be about it."""


def make_patients(count: int, now: datetime) -> list[tuple[str, str]]:
    """Fill an empty database; returns each patient's username and password. Needs an application context."""
    therapist = _therapist(now - AGREED_AGO)
    return [_patient(therapist, f"patient-{number}", now) for number in range(count)]


def _therapist(at: datetime) -> Actor:
    secret, password = new_secret(), services.hash_of(token_hex())
    with transaction():
        code = services.create_staff(Role.THERAPIST, "therapist", "Vera Conti", at, ZONE)
        user_id, _codes = services.set_up_with_password(code, password, secret, code_at(secret, at), at)
    return Actor(user_id, Role.THERAPIST, ZONE, LANGUAGE)


def _patient(therapist: Actor, username: str, now: datetime) -> tuple[str, str]:
    since, password = now - AGREED_AGO, token_hex()
    password_hash = services.hash_of(password)
    with transaction():
        _id, code = services.invite_patient(therapist, "Mark", since)
        patient = Actor(services.begin(code, username, password_hash, ZONE, since), Role.PATIENT, ZONE, LANGUAGE)
    frame = replace(FRAME, review_on=now.date() + REVIEWED_IN)
    contract = agreed_contract(
        Practice(therapist, patient, therapist, patient, therapist, therapist), at=since, frame=frame
    )
    planned(patient, contract.task_ids[0], now + AHEAD, at=now - timedelta(hours=1))
    return username, password
