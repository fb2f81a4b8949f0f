"""What of the database is a patient's own to carry away; pure."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Final

from companion.accounts.rules import Role
from companion.contract.rules import State

NOT_THEIRS: Final[Mapping[str, str]] = {
    # Other people's, though it hangs on the patient.
    "private_note": "its author's alone, and nobody else's at all",
    "rupture": "the therapist's words; that there was one, and was mended, stands on the patient's page",
    # How people get in. What the patient may know of it stands under Settings, and none of it opens anything elsewhere.
    "login_session": "hashes of what the browsers hold; Devices lists them",
    "passkey": "public keys, of use here only",
    "authenticator": "the secret behind the one-time codes",
    "recovery_code": "hashes of what opens the account",
    "invitation": "hashes of what opens the account",
    "spent_challenge": "of nobody in particular",
    "throttle": "of nobody in particular",
    # Of the installation.
    "audit_event": "it tells of what others did as well; Who looked shows what is about the patient",
    "audit_head": "of nobody in particular",
    "clinic": "the practice's own",
}
"""Tables of which a patient's copy holds nothing, and why. A guard asks for each that is neither here nor theirs."""

LEFT_OUT: Final[Mapping[str, frozenset[str]]] = {"user": frozenset({"password_hash", "username_mark"})}
"""Columns of tables that are theirs otherwise: what opens the account, and what only finds it."""


def whose(table: str, columns: Collection[str]) -> str | None:
    """The column that says whose row it is; None for a table of which a patient's copy holds nothing."""
    if table in NOT_THEIRS:
        return None
    if table == "user":
        return "id"
    return next((name for name in ("patient_id", "user_id") if name in columns), None)


def is_still_being_written(table: str, row: Mapping[str, Any]) -> bool:
    """Whether it is a version that the therapist drafts: the patient reads it once it is proposed."""
    return table == "contract_version" and row["state"] is State.DRAFT and row["author"] is Role.THERAPIST


def file_name(today: date) -> str:
    """What the copy is called, on a phone on which others may see it."""
    return f"my-pages-{today.isoformat()}.json"
