"""What stops a reminder, at once; pure.

Everything to the patient stops while all rests, and for 12 h after "stop for now"; what P asks for after that is P's
newer wish, and stands. A reminder of a task stops with the task: paused, called an order, in no version in force, or
nothing left of it this week; one of an occasion also once there is word of it, or its activity was dropped.
"""

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from companion.contract.rules import Days, TaskKind
from companion.experiments.adherence import PausedDays, Record, weekly_count
from companion.experiments.rules import Result
from companion.kernel.week import as_utc, monday_of
from companion.reminders.rules.facts import Facts
from companion.reminders.rules.kinds import TO_PATIENT, Kind
from companion.reminders.rules.slots import Slot

REST_AFTER_STOPPING: Final = timedelta(hours=12)
"""How long nothing comes after "stop for now". Ours, and not validated."""


def is_stopped(slot: Slot, facts: Facts) -> bool:
    """Say whether this doesn't come at its instant, whatever the hour and however few there are."""
    if slot.kind in facts.settings.off or slot.series in facts.flagged_series or _is_too_late(slot):
        return True
    if slot.kind in TO_PATIENT and (_rests_after_stopping(slot, facts) or _rests_with_everything(slot, facts)):
        return True
    return _is_over(slot, facts)


def _is_too_late(slot: Slot) -> bool:
    return slot.lapses_at is not None and slot.at >= slot.lapses_at


# Everything


def _rests_after_stopping(slot: Slot, facts: Facts) -> bool:
    return any(
        stopped_at <= slot.at < as_utc(stopped_at) + REST_AFTER_STOPPING and not _was_asked_after(slot, stopped_at)
        for stopped_at in facts.stopped_at
    )


def _was_asked_after(slot: Slot, instant: datetime) -> bool:
    return slot.asked_at is not None and slot.asked_at > instant


def _rests_with_everything(slot: Slot, facts: Facts) -> bool:
    day = facts.zones.local_date(slot.at)
    return any(
        pause.lineage_id is None
        and day in Days(pause.first_day, pause.resumed_on)
        and not _was_asked_during(slot, pause, facts)
        for pause in facts.record.pauses
    )


def _was_asked_during(slot: Slot, pause: PausedDays, facts: Facts) -> bool:
    """Whether it was asked for on a later day than the pause's first, on which nobody can tell what came first."""
    return slot.asked_at is not None and facts.zones.local_date(slot.asked_at) > pause.first_day


# What it is about


def _is_over(slot: Slot, facts: Facts) -> bool:
    """Say whether there is nothing to be reminded of any more: what facts don't know is gone."""
    subject_id = slot.series.subject_id
    match slot.kind:
        case Kind.PLAN | Kind.DEBRIEF:
            return not _occasion_waits(facts, subject_id, facts.zones.local_date(slot.at))
        case Kind.WEEKLY:
            return subject_id is None or not _week_asks(facts, subject_id, facts.zones.local_date(slot.at))
        case Kind.SECOND_LOOK:
            return not any(look.check_in_id == subject_id and not look.is_done for look in facts.second_looks)
        case Kind.SESSION | Kind.BRIEF:
            return not any(meeting.id == subject_id for meeting in facts.meetings)
        case Kind.AGREEMENT:
            return not any(
                version.id == subject_id and not version.is_answered and not version.is_flagged
                for version in facts.versions
            )
        case Kind.LOOK_BACK | Kind.GOALS:
            return False


def _occasion_waits(facts: Facts, occasion_id: UUID | None, day: date) -> bool:
    plan = next((plan for plan in facts.plans if plan.id == occasion_id), None)
    return (
        plan is not None
        and not plan.has_word
        and plan.activity_id not in facts.dropped_activities
        and plan.lineage_id not in facts.flagged
        and facts.record.segment_on(plan.lineage_id, day) is not None
        and not facts.record.is_paused(plan.lineage_id, day)
    )


def _week_asks(facts: Facts, lineage_id: UUID, day: date) -> bool:
    return (
        lineage_id not in facts.flagged
        and facts.record.asked_on(lineage_id, TaskKind.WEEKLY, day) is not None
        and weekly_count(facts.record, lineage_id, monday_of(day)).tally.no_word > 0
        and not _asked_to_change(facts.record, lineage_id, monday_of(day))
    )


def _asked_to_change(record: Record, lineage_id: UUID, monday: date) -> bool:
    """Whether P would like to change what was agreed, said this week; one activity called off doesn't say that."""
    return any(
        log.lineage_id == lineage_id
        and log.result is Result.RENEGOTIATED
        and not log.called_off
        and monday_of(log.local_date) == monday
        for log in record.logs
    )
