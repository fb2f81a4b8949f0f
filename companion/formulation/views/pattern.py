"""How it goes, for the patient: read it, answer it, say it in one's own words."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from companion.accounts.access import Policy, access, actor
from companion.formulation import queries, services
from companion.formulation.forms import FitForm, OwnPatternForm
from companion.formulation.queries import PatternRead, Patterns
from companion.formulation.rules import Fit, PatternWords
from companion.formulation.views.blueprint import REFUSED, bp, written_meanwhile
from companion.kernel.errors import NotFoundError, RefusedError
from companion.transaction import transaction
from companion.web.now import now

SAID = {
    Fit.EXACTLY: _l("Noted: exactly. This is what you two go by."),
    Fit.PARTLY: _l("Noted: partly. You can change the words at any time."),
    Fit.NOT_ME: _l("Noted: not you. It won’t be used."),
}


@bp.get("/pattern")
@access(Policy.PATIENT)
def pattern() -> ResponseReturnValue:
    return _pattern_page(FitForm(formdata=None))


@bp.post("/pattern/<uuid:pattern_id>")
@access(Policy.PATIENT)
def answer_pattern(pattern_id: UUID) -> ResponseReturnValue:
    _among(queries.patterns_of(actor(), actor().id), pattern_id)
    form = FitForm()
    if form.validate():
        fit = Fit(form.fit.data)
        try:
            with transaction():
                services.answer_pattern(actor(), pattern_id, fit, now(), form.seen.data or b"")
        except RefusedError as refused:
            form.refuse(refused)
        else:
            flash(str(SAID[fit]))
            return redirect(url_for("formulation.pattern"))
    return _pattern_page(form), REFUSED


@bp.get("/pattern/words")
@access(Policy.PATIENT)
def words() -> ResponseReturnValue:
    """Begins empty, or as another version reads."""
    patterns, other = queries.patterns_of(actor(), actor().id), request.args.get("from", type=UUID)
    begin_from = _among(patterns, other).words if other else PatternWords("")
    return _words_page(OwnPatternForm.of(patterns, begin_from))


@bp.post("/pattern/words")
@access(Policy.PATIENT)
def keep_words() -> ResponseReturnValue:
    form, why = OwnPatternForm(), None
    if form.validate():
        fit = Fit(form.fit.data)
        try:
            with transaction():
                services.write_pattern(actor(), form.words, fit, now(), form.seen.data or b"", form.id.data)
        except RefusedError as refused:
            form.refuse(why := refused)
        else:
            flash(_("It’s kept, in your words."))
            return redirect(url_for("formulation.pattern"))
    form.renew()
    return _words_page(form, why), REFUSED


def _among(patterns: Patterns, pattern_id: UUID) -> PatternRead:
    if found := next((each for each in patterns.versions if each.id == pattern_id), None):
        return found
    raise NotFoundError


def _pattern_page(form: FitForm) -> str:
    return render_template(
        "formulation/pattern.html", patterns=queries.patterns_of(actor(), actor().id), form=form, zone=actor().zone
    )


def _words_page(form: OwnPatternForm, why: RefusedError | None = None) -> str:
    """The form; where something else was written meanwhile, that stands beside what was typed."""
    patterns = queries.patterns_of(actor(), actor().id)
    stands = written_meanwhile(form, patterns, why)
    return render_template("formulation/words.html", form=form, patterns=patterns, stands=stands)
