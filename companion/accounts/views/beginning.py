"""What a handed code opens: a patient's beginning, a new password, a way in for somebody at the practice."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.accounts import queries, services
from companion.accounts.access import Policy, access, token_of_session
from companion.accounts.forms.signing_in import (
    BeginForm,
    CodeForm,
    NewPasswordForm,
    SetUpPasskeyForm,
    SetUpPasswordForm,
)
from companion.accounts.queries import Invited
from companion.accounts.rules.factors import By, address_of, new_secret
from companion.accounts.rules.people import ADVISED_PASSWORD
from companion.accounts.rules.throttling import Tries
from companion.accounts.views.blueprint import (
    REFUSED,
    THROTTLED,
    TOO_MANY_TRIES,
    TOO_OLD_SECRET,
    bp,
    challenge_for,
    enter,
    go_in,
    network,
    signed,
    site,
    unsigned,
)
from companion.accounts.views.devices import device_in_words
from companion.kernel.errors import RefusedError
from companion.transaction import transaction
from companion.web.now import now

WithCode = CodeForm | BeginForm | NewPasswordForm | SetUpPasskeyForm | SetUpPasswordForm
SET_UP = "set up"
SECRET_HOLDS = timedelta(hours=1)


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
    invited = _invited(form)
    return _opened(invited, form.code.data or "") if isinstance(invited, Invited) else invited


@bp.get("/begin/you")
@bp.get("/begin/password")
@bp.get("/begin/passkey")
@bp.get("/begin/authenticator")
@access(Policy.PUBLIC)
def open_code_again() -> ResponseReturnValue:
    """Somebody came back to a page that only an open code leads to."""
    return redirect(url_for("accounts.redeem"))


@bp.post("/begin/you")
@access(Policy.PUBLIC)
def begin() -> ResponseReturnValue:
    form = BeginForm()

    def act(_invited: Invited) -> UUID:
        password_hash = services.hash_of(form.password.data or "")
        with transaction():
            chosen = (form.username.data or "", password_hash, form.zone.data)
            return services.begin(form.code.data or "", *chosen, now())

    return _go_in_by_code(form, act, lambda invited: _begin_page(form, invited), is_staff=False)


@bp.post("/begin/password")
@access(Policy.PUBLIC)
def set_new_password() -> ResponseReturnValue:
    form = NewPasswordForm()

    def act(_invited: Invited) -> UUID:
        password_hash = services.hash_of(form.password.data or "")
        with transaction():
            return services.set_new_password(form.code.data or "", password_hash, now())

    return _go_in_by_code(form, act, lambda invited: _new_password_page(form, invited), is_staff=False)


@bp.post("/begin/passkey")
@access(Policy.PUBLIC)
def set_up_passkey() -> ResponseReturnValue:
    form = SetUpPasskeyForm()

    def act(invited: Invited) -> UUID:
        made, wanted = (form.answer.data or "", form.label.data or _device()), challenge_for(f"{SET_UP} {invited.id}")
        with transaction():
            return services.set_up_with_passkey(form.code.data or "", *made, wanted, site(), now())

    def again(invited: Invited) -> str:
        return _set_up_page(invited, form.code.data or "", passkey=form)

    return _go_in_by_code(form, act, again, is_staff=True)


@bp.post("/begin/authenticator")
@access(Policy.PUBLIC)
def set_up_authenticator() -> ResponseReturnValue:
    form = SetUpPasswordForm()
    is_whole = form.validate()
    invited = _invited(form, is_staff=True)
    if not isinstance(invited, Invited):
        return invited
    secret = unsigned(SET_UP, form.secret.data or "")
    if is_whole and isinstance(secret, str):
        try:
            password_hash = services.hash_of(form.password.data or "")
            with transaction():
                user_id, codes = services.set_up_with_password(
                    form.code.data or "", password_hash, secret, form.shown.data or "", now()
                )
                person = services.begin_session(
                    user_id, By.HANDED_CODE, request.user_agent.string, now(), instead_of=token_of_session()
                )
        except RefusedError as refused:
            form.refuse(RefusedError(refused.message, field="shown" if refused.field == "code" else refused.field))
        else:
            enter(person)
            return render_template("accounts/recovery_codes.html", layout="layouts/plain.html", codes=codes)
    if not isinstance(secret, str):
        form.form_errors.append(str(TOO_OLD_SECRET))
    return _set_up_page(invited, form.code.data or "", password=form, secret=secret), REFUSED


def _go_in_by_code(
    form: WithCode, act: Callable[[Invited], UUID], again: Callable[[Invited], str], *, is_staff: bool
) -> ResponseReturnValue:
    """Do what an open code is for, and go in as the person whom it returns; or show the page again, which says why."""
    is_whole, invited = form.validate(), _invited(form, is_staff=is_staff)
    if not isinstance(invited, Invited):
        return invited
    if is_whole:
        try:
            user_id = act(invited)
        except RefusedError as refused:
            form.refuse(refused)
        else:
            return go_in(user_id, By.HANDED_CODE)
    return again(invited), REFUSED


def _invited(form: WithCode, *, is_staff: bool | None = None) -> Invited | ResponseReturnValue:
    """Whom the code of a form was made for; else the answer. Each look at a code is a try, wherever it is sent to."""
    again = form if isinstance(form, CodeForm) else CodeForm(formdata=None)
    with transaction():
        may_try = services.take_try(Tries.HANDED_CODE, now(), network())
    if not may_try:
        again.form_errors.append(str(TOO_MANY_TRIES))
        return _code_page(again), THROTTLED
    invited = queries.invited_by(form.code.data or "", now())
    if invited is None or is_staff not in {None, invited.role.is_staff}:
        again.refuse(RefusedError(services.NO_SUCH_CODE, field="code"))
        return _code_page(again), REFUSED
    return invited


def _opened(invited: Invited, code: str) -> str:
    if invited.role.is_staff:
        return _set_up_page(invited, code)
    if not invited.username:
        return _begin_page(BeginForm(formdata=None, code=code, zone=invited.zone), invited)
    return _new_password_page(NewPasswordForm(formdata=None, code=code), invited)


def _device() -> str:
    return device_in_words(request.user_agent.string)


def _code_page(form: CodeForm) -> str:
    return render_template("accounts/code.html", form=form)


def _begin_page(form: BeginForm, invited: Invited) -> str:
    return render_template("accounts/begin.html", form=form, invited=invited, advised=ADVISED_PASSWORD)


def _new_password_page(form: NewPasswordForm, invited: Invited) -> str:
    return render_template("accounts/new_password.html", form=form, invited=invited, advised=ADVISED_PASSWORD)


def _set_up_page(
    invited: Invited,
    code: str,
    *,
    passkey: SetUpPasskeyForm | None = None,
    password: SetUpPasswordForm | None = None,
    secret: object = None,
) -> str:
    shown = secret if isinstance(secret, str) else new_secret()
    password = password or SetUpPasswordForm(formdata=None, code=code)
    password.secret.data = signed(SET_UP, shown, SECRET_HOLDS)
    asked = services.challenge(challenge_for(f"{SET_UP} {invited.id}"), now())
    return render_template(
        "accounts/set_up.html",
        invited=invited,
        set_up_passkey=passkey or SetUpPasskeyForm(formdata=None, code=code, label=_device()),
        set_up_password=password,
        secret=shown,
        address=address_of(shown, invited.username),
        asked=services.how_to_add(invited.id, invited.username, site(), asked),
        advised=ADVISED_PASSWORD,
    )
