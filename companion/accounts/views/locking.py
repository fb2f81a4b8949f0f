"""Locking and opening the app on a phone, and the PIN that opens it."""

from http import HTTPStatus
from urllib.parse import parse_qsl

from flask import g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from companion.accounts import services
from companion.accounts.access import LockedError, Policy, access, actor, is_locked, layout
from companion.accounts.forms.locking import LockForm, NewPinForm, OpenByPinForm, OpenForm, WritingForm
from companion.accounts.forms.signing_in import OnwardForm, SignInForm
from companion.accounts.rules.lock import LONGEST_PIN, SHORTEST_PIN
from companion.accounts.rules.sessions import local_path
from companion.accounts.rules.throttling import Tries
from companion.accounts.views.blueprint import (
    OPENED,
    REFUSED,
    bp,
    changed,
    go_on,
    page_here,
    say_opened,
)
from companion.accounts.views.signing_in import sign_in_page
from companion.kernel.errors import RefusedError
from companion.transaction import transaction
from companion.web.drafts import Draft, draft_of_request, seal_draft
from companion.web.forms import EmptyForm
from companion.web.now import now


@bp.app_errorhandler(LockedError)
def open_first(_error: LockedError) -> ResponseReturnValue:
    """What was sent goes along with the page, so that it isn't lost."""
    draft = draft_of_request(actor().id, now())
    form = _open_form(draft=draft, next="" if draft else page_here())
    return _locked_page(form, is_kept=bool(draft)), HTTPStatus.LOCKED


@bp.get("/locked")
@access(Policy.PATIENT, while_locked=True)
def locked() -> ResponseReturnValue:
    return _locked_page(_open_form(next=request.args.get("next", "")))


@bp.post("/locked")
@access(Policy.PATIENT, while_locked=True)
def open_up() -> ResponseReturnValue:
    form = _open_form(is_sent=True)
    if not form.validate():
        return _locked_page(form), REFUSED
    me = actor()
    if isinstance(form, OpenByPinForm):
        with transaction():
            may_try = services.take_try(Tries.PIN, now(), str(me.session_id))
        if not may_try:
            return _sign_in_anew(form)
        if not services.is_pin_of(me, form.pin.data or ""):
            return _wrong(form)
    with transaction():
        services.give_back_tries(Tries.PIN, str(me.session_id))
        services.open_again(me, now())
    say_opened()
    return go_on(me, form.next.data or "", form.draft.data or "")


@bp.get("/locked/sign-in")
@access(Policy.PATIENT, while_locked=True)
def sign_in_instead() -> ResponseReturnValue:
    return redirect(url_for("accounts.sign_in"))


@bp.post("/locked/sign-in")
@access(Policy.PATIENT, while_locked=True)
def begin_instead() -> ResponseReturnValue:
    """For who has forgotten the PIN: signing in opens the app as well. The session goes on until then, and locked."""
    form = OnwardForm()
    if not form.validate():
        return _locked_page(_open_form(), form.form_errors), REFUSED
    _forget_what_was_to_be_said()
    return sign_in_page(_sign_in_form(form))


@bp.get("/locked/writing")
@access(Policy.PATIENT, while_locked=True)
def written() -> ResponseReturnValue:
    """Somebody came back to a page that only what was being written leads to."""
    return redirect(url_for("accounts.locked"))


@bp.post("/locked/writing")
@access(Policy.PATIENT, while_locked=True)
def keep_writing() -> ResponseReturnValue:
    """Lock, and keep what was being written for who opens; also where the page is too old to lock by."""
    form = WritingForm()
    is_whole, path = form.validate(), local_path(form.path.data or "") or "/"
    fields = tuple(parse_qsl(form.fields.data or "", keep_blank_values=True))
    draft = seal_draft(actor().id, Draft(path, fields, is_unsent=True), now()) if fields else ""
    opening = _open_form(draft=draft, next="" if draft else path)
    if not is_whole:
        return _locked_page(opening, form.form_errors, is_kept=bool(draft)), REFUSED
    with transaction():
        services.lock(actor(), now())
    return _locked_page(opening, is_kept=bool(draft))


@bp.post("/lock")
@access(Policy.PATIENT, while_locked=True)
def lock() -> ResponseReturnValue:
    form = LockForm()
    if not form.validate():
        words = _("Not locked yet. Please tap Leave.")
        return _locked_page(_open_form(), [words, *form.form_errors]), REFUSED
    with transaction():
        services.lock(actor(), now())
    _forget_what_was_to_be_said()
    session.pop(OPENED, None)
    return redirect(url_for("accounts.leave" if form.leave.data else "accounts.locked"), HTTPStatus.SEE_OTHER)


@bp.get("/settings/lock")
@access(Policy.PATIENT, confirmed=True)
def lock_setting() -> ResponseReturnValue:
    return _setting_page(NewPinForm(formdata=None))


@bp.post("/settings/lock")
@access(Policy.PATIENT, confirmed=True)
def set_pin() -> ResponseReturnValue:
    form = NewPinForm()
    if form.validate():
        try:
            pin_hash = services.hash_of_pin(actor(), form.pin.data or "")
            with transaction():
                services.set_pin(actor(), pin_hash, now())
        except RefusedError as refused:
            form.refuse(refused)
        else:
            return changed(_("The PIN is set. It opens the app here and on your other devices."))
    return _setting_page(form), REFUSED


@bp.post("/settings/lock/remove")
@access(Policy.PATIENT, confirmed=True)
def remove_pin() -> ResponseReturnValue:
    form = EmptyForm()
    if not form.validate():
        again = NewPinForm(formdata=None)
        again.form_errors = [*form.form_errors]
        return _setting_page(again), REFUSED
    with transaction():
        services.remove_pin(actor(), now())
    return changed(_("The PIN is removed."))


def _wrong(form: OpenByPinForm) -> ResponseReturnValue:
    left = services.tries_left(Tries.PIN, now(), str(actor().session_id))
    if not left:
        return _sign_in_anew(form)
    words = ngettext(
        "This is not your PIN. You can try once more; then you sign in again.",
        "This is not your PIN. You can try %(num)s more times; then you sign in again.",
        left,
    )
    form.refuse(RefusedError(words, field="pin"))
    return _locked_page(form), REFUSED


def _sign_in_anew(form: OnwardForm) -> ResponseReturnValue:
    """Too many wrong PINs: the session is over. What was being written goes along."""
    me = actor()
    if me.session_id:
        with transaction():
            services.end_session(me, me.session_id, now())
    session.clear()
    g.pop("csrf_token", None)
    words = _("That was tried too often, so you are signed out here. Please sign in again.")
    return sign_in_page(_sign_in_form(form), words), HTTPStatus.UNAUTHORIZED


def _sign_in_form(form: OnwardForm) -> SignInForm:
    return SignInForm(formdata=None, next=form.next.data, draft=form.draft.data)


def _forget_what_was_to_be_said() -> None:
    """A word about what somebody has just done is for them alone."""
    session.pop("_flashes", None)


def _open_form(*, is_sent: bool = False, **values: str) -> OpenForm | OpenByPinForm:
    kind = OpenByPinForm if actor().has_pin else OpenForm
    return kind() if is_sent else kind(formdata=None, **values)


def _locked_page(form: OpenForm, errors: list[str] | None = None, *, is_kept: bool = False) -> str:
    form.next.data = local_path(form.next.data or "") or ""
    form.form_errors = [*form.form_errors, *(errors or ())]
    return render_template("accounts/locked.html", form=form, is_kept=is_kept, is_locked=is_locked())


def _setting_page(form: NewPinForm) -> str:
    sizes = {"least": SHORTEST_PIN, "most": LONGEST_PIN}
    return render_template("accounts/setting_lock.html", layout=layout(), form=form, has_pin=actor().has_pin, **sizes)
