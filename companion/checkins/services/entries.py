"""What a patient does with an entry: save it, add to it, rate it again, put it right, say who may see it.

Whatever is sent twice is kept once; whatever is sent differently is kept too. Instants are aware, in UTC; ratings 0-10.
"""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
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
    Decision,
    Highlight,
    ReRating,
    SecondLook,
    Trigger,
    UrgeMoment,
    VisibilityChange,
)
from companion.checkins.rules import (
    LOOK_AGAIN_AFTER,
    OLDEST_MEMORY,
    BodySignal,
    Door,
    Entry,
    GuiltKind,
    Moment,
    Next,
    Outcome,
    Rated,
    Visibility,
    content_of,
    entered_when,
    fingerprint,
    shows_more,
)
from companion.checkins.services.rows import hang, insert_once, own
from companion.contract.queries import response_task_on
from companion.experiments import queries as occasions
from companion.experiments import services as experiments
from companion.extensions import db
from companion.kernel.errors import NotFoundError, RefusedError
from companion.kernel.ids import new_id
from companion.kernel.week import local_date


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
    saved = keep(actor, entry, at)
    if saved.outcome is Outcome.NEW and entry.zone != actor.zone:
        accounts.note_zone(actor, entry.zone, at, seen_at=_entered(entry, at))
    return saved


def re_rate(  # the patient, the entry, the page, both answers, and both instants
    actor: Actor,
    check_in_id: UUID,
    client_id: UUID,
    guilt: Rated,
    urge: Rated,
    at: datetime,
    *,
    entered_at: datetime | None = None,
) -> None:
    """Answer "And now?", any number of times; `entered_at` is when, where that isn't when it came."""
    hang(ReRating, own(actor, check_in_id), client_id, _both(guilt, urge), at, also={"at": entered_at or at})


def decide(
    actor: Actor, check_in_id: UUID, client_id: UUID, choice: Next, at: datetime, *, entered_at: datetime | None = None
) -> None:
    """Answer "What next?", any number of times; `entered_at` is when, where that isn't when it came."""
    hang(Decision, own(actor, check_in_id), client_id, {"choice": choice}, at, also={"at": entered_at or at})


def look_again(
    actor: Actor, check_in_id: UUID, client_id: UUID, at: datetime, *, entered_at: datetime | None = None
) -> None:
    """Let an entry stand on Today in a quarter of an hour; `entered_at` is when that was asked, if not when it came."""
    asked_at = entered_at or at
    also = {"at": asked_at, "due_at": asked_at + LOOK_AGAIN_AFTER}
    hang(SecondLook, own(actor, check_in_id), client_id, {}, at, also=also)


def correct(actor: Actor, check_in_id: UUID, client_id: UUID, guilt: Rated, urge: Rated, at: datetime) -> None:
    """Say both numbers of an entry again because the thumb slipped; the original stays."""
    entry = own(actor, check_in_id)
    if entry.door is not Door.GUILT:
        raise NotFoundError
    hang(Correction, entry, client_id, _both(guilt, urge), at)


def add_detail(actor: Actor, check_in_id: UUID, client_id: UUID, detail: Detail, at: datetime) -> None:
    """Keep what else there was. Raises NotFoundError for a trigger or person of somebody else's."""
    entry = own(actor, check_in_id)
    if detail.trigger_id and not _owns_trigger(actor, detail.trigger_id):
        raise NotFoundError
    if detail.person_id:
        experiments.require_own_person(actor, detail.person_id)
    content = asdict(detail)
    content |= content.pop("feelings") | {"body": [signal.value for signal in detail.body]}
    hang(CheckInDetail, entry, client_id, content, at)


def set_visibility(  # the patient, the entry, the page, the choice, and both instants
    actor: Actor,
    check_in_id: UUID,
    client_id: UUID,
    visibility: Visibility,
    at: datetime,
    *,
    sooner: bool = False,
    entered_at: datetime | None = None,
) -> None:
    """Say who may see an entry from now on; `sooner` shows it to the therapist before it closes by itself.

    Sent again after a later choice, it hides but never shows: a late copy must not open what was closed meanwhile.
    Raises RefusedError where more would be seen than what the patient had chosen: by `sooner`, which says only when,
    or by what was entered (`entered_at`, where that isn't now) before that choice and came after it.
    """
    entry = own(actor, check_in_id)
    present, is_sooner, chosen_at = who_sees(entry)
    if (present, is_sooner) == (visibility, sooner):
        return
    is_late = entered_at is not None and chosen_at is not None and entered_at < chosen_at
    if (sooner or is_late) and shows_more(visibility, present):
        raise RefusedError(_l("You have chosen to keep more of this to yourself since. Nothing was changed."))
    is_new = hang(VisibilityChange, entry, client_id, {"visibility": visibility, "sooner": sooner}, at)
    if not is_new and shows_more(present, visibility):
        content = {"visibility": visibility, "sooner": sooner and is_sooner}
        hang(VisibilityChange, entry, new_id(), content, at)


def highlight(actor: Actor, check_in_id: UUID, client_id: UUID, at: datetime, *, is_on: bool) -> None:
    """Put an entry at the top of what the therapist reads, or take it off there.

    It shows no more of it than there was to see. Raises RefusedError for one that the patient keeps wholly.
    """
    entry = own(actor, check_in_id)
    if is_on and who_sees(entry)[0] is Visibility.ONLY_ME:
        raise RefusedError(_l("You keep all of this to yourself. Nothing was changed."))
    hang(Highlight, entry, client_id, {"is_on": is_on}, at)


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


def keep(actor: Actor, entry: Entry, at: datetime) -> Saved:
    """As `save`, wherever the patient is."""
    _refuse_odd_time(entry, at)
    if entry.experiment_id is not None:
        accounts.take_turn(actor)  # what is predicted waits for what locks it; the insert alone needs no turn
    content = content_of(entry)
    about = _occasion_of(actor, entry, at)
    values = _row_of(actor, entry, at) | {"experiment_id": about, "fingerprint": fingerprint(content)}
    if made := insert_once(CheckIn, values, "patient_id", "client_id"):
        if about:
            # When it was made, not what it tells of: what was predicted before it was not yet coloured by it.
            experiments.lock_prediction(actor, about, _entered(entry, at))
        if entry.moment:
            _begin_moment(actor, made, entry.moment, values)
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
        "content": json.dumps(content | {"entered_at": _entered(entry, at).isoformat(), "zone": entry.zone}),
        "received_at": at,
    }
    insert_once(ConflictingEntry, beside, "check_in_id", "fingerprint")
    return Saved(known.id, Outcome.CONFLICT)


def _begin_moment(actor: Actor, check_in_id: UUID, moment: Moment, entry: dict[str, Any]) -> None:
    """The first row of a moment, with the response task that was in force on its day."""
    values = {
        **asdict(moment),
        "patient_id": actor.id,
        "check_in_id": check_in_id,
        "client_id": entry["client_id"],
        "number": 1,
        "received_at": entry["received_at"],
        "lineage_id": response_task_on(actor, entry["local_date"]),
    }
    insert_once(UrgeMoment, values, "check_in_id", "client_id")


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
    entered_at = _entered(entry, at)
    if entry.earlier > entered_at:
        raise RefusedError(_l("That is still to come."), "earlier_day")
    if entered_at - entry.earlier > OLDEST_MEMORY:
        raise RefusedError(_l("That is more than a year ago."), "earlier_day")


def _row_of(actor: Actor, entry: Entry, at: datetime) -> dict[str, Any]:
    occurred_at = entry.earlier or _entered(entry, at)
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


def _entered(entry: Entry, at: datetime) -> datetime:
    return entered_when(entry.entered_at, entry.sent_at, at)


def _both(guilt: Rated, urge: Rated) -> dict[str, Any]:
    return {
        "guilt": guilt.value,
        "guilt_cant_tell": guilt.cant_tell,
        "urge": urge.value,
        "urge_cant_tell": urge.cant_tell,
    }


def who_sees(entry: CheckIn) -> tuple[Visibility, bool, datetime | None]:
    """Who may see an entry by the latest word, whether before it closes by itself, and when that word came."""
    latest = db.session.scalar(
        sa.select(VisibilityChange)
        .where(VisibilityChange.check_in_id == entry.id)
        .order_by(VisibilityChange.number.desc())
        .limit(1)
    )
    return (latest.visibility, latest.sooner, latest.received_at) if latest else (Visibility.SHARED, False, None)


def _owns_trigger(actor: Actor, trigger_id: UUID) -> bool:
    query = sa.select(Trigger.id).where(Trigger.id == trigger_id, Trigger.patient_id == actor.id)
    return db.session.scalar(query) is not None
