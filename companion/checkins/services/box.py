"""What comes out of the drop box: that it came, and what of it could not go where it was meant for."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from companion.accounts.rules import Actor
from companion.checkins.models import AsideRead, BoxItem
from companion.checkins.queries.box import aside_content, item_fingerprint
from companion.checkins.rules import Aside, Came
from companion.checkins.services.rows import insert_once
from companion.extensions import db
from companion.kernel.errors import NotFoundError


def keep_item(actor: Actor, came: Came, check_in_id: UUID | None, at: datetime) -> None:
    """Note that something came and is where it was meant for, of an entry if it is one or belongs to one."""
    _note(actor, came, at, {"check_in_id": check_in_id, "aside": None, "content": ""})


def set_aside(actor: Actor, came: Came, why: Aside, words: str, at: datetime) -> None:
    """Keep something as it came, because it can't go where it was meant for; `words` say why, where there are any."""
    _note(actor, came, at, {"check_in_id": None, "aside": why, "content": aside_content(came.item, words)})


def take_off_aside(actor: Actor, box_item_id: UUID, at: datetime) -> None:
    """Say that what stood aside has been read; it stays, and is on no list. Said once."""
    mine = sa.select(BoxItem.id).where(
        BoxItem.id == box_item_id, BoxItem.patient_id == actor.id, BoxItem.aside.is_not(None)
    )
    if db.session.scalar(mine) is None:
        raise NotFoundError
    insert_once(AsideRead, {"patient_id": actor.id, "box_item_id": box_item_id, "at": at}, "box_item_id")


def _note(actor: Actor, came: Came, at: datetime, values: dict[str, object]) -> None:
    row = values | {
        "patient_id": actor.id,
        "client_id": came.id,
        "fingerprint": item_fingerprint(came.item),
        "entered_at": came.entered_at,
        "sent_at": came.sent_at,
        "received_at": at,
        "zone": came.zone,
    }
    insert_once(BoxItem, row, "patient_id", "client_id", "fingerprint")
