"""People of a practice, as short as a test can say them."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from companion.accounts.models import CareRelationship, User, ZoneStay
from companion.accounts.queries.people import username_mark
from companion.accounts.rules import Actor, Role
from companion.extensions import db
from companion.kernel.ids import new_id
from companion.sealed import ring
from companion.transaction import transaction

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
A_YEAR_LATER = datetime(2021, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Practice:
    """A therapist with a patient, who was once in somebody else's care, and a pair of strangers."""

    therapist: Actor
    patient: Actor
    former_therapist: Actor
    other_therapist: Actor
    other_patient: Actor
    admin: Actor

    @property
    def of_the_others(self) -> "Practice":
        """The same people, seen from the other pair."""
        return replace(
            self,
            therapist=self.other_therapist,
            patient=self.other_patient,
            other_therapist=self.therapist,
            other_patient=self.patient,
        )


def make_person(role: Role, name: str, zone: str = "Europe/Rome") -> Actor:
    """Someone who can't sign in by password: hashing one costs more than most tests."""
    user_id = new_id()
    ring().make(user_id)
    with transaction():
        user = User(id=user_id, role=role, name=name, zone=zone, language="en", created_at=LONG_AGO)
        user.username, user.username_mark = username_of(user_id), username_mark(username_of(user_id))
        db.session.add(user)
        db.session.flush()
        db.session.add(ZoneStay(user_id=user_id, since=LONG_AGO, zone=zone))
    return Actor(user_id, role, zone, "en")


def username_of(user_id: UUID) -> str:
    """What somebody signs in as, who has a password to sign in with."""
    return f"somebody-{user_id.hex[:8]}"


def put_in_care(patient: UUID, therapist: UUID, until: datetime | None = None) -> None:
    with transaction():
        db.session.add(CareRelationship(patient_id=patient, therapist_id=therapist, since=LONG_AGO, until=until))


def make_practice() -> Practice:
    practice = Practice(
        therapist=make_person(Role.THERAPIST, "Vera Conti"),
        patient=make_person(Role.PATIENT, "Mark"),
        former_therapist=make_person(Role.THERAPIST, "Lea Sala"),
        other_therapist=make_person(Role.THERAPIST, "Paolo Neri"),
        other_patient=make_person(Role.PATIENT, "Anna"),
        admin=make_person(Role.ADMIN, "Office"),
    )
    put_in_care(practice.patient.id, practice.therapist.id)
    put_in_care(practice.patient.id, practice.former_therapist.id, until=A_YEAR_LATER)
    put_in_care(practice.other_patient.id, practice.other_therapist.id)
    return practice
