"""Three lines of a practice: to write, to read again, to keep or to share."""

from http import HTTPStatus
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from companion.accounts.access import Policy, access, actor
from companion.checkins import queries, services
from companion.checkins.forms.beside import KeepWordsForm, ReflectionForm
from companion.checkins.views import acts
from companion.checkins.views.blueprint import bp
from companion.kernel.errors import RefusedError
from companion.kernel.when import When
from companion.transaction import transaction
from companion.web.now import now

MOST_READ = 50


@bp.get("/lines")
@access(Policy.PATIENT)
def reflection() -> ResponseReturnValue:
    return _reflection_page(ReflectionForm(formdata=None))


@bp.post("/lines")
@access(Policy.PATIENT)
def reflect() -> ResponseReturnValue:
    form = ReflectionForm()
    if form.validate():
        try:
            with transaction():
                acts.reflect(actor(), form, When.at_once(now()))
        except RefusedError as refused:
            form.refuse(refused)
        else:
            flash(_("Saved. You can stop here."))
            return redirect(url_for(".reflection"), HTTPStatus.SEE_OTHER)
    return _reflection_page(form), HTTPStatus.UNPROCESSABLE_ENTITY


@bp.post("/lines/<uuid:reflection_id>/sharing")
@access(Policy.PATIENT)
def keep_reflection(reflection_id: UUID) -> ResponseReturnValue:
    form = KeepWordsForm()
    if not form.validate():
        flash(_("That could not be read. Nothing was changed."))
        return _reflection_page(ReflectionForm(formdata=None)), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with transaction():
            services.keep_reflection(actor(), reflection_id, **form.choice_made())
    except RefusedError as refused:
        flash(str(refused.message))
    return redirect(url_for(".reflection"), HTTPStatus.SEE_OTHER)


def _reflection_page(form: ReflectionForm) -> str:
    form.renew()
    written = queries.reflections_of(actor(), actor().id, now(), MOST_READ)
    return render_template("checkins/lines.html", form=form, written=written, now=now(), most=MOST_READ)
