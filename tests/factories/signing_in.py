"""People who can sign in, and what they sign in with."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from companion.accounts import services
from companion.accounts.queries import actor_of
from companion.accounts.rules import Actor, By, PasswordHash, Role
from companion.accounts.rules.factors import ChallengeFor, code_at, new_secret
from companion.accounts.services import Site
from companion.transaction import transaction
from tests.factories.people import LONG_AGO, Practice
from tests.support.soft_passkey import SoftPasskey

PASSWORD = "a quiet evening in June"
ROME = "Europe/Rome"
SITE = Site("localhost", "http://localhost:8000")
STEP = timedelta(seconds=30)
HERE, ELSEWHERE = "the cookie of this browser", "the cookie of another browser"


@cache
def hash_of(password: str = PASSWORD) -> PasswordHash:
    """Hashing costs 20 ms on purpose: each password of the tests is hashed once."""
    return services.hash_of(password)


@dataclass(frozen=True)
class Known:
    """Somebody, and all that lets them in."""

    actor: Actor
    username: str
    secret: str = ""
    recovery_codes: tuple[str, ...] = ()

    def code(self, at: datetime) -> str:
        """What their authenticator shows."""
        return code_at(self.secret, at)


def nora(practice: Practice, username: str = "nora") -> Known:
    """A patient who has begun."""
    with transaction():
        _, code = services.invite_patient(practice.therapist, "Nora", LONG_AGO)
        patient_id = services.begin(code, username, hash_of(), ROME, LONG_AGO)
    return Known(Actor(patient_id, Role.PATIENT, ROME, "en"), username)


def staff(username: str = "vera", role: Role = Role.THERAPIST) -> Known:
    """Somebody at the practice who signs in by password and code."""
    secret = new_secret()
    with transaction():
        code = services.create_staff(role, username, username.title(), LONG_AGO, ROME)
        shown = code_at(secret, LONG_AGO)
        user_id, recovery = services.set_up_with_password(code, hash_of(), secret, shown, LONG_AGO)
    return Known(Actor(user_id, role, ROME, "en"), username, secret, tuple(recovery))


def add_passkey(person: Actor, at: datetime = LONG_AGO, label: str = "Phone", **how: Any) -> SoftPasskey:
    """Give somebody a passkey."""
    passkey, wanted = SoftPasskey(**how), ChallengeFor("add", HERE)
    asked = services.how_to_add(person.id, "somebody", SITE, services.challenge(wanted, at))
    with transaction():
        services.add_passkey(person.id, passkey.create(asked), label, wanted, SITE, at)
    return passkey


def give_ways_in(person: Actor) -> None:
    """Give somebody all that a page of ways in can show: password, authenticator with recovery codes, passkey."""
    secret = new_secret()
    with transaction():
        services.change_password(person, hash_of(), LONG_AGO)
        services.set_authenticator(person.id, secret, code_at(secret, LONG_AGO), LONG_AGO)
    add_passkey(person)


def session_of(person: Actor, at: datetime, user_agent: str = "") -> Actor:
    """Somebody signed in, as they are by this session."""
    with transaction():
        return services.begin_session(person.id, By.PASSKEY, user_agent, at)


def is_signed_in(session: Actor, at: datetime) -> bool:
    """Whether the session goes on."""
    return actor_of(session.token, at) is not None
