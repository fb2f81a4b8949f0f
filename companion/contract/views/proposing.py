"""What either side does with its own draft or proposal as a whole: reads it again, sends it, takes it back."""

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from companion.accounts.access import actor
from companion.contract import queries, services
from companion.contract.forms.drafting import AsReadForm, WhyForm
from companion.contract.queries import VersionRead, fingerprint
from companion.contract.rules import content_hash
from companion.contract.views.beside import what_changed
from companion.contract.views.blueprint import REFUSED
from companion.contract.views.desk import Desk, desk_of, page
from companion.contract.views.reading import lacking, version_page
from companion.kernel.errors import RefusedError
from companion.transaction import transaction
from companion.web.forms import EmptyForm
from companion.web.now import now


@page("/draft", "GET")
def draft(version: VersionRead) -> ResponseReturnValue:
    desk = desk_of(version)
    if desk.is_therapists or not version.is_draft:
        return redirect(desk.version(version.id))
    return version_page(version, EmptyForm(formdata=None))


@page("/why", "POST", typed=WhyForm)
def say_why(version: VersionRead) -> ResponseReturnValue:
    """What goes with a draft when it is sent."""
    form = WhyForm()
    if form.validate():
        try:
            with transaction():
                services.say_why(actor(), version.id, form.why.data or "", form.seen.data or b"")
        except RefusedError as refused:
            form.refuse(refused)
        else:
            flash(_("Kept with your draft."))
            return redirect(desk_of(version).draft(version.id))
    read = _again(version)
    form.seen.data = fingerprint(read.why)
    return version_page(read, form), REFUSED


@page("/propose", "GET")
def proposal(version: VersionRead) -> ResponseReturnValue:
    if not version.is_draft:
        return redirect(desk_of(version).version(version.id))
    return _proposal_page(version, AsReadForm(formdata=None))


@page("/propose", "POST")
def propose(version: VersionRead) -> ResponseReturnValue:
    form, desk = AsReadForm(), desk_of(version)
    if form.validate():
        try:
            with transaction():
                services.propose(actor(), version.id, now(), form.seen.data or b"")
        except RefusedError as refused:
            form.refuse(refused)
        else:
            flash(_proposed(desk))
            return redirect(desk.version(version.id))
    read = _again(version)
    return (_proposal_page(read, form) if read.is_draft else version_page(read, form)), REFUSED


@page("/withdraw", "POST")
def withdraw(version: VersionRead) -> ResponseReturnValue:
    form, desk = EmptyForm(), desk_of(version)
    if form.validate():
        try:
            with transaction():
                services.withdraw(actor(), version.id, now())
        except RefusedError as refused:
            form.refuse(refused)
        else:
            flash(_("Taken back. What was in force before goes on."))
            return redirect(desk.home)
    return version_page(_again(version), form), REFUSED


@page("/discard", "POST", typed=AsReadForm)
def discard(version: VersionRead) -> ResponseReturnValue:
    form, desk = AsReadForm(), desk_of(version)
    if form.validate():
        try:
            with transaction():
                services.discard_draft(actor(), version.id, now(), form.seen.data or b"")
        except RefusedError as refused:
            form.refuse(refused)
        else:
            flash(_("The draft is gone."))
            return redirect(desk.home)
    return version_page(_again(version), form), REFUSED


def _proposed(desk: Desk) -> str:
    if desk.is_therapists:
        return str(_("Proposed. It can be read and answered now; nothing starts before."))
    return str(_("Sent. Your therapist reads it; nothing starts before you both agree."))


def _again(version: VersionRead) -> VersionRead:
    return queries.version(actor(), version.patient_id, version.id)


def _proposal_page(read: VersionRead, form: AsReadForm) -> str:
    form.seen.data = content_hash(read.content)
    desk = desk_of(read)
    return render_template(
        "contract/proposal.html",
        desk=desk,
        patient=desk.patient,
        version=read,
        lacking=lacking(read, desk),
        against=what_changed(read),
        form=form,
    )
