"""Which events there are, with exactly the keys that each carries; and how they are chained. Pure."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Final
from uuid import UUID

Mac = Callable[[str, bytes], bytes]
"""32 bytes that only who has the master key can make, of a purpose and what is to be vouched for."""

NOTHING_YET: Final = bytes(32)
"""What the first event stands on."""
CODE: Final = re.compile(r"[a-z][a-z0-9_.]{0,59}")
"""What a value may be that is neither an id nor a number: a code of ours, never anybody's words."""


class Event(Enum):
    """What can happen: its code, and the keys of what is told of it."""

    SIGNED_IN = ("signed_in", frozenset({"session", "by"}))
    SIGNED_OUT = ("signed_out", frozenset({"session"}))
    CONFIRMED = ("confirmed", frozenset({"session", "by"}))
    SESSION_ENDED = ("session_ended", frozenset({"session"}))
    PASSWORD_SET = ("password_set", frozenset[str]())
    PASSKEY_ADDED = ("passkey_added", frozenset({"passkey"}))
    PASSKEY_REMOVED = ("passkey_removed", frozenset({"passkey"}))
    AUTHENTICATOR_SET = ("authenticator_set", frozenset[str]())
    RECOVERY_CODES_MADE = ("recovery_codes_made", frozenset[str]())
    ACCOUNT_MADE = ("account_made", frozenset({"role"}))
    CODE_MADE = ("code_made", frozenset({"code"}))
    CODE_USED = ("code_used", frozenset({"code"}))
    CARE_BEGAN = ("care_began", frozenset({"therapist"}))
    CARE_ENDED = ("care_ended", frozenset({"therapist"}))
    CARE_TRANSFERRED = ("care_transferred", frozenset({"therapist", "to"}))
    COVER_BEGAN = ("cover_began", frozenset({"therapist", "covers_for"}))
    COVER_ENDED = ("cover_ended", frozenset({"therapist", "covers_for"}))
    COVER_RAN_OUT = ("cover_ran_out", frozenset({"therapist", "covers_for"}))
    EXPORTED = ("exported", frozenset[str]())
    PRACTICE_CHANGED = ("practice_changed", frozenset[str]())
    KEY_RENEWED = ("key_renewed", frozenset({"version"}))
    BOX_KEY_RENEWED = ("box_key_renewed", frozenset({"number"}))
    SAFETY_PLAN_WRITTEN = ("safety_plan_written", frozenset({"plan"}))
    READ = ("read", frozenset({"page"}))
    CASELOAD_READ = ("caseload_read", frozenset({"people"}))
    DRAFT_BEGUN = ("draft_begun", frozenset({"version"}))
    DRAFT_DISCARDED = ("draft_discarded", frozenset({"version"}))
    VERSION_PROPOSED = ("version_proposed", frozenset({"version"}))
    VERSION_WITHDRAWN = ("version_withdrawn", frozenset({"version"}))
    VERSION_ANSWERED = ("version_answered", frozenset({"version", "answer", "decision", "binds"}))
    VERSION_SIGNED = ("version_signed", frozenset({"version"}))
    VERSION_RESTS = ("version_rests", frozenset({"version"}))
    VERSION_ENDED = ("version_ended", frozenset({"version"}))
    ORDER_FLAGGED = ("order_flagged", frozenset({"version", "task", "flag"}))
    PAUSED = ("paused", frozenset({"pause", "scope"}))
    PAUSE_CHANGED = ("pause_changed", frozenset({"pause"}))
    RESUMED = ("resumed", frozenset({"pause"}))
    WISH_SUGGESTED = ("wish_suggested", frozenset({"wish"}))
    PATTERN_WRITTEN = ("pattern_written", frozenset({"pattern"}))
    PATTERN_ANSWERED = ("pattern_answered", frozenset({"pattern", "fit"}))
    STEP_NOTED = ("step_noted", frozenset({"scene", "step", "said"}))
    PIN_SET = ("pin_set", frozenset[str]())
    PIN_REMOVED = ("pin_removed", frozenset[str]())
    CARD_SUGGESTED = ("card_suggested", frozenset({"card"}))

    def __init__(self, code: str, keys: frozenset[str]) -> None:
        self.code = code
        self.keys = keys


@dataclass(frozen=True)
class Noted:
    """An event as it is noted: who did it (None: the operator), and whom it is about (None: nobody in particular)."""

    event: Event
    at: datetime
    actor_id: UUID | None
    person_id: UUID | None
    about: dict[str, Any]


def told(event: Event, about: Mapping[str, object]) -> dict[str, Any]:
    """What is told of an event, fit for JSON. Raises ValueError for other keys than the event's, and for words."""
    if about.keys() != event.keys:
        msg = f"{event.code} tells {sorted(event.keys)}, not {sorted(about)}"
        raise ValueError(msg)
    return {key: _opaque(value) for key, value in about.items()}


def _opaque(value: object) -> object:
    """Ids as text, numbers, codes of ours, and lists of them."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, list | tuple):
        return [_opaque(each) for each in value]
    if isinstance(value, str) and CODE.fullmatch(value):
        return str(value)
    msg = f"no place in the audit for a {type(value).__name__}"
    raise ValueError(msg)


def link(mac: Mac, previous: bytes, number: int, noted: Noted) -> bytes:
    """What vouches for an event and, through `previous`, for all before it: HMAC-SHA256 over one canonical form."""
    canonical = json.dumps(
        [
            number,
            noted.event.code,
            noted.at.astimezone(UTC).isoformat(timespec="microseconds"),
            str(noted.actor_id),
            str(noted.person_id),
            noted.about,
        ],
        sort_keys=True,
        separators=(",", ":"),
    )
    return mac("audit event", previous + canonical.encode())


def vouch_for_head(mac: Mac, number: int, last: bytes) -> bytes:
    """What vouches that this many events were the last there were, so that cutting the newest off shows."""
    return mac("audit head", number.to_bytes(8, "big") + last)
