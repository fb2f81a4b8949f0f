"""Now, and what may follow on a saved entry."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from companion.accounts.access import Policy, access, actor, is_locked, layout
from companion.accounts.rules import Actor
from companion.checkins import queries, services
from companion.checkins.forms import entries as forms
from companion.checkins.forms.aside import as_written
from companion.checkins.forms.before import told
from companion.checkins.forms.words import ANSWERED, OUTCOMES
from companion.checkins.rules import Door, Next, Outcome, Visibility, is_enough_for_now
from companion.checkins.views import acts
from companion.checkins.views.blueprint import bp
from companion.experiments import queries as experiments
from companion.experiments.forms.parts import HighlightForm
from companion.kernel.errors import RefusedError
from companion.kernel.ids import new_id
from companion.kernel.when import When
from companion.transaction import transaction
from companion.web.forms import EmptyForm
from companion.web.now import now

NOT_ABOUT_THIS = "else"
Rates = Callable[[Actor, UUID, forms.RatingsForm, When], None]
MOST_ENTRIES = 50
PREPARED: Final = {
    Next.CHECK_FIRST: ((_l("Covered by"), "covered_by"), (_l("What I might say at home"), "honest_reply")),
    Next.SMALLER: ((_l("The smaller version you thought of"), "smaller_version"),),
}
"""What is shown of the plan once this is decided: what it is called, and where it stands in the occasion."""


@bp.get("/now")
@access(Policy.PATIENT, while_locked=True)
def now_page() -> ResponseReturnValue:
    form = forms.GuiltForm(formdata=None)
    return _now_page(form, is_about=request.args.get("about") != NOT_ABOUT_THIS)


@bp.post("/now")
@access(Policy.PATIENT, while_locked=True)
def save() -> ResponseReturnValue:
    form = acts.door_form(request.form.get("door"))
    if form.validate():
        try:
            with transaction():
                kept = acts.save(actor(), form, When.at_once(now()))
        except RefusedError as refused:
            form.refuse(refused)
        else:
            return after(kept)
    if not isinstance(form, forms.GuiltForm):
        form = _as_open_door(form)
    return _now_page(form, is_about=bool(form.occasion.data)), HTTPStatus.UNPROCESSABLE_ENTITY


@bp.get("/now/kept")
@access(Policy.PUBLIC)
def kept() -> ResponseReturnValue:
    """Where a save leads while the app is locked: the same for everybody."""
    return render_template("checkins/kept.html")


@bp.get("/now/earlier")
@access(Policy.PATIENT)
def earlier() -> ResponseReturnValue:
    return earlier_page()


@bp.get("/now/<uuid:check_in_id>")
@access(Policy.PATIENT)
def saved(check_in_id: UUID) -> ResponseReturnValue:
    return saved_page(check_in_id)


@bp.get("/now/<uuid:check_in_id>/both")
@access(Policy.PATIENT)
def both(check_in_id: UUID) -> ResponseReturnValue:
    return _both_page(check_in_id)


@bp.post("/now/<uuid:check_in_id>/both/<uuid:conflict_id>")
@access(Policy.PATIENT)
def keep_both(check_in_id: UUID, conflict_id: UUID) -> ResponseReturnValue:
    if not EmptyForm().validate():
        return unread(_both_page, check_in_id)
    with transaction():
        kept = services.count_the_other_too(actor(), check_in_id, conflict_id, now())
    return after(kept)


@bp.post("/now/<uuid:check_in_id>/both/<uuid:conflict_id>/leave-out")
@access(Policy.PATIENT)
def leave_out(check_in_id: UUID, conflict_id: UUID) -> ResponseReturnValue:
    if not EmptyForm().validate():
        return unread(_both_page, check_in_id)
    with transaction():
        services.leave_out(actor(), check_in_id, conflict_id, now())
    flash(_("Left out. The first one counts, as before."))
    return to_saved(check_in_id)


@bp.post("/now/aside/<uuid:box_item_id>")
@access(Policy.PATIENT)
def take_off_aside(box_item_id: UUID) -> ResponseReturnValue:
    if not EmptyForm().validate():
        flash(_("That could not be read. Nothing was changed."))
        return earlier_page(), HTTPStatus.UNPROCESSABLE_ENTITY
    with transaction():
        services.take_off_aside(actor(), box_item_id, now())
    return redirect(url_for(".earlier"), HTTPStatus.SEE_OTHER)


@bp.get("/now/<uuid:check_in_id>/next")
@access(Policy.PATIENT)
def next_page(check_in_id: UUID) -> ResponseReturnValue:
    return _next_page(check_in_id, forms.NextForm(formdata=None))


@bp.post("/now/<uuid:check_in_id>/next")
@access(Policy.PATIENT)
def decide(check_in_id: UUID) -> ResponseReturnValue:
    form = forms.NextForm()
    if not form.validate():
        return _next_page(check_in_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
    with transaction():
        acts.decide(actor(), check_in_id, form, When.at_once(now()))
    return to_saved(check_in_id)


@bp.get("/now/<uuid:check_in_id>/more")
@access(Policy.PATIENT)
def more(check_in_id: UUID) -> ResponseReturnValue:
    entry = queries.one_of_mine(actor(), check_in_id, now())
    return _more_page(forms.DetailForm(formdata=None, data=_as_data(entry)), entry)


@bp.post("/now/<uuid:check_in_id>/more")
@access(Policy.PATIENT)
def add_detail(check_in_id: UUID) -> ResponseReturnValue:
    entry = queries.one_of_mine(actor(), check_in_id, now())
    form = acts.detail_form(actor())
    if not form.validate():
        return _more_page(form, entry), HTTPStatus.UNPROCESSABLE_ENTITY
    with transaction():
        acts.add_detail(actor(), entry.id, form, When.at_once(now()))
    return to_saved(check_in_id)


@bp.get("/now/<uuid:check_in_id>/again")
@access(Policy.PATIENT)
def again(check_in_id: UUID) -> ResponseReturnValue:
    entry = queries.one_of_mine(actor(), check_in_id, now())
    return _ratings_page(forms.RatingsForm(formdata=None), entry, _("And now?"))


@bp.post("/now/<uuid:check_in_id>/again")
@access(Policy.PATIENT)
def re_rate(check_in_id: UUID) -> ResponseReturnValue:
    return _rate(check_in_id, acts.re_rate, _("And now?"))


@bp.get("/now/<uuid:check_in_id>/meant")
@access(Policy.PATIENT)
def meant(check_in_id: UUID) -> ResponseReturnValue:
    entry = queries.one_of_mine(actor(), check_in_id, now())
    return _ratings_page(forms.RatingsForm(formdata=None), entry, _("What did you mean?"))


@bp.post("/now/<uuid:check_in_id>/meant")
@access(Policy.PATIENT)
def correct(check_in_id: UUID) -> ResponseReturnValue:
    return _rate(check_in_id, acts.correct, _("What did you mean?"))


@bp.post("/now/<uuid:check_in_id>/sharing")
@access(Policy.PATIENT)
def set_visibility(check_in_id: UUID) -> ResponseReturnValue:
    entry = queries.one_of_mine(actor(), check_in_id, now())
    form = forms.VisibilityForm()
    if not form.validate():
        return unread(saved_page, check_in_id)
    try:
        with transaction():
            acts.set_visibility(actor(), entry.id, form, When.at_once(now()))
    except RefusedError as refused:
        flash(str(refused.message))
    return to_saved(check_in_id)


@bp.post("/now/<uuid:check_in_id>/highlight")
@access(Policy.PATIENT)
def highlight(check_in_id: UUID) -> ResponseReturnValue:
    entry = queries.one_of_mine(actor(), check_in_id, now())
    form = HighlightForm()
    if not form.validate():
        return unread(saved_page, check_in_id)
    try:
        with transaction():
            services.highlight(actor(), entry.id, form.id.data, now(), is_on=form.wants_it)
    except RefusedError as refused:
        flash(str(refused.message))
    return to_saved(check_in_id)


def _now_page(form: forms.GuiltForm, *, is_about: bool) -> str:
    occasion = stand_ready(form, is_about=is_about)
    form.urge.label.text = how_much(occasion.activity if occasion else "")
    return render_template("checkins/now.html", layout=layout(), form=form, occasion=occasion, fresh=new_id)


def stand_ready(form: forms.EarlierForm, *, is_about: bool) -> experiments.Line | None:
    """Make a door's form ready to be shown; returns what it is about. While the app is locked it says nothing of it."""
    occasion = queries.occasion_near(actor(), now()) if is_about and not is_locked() else None
    form.renew()
    form.occasion.data = occasion.id if occasion else None
    form.zone.data = form.zone.data or ("" if is_locked() else actor().zone)
    return occasion


def how_much(activity: str) -> str:
    question: str = _("How much do you want to drop %(what)s?", what=activity or _("what you were about to do"))
    return question


def _as_open_door(refused: forms.DoorForm) -> forms.GuiltForm:
    """The page stands on the open door; what was wrong with another is said above it."""
    form = forms.GuiltForm(formdata=None)
    form.form_errors = [*refused.form_errors, *(error for errors in refused.errors.values() for error in errors)]
    form.occasion.data = refused.occasion.data
    return form


def after(kept: services.Saved) -> ResponseReturnValue:
    if is_locked():
        return redirect(url_for("checkins.kept"), HTTPStatus.SEE_OTHER)
    if kept.outcome is Outcome.CONFLICT:
        return _both_page(kept.id), HTTPStatus.CONFLICT
    return to_saved(kept.id)


def unread(page: Callable[[UUID], str], check_in_id: UUID) -> ResponseReturnValue:
    """A button's own page again, where what it sent can't be read."""
    flash(_("That could not be read. Nothing was changed."))
    return page(check_in_id), HTTPStatus.UNPROCESSABLE_ENTITY


def to_saved(check_in_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("checkins.saved", check_in_id=check_in_id), HTTPStatus.SEE_OTHER)


def saved_page(check_in_id: UUID) -> str:
    entry = queries.one_of_mine(actor(), check_in_id, now())
    return render_template(
        "checkins/saved.html",
        entry=entry,
        zone=actor().zone,
        now=now(),
        is_enough=is_enough_for_now(queries.entries_in_the_last_hour(actor(), now())),
        conflicts=queries.conflicts_of(actor(), check_in_id),
        before=[(each, told(each)) for each in queries.stood_before(actor(), check_in_id)],
        choices=_other_visibilities(entry),
        fresh=new_id,
        outcomes=OUTCOMES,
        answered=ANSWERED,
        prepared=_prepared(entry),
        look_again_due=queries.second_look_due(actor(), entry.id),
        is_highlighted=queries.is_highlighted(actor(), entry.id),
    )


def earlier_page() -> str:
    return render_template(
        "checkins/earlier.html",
        entries=queries.last_for(actor(), actor().id, now(), MOST_ENTRIES),
        two_under_one_id=queries.check_ins_in_conflict(actor()),
        aside=[(each, as_written(each)) for each in queries.standing_aside(actor())],
        zone=actor().zone,
        most=MOST_ENTRIES,
    )


def _prepared(entry: queries.Shown) -> list[tuple[str, str]]:
    """What the plan has for what was decided last, each with what it is called."""
    if not entry.decisions or entry.experiment_id is None or entry.decisions[-1].choice not in PREPARED:
        return []
    planned = experiments.occasion(actor(), entry.experiment_id, now())
    called = PREPARED[entry.decisions[-1].choice]
    return [(str(heading), words) for heading, name in called if (words := getattr(planned, name))]


def _next_page(check_in_id: UUID, form: forms.NextForm) -> str:
    entry = queries.one_of_mine(actor(), check_in_id, now())
    form.renew()
    return render_template("checkins/next.html", form=form, entry=entry)


def _both_page(check_in_id: UUID) -> str:
    entry = queries.one_of_mine(actor(), check_in_id, now())
    conflicts = queries.conflicts_of(actor(), check_in_id)
    return render_template("checkins/both.html", entry=entry, conflicts=conflicts)


def _ratings_page(form: forms.RatingsForm, entry: queries.Shown, heading: str) -> str:
    form.renew()
    linked = experiments.occasion(actor(), entry.experiment_id, now()) if entry.experiment_id else None
    form.urge.label.text = how_much(linked.activity if linked else "")
    return render_template("checkins/again.html", form=form, check_in_id=entry.id, heading=heading, goes_on=_goes_on())


def _rate(check_in_id: UUID, act: Rates, heading: str) -> ResponseReturnValue:
    entry = queries.one_of_mine(actor(), check_in_id, now())
    form = forms.RatingsForm()
    if not form.validate():
        return _ratings_page(form, entry, heading), HTTPStatus.UNPROCESSABLE_ENTITY
    with transaction():
        act(actor(), check_in_id, form, When.at_once(now()))
    if _goes_on():
        return redirect(url_for(".next_page", check_in_id=check_in_id), HTTPStatus.SEE_OTHER)
    return to_saved(check_in_id)


def _goes_on() -> bool:
    """Whether this page is a step of the minute and a half, after which comes what next."""
    return "alongside" in request.args


def _more_page(form: forms.DetailForm, entry: queries.Shown) -> str:
    form.renew()
    acts.offer_own_lines(actor(), form)
    on_top = forms.GLAD if entry.door is Door.GOOD else ()
    folded = [form[name] for name in forms.FEELING_FIELDS if name not in on_top]
    return render_template(
        "checkins/more.html",
        form=form,
        entry=entry,
        on_top=[form[name] for name in on_top],
        folded=folded,
        is_unfolded=any(field.data or field.errors for field in folded),
    )


def _as_data(entry: queries.Shown) -> dict[str, object]:
    """An entry's detail as the form shows it again."""
    return {
        **entry.words,
        **{name: str(value) for name, value in entry.feelings.items()},
        "body": list(entry.body),
        "trigger": str(entry.trigger_id or ""),
        "person": str(entry.person_id or ""),
        "guilt_kind": entry.guilt_kind or "",
        "visibility": entry.visibility,
        "was_visible": entry.visibility,
    }


KEEPS = (
    (Visibility.WORDS_PRIVATE, _l("Keep the words to myself")),
    (Visibility.ONLY_ME, _l("Keep all of it to myself")),
)
OPENS = {
    Visibility.WORDS_PRIVATE: _l("Let my therapist read the words too"),
    Visibility.ONLY_ME: _l("Let my therapist read all of it"),
}
SOONER = {
    Visibility.SHARED: _l("Share it now"),
    Visibility.WORDS_PRIVATE: _l("Share it now, without the words"),
}


def _other_visibilities(entry: queries.Shown) -> list[tuple[Visibility, str, object]]:
    """What else a patient may choose. Sooner says only when, never what; it is asked while it makes a difference."""
    present = entry.visibility
    others: list[tuple[Visibility, str, object]] = [(each, "", label) for each, label in KEEPS if each is not present]
    if present in OPENS:
        others.append((Visibility.SHARED, "", OPENS[present]))
    if present in SOONER and not entry.is_seen:
        others.append((present, "1", SOONER[present]))
    return others
