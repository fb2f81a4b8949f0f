"""What a person may change about themselves, whom a therapist invites, and the practice."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField
from wtforms.validators import UUID, InputRequired

from companion.accounts.forms.parts import (
    authenticator_code_field,
    hidden,
    new_password_field,
    zone_choices,
    zone_field,
)
from companion.accounts.rules.factors import LONGEST_LABEL
from companion.accounts.rules.help_lines import ANYWHERE_IN_THE_EU, ELSEWHERE
from companion.accounts.rules.people import LONGEST_NAME, LONGEST_PHONE
from companion.web.forms import Form, line, options_of

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


class PatientForm(Form):
    id = HiddenField(_l("Page"), validators=[UUID(_l("This page is damaged. Please open it anew."))])
    name = line(_l("Name"), required=True, most=LONGEST_NAME, render_kw={"autocomplete": "off"})


class NameForm(Form):
    name = line(_l("Name"), required=True, most=LONGEST_NAME, render_kw={"autocomplete": "name"})


class ZoneForm(Form):
    zone = zone_field()

    def offer(self, current: str) -> None:
        """Have the person's own zone among the choices, even if it goes by a name that isn't offered."""
        self.zone.choices = zone_choices(current)


class PasswordForm(Form):
    password = new_password_field()


class PasskeyLabelForm(Form):
    """Sent by the page's script, once the browser has made a passkey."""

    answer = hidden(_l("Passkey"))
    label = line(_l("A name for it"), most=LONGEST_LABEL)


class AuthenticatorForm(Form):
    secret = hidden()
    """What the page showed, signed."""
    code = authenticator_code_field()


class AuthenticatorAndPasswordForm(AuthenticatorForm):
    """For somebody who had no password, which is half of this way in."""

    password = new_password_field()


class ClinicForm(Form):
    name = line(_l("Name"), required=True, most=LONGEST_NAME, render_kw={"autocomplete": "organization"})
    phone = line(_l("Telephone"), required=True, most=LONGEST_PHONE, render_kw={"type": "tel", "autocomplete": "tel"})
    # None stands preselected: the wrong numbers on Help are worse than none.
    country = SelectField(
        _l("Country"), choices=options_of(COUNTRIES), validators=[InputRequired(_l("Please choose one."))]
    )
