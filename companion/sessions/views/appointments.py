"""The patient's appointments: the next one with their own point, and afterwards what it was like."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from companion.accounts.access import Policy, access, actor
from companion.kernel.errors import RefusedError
from companion.sessions import queries, services
from companion.sessions.forms.afterwards import AfterwardsForm
from companion.sessions.forms.appointments import AgendaForm, PointForm
from companion.sessions.queries import BetweenRead, Meeting, PointRead, fingerprint_of
from companion.sessions.rules import has_begun, still_collects
from companion.sessions.views.blueprint import REFUSED, SEE_OTHER, bp
from companion.transaction import transaction
from companion.web.now import now

ONE = "/appointments/<uuid:session_id>"
MOST_EARLIER = 30


@bp.get("/appointments")
@access(Policy.PATIENT)
def appointments() -> ResponseReturnValue:
    me, at = actor(), now()
    found = queries.meetings(me, me.id)
    return render_template(
        "sessions/appointments.html",
        ahead=[each for each in reversed(found) if not has_begun(each.at, at)],
        held=[each for each in found if has_begun(each.at, at)][:MOST_EARLIER],
        answered={each.session_id for each in queries.between_us(me, me.id)},
        zone=me.zone,
    )


@bp.get(ONE)
@access(Policy.PATIENT)
def appointment(session_id: UUID) -> ResponseReturnValue:
    return _page(_mine(session_id))


@bp.post(f"{ONE}/point")
@access(Policy.PATIENT)
def write_point(session_id: UUID) -> ResponseReturnValue:
    found, form, stands = _mine(session_id), PointForm(), None
    if form.validate():
        try:
            with transaction():
                services.write_point(actor(), session_id, form.point, now(), form.seen.data or b"")
        except RefusedError as refused:
            form.refuse(refused)
            stands = queries.point_of(actor(), actor().id, session_id)
            form.seen.data = fingerprint_of(stands)
        else:
            flash(_("Kept. You can change it until you meet."))
            return redirect(url_for("sessions.appointment", session_id=session_id), SEE_OTHER)
    return _page(found, point=form, stands=stands), REFUSED


@bp.post(f"{ONE}/agenda")
@access(Policy.PATIENT)
def add_own(session_id: UUID) -> ResponseReturnValue:
    found, form = _mine(session_id), AgendaForm()
    if form.validate():
        try:
            with transaction():
                services.add_to_agenda(actor(), actor().id, session_id, form.what.data or "", now(), form.id.data)
        except RefusedError as refused:
            form.refuse(refused)
        else:
            return redirect(url_for("sessions.appointment", session_id=session_id), SEE_OTHER)
    form.renew()
    return _page(found, more=form), REFUSED


@bp.get(f"{ONE}/afterwards")
@access(Policy.PATIENT)
def afterwards(session_id: UUID) -> ResponseReturnValue:
    found = _mine(session_id)
    if not has_begun(found.at, now()):
        return redirect(url_for("sessions.appointment", session_id=session_id))
    learned = queries.learned_of(actor(), actor().id, session_id)
    return _afterwards_page(found, AfterwardsForm.of(_said(session_id), learned))


@bp.post(f"{ONE}/afterwards")
@access(Policy.PATIENT)
def say_afterwards(session_id: UUID) -> ResponseReturnValue:
    found, form = _mine(session_id), AfterwardsForm()
    if form.validate():
        try:
            with transaction():
                _keep_afterwards(session_id, form)
        except RefusedError as refused:
            form.refuse(refused)
        else:
            flash(_("Kept. You can put the phone away."))
            return redirect(url_for("sessions.appointment", session_id=session_id), SEE_OTHER)
    form.renew()
    return _afterwards_page(found, form), REFUSED


def _keep_afterwards(session_id: UUID, form: AfterwardsForm) -> None:
    """Each part only where something was said of it; nothing at all is refused by the first."""
    if form.answer:
        services.say_learned(actor(), actor().id, session_id, form.answer, now())
    if form.answer is None or not form.between.is_empty:
        services.say_between_us(actor(), session_id, form.between, now(), form.id.data)


def _mine(session_id: UUID) -> Meeting:
    return queries.meeting(actor(), actor().id, session_id)


def _said(session_id: UUID) -> BetweenRead | None:
    return next((each for each in queries.between_us(actor(), actor().id) if each.session_id == session_id), None)


def _page(
    found: Meeting, *, point: PointForm | None = None, more: AgendaForm | None = None, stands: PointRead | None = None
) -> str:
    me, at = actor(), now()
    written = queries.point_of(me, me.id, found.id)
    begins_with = queries.point_to_begin_with(me, found.id)
    return render_template(
        "sessions/appointment.html",
        session=found,
        zone=me.zone,
        is_ahead=not has_begun(found.at, at),
        is_open=still_collects(found.at, at),
        written=written,
        stands=stands,
        point=point or PointForm.of(begins_with, written),
        more=more or AgendaForm(formdata=None),
        agenda=queries.agenda_of(me, found, at),
        said=_said(found.id),
        learned=queries.learned_of(me, me.id, found.id),
        scenes=queries.scenes_of(me, me.id, found.id),
        believed=next((each for each in queries.believed(me, me.id) if each.session_id == found.id), None),
        ruptures=queries.ruptures_told(me, me.id, found.id),
    )


def _afterwards_page(found: Meeting, form: AfterwardsForm) -> str:
    return render_template("sessions/afterwards.html", session=found, zone=actor().zone, form=form)
