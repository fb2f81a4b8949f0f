"""The demo practice: invented people, told to the services at their own instants, as real ones would."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from uuid import UUID

from companion.accounts import services as accounts
from companion.accounts.rules import Actor, PasswordHash, Role
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
    """Fill an empty database, all of it or nothing; returns username and password of each of `PEOPLE`."""
    passwords = {role: new_password() for role in PEOPLE}
    # Hashing takes its time on purpose, so it is done before the database is held.
    hashes = {role: accounts.hash_of(password) for role, password in passwords.items()}
    nobodys = accounts.hash_of(new_password())
    with transaction():
        _fill(calendar(now), now, hashes, nobodys)
    return {role: {"username": name, "password": passwords[role]} for role, name in PEOPLE.items()}


def _fill(weeks: Calendar, now: datetime, hashes: dict[str, PasswordHash], nobodys: PasswordHash) -> None:
    opened_at = weeks.instant(BEFORE_THE_FIRST_WEEK)
    therapist = _practice(weeks.zone, opened_at, hashes)
    mark = _join(therapist, "Mark", PEOPLE["patient"], hashes["patient"], opened_at)
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


def _practice(zone: str, at: datetime, hashes: dict[str, PasswordHash]) -> Actor:
    admin_id = accounts.create_admin(PEOPLE["admin"], "Front office", hashes["admin"], at, zone)
    accounts.set_clinic(_actor(admin_id, Role.ADMIN, "Front office", zone), "Studio Riva", "+39 06 5550 0100", "IT")
    name = "Elena Riva"
    therapist_id = accounts.create_therapist(PEOPLE["therapist"], name, hashes["therapist"], at, zone)
    return _actor(therapist_id, Role.THERAPIST, name, zone)


def _actor(user_id: UUID, role: Role, name: str, zone: str) -> Actor:
    """Somebody who acts without having signed in."""
    return Actor(user_id, role, name, zone, LANGUAGE, mark="")


def _join(therapist: Actor, name: str, username: str, password: PasswordHash, at: datetime) -> Actor:
    """Invite a patient, who begins the same hour."""
    _, code = accounts.invite_patient(therapist, name, at)
    return accounts.begin(code, username, password, therapist.zone, at + timedelta(minutes=20))


def _next_sessions(therapist: Actor, mark_id: UUID, weeks: Calendar, now: datetime) -> None:
    sessions.set_next_session(therapist, mark_id, weeks.next_monday_at_ten(now), now)
