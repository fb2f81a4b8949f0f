"""The cutting door: one page, two taps; what came of it may be told later."""

from http import HTTPStatus
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from companion.accounts.access import Policy, access, actor, layout
from companion.checkins import queries, services
from companion.checkins.forms.moments import MomentForm, OutcomeForm, TellForm
from companion.checkins.rules import Moment
from companion.checkins.views.blueprint import bp
from companion.checkins.views.entries import NOT_ABOUT_THIS, after, id_of, saved_page, stand_ready, to_saved, unread
from companion.experiments import queries as experiments
from companion.experiments import services as occasions
from companion.kernel.errors import NotFoundError, RefusedError
from companion.transaction import transaction
from companion.web.now import now


@bp.get("/now/words")
@access(Policy.PATIENT, while_locked=True)
def cutting() -> ResponseReturnValue:
    return _cutting_page(MomentForm(formdata=None), is_about=request.args.get("about") != NOT_ABOUT_THIS)


@bp.post("/now/words")
@access(Policy.PATIENT, while_locked=True)
def save_moment() -> ResponseReturnValue:
    form = MomentForm()
    if form.validate():
        try:
            entry = form.entry(actor(), now())
            with transaction():
                kept = services.save(actor(), entry, now())
        except RefusedError as refused:
            form.refuse(refused)
        else:
            return after(kept)
    return _cutting_page(form, is_about=bool(form.occasion.data)), HTTPStatus.UNPROCESSABLE_ENTITY


@bp.post("/now/<uuid:check_in_id>/outcome")
@access(Policy.PATIENT)
def tell_outcome(check_in_id: UUID) -> ResponseReturnValue:
    form = OutcomeForm()
    if not form.validate():
        return unread(saved_page, check_in_id)
    with transaction():
        services.tell_outcome(actor(), check_in_id, form.client_id.data, form.told(), now())
    return to_saved(check_in_id)


@bp.get("/now/<uuid:check_in_id>/words")
@access(Policy.PATIENT)
def moment(check_in_id: UUID) -> ResponseReturnValue:
    entry, known = _moment_of(check_in_id)
    data = {
        "urge": str(known.urge),
        "outcome": known.outcome or "",
        "person": str(known.person_id or ""),
        "worth_less": "" if known.worth_less is None else str(known.worth_less),
    }
    return _moment_page(TellForm(formdata=None, data=data), entry)


@bp.post("/now/<uuid:check_in_id>/words")
@access(Policy.PATIENT)
def tell_moment(check_in_id: UUID) -> ResponseReturnValue:
    entry, _known = _moment_of(check_in_id)
    form = TellForm()
    _offer_people(form)
    if not form.validate():
        return _moment_page(form, entry), HTTPStatus.UNPROCESSABLE_ENTITY
    with transaction():
        person_id = id_of(form.toward, occasions.add_person)
        said = form.moment(person_id)
        services.tell_moment(actor(), check_in_id, form.client_id.data, said, now())
    return to_saved(check_in_id)


def _cutting_page(form: MomentForm, *, is_about: bool) -> str:
    occasion = stand_ready(form, is_about=is_about)
    return render_template("checkins/cutting.html", layout=layout(), form=form, occasion=occasion)


def _moment_page(form: TellForm, entry: queries.Shown) -> str:
    form.renew()
    _offer_people(form)
    return render_template("checkins/moment.html", form=form, entry=entry)


def _offer_people(form: TellForm) -> None:
    form.offer(experiments.people_of(actor(), actor().id))


def _moment_of(check_in_id: UUID) -> tuple[queries.Shown, Moment]:
    """The patient's own entry of this door; raises NotFoundError for any other."""
    entry = queries.one_of_mine(actor(), check_in_id, now())
    if entry.moment is None:
        raise NotFoundError
    return entry, entry.moment
