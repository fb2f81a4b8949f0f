"""The base of every form: refuses what it doesn't know, keeps what was typed, says what is wrong beside the field."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from types import EllipsisType
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import (
    DateField,
    Field,
    IntegerField,
    RadioField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms.csrf.core import CSRF, CSRFTokenField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # younger than the stubs
from wtforms.form import BaseForm
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from companion.kernel.errors import RefusedError
from companion.kernel.rating import HIGHEST, LOWEST
from companion.kernel.words import Words

LINE, TEXT = 200, 4000
"""Longest single line and longest free text, in characters."""

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
"""What a typed day may be: outside it is a slip, and near the calendar's ends no zone can be reckoned with."""

Validators = Sequence[Callable[[Any, Any], None]]
UNSENT = "unsent"
"""Comes with what is still being written, as after the app locked meanwhile: it is shown again, and not taken."""

FormData = MultiDict[str, str] | None
Given = FormData | EllipsisType
"""What a form is made of; of what the page sent, where nothing else is said (`...`)."""


class OutOfTheBox(MultiDict[str, str]):
    """Fields that came sealed, past any page: they carry no token, and one too many is no reason to lose the others."""


def no_nul(_form: object, field: Field) -> None:
    """NUL bytes can't be stored as text by PostgreSQL nor shown in HTML, and no keyboard types them."""
    if isinstance(field.data, str) and "\x00" in field.data:
        raise ValidationError(_("This has a character that can't be kept. Please type it again."))


class TokenField(CSRFTokenField):
    """The CSRF token that came is checked; one to send along is made where a page shows it, not at each answer."""

    def process(self, *args: Any, **options: Any) -> None:
        super(CSRFTokenField, self).process(*args, **options)

    def _value(self) -> str:
        return str(self.csrf_impl.generate_csrf_token(self))


class Form(FlaskForm):
    """A form whose CSRF token has run out is shown again with what was typed, ready to be sent once more.

    It reads what a form of ours sends, and no JSON or files, as FlaskForm otherwise would. `formdata=None` makes an
    empty one, or one that stands on the values given; fields `OutOfTheBox` are read as those of a page are.
    """

    has_run_out: bool = False
    """Whether its CSRF token wasn't, or is no longer, valid; known once it is validated."""

    class Meta(FlaskForm.Meta):
        """As Flask-WTF has it, with a token field of our own."""

        def build_csrf(self, form: BaseForm) -> CSRF:
            csrf: CSRF = super().build_csrf(form)
            csrf.field_class = TokenField
            return csrf

    def __init__(self, formdata: Given = ..., **values: Any) -> None:
        self._is_of_a_page = not isinstance(formdata, OutOfTheBox)
        if not self._is_of_a_page:
            values["meta"] = {"csrf": False}
        super().__init__(formdata=(request.form or None) if formdata is ... else formdata, **values)  # type: ignore[no-untyped-call]

    def validate(self, extra_validators: Mapping[str, Validators] | None = None) -> bool:
        if UNSENT in request.form:
            for field in self:
                _forget_nul(field)
            return False
        is_valid: bool = super().validate(extra_validators)
        for field in self:
            _forget_nul(field)
        token = self["csrf_token"] if self._is_of_a_page else None
        if token and token.errors:
            token.errors, self.has_run_out = [], True
            self.form_errors.append(
                _("This page had been open for a long time. What you typed is still here: please send it again.")
            )
        if self._is_of_a_page and self._unknown_fields():
            self.form_errors.append(_("Something was sent that this page doesn't ask for. Nothing was saved."))
            is_valid = False
        return is_valid

    def refuse(self, refused: RefusedError) -> None:
        """Show a service's refusal beside the field it names."""
        text = str(refused.message)
        if refused.field and refused.field in self:
            self[refused.field].errors = [*self[refused.field].errors, text]
        else:
            self.form_errors.append(text)

    def _unknown_fields(self) -> set[str]:
        return set(request.form) - {field.name for field in self}


class EmptyForm(Form):
    """Nothing to fill in: that it is sent is the answer."""


def line(label: object, *, required: bool = False, most: int = LINE, **options: Any) -> StringField:
    """One line of text; stripped; "" where nothing was typed."""
    return StringField(label, validators=_text_rules(most, required=required), filters=[_strip], **options)  # type: ignore[arg-type]


def text(label: object, *, required: bool = False, most: int = TEXT, **options: Any) -> TextAreaField:
    """Several lines of text; stripped; "" where nothing was typed."""
    return TextAreaField(label, validators=_text_rules(most, required=required), filters=[_strip], **options)  # type: ignore[arg-type]


def number(label: object, lowest: int, highest: int, *, required: bool = False, **options: Any) -> IntegerField:
    """A whole number between the two, both included; None where nothing was typed."""
    rules: Validators = (
        InputRequired(_l("Please give a number.")) if required else Optional(),
        NumberRange(lowest, highest, _l("A number from %(min)s to %(max)s, please.")),
    )
    return IntegerField(label, validators=rules, **options)  # type: ignore[arg-type]


class DayField(DateField):
    def process_formdata(self, valuelist: list[str]) -> None:
        if not any(valuelist):
            return
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("This is not a day of the calendar. Please write it as 2025-03-31.")) from None


class TimeOfDayField(TimeField):
    def process_formdata(self, valuelist: list[str]) -> None:
        if not any(valuelist):
            return
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("This is not a time of day. Please write it as 18:30.")) from None


def day(label: object, *, required: bool = False, **options: Any) -> DayField:
    """A local day; None where nothing was typed."""
    first = InputRequired(_l("Please choose a day.")) if required else Optional()
    return DayField(label, validators=[first, _day_in_range], **options)  # type: ignore[arg-type]  # a lazy text


def time_of_day(label: object, *, required: bool = False, **options: Any) -> TimeOfDayField:
    """A time on the clock on the wall; None where nothing was typed. See `kernel.wall_clock` for the instant."""
    first = InputRequired(_l("Please choose a time.")) if required else Optional()
    return TimeOfDayField(label, validators=[first], format=["%H:%M", "%H:%M:%S"], **options)  # type: ignore[arg-type]


def options_of(choices: Iterable[tuple[str, object]]) -> list[Any]:
    """Values with their labels, as WTForms wants them for radio buttons, checkboxes and lists."""
    return [SelectChoice(value, label) for value, label in choices]


def choice(
    label: object, choices: Iterable[tuple[str, object]], *, required: bool = False, **options: Any
) -> RadioField:
    """One of several; "" where none was chosen and none is required."""
    return RadioField(
        label,  # type: ignore[arg-type]  # a lazy text
        choices=options_of(choices),
        validators=[InputRequired(_l("Please choose one."))] if required else [Optional()],
        filters=[_blank_as_empty],
        validate_choice=True,
        **options,
    )


def rating(label: object, *, required: bool = False, can_t_tell: bool = False, **options: Any) -> RadioField:
    """0-10 as buttons, none preselected, with "I can't tell" where that is an answer. See `rated` for the value."""
    choices: list[tuple[str, object]] = [(str(value), str(value)) for value in range(LOWEST, HIGHEST + 1)]
    if can_t_tell:
        choices.append((CAN_T_TELL, _l("I can't tell")))
    return choice(label, choices, required=required, **options)


CAN_T_TELL = "cant_tell"


def rated(field: RadioField) -> int | None:
    """The rating 0-10; None where nothing was chosen, it can't be told, or what was sent is no choice."""
    return int(field.data) if field.data and field.data != CAN_T_TELL and not field.errors else None


def _forget_nul(field: Field) -> None:
    """What was sent, fit to stand in a page again: also where no rule reads it, as in a hidden field."""
    if isinstance(field.data, str):
        field.data = field.data.replace("\x00", "")
    field.raw_data = [raw.replace("\x00", "") if isinstance(raw, str) else raw for raw in field.raw_data or ()]


def _text_rules(most: int, *, required: bool) -> Validators:
    first: Validators = (InputRequired(_l("Please write something here.")), _not_blank) if required else (Optional(),)
    return (*first, Length(max=most, message=_l("This is too long: %(max)s characters at most.")), no_nul)


def _not_blank(_form: object, field: Field) -> None:
    if not (field.data or "").strip():
        raise ValidationError(_("Please write something here."))


def _day_in_range(_form: object, field: Field) -> None:
    if field.data and not FIRST_DAY <= field.data <= LAST_DAY:
        raise ValidationError(
            _("A day between %(first)s and %(last)s, please.", first=FIRST_DAY.year, last=LAST_DAY.year)
        )


def _strip(value: str | None) -> Words:
    return Words((value or "").strip())


def _blank_as_empty(value: object) -> str:
    """Blanks are no choice either, and pass for none where none is needed."""
    chosen = "" if value is None else str(value)
    return chosen if chosen.strip() else ""
