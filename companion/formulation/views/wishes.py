"""Things the patient would like."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from companion.accounts.access import Policy, access, actor
from companion.formulation import queries, services
from companion.formulation.forms import WishForm
from companion.formulation.queries import WishRead
from companion.formulation.rules import WishState
from companion.formulation.views.blueprint import REFUSED, bp
from companion.kernel.errors import RefusedError
from companion.transaction import transaction
from companion.web.forms import Form
from companion.web.now import now


@bp.get("/wishes")
@access(Policy.PATIENT)
def wishes() -> ResponseReturnValue:
    return _wishes_page(WishForm(formdata=None))


@bp.post("/wishes")
@access(Policy.PATIENT)
def add_wish() -> ResponseReturnValue:
    form = WishForm()
    if form.validate():
        try:
            with transaction():
                services.add_wish(actor(), form.words, now(), form.id.data)
        except RefusedError as refused:
            form.refuse(refused)
        else:
            flash(_("It’s kept."))
            return redirect(url_for("formulation.wishes"))
    form.renew()
    return _wishes_page(form), REFUSED


@bp.get("/wishes/<uuid:wish_id>")
@access(Policy.PATIENT)
def wish(wish_id: UUID) -> ResponseReturnValue:
    found = queries.wish(actor(), actor().id, wish_id)
    return _wish_page(found, WishForm.of(found))


@bp.post("/wishes/<uuid:wish_id>")
@access(Policy.PATIENT)
def keep_wish(wish_id: UUID) -> ResponseReturnValue:
    queries.wish(actor(), actor().id, wish_id)
    form, has_changed = WishForm(), False
    if form.validate():
        try:
            with transaction():
                services.take_wish(actor(), wish_id, now(), form.words, form.seen.data or b"")
        except RefusedError as refused:
            form.refuse(refused)
            has_changed = refused.message is services.CHANGED_MEANWHILE
        else:
            flash(_("It’s kept."))
            return redirect(url_for("formulation.wishes"))
    stands = queries.wish(actor(), actor().id, wish_id)
    if has_changed:
        form.seen.data = stands.stand
    form.renew()
    return _wish_page(stands, form, has_changed=has_changed), REFUSED


@bp.post("/wishes/<uuid:wish_id>/take")
@access(Policy.PATIENT)
def take_wish(wish_id: UUID) -> ResponseReturnValue:
    queries.wish(actor(), actor().id, wish_id)
    if not Form().validate():
        return _unread()
    with transaction():
        services.take_wish(actor(), wish_id, now())
    flash(_("It’s yours now. You can change the words at any time."))
    return redirect(url_for("formulation.wishes"))


@bp.post("/wishes/<uuid:wish_id>/aside")
@access(Policy.PATIENT)
def put_aside(wish_id: UUID) -> ResponseReturnValue:
    queries.wish(actor(), actor().id, wish_id)
    if not Form().validate():
        return _unread()
    with transaction():
        services.put_wish_aside(actor(), wish_id, now())
    flash(_("Put aside. You can take it up again at any time."))
    return redirect(url_for("formulation.wishes"))


def _unread() -> ResponseReturnValue:
    """The page of a button again, where what it sent can't be read."""
    flash(_("That could not be read. Nothing was changed."))
    return _wishes_page(WishForm(formdata=None)), REFUSED


def _wishes_page(form: WishForm) -> str:
    found = queries.wishes_of(actor(), actor().id)
    return render_template(
        "formulation/wishes.html",
        own=[each for each in found if each.is_own],
        suggested=[each for each in found if each.state is WishState.SUGGESTED],
        aside=[each for each in found if each.state in {WishState.LEFT, WishState.LET_GO}],
        form=form,
    )


def _wish_page(found: WishRead, form: WishForm, *, has_changed: bool = False) -> str:
    return render_template("formulation/wish.html", wish=found, form=form, has_changed=has_changed)
