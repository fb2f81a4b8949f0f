"""What the forms of occasions share: a page's own id, the zone of the phone, a line of one's own list or a new one."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, SelectField, StringField

from companion.accounts.rules import is_zone
from companion.experiments.rules import Named
from companion.kernel.wall_clock import NoSuchTimeError, instant_at
from companion.web.forms import Given, choice
from companion.web.unseen import OnceForm

NEW: Final = "new"
"""Chosen where the line wanted isn't on the list yet."""

Lines = Sequence[tuple[UUID, str]]


class HighlightForm(OnceForm):
    """Whether something goes to the top of what the therapist reads."""

    is_on = choice(_l("At the top"), (("1", _l("Put it there")), ("0", _l("Take it off"))), required=True)

    @property
    def wants_it(self) -> bool:
        """What was chosen; known once the form is validated."""
        return bool(self.is_on.data == "1")


class HereForm(OnceForm):
    """A form that is sent once, and says in which time zone the phone is."""

    zone = HiddenField(_l("Time zone"), render_kw={"data-module": "zone"})

    def zone_or(self, own: str) -> str:
        """The zone that the phone says it is in; `own` where it says none that exists."""
        return self.zone.data if self.zone.data and is_zone(self.zone.data) else own


def instant(on: date, at: time, zone: str, field: Field) -> datetime | None:
    """The instant of a day and time on the wall; None, and a word beside the field, where there is none."""
    try:
        return instant_at(on, at, ZoneInfo(zone))
    except NoSuchTimeError:
        field.errors = [*field.errors, _("The clocks go forward over this time. Please take another.")]
        return None


def picked(known: SelectField, new: StringField, *, required: bool = False) -> Named | None:
    """A line of a list, or a new one; None where there is none, with a word beside the field if that isn't right."""
    typed, chosen = new.data or "", known.data or ""
    if known.errors or new.errors:
        return None
    if typed and chosen not in {"", NEW}:
        new.errors = [_("Choose one of the above, or write another: not both.")]
        return None
    if typed:
        return Named(label=typed)
    if chosen not in {"", NEW}:
        return Named(id=UUID(chosen))
    if required or chosen == NEW:
        new.errors = [_("Please write something here.")]
    return None


def asked_by_page(people: Lines, formdata: Given = ...) -> Lines:
    """Those of these people whom the page that was sent asks after by name, whatever has changed since."""
    names = request.form if formdata is ... else formdata or ()
    sent = {name.rpartition("_")[2] for name in names}
    return [(id_, label) for id_, label in people if id_.hex in sent]


def choices_of(lines: Lines, another: object, nobody: object = "") -> list[tuple[str, str]]:
    """A list to choose from, and what isn't on it; empty where there is nothing on it yet."""
    known = [(str(id_), label) for id_, label in lines]
    none = [("", str(nobody))] if nobody else []
    return [*none, *known, (NEW, str(another))] if known else []
