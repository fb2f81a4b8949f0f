"""One way to write down what somebody said, so that hashes of it can be compared."""

import json
from datetime import date
from uuid import UUID


def canonical(value: object) -> str:
    """Write lists, dictionaries, texts, numbers, days and ids as JSON that is always the same for the same."""
    return json.dumps(value, default=_as_text, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _as_text(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    msg = f"has no canonical form: a {type(value).__name__}"
    raise TypeError(msg)
