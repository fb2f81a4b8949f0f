"""What somebody was writing when their session ran out or the app locked: kept in the page, sealed, for them alone.

Nothing of it is stored, neither on the server nor readably on the device, and it comes back to the same person only.
"""

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken
from flask import current_app, request

from companion.web.forms import UNSENT

HOLDS_FOR: Final = 12 * 60 * 60
"""Seconds for which it can be taken up again: as long as the page itself could have been sent."""
LONGEST: Final = 60_000
"""Characters; more than any page of ours asks for."""
SECRET: Final = frozenset({"password", "code", "secret", "shown", "answer", "ticket", "pin"})
"""Fields that are never kept, nor what was sent with them."""
OURS: Final = frozenset({"csrf_token", "draft", UNSENT})


@dataclass(frozen=True, repr=False)
class Draft:
    """What was sent, to be sent again: where to, and the fields in their order."""

    path: str
    fields: tuple[tuple[str, str], ...]
    is_unsent: bool = False
    """Whether it was still being written: then it is theirs to go on with."""


def draft_of_request(person_id: UUID | None, at: datetime) -> str:
    """What this request was to write, sealed for the person who wrote it; "" where there is nothing to keep."""
    if person_id is None or request.method != "POST":
        return ""
    return seal_draft(person_id, Draft(request.path, tuple(request.form.items(multi=True))), at)


def seal_draft(person_id: UUID, draft: Draft, at: datetime) -> str:
    """A draft, sealed for the person who writes it; "" where there is nothing that may be kept."""
    fields = [(name, value) for name, value in draft.fields if name not in OURS]
    if SECRET & dict(fields).keys() or sum(len(name) + len(value) for name, value in fields) > LONGEST:
        return ""
    told = json.dumps({"for": str(person_id), "path": draft.path, "fields": fields, "is_unsent": draft.is_unsent})
    return _box().encrypt_at_time(told.encode(), int(at.timestamp())).decode()


def open_draft(sealed: str, person_id: UUID, at: datetime) -> Draft | None:
    """What this person was writing; None for what is too old, another's, or none of ours."""
    try:
        told = json.loads(_box().decrypt_at_time(sealed.encode(), HOLDS_FOR, int(at.timestamp())))
    except (InvalidToken, ValueError):
        return None
    if told["for"] != str(person_id):
        return None
    return Draft(told["path"], tuple((name, value) for name, value in told["fields"]), told["is_unsent"])


def _box() -> Fernet:
    key = hashlib.sha256(f"companion draft {current_app.secret_key!s}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
