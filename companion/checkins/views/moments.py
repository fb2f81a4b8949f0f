"""The cutting door: one page, two taps; what came of it may be told later."""

from http import HTTPStatus
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from companion.accounts.access import Policy, access, actor, layout
from companion.checkins import queries
from companion.checkins.forms.moments import MomentForm, OutcomeForm, TellForm
from companion.checkins.rules import Moment
from companion.checkins.views import acts
from companion.checkins.views.blueprint import bp
from companion.checkins.views.entries import NOT_ABOUT_THIS, after, saved_page, stand_ready, to_saved, unread
from companion.kernel.errors import NotFoundError, RefusedError
from companion.kernel.when import When
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
            with transaction():
                kept = acts.save(actor(), form, When.at_once(now()))
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
        acts.tell_outcome(actor(), check_in_id, form, When.at_once(now()))
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
    form = acts.tell_form(actor())
    if not form.validate():
        return _moment_page(form, entry), HTTPStatus.UNPROCESSABLE_ENTITY
    with transaction():
        acts.tell_moment(actor(), check_in_id, form, When.at_once(now()))
    return to_saved(check_in_id)


def _cutting_page(form: MomentForm, *, is_about: bool) -> str:
    occasion = stand_ready(form, is_about=is_about)
    return render_template("checkins/cutting.html", layout=layout(), form=form, occasion=occasion)


def _moment_page(form: TellForm, entry: queries.Shown) -> str:
    form.renew()
    acts.offer_people(actor(), form)
    return render_template("checkins/moment.html", form=form, entry=entry)


def _moment_of(check_in_id: UUID) -> tuple[queries.Shown, Moment]:
    """The patient's own entry of this door; raises NotFoundError for any other."""
    entry = queries.one_of_mine(actor(), check_in_id, now())
    if entry.moment is None:
        raise NotFoundError
    return entry, entry.moment
