"""Reminders that aren't tapped become rarer by themselves, and never more frequent; pure.

Only one that was truly shown can be untapped, and only once its time is over. What P asked for is neither thinned nor
counted: it came because P wanted that one. It never touches adherence.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Final

from companion.kernel.week import as_utc
from companion.reminders.rules.facts import Facts, Sent
from companion.reminders.rules.kinds import TO_PATIENT, Kind
from companion.reminders.rules.slots import Slot

UNTAPPED_TO_HALVE, UNTAPPED_TO_STOP = 3, 6
"""So many in a row. Ours, and not validated."""

UNTAPPED_AFTER: Final = timedelta(hours=2)
"""How long after it was shown one can still be tapped: as long as a push lives."""

_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


class Pace(StrEnum):
    """How much of a kind comes."""

    FULL = "full"
    HALF = "half"
    """Every other one."""
    NONE = "none"


def pace_of(kind: Kind, facts: Facts) -> Pace:
    """Return the pace of a kind, by the longest run of untapped ones since P last set it.

    The longest, not the latest: a tap ends a run, and doesn't undo what the run did. Only P does, by setting it again.
    """
    longest = _longest_run(_of_kind(kind, facts), facts.now)
    if longest >= UNTAPPED_TO_STOP:
        return Pace.NONE
    return Pace.HALF if longest >= UNTAPPED_TO_HALVE else Pace.FULL


def thinned(slots: Collection[Slot], facts: Facts) -> list[Slot]:
    """Leave out what the pace of its kind leaves out; slots have their times before quiet hours moved them.

    Of a halved kind the first after the one that went out last is left out, then every other: so it needs to be given
    all since then, and what quiet hours may have moved there: see `looks_back_to`.
    """
    paces = {kind: pace_of(kind, facts) for kind in TO_PATIENT}
    halved = (kind for kind, pace in paces.items() if pace is Pace.HALF)
    left_out = {key for kind in halved for key in _every_other(slots, kind, facts)}
    return [slot for slot in slots if slot.asked_for or not (_is_none(slot, paces) or slot.key in left_out)]


def looks_back_to(facts: Facts) -> datetime | None:
    """Return the earliest instant (UTC) from which `thinned` needs the slots; None where it needs no past ones."""
    halved = (kind for kind in TO_PATIENT if pace_of(kind, facts) is Pace.HALF)
    return min((as_utc(_last_of(kind, facts).at) for kind in halved), default=None)


def _of_kind(kind: Kind, facts: Facts) -> list[Sent]:
    since = facts.settings.set_at.get(kind, _LONG_AGO)
    return [sent for sent in facts.sent if sent.kind is kind and not sent.asked_for and sent.at >= since]


def _longest_run(sent: Iterable[Sent], now: datetime) -> int:
    settled = sorted((one for one in sent if _is_settled(one, now)), key=lambda one: (as_utc(one.at), one.key))
    runs = groupby(settled, key=lambda one: one.tapped_at is None)
    return max((len(list(run)) for is_untapped, run in runs if is_untapped), default=0)


def _is_settled(sent: Sent, now: datetime) -> bool:
    """Tapped, or shown so long ago that it won't be."""
    return sent.tapped_at is not None or (sent.shown_at is not None and now - sent.shown_at >= UNTAPPED_AFTER)


def _is_none(slot: Slot, paces: Mapping[Kind, Pace]) -> bool:
    return paces.get(slot.kind) is Pace.NONE


def _every_other(slots: Iterable[Slot], kind: Kind, facts: Facts) -> set[str]:
    last = _last_of(kind, facts)
    first_at = _first_at(slot for slot in slots if slot.kind is kind and not slot.asked_for)
    in_turn = sorted(first_at, key=lambda key: (first_at[key], key))
    if last.key in first_at:
        after = in_turn[in_turn.index(last.key) + 1 :]
    else:
        after = [key for key in in_turn if first_at[key] > last.at]
    return set(after[::2])


def _first_at(slots: Iterable[Slot]) -> dict[str, datetime]:
    """When each key first comes: P may have picked two times for one day."""
    latest_first = sorted(slots, key=lambda slot: slot.at, reverse=True)
    return {slot.key: slot.at for slot in latest_first}


def _last_of(kind: Kind, facts: Facts) -> Sent:
    return max(_of_kind(kind, facts), key=lambda sent: (as_utc(sent.at), sent.key))
