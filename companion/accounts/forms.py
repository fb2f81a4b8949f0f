"""What the pages of accounts ask for."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import UUID, InputRequired, Length

from companion.accounts.rules import (
    ANYWHERE_IN_THE_EU,
    ELSEWHERE,
    LONGEST_NAME,
    LONGEST_PASSWORD,
    LONGEST_PHONE,
    LONGEST_USERNAME,
    SHORTEST_PASSWORD,
    zones,
)
from companion.web.forms import Form, line, no_nul, options_of

AS_TYPED = {"autocapitalize": "none", "autocorrect": "off", "spellcheck": "false"}
COUNTRIES = (
    ("", _l("Please choose")),
    ("DE", _l("Germany")),
    ("ES", _l("Spain")),
    ("FR", _l("France")),
    ("GB", _l("United Kingdom")),
    ("IE", _l("Ireland")),
    ("IT", _l("Italy")),
    ("US", _l("United States")),
    (ANYWHERE_IN_THE_EU, _l("Another country of the European Union")),
    (ELSEWHERE, _l("Another country")),
)


def _username() -> StringField:
    return line(_l("Username"), required=True, most=LONGEST_USERNAME, render_kw=AS_TYPED | {"autocomplete": "username"})


def _password(label: object, autocomplete: str, *more: Length) -> PasswordField:
    """As typed: a password is neither stripped nor cut off, and never sent back."""
    required = InputRequired(_l("Please type the password."))
    length = Length(max=LONGEST_PASSWORD, message=_l("This is too long: %(max)s characters at most."))
    return PasswordField(
        label,  # type: ignore[arg-type]  # a lazy text
        validators=[required, length, *more, no_nul],
        render_kw={
            "autocomplete": autocomplete,
            "data-module": "reveal",
            "data-show": _l("Show the password"),
            "data-hide": _l("Hide the password"),
        },
    )


def _new_password() -> PasswordField:
    length = Length(min=SHORTEST_PASSWORD, message=_l("This is too short: %(min)s characters at least."))
    return _password(_l("New password"), "new-password", length)


def _hidden_code() -> HiddenField:
    return HiddenField(_l("Code"), validators=[no_nul])


class ZoneField(SelectField):
    """The browser offers its own zone, until somebody has chosen one."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        self.render_kw = {}


def _zone() -> ZoneField:
    return ZoneField(_l("Time zone"), choices=_zone_choices(), render_kw={"data-module": "zone"})


def _zone_choices(current: str = "UTC") -> dict[str, dict[str, str]]:
    """By region, each zone under its city; with the one that a person is in, whatever it's called."""
    regions: dict[str, dict[str, str]] = {}
    for name in sorted({*zones(), current}):
        region, _, city = name.partition("/")
        regions.setdefault(region, {})[name] = city.replace("_", " ") or name
    return regions


class SignInForm(Form):
    username = _username()
    password = _password(_l("Password"), "current-password")
    next = HiddenField(validators=[no_nul])


class CodeForm(Form):
    code = line(
        _l("Your code"),
        required=True,
        most=40,
        render_kw=AS_TYPED | {"autocapitalize": "characters", "autocomplete": "off", "data-module": "code"},
    )


class BeginForm(Form):
    code = _hidden_code()
    username = _username()
    password = _new_password()
    zone = _zone()
    agreed = BooleanField(
        _l("I have read this, and I want to begin"),
        validators=[InputRequired(_l("Please tick this if you want to begin. If you don't, nothing has started."))],
    )


class NewPasswordForm(Form):
    code = _hidden_code()
    password = _new_password()


class PatientForm(Form):
    id = HiddenField(_l("Page"), validators=[UUID(_l("This page is damaged. Please open it anew."))])
    name = line(_l("Name"), required=True, most=LONGEST_NAME, render_kw={"autocomplete": "off"})


class NameForm(Form):
    name = line(_l("Name"), required=True, most=LONGEST_NAME, render_kw={"autocomplete": "name"})


class ZoneForm(Form):
    zone = _zone()

    def offer(self, current: str) -> None:
        """Have the person's own zone among the choices, even if it goes by a name that isn't offered."""
        self.zone.choices = _zone_choices(current)


class PasswordForm(Form):
    current = _password(_l("Current password"), "current-password")
    password = _new_password()


class ClinicForm(Form):
    name = line(_l("Name"), required=True, most=LONGEST_NAME, render_kw={"autocomplete": "organization"})
    phone = line(_l("Telephone"), required=True, most=LONGEST_PHONE, render_kw={"type": "tel", "autocomplete": "tel"})
    # None stands preselected: the wrong numbers on Help are worse than none.
    country = SelectField(
        _l("Country"), choices=options_of(COUNTRIES), validators=[InputRequired(_l("Please choose one."))]
    )
