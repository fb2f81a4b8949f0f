"""Signing in and out; being asked in between; and showing again that it is oneself."""

from http import HTTPStatus
from uuid import UUID

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from companion.accounts import queries, services
from companion.accounts.access import (
    ConfirmationNeededError,
    LockedError,
    Policy,
    SignInNeededError,
    access,
    actor,
    is_locked,
    token_of_session,
    visitor,
)
from companion.accounts.forms.signing_in import (
    ConfirmForm,
    ConfirmWithCodeForm,
    OnwardForm,
    PasskeyForm,
    SecondStepForm,
    SignInForm,
)
from companion.accounts.rules.factors import By
from companion.accounts.rules.people import plain_username
from companion.accounts.rules.sessions import CODE_STEP_HOLDS, local_path
from companion.accounts.rules.throttling import Tries
from companion.accounts.services.factors import WRONG_CODE
from companion.accounts.views.blueprint import (
    REFUSED,
    THROTTLED,
    TOO_MANY_TRIES,
    between_pages,
    bp,
    challenge_for,
    go_in,
    go_on,
    network,
    page_here,
    signed,
    site,
    unsigned,
)
from companion.accounts.views.ways_in import devices_page
from companion.kernel.errors import RefusedError
from companion.transaction import transaction
from companion.web.drafts import draft_of_request
from companion.web.forms import Form
from companion.web.now import now

SIGN_IN, CONFIRM, TICKET = "sign in", "confirm", "second step"


@bp.app_errorhandler(SignInNeededError)
def sign_in_first(_error: SignInNeededError) -> ResponseReturnValue:
    """What was sent goes along with the page, so that it isn't lost."""
    if request.endpoint == "accounts.sign_out":
        return _signed_out()  # as was asked for
    draft = draft_of_request(queries.was_signed_in(token_of_session()), now())
    said = _("You have been signed out meanwhile.")
    kept = _("What you were writing is kept, and yours to send once you are in.") if draft else ""
    form = SignInForm(formdata=None, draft=draft, next="" if draft else page_here())
    return sign_in_page(form, f"{said} {kept}".strip()), HTTPStatus.UNAUTHORIZED


@bp.app_errorhandler(ConfirmationNeededError)
def confirm_first(_error: ConfirmationNeededError) -> ResponseReturnValue:
    draft = draft_of_request(actor().id, now())
    return _confirm_page(_confirm_form(draft=draft, next="" if draft else page_here())), HTTPStatus.UNAUTHORIZED


@bp.get("/sign-in")
@access(Policy.PUBLIC)
def sign_in() -> ResponseReturnValue:
    if visitor() and not is_locked():
        return redirect(url_for("review.today"))
    return sign_in_page(SignInForm(formdata=None, next=request.args.get("next", "")))


@bp.post("/sign-in")
@access(Policy.PUBLIC)
def check_password() -> ResponseReturnValue:
    form = SignInForm()
    if not form.validate():
        return sign_in_page(form), REFUSED
    username = form.username.data or ""
    if not _may_try(username):
        form.form_errors.append(str(TOO_MANY_TRIES))
        return sign_in_page(form), THROTTLED
    known = services.recognise(username, form.password.data or "")
    if known is None:
        form.form_errors.append(_("Username and password don't belong together. Please try again."))
        return sign_in_page(form), REFUSED
    with transaction():
        services.keep_fresher_hash(known)
        services.give_back_tries(Tries.ACCOUNT_FROM_NETWORK, plain_username(username), network())
    if known.needs_code:
        ticket = signed(TICKET, [str(known.user_id), known.mark], CODE_STEP_HOLDS)
        return _second_step_page(_second_step_form(form, ticket))
    return go_in(known.user_id, By.PASSWORD, form.next.data or "", form.draft.data or "")


@bp.get("/sign-in/code")
@access(Policy.PUBLIC)
def second_step() -> ResponseReturnValue:
    """Somebody came back to a page that only the right password leads to."""
    return redirect(url_for("accounts.sign_in"))


@bp.post("/sign-in/code")
@access(Policy.PUBLIC)
def check_code() -> ResponseReturnValue:
    form = SecondStepForm()
    is_whole, user_id = form.validate(), _of_ticket(form.ticket.data or "")
    if user_id is None:
        return sign_in_page(_sign_in_again(form)), REFUSED
    if not is_whole:
        return _second_step_page(form), REFUSED
    try:
        by = _shown_by_code(user_id, form.code.data or "")
    except RefusedError as refused:
        form.refuse(refused)
        return _second_step_page(form), THROTTLED if refused.message is TOO_MANY_TRIES else REFUSED
    return go_in(user_id, by, form.next.data or "", form.draft.data or "")


@bp.get("/sign-in/passkey")
@access(Policy.PUBLIC)
def passkey() -> ResponseReturnValue:
    return redirect(url_for("accounts.sign_in"))


@bp.post("/sign-in/passkey")
@access(Policy.PUBLIC)
def check_passkey() -> ResponseReturnValue:
    form = PasskeyForm()
    again = SignInForm(formdata=None, next=form.next.data, draft=form.draft.data)
    if not form.validate():
        again.form_errors = [*form.form_errors, *(error for errors in form.errors.values() for error in errors)]
        return sign_in_page(again), REFUSED
    try:
        user_id = _person_of_passkey(form, SIGN_IN)
    except RefusedError as refused:
        again.refuse(refused)
        return sign_in_page(again), REFUSED
    return go_in(user_id, By.PASSKEY, form.next.data or "", form.draft.data or "")


@bp.post("/sign-out")
@access(Policy.SIGNED_IN, while_locked=True)
def sign_out() -> ResponseReturnValue:
    form = Form()
    if not form.validate():
        if is_locked():
            raise LockedError
        return devices_page(form), REFUSED
    with transaction():
        services.sign_out(actor(), now())
    return _signed_out()


@bp.get("/confirm")
@access(Policy.SIGNED_IN)
def confirm() -> ResponseReturnValue:
    return _confirm_page(_confirm_form(next=request.args.get("next", "")))


@bp.post("/confirm")
@access(Policy.SIGNED_IN)
def check_confirmation() -> ResponseReturnValue:
    form = _confirm_form(is_sent=True)
    if not form.validate():
        return _confirm_page(form), REFUSED
    try:
        by = _shown_by(form)
    except RefusedError as refused:
        form.refuse(refused)
        return _confirm_page(form), THROTTLED if refused.message is TOO_MANY_TRIES else REFUSED
    return _confirmed(by, form)


@bp.post("/confirm/passkey")
@access(Policy.SIGNED_IN)
def confirm_by_passkey() -> ResponseReturnValue:
    form = PasskeyForm()
    again = _confirm_form(next=form.next.data or "", draft=form.draft.data or "")
    if not form.validate():
        again.form_errors = [*form.form_errors, *(error for errors in form.errors.values() for error in errors)]
        return _confirm_page(again), REFUSED
    try:
        is_mine = _person_of_passkey(form, CONFIRM) == actor().id
    except RefusedError as refused:
        again.refuse(refused)
        return _confirm_page(again), REFUSED
    if not is_mine:
        again.form_errors.append(_("This passkey is of another account."))
        return _confirm_page(again), REFUSED
    return _confirmed(By.PASSKEY, form)


def _signed_out() -> ResponseReturnValue:
    session.clear()
    flash(_("You are signed out."))
    return redirect(url_for("accounts.sign_in"))


def _may_try(username: str) -> bool:
    with transaction():
        return services.take_try(Tries.NETWORK, now(), network()) and services.take_try(
            Tries.ACCOUNT_FROM_NETWORK, now(), plain_username(username), network()
        )


def _shown_by(form: ConfirmForm) -> By:
    """How the person has shown that it is they. Raises RefusedError where they haven't, or have tried too often."""
    me = actor()
    with transaction():
        may_try = services.take_try(Tries.ACCOUNT_FROM_NETWORK, now(), str(me.id), network())
    if not may_try:
        raise RefusedError(TOO_MANY_TRIES)
    if not services.is_password_of(me, form.password.data or ""):
        raise RefusedError(_("This is not your password."), field="password")
    return _shown_by_code(me.id, form.code.data or "") if isinstance(form, ConfirmWithCodeForm) else By.PASSWORD


def _shown_by_code(user_id: UUID, typed: str) -> By:
    """How a code lets somebody in who gave the right password. Raises RefusedError as `_shown_by` does."""
    if not _may_try_code(user_id):
        raise RefusedError(TOO_MANY_TRIES)
    with transaction():
        by = services.spend_code(user_id, typed, now())
        if by:
            services.give_back_tries(Tries.CODE_FROM_NETWORK, str(user_id), network())
    if by is None:
        raise RefusedError(WRONG_CODE, field="code")
    return by


def _may_try_code(user_id: UUID) -> bool:
    with transaction():
        return services.take_try(Tries.CODE_FROM_NETWORK, now(), str(user_id), network()) and services.take_try(
            Tries.CODE_OF_ACCOUNT, now(), str(user_id)
        )


def _of_ticket(ticket: str) -> UUID | None:
    """Who gave the right password, where it is still theirs."""
    told = unsigned(TICKET, ticket)
    if not isinstance(told, list):
        return None
    user_id = UUID(told[0])
    return user_id if services.is_still_stored(user_id, told[1]) else None


def _person_of_passkey(form: PasskeyForm, purpose: str) -> UUID:
    """Whose passkey answered what this browser was asked."""
    wanted = challenge_for(purpose)
    with transaction():
        return services.person_of_passkey(form.answer.data or "", wanted, site(), now())


def _confirmed(by: By, form: OnwardForm) -> ResponseReturnValue:
    with transaction():
        person = services.confirm_session(actor(), by, now())
    session["_user_id"] = person.token
    return go_on(person, form.next.data or "", form.draft.data or "")


def _second_step_form(form: SignInForm, ticket: str) -> SecondStepForm:
    return SecondStepForm(formdata=None, ticket=ticket, next=form.next.data, draft=form.draft.data)


def _sign_in_again(form: SecondStepForm) -> SignInForm:
    again = SignInForm(formdata=None, next=form.next.data, draft=form.draft.data)
    again.form_errors.append(_("That took a while. Please begin with the password again."))
    return again


def _confirm_form(*, is_sent: bool = False, **values: str) -> ConfirmForm | ConfirmWithCodeForm:
    """A password alone confirms nobody whom it alone wouldn't let in."""
    asks_for_code = actor().role.is_staff or queries.ways_in(actor()).has_authenticator
    kind = ConfirmWithCodeForm if asks_for_code else ConfirmForm
    return kind() if is_sent else kind(formdata=None, **values)


def sign_in_page(form: SignInForm, said: str = "") -> str:
    """Also where the PIN has been forgotten."""
    asked = services.how_to_use(site(), services.challenge(challenge_for(SIGN_IN), now()))
    onward = local_path(form.next.data or "") or ""
    form.next.data = onward
    return render_template("accounts/sign_in.html", form=form, asked=asked, said=said)


def _second_step_page(form: SecondStepForm) -> str:
    return render_template("accounts/second_step.html", form=form)


def _confirm_page(form: ConfirmForm) -> str:
    asked = services.how_to_use(site(), services.challenge(challenge_for(CONFIRM), now()))
    form.next.data = local_path(form.next.data or "") or ""
    frame, ways = between_pages(actor()), queries.ways_in(actor())
    return render_template("accounts/confirm.html", layout=frame, form=form, asked=asked, ways=ways)
