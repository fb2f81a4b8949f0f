"""Settings of signing in: password, passkeys, authenticator, the devices signed in, and who looked."""

from datetime import timedelta
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from companion.accounts import queries, services
from companion.accounts.access import Policy, access, actor, layout
from companion.accounts.forms.settings import (
    AuthenticatorAndPasswordForm,
    AuthenticatorForm,
    PasskeyLabelForm,
    PasswordForm,
)
from companion.accounts.rules.factors import address_of, new_secret
from companion.accounts.rules.people import ADVISED_PASSWORD
from companion.accounts.views.blueprint import (
    REFUSED,
    TOO_OLD_SECRET,
    bp,
    challenge_for,
    changed,
    signed,
    site,
    unsigned,
)
from companion.accounts.views.devices import device_in_words, in_words
from companion.kernel.errors import NotFoundError, RefusedError
from companion.kernel.week import local_date
from companion.transaction import transaction
from companion.web.forms import Form
from companion.web.now import now

ADD = "add"
SECRET_HOLDS = timedelta(hours=1)
PAGES = {
    "review.brief": _l("the summary before you meet"),
    "contract.workshop": _l("our agreement"),
    "contract.version": _l("our agreement"),
    "contract.since": _l("our agreement"),
    "formulation.of_patient": _l("what you’d like, and how it goes"),
    "formulation.proposing": _l("what you’d like, and how it goes"),
    "review.goals_of_patient": _l("how it stands"),
    "contract.their_goals": _l("how it stands"),
    "sessions.care": _l("codes, and the care itself"),
    **dict.fromkeys(
        ("accounts.plan_of", "accounts.plan_words_of", "accounts.keep_plan_of"), _l("your plan for hard times")
    ),
    **dict.fromkeys(
        (
            *("sessions.sessions", "sessions.session", "sessions.new_scene", "sessions.scene"),
            *("sessions.new_rupture", "sessions.rupture", "sessions.note_rupture", "sessions.change_rupture"),
        ),
        _l("our appointments"),
    ),
}
OTHER_PAGES = _l("another page of yours")
NOT_THEIRS = ("sessions.notes", "sessions.keep_note")
"""Pages about a patient that are the therapist's own: the audit has them, the patient is told neither what nor when."""


@bp.get("/settings/password")
@access(Policy.SIGNED_IN, confirmed=True)
def password() -> ResponseReturnValue:
    return _password_page(PasswordForm(formdata=None))


@bp.post("/settings/password")
@access(Policy.SIGNED_IN, confirmed=True)
def change_password() -> ResponseReturnValue:
    _require_password()
    form = PasswordForm()
    if form.validate():
        try:
            password_hash = services.hash_of(form.password.data or "")
            with transaction():
                services.change_password(actor(), password_hash, now())
        except RefusedError as refused:
            form.refuse(refused)
        else:
            return changed(_("Your password is changed. Other devices have to sign in again."))
    return _password_page(form), REFUSED


@bp.get("/settings/passkeys")
@access(Policy.SIGNED_IN, confirmed=True)
def passkeys() -> ResponseReturnValue:
    return _passkeys_page(PasskeyLabelForm(formdata=None, label=device_in_words(request.user_agent.string)))


@bp.post("/settings/passkeys")
@access(Policy.SIGNED_IN, confirmed=True)
def add_passkey() -> ResponseReturnValue:
    form = PasskeyLabelForm()
    if form.validate():
        label = form.label.data or device_in_words(request.user_agent.string)
        wanted = challenge_for(f"{ADD} {actor().id}")
        try:
            with transaction():
                services.add_passkey(actor().id, form.answer.data or "", label, wanted, site(), now())
        except RefusedError as refused:
            form.refuse(refused)
        else:
            return changed(_("The passkey is added. You can sign in with it from now on."), "accounts.passkeys")
    return _passkeys_page(form), REFUSED


@bp.post("/settings/passkeys/<uuid:passkey_id>/remove")
@access(Policy.SIGNED_IN, confirmed=True)
def remove_passkey(passkey_id: UUID) -> ResponseReturnValue:
    form = Form()
    if form.validate():
        try:
            with transaction():
                services.remove_passkey(actor(), passkey_id, now())
        except RefusedError as refused:
            form.refuse(refused)
        else:
            return changed(_("The passkey is removed. You can delete it on its device, too."), "accounts.passkeys")
    return _passkeys_page_again(form), REFUSED


@bp.get("/settings/authenticator")
@access(Policy.STAFF, confirmed=True)
def authenticator() -> ResponseReturnValue:
    return _authenticator_page(_authenticator_form(), new_secret())


@bp.post("/settings/authenticator")
@access(Policy.STAFF, confirmed=True)
def set_authenticator() -> ResponseReturnValue:
    form = _authenticator_form(is_sent=True)
    secret = unsigned(ADD, form.secret.data or "")
    if form.validate() and isinstance(secret, str):
        try:
            password_hash = (
                services.hash_of(form.password.data or "") if isinstance(form, AuthenticatorAndPasswordForm) else None
            )
            with transaction():
                codes = services.set_authenticator(actor().id, secret, form.code.data or "", now())
                if password_hash:
                    services.change_password(actor(), password_hash, now())
        except RefusedError as refused:
            form.refuse(refused)
        else:
            return _recovery_codes_page(codes)
    if isinstance(secret, str):
        return _authenticator_page(form, secret), REFUSED
    form.form_errors.append(str(TOO_OLD_SECRET))
    return _authenticator_page(form, new_secret()), REFUSED


@bp.post("/settings/recovery-codes")
@access(Policy.STAFF, confirmed=True)
def new_recovery_codes() -> ResponseReturnValue:
    if not queries.ways_in(actor()).has_authenticator:
        raise NotFoundError
    form = Form()
    if not form.validate():
        return _passkeys_page_again(form), REFUSED
    with transaction():
        codes = services.make_recovery_codes(actor().id, now())
    return _recovery_codes_page(codes)


@bp.get("/settings/devices")
@access(Policy.SIGNED_IN)
def devices() -> ResponseReturnValue:
    return devices_page(Form(formdata=None))


@bp.post("/settings/devices/<uuid:login_id>/end")
@access(Policy.SIGNED_IN)
def end_session(login_id: UUID) -> ResponseReturnValue:
    form = Form()
    if not form.validate():
        return devices_page(form), REFUSED
    with transaction():
        services.end_session(actor(), login_id, now())
    return changed(_("That device is signed out."), "accounts.devices")


@bp.post("/settings/devices/end")
@access(Policy.SIGNED_IN)
def end_other_sessions() -> ResponseReturnValue:
    form = Form()
    if not form.validate():
        return devices_page(form), REFUSED
    with transaction():
        services.end_other_sessions(actor(), now())
    return changed(_("All other devices are signed out."), "accounts.devices")


@bp.get("/settings/looked")
@access(Policy.PATIENT)
def looked() -> ResponseReturnValue:
    zone = ZoneInfo(actor().zone)
    looks = groupby(queries.who_looked(actor(), but_not=NOT_THEIRS), key=lambda look: local_date(look.at, zone))
    days = [(day, [(look, PAGES.get(look.page, OTHER_PAGES)) for look in of_day]) for day, of_day in looks]
    return render_template("accounts/looked.html", days=days, zone=actor().zone)


def _require_password() -> None:
    """Who signs in without a password gets one together with an authenticator, or not at all."""
    if not queries.ways_in(actor()).has_password:
        raise NotFoundError


def _authenticator_form(*, is_sent: bool = False) -> AuthenticatorForm | AuthenticatorAndPasswordForm:
    kind = AuthenticatorForm if queries.ways_in(actor()).has_password else AuthenticatorAndPasswordForm
    return kind() if is_sent else kind(formdata=None)


def _password_page(form: PasswordForm) -> str:
    _require_password()
    return render_template(
        "accounts/setting_password.html",
        layout=layout(),
        form=form,
        account=queries.account_of(actor()),
        advised=ADVISED_PASSWORD,
    )


def _passkeys_page_again(refused: Form) -> str:
    """The page of a button that was refused, which says why."""
    shown = PasskeyLabelForm(formdata=None, label=device_in_words(request.user_agent.string))
    shown.form_errors = [*refused.form_errors]
    return _passkeys_page(shown)


def _passkeys_page(form: PasskeyLabelForm) -> str:
    me = actor()
    asked = services.challenge(challenge_for(f"{ADD} {me.id}"), now())
    username = queries.account_of(me).username
    return render_template(
        "accounts/passkeys.html",
        layout=layout(),
        form=form,
        ways=queries.ways_in(me),
        is_staff=me.role.is_staff,
        zone=me.zone,
        asked=services.how_to_add(me.id, username, site(), asked),
    )


def _authenticator_page(form: AuthenticatorForm, secret: str) -> str:
    form.secret.data = signed(ADD, secret, SECRET_HOLDS)
    return render_template(
        "accounts/authenticator.html",
        layout=layout(),
        form=form,
        secret=secret,
        address=address_of(secret, queries.account_of(actor()).username),
        advised=ADVISED_PASSWORD,
    )


def _recovery_codes_page(codes: list[str]) -> str:
    return render_template("accounts/recovery_codes.html", layout=layout(), codes=codes)


def devices_page(form: Form) -> str:
    found = [(each, in_words(each.device, each.system)) for each in queries.devices_of(actor(), now())]
    return render_template("accounts/devices.html", layout=layout(), form=form, devices=found, zone=actor().zone)
