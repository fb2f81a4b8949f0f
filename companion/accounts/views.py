"""Signing in and out, the door that an invitation opens, one's own settings, help, and the practice."""

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_user, logout_user

from companion.accounts import queries, services
from companion.accounts.access import Policy, access, actor, visitor
from companion.accounts.forms import (
    BeginForm,
    ClinicForm,
    CodeForm,
    NameForm,
    NewPasswordForm,
    PasswordForm,
    PatientForm,
    SignInForm,
    ZoneForm,
)
from companion.accounts.queries import Invited
from companion.accounts.rules import (
    ADVISED_PASSWORD,
    HELP_LINES,
    HELP_LINES_WRITTEN_ON,
    INVITATION_LASTS,
    Actor,
    Role,
    is_help_old,
    local_path,
)
from companion.kernel.errors import RefusedError
from companion.kernel.ids import new_id
from companion.transaction import transaction
from companion.web.forms import Form
from companion.web.now import now

bp = Blueprint("accounts", __name__)

REFUSED = HTTPStatus.UNPROCESSABLE_ENTITY


@bp.get("/sign-in")
@access(Policy.PUBLIC)
def sign_in() -> ResponseReturnValue:
    if visitor():
        return redirect(url_for("review.today"))
    return _sign_in_page(SignInForm(formdata=None, next=request.args.get("next", "")))


@bp.post("/sign-in")
@access(Policy.PUBLIC)
def check_password() -> ResponseReturnValue:
    form = SignInForm()
    if not form.validate():
        return _sign_in_page(form), REFUSED
    known = services.recognise(form.username.data or "", form.password.data or "")
    if known is None:
        form.form_errors.append(_("Username and password don't belong together. Please try again."))
        return _sign_in_page(form), REFUSED
    if known.fresher:
        with transaction():
            services.keep_fresher_hash(known.actor, known.fresher)
    _enter(known.actor)
    return redirect(local_path(form.next.data or "") or url_for("review.today"))


@bp.post("/sign-out")
@access(Policy.SIGNED_IN)
def sign_out() -> ResponseReturnValue:
    form = Form()
    if not form.validate():
        return _settings_page(form), REFUSED
    logout_user()
    session.clear()
    flash(_("You are signed out."))
    return redirect(url_for("accounts.sign_in"))


@bp.get("/begin")
@access(Policy.PUBLIC)
def redeem() -> ResponseReturnValue:
    return _code_page(CodeForm(formdata=None))


@bp.post("/begin")
@access(Policy.PUBLIC)
def open_code() -> ResponseReturnValue:
    form = CodeForm()
    if not form.validate():
        return _code_page(form), REFUSED
    invited = queries.invited_by(form.code.data or "", now())
    if invited is None:
        form.refuse(RefusedError(services.NO_SUCH_CODE, field="code"))
        return _code_page(form), REFUSED
    if invited.username is None:
        return _begin_page(BeginForm(formdata=None, code=form.code.data, zone=invited.zone), invited)
    return _new_password_page(NewPasswordForm(formdata=None, code=form.code.data), invited)


@bp.get("/begin/you")
@bp.get("/begin/password")
@access(Policy.PUBLIC)
def open_code_again() -> ResponseReturnValue:
    """Somebody came back to a page that only an open code leads to."""
    return redirect(url_for("accounts.redeem"))


@bp.post("/begin/you")
@access(Policy.PUBLIC)
def begin() -> ResponseReturnValue:
    form = BeginForm()
    invited = queries.invited_by(form.code.data or "", now())
    if invited is None:
        return _no_such_code()
    if form.validate():
        try:
            password_hash = services.hash_of(form.password.data or "")
            with transaction():
                chosen = (form.username.data or "", password_hash, form.zone.data)
                patient = services.begin(form.code.data or "", *chosen, now())
        except RefusedError as refused:
            form.refuse(refused)
        else:
            _enter(patient)
            return redirect(url_for("review.today"))
    return _begin_page(form, invited), REFUSED


@bp.post("/begin/password")
@access(Policy.PUBLIC)
def set_new_password() -> ResponseReturnValue:
    form = NewPasswordForm()
    invited = queries.invited_by(form.code.data or "", now())
    if invited is None:
        return _no_such_code()
    if form.validate():
        try:
            password_hash = services.hash_of(form.password.data or "")
            with transaction():
                patient = services.set_new_password(form.code.data or "", password_hash, now())
        except RefusedError as refused:
            form.refuse(refused)
        else:
            _enter(patient)
            return redirect(url_for("review.today"))
    return _new_password_page(form, invited), REFUSED


@bp.get("/patients/new")
@access(Policy.THERAPIST)
def new_patient() -> ResponseReturnValue:
    return _new_patient_page(PatientForm(formdata=None, id=str(new_id())))


@bp.post("/patients/new")
@access(Policy.THERAPIST)
def invite() -> ResponseReturnValue:
    form = PatientForm()
    if not form.validate():
        return _new_patient_page(form), REFUSED
    try:
        with transaction():
            _id, code = services.invite_patient(actor(), form.name.data or "", now(), UUID(form.id.data))
    except RefusedError as refused:
        form.refuse(refused)
        return _new_patient_page(form), REFUSED
    # Shown in the answer itself and kept nowhere: a redirect would have to carry it.
    until = now() + INVITATION_LASTS
    return render_template("accounts/hand_over.html", name=form.name.data, code=code, until=until, zone=actor().zone)


@bp.get("/settings")
@access(Policy.SIGNED_IN)
def settings() -> ResponseReturnValue:
    return _settings_page(Form(formdata=None))


@bp.get("/settings/name")
@access(Policy.SIGNED_IN)
def name() -> ResponseReturnValue:
    return _setting_page("name", NameForm(formdata=None, name=actor().name))


@bp.post("/settings/name")
@access(Policy.SIGNED_IN)
def rename() -> ResponseReturnValue:
    form = NameForm()
    if not form.validate():
        return _setting_page("name", form), REFUSED
    with transaction():
        services.rename(actor(), form.name.data or "")
    return _changed(_("Your name is changed."))


@bp.get("/settings/zone")
@access(Policy.SIGNED_IN)
def zone() -> ResponseReturnValue:
    form = ZoneForm(formdata=None, zone=actor().zone)
    form.offer(actor().zone)
    return _setting_page("zone", form)


@bp.post("/settings/zone")
@access(Policy.SIGNED_IN)
def move() -> ResponseReturnValue:
    form = ZoneForm()
    form.offer(actor().zone)
    if not form.validate():
        return _setting_page("zone", form), REFUSED
    with transaction():
        services.note_zone(actor(), form.zone.data, now())
    return _changed(_("Your time zone is changed."))


@bp.get("/settings/password")
@access(Policy.SIGNED_IN)
def password() -> ResponseReturnValue:
    return _setting_page("password", PasswordForm(formdata=None))


@bp.post("/settings/password")
@access(Policy.SIGNED_IN)
def change_password() -> ResponseReturnValue:
    form = PasswordForm()
    if form.validate():
        try:
            password_hash = services.hash_of(form.password.data or "")
            services.require_password(actor(), form.current.data or "")
            with transaction():
                person = services.change_password(actor(), password_hash)
        except RefusedError as refused:
            form.refuse(refused)
        else:
            _enter(person)
            return _changed(_("Your password is changed. Other devices have to sign in again."))
    return _setting_page("password", form), REFUSED


@bp.get("/help")
@access(Policy.PUBLIC)
def help_page() -> ResponseReturnValue:
    clinic, person = queries.clinic(), visitor()
    return render_template(
        "accounts/help.html",
        layout="layouts/patient.html" if person and person.role is Role.PATIENT else "layouts/plain.html",
        clinic=clinic,
        lines=HELP_LINES[clinic.country] if clinic else (),
        written_on=HELP_LINES_WRITTEN_ON,
        is_old=is_help_old(now().date()),
    )


@bp.get("/leave")
@access(Policy.PUBLIC)
def leave() -> ResponseReturnValue:
    return render_template("accounts/leave.html")


@bp.get("/practice")
@access(Policy.ADMIN)
def practice() -> ResponseReturnValue:
    return _practice_page(ClinicForm(formdata=None, obj=queries.clinic()))


@bp.post("/practice")
@access(Policy.ADMIN)
def keep_practice() -> ResponseReturnValue:
    form = ClinicForm()
    if not form.validate():
        return _practice_page(form), REFUSED
    with transaction():
        services.set_clinic(actor(), form.name.data or "", form.phone.data or "", form.country.data)
    flash(_("Kept. Help shows it from now on."))
    return redirect(url_for("accounts.practice"))


def _enter(person: Actor) -> None:
    """Begin a session that has nothing of the one before."""
    session.clear()
    login_user(person)
    session.permanent = True


def _changed(said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("accounts.settings"))


def _no_such_code() -> ResponseReturnValue:
    form = CodeForm(formdata=None)
    form.refuse(RefusedError(services.NO_SUCH_CODE, field="code"))
    return _code_page(form), REFUSED


def _sign_in_page(form: SignInForm) -> str:
    return render_template("accounts/sign_in.html", form=form)


def _code_page(form: CodeForm) -> str:
    return render_template("accounts/code.html", form=form)


def _begin_page(form: BeginForm, invited: Invited) -> str:
    return render_template("accounts/begin.html", form=form, invited=invited, advised=ADVISED_PASSWORD)


def _new_password_page(form: NewPasswordForm, invited: Invited) -> str:
    return render_template("accounts/new_password.html", form=form, invited=invited, advised=ADVISED_PASSWORD)


def _new_patient_page(form: PatientForm) -> str:
    return render_template("accounts/new_patient.html", form=form)


def _settings_page(form: Form) -> str:
    account, is_patient = queries.account_of(actor()), actor().role is Role.PATIENT
    therapists = queries.therapists_of(actor()) if is_patient else []
    return render_template(
        "accounts/settings.html",
        layout=_layout(),
        form=form,
        account=account,
        is_patient=is_patient,
        therapists=therapists,
    )


def _setting_page(what: str, form: Form) -> str:
    account = queries.account_of(actor())
    return render_template(
        f"accounts/setting_{what}.html", layout=_layout(), form=form, account=account, advised=ADVISED_PASSWORD
    )


def _practice_page(form: ClinicForm) -> str:
    return render_template(
        "accounts/practice.html",
        form=form,
        colleagues=queries.colleagues(actor()),
        patients=queries.people_by_role()[Role.PATIENT],
    )


def _layout() -> str:
    return "layouts/patient.html" if actor().role is Role.PATIENT else "layouts/therapist.html"
