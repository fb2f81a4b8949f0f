"""The demo practice: invented people, told to the services at their own instants, as real ones would."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from uuid import UUID

from companion.accounts import services as accounts
from companion.accounts.rules import Actor, PasswordHash, Role
from companion.accounts.rules.factors import code_at, new_secret
from companion.demo.agreeing import Agreeing
from companion.demo.calendar import Calendar, calendar
from companion.demo.mark import Mark
from companion.demo.others import OTHERS
from companion.kernel.week import DAYS_IN_A_WEEK
from companion.sessions import services as sessions
from companion.transaction import transaction

LANGUAGE = "en"
BEFORE_THE_FIRST_WEEK = "2024-01-05T09:00:00"
PEOPLE = {"therapist": "elena", "patient": "mark", "admin": "office"}
"""Who can sign in, by role."""


def build(now: datetime, new_password: Callable[[], str]) -> dict[str, dict[str, str]]:
    """Fill an empty database, all of it or nothing.

    Returns username and password of each of `PEOPLE`, and the secret of their authenticator, where they have one.
    """
    ways_in = {role: WayIn(new_password(), new_secret() if Role(role).is_staff else None) for role in PEOPLE}
    nobodys = accounts.hash_of(new_password())
    with transaction():
        _fill(calendar(now), now, ways_in, nobodys)
    return {role: {"username": name} | ways_in[role].told for role, name in PEOPLE.items()}


class WayIn:
    """How somebody in the demo signs in."""

    def __init__(self, password: str, secret: str | None) -> None:
        self.told = {"password": password} | ({"secret": secret} if secret else {})
        self.secret = secret or ""
        # Hashing takes its time on purpose, so it is done before the database is held.
        self.hash = accounts.hash_of(password)


def _fill(weeks: Calendar, now: datetime, ways_in: dict[str, WayIn], nobodys: PasswordHash) -> None:
    opened_at = weeks.instant(BEFORE_THE_FIRST_WEEK)
    therapist = _practice(weeks.zone, opened_at, ways_in)
    mark = _join(therapist, "Mark", PEOPLE["patient"], ways_in["patient"].hash, opened_at)
    life = Mark(mark, weeks, Agreeing(therapist, mark, weeks))
    life.live()
    life.look_ahead(now)
    for other in OTHERS:
        joined_at = weeks.day_at(now, -other.weeks_ago * DAYS_IN_A_WEEK - 1, time(16))
        if other.has_begun:
            patient = _join(therapist, other.name, other.name.lower(), nobodys, joined_at)
            other.live(therapist, patient, weeks, now)
        else:
            accounts.invite_patient(therapist, other.name, joined_at)
    _next_sessions(therapist, mark.id, weeks, now)


def _practice(zone: str, at: datetime, ways_in: dict[str, WayIn]) -> Actor:
    admin = _staff(Role.ADMIN, "Front office", ways_in["admin"], zone, at)
    accounts.set_clinic(admin, "Studio Riva", "+39 06 5550 0100", "IT", at)
    return _staff(Role.THERAPIST, "Elena Riva", ways_in["therapist"], zone, at)


def _staff(role: Role, name: str, way_in: WayIn, zone: str, at: datetime) -> Actor:
    """Somebody at the practice, who set up their way in the same hour."""
    code = accounts.create_staff(role, PEOPLE[role.value], name, at, zone)
    shown = code_at(way_in.secret, at)
    user_id, _codes = accounts.set_up_with_password(code, way_in.hash, way_in.secret, shown, at)
    return _actor(user_id, role, zone)


def _actor(user_id: UUID, role: Role, zone: str) -> Actor:
    """Somebody who acts without having signed in."""
    return Actor(user_id, role, zone, LANGUAGE)


def _join(therapist: Actor, name: str, username: str, password: PasswordHash, at: datetime) -> Actor:
    """Invite a patient, who begins the same hour."""
    _, code = accounts.invite_patient(therapist, name, at)
    patient_id = accounts.begin(code, username, password, therapist.zone, at + timedelta(minutes=20))
    return _actor(patient_id, Role.PATIENT, therapist.zone)


def _next_sessions(therapist: Actor, mark_id: UUID, weeks: Calendar, now: datetime) -> None:
    sessions.set_next_session(therapist, mark_id, weeks.next_monday_at_ten(now), now)
