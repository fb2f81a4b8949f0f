"""A version as each side reads it, with whatever form of it was sent."""

from datetime import date
from zoneinfo import ZoneInfo

from flask import render_template
from flask_babel import gettext as _

from companion.accounts.access import actor
from companion.accounts.queries import Patient
from companion.contract import queries
from companion.contract.forms.answering import RestForm
from companion.contract.forms.drafting import WhyForm
from companion.contract.queries import VersionRead
from companion.contract.rules import Lack
from companion.contract.views.beside import what_changed
from companion.contract.views.desk import Desk, desk_of
from companion.kernel.week import local_date
from companion.web.forms import Form
from companion.web.now import now


def version_page(read: VersionRead, form: Form) -> str:
    """The editor of the side's own draft; any other version with what was said of it, and what may be done with it.

    Of the forms on the page `form` is the one that was sent, which keeps what was typed.
    """
    desk = desk_of(read)
    return render_template(
        _template_of(read, desk),
        desk=desk,
        patient=desk.patient,
        version=read,
        lacking=lacking(read, desk),
        draft_id=queries.draft_of(actor(), read.patient_id),
        against=what_changed(read),
        why=_why_form(read, form, desk),
        rest=form if isinstance(form, RestForm) else RestForm(formdata=None),
        form=form,
    )


def lacking(read: VersionRead, desk: Desk) -> tuple[Lack, ...]:
    """What a draft still lacks, today."""
    return queries.lacking(read, today_of(desk.patient)) if read.is_draft else ()


def today_of(patient: Patient) -> date:
    """The patient's local day."""
    return local_date(now(), ZoneInfo(patient.zone))


def _why_form(read: VersionRead, form: Form, desk: Desk) -> WhyForm:
    """In the voice of the side whose draft it is."""
    found = form if isinstance(form, WhyForm) else WhyForm.of(read)
    if desk.is_therapists:
        found.why.label.text = _("What you’d like to say with it")
    return found


def _template_of(read: VersionRead, desk: Desk) -> str:
    if desk.is_therapists:
        return "contract/draft.html" if read.is_draft else "contract/version.html"
    return "contract/own_draft.html" if read.is_draft else "contract/version_read.html"
