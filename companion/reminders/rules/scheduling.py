"""What is to come, and what may go out now: all rules put together; pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from companion.kernel.week import ONE_WEEK, as_utc, monday_of
from companion.reminders.rules.facts import Facts
from companion.reminders.rules.kinds import TO_PATIENT
from companion.reminders.rules.limits import APART, ON_TIME, fits, within_limits
from companion.reminders.rules.pace import looks_back_to, thinned
from companion.reminders.rules.quiet import LONGEST_MOVE
from companion.reminders.rules.slots import Slot, slots_of
from companion.reminders.rules.snoozes import is_put_off, snoozed
from companion.reminders.rules.stops import is_stopped

MOST_LATE: Final = timedelta(hours=2)
"""What couldn't be handed over for so long is dropped: as long as a push lives."""


def schedule(facts: Facts, since: datetime, until: datetime) -> tuple[Slot, ...]:
    """Return what will go out after one aware instant and up to another, as things stand at `facts.now`.

    Each slot once, at the instant (UTC) to which quiet hours move it, in order of time; without what `facts.sent` has.
    Nothing that competes in a week is left out of sight, so what is said of an instant is the same however far ahead
    one looks, and what goes out as said changes nothing of the rest. Raises ValueError for a naive datetime.
    """
    return tuple(slot for slot in _planned(facts, since, until) if slot.at <= until)


def due(facts: Facts, since: datetime) -> tuple[Slot, ...]:
    """Return what is to be handed over at `facts.now`: what has come due since somebody last looked (aware).

    Nothing over 2 h late. What a stop has reached meanwhile doesn't go, nor, unless P asked for it, what would now fall
    into quiet hours; nor what is late, if that breaks a limit beside what is still to come this week.
    Whoever sends one notes it in `facts.sent` under its key, at `limits.counts_at`. Raises ValueError for a naive
    datetime.
    """
    planned = _planned(facts, max(as_utc(since), facts.now - MOST_LATE), facts.now)
    return tuple(slot for slot in planned if slot.at <= facts.now and _may_go_now(slot, planned, facts))


def _planned(facts: Facts, since: datetime, until: datetime) -> list[Slot]:
    """Everything after an instant, to the end of the week of another and as long after as one keeps others away."""
    since, until = as_utc(since), _end_of_week(facts, until) + APART
    coming = [slot for slot in _coming(facts, since, until) if since < slot.at <= until]
    to_patient = [slot for slot in coming if slot.kind in TO_PATIENT]
    chosen = within_limits(to_patient, _gone(facts), facts.zones)
    return sorted((*chosen, *(slot for slot in coming if slot.kind not in TO_PATIENT)), key=_by_time)


def _end_of_week(facts: Facts, instant: datetime) -> datetime:
    return facts.zones.start_of_day(monday_of(facts.zones.local_date(instant)) + ONE_WEEK)


def _gone(facts: Facts) -> list[datetime]:
    return [as_utc(sent.at) for sent in facts.sent if sent.kind in TO_PATIENT]


def _coming(facts: Facts, since: datetime, until: datetime) -> list[Slot]:
    """What nothing stops, where quiet hours move it; a stop at either instant is one."""
    back_to = min(since, looks_back_to(facts) or since) - LONGEST_MOVE
    slots = thinned([*slots_of(facts, back_to, until), *snoozed(facts)], facts)
    moved = (_out_of_quiet(slot, facts) for slot in slots if _stands(slot, facts))
    return _once((slot for slot in moved if slot is not None and _stands(slot, facts)), facts)


def _stands(slot: Slot, facts: Facts) -> bool:
    return not is_stopped(slot, facts) and not is_put_off(slot, facts)


def _out_of_quiet(slot: Slot, facts: Facts) -> Slot | None:
    if _is_never_moved(slot):
        return slot
    at = facts.settings.quiet.moved(slot.at, facts.zones)
    return None if at is None else replace(slot, at=at)


def _is_never_moved(slot: Slot) -> bool:
    """What P asked for comes when it was asked for, and quiet hours are P's, not the therapist's."""
    return slot.asked_for or slot.kind not in TO_PATIENT


def _once(slots: Iterable[Slot], facts: Facts) -> list[Slot]:
    """Each key once, the earliest, and none that went out."""
    gone = {sent.key for sent in facts.sent}
    latest_first = sorted((slot for slot in slots if slot.key not in gone), key=_by_time, reverse=True)
    return list({slot.key: slot for slot in latest_first}.values())


def _by_time(slot: Slot) -> tuple[datetime, str]:
    return slot.at, slot.key


def _may_go_now(slot: Slot, planned: list[Slot], facts: Facts) -> bool:
    now = replace(slot, at=facts.now)
    if not _stands(now, facts):
        return False
    if _is_never_moved(slot):
        return True
    is_quiet = facts.settings.quiet.hold_at(now.at, facts.zones)
    return not is_quiet and (now.at - slot.at <= ON_TIME or _disturbs_nothing(now, planned, facts))


def _disturbs_nothing(late: Slot, planned: list[Slot], facts: Facts) -> bool:
    others = (other.at for other in planned if other.key != late.key and other.kind in TO_PATIENT)
    return fits(late.at, [*_gone(facts), *others], facts.zones)
