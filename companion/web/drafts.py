"""What somebody was writing when their session had run out: kept in the page itself, sealed, until they are back.

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

HOLDS_FOR: Final = 12 * 60 * 60
"""Seconds for which it can be taken up again: as long as the page itself could have been sent."""
LONGEST: Final = 60_000
"""Characters; more than any page of ours asks for."""
SECRET: Final = frozenset({"password", "code", "secret", "shown", "answer", "ticket", "pin"})
"""Fields that are never kept, nor what was sent with them."""
OURS: Final = frozenset({"csrf_token", "draft"})


@dataclass(frozen=True, repr=False)
class Draft:
    """What was sent, to be sent again: where to, and the fields in their order."""

    path: str
    fields: tuple[tuple[str, str], ...]


def draft_of_request(person_id: UUID | None, at: datetime) -> str:
    """What this request was to write, sealed for the person who wrote it; "" where there is nothing to keep."""
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in OURS]
    is_kept = person_id is not None and request.method == "POST" and not SECRET & dict(fields).keys()
    if not is_kept or sum(len(name) + len(value) for name, value in fields) > LONGEST:
        return ""
    told = json.dumps({"for": str(person_id), "path": request.path, "fields": fields})
    return _box().encrypt_at_time(told.encode(), int(at.timestamp())).decode()


def open_draft(sealed: str, person_id: UUID, at: datetime) -> Draft | None:
    """What this person was writing; None for what is too old, another's, or none of ours."""
    try:
        told = json.loads(_box().decrypt_at_time(sealed.encode(), HOLDS_FOR, int(at.timestamp())))
    except (InvalidToken, ValueError):
        return None
    if told["for"] != str(person_id):
        return None
    return Draft(told["path"], tuple((name, value) for name, value in told["fields"]))


def _box() -> Fernet:
    key = hashlib.sha256(f"companion draft {current_app.secret_key!s}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
