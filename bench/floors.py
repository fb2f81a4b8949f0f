"""The floor: the barest Flask application that does what is measured, on the same server and kind of database.

One view validates a form by hand and inserts a row through Flask-SQLAlchemy; one renders a page with three queries.
No sessions, no CSRF token, no access, no languages. Run as a command, it serves as `companion run` does, by the same
settings.
"""

import os
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import sqlalchemy as sa
from flask import Flask, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_sqlalchemy import SQLAlchemy
from granian import Granian
from granian.constants import Interfaces
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry

from companion.cli.server import PROJECT, THREADS, WORKERS
from companion.config import Settings
from companion.database import WRITE, Instant, engine_options, queue_writers

SAVE, PAGE = "/entries", "/page"
HIGHEST = 10
ZONE = "Europe/Rome"


class Base(DeclarativeBase):
    registry = registry(type_annotation_map={datetime: Instant, UUID: sa.Uuid})


db = SQLAlchemy(model_class=Base, disable_autonaming=True)

# Flask-SQLAlchemy makes `db.Model` at run time, where mypy can't follow.
if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


class Patient(Model):
    __tablename__ = "patient"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str]


class Entry(Model):
    """A check-in's columns, with its key, its index and its foreign key."""

    __tablename__ = "entry"
    __table_args__ = (sa.UniqueConstraint("patient_id", "client_id"), sa.Index("by_time", "patient_id", "occurred_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    client_id: Mapped[UUID]
    fingerprint: Mapped[bytes]
    door: Mapped[str]
    guilt: Mapped[int | None]
    guilt_cant_tell: Mapped[bool]
    urge: Mapped[int | None]
    urge_cant_tell: Mapped[bool]
    experiment_id: Mapped[UUID | None]
    occurred_at: Mapped[datetime]
    zone: Mapped[str]
    local_date: Mapped[date]
    entered_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    received_at: Mapped[datetime]


class Plan(Model):
    __tablename__ = "plan"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"), index=True)
    activity: Mapped[str]
    starts_at: Mapped[datetime]


class Task(Model):
    __tablename__ = "task"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"), index=True)
    text: Mapped[str]
    target: Mapped[int]


def make_app() -> Flask:
    """The floor, by the environment's settings; what the server runs."""
    return app_on(Settings.from_env(os.environ))


def app_on(settings: Settings) -> Flask:
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(settings)
    db.init_app(app)
    if settings.database_key is not None:
        with app.app_context():
            queue_writers(db.engine)
    app.post(SAVE)(save)
    app.get(PAGE)(page)
    return app


def fill(names: list[str]) -> list[str]:
    """Make the tables, and patients with a plan and a task each; returns their ids. Needs an application context."""
    db.create_all()
    db.session.rollback()
    db.session.connection(execution_options={WRITE: True})
    patients = [Patient(name=name) for name in names]
    db.session.add_all(patients)
    db.session.flush()
    for patient in patients:
        db.session.add(Plan(patient_id=patient.id, activity="Tennis", starts_at=datetime(2099, 1, 1, tzinfo=UTC)))
        db.session.add(Task(patient_id=patient.id, text="Something for myself", target=3))
    ids = [str(patient.id) for patient in patients]
    db.session.commit()
    return ids


def save() -> ResponseReturnValue:
    try:
        entry = _entry(request.form)
    except (KeyError, ValueError):
        abort(422)
    db.session.connection(execution_options={WRITE: True})
    db.session.add(entry)
    saved = entry.id
    db.session.commit()
    return redirect(f"{SAVE}/{saved}", 303)


def page() -> ResponseReturnValue:
    patient_id, now = UUID(request.args["patient_id"]), datetime.now(UTC)
    patient = db.session.get_one(Patient, patient_id)
    plans = db.session.scalars(
        sa.select(Plan).where(Plan.patient_id == patient_id, Plan.starts_at > now).order_by(Plan.starts_at)
    ).all()
    tasks = db.session.scalars(sa.select(Task).where(Task.patient_id == patient_id)).all()
    return render_template("floor.html", patient=patient, plans=plans, tasks=tasks)


def _entry(form: Mapping[str, str]) -> Entry:
    now = datetime.now(UTC)
    return Entry(
        id=uuid4(),
        patient_id=UUID(form["patient_id"]),
        client_id=UUID(form["client_id"]),
        fingerprint=bytes(32),
        door=_door(form["door"]),
        guilt=_rating(form["guilt"]),
        guilt_cant_tell=False,
        urge=_rating(form["urge"]),
        urge_cant_tell=False,
        occurred_at=now,
        zone=ZONE,
        local_date=now.date(),
        entered_at=now,
        received_at=now,
    )


def _rating(typed: str) -> int:
    value = int(typed)
    if not 0 <= value <= HIGHEST:
        raise ValueError(typed)
    return value


def _door(sent: str) -> str:
    if sent not in {"guilt", "empty", "good"}:
        raise ValueError(sent)
    return sent


def serve() -> None:
    """Serve on this machine until stopped, as companion does."""
    Granian(
        "bench.floors:make_app",
        factory=True,
        address="127.0.0.1",
        port=Settings.from_env(os.environ).port,
        interface=Interfaces.WSGI,
        websockets=False,
        workers=WORKERS,
        blocking_threads=THREADS,
        working_dir=PROJECT,
    ).serve()


if __name__ == "__main__":
    serve()
