"""The Flask extensions, not yet bound to an application, and the base of every table."""

import enum
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import Babel
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.orm import DeclarativeBase, Mapper, registry

from companion.database import Instant

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


TYPES: dict[Any, Any] = {
    datetime: Instant,
    UUID: sa.Uuid,
    # As text with a CHECK: one form on both databases, and a new value is a migration of one constraint.
    enum.Enum: sa.Enum(
        enum.Enum,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    ),
}


class Base(DeclarativeBase):
    registry = registry(metadata=sa.MetaData(naming_convention=NAMES), type_annotation_map=TYPES)


db = SQLAlchemy(model_class=Base, disable_autonaming=True)

# Flask-SQLAlchemy makes `db.Model` at run time, where mypy can't follow.
if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


def same_patient(column: str, parent: str, key: str = "id") -> sa.ForeignKeyConstraint:
    """A row belongs to the patient to whom the row that it names belongs; that table is unique by both."""
    return sa.ForeignKeyConstraint([column, "patient_id"], [f"{parent}.{key}", f"{parent}.patient_id"])


class AppendOnly:
    """Rows of this table are written once. A correction is a new row that names the one it replaces."""


@event.listens_for(AppendOnly, "before_update", propagate=True)
@event.listens_for(AppendOnly, "before_delete", propagate=True)
def refuse_change(_mapper: Mapper[Any], _connection: sa.Connection, row: object) -> None:
    msg = f"{type(row).__name__} is append-only"
    raise TypeError(msg)


class SessionsOnly(LoginManager):  # type: ignore[misc]  # it has no types
    """Who is signed in is said by the session alone: no cookie of Flask-Login's own stands in for it."""

    def _load_user_from_remember_cookie(self, _cookie: str) -> None:
        return None


babel = Babel()
login_manager = SessionsOnly()
migrate = Migrate()
