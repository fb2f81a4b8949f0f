"""The patient's own occasions, people and activities: loading one is the access check."""

from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy import orm

from companion.accounts.rules import Actor, Role
from companion.accounts.services import take_turn
from companion.experiments.models import Activity, Debrief, Experiment, Person
from companion.experiments.rules import Encounter, Fear, Named
from companion.extensions import db
from companion.kernel.errors import NotFoundError, RefusedError
from companion.kernel.ids import new_id

Line = TypeVar("Line", Activity, Person)
About = TypeVar("About", Fear, Encounter)


def add_person(patient: Actor, label: str) -> UUID:
    """Add someone to the patient's own list; a name that stands there already is that one."""
    take_patients_turn(patient)
    return listed(Person, patient, Named(label=label))


def require_own_person(patient: Actor, person_id: UUID) -> None:
    """Raise NotFoundError unless this person stands on the patient's own list."""
    listed(Person, patient, Named(id=person_id))


def take_patients_turn(actor: Actor) -> None:
    """Raise NotFoundError for anyone but a patient, one of whose acts here waits for the other.

    What is decided after it, of an occasion or of a line of a list, holds until the transaction ends.
    """
    if actor.role is not Role.PATIENT:
        raise NotFoundError
    take_turn(actor)


def own_occasion(patient: Actor, experiment_id: UUID) -> Experiment:
    """The occasion, for its patient."""
    take_patients_turn(patient)
    query = sa.select(Experiment).where(Experiment.id == experiment_id, Experiment.patient_id == patient.id)
    experiment = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if experiment is None:
        raise NotFoundError
    return experiment


def find(table: type[Line], patient: Actor, named: Named) -> Line | None:
    """A line of the patient's own list, by its id or by its label in any capitals."""
    mine = sa.select(table).where(table.patient_id == patient.id)
    if named.id:
        return db.session.scalars(mine.where(table.id == named.id)).one_or_none()
    wanted = named.label.strip().casefold()
    return next((line for line in db.session.scalars(mine) if line.label.casefold() == wanted), None)


def listed(table: type[Line], patient: Actor, named: Named) -> UUID:
    """The id of a line of the patient's own list, which is added where it is new; for who has taken the turn."""
    line = find(table, patient, named)
    if line is None:
        if named.id:
            raise NotFoundError
        line = table(id=new_id(), patient_id=patient.id, label=named.label.strip())
        db.session.add(line)
        db.session.flush()
    return line.id


def by_person(patient: Actor, about: Iterable[About]) -> dict[UUID, About]:
    found: dict[UUID, About] = {}
    for each in about:
        person = listed(Person, patient, each.person)
        if person in found:
            raise RefusedError(_l("This person stands here twice. Once is enough."), field="person_new")
        found[person] = each
    return found


def latest_debrief(experiment_id: UUID) -> Debrief | None:
    """The row that no other replaces."""
    newer = orm.aliased(Debrief)
    return db.session.scalars(
        sa.select(Debrief)
        .outerjoin(newer, newer.replaces_id == Debrief.id)
        .where(Debrief.experiment_id == experiment_id, newer.id.is_(None))
    ).one_or_none()
