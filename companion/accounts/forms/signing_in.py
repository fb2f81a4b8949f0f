"""Signing in, showing again that it is oneself, and what a handed code opens."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import InputRequired

from companion.accounts.forms.parts import (
    AS_TYPED,
    LONGEST_CODE,
    authenticator_code_field,
    hidden,
    new_password_field,
    password_field,
    username_field,
    zone_field,
)
from companion.accounts.rules.factors import LONGEST_LABEL
from companion.web.forms import Form, line


class OnwardForm(Form):
    """Leads on to where somebody was going, with what they were writing."""

    next = hidden()
    draft = hidden()


class SignInForm(OnwardForm):
    username = username_field()
    password = password_field(_l("Password"), "current-password")


class PasskeyForm(OnwardForm):
    """Sent by the page's script, once the browser has an answer."""

    answer = hidden(_l("Passkey"))


class SecondStepForm(OnwardForm):
    ticket = hidden()
    """Says that the password was right, a few minutes ago, in this browser."""
    code = authenticator_code_field()


class ConfirmForm(OnwardForm):
    password = password_field(_l("Password"), "current-password")


class ConfirmWithCodeForm(ConfirmForm):
    code = authenticator_code_field()


class CodeForm(Form):
    code = line(
        _l("Your code"),
        required=True,
        most=LONGEST_CODE,
        render_kw=AS_TYPED | {"autocapitalize": "characters", "autocomplete": "off", "data-module": "code"},
    )


class BeginForm(Form):
    code = hidden(_l("Code"))
    username = username_field()
    password = new_password_field()
    zone = zone_field()
    agreed = BooleanField(
        _l("I have read this, and I want to begin"),
        validators=[InputRequired(_l("Please tick this if you want to begin. If you don't, nothing has started."))],
    )


class NewPasswordForm(Form):
    code = hidden(_l("Code"))
    password = new_password_field()


class SetUpPasskeyForm(Form):
    code = hidden(_l("Code"))
    answer = hidden(_l("Passkey"))
    label = line(_l("A name for it"), most=LONGEST_LABEL)


class SetUpPasswordForm(Form):
    code = hidden(_l("Code"))
    password = new_password_field()
    secret = hidden()
    """What the page showed for the authenticator, signed."""
    shown = authenticator_code_field()
