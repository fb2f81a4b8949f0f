"""The therapist's sessions with one patient: when they are, and the page of one, quick to use while it goes on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from companion.accounts import queries as accounts
from companion.accounts.access import Policy, access, actor
from companion.contract import queries as contract
from companion.contract.rules import TaskKind
from companion.kernel.errors import RefusedError
from companion.kernel.wall_clock import NoSuchTimeError, instant_at
from companion.sessions import queries, services
from companion.sessions.forms.appointments import AgendaForm, SessionForm, TickForm
from companion.sessions.forms.written_up import BeliefsForm, LearnedForm
from companion.sessions.rules import may_be_written_up, still_collects
from companion.sessions.rules.agenda import About
from companion.sessions.views.blueprint import REFUSED, SEE_OTHER, bp
from companion.transaction import transaction
from companion.web.forms import EmptyForm, Form
from companion.web.now import now

SESSIONS = "/patients/<uuid:patient_id>/sessions"
ONE = f"{SESSIONS}/<uuid:session_id>"


@bp.get(SESSIONS)
@access(Policy.THERAPIST)
def sessions(patient_id: UUID) -> ResponseReturnValue:
    return _sessions_page(patient_id, SessionForm(formdata=None))


@bp.post(SESSIONS)
@access(Policy.THERAPIST)
def set_session(patient_id: UUID) -> ResponseReturnValue:
    form = SessionForm()
    accounts.patient_for(actor(), patient_id)
    if form.validate() and form.day.data and form.time.data:
        try:
            at_session = instant_at(form.day.data, form.time.data, ZoneInfo(actor().zone))
            with transaction():
                services.set_next_session(actor(), patient_id, at_session, now())
        except NoSuchTimeError:
            form.time.errors = [_("The clocks go forward over this time on that day. Please choose another.")]
        except RefusedError as refused:
            form.refuse(refused)
        else:
            flash(_("The session is noted."))
            return redirect(url_for("sessions.sessions", patient_id=patient_id))
    return _sessions_page(patient_id, form), REFUSED


@bp.post(f"{ONE}/remove")
@access(Policy.THERAPIST)
def remove(patient_id: UUID, session_id: UUID) -> ResponseReturnValue:
    form = EmptyForm()
    if not form.validate():
        shown = SessionForm(formdata=None)
        shown.form_errors = form.form_errors
        return _sessions_page(patient_id, shown), REFUSED
    with transaction():
        services.remove_session(actor(), patient_id, session_id, now())
    flash(_("The session was taken off."))
    return redirect(url_for("sessions.sessions", patient_id=patient_id))


@dataclass
class OnThePage:
    """The forms of a session's page: the one that was sent, and the others as they stand."""

    agenda: AgendaForm = field(default_factory=lambda: AgendaForm(formdata=None))
    ticked: TickForm = field(default_factory=lambda: TickForm(formdata=None))
    beliefs: BeliefsForm | None = None
    learned: LearnedForm | None = None

    @property
    def shown(self) -> list[Form]:
        """Those that may have been refused."""
        return [form for form in (self.agenda, self.ticked, self.beliefs, self.learned) if form]


@bp.get(ONE)
@access(Policy.THERAPIST)
def session(patient_id: UUID, session_id: UUID) -> ResponseReturnValue:
    return _session_page(patient_id, session_id, OnThePage())


@bp.post(f"{ONE}/agenda")
@access(Policy.THERAPIST)
def add_to_agenda(patient_id: UUID, session_id: UUID) -> ResponseReturnValue:
    queries.meeting(actor(), patient_id, session_id)
    form = AgendaForm()
    return _keep(
        patient_id,
        session_id,
        form,
        OnThePage(agenda=form),
        lambda: services.add_to_agenda(actor(), patient_id, session_id, form.what.data or "", now(), form.id.data),
    )


@bp.post(f"{ONE}/agenda/tick")
@access(Policy.THERAPIST)
def tick(patient_id: UUID, session_id: UUID) -> ResponseReturnValue:
    queries.meeting(actor(), patient_id, session_id)
    form = TickForm()

    def keep() -> None:
        act = services.tick if form.ticked.data else services.untick
        act(actor(), patient_id, session_id, About(form.about.data), form.subject.data, now())

    return _keep(patient_id, session_id, form, OnThePage(ticked=form), keep)


@bp.post(f"{ONE}/beliefs")
@access(Policy.THERAPIST)
def rate_beliefs(patient_id: UUID, session_id: UUID) -> ResponseReturnValue:
    queries.meeting(actor(), patient_id, session_id)
    form = BeliefsForm()
    return _keep(
        patient_id,
        session_id,
        form,
        OnThePage(beliefs=form),
        lambda: services.rate_beliefs(actor(), patient_id, session_id, form.ideas, form.believed, now(), form.id.data),
    )


@bp.post(f"{ONE}/learned")
@access(Policy.THERAPIST)
def say_learned(patient_id: UUID, session_id: UUID) -> ResponseReturnValue:
    queries.meeting(actor(), patient_id, session_id)
    form = LearnedForm()
    return _keep(
        patient_id,
        session_id,
        form,
        OnThePage(learned=form),
        lambda: services.say_learned(actor(), patient_id, session_id, form.answer, now()),
    )


def _keep(
    patient_id: UUID, session_id: UUID, form: Form, page: OnThePage, keep: Callable[[], None]
) -> ResponseReturnValue:
    if form.validate():
        try:
            with transaction():
                keep()
        except RefusedError as refused:
            form.refuse(refused)
        else:
            return redirect(url_for("sessions.session", patient_id=patient_id, session_id=session_id), SEE_OTHER)
    for each in page.shown:
        if isinstance(each, AgendaForm | BeliefsForm):
            each.renew()
    return _session_page(patient_id, session_id, page), REFUSED


def _sessions_page(patient_id: UUID, form: SessionForm) -> str:
    found = queries.meetings(actor(), patient_id)
    return render_template(
        "sessions/sessions.html",
        patient=accounts.patient_for(actor(), patient_id),
        ahead=queries.coming_sessions(actor(), patient_id, now()),
        held=[each for each in found if each.at < now()],
        said={each.session_id: each.said for each in queries.between_us(actor(), patient_id)},
        believed={each.session_id: each.believed for each in queries.believed(actor(), patient_id)},
        unrepaired=queries.ruptures_of(actor(), patient_id),
        zone=actor().zone,
        form=form,
    )


def _session_page(patient_id: UUID, session_id: UUID, forms: OnThePage) -> str:
    me, found = actor(), queries.meeting(actor(), patient_id, session_id)
    ideas = queries.ideas_of(me, patient_id)
    learned = queries.learned_of(me, patient_id, session_id)
    current = contract.in_force(me, patient_id)
    return render_template(
        "sessions/session.html",
        patient=accounts.patient_for(me, patient_id),
        session=found,
        zone=me.zone,
        forms=forms,
        beliefs=forms.beliefs or BeliefsForm.of(ideas),
        learned_form=forms.learned or LearnedForm(formdata=None, learned=learned.mine.value if learned.mine else ""),
        point=queries.point_of(me, patient_id, session_id),
        agenda=queries.agenda_of(me, found, now()),
        learned=learned,
        homework=[task for task in current.tasks if task.words.kind is not TaskKind.IN_SESSION] if current else [],
        scenes=queries.scenes_of(me, patient_id, session_id),
        believed=next((each for each in queries.believed(me, patient_id) if each.session_id == session_id), None),
        ruptures=queries.ruptures_of(me, patient_id, session_id),
        between=next((each for each in queries.between_us(me, patient_id) if each.session_id == session_id), None),
        note=next(iter(queries.notes_of(me, patient_id)), None),
        ahead=next((each for each in queries.coming_sessions(me, patient_id, now()) if each.at > found.at), None),
        next_form=SessionForm(formdata=None),
        is_open=still_collects(found.at, now()),
        may_write=may_be_written_up(found.at, now()),
    )
