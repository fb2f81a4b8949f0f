"""The drop box: whose it is, what came out of it before, and what of that stands aside."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from companion.accounts.rules import Actor
from companion.checkins.models import AsideRead, BoxItem, CheckIn
from companion.checkins.rules import Aside, Came, entered_when
from companion.extensions import db
from companion.kernel.box import OWNER_BYTES, BoxKey, Item, UnreadableError, key_id_in, open_item
from companion.kernel.canonical import canonical
from companion.kernel.sealing import KeyMissingError
from companion.kernel.words import Words
from companion.sealed import ring

MOST_ASIDE: Final = 50


@dataclass(frozen=True)
class CameBefore:
    """What became of the same item when it first came."""

    check_in_id: UUID | None
    aside: Aside | None


@dataclass(frozen=True)
class StandsAside:
    """What could not go where it was meant for, as it came."""

    id: UUID
    at: datetime
    """The true instant at which it was entered."""
    zone: str
    why: Aside
    because: str
    """Why, in words; "" where there were none."""
    path: str
    fields: tuple[tuple[str, str], ...]


def owner_of_box(patient: Actor) -> bytes:
    """16 bytes that name the patient to the phone, which keeps them, and say nothing of who it is."""
    return ring().mac("box owner", patient.id.bytes)[:OWNER_BYTES]


def newest_box_key() -> BoxKey:
    """What phones seal with from now on."""
    return ring().newest_box_key()


def opened_item(patient: Actor, item_id: UUID, sealed: bytes) -> Item:
    """What a phone sealed for this patient's box; raises UnreadableError for whatever can't be opened as that."""
    try:
        key = ring().box_key(key_id_in(sealed))
    except KeyMissingError:
        raise UnreadableError from None
    return open_item(sealed, key, owner_of_box(patient), item_id)


def item_fingerprint(item: Item) -> bytes:
    """32 bytes that tell one content from another, and that nobody else can make to confirm a guess."""
    return ring().mac("box item", canonical([item.path, [list(pair) for pair in item.fields]]).encode())


def came_before(patient: Actor, came: Came) -> CameBefore | None:
    """What became of this very item, if it came before."""
    known = sa.select(BoxItem.check_in_id, BoxItem.aside).where(
        BoxItem.patient_id == patient.id,
        BoxItem.client_id == came.id,
        BoxItem.fingerprint == item_fingerprint(came.item),
    )
    row = db.session.execute(known).one_or_none()
    return CameBefore(*row) if row else None


def check_in_known_as(patient: Actor, known_as: UUID) -> UUID | None:
    """The patient's entry with this id, be it ours or the one that it was sent with; None where there is none."""
    either = sa.or_(CheckIn.id == known_as, CheckIn.client_id == known_as)
    found = db.session.scalars(sa.select(CheckIn.id).where(CheckIn.patient_id == patient.id, either)).all()
    return known_as if known_as in found else next(iter(found), None)


def aside_content(item: Item, because: str) -> str:
    """An item as it is kept where it stands aside: JSON."""
    return json.dumps({"path": item.path, "fields": item.fields, "because": because})


def standing_aside(patient: Actor) -> list[StandsAside]:
    """What of the patient's stands aside and hasn't been read, the latest first."""
    rows = db.session.execute(
        sa.select(
            BoxItem.id,
            BoxItem.entered_at,
            BoxItem.sent_at,
            BoxItem.received_at,
            BoxItem.zone,
            BoxItem.aside,
            BoxItem.content,
        )
        .outerjoin(AsideRead, AsideRead.box_item_id == BoxItem.id)
        .where(BoxItem.patient_id == patient.id, BoxItem.aside.is_not(None), AsideRead.id.is_(None))
        .order_by(BoxItem.received_at.desc(), BoxItem.id)
        .limit(MOST_ASIDE)
    )
    return [_aside(row) for row in rows]


def _aside(row: sa.Row[tuple[UUID, datetime | None, datetime | None, datetime, str, Aside, str]]) -> StandsAside:
    kept = json.loads(row.content)
    return StandsAside(
        id=row.id,
        at=entered_when(row.entered_at, row.sent_at, row.received_at),
        zone=row.zone,
        why=row.aside,
        because=Words(kept["because"]),
        path=Words(kept["path"]),
        fields=tuple((name, Words(value)) for name, value in kept["fields"]),
    )
