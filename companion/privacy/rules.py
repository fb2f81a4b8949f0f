"""What of the database is a patient's own to carry away; pure."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final

from companion.accounts.rules import Role
from companion.contract.rules import State

Row = Mapping[str, Any]

NOT_THEIRS: Final[Mapping[str, str]] = {
    # Other people's, though it hangs on the patient.
    "private_note": "its author's alone, and nobody else's at all",
    "rupture": "its author's alone; that one was talked about, and mended, stands on the patient's page",
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

LEFT_OUT: Final[Mapping[str, frozenset[str]]] = {"user": frozenset({"password_hash", "pin_hash", "username_mark"})}
"""Columns of tables that are theirs otherwise: what opens the account, and what only finds it."""


def whose(table: str, columns: Collection[str]) -> str | None:
    """The column that says whose row it is; None for a table of which a patient's copy holds nothing."""
    if table in NOT_THEIRS:
        return None
    if table == "user":
        return "id"
    return next((name for name in ("patient_id", "user_id") if name in columns), None)


def read_by_the_patient(table: str, rows: Sequence[Row]) -> list[Row]:
    """The rows of a patient's that the patient may read: what the therapist hasn't shown yet isn't among them."""
    if table == "contract_version":
        return [row for row in rows if (row["state"], row["author"]) != (State.DRAFT, Role.THERAPIST)]
    if table == "goal_review":
        replaced = {row["replaces_id"] for row in rows}
        return _given_blindly(rows, ("goal_lineage_id", "round_number"), lambda row: row["id"] not in replaced)
    if table == "learned_answer":
        latest = {row["session_id"]: row["number"] for row in sorted(rows, key=_by_therapist_and_number)}
        return _given_blindly(rows, ("session_id",), lambda row: row["number"] == latest[row["session_id"]])
    return list(rows)


def _given_blindly(rows: Sequence[Row], about: Sequence[str], stands: Callable[[Row], bool]) -> list[Row]:
    """What the therapist answered is read by who answered the same, and only as it stands by now."""
    answered = {tuple(row[name] for name in about) for row in rows if row["side"] is Role.PATIENT}
    return [
        row
        for row in rows
        if row["side"] is Role.PATIENT or (tuple(row[name] for name in about) in answered and stands(row))
    ]


def _by_therapist_and_number(row: Row) -> tuple[bool, int]:
    return row["side"] is Role.THERAPIST, row["number"]


def file_name(today: date) -> str:
    """What the copy is called, on a phone on which others may see it."""
    return f"my-pages-{today.isoformat()}.json"
