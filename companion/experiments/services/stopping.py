"""What stops with a word: a dropped activity, at once; and telling, where somebody's reaction was frightening."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from companion.accounts.rules import Actor
from companion.contract.services import draft_without, rest_at_once
from companion.experiments.models import Activity, Debrief, Experiment, Met
from companion.experiments.queries import SOMETHING, is_dropped, reach_of, telling_in_force
from companion.experiments.rules import DebriefEntry, Reaction, Verdict, Word, outcome_of
from companion.experiments.services.own import own_occasion
from companion.extensions import db
from companion.kernel.ids import new_id
from companion.kernel.week import local_date


def stop_what_stops(
    patient: Actor, experiment: Experiment, entry: DebriefEntry, replaced: Debrief | None, at: datetime
) -> None:
    """Let stop what stops with this word, where what it replaces didn't say so already.

    A correction that takes it back revives nothing by itself: what rests is taken up again by the patient, and what was
    called off is planned anew.
    """
    if entry.verdict is Verdict.DROP:
        if replaced is None or replaced.verdict is not Verdict.DROP:
            _drop(patient, experiment.activity_id, at, is_private=entry.words_private)
        else:
            _stay_taken_up(experiment.activity_id, replaced.entered_at, at)
    is_new = replaced is None or not _was_frightening(replaced.id)
    if is_new and any(each.reaction is Reaction.FRIGHTENING for each in entry.met):
        for lineage_id in telling_in_force(patient):
            rest_at_once(patient, lineage_id, at)


def offer_again(patient: Actor, experiment_id: UUID, at: datetime) -> None:
    """Take the activity of an occasion up again: it is offered when planning. What was called off stays so.

    Not dropped, or taken up already, it is as if done. Raises NotFoundError for another's occasion.
    """
    activity_id = own_occasion(patient, experiment_id).activity_id
    if is_dropped(activity_id):
        _take_up(activity_id, at)


def _drop(patient: Actor, activity_id: UUID, at: datetime, *, is_private: bool) -> None:
    """Call off what is planned of an activity, and draft that it is let go; nothing where a later word keeps it."""
    if not is_dropped(activity_id):
        return
    _call_off(patient, activity_id, at, is_private=is_private)
    reached, tried = reach_of(patient, activity_id)
    label = db.session.scalar(sa.select(Activity.label).where(Activity.id == activity_id)) or ""
    finding = str(SOMETHING) if is_private else _finding(label, tried)
    for task in reached:
        draft_without(patient, task.lineage_id, finding, at, takes_it_out=task.is_all_of_it)
        if task.is_all_of_it and not task.is_done:
            rest_at_once(patient, task.lineage_id, at)


def _call_off(patient: Actor, activity_id: UUID, at: datetime, *, is_private: bool) -> None:
    """Take what is planned of an activity out of the count, as if asked for now: none of it is over yet.

    Where the word that drops it keeps the name to the patient, so do these.
    """
    has_word = sa.exists().where(Debrief.experiment_id == Experiment.id)
    ahead = sa.select(Experiment).where(
        Experiment.activity_id == activity_id, Experiment.ends_at > at, Experiment.planned_at <= at, ~has_word
    )
    for experiment in db.session.scalars(ahead):
        db.session.add(
            Debrief(
                id=new_id(),
                patient_id=patient.id,
                experiment_id=experiment.id,
                window_ended_at=experiment.ends_at,
                **asdict(outcome_of(Word.CALLED_OFF, asked_at=at, window_ends_at=experiment.ends_at)),
                happened_at=experiment.starts_at,
                zone=experiment.zone,
                local_date=local_date(experiment.starts_at, ZoneInfo(experiment.zone)),
                entered_at=at,
                learned="",
                words_private=is_private,
            )
        )
    db.session.flush()


def _finding(activity: str, tried: int) -> str:
    """What goes with the draft, for the patient to look at and change."""
    if not tried:
        return str(_("%(activity)s: not for me. I'd leave it out.", activity=activity))
    found = ngettext(
        "%(activity)s: tried once, and not for me. I'd leave it out.",
        "%(activity)s: tried %(num)s times, and not for me. I'd leave it out.",
        tried,
        activity=activity,
    )
    return str(found)


def _stay_taken_up(activity_id: UUID, dropped_at: datetime, at: datetime) -> None:
    """What was taken up again since stays so, where a correction says nothing new of it."""
    taken_up_at = db.session.scalar(sa.select(Activity.taken_up_at).where(Activity.id == activity_id))
    if taken_up_at is not None and taken_up_at >= dropped_at:
        _take_up(activity_id, at)


def _take_up(activity_id: UUID, at: datetime) -> None:
    activity = db.session.get_one(Activity, activity_id)
    activity.taken_up_at = max(at, _last_said(activity_id))
    db.session.flush()


def _last_said(activity_id: UUID) -> datetime:
    """When anything was last said of an occasion of it; there is a word, or it could not have been dropped."""
    said = (
        sa.select(Debrief.entered_at)
        .join(Experiment, Experiment.id == Debrief.experiment_id)
        .where(Experiment.activity_id == activity_id)
        .order_by(Debrief.entered_at.desc())
        .limit(1)
    )
    return db.session.scalars(said).one()


def _was_frightening(debrief_id: UUID) -> bool:
    frightening = sa.exists().where(Met.debrief_id == debrief_id, Met.reaction == Reaction.FRIGHTENING)
    return db.session.scalar(sa.select(frightening)) is True
