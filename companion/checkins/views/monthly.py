"""How it is lately: asked once a month, and never pressed for."""

from http import HTTPStatus
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from companion.accounts.access import Policy, access, actor
from companion.checkins import queries, services
from companion.checkins.forms.beside import KeepWordsForm, MonthForm, NotNowForm
from companion.checkins.rules import A_MONTH
from companion.checkins.views.blueprint import bp
from companion.kernel.errors import RefusedError
from companion.kernel.ids import new_id
from companion.transaction import transaction
from companion.web.now import now

MOST_READ = 24


@bp.get("/lately")
@access(Policy.PATIENT)
def lately() -> ResponseReturnValue:
    return _lately_page(MonthForm(formdata=None))


@bp.post("/lately")
@access(Policy.PATIENT)
def say_how_it_is() -> ResponseReturnValue:
    form = MonthForm()
    if form.validate():
        try:
            with transaction():
                services.say_how_it_is(
                    actor(), form.client_id.data, form.said(), now(), words_private=form.words_private.data
                )
        except RefusedError as refused:
            form.refuse(refused)
        else:
            flash(_("Saved. You can stop here."))
            return redirect(url_for(".lately"), HTTPStatus.SEE_OTHER)
    return _lately_page(form), HTTPStatus.UNPROCESSABLE_ENTITY


@bp.post("/lately/not-now")
@access(Policy.PATIENT)
def put_off() -> ResponseReturnValue:
    form = NotNowForm()
    if not form.validate():
        return _unread()
    with transaction():
        services.put_off(actor(), form.client_id.data, now())
    return redirect(url_for("review.today"), HTTPStatus.SEE_OTHER)


@bp.post("/lately/<uuid:help_check_id>/sharing")
@access(Policy.PATIENT)
def keep_help_words(help_check_id: UUID) -> ResponseReturnValue:
    form = KeepWordsForm()
    if not form.validate():
        return _unread()
    try:
        with transaction():
            services.keep_help_words(actor(), help_check_id, **form.choice_made())
    except RefusedError as refused:
        flash(str(refused.message))
    return redirect(url_for(".lately"), HTTPStatus.SEE_OTHER)


def _unread() -> ResponseReturnValue:
    """The page again, where what a button of it sent can't be read."""
    flash(_("That could not be read. Nothing was changed."))
    return _lately_page(MonthForm(formdata=None)), HTTPStatus.UNPROCESSABLE_ENTITY


def _lately_page(form: MonthForm) -> str:
    form.renew()
    said = queries.how_it_is(actor(), actor().id, now(), MOST_READ)
    is_asked = not said or now() - said[0].at >= A_MONTH
    return render_template("checkins/lately.html", form=form, said=said, is_asked=is_asked, now=now(), fresh=new_id)
