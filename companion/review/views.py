"""Pages that read the other rooms: Today, Learned, what is shared, the caseload, the brief."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from companion.accounts.access import Policy, access, actor
from companion.accounts.queries import patient_for
from companion.accounts.rules import Role
from companion.checkins.queries import occasion_near
from companion.contract.queries import Round
from companion.contract.rules.goals import STEPS, Happened
from companion.experiments.forms import in_words
from companion.review.queries.after import Afterwards
from companion.review.queries.brief import Brief, brief_of
from companion.review.queries.caseload import caseload_of
from companion.review.queries.goals import GoalLine, goals_of
from companion.review.queries.learned import Liked, learned_of
from companion.review.queries.occasions import Besides
from companion.review.queries.today import today_of
from companion.review.rules.tellings import Met
from companion.web.charts import (
    NARROW,
    WIDE,
    Fall,
    FallsPicture,
    Pair,
    PairsPicture,
    Span,
    StepsPicture,
    Stood,
    falls_picture,
    pairs_picture,
    steps_picture,
)
from companion.web.filters import day_in
from companion.web.now import now

bp = Blueprint("review", __name__)

DAY_IN_A_PICTURE = "d MMM"
FEWEST_TO_COMPARE = 2
"""So many times something must have been, to have a first and a latest one."""
HOME = {Role.THERAPIST: "review.caseload", Role.ADMIN: "accounts.practice"}


@bp.get("/")
@access(Policy.SIGNED_IN)
def today() -> ResponseReturnValue:
    me = actor()
    if me.role in HOME:
        return redirect(url_for(HOME[me.role]))
    return render_template("review/today.html", today=today_of(me, now()), zone=me.zone)


@bp.get("/open")
@access(Policy.PATIENT)
def open_here() -> ResponseReturnValue:
    """Where the home screen leads: while something planned goes on, or is about to, to Now."""
    return redirect(url_for("checkins.now_page" if occasion_near(actor(), now()) else "review.today"))


@bp.get("/learned")
@access(Policy.PATIENT)
def learned() -> ResponseReturnValue:
    found = learned_of(actor(), now())
    return render_template(
        "review/learned.html",
        learned=found,
        besides_picture=_besides_picture(found.besides),
        afterwards_picture=_picture(_afterwards_rows(found.afterwards)),
        guilts_picture=_picture(
            Pair(_of_day(line.day, line.activity), line.expected, line.felt) for line in found.guilts.lines
        ),
        liked_picture=_picture(_liked_rows(found.liked)),
        tellings_picture=_picture(_tellings_rows(found.tellings)),
    )


@bp.get("/shared")
@access(Policy.PATIENT)
def shared() -> ResponseReturnValue:
    return _brief_page("review/shared.html", actor().id, NARROW)


@bp.get("/goals")
@access(Policy.PATIENT)
def goals() -> ResponseReturnValue:
    return _goals_page("review/goals.html", actor().id, NARROW)


@bp.get("/patients/<uuid:patient_id>/goals")
@access(Policy.THERAPIST)
def goals_of_patient(patient_id: UUID) -> ResponseReturnValue:
    return _goals_page("review/goals_of_patient.html", patient_id, WIDE)


@bp.get("/caseload")
@access(Policy.THERAPIST)
def caseload() -> ResponseReturnValue:
    return render_template("review/caseload.html", lines=caseload_of(actor(), now()), zone=actor().zone)


@bp.get("/patients/<uuid:patient_id>")
@access(Policy.THERAPIST)
def brief(patient_id: UUID) -> ResponseReturnValue:
    return _brief_page("review/brief.html", patient_id, WIDE)


def _brief_page(template: str, patient_id: UUID, width: int) -> str:
    found = brief_of(actor(), patient_id, now())
    return render_template(
        template,
        brief=found,
        patient=found.patient,
        besides_picture=_besides_picture(found.besides),
        guilt_picture=_guilt_picture(found, width),
    )


def _besides_picture(found: Besides) -> PairsPicture:
    return pairs_picture(
        [Pair(_of_day(line.day, line.person or _("someone")), line.expected, line.seen) for line in found.lines]
    )


def _of_day(day: date, what: str) -> str:
    return f"{format_date(day, DAY_IN_A_PICTURE)}, {what}"


def _picture(rows: Iterable[Pair]) -> PairsPicture | None:
    """None where there is nothing to draw."""
    drawn = list(rows)
    return pairs_picture(drawn) if drawn else None


def _afterwards_rows(found: Afterwards) -> Iterable[Pair]:
    for goes_on, change in found.latest:
        what = _("went on") if goes_on else _("stopped")
        yield Pair(_of_day(day_in(change.at, actor().zone), what), change.before, change.after)


def _liked_rows(found: Iterable[Liked]) -> Iterable[Pair]:
    for line in found:
        if line.found.n >= FEWEST_TO_COMPARE:
            yield Pair(line.activity, line.found.enjoyed[0], line.found.enjoyed[-1])


def _tellings_rows(found: Iterable[Met]) -> Iterable[Pair]:
    for met in found:
        if met.suffering.expected is not None:
            yield Pair(in_words(met.telling), met.suffering.expected, met.suffering.seen)


def _guilt_picture(brief: Brief, width: int) -> FallsPicture | None:
    """Guilt at its peak and after, from the first entry that is still shown until today; None where there is none."""
    falls = [
        Fall(
            entry.occurred_at.astimezone(ZoneInfo(entry.zone)),
            entry.guilt.value,
            entry.after.guilt.value if entry.after else None,
        )
        for entry in brief.entries
        if entry.guilt.value is not None
    ]
    if not falls:
        return None
    return falls_picture(
        falls,
        min(fall.at.date() for fall in falls),
        max(brief.today, *(fall.at.date() for fall in falls)),
        width=width,
        bands=[Span(each.first_day, each.until_day, str(each.number)) for each in brief.agreed.history],
        hatched=[Span(pause.first_day, pause.resumed_on) for pause in brief.rested],
    )


STEPS_UP = (Happened.CANT_TELL, *STEPS)
"""From the foot of a goal's picture upwards."""


def _goals_page(template: str, patient_id: UUID, width: int) -> str:
    lines = goals_of(actor(), patient_id, now())
    return render_template(
        template,
        patient=patient_for(actor(), patient_id),
        lines=lines,
        pictures={line.goal.lineage_id: _goal_picture(line, width) for line in lines if line.goal.is_seen},
        steps=STEPS_UP,
        me=actor(),
    )


def _goal_picture(line: GoalLine, width: int) -> StepsPicture:
    """From the day on which the goal was agreed, so that its versions are seen, too."""
    goal = line.goal
    return steps_picture(
        [
            Stood(each.first_day, each.until_day, _step(each, Role.PATIENT), _step(each, Role.THERAPIST))
            for each in goal.rounds
        ],
        len(STEPS_UP),
        goal.first.from_day,
        width=width,
        bands=[Span(each.from_day, each.until_day, str(each.number)) for each in goal.versions],
    )


def _step(each: Round, side: Role) -> int | None:
    return STEPS_UP.index(each.by[side].said.happened) if side in each.by else None
