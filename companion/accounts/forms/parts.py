"""Fields that several pages of accounts have."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from companion.accounts.rules.people import LONGEST_PASSWORD, LONGEST_USERNAME, SHORTEST_PASSWORD, zones
from companion.web.forms import line, no_nul

AS_TYPED = {"autocapitalize": "none", "autocorrect": "off", "spellcheck": "false"}
LONGEST_CODE = 40


def username_field() -> StringField:
    return line(_l("Username"), required=True, most=LONGEST_USERNAME, render_kw=AS_TYPED | {"autocomplete": "username"})


def password_field(label: object, autocomplete: str, *more: Length) -> PasswordField:
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


def new_password_field() -> PasswordField:
    length = Length(min=SHORTEST_PASSWORD, message=_l("This is too short: %(min)s characters at least."))
    return password_field(_l("New password"), "new-password", length)


def authenticator_code_field(*, required: bool = True) -> StringField:
    how = {"autocomplete": "one-time-code", "inputmode": "text"}
    return line(_l("Code"), required=required, most=LONGEST_CODE, render_kw=AS_TYPED | how)


def hidden(label: object = "") -> HiddenField:
    """Carried by the page; whoever changes it is refused by what reads it."""
    return HiddenField(label, validators=[no_nul])  # type: ignore[arg-type]  # a lazy text


class ZoneField(SelectField):
    """The browser offers its own zone, until somebody has chosen one."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        self.render_kw = {}


def zone_field() -> ZoneField:
    return ZoneField(_l("Time zone"), choices=zone_choices(), render_kw={"data-module": "zone"})


def zone_choices(current: str = "UTC") -> dict[str, dict[str, str]]:
    """By region, each zone under its city; with the one that a person is in, whatever it's called."""
    regions: dict[str, dict[str, str]] = {}
    for name in sorted({*zones(), current}):
        region, _, city = name.partition("/")
        regions.setdefault(region, {})[name] = city.replace("_", " ") or name
    return regions
