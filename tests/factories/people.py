"""People of a practice, as short as a test can say them."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from companion.accounts.models import CareRelationship, User, ZoneStay
from companion.accounts.rules import Actor, Role
from companion.extensions import db
from companion.kernel.ids import new_id
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
    user = User(id=new_id(), role=role, name=name, mark=new_id().hex, zone=zone, language="en", created_at=LONG_AGO)
    stay = ZoneStay(user_id=user.id, since=LONG_AGO, zone=zone)
    with transaction():
        db.session.add(user)
        db.session.flush()
        db.session.add(stay)
        return Actor(user.id, role, name, zone, "en", user.mark)


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
