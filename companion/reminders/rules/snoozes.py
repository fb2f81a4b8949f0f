"""What P put off: when it comes again, and what doesn't come today; pure. Times are ours, and not validated."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Final

from companion.kernel.week import as_utc
from companion.reminders.rules.facts import Facts, Snooze, SnoozeFor
from companion.reminders.rules.kinds import Series
from companion.reminders.rules.slots import Slot, key_of, lapses_at

HALF_AN_HOUR: Final = timedelta(minutes=30)

EVENING: Final = time(19)
"""Local time. Asked for when it is nearly there or past, "this evening" is half an hour later."""


def snoozed(facts: Facts) -> Iterator[Slot]:
    """What comes again, as P asked."""
    for snooze in _latest(facts).values():
        if snooze.chosen is not SnoozeFor.NOT_TODAY:
            asked_at = as_utc(snooze.asked_at)
            yield Slot(
                key=key_of(facts.patient_id, snooze.series, "again", asked_at),
                series=snooze.series,
                at=_comes_again_at(facts, snooze),
                asked_for=True,
                asked_at=asked_at,
                lapses_at=lapses_at(facts, snooze.series),
            )


def is_put_off(slot: Slot, facts: Facts) -> bool:
    """Say whether P said "not today" of this, on the local day on which it would come and before asking for it."""
    snooze = _latest(facts).get(slot.series)
    return (
        snooze is not None
        and snooze.chosen is SnoozeFor.NOT_TODAY
        and facts.zones.local_date(snooze.asked_at) == facts.zones.local_date(slot.at)
        and (slot.asked_at is None or slot.asked_at <= snooze.asked_at)
    )


def _comes_again_at(facts: Facts, snooze: Snooze) -> datetime:
    soonest = as_utc(snooze.asked_at) + HALF_AN_HOUR
    if snooze.chosen is SnoozeFor.HALF_AN_HOUR:
        return soonest
    return max(soonest, facts.zones.reached_at(facts.zones.local_date(snooze.asked_at), EVENING))


def _latest(facts: Facts) -> dict[Series, Snooze]:
    """The one that holds in each series; of two at one instant, the one that asks for less."""
    return {snooze.series: snooze for snooze in sorted(facts.snoozes, key=_how_late)}


def _how_late(snooze: Snooze) -> tuple[datetime, int]:
    return as_utc(snooze.asked_at), list(SnoozeFor).index(snooze.chosen)
