"""Now, and what may follow on a saved entry."""

from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from companion.accounts.access import Policy, access, actor, is_locked, layout
from companion.accounts.rules import Actor
from companion.checkins import queries, services
from companion.checkins.forms import entries as forms
from companion.checkins.forms.words import OUTCOMES
from companion.checkins.rules import Door, Outcome, Visibility, is_enough_for_now
from companion.checkins.views.blueprint import bp
from companion.experiments import queries as experiments
from companion.experiments import services as occasions
from companion.experiments.rules import Named
from companion.kernel.errors import RefusedError
from companion.kernel.ids import new_id
from companion.transaction import transaction
from companion.web.now import now

NOT_ABOUT_THIS = "else"
MOST_ENTRIES = 50


@bp.get("/now")
@access(Policy.PATIENT, while_locked=True)
def now_page() -> ResponseReturnValue:
    form = forms.GuiltForm(formdata=None)
    return _now_page(form, is_about=request.args.get("about") != NOT_ABOUT_THIS)


@bp.post("/now")
@access(Policy.PATIENT, while_locked=True)
def save() -> ResponseReturnValue:
    form = forms.GuiltForm() if request.form.get("door", Door.GUILT) == Door.GUILT else forms.DoorForm()
    if form.validate():
        try:
            entry = form.entry(actor(), now())
            with transaction():
                kept = services.save(actor(), entry, now())
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
    entries = queries.last_for(actor(), actor().id, now(), MOST_ENTRIES)
    return render_template("checkins/earlier.html", entries=entries, zone=actor().zone, most=MOST_ENTRIES)


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
    if not forms.BareForm().validate():
        return unread(_both_page, check_in_id)
    with transaction():
        kept = services.count_the_other_too(actor(), check_in_id, conflict_id, now())
    return after(kept)


@bp.get("/now/<uuid:check_in_id>/more")
@access(Policy.PATIENT)
def more(check_in_id: UUID) -> ResponseReturnValue:
    entry = queries.one_of_mine(actor(), check_in_id, now())
    return _more_page(forms.DetailForm(formdata=None, data=_as_data(entry)), entry)


@bp.post("/now/<uuid:check_in_id>/more")
@access(Policy.PATIENT)
def add_detail(check_in_id: UUID) -> ResponseReturnValue:
    entry = queries.one_of_mine(actor(), check_in_id, now())
    form = forms.DetailForm()
    _offer_own_lines(form)
    if not form.validate():
        return _more_page(form, entry), HTTPStatus.UNPROCESSABLE_ENTITY
    with transaction():
        _keep_detail(form, entry)
    return to_saved(check_in_id)


@bp.get("/now/<uuid:check_in_id>/again")
@access(Policy.PATIENT)
def again(check_in_id: UUID) -> ResponseReturnValue:
    entry = queries.one_of_mine(actor(), check_in_id, now())
    return _ratings_page(forms.RatingsForm(formdata=None), entry, _("And now?"))


@bp.post("/now/<uuid:check_in_id>/again")
@access(Policy.PATIENT)
def re_rate(check_in_id: UUID) -> ResponseReturnValue:
    return _rate(check_in_id, services.re_rate, _("And now?"))


@bp.get("/now/<uuid:check_in_id>/meant")
@access(Policy.PATIENT)
def meant(check_in_id: UUID) -> ResponseReturnValue:
    entry = queries.one_of_mine(actor(), check_in_id, now())
    return _ratings_page(forms.RatingsForm(formdata=None), entry, _("What did you mean?"))


@bp.post("/now/<uuid:check_in_id>/meant")
@access(Policy.PATIENT)
def correct(check_in_id: UUID) -> ResponseReturnValue:
    return _rate(check_in_id, services.correct, _("What did you mean?"))


@bp.post("/now/<uuid:check_in_id>/sharing")
@access(Policy.PATIENT)
def set_visibility(check_in_id: UUID) -> ResponseReturnValue:
    entry = queries.one_of_mine(actor(), check_in_id, now())
    form = forms.VisibilityForm()
    if not form.validate():
        return unread(saved_page, check_in_id)
    wanted, is_sooner = Visibility(form.visibility.data), bool(form.sooner.data)
    try:
        with transaction():
            services.set_visibility(actor(), entry.id, form.client_id.data, wanted, now(), sooner=is_sooner)
    except RefusedError as refused:
        flash(str(refused.message))
    return to_saved(check_in_id)


def _now_page(form: forms.GuiltForm, *, is_about: bool) -> str:
    occasion = stand_ready(form, is_about=is_about)
    form.urge.label.text = _how_much(occasion.activity if occasion else "")
    return render_template("checkins/now.html", layout=layout(), form=form, occasion=occasion, fresh=new_id)


def stand_ready(form: forms.EarlierForm, *, is_about: bool) -> experiments.Line | None:
    """Make a door's form ready to be shown; returns what it is about. While the app is locked it says nothing of it."""
    occasion = queries.occasion_near(actor(), now()) if is_about and not is_locked() else None
    form.renew()
    form.occasion.data = occasion.id if occasion else None
    form.zone.data = form.zone.data or ("" if is_locked() else actor().zone)
    return occasion


def _how_much(activity: str) -> str:
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
        choices=_other_visibilities(entry),
        fresh=new_id,
        outcomes=OUTCOMES,
    )


def _both_page(check_in_id: UUID) -> str:
    entry = queries.one_of_mine(actor(), check_in_id, now())
    conflicts = queries.conflicts_of(actor(), check_in_id)
    return render_template("checkins/both.html", entry=entry, conflicts=conflicts)


def _ratings_page(form: forms.RatingsForm, entry: queries.Shown, heading: str) -> str:
    form.renew()
    linked = experiments.occasion(actor(), entry.experiment_id, now()) if entry.experiment_id else None
    form.urge.label.text = _how_much(linked.activity if linked else "")
    return render_template("checkins/again.html", form=form, check_in_id=entry.id, heading=heading)


def _rate(check_in_id: UUID, service: services.Rates, heading: str) -> ResponseReturnValue:
    entry = queries.one_of_mine(actor(), check_in_id, now())
    form = forms.RatingsForm()
    if not form.validate():
        return _ratings_page(form, entry, heading), HTTPStatus.UNPROCESSABLE_ENTITY
    guilt, urge = forms.answer(form.guilt), forms.answer(form.urge)
    with transaction():
        service(actor(), check_in_id, form.client_id.data, guilt, urge, now())
    return to_saved(check_in_id)


def _more_page(form: forms.DetailForm, entry: queries.Shown) -> str:
    form.renew()
    _offer_own_lines(form)
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


def _offer_own_lines(form: forms.DetailForm) -> None:
    form.offer(queries.triggers_of(actor()), experiments.people_of(actor(), actor().id))


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


def _keep_detail(form: forms.DetailForm, entry: queries.Shown) -> None:
    """The words and who may read them, in one transaction: at no instant are they open that should not be."""
    once, wanted = form.client_id.data, Visibility(form.visibility.data)
    trigger_id = id_of(form.set_off_by, services.trigger_named)
    person_id = id_of(form.about, occasions.add_person)
    services.add_detail(actor(), entry.id, once, form.detail(trigger_id, person_id), now())
    if form.changes_visibility:
        services.set_visibility(actor(), entry.id, once, wanted, now())


def id_of(named: Named | None, add: Callable[[Actor, str], UUID]) -> UUID | None:
    """The id of a line of the patient's own list, made where it is new."""
    if named is None:
        return None
    return named.id or add(actor(), named.label)


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
