"""Three lines of a practice, kept for oneself or shared; never counted."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from companion.accounts.rules import Actor
from companion.checkins.models import HelpCheck, Reflection
from companion.checkins.rules import id_for
from companion.checkins.services.rows import insert_once
from companion.extensions import db
from companion.kernel.errors import NotFoundError, RefusedError


@dataclass(frozen=True)
class Lines:
    """What is written; each may be empty."""

    want: str = ""
    view: str = ""
    feel: str = ""


def reflect(  # the patient, the page, what is written, for whom, and where and when
    actor: Actor,
    client_id: UUID,
    lines: Lines,
    at: datetime,
    *,
    words_private: bool = False,
    entered_at: datetime | None = None,
    zone: str | None = None,
) -> None:
    """Keep what was written. Sent again it is the same; other words from the same page are kept beside it.

    `entered_at` and `zone` are when and where, if that isn't when it came, nor where the patient is now.
    Raises RefusedError (want) where there is nothing to keep.
    """
    if lines == Lines():
        raise RefusedError(_l("Nothing is written yet. One line is enough, and none is owed."), "want")
    content: dict[str, object] = {"want": str(lines.want), "view": str(lines.view), "feel": str(lines.feel)}
    once = id_for(client_id, content)
    where_and_when = {"entered_at": entered_at, "received_at": at, "zone": zone or actor.zone}
    keep_once(Reflection, actor, once, content | where_and_when | {"words_private": words_private})


def keep_reflection(actor: Actor, reflection_id: UUID, *, words_private: bool, seen: int) -> None:
    """Say who may read three lines from now on; see `keep_words`."""
    keep_words(Reflection, actor, reflection_id, words_private=words_private, seen=seen)


def keep_once(
    model: type[Reflection | HelpCheck], actor: Actor, client_id: UUID, values: dict[str, object]
) -> UUID | None:
    """Insert a row and return its id, or None where it is there: then it is at least as private as it is sent now."""
    row = {"zone": actor.zone} | values | {"patient_id": actor.id, "client_id": client_id}
    made = insert_once(model, row, "patient_id", "client_id")
    if made is None and values["words_private"]:
        there = sa.select(model.id).where(model.patient_id == actor.id, model.client_id == client_id)
        keep_words(model, actor, db.session.scalars(there).one(), words_private=True, seen=0)
    return made


def keep_words(
    model: type[Reflection | HelpCheck], actor: Actor, row_id: UUID, *, words_private: bool, seen: int
) -> None:
    """Say who may read words from now on, on a page that has seen so many choices.

    Keeping them to oneself always holds. A page older than the latest choice opens nothing: raises RefusedError.
    """
    is_mine = sa.and_(model.id == row_id, model.patient_id == actor.id)
    present = db.session.execute(sa.select(model.words_private, model.choices).where(is_mine)).one_or_none()
    if present is None:
        raise NotFoundError
    if present.words_private == words_private:
        return
    may_choose = is_mine if words_private else sa.and_(is_mine, model.choices == seen)
    chosen = sa.update(model).where(may_choose).values(words_private=words_private, choices=model.choices + 1)
    if not db.session.execute(chosen.returning(model.id)).one_or_none():
        raise RefusedError(_l("You have chosen again since this page was opened. Nothing was changed."))
