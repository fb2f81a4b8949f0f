"""What a patient does with an entry: save it, add to it, rate it again, put it right, say who may see it.

Whatever is sent twice is kept once; whatever is sent differently is kept too. Instants are aware, in UTC; ratings 0-10.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from companion.accounts import services as accounts
from companion.accounts.rules import Actor
from companion.checkins.models import (
    CheckIn,
    CheckInDetail,
    ConflictingEntry,
    Correction,
    ReRating,
    Trigger,
    VisibilityChange,
)
from companion.checkins.rules import (
    OLDEST_MEMORY,
    BodySignal,
    Door,
    Entry,
    GuiltKind,
    Outcome,
    Rated,
    Visibility,
    content_of,
    entered_when,
    fingerprint,
    id_for,
    shows_more,
)
from companion.database import insert_into
from companion.experiments import queries as occasions
from companion.experiments import services as experiments
from companion.extensions import Model, db
from companion.kernel.errors import NotFoundError, RefusedError
from companion.kernel.ids import new_id
from companion.kernel.week import local_date
from companion.sealed import WithWords, sealed_values

Rates = Callable[[Actor, UUID, UUID, Rated, Rated, datetime], None]
"""Of `re_rate` and `correct`."""
Hanging = type[CheckInDetail | Correction | ReRating | VisibilityChange]


@dataclass(frozen=True)
class Saved:
    """The check-in that now stands, and what became of the entry that was sent."""

    id: UUID
    outcome: Outcome


@dataclass(frozen=True)
class Detail:
    """What else there was; each part may be left out. A new save says all of it again."""

    trigger_id: UUID | None = None
    person_id: UUID | None = None
    body: tuple[BodySignal, ...] = ()
    thought: str = ""
    wanted: str = ""
    saw_myself: str = ""
    guilt_kind: GuiltKind | None = None
    feelings: dict[str, int] = field(default_factory=dict)
    """Of `queries.FEELINGS`, 0-10."""


def save(actor: Actor, entry: Entry, at: datetime) -> Saved:
    """Keep a rating. Sent again it is the same; another content under its id is kept beside it and not counted.

    Raises NotFoundError for an occasion that isn't the patient's, RefusedError (earlier_day) for a time to come or
    over a year ago.
    """
    saved = _keep(actor, entry, at)
    if saved.outcome is Outcome.NEW and entry.zone != actor.zone:
        accounts.note_zone(actor, entry.zone, at)
    return saved


def count_the_other_too(actor: Actor, check_in_id: UUID, conflict_id: UUID, at: datetime) -> Saved:
    """Make an entry of its own of what came under the id of another; it is as old as its coming.

    It is as private as the other is by now. Sharing that one sooner doesn't share this one.
    """
    first = _own(actor, check_in_id)
    other = db.session.get(ConflictingEntry, conflict_id)
    if other is None or other.check_in_id != first.id:
        raise NotFoundError
    entry = _entry_of(conflict_id, json.loads(other.content), first.zone)
    kept = _keep(actor, replace(entry, entered_at=other.received_at, sent_at=at), at)
    private, _sooner = _who_sees(first)
    if kept.outcome is Outcome.NEW and private is not Visibility.SHARED:
        set_visibility(actor, kept.id, conflict_id, private, at)
    return kept


def re_rate(actor: Actor, check_in_id: UUID, client_id: UUID, guilt: Rated, urge: Rated, at: datetime) -> None:
    """Answer "And now?", any number of times."""
    _hang(ReRating, _own(actor, check_in_id), client_id, _both(guilt, urge), at, also={"at": at})


def correct(actor: Actor, check_in_id: UUID, client_id: UUID, guilt: Rated, urge: Rated, at: datetime) -> None:
    """Say both numbers of an entry again because the thumb slipped; the original stays."""
    entry = _own(actor, check_in_id)
    if entry.door is not Door.GUILT:
        raise NotFoundError
    _hang(Correction, entry, client_id, _both(guilt, urge), at)


def add_detail(actor: Actor, check_in_id: UUID, client_id: UUID, detail: Detail, at: datetime) -> None:
    """Keep what else there was. Raises NotFoundError for a trigger or person of somebody else's."""
    entry = _own(actor, check_in_id)
    if detail.trigger_id and not _owns_trigger(actor, detail.trigger_id):
        raise NotFoundError
    if detail.person_id:
        experiments.require_own_person(actor, detail.person_id)
    content = asdict(detail)
    content |= content.pop("feelings") | {"body": [signal.value for signal in detail.body]}
    _hang(CheckInDetail, entry, client_id, content, at)


def set_visibility(
    actor: Actor, check_in_id: UUID, client_id: UUID, visibility: Visibility, at: datetime, *, sooner: bool = False
) -> None:
    """Say who may see an entry from now on; `sooner` shows it to the therapist before it closes by itself.

    Sent again after a later choice, it hides but never shows: a late copy must not open what was closed meanwhile.
    `sooner` says only when: raises RefusedError where more would be seen than what the patient had chosen.
    """
    entry = _own(actor, check_in_id)
    present, is_sooner = _who_sees(entry)
    if (present, is_sooner) == (visibility, sooner):
        return
    if sooner and shows_more(visibility, present):
        raise RefusedError(_l("You have chosen to keep more of this to yourself since. Nothing was changed."))
    is_new = _hang(VisibilityChange, entry, client_id, {"visibility": visibility, "sooner": sooner}, at)
    if not is_new and shows_more(present, visibility):
        content = {"visibility": visibility, "sooner": sooner and is_sooner}
        _hang(VisibilityChange, entry, new_id(), content, at)


def trigger_named(actor: Actor, label: str) -> UUID:
    """The line of the patient's own list that reads like this in any capitals, made if there is none yet."""
    accounts.take_turn(actor)
    mine = db.session.scalars(sa.select(Trigger).where(Trigger.patient_id == actor.id))
    for line in mine:
        if line.label.casefold() == label.casefold():
            return line.id
    trigger_id = new_id()
    db.session.add(Trigger(id=trigger_id, patient_id=actor.id, label=label))
    db.session.flush()
    return trigger_id


def _keep(actor: Actor, entry: Entry, at: datetime) -> Saved:
    _refuse_odd_time(entry, at)
    if entry.experiment_id is not None:
        accounts.take_turn(actor)  # what is predicted waits for what locks it; the insert alone needs no turn
    content = content_of(entry)
    about = _occasion_of(actor, entry, at)
    values = _row_of(actor, entry, at) | {"experiment_id": about, "fingerprint": fingerprint(content)}
    if made := _insert_once(CheckIn, values, "patient_id", "client_id"):
        if about:
            # When it was made, not what it tells of: what was predicted before it was not yet coloured by it.
            experiments.lock_prediction(actor, about, entered_when(entry.entered_at, entry.sent_at, at))
        return Saved(made, Outcome.NEW)
    known = db.session.execute(
        sa.select(CheckIn.id, CheckIn.fingerprint).where(
            CheckIn.patient_id == actor.id, CheckIn.client_id == entry.client_id
        )
    ).one()
    if known.fingerprint == values["fingerprint"]:
        return Saved(known.id, Outcome.SAME)
    beside = {
        "patient_id": actor.id,
        "check_in_id": known.id,
        "fingerprint": values["fingerprint"],
        "content": json.dumps(content),
        "received_at": at,
    }
    _insert_once(ConflictingEntry, beside, "check_in_id", "fingerprint")
    return Saved(known.id, Outcome.CONFLICT)


def _occasion_of(actor: Actor, entry: Entry, at: datetime) -> UUID | None:
    """The occasion that an entry is about; one from earlier is about that of the page only if it was in its window."""
    if entry.experiment_id is None:
        return None
    occasion = occasions.occasion(actor, entry.experiment_id, at)
    is_about = entry.earlier is None or occasion.starts_at <= entry.earlier < occasion.ends_at
    return occasion.id if is_about else None


def _refuse_odd_time(entry: Entry, at: datetime) -> None:
    if entry.earlier is None:
        return
    if entry.earlier > at:
        raise RefusedError(_l("That is still to come."), "earlier_day")
    if at - entry.earlier > OLDEST_MEMORY:
        raise RefusedError(_l("That is more than a year ago."), "earlier_day")


def _row_of(actor: Actor, entry: Entry, at: datetime) -> dict[str, Any]:
    occurred_at = entry.earlier or entered_when(entry.entered_at, entry.sent_at, at)
    return {
        "patient_id": actor.id,
        "client_id": entry.client_id,
        "door": entry.door,
        **_both(entry.guilt, entry.urge),
        "occurred_at": occurred_at,
        "zone": entry.zone,
        "local_date": local_date(occurred_at, ZoneInfo(entry.zone)),
        "entered_at": entry.entered_at or at,
        "sent_at": entry.sent_at,
        "received_at": at,
    }


def _entry_of(client_id: UUID, content: dict[str, Any], zone: str) -> Entry:
    """The inverse of `rules.content_of`."""
    return Entry(
        client_id=client_id,
        door=Door(content["door"]),
        zone=zone,
        guilt=Rated(content["guilt"], content["guilt_cant_tell"]),
        urge=Rated(content["urge"], content["urge_cant_tell"]),
        experiment_id=UUID(content["experiment_id"]) if content["experiment_id"] else None,
        earlier=datetime.fromisoformat(content["earlier"]) if content["earlier"] else None,
    )


def _both(guilt: Rated, urge: Rated) -> dict[str, Any]:
    return {
        "guilt": guilt.value,
        "guilt_cant_tell": guilt.cant_tell,
        "urge": urge.value,
        "urge_cant_tell": urge.cant_tell,
    }


def _own(actor: Actor, check_in_id: UUID) -> CheckIn:
    """The patient's own entry. Who has taken the turn numbers what hangs on it one after the other."""
    accounts.take_turn(actor)
    entry = db.session.scalar(sa.select(CheckIn).where(CheckIn.id == check_in_id, CheckIn.patient_id == actor.id))
    if entry is None:
        raise NotFoundError
    return entry


def _who_sees(entry: CheckIn) -> tuple[Visibility, bool]:
    """Who may see an entry by the latest word, and whether before it closes by itself."""
    latest = db.session.scalar(
        sa.select(VisibilityChange)
        .where(VisibilityChange.check_in_id == entry.id)
        .order_by(VisibilityChange.number.desc())
        .limit(1)
    )
    return (latest.visibility, latest.sooner) if latest else (Visibility.SHARED, False)


def _owns_trigger(actor: Actor, trigger_id: UUID) -> bool:
    query = sa.select(Trigger.id).where(Trigger.id == trigger_id, Trigger.patient_id == actor.id)
    return db.session.scalar(query) is not None


def _hang(
    model: Hanging,
    entry: CheckIn,
    client_id: UUID,
    content: dict[str, Any],
    at: datetime,
    also: dict[str, Any] | None = None,
) -> bool:
    """Add a row to an entry unless it is there; whether it was new."""
    highest = sa.select(sa.func.coalesce(sa.func.max(model.number), 0)).where(model.check_in_id == entry.id)
    values = (
        content
        | (also or {})
        | {
            "patient_id": entry.patient_id,
            "check_in_id": entry.id,
            "client_id": id_for(client_id, {name: _plain(value) for name, value in content.items()}),
            "number": (db.session.scalar(highest) or 0) + 1,
            "received_at": at,
        }
    )
    return _insert_once(model, values, "check_in_id", "client_id") is not None


def _plain(value: object) -> object:
    return str(value) if isinstance(value, UUID) else value


def _insert_once(model: type[Model], values: dict[str, Any], *unique: str) -> UUID | None:
    """Insert a row and return its id, or None where one with the same unique columns is there.

    One statement, so that of any number sent at once exactly one is kept.
    """
    connection, row = db.session.connection(), {"id": new_id()} | values
    if issubclass(model, WithWords):
        row = sealed_values(model, row)
    statement = _insertion(model, unique, connection.dialect.name)
    made: UUID | None = connection.scalar(statement, row)
    return made


@cache
def _insertion(model: type[Model], unique: tuple[str, ...], dialect: str) -> sa.Executable:
    """Put together once: that takes longer than the database takes to run it."""
    return (
        insert_into(model, dialect)
        .on_conflict_do_nothing(index_elements=list(unique))
        .returning(sa.column("id", sa.Uuid()))
    )
